//! Style sheets made of everything that rtlcss looks at, put together at random: every property and value form it
//! knows, every directive in every place, nested at-rules, odd blanks, comments where nobody expects them.

#[path = "words.rs"]
mod words;

use serde_json::{Value, json};
use words::*;

/// A sheet, and rtlcss' options for it.
#[derive(Clone, Debug)]
pub struct Input {
    pub css: String,
    pub options: Value,
}

/// Makes inputs, the same ones for the same seed (SplitMix64).
pub struct Generator {
    state: u64,
    out: String,
}

impl Generator {
    pub fn new(seed: u64) -> Generator {
        Generator { state: seed, out: String::new() }
    }

    pub fn input(&mut self) -> Input {
        self.out.clear();
        let count = 1 + self.below(5);
        for _ in 0..count {
            self.blank();
            self.statement(0);
        }
        self.blank();
        if self.one_in(10) {
            self.unfinished();
        }
        let options = if self.one_in(3) { self.options() } else { json!({}) };
        Input { css: std::mem::take(&mut self.out), options }
    }

    /// What may stand at the end of a sheet without a semicolon.
    fn unfinished(&mut self) {
        match self.below(3) {
            0 => {
                let statement = self.pick(AT_STATEMENTS);
                self.push(statement.trim_end_matches(';'));
            }
            1 => self.declaration(),
            _ => self.push("@left"),
        }
        self.blank();
        self.blank();
    }

    /// A part of the text, cut off at random places.
    pub fn cut<'t>(&mut self, text: &'t str) -> &'t str {
        let ends = [self.below(text.len() + 1), self.below(text.len() + 1)];
        text.get(ends[0].min(ends[1])..ends[0].max(ends[1])).unwrap_or(text)
    }

    /// The text with a few characters taken out or put in.
    pub fn damage(&mut self, mut text: String) -> String {
        let count = 1 + self.below(3);
        for _ in 0..count {
            let at = self.below(text.len() + 1);
            if !text.is_char_boundary(at) {
                continue;
            }
            if self.one_in(2) && at < text.len() {
                text.remove(at);
            } else {
                let damage = self.pick(DAMAGE);
                text.insert_str(at, damage);
            }
        }
        text
    }

    fn next(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.state;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, limit: usize) -> usize {
        usize::try_from(self.next() % limit as u64).expect("below a usize")
    }

    fn one_in(&mut self, chances: usize) -> bool {
        self.below(chances) == 0
    }

    fn pick<'t>(&mut self, from: &[&'t str]) -> &'t str {
        from[self.below(from.len())]
    }

    fn push(&mut self, text: &str) {
        self.out.push_str(text);
    }

    fn push_one(&mut self, from: &[&str]) {
        let text = self.pick(from);
        self.push(text);
    }

    /// Blanks, mostly none or plain ones.
    fn blank(&mut self) {
        match self.below(12) {
            0..=4 => {}
            5..=8 => self.push_one(&[" ", "\n", "\n  "]),
            9 | 10 => self.push_one(BLANKS),
            _ => self.push_one(COMMENTS),
        }
    }

    fn statement(&mut self, depth: usize) {
        match self.below(if depth > 2 { 8 } else { 12 }) {
            0 | 1 => self.control(depth == 0),
            2 => self.push_one(COMMENTS),
            3 => self.push_one(AT_STATEMENTS),
            4..=7 => self.rule(depth),
            8 => self.keyframes(),
            9 | 10 => {
                self.push_one(AT_BLOCKS);
                self.blank();
                self.block(depth, true);
            }
            _ => {
                self.push_one(AT_DECLARATIONS);
                self.block(depth, false);
            }
        }
    }

    fn rule(&mut self, depth: usize) {
        self.selector();
        self.blank();
        let nests = self.one_in(6);
        self.block(depth, nests);
        if self.one_in(20) {
            self.push_one(&[";", " ;", ";;"]);
        }
    }

    fn selector(&mut self) {
        let count = 1 + self.below(3) / 2;
        for at in 0..count {
            if at > 0 {
                self.push_one(&[",", ", ", ",\n", ",/*,*/", "/**/,"]);
            }
            self.push_one(SELECTORS);
        }
    }

    fn keyframes(&mut self) {
        self.push_one(&["@keyframes left", "@-webkit-keyframes x", "@keyframes/*c*/ltr "]);
        self.push("{");
        let count = 1 + self.below(3);
        for _ in 0..count {
            self.blank();
            self.push_one(&["from", "to", "50%", "0%, 12.5%"]);
            self.block(9, false);
        }
        self.blank();
        self.push("}");
    }

    /// A block of declarations, or of `rules` among them.
    fn block(&mut self, depth: usize, rules: bool) {
        self.push("{");
        let count = if self.one_in(25) { 0 } else { 1 + self.below(4) };
        for at in 0..count {
            self.blank();
            if rules && !self.one_in(3) {
                self.statement(depth + 1);
            } else if self.one_in(6) {
                self.control(false);
            } else {
                self.declaration();
                if at + 1 < count || !self.one_in(3) {
                    self.push_one(&[";", ";", ";", " ;", ";;"]);
                }
            }
        }
        self.blank();
        self.push("}");
    }

    fn declaration(&mut self) {
        let (names, values) = FAMILIES[self.below(FAMILIES.len())];
        self.push_one(&["", "", "", "", "", "", "*", "_", "-webkit-", "-moz-", "--"]);
        let name = self.pick(names).to_owned();
        let name = if self.one_in(20) { name.to_uppercase() } else { name };
        self.push(&name);
        self.in_place(30);
        self.push_one(&[":", ":", ":", ": ", ": ", " : ", ":\n\t", ":/*c*/"]);
        self.in_place(25);
        self.value(values);
        self.in_place(12);
        if self.one_in(6) {
            self.push_one(IMPORTANTS);
            self.in_place(8);
        }
    }

    /// One of the family's values, or several of its parts, or any value at all.
    fn value(&mut self, values: &[&str]) {
        match self.below(10) {
            0..=5 => self.push_one(values),
            6 => {
                let (_, others) = FAMILIES[self.below(FAMILIES.len())];
                self.push_one(others);
            }
            7 => {
                self.push_one(values);
                self.push_one(&[",", ", ", " , ", " ", "/", " / "]);
                self.push_one(values);
            }
            _ => {
                let count = 1 + self.below(5);
                for at in 0..count {
                    if at > 0 {
                        self.push_one(&[" ", " ", " ", "  ", ",", ", ", "/", "\n", "/**/", " /* left */ ", "/*:*/ "]);
                    }
                    self.push_one(PARTS);
                }
            }
        }
        if self.one_in(30) {
            self.push_one(&["\\9", " \\0/", "\\0"]);
        }
    }

    /// Once in so many times, a directive inside a declaration.
    fn in_place(&mut self, chances: usize) {
        if self.one_in(chances) {
            self.push_one(&["", " "]);
            self.push_one(DIRECTIVE_STARTS);
            self.push_one(IN_PLACE);
            self.push_one(&["*/", "*/", " */", "*/ "]);
        }
    }

    /// A directive between rules or declarations.
    fn control(&mut self, outside: bool) {
        self.push_one(DIRECTIVE_STARTS);
        match self.below(16) {
            0..=2 => self.push_one(&["ignore", "rename", "remove", "ignore", "remove", "ignore:", "rename:x"]),
            3..=5 => self.push_one(&["begin:ignore", "begin:rename", "begin:remove", "begin:raw", "begin:ignore:x"]),
            6..=8 => self.push_one(&["end:ignore", "end:rename", "end:remove", "end:raw", "end:options", "end:config"]),
            9 | 10 => {
                self.push("raw:");
                self.push_one(if outside { RAW_RULES } else { RAW_DECLARATIONS });
            }
            11 | 12 => {
                self.push_one(&["options:", "begin:options:", "options: "]);
                let options = self.options().to_string();
                self.push(&options);
            }
            13 => {
                self.push_one(&["config:", "begin:config:"]);
                let options = self.options();
                let config = json!({ "options": options, "plugins": [] }).to_string();
                self.push(&config);
            }
            _ => self.push_one(&[
                "unknown",
                "begin:unknown",
                "end:unknown",
                "",
                " ignore",
                "begin",
                "end",
                "2px",
                "Ignore",
            ]),
        }
        self.push_one(&["*/", "*/", " */"]);
    }

    fn options(&mut self) -> Value {
        let mut options = serde_json::Map::new();
        for name in ["autoRename", "autoRenameStrict", "greedy", "processUrls", "useCalc"] {
            if self.one_in(4) {
                options.insert(name.to_owned(), json!(!self.one_in(5)));
            }
        }
        for name in ["clean", "processEnv"] {
            if self.one_in(6) {
                options.insert(name.to_owned(), json!(self.one_in(4)));
            }
        }
        if self.one_in(8) {
            options.insert("processUrls".to_owned(), json!({ "decl": self.one_in(2), "atrule": self.one_in(2) }));
        }
        if self.one_in(6) {
            let listed = self.pick(&["ignore", "remove", "rename", "raw", "options", "unknown"]);
            options.insert("blacklist".to_owned(), json!({ "rtlcss": { listed: true, "config": self.one_in(2) } }));
        }
        if self.one_in(5) {
            options.insert(
                "aliases".to_owned(),
                json!({ "--pad": "padding", "--x": "left", "--y": "BACKGROUND", "color": "right" }),
            );
        }
        if self.one_in(4) {
            let count = self.below(4);
            let maps = (0..count).map(|_| self.string_map()).collect();
            options.insert("stringMap".to_owned(), Value::Array(maps));
        }
        Value::Object(options)
    }

    fn string_map(&mut self) -> Value {
        let mut map = match self.below(5) {
            0 => json!({ "name": "prev-next", "search": "prev", "replace": "next" }),
            1 => json!({ "search": ["prev", "Prev"], "replace": ["next", "Next"] }),
            2 => json!({ "name": "left-right", "search": ["left"], "replace": ["right"] }),
            3 => json!({ "name": "ltr-rtl", "search": "ltr", "replace": "rtl" }),
            _ => json!({ "search": [".css", "$1", "é"], "replace": ["-rtl.css", "[x]", "è"] }),
        };
        if !self.one_in(3) {
            map["priority"] = json!(self.below(3) * 60);
        }
        if self.one_in(4) {
            map["exclusive"] = json!(true);
        }
        if self.one_in(2) {
            let scope = self.pick(&["*", "url", "selector", "other"]);
            map["options"] = json!({ "scope": scope });
            for name in ["ignoreCase", "greedy"] {
                if self.one_in(2) {
                    map["options"][name] = json!(self.one_in(2));
                }
            }
        }
        map
    }
}
