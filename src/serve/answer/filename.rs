//! The name that a saved asset gets (`Content-Disposition`).

use crate::asset::ContentType;

/// A plain file name with the right extension, out of the path that was asked for: `edit.svg`, `all.css`,
/// `first.js`. Holds nothing but `[A-Za-z0-9._-]`, so it needs no quoting.
pub fn filename(target: &str, kind: ContentType) -> String {
    const LONGEST: usize = 80;
    let path = target.split(['?', '#']).next().unwrap_or_default();
    let last = path.trim_end_matches('/').rsplit('/').next().unwrap_or_default();
    let plain = |c: &char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-');
    let name: String = last.chars().filter(plain).take(LONGEST).collect();
    let name = name.trim_start_matches('.');
    // Asked in query form, the path ends with the script: `image.php` becomes `image.svg`.
    let stem = name.strip_suffix(".php").unwrap_or(name);
    let extension = extension(kind);
    match stem.rsplit_once('.') {
        Some((_, found)) if ContentType::from_extension(&found.to_ascii_lowercase()) == Some(kind) => stem.to_owned(),
        _ if stem.is_empty() => format!("asset.{extension}"),
        _ => format!("{stem}.{extension}"),
    }
}

const fn extension(kind: ContentType) -> &'static str {
    match kind {
        ContentType::Css => "css",
        ContentType::JavaScript => "js",
        ContentType::SourceMap => "map",
        ContentType::Svg => "svg",
        ContentType::Png => "png",
        ContentType::Gif => "gif",
        ContentType::Jpeg => "jpg",
        ContentType::Icon => "ico",
        ContentType::Woff2 => "woff2",
        ContentType::Woff => "woff",
        ContentType::Ttf => "ttf",
        ContentType::Otf => "otf",
        ContentType::Eot => "eot",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_segment_names_the_file_and_the_type_its_extension() {
        for (target, kind, expected) in [
            ("/theme/image.php/boost/core/17/t/edit", ContentType::Svg, "edit.svg"),
            ("/theme/image.php/boost/theme/17/favicon", ContentType::Icon, "favicon.ico"),
            ("/theme/image.php?theme=boost&image=t/edit", ContentType::Png, "image.png"),
            ("/theme/styles.php/boost/17_1/all", ContentType::Css, "all.css"),
            ("/lib/requirejs.php/17/core/first.js", ContentType::JavaScript, "first.js"),
            ("/lib/requirejs.php/17/core/first.js", ContentType::Css, "first.js.css"),
            ("/theme/font.php/boost/core/17/Font.WOFF2", ContentType::Woff2, "Font.WOFF2"),
            ("/lib/jssourcemap.php/core/first.js", ContentType::SourceMap, "first.js.map"),
            ("/theme/yui_combo.php?3.18.1/a.js", ContentType::JavaScript, "yui_combo.js"),
            ("/", ContentType::Css, "asset.css"),
            ("/a/..%22%0d%0a\"", ContentType::Css, "220d0a.css"),
        ] {
            assert_eq!(filename(target, kind), expected, "{target}");
        }
        assert!(filename(&"x".repeat(5000), ContentType::Css).len() < 100);
    }
}
