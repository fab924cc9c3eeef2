//! The URLs for which one asset's content is a good dictionary: the same with any revision (RFC 9842 §2.1.1).

use super::script::Script;
use super::{Mount, Requested};
use crate::asset::Asset;

impl Mount {
    /// The URL pattern of a target's siblings, `*` in the place of its revision. `None` where there is no such
    /// place, and for any spelling but Moodle's own path form.
    pub fn siblings(&self, requested: &Requested, target: &str) -> Option<String> {
        if !requested.canonical || requested.revision.number().is_none() {
            return None;
        }
        // Nothing that means something in a URL pattern, or has to be escaped in a quoted string.
        let plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'/' | b'.' | b'_' | b'-' | b'~');
        if !target.bytes().all(plain) {
            return None;
        }
        let (_, argument) = Script::find(target.strip_prefix(self.path())?)?;
        let before = match &requested.asset {
            Asset::Image { svg, .. } => 2 + usize::from(!svg),
            Asset::Styles { svg, .. } => 1 + usize::from(!svg),
            Asset::Font { .. } => 2,
            Asset::ThemeScript { .. } => 1,
            Asset::Scripts(_) | Asset::AmdAll | Asset::AmdModule { .. } => 0,
            Asset::StylesDebug { .. }
            | Asset::SourceMap { .. }
            | Asset::MapOf(_)
            | Asset::YuiCombo { .. }
            | Asset::YuiImage(_) => return None,
        };
        let mut start = target.len() - argument.strip_prefix('/')?.len();
        for _ in 0..before {
            start += target[start..].find('/')? + 1;
        }
        let end = start + target[start..].find('/')?;
        Some(format!("{}*{}", &target[..start], &target[end..]))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn siblings(wwwroot: &str, target: &str) -> Option<String> {
        let mount = Mount::of_wwwroot(wwwroot);
        mount.siblings(&mount.parse(target).unwrap(), target)
    }

    #[test]
    fn the_revision_may_be_any_other_and_the_rest_stays() {
        for (target, expected) in [
            ("/theme/styles.php/boost/1770000000_17/all", "/theme/styles.php/boost/*/all"),
            ("/theme/styles.php/_s/boost/1770000000/editor-rtl", "/theme/styles.php/_s/boost/*/editor-rtl"),
            ("/theme/javascript.php/boost/1770000000/head", "/theme/javascript.php/boost/*/head"),
            ("/lib/javascript.php/1770000000/lib/a-b.js", "/lib/javascript.php/*/lib/a-b.js"),
            ("/lib/requirejs.php/1770000000/core/first.js", "/lib/requirejs.php/*/core/first.js"),
            ("/theme/image.php/boost/core/1770000000/t/edit", "/theme/image.php/boost/core/*/t/edit"),
            ("/theme/image.php/_s/boost/core/1770000000/t/edit", "/theme/image.php/_s/boost/core/*/t/edit"),
        ] {
            assert_eq!(siblings("https://a", target).as_deref(), Some(expected));
            let (wwwroot, below) = ("https://a/my/moodle", format!("/my/moodle{target}"));
            assert_eq!(siblings(wwwroot, &below), Some(format!("/my/moodle{expected}")));
        }
    }

    #[test]
    fn other_spellings_and_what_has_no_revision_have_no_siblings() {
        for target in [
            "/theme/styles.php?theme=boost&rev=1770000000&type=all",
            "/theme/styles.php/boost//1770000000/all",
            "/theme/styles.php/boost/-1/all",
            "/theme/yui_combo.php/rollup/3.18.1/a-min.js",
            "/theme/yui_image.php/3.18.1/sprite.png",
            "http://a/theme/styles.php/boost/1770000000/all",
        ] {
            assert_eq!(siblings("https://a", target), None, "{target}");
        }
        assert_eq!(siblings("https://a/m:x", "/m:x/theme/styles.php/boost/1770000000/all"), None);
    }
}
