//! Which rule a property's values are flipped by, and the rules for single declarations.

use std::borrow::Cow;

use super::guard::{COMMENT_MARK, Guards, Marked};
use super::options::Options;
use super::swap::{swap, swap_left_right, swap_ltr_rtl};
use super::{background, border, cursor, origin, shadow, transform};

/// A rule for a group of properties. They are told apart by what their names contain or end in, so that prefixed
/// and unknown ones are covered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Property {
    /// `--name`: never flipped, except where it is an alias.
    Variable,
    Direction,
    Left,
    Right,
    Sides,
    Corners,
    Shadow,
    Origin,
    Transform,
    Transition,
    Background,
    Keyword,
    Cursor,
}

impl Property {
    /// The rule for a property's name in any case; the first that fits, in rtlcss' order.
    pub fn of(name: &str) -> Option<Property> {
        let mut buffer = [0_u8; 64];
        let lower = match buffer.get_mut(..name.len()) {
            Some(lower) => {
                lower.copy_from_slice(name.as_bytes());
                lower.make_ascii_lowercase();
                Cow::Borrowed(std::str::from_utf8(lower).unwrap_or(name))
            }
            None => Cow::Owned(name.to_ascii_lowercase()),
        };
        Property::of_lower(&lower)
    }

    fn of_lower(name: &str) -> Option<Property> {
        let has_lines = has_line_end(name);
        if name.starts_with("--") || (has_lines && name.split(LINE_ENDS).any(|line| line.starts_with("--"))) {
            return Some(Property::Variable);
        }
        // most names are refused by their letters alone, before any search
        let letters = letters(name.as_bytes());
        let has = |part: &str, part_letters: u32| letters & part_letters == part_letters && name.contains(part);
        macro_rules! contains {
            ($($part:literal)|+) => { $(has($part, const { crate::build::rtl::property::letters($part.as_bytes()) }))||+ };
        }
        let ends_in = |endings: &[&str]| endings.iter().any(|ending| name.ends_with(ending));
        Some(if contains!("direction") {
            Property::Direction
        } else if contains!("left") {
            Property::Left
        } else if contains!("right") {
            Property::Right
        } else if matches!(name, "margin" | "padding" | "border-color" | "border-style" | "border-width") {
            Property::Sides
        } else if contains!("border-radius") {
            Property::Corners
        } else if contains!("shadow") {
            Property::Shadow
        } else if contains!("transform-origin" | "perspective-origin") {
            Property::Origin
        } else if ends_in(&["transform"]) && !name.starts_with("text-") && !has_lines {
            Property::Transform
        } else if ends_in(&["transition", "transition-property"]) {
            Property::Transition
        } else if contains!("background" | "object") && is_background(name) {
            Property::Background
        } else if contains!("float" | "clear" | "text-align" | "justify-content" | "justify-items" | "justify-self") {
            Property::Keyword
        } else if contains!("cursor") {
            Property::Cursor
        } else {
            return None;
        })
    }

    /// The mirrored name of a property to which this rule applies.
    pub fn flip_name<'n>(self, name: &'n str) -> Cow<'n, str> {
        let (from, to) = match self {
            Property::Left => ("left", "right"),
            Property::Right => ("right", "left"),
            _ => return Cow::Borrowed(name),
        };
        let places = name.as_bytes().windows(from.len());
        match places.into_iter().position(|place| place.eq_ignore_ascii_case(from.as_bytes())) {
            Some(at) => Cow::Owned([&name[..at], to, &name[at + from.len()..]].concat()),
            None => Cow::Borrowed(name),
        }
    }

    /// The mirrored value of the property `name`; `None` if it is the same.
    pub fn flip_value(self, name: &str, raw: &str, guards: &mut Guards, options: &Options) -> Option<String> {
        let keeps_value = matches!(self, Property::Variable | Property::Left | Property::Right);
        let has_inset = options.process_env && raw.contains("safe-area-inset-");
        if (keeps_value && !has_inset) || raw.contains(COMMENT_MARK) {
            return None;
        }
        let marked = Marked::comments(raw);
        let value = match has_inset {
            true => swap(&marked.text, "safe-area-inset-left", "safe-area-inset-right", false, options.greedy),
            false => Cow::Borrowed(marked.text.as_str()),
        };
        let flipped = match self {
            Property::Variable | Property::Left | Property::Right => value,
            Property::Direction => Cow::Owned(swap_ltr_rtl(&value, options).into_owned()),
            Property::Sides => Cow::Owned(border::flip_sides(&value, guards)),
            Property::Corners => Cow::Owned(border::flip_corners(&value, guards)),
            Property::Shadow => Cow::Owned(shadow::flip(&value, guards)),
            Property::Origin => Cow::Owned(origin::flip(&value, guards, options)),
            Property::Transform => Cow::Owned(transform::flip(&value, guards)),
            Property::Background => Cow::Owned(background::flip(name, &value, guards, options)),
            Property::Transition | Property::Keyword => Cow::Owned(swap_left_right(&value, options).into_owned()),
            Property::Cursor => Cow::Owned(cursor::flip(&value, guards, options)),
        };
        let flipped = marked.restore(&flipped);
        (flipped != raw).then_some(flipped)
    }
}

/// What a pattern's dot does not match. Only quotes in a broken name can hold one.
const LINE_ENDS: [char; 4] = ['\n', '\r', '\u{2028}', '\u{2029}'];

fn has_line_end(name: &str) -> bool {
    // this is asked of every property, so look at bytes first
    name.bytes().any(|byte| matches!(byte, b'\n' | b'\r' | 0xe2)) && name.contains(LINE_ENDS)
}

/// `…background` or `…object`, `-position`, `-position-x` or `-image` after it.
fn is_background(name: &str) -> bool {
    let stem = ["-position-x", "-position", "-image"].iter().find_map(|ending| name.strip_suffix(ending));
    [Some(name), stem].into_iter().flatten().any(|name| name.ends_with("background") || name.ends_with("object"))
}

/// The letters in a name, one bit each.
const fn letters(name: &[u8]) -> u32 {
    let mut set = 0;
    let mut at = 0;
    while at < name.len() {
        if name[at].is_ascii_lowercase() {
            set |= 1 << (name[at] - b'a');
        }
        at += 1;
    }
    set
}
