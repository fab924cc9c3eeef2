//! The function to which [`super::prepare`] hands long maps.

use codemap::Spanned;
use grass::sass_value::{ArgumentResult, SassMap, Value};

/// Its name, which no theme gives to a function of its own.
pub(super) const MAP: &str = "-revserve-map";

/// The map of these keys and values, which take turns. The keys are known to be different.
pub(super) fn make(mut pairs: ArgumentResult, _: &mut grass::Visitor) -> grass::Result<Value> {
    let mut map = Vec::new();
    while let (Some(key), Some(value)) = (pairs.get_positional(2 * map.len()), pairs.get_positional(2 * map.len() + 1))
    {
        map.push((Spanned { node: key.node, span: key.span }, value.node));
    }
    Ok(Value::Map(SassMap::new_with(map)))
}
