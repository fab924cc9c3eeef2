//! The placeholders of style sheets: `[[pix:component|name]]`, `[[pix:name]]`, `[[font:component|name]]`
//! (moodle-assets.md §4).

use crate::asset::{Revision, ThemeName};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// What stands in a URL as it is (RFC 3986 §2.3); Moodle encodes all else of a name.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

/// Where the images and fonts of a sheet are.
#[derive(Clone, Debug)]
pub struct Urls<'a> {
    /// The path of the wwwroot.
    pub mount: &'a str,
    pub theme: &'a ThemeName,
    /// The current revision, whichever was asked for; `None` in designer mode, where URLs carry none.
    pub revision: Option<Revision>,
    /// Whether images may be SVG.
    pub svg: bool,
}

/// What a placeholder asks for.
#[derive(Clone, Copy)]
enum Kind {
    Image,
    Font,
}

impl Kind {
    /// The kind of a placeholder, and what stands behind its name.
    fn of(from: &str) -> Option<(Kind, &str)> {
        let image = from.strip_prefix("[[pix:").map(|rest| (Kind::Image, rest));
        image.or_else(|| Some((Kind::Font, from.strip_prefix("[[font:")?)))
    }
}

impl Urls<'_> {
    /// Replaces every placeholder by a URL, path only. `[[setting:…]]` and what is none stay as they are.
    pub fn substitute(&self, css: &str) -> String {
        let mut out = String::with_capacity(css.len() + css.len() / 16);
        let mut rest = css;
        while let Some(at) = rest.find("[[") {
            let (before, from) = rest.split_at(at);
            out.push_str(before);
            let found = Kind::of(from).and_then(|(kind, inside)| {
                // Any name without a closing bracket is one: Moodle asks for no more.
                let (name, behind) = inside.split_at(inside.find(']')?);
                (!name.is_empty()).then_some(())?;
                Some((kind, name, behind.strip_prefix("]]")?))
            });
            rest = match found {
                Some((kind, name, behind)) => {
                    out.push_str(&self.url(kind, name));
                    behind
                }
                None => {
                    out.push('[');
                    &from[1..]
                }
            };
        }
        out.push_str(rest);
        out
    }

    fn url(&self, kind: Kind, inside: &str) -> String {
        let is_component = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
        let (component, name) = match inside.split_once('|') {
            Some((component, name))
                if !component.is_empty() && !name.is_empty() && component.chars().all(is_component) =>
            {
                (component, name)
            }
            _ => ("core", inside),
        };
        let component = if component == "moodle" { "core" } else { component };
        let Urls { mount, theme, .. } = self;
        let (script, named) = match kind {
            Kind::Image => ("image", "image"),
            Kind::Font => ("font", "font"),
        };
        let has_svg = self.svg || matches!(kind, Kind::Font);
        match self.revision {
            Some(revision) => {
                let no_svg = if has_svg { "" } else { "_s/" };
                let parts: Vec<_> =
                    name.split('/').map(|part| utf8_percent_encode(part, ENCODED).to_string()).collect();
                format!("{mount}/theme/{script}.php/{no_svg}{theme}/{component}/{revision}/{}", parts.join("/"))
            }
            None => {
                let no_svg = if has_svg { "" } else { "&svg=0" };
                let name = utf8_percent_encode(name, ENCODED);
                format!("{mount}/theme/{script}.php?theme={theme}&component={component}&{named}={name}{no_svg}")
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn substituted(css: &str) -> String {
        let theme = ThemeName::parse("boost").unwrap();
        Urls { mount: "/m", theme: &theme, revision: Revision::new(17), svg: true }.substitute(css)
    }

    #[test]
    fn images_and_fonts_get_urls_and_nothing_else_is_touched() {
        assert_eq!(
            substituted("a{b:url([[pix:theme|fp/x]]) url([[pix:t/edit]])} [[font:core|f.woff2]]"),
            "a{b:url(/m/theme/image.php/boost/theme/17/fp/x) url(/m/theme/image.php/boost/core/17/t/edit)} \
             /m/theme/font.php/boost/core/17/f.woff2"
        );
        for same in ["[[setting:x]]", "[[pix:]]", "[[pix:a] b]]", "[[", "a[[b", "[[pix:x", "[[[[pix|]]", "[pix:a]]"] {
            assert_eq!(substituted(same), same);
        }
        assert_eq!(substituted("[[[pix:a]]]"), "[/m/theme/image.php/boost/core/17/a]");
    }

    #[test]
    fn any_name_is_one_and_is_encoded_as_moodle_encodes_it() {
        assert_eq!(substituted("[[pix:theme|a b/(c)~é]]"), "/m/theme/image.php/boost/theme/17/a%20b/%28c%29~%C3%A9");
        // What is no component's name belongs to the image's.
        assert_eq!(substituted("[[pix:Mod-x|a]]"), "/m/theme/image.php/boost/core/17/Mod-x%7Ca");
        assert_eq!(substituted("[[pix:theme|]]"), "/m/theme/image.php/boost/core/17/theme%7C");
        assert_eq!(substituted("[[font:moodle|a|b.ttf]]"), "/m/theme/font.php/boost/core/17/a%7Cb.ttf");
    }

    #[test]
    fn urls_carry_no_revision_in_designer_mode_and_ask_for_no_svg_where_there_may_be_none() {
        let theme = ThemeName::parse("boost").unwrap();
        let urls = Urls { mount: "", theme: &theme, revision: None, svg: false };
        assert_eq!(
            urls.substitute("[[pix:t/a]] [[font:theme|b.woff]]"),
            "/theme/image.php?theme=boost&component=core&image=t%2Fa&svg=0 \
             /theme/font.php?theme=boost&component=theme&font=b.woff"
        );
        let urls = Urls { revision: Revision::new(17), ..urls };
        assert_eq!(urls.substitute("[[pix:moodle|a]]"), "/theme/image.php/_s/boost/core/17/a");
    }

    proptest! {
        #[test]
        fn text_around_placeholders_is_kept(before in "[^\\[]{0,9}", after in "[^\\[]{0,9}") {
            let expected = format!("{before}/m/theme/image.php/boost/core/17/x{after}");
            prop_assert_eq!(substituted(&format!("{before}[[pix:x]]{after}")), expected);
        }

        #[test]
        fn no_text_panics(css in "(\\[|\\]|pix:|font:|a\\||é| ){0,12}") {
            substituted(&css);
        }
    }
}
