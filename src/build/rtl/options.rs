//! What can be set: rtlcss' options, with its defaults, and Moodle's rule.

use super::literal::Literal;

/// How to flip. [`Options::rtlcss`] are the defaults of rtlcss, [`Options::moodle`] what a Moodle site is served with.
#[derive(Clone, Debug, PartialEq)]
pub struct Options {
    /// Whether a block whose selector contains `.dir-rtl` stays as it is (Moodle's rule, not rtlcss').
    pub keep_dir_rtl: bool,
    /// Apply the string maps to selectors of rules in which nothing was flipped.
    pub auto_rename: bool,
    /// … only where a rule of the other name exists.
    pub auto_rename_strict: bool,
    /// Directives that are not obeyed.
    pub blacklist: Vec<String>,
    /// Remove directives from what is printed.
    pub clean: bool,
    /// Swap names inside words too.
    pub greedy: bool,
    /// Apply the string maps to URLs.
    pub process_urls: ProcessUrls,
    pub string_map: Vec<StringMap>,
    /// Mirror lengths with `calc(100% - …)` where that is the only way.
    pub use_calc: bool,
    /// Custom property → the property as which its value is flipped.
    pub aliases: Vec<(String, String)>,
    /// Swap `safe-area-inset-left` and `-right`.
    pub process_env: bool,
}

/// Where URLs are changed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ProcessUrls {
    pub declarations: bool,
    pub at_rules: bool,
}

/// Words that change places.
#[derive(Clone, Debug, PartialEq)]
pub struct StringMap {
    pub name: String,
    /// Lower ones first.
    pub priority: f64,
    /// No later map is applied.
    pub exclusive: bool,
    /// Pairs of words; each is replaced by the other.
    pub pairs: Vec<(String, String)>,
    pub options: StringMapOptions,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StringMapOptions {
    pub scope: Scope,
    pub ignore_case: bool,
    /// Overrides [`Options::greedy`].
    pub greedy: Option<bool>,
}

/// What a string map is applied to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    Everything,
    Urls,
    Selectors,
    /// A scope that rtlcss does not know: nothing.
    Nothing,
}

impl Default for Options {
    fn default() -> Self {
        Options::rtlcss()
    }
}

impl Options {
    /// The defaults of rtlcss.
    pub fn rtlcss() -> Self {
        Options {
            keep_dir_rtl: false,
            auto_rename: false,
            auto_rename_strict: false,
            blacklist: Vec::new(),
            clean: true,
            greedy: false,
            process_urls: ProcessUrls::default(),
            string_map: with_default_maps(Vec::new()),
            use_calc: false,
            aliases: Vec::new(),
            process_env: true,
        }
    }

    /// What Moodle's style sheets are flipped with.
    pub fn moodle() -> Self {
        Options { keep_dir_rtl: true, ..Options::rtlcss() }
    }

    /// rtlcss' options as JSON, or as a JavaScript object with plain data in it; what is missing has its default.
    /// `None` if it is neither.
    pub fn from_json(text: &str) -> Option<Self> {
        Literal::parse(text).map(|literal| Options::from_literal(&literal))
    }

    /// rtlcss' options out of a literal; what is missing or of no use has its default.
    pub(super) fn from_literal(literal: &Literal) -> Self {
        let default = Options::rtlcss();
        let truthy = |key: &str, default: bool| literal.get(key).map_or(default, Literal::is_truthy);
        let listed = literal.get("blacklist").and_then(|lists| lists.get("rtlcss"));
        let urls = literal.get("processUrls");
        let url_kind =
            |kind: &str| urls.is_some_and(|urls| urls.is_true() || urls.get(kind).is_some_and(Literal::is_true));
        let text_entries = |entries: &Literal| -> Vec<(String, String)> {
            let pair = |(key, value): &(String, Literal)| Some((key.clone(), value.text()?.to_owned()));
            entries.entries().iter().filter_map(pair).collect()
        };
        Options {
            keep_dir_rtl: false,
            auto_rename: truthy("autoRename", default.auto_rename),
            auto_rename_strict: literal.get("autoRenameStrict").is_some_and(Literal::is_true),
            blacklist: listed
                .map(|list| {
                    list.entries().iter().filter(|(_, on)| on.is_true()).map(|(name, _)| name.clone()).collect()
                })
                .unwrap_or_default(),
            clean: truthy("clean", default.clean),
            greedy: truthy("greedy", default.greedy),
            process_urls: ProcessUrls { declarations: url_kind("decl"), at_rules: url_kind("atrule") },
            string_map: match literal.get("stringMap").and_then(Literal::items) {
                Some(maps) => with_default_maps(maps.iter().map(StringMap::from_literal).collect()),
                None => default.string_map,
            },
            use_calc: truthy("useCalc", default.use_calc),
            aliases: literal.get("aliases").map(text_entries).unwrap_or_default(),
            process_env: truthy("processEnv", default.process_env),
        }
    }

    /// The property as which `name` is flipped, if it is an alias.
    pub(super) fn alias(&self, name: &str) -> Option<&str> {
        let alias = self.aliases.iter().rev().find(|(alias, _)| alias == name);
        alias.map(|(_, property)| property.as_str()).filter(|property| !property.is_empty())
    }
}

impl StringMap {
    fn from_literal(map: &Literal) -> Self {
        let words = |key: &str| map.get(key).map(Literal::texts).unwrap_or_default();
        let (search, replace) = (words("search"), words("replace"));
        let options = map.get("options");
        let option = |key: &str| options.and_then(|options| options.get(key));
        StringMap {
            name: map.get("name").and_then(Literal::text).unwrap_or_default().to_owned(),
            priority: map.get("priority").and_then(Literal::number).unwrap_or(f64::NAN),
            exclusive: map.get("exclusive").is_some_and(Literal::is_true),
            pairs: search.into_iter().zip(replace).collect(),
            options: StringMapOptions {
                scope: match option("scope").map(|scope| scope.text().unwrap_or_default()) {
                    None | Some("*") => Scope::Everything,
                    Some("url") => Scope::Urls,
                    Some("selector") => Scope::Selectors,
                    Some(_) => Scope::Nothing,
                },
                ignore_case: option("ignoreCase").is_none_or(Literal::is_truthy),
                greedy: option("greedy").map(Literal::is_truthy),
            },
        }
    }
}

/// The maps that are always there, unless maps of these names are; in the order in which they apply.
fn with_default_maps(mut maps: Vec<StringMap>) -> Vec<StringMap> {
    for (name, pairs) in [
        ("left-right", [("left", "right"), ("Left", "Right"), ("LEFT", "RIGHT")]),
        ("ltr-rtl", [("ltr", "rtl"), ("Ltr", "Rtl"), ("LTR", "RTL")]),
    ] {
        if !maps.iter().any(|map| map.name == name) {
            maps.push(StringMap {
                name: name.to_owned(),
                priority: 100.0,
                exclusive: false,
                pairs: pairs.map(|(one, other)| (one.to_owned(), other.to_owned())).to_vec(),
                options: StringMapOptions { scope: Scope::Everything, ignore_case: false, greedy: None },
            });
        }
    }
    sort_by_priority(maps)
}

/// Sorts as V8 does. A map without a priority equals every other, which is no order that `sort_by` could take;
/// V8 turns a falling start around and then puts one after the other in by halving.
fn sort_by_priority(mut maps: Vec<StringMap>) -> Vec<StringMap> {
    let is_before = |a: &StringMap, b: &StringMap| a.priority - b.priority < 0.0;
    let mut sorted = 1;
    if maps.len() > 1 {
        let falls = is_before(&maps[1], &maps[0]);
        while sorted < maps.len() && is_before(&maps[sorted], &maps[sorted - 1]) == falls {
            sorted += 1;
        }
        if falls {
            maps[..sorted].reverse();
        }
    }
    for at in sorted..maps.len() {
        let (mut place, mut end) = (0, at);
        while place < end {
            let middle = place + (end - place) / 2;
            if is_before(&maps[at], &maps[middle]) { end = middle } else { place = middle + 1 }
        }
        maps[place..=at].rotate_right(1);
    }
    maps
}
