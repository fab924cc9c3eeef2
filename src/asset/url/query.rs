//! Query values as PHP's `$_GET` has them.

use super::Refusal;
use super::target::decode;

/// The named values of a query; of two with one name the last counts.
pub(super) struct Query(Vec<(String, String)>);

impl Query {
    pub fn parse(query: Option<&str>) -> Result<Query, Refusal> {
        let pairs = query.unwrap_or_default().split('&').filter(|pair| !pair.is_empty());
        let read = |pair: &str| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            Ok((plus(name)?, plus(value)?))
        };
        pairs.map(read).collect::<Result<_, _>>().map(Query)
    }

    /// The value of a name, or of the same name behind `amp;`: scripts on the page escape twice.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.last(|n| n == name).or_else(|| self.last(|n| n.strip_prefix("amp;") == Some(name)))
    }

    /// The slash part in a query: `file=/…`, on servers that rewrite and where slasharguments are off.
    pub fn slash_argument(&self) -> Option<&str> {
        self.last(|n| n == "file").filter(|file| file.starts_with('/'))
    }

    fn last(&self, wanted: impl Fn(&str) -> bool) -> Option<&str> {
        self.0.iter().rev().find(|(name, _)| wanted(name)).map(|(_, value)| value.as_str())
    }
}

fn plus(text: &str) -> Result<String, Refusal> {
    decode(&text.replace('+', " ")).map(|text| text.into_owned())
}
