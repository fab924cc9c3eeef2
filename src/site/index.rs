//! What looking through a site's folders gave, as plain data: with it a site is opened without looking through them.
//!
//! It says nothing about whether the folders are still so. Whoever keeps it keeps the list of what was looked at with it
//! ([`Manifest`](crate::inputs::Manifest)), and believes it only while all of that list holds.

use serde::{Deserialize, Serialize};

use super::components::Components;
use super::open::{self, Frame, Site};
use super::themes::{KeptThemes, Themes};
use super::{SiteError, SitePaths};

/// A site's components and themes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Index {
    components: Components,
    /// Folders of components that a link leads to, or that are not below dirroot.
    linked: Vec<String>,
    themes: KeptThemes,
}

impl Index {
    /// How many plugins and themes are in it.
    pub fn counts(&self) -> (usize, usize) {
        (self.components.plugins().count(), self.themes.len())
    }
}

impl Site {
    /// What is to be kept of a site.
    pub fn index(&self) -> Index {
        let mut linked: Vec<String> = self.linked.keys().cloned().collect();
        linked.sort();
        Index { components: self.components.clone(), linked, themes: self.themes.keep() }
    }

    /// Opens a site by its index: only links and the folders of themes are looked at. `None` where one of them is not there.
    ///
    /// # Errors
    /// As [`Site::open`].
    pub fn of_index(paths: &SitePaths, index: Index) -> Result<Option<Site>, SiteError> {
        let Frame { homes, mut roots, dirroot, data } = Frame::open(paths)?;
        let Index { components, linked, themes } = index;
        let linked = open::link(linked.iter().map(String::as_str), &dirroot, &mut roots)?;
        let Some(themes) = Themes::of_kept(themes, paths, &dirroot, &mut roots)? else { return Ok(None) };
        Ok(Some(Site { paths: paths.clone(), roots, dirroot, data, components, linked, themes, homes }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::asset::{ComponentName, SafePath, ThemeName};
    use crate::site::testing::{Tree, old_moodle, open, paths};

    fn tree(elsewhere: &Tree) -> Tree {
        let tree = old_moodle().theme("base", "head a").theme("child", "parents base\nexclude base a");
        let tree = tree.theme("orphan", "parents nobody").theme("heir", "parents orphan");
        let tree = tree.file("theme/bad/config.php", "<?php $THEME->parents = fetch();");
        let tree = tree.files(&["theme/base/javascript/a.js", "theme/child/pix/x.svg", "mod/forum/pix/icon.svg"]);
        let tree = tree.files(&["theme/one/config.php", "theme/one/styles.php", "course/amd/build/a.min.js"]);
        let tree = tree.file("mod/forum/db/subplugins.json", r#"{"subplugintypes": {"forumreport": "report"}}"#);
        tree.folder("mod/forum/report/summary").link("local/linked", elsewhere.path().join("plugin"))
    }

    /// What a site answers to every name.
    fn all(site: &Site) -> (Vec<String>, Vec<String>) {
        let component = |name: &str| ComponentName::parse(name).unwrap();
        let place =
            |(name, _): (String, &str)| format!("{name} {:?}", site.component(&component(&name)).unwrap().path());
        let mut found: Vec<String> = site.everything(|_| true).iter().map(|asset| format!("{asset:?}")).collect();
        for (name, chain) in site.themes().iter() {
            found.push(format!("{name} {:?}", chain.map(|chain| (chain.lookup_order().count(), chain.left_out()))));
        }
        (site.components().all().map(place).collect(), found)
    }

    #[test]
    fn a_site_opened_by_its_index_is_the_site_that_was_looked_through() {
        let elsewhere = Tree::new().files(&["plugin/pix/icon.svg", "plugin/amd/build/b.min.js"]);
        let tree = tree(&elsewhere);
        let site = open(&tree);
        let text = serde_json::to_vec(&site.index()).unwrap();
        let index: Index = serde_json::from_slice(&text).unwrap();
        assert_eq!(index, site.index());
        assert_eq!(index.counts(), (9, 6));
        let again = Site::of_index(&paths(&tree), index).unwrap().unwrap();
        assert_eq!(all(&again), all(&site));
        assert_eq!(again.index(), site.index());
        let image = |site: &Site, component: &str, name: &str| {
            let chain = site.themes().chain(&ThemeName::parse("child").unwrap()).unwrap().unwrap();
            let (component, name) = (ComponentName::parse(component).unwrap(), SafePath::parse(name).unwrap());
            site.image(chain, &component, &name, true).unwrap().map(|file| file.path())
        };
        for (component, name) in [("local_linked", "icon"), ("forum", "icon"), ("theme", "x"), ("theme", "y")] {
            assert_eq!(image(&again, component, name), image(&site, component, name), "{component}");
        }
    }

    #[test]
    fn an_index_of_a_theme_that_is_gone_opens_nothing() {
        let tree = old_moodle().theme("base", "").theme("child", "");
        let index = open(&tree).index();
        std::fs::remove_dir_all(tree.path().join("theme/child")).unwrap();
        assert!(Site::of_index(&paths(&tree), index).unwrap().is_none());
    }
}
