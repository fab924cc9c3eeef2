//! PHP's array: an ordered map whose keys are integers or strings.

use std::fmt;
use std::sync::Arc;

use indexmap::IndexMap;

use super::{Text, Value};
use crate::php::problem::{Problem, Reason};

/// Arrays and closures nest no deeper than this, so that walking and freeing one fits any stack.
/// What would be deeper becomes unknown.
pub const MAX_NESTING: u32 = 1000;

/// An array key, already normalised: `"7"` is the integer 7, `"07"` stays a string.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Key {
    /// An integer key.
    Int(i64),
    /// A string key that does not read as a canonical integer.
    Text(Text),
}

impl Key {
    /// Normalises a string as PHP does for array keys (canonical decimal integers become integers).
    pub fn from_bytes(bytes: &[u8]) -> Self {
        match canonical_integer(bytes) {
            Some(number) => Self::Int(number),
            None => Self::Text(bytes.into()),
        }
    }

    /// The same without copying the text.
    pub fn from_text(text: Text) -> Self {
        match canonical_integer(&text) {
            Some(number) => Self::Int(number),
            None => Self::Text(text),
        }
    }

    /// The key as a value, as `foreach` gives it.
    pub fn value(&self) -> Value {
        match self {
            Self::Int(number) => Value::Int(*number),
            Self::Text(text) => Value::Str(text.clone()),
        }
    }
}

impl From<&str> for Key {
    fn from(text: &str) -> Self {
        Self::from_bytes(text.as_bytes())
    }
}

impl From<i64> for Key {
    fn from(number: i64) -> Self {
        Self::Int(number)
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Int(number) => number.fmt(f),
            Self::Text(text) => text.fmt(f),
        }
    }
}

fn canonical_integer(bytes: &[u8]) -> Option<i64> {
    let digits = bytes.strip_prefix(b"-").unwrap_or(bytes);
    let canonical = match digits {
        [b'0'] => digits.len() == bytes.len(),
        [b'1'..=b'9', rest @ ..] => rest.iter().all(u8::is_ascii_digit) && rest.len() < 19,
        _ => false,
    };
    if !canonical {
        return None;
    }
    std::str::from_utf8(bytes).ok()?.parse().ok()
}

/// A PHP array with value semantics: clones share until one of them is written.
#[derive(Clone, Default)]
pub struct Array(Arc<Table>);

#[derive(Clone, Default)]
struct Table {
    entries: IndexMap<Key, Value>,
    next: i64,
    /// At least 1 + the nesting of the deepest value.
    nesting: u32,
    /// Where `current` stands.
    cursor: usize,
}

impl Array {
    /// An empty array.
    pub fn new() -> Self {
        Self::default()
    }

    /// Number of entries.
    pub fn len(&self) -> usize {
        self.0.entries.len()
    }

    /// Whether there is no entry.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The value under a key.
    pub fn get(&self, key: &Key) -> Option<&Value> {
        self.0.entries.get(key)
    }

    /// The value under a name, normalised as PHP does.
    pub fn at(&self, name: &str) -> Option<&Value> {
        self.get(&name.into())
    }

    /// The entry at a position in order.
    pub fn nth(&self, position: usize) -> Option<(&Key, &Value)> {
        self.0.entries.get_index(position)
    }

    /// Sets a key, at its old place if it exists, else at the end.
    pub fn insert(&mut self, key: Key, value: Value) {
        let table = Arc::make_mut(&mut self.0);
        if let Key::Int(number) = key
            && number >= table.next
        {
            table.next = number.saturating_add(1);
        }
        let value = shallow(value);
        table.nesting = table.nesting.max(value.nesting() + 1);
        table.entries.insert(key, value);
    }

    /// How deeply this nests; 0 for an empty array.
    pub fn nesting(&self) -> u32 {
        self.0.nesting
    }

    /// Notes that something so deep is about to be written through [`Array::entry`].
    pub fn deepen(&mut self, nesting: u32) {
        if nesting > self.0.nesting {
            Arc::make_mut(&mut self.0).nesting = nesting;
        }
    }

    /// Appends under the next free integer.
    pub fn push(&mut self, value: Value) {
        let next = self.0.next;
        self.insert(Key::Int(next), value);
    }

    /// The key that [`Array::push`] would use.
    pub fn next_key(&self) -> i64 {
        self.0.next
    }

    /// Removes a key and keeps the order of the rest. Takes time in proportion to the length.
    pub fn remove(&mut self, key: &Key) -> Option<Value> {
        if !self.0.entries.contains_key(key) {
            return None;
        }
        Arc::make_mut(&mut self.0).entries.shift_remove(key)
    }

    /// The place of a key for writing, made with null where it is missing.
    pub fn entry(&mut self, key: Key) -> &mut Value {
        if let Key::Int(number) = key
            && number >= self.0.next
        {
            Arc::make_mut(&mut self.0).next = number.saturating_add(1);
        }
        Arc::make_mut(&mut self.0).entries.entry(key).or_insert(Value::Null)
    }

    /// The place of an existing key for writing.
    pub fn get_mut(&mut self, key: &Key) -> Option<&mut Value> {
        Arc::make_mut(&mut self.0).entries.get_mut(key)
    }

    /// The position of `current`; beyond the end after the last `next`.
    pub fn cursor(&self) -> usize {
        self.0.cursor
    }

    /// Moves `current`.
    pub fn set_cursor(&mut self, position: usize) {
        if self.0.cursor != position {
            Arc::make_mut(&mut self.0).cursor = position;
        }
    }

    /// Lets appending go on after the largest integer key there is, as after `array_pop`.
    pub fn renumber_next(&mut self) {
        let largest = |key: &Key| if let Key::Int(number) = key { number.saturating_add(1) } else { 0 };
        let next = self.keys().map(largest).max().unwrap_or(0).max(0);
        Arc::make_mut(&mut self.0).next = next;
    }

    /// Entries in order.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = (&Key, &Value)> + ExactSizeIterator {
        self.0.entries.iter()
    }

    /// Keys in order.
    pub fn keys(&self) -> impl DoubleEndedIterator<Item = &Key> {
        self.0.entries.keys()
    }

    /// Values in order.
    pub fn values(&self) -> impl DoubleEndedIterator<Item = &Value> {
        self.0.entries.values()
    }

    /// Whether the keys are 0, 1, 2, … in order.
    pub fn is_list(&self) -> bool {
        self.keys().enumerate().all(|(at, key)| *key == Key::Int(at as i64))
    }

    /// Whether both share their table, hence are equal.
    pub fn same(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }

    /// Whether writing would copy the table first.
    pub fn is_shared(&self) -> bool {
        Arc::strong_count(&self.0) > 1
    }
}

fn shallow(value: Value) -> Value {
    if value.nesting() < MAX_NESTING {
        return value;
    }
    Value::Unknown(Arc::new(Problem {
        file: "".into(),
        line: 0,
        construct: "an array".into(),
        reason: Reason::Limit("nested too deeply".into()),
    }))
}

impl FromIterator<Value> for Array {
    fn from_iter<I: IntoIterator<Item = Value>>(values: I) -> Self {
        let mut array = Self::new();
        values.into_iter().for_each(|value| array.push(value));
        array
    }
}

impl FromIterator<(Key, Value)> for Array {
    fn from_iter<I: IntoIterator<Item = (Key, Value)>>(entries: I) -> Self {
        let mut array = Self::new();
        entries.into_iter().for_each(|(key, value)| array.insert(key, value));
        array
    }
}

impl fmt::Debug for Array {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.iter()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_canonical_integers_become_integer_keys() {
        for (text, number) in [("7", Some(7)), ("-7", Some(-7)), ("0", Some(0))] {
            assert_eq!(canonical_integer(text.as_bytes()), number, "{text}");
        }
        for text in ["", "07", "-0", "+7", " 7", "7 ", "1.0", "9223372036854775808", "-"] {
            assert_eq!(canonical_integer(text.as_bytes()), None, "{text}");
        }
        assert_eq!(canonical_integer(b"9223372036854775807"), Some(i64::MAX));
    }

    #[test]
    fn appending_goes_on_after_the_largest_integer_key() {
        let mut array = Array::new();
        array.insert(5.into(), Value::Null);
        array.remove(&5.into());
        array.push(Value::Null);
        assert_eq!(array.keys().cloned().collect::<Vec<_>>(), [Key::Int(6)]);
    }

    #[test]
    fn a_clone_does_not_see_later_writes() {
        let mut array = Array::new();
        array.push(Value::Int(1));
        let copy = array.clone();
        array.push(Value::Int(2));
        assert_eq!((array.len(), copy.len()), (2, 1));
    }
}
