//! The placeholders of style sheets: `[[pix:component|name]]`, `[[pix:name]]`, `[[font:component|name]]`
//! (moodle-assets.md §4).

use crate::asset::{Revision, ThemeName};

/// Where the images and fonts of a sheet are.
#[derive(Clone, Debug)]
pub struct Urls<'a> {
    /// The path of the wwwroot.
    pub mount: &'a str,
    pub theme: &'a ThemeName,
    /// The current revision; `None` in designer mode.
    pub revision: Option<Revision>,
    /// Whether images may be SVG.
    pub svg: bool,
}

impl Urls<'_> {
    /// Replaces every placeholder by a URL, path only. `[[setting:…]]` and what is none stay as they are.
    pub fn substitute(&self, css: &str) -> String {
        let mut out = String::with_capacity(css.len() + css.len() / 16);
        let mut rest = css;
        while let Some(at) = rest.find("[[") {
            let (before, from) = rest.split_at(at);
            out.push_str(before);
            match from.find("]]").and_then(|end| Some((end + 2, self.url(&from[2..end])?))) {
                Some((length, url)) => {
                    out.push_str(&url);
                    rest = &from[length..];
                }
                None => {
                    out.push_str("[[");
                    rest = &from[2..];
                }
            }
        }
        out.push_str(rest);
        out
    }

    fn url(&self, inside: &str) -> Option<String> {
        let (kind, name) = inside.split_once(':')?;
        let good = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '/' | '.' | '|');
        if name.is_empty() || !name.chars().all(good) {
            return None;
        }
        let (component, name) = name.split_once('|').unwrap_or(("core", name));
        let component = if component == "moodle" { "core" } else { component };
        let Urls { mount, theme, .. } = self;
        let rev = self.revision.map_or("-1".to_owned(), |revision| revision.to_string());
        match kind {
            "pix" => {
                let no_svg = if self.svg { "" } else { "_s/" };
                Some(format!("{mount}/theme/image.php/{no_svg}{theme}/{component}/{rev}/{name}"))
            }
            "font" => Some(format!("{mount}/theme/font.php/{theme}/{component}/{rev}/{name}")),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn images_and_fonts_get_urls_and_nothing_else_is_touched() {
        let theme = ThemeName::parse("boost").unwrap();
        let urls = Urls { mount: "/m", theme: &theme, revision: Revision::new(17), svg: true };
        assert_eq!(
            urls.substitute("a{b:url([[pix:theme|fp/x]]) url([[pix:t/edit]])} [[font:core|f.woff2]]"),
            "a{b:url(/m/theme/image.php/boost/theme/17/fp/x) url(/m/theme/image.php/boost/core/17/t/edit)} \
             /m/theme/font.php/boost/core/17/f.woff2"
        );
        for same in ["[[setting:x]]", "[[pix:]]", "[[pix:a b]]", "[[", "a[[b", "[[pix:x", "[[[[pix|]]"] {
            assert_eq!(urls.substitute(same), same);
        }
        let designer = Urls { revision: None, svg: false, ..urls };
        assert_eq!(designer.substitute("[[pix:moodle|a]]"), "/m/theme/image.php/_s/boost/core/-1/a");
    }
}
