//! A purge, as it is written: `purge all 1770000000 after 3,2 code 993e…`.
//!
//! The value is the revision that it makes: the time, or one more than the value that held. Behind `after` stands how
//! many purges of the same kind its writer counted, for `all` those of themes and those of scripts; behind `code` the
//! fingerprint of the writer's code. Both may be left out by hand.

use crate::asset::ThemeName;
use std::fmt;

/// What a purge makes new.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Purge {
    /// Themes and scripts.
    All,
    /// Every theme's assets.
    Themes,
    /// Scripts, AMD and YUI modules.
    Scripts,
    /// The style sheets of one theme, by its sub-revision.
    Theme(ThemeName),
}

/// A line of the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    pub purge: Purge,
    pub value: u64,
    pub after: Option<After>,
    pub code: Option<String>,
}

/// How many purges the writer counted before its own: of themes or of the theme, and of scripts. What a purge does
/// not concern is 0.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct After {
    pub themes: u64,
    pub scripts: u64,
}

impl Line {
    /// A whole line without its end; `None` for one that is torn or foreign.
    pub fn read(line: &[u8]) -> Option<Line> {
        let mut words = std::str::from_utf8(line).ok()?.split(' ');
        let purge = match (words.next()?, words.next()?) {
            ("purge", "all") => Purge::All,
            ("purge", "themes") => Purge::Themes,
            ("purge", "js") => Purge::Scripts,
            ("purge", "theme") => Purge::Theme(ThemeName::parse(words.next()?).ok()?),
            _ => return None,
        };
        let mut line = Line { purge, value: words.next()?.parse().ok()?, after: None, code: None };
        while let Some(key) = words.next() {
            let value = words.next()?;
            match key {
                "after" if line.after.is_none() => line.after = Some(read_after(&line.purge, value)?),
                "code" if line.code.is_none() && is_fingerprint(value) => line.code = Some(value.to_owned()),
                _ => return None,
            }
        }
        Some(line)
    }
}

fn read_after(purge: &Purge, text: &str) -> Option<After> {
    match purge {
        Purge::All => {
            let (themes, scripts) = text.split_once(',')?;
            Some(After { themes: themes.parse().ok()?, scripts: scripts.parse().ok()? })
        }
        Purge::Scripts => Some(After { themes: 0, scripts: text.parse().ok()? }),
        Purge::Themes | Purge::Theme(_) => Some(After { themes: text.parse().ok()?, scripts: 0 }),
    }
}

/// As [`Fingerprint`](crate::site::Fingerprint) writes it: a torn one is none.
fn is_fingerprint(text: &str) -> bool {
    text.len() == 40 && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

impl fmt::Display for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.purge {
            Purge::All => f.write_str("purge all")?,
            Purge::Themes => f.write_str("purge themes")?,
            Purge::Scripts => f.write_str("purge js")?,
            Purge::Theme(theme) => write!(f, "purge theme {theme}")?,
        }
        write!(f, " {}", self.value)?;
        match (&self.after, &self.purge) {
            (None, _) => {}
            (Some(After { themes, scripts }), Purge::All) => write!(f, " after {themes},{scripts}")?,
            (Some(After { scripts, .. }), Purge::Scripts) => write!(f, " after {scripts}")?,
            (Some(After { themes, .. }), _) => write!(f, " after {themes}")?,
        }
        // One that is none would cost the line.
        self.code.as_deref().filter(|code| is_fingerprint(code)).map_or(Ok(()), |code| write!(f, " code {code}"))
    }
}
