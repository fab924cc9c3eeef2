//! Where an asset's entry lies in localcachedir (design.md §5).
//!
//! Two assets never share a name. Names out of URLs hold only `[A-Za-z0-9/._-]`, so a `~` in an entry's name is
//! revserve's own, and marks what would otherwise be mistaken for another asset's.

use super::entry::sha256;
use super::generation::{Area, Generation};
use crate::asset::{Asset, Revision, SafePath};
use std::fmt;

/// The path of one entry below revserve's folder: `theme/1770000000/boost/css/all.entry`.
///
/// Only single assets of a revision have one: lists, debug sheets, source maps and development builds are never stored.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct EntryName {
    area: Area,
    revision: Revision,
    /// Below revserve's folder, without `.entry`.
    path: String,
}

impl EntryName {
    /// What an entry's file name ends in.
    pub const ENTRY: &'static str = ".entry";
    /// What the file name of its better variants ends in.
    pub const BEST: &'static str = ".best";
    /// More folders in one another than any asset of a Moodle has: such a name is not stored.
    pub(super) const DEEPEST: usize = 32;
    /// A longer segment is stored under its hash; file systems allow 255 bytes with all that is added.
    const LONGEST: usize = 200;

    /// The place of an asset of a generation, `None` if it is not to be stored.
    pub fn new(asset: &Asset, generation: Generation) -> Option<EntryName> {
        let name = match (asset, generation) {
            (Asset::Image { theme, component, name, svg }, Generation::Theme(revision)) => {
                Name::of(Area::Theme, revision)
                    .folder(theme.as_str())
                    .folder("pix")
                    .folder(component.as_str())
                    .path(name, if *svg { "" } else { "-nosvg" })
            }
            (Asset::Font { theme, component, file }, Generation::Theme(revision)) => Name::of(Area::Theme, revision)
                .folder(theme.as_str())
                .folder("fonts")
                .folder(component.as_str())
                .path(file, ""),
            (Asset::ThemeScript { theme, place }, Generation::Theme(revision)) => {
                Name::of(Area::Theme, revision).folder(theme.as_str()).folder("javascript").file(place.as_str())
            }
            (Asset::Styles { theme, sheet, svg }, Generation::Styles(revision, sub)) => {
                let sub = sub.map(|sub| format!("_{sub}")).unwrap_or_default();
                let no_svg = if *svg { "" } else { "-nosvg" };
                Name::of(Area::Theme, revision)
                    .folder(theme.as_str())
                    .folder("css")
                    .file(&format!("{}{sub}{no_svg}", sheet.as_str()))
            }
            (Asset::Scripts(paths), Generation::Js(revision)) => {
                let [path] = &paths[..] else { return None };
                let hash = hex(path.as_str());
                Name::of(Area::Js, revision).folder(&hash[..2]).file(&hash)
            }
            (Asset::AmdAll, Generation::Js(revision)) => Name::of(Area::Amd, revision).file("all"),
            (Asset::AmdModule { component, module }, Generation::Js(revision)) => {
                Name::of(Area::Amd, revision).folder(component.as_str()).path(module, "")
            }
            (Asset::YuiCombo { parts, slash }, Generation::Js(revision)) => {
                // A list has an `&`, which no path has.
                let part = SafePath::parse(parts).ok()?;
                // Only style sheets depend on the form they were asked in: by the URLs of their images.
                let form = if *slash && part.extension() == Some("css") { "~slash" } else { "" };
                Name::of(Area::Yui, revision).path(&part, form)
            }
            (Asset::YuiImage(image), Generation::Js(revision)) => {
                Name::of(Area::Yui, revision).folder("~image").path(image, "")
            }
            (Asset::SourceMap { .. } | Asset::StylesDebug { .. } | Asset::MapOf(_), _) => return None,
            // Development, or another asset's generation.
            _ => return None,
        };
        name.finish()
    }

    pub fn area(&self) -> Area {
        self.area
    }

    pub fn revision(&self) -> Revision {
        self.revision
    }

    /// The folder that it lies in, below revserve's.
    pub fn folder(&self) -> &str {
        self.path.rsplit_once('/').map_or("", |(folder, _)| folder)
    }

    /// The entry's file name.
    pub fn file(&self) -> String {
        [self.stem(), Self::ENTRY].concat()
    }

    /// The file name of its better variants.
    pub fn best_file(&self) -> String {
        [self.stem(), Self::BEST].concat()
    }

    fn stem(&self) -> &str {
        self.path.rsplit_once('/').map_or(&*self.path, |(_, stem)| stem)
    }
}

impl fmt::Display for EntryName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.path, Self::ENTRY)
    }
}

/// A name in the making.
struct Name {
    area: Area,
    revision: Revision,
    path: String,
}

impl Name {
    fn of(area: Area, revision: Revision) -> Name {
        Name { area, revision, path: format!("{area}/{revision}") }
    }

    /// Appends a folder. One that looks like an entry's file is marked: the entry may exist as well.
    fn folder(mut self, name: &str) -> Name {
        let like_a_file = name.ends_with(EntryName::ENTRY) || name.ends_with(EntryName::BEST);
        self.segment(name, if like_a_file { "~" } else { "" });
        self
    }

    fn file(mut self, stem: &str) -> Name {
        self.segment(stem, "");
        self
    }

    /// Appends a path out of a URL, its last segment being the file. One that ends in `-nosvg` of itself is
    /// marked: that ending stands for a no-SVG request.
    fn path(mut self, path: &SafePath, ending: &str) -> Name {
        let (folders, stem) = path.as_str().rsplit_once('/').unwrap_or(("", path.as_str()));
        for folder in folders.split('/').filter(|f| !f.is_empty()) {
            self = self.folder(folder);
        }
        let own = if stem.ends_with("-nosvg") { "~" } else { "" };
        self.segment(stem, &[own, ending].concat());
        self
    }

    fn segment(&mut self, text: &str, ending: &str) {
        self.path.push('/');
        if text.len() > EntryName::LONGEST {
            self.path.push('~');
            self.path.push_str(&hex(text));
        } else {
            self.path.push_str(text);
        }
        // An ending without a text: the path named a folder, which is no asset.
        if !text.is_empty() {
            self.path.push_str(ending);
        }
    }

    fn finish(self) -> Option<EntryName> {
        let whole = !self.path.ends_with('/') && self.path.split('/').count() <= EntryName::DEEPEST;
        whole.then_some(EntryName { area: self.area, revision: self.revision, path: self.path })
    }
}

fn hex(text: &str) -> String {
    sha256(text.as_bytes()).map(|byte| format!("{byte:02x}")).concat()
}

#[cfg(test)]
mod tests;
