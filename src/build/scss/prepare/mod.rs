//! Mends SCSS before the compiler sees it, where Moodle's compiler or a browser understands what grass refuses.
//!
//! 1. [`statements`](Pass::run) cuts the text at `{`, `;` and `}`.
//! 2. `@import`s are resolved here, by Moodle's rules, to absolute paths ([`imports`]).
//! 3. In selectors, `#{&}` and a `&` glued to something become what the compiler accepts ([`selector`]);
//!    [`super::finish`] undoes the marks in the CSS.
//! 4. In values, functions that Sass would evaluate and cannot become plain CSS ([`value`]).
//! 5. `//` comments go where the compiler would leave them in an at-rule ([`comments`]).
//! 6. `!==`, which is no operator, makes a condition true ([`condition`]).
//! 7. What control directives assign is made before them, to live on behind them ([`scope`]).
//! 8. Long maps, over which the compiler is slow, become calls of a function of ours ([`map`]).
//!
//! A text without any of it comes out as it went in.

mod calculation;
mod comments;
mod condition;
mod edits;
mod imports;
mod map;
mod marking;
mod scope;
mod selector;
mod text;
mod value;

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use camino::Utf8PathBuf;

pub(super) use edits::{Edits, WayBack};

use super::marks::Marker;
use super::skip::{MAX_DEPTH, TooDeep, blank_end, is_name, skip};
use scope::Scope;

/// A text for the compiler.
#[derive(Debug)]
pub(super) struct Prepared {
    pub text: String,
    pub back: WayBack,
}

/// Finds what an import names, by the URL as it is written; `None` leaves it to the compiler to complain.
pub(super) type Resolve<'r> = dyn FnMut(&str) -> Option<Utf8PathBuf> + 'r;

/// What the sheets that were prepared so far say of themselves.
#[derive(Debug, Default)]
pub(super) struct Told {
    /// The names, in small letters, of the functions that they define.
    functions: RefCell<BTreeSet<String>>,
    /// What their variables at the top are, where that is one quoted text and no other.
    texts: RefCell<BTreeMap<String, Option<String>>>,
}

/// With a `marker`, statements are marked along the way. `told` is added to.
pub(super) fn prepare(
    source: &str,
    resolve: &mut Resolve<'_>,
    marker: Option<Marker<'_>>,
    told: &Told,
) -> Result<Prepared, TooDeep> {
    Pass { mends: true, ..Pass::new(source, marker, told) }.done(resolve)
}

/// A text that is plain CSS: marked, nothing else.
pub(super) fn mark_plain(source: &str, marker: Marker<'_>) -> Result<Prepared, TooDeep> {
    Pass { mends: false, ..Pass::new(source, Some(marker), &Told::default()) }.done(&mut |_| None)
}

struct Pass<'a> {
    source: &'a str,
    src: &'a [u8],
    edits: Edits<'a>,
    /// Whether anything is mended at all.
    mends: bool,
    marker: Option<Marker<'a>>,
    /// How deep the `@function` stands whose body this is.
    function: Option<usize>,
    told: &'a Told,
    /// Within the arguments of `calc()` and its like.
    in_calculation: bool,
    /// The blocks that are open, from the whole text on.
    scopes: Vec<Scope<'a>>,
}

impl<'a> Pass<'a> {
    fn new(source: &'a str, marker: Option<Marker<'a>>, told: &'a Told) -> Pass<'a> {
        Pass {
            source,
            src: source.as_bytes(),
            edits: Edits::new(source),
            mends: true,
            marker,
            function: None,
            told,
            in_calculation: false,
            scopes: vec![Scope::top()],
        }
    }

    fn done(mut self, resolve: &mut Resolve<'_>) -> Result<Prepared, TooDeep> {
        self.run(resolve)?;
        let (text, back) = self.edits.finish();
        Ok(Prepared { text, back })
    }
}

impl Pass<'_> {
    fn run(&mut self, resolve: &mut Resolve<'_>) -> Result<(), TooDeep> {
        let (mut at, mut depth) = (0, 0usize);
        loop {
            let start = blank_end(self.src, at);
            let end = skip(self.src, start, depth, |b| matches!(b, b'{' | b';'))?;
            let statement = start..end;
            match self.src.get(end) {
                Some(b'{') if self.is_custom_property(start) => {
                    // Its value is kept as it is, up to the end of the declaration.
                    self.mark_statement(statement);
                    at = self.braces_end(end, depth)?;
                    continue;
                }
                Some(b'{') => {
                    if self.mends {
                        self.outlive(statement.clone(), depth)?;
                        self.prelude(statement.clone(), depth)?;
                        self.enter(statement.clone());
                    }
                    self.mark_block(statement, depth);
                    depth += 1;
                }
                closer => {
                    self.mark_statement(statement.clone());
                    if self.mends {
                        self.declare(statement.clone());
                        self.statement(statement, depth, resolve)?;
                        if closer == Some(&b'}') {
                            self.leave();
                        }
                    }
                    depth = depth.saturating_sub(usize::from(closer == Some(&b'}')));
                    self.function = self.function.filter(|function| depth > *function);
                }
            }
            if depth > MAX_DEPTH {
                return Err(TooDeep(end));
            }
            if end >= self.src.len() {
                return Ok(());
            }
            at = end + 1;
        }
    }

    /// What stands before a block.
    fn prelude(&mut self, range: std::ops::Range<usize>, depth: usize) -> Result<(), TooDeep> {
        let text = &self.source[range.clone()];
        if let Some(selector) = text.strip_prefix("@at-root") {
            let start = range.end - selector.len();
            if self.src.get(blank_end(self.src, start)) == Some(&b'(') {
                Ok(())
            } else {
                self.selector(start..range.end)
            }
        } else if !text.starts_with('@') {
            self.selector(range)
        } else if let Some(function) = text.strip_prefix("@function") {
            let start = range.end - function.trim_start().len();
            self.own_function(start..self.name_end(start));
            Ok(())
        } else if text.starts_with("@mixin") {
            Ok(())
        } else if comments::stay_in(text) {
            self.without_comments(range);
            Ok(())
        } else if self.condition(range.clone())? {
            Ok(())
        } else {
            self.value(range, depth)
        }
    }

    /// What ends without a block.
    fn statement(
        &mut self,
        range: std::ops::Range<usize>,
        depth: usize,
        resolve: &mut Resolve<'_>,
    ) -> Result<(), TooDeep> {
        let text = &self.source[range.clone()];
        if text.starts_with("@import") {
            self.import(range, resolve);
            Ok(())
        } else if self.is_custom_property(range.start) {
            Ok(())
        } else if comments::stay_in(text) {
            self.without_comments(range);
            Ok(())
        } else {
            self.value(range, depth)
        }
    }

    /// `--name:`, whose value is no expression.
    fn is_custom_property(&self, start: usize) -> bool {
        if !self.src[start..].starts_with(b"--") {
            return false;
        }
        let name = self.src[start..].iter().take_while(|&&b| is_name(b)).count();
        self.src.get(blank_end(self.src, start + name)) == Some(&b':')
    }

    /// From a `{` in a custom property's value to the `;` or `}` that ends the declaration.
    fn braces_end(&self, open: usize, depth: usize) -> Result<usize, TooDeep> {
        let (mut at, mut inner) = (open + 1, 1usize);
        loop {
            at = skip(self.src, at, depth + inner, |b| matches!(b, b'{' | b';'))?;
            match self.src.get(at) {
                Some(b'{') => inner += 1,
                Some(b'}') if inner == 0 => return Ok(at),
                Some(b'}') => inner -= 1,
                Some(_) if inner == 0 => return Ok(at),
                Some(_) => {}
                None => return Ok(at),
            }
            if depth + inner > MAX_DEPTH {
                return Err(TooDeep(at));
            }
            at += 1;
        }
    }
}

#[cfg(test)]
mod tests;
