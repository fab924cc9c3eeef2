//! JSON, and as much of JavaScript's object literals as people write in directives: names without quotes, single
//! quotes, comments, commas at the end. Functions and other code are read over and count as [`Literal::Code`].

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Literal {
    Null,
    Bool(bool),
    Number(f64),
    Text(String),
    List(Vec<Literal>),
    Object(Vec<(String, Literal)>),
    Code,
}

/// Deeper nesting than any options have.
const MAX_DEPTH: usize = 32;

impl Literal {
    pub fn parse(text: &str) -> Option<Literal> {
        let mut reader = Reader { rest: text };
        let literal = reader.value(0)?;
        reader.skip_blanks();
        reader.rest.is_empty().then_some(literal)
    }

    /// The value of a key of an object, the last one if it is given twice.
    pub fn get(&self, key: &str) -> Option<&Literal> {
        self.entries().iter().rev().find(|(name, _)| name == key).map(|(_, value)| value)
    }

    pub fn entries(&self) -> &[(String, Literal)] {
        if let Literal::Object(entries) = self { entries } else { &[] }
    }

    pub fn items(&self) -> Option<&[Literal]> {
        if let Literal::List(items) = self { Some(items) } else { None }
    }

    pub fn text(&self) -> Option<&str> {
        if let Literal::Text(text) = self { Some(text) } else { None }
    }

    /// One text, or all of a list.
    pub fn texts(&self) -> Vec<String> {
        let items = self.items().unwrap_or(std::slice::from_ref(self));
        items.iter().filter_map(Literal::text).map(str::to_owned).collect()
    }

    pub fn number(&self) -> Option<f64> {
        if let Literal::Number(number) = self { Some(*number) } else { None }
    }

    pub fn is_true(&self) -> bool {
        *self == Literal::Bool(true)
    }

    /// Whether JavaScript takes it for true.
    pub fn is_truthy(&self) -> bool {
        match self {
            Literal::Null => false,
            Literal::Bool(value) => *value,
            Literal::Number(number) => *number != 0.0,
            Literal::Text(text) => !text.is_empty(),
            Literal::List(_) | Literal::Object(_) | Literal::Code => true,
        }
    }
}

struct Reader<'a> {
    rest: &'a str,
}

impl<'a> Reader<'a> {
    fn skip_blanks(&mut self) {
        loop {
            self.rest = crate::build::css::trim_start(self.rest);
            let comment_end = if let Some(comment) = self.rest.strip_prefix("//") {
                comment.find('\n').map(|end| end + 2)
            } else if let Some(comment) = self.rest.strip_prefix("/*") {
                comment.find("*/").map(|end| end + 4)
            } else {
                return;
            };
            self.rest = comment_end.map_or("", |end| &self.rest[end..]);
        }
    }

    fn take(&mut self, prefix: char) -> bool {
        self.skip_blanks();
        let rest = self.rest.strip_prefix(prefix);
        self.rest = rest.unwrap_or(self.rest);
        rest.is_some()
    }

    fn value(&mut self, depth: usize) -> Option<Literal> {
        if depth > MAX_DEPTH {
            return None;
        }
        self.skip_blanks();
        let before = self.rest;
        let value = match before.chars().next()? {
            '{' => self.object(depth)?,
            '[' => self.list(depth)?,
            '"' | '\'' => Literal::Text(self.quoted()?),
            _ => self.bare(),
        };
        self.skip_blanks();
        if self.rest.is_empty() || self.rest.starts_with([',', ']', '}', ':']) {
            return Some(value);
        }
        // an expression that only starts like a literal
        self.rest = before;
        self.skip_code();
        Some(Literal::Code)
    }

    fn object(&mut self, depth: usize) -> Option<Literal> {
        let mut entries = Vec::new();
        self.take('{');
        while !self.take('}') {
            let name = match self.rest.chars().next()? {
                '"' | '\'' => self.quoted()?,
                _ => self.word().to_owned(),
            };
            if self.take(':') {
                entries.push((name, self.value(depth + 1)?));
            } else {
                // a method
                self.skip_code();
                entries.push((name, Literal::Code));
            }
            if !self.take(',') && !self.rest.starts_with('}') {
                return None;
            }
        }
        Some(Literal::Object(entries))
    }

    fn list(&mut self, depth: usize) -> Option<Literal> {
        let mut items = Vec::new();
        self.take('[');
        while !self.take(']') {
            items.push(self.value(depth + 1)?);
            if !self.take(',') && !self.rest.starts_with(']') {
                return None;
            }
        }
        Some(Literal::List(items))
    }

    fn word(&mut self) -> &'a str {
        let is_part = |c: char| c.is_alphanumeric() || matches!(c, '_' | '$' | '.' | '-' | '+');
        let end = self.rest.find(|c| !is_part(c)).unwrap_or(self.rest.len());
        let (word, rest) = self.rest.split_at(end);
        self.rest = rest;
        word
    }

    fn bare(&mut self) -> Literal {
        match self.word() {
            "true" => Literal::Bool(true),
            "false" => Literal::Bool(false),
            "null" | "undefined" => Literal::Null,
            word if word.starts_with(|c: char| c.is_ascii_digit() || "-+.".contains(c)) => {
                word.parse().map_or(Literal::Code, Literal::Number)
            }
            _ => Literal::Code,
        }
    }

    fn quoted(&mut self) -> Option<String> {
        let mut chars = self.rest.chars();
        let quote = chars.next()?;
        let mut text = String::new();
        loop {
            match chars.next()? {
                c if c == quote => break,
                '\\' => match chars.next()? {
                    'n' => text.push('\n'),
                    't' => text.push('\t'),
                    'r' => text.push('\r'),
                    'b' => text.push('\u{8}'),
                    'f' => text.push('\u{c}'),
                    'u' => {
                        let hex = chars.as_str().get(..4)?;
                        text.push(char::from_u32(u32::from_str_radix(hex, 16).ok()?).unwrap_or('\u{fffd}'));
                        chars = chars.as_str()[4..].chars();
                    }
                    c => text.push(c),
                },
                c => text.push(c),
            }
        }
        self.rest = chars.as_str();
        Some(text)
    }

    /// Skips code up to the comma or closing bracket that ends it.
    fn skip_code(&mut self) {
        let mut depth = 0_usize;
        while let Some(c) = self.rest.chars().next() {
            match c {
                '"' | '\'' if self.quoted().is_some() => continue,
                '(' | '[' | '{' => depth += 1,
                ',' | ')' | ']' | '}' if depth == 0 => return,
                ')' | ']' | '}' => depth -= 1,
                _ => {}
            }
            self.rest = &self.rest[c.len_utf8()..];
        }
    }
}
