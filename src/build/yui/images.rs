//! The images that YUI's style sheets name by file only (moodle-assets.md §3).

use super::part::{Kind, Part, Versions};

const SKIN: &str = "../../../../assets/skins/sam/";
const CDN: &str = "http://yui.yahooapis.com/";
const UP: &str = "../../../../";

/// Leads the images of a part's style sheet to `theme/yui_image.php` below `mount`. `slash` where the list came as
/// a path: the images then do as well.
pub fn rewrite(css: &str, part: &Part, mount: &str, slash: bool, versions: &Versions) -> String {
    let base = format!("{mount}/theme/yui_image.php{}", if slash { "/" } else { "?file=" });
    match &part.kind {
        Kind::Module { component, module, .. } => {
            each_image(css, "", |name| format!("{base}moodle/{component}/{module}/{module}/{name}"))
        }
        Kind::Library { version, .. } if version == "2in3" => {
            each_image(css, SKIN, |name| format!("{base}{}/{name}", versions.yui2))
        }
        Kind::Library { version, .. } => each_image(css, SKIN, |name| format!("{base}{version}/{name}")),
        Kind::Gallery { .. } => {
            let rev = part.text.split('/').nth(1).unwrap_or_default();
            gallery(css, &format!("{base}/gallery/{rev}/"))
        }
        Kind::Rollup { .. } | Kind::UseAll | Kind::Nothing | Kind::Wrong => css.to_owned(),
    }
}

/// Replaces each `name.png` and `name.gif`, and `prefix` right in front of it.
fn each_image(css: &str, prefix: &str, url: impl Fn(&str) -> String) -> String {
    let in_name = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_' || b == b'-';
    let bytes = css.as_bytes();
    let mut out = String::with_capacity(css.len() + css.len() / 8);
    let (mut at, mut copied) = (0, 0);
    while at < bytes.len() {
        let name = bytes[at..].iter().take_while(|b| in_name(**b)).count();
        let end = at + name;
        if name > 0 && (bytes[end..].starts_with(b".png") || bytes[end..].starts_with(b".gif")) {
            let before = &css[copied..at];
            out.push_str(before.strip_suffix(prefix).filter(|_| !prefix.is_empty()).unwrap_or(before));
            out.push_str(&url(&css[at..end + 4]));
            (at, copied) = (end + 4, end + 4);
        } else {
            at = end.max(at + 1);
        }
    }
    out.push_str(&css[copied..]);
    out
}

/// A gallery module names its images through YUI's own servers, or by climbing up to the module's folder.
fn gallery(css: &str, base: &str) -> String {
    let mut local = String::with_capacity(css.len());
    for (i, piece) in css.split(CDN).enumerate() {
        let behind = piece.starts_with("gallery-").then(|| piece.split_once('/')).flatten();
        match (i, behind) {
            (0, _) => local.push_str(piece),
            (_, Some((_, rest))) => _ = (local.push_str(UP), local.push_str(rest)),
            (_, None) => _ = (local.push_str(CDN), local.push_str(piece)),
        }
    }
    let mut out = String::with_capacity(local.len());
    for (i, piece) in local.split(UP).enumerate() {
        if i > 0 {
            out.push_str(if is_gallery_image(piece) { base } else { UP });
        }
        out.push_str(piece);
    }
    out
}

/// `gallery-…/assets/skins/sam/name.png`
fn is_gallery_image(text: &str) -> bool {
    let Some((module, rest)) = text.split_once('/') else { return false };
    let in_name = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_' || c == '-';
    let behind = rest.strip_prefix("assets/skins/sam/").map(|name| (name.trim_start_matches(in_name), name));
    let is_image = behind
        .is_some_and(|(end, name)| end.len() < name.len() && (end.starts_with(".png") || end.starts_with(".gif")));
    module.starts_with("gallery-") && is_image
}
