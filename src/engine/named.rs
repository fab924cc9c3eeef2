//! The images and fonts that a style sheet names: what its placeholders became (moodle-assets.md §4).
//!
//! They are read off the finished sheet, so it does not matter whether it was built here, found or fetched.

use super::Failure;
use crate::asset::url::Mount;
use crate::asset::{Asset, ThemeName};
use crate::build::scss::Spot;
use crate::designer::{Fault, Level};
use crate::inputs::trace;
use crate::site::{Site, SourceFile};
use camino::Utf8Path;
use std::collections::HashSet;

/// So many are looked for in one sheet; Moodle's own have some hundred.
const MOST: usize = 1000;
/// A line of a source is shown up to so many characters.
const EXCERPT: usize = 160;

/// The images and fonts that finished CSS names by this site's URLs, each once, in their order.
pub fn named(mount: &Mount, css: &str) -> Vec<Asset> {
    let begins = format!("{}/theme/", mount.path());
    let (mut seen, mut named) = (HashSet::new(), Vec::new());
    for (at, _) in css.match_indices(&begins) {
        let (before, from) = css.split_at(at);
        let script = &from[begins.len()..];
        let is_url = before.ends_with(|c: char| c.is_whitespace() || "(\"',".contains(c));
        if !is_url || !(script.starts_with("image.php") || script.starts_with("font.php")) {
            continue;
        }
        let end = from.find(|c: char| c.is_whitespace() || ")\"'\\".contains(c)).unwrap_or(from.len());
        let Ok(requested) = mount.parse(&from[..end]) else { continue };
        if named.len() < MOST && seen.insert(requested.asset.clone()) {
            named.push(requested.asset);
        }
    }
    named
}

/// The placeholder that stands for an image or font in sources; nothing for what has none.
pub fn placeholder(asset: &Asset) -> Option<String> {
    match asset {
        Asset::Image { component, name, .. } => Some(format!("[[pix:{component}|{}]]", name.as_str())),
        Asset::Font { component, file, .. } => Some(format!("[[font:{component}|{}]]", file.as_str())),
        _ => None,
    }
}

/// The file of an image or font; `None` where there is none, or its theme is broken.
///
/// # Errors
/// Where a folder cannot be searched, or a link leads out of the site.
pub fn file_of(site: &Site, asset: &Asset) -> Result<Option<SourceFile>, Failure> {
    let chain = |theme: &ThemeName| site.themes().chain(theme).and_then(Result::ok);
    Ok(match asset {
        Asset::Image { theme, component, name, svg } => match chain(theme) {
            Some(chain) => site.image(chain, component, name, *svg)?.filter(|file| file.content_type().is_some()),
            None => None,
        },
        Asset::Font { theme, component, file } => match chain(theme) {
            Some(chain) => site.font(chain, component, file)?,
            None => None,
        },
        _ => None,
    })
}

/// A warning for each image and font that a sheet of the theme names and that is not there. Whoever follows the sheet's
/// sources follows these, too: it may come.
pub fn unknown(site: &Site, theme: &ThemeName, named: &[Asset]) -> Vec<Fault> {
    let mut faults = Vec::new();
    for asset in named {
        let (found, looked) = trace::aside(|| file_of(site, asset));
        if matches!(found, Ok(Some(_))) {
            continue; // that it is there decides nothing about the sheet
        }
        trace::add(&looked);
        let Some(placeholder) = placeholder(asset) else { continue };
        let what = if matches!(asset, Asset::Font { .. }) { "font" } else { "image" };
        let message = match found {
            Err(failure) => format!("{placeholder}: {failure}"),
            _ => format!("there is no {what} {placeholder}"),
        };
        let spot = written_in_sources(asset);
        faults.push(Fault { level: Level::Warning, theme: theme.to_string(), spot, message });
    }
    faults
}

/// Where a placeholder is written, among the files that this work has read; `None` where nobody notes them.
fn written_in_sources(asset: &Asset) -> Option<Spot> {
    let placeholder = placeholder(asset)?;
    let mut spellings = vec![placeholder.clone()];
    // Moodle's own component may be left out, or be called by its old name.
    for other in ["", "moodle|"] {
        spellings.extend(placeholder.contains(":core|").then(|| placeholder.replacen("core|", other, 1)));
    }
    let read = trace::read_files();
    let styles = read.iter().filter(|path| matches!(path.extension(), Some("css" | "scss" | "php")));
    styles.take(MOST).find_map(|path| spot_of(path, &spellings))
}

fn spot_of(path: &Utf8Path, spellings: &[String]) -> Option<Spot> {
    let text = std::fs::read_to_string(path).ok()?;
    let (number, line, at) = text.lines().enumerate().find_map(|(number, line)| {
        let at = spellings.iter().find_map(|spelling| line.find(spelling.as_str()))?;
        Some((number, line, at))
    })?;
    let excerpt = line.trim();
    let indent = line.chars().take_while(|c| c.is_whitespace()).count();
    let column = line[..at].chars().count() + 1;
    // A sheet may be one line.
    let excerpt = if column < EXCERPT { excerpt.chars().take(EXCERPT).collect() } else { String::new() };
    Some(Spot { file: path.to_string(), line: number + 1, column, indent, excerpt })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn images_and_fonts_are_read_off_the_finished_sheet_in_both_forms_of_urls() {
        let mount = Mount::of_wwwroot("https://school.example/m");
        let css = "a{b:url(/m/theme/image.php/boost/core/17/t/edit) url(\"/m/theme/image.php/_s/boost/theme/17/a/b-c\")}\
             b{src:url('/m/theme/font.php/boost/core/17/f.woff2'),url(/m/theme/image.php/boost/core/17/t/edit)}\
             c{b:url(/m/theme/image.php?theme=boost&component=mod_quiz&image=icon)}\
             d{b:url(https://other.example/m/theme/image.php/boost/core/17/x) url(/theme/image.php/boost/core/17/y)}";
        let placeholders: Vec<_> = named(&mount, css).iter().filter_map(placeholder).collect();
        assert_eq!(
            placeholders,
            ["[[pix:core|t/edit]]", "[[pix:theme|a/b-c]]", "[[font:core|f.woff2]]", "[[pix:mod_quiz|icon]]"]
        );
    }

    #[test]
    fn a_placeholder_is_found_in_the_file_where_it_is_written() {
        let folder = tempfile::tempdir().unwrap();
        let path = Utf8Path::from_path(folder.path()).unwrap().join("a.css");
        std::fs::write(&path, "a {\n  b: url([[pix:t/x]]);\n}\n").unwrap();
        let asset = &named(&Mount::default(), "url(/theme/image.php/boost/core/17/t/x)")[0];
        let (spot, _) = trace::aside(|| {
            trace::content(&path, b"");
            written_in_sources(asset)
        });
        let spot = spot.unwrap();
        assert_eq!((spot.line, spot.column, spot.excerpt.as_str()), (2, 10, "b: url([[pix:t/x]]);"));
    }
}
