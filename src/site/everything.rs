//! Every single asset that a site has, for filling a node before it is asked.

use std::collections::BTreeSet;

use super::Site;
use super::files::Place;
use super::themes::Chain;
use crate::asset::{self, Asset, ComponentName, SafePath, SheetType};

/// Extensions of images that are asked for without one.
const IMAGES: [&str; 5] = [".svg", ".png", ".gif", ".jpg", ".jpeg"];
const FONTS: [&str; 6] = [".woff2", ".woff", ".ttf", ".otf", ".eot", ".svg"];

impl Site {
    /// The images, fonts, scripts and style sheets of every theme, the scripts and AMD modules of every component.
    /// What pages join from these is not in it, nor is what cannot be looked at.
    pub fn everything(&self) -> Vec<Asset> {
        let mut all = vec![Asset::AmdAll];
        for (_, chain) in self.themes().iter() {
            if let Ok(chain) = chain {
                self.theme_assets(chain, &mut all);
            }
        }
        self.script_assets(&mut all);
        all
    }

    fn theme_assets(&self, chain: &Chain, all: &mut Vec<Asset>) {
        let theme = chain.theme().name();
        for sheet in SheetType::ALL {
            all.push(Asset::Styles { theme: theme.clone(), sheet, svg: true });
        }
        for place in [asset::Place::Head, asset::Place::Footer] {
            all.push(Asset::ThemeScript { theme: theme.clone(), place });
        }
        let mut add = |component: &str, images: BTreeSet<String>, fonts: BTreeSet<String>| {
            let Ok(component) = ComponentName::parse(component) else { return };
            for name in images.iter().filter_map(|name| SafePath::parse(name).ok()) {
                all.push(Asset::Image { theme: theme.clone(), component: component.clone(), name, svg: true });
            }
            for file in fonts.iter().filter_map(|file| SafePath::parse(file).ok()) {
                all.push(Asset::Font { theme: theme.clone(), component: component.clone(), file });
            }
        };
        let names = |folder: &str| {
            let mut found = (BTreeSet::new(), BTreeSet::new());
            for theme in chain.lookup_order() {
                self.images_in(theme.place(), &folder.replacen('*', "pix", 1), &mut found.0);
                self.fonts_in(theme.place(), &folder.replacen('*', "fonts", 1), &mut found.1);
            }
            found
        };
        let (mut images, fonts) = names("*");
        images.insert("favicon".into());
        add("theme", images, fonts);
        let (mut images, mut fonts) = names("*_core");
        self.images_in(&self.dirroot, "pix", &mut images);
        self.fonts_in(&self.dirroot, "lib/fonts", &mut fonts);
        add("core", images, fonts);
        for (component, dir) in self.components().plugins() {
            let Some((kind, plugin)) = component.split_once('_') else { continue };
            let (mut images, mut fonts) = names(&format!("*_plugins/{kind}/{plugin}"));
            let place = self.component_place(dir);
            self.images_in(&place, "pix", &mut images);
            self.fonts_in(&place, "fonts", &mut fonts);
            add(&component, images, fonts);
        }
    }

    fn script_assets(&self, all: &mut Vec<Asset>) {
        let mut scripts = BTreeSet::new();
        for (component, dir) in self.components().all() {
            let place = self.component_place(dir);
            let Ok(name) = ComponentName::parse(&component) else { continue };
            for module in self.names_in(&place, "amd/build", &[".min.js"]) {
                if let (true, Ok(module)) = (module.contains("-lazy"), SafePath::parse(&module)) {
                    all.push(Asset::AmdModule { component: name.clone(), module });
                }
            }
            let walk = self.roots.walk(&place, "", |path| path.ends_with(".js") && !is_others(path));
            for (_, file) in walk.map(|walk| walk.files).unwrap_or_default() {
                scripts.extend(SafePath::parse(file.name()).ok());
            }
        }
        all.extend(scripts.into_iter().map(|path| Asset::Scripts(vec![path])));
    }

    fn images_in(&self, place: &Place, folder: &str, names: &mut BTreeSet<String>) {
        names.extend(self.names_in(place, folder, &IMAGES));
    }

    fn fonts_in(&self, place: &Place, folder: &str, names: &mut BTreeSet<String>) {
        let found = self.roots.walk(place, folder, |path| FONTS.iter().any(|end| path.ends_with(end)));
        names.extend(found.map(|walk| walk.files).unwrap_or_default().into_iter().map(|(path, _)| path));
    }

    /// The paths below a folder that end so, without the ending.
    fn names_in(&self, place: &Place, folder: &str, endings: &[&str]) -> Vec<String> {
        let wanted = |path: &str| endings.iter().any(|end| path.ends_with(end));
        let found = self.roots.walk(place, folder, wanted).map(|walk| walk.files).unwrap_or_default();
        let bare = |path: String| endings.iter().find_map(|end| path.strip_suffix(end).map(str::to_owned));
        found.into_iter().filter_map(|(path, _)| bare(path)).collect()
    }
}

/// Whether a script belongs to a loader of its own, or to no page: then nobody asks `lib/javascript.php` for it.
fn is_others(path: &str) -> bool {
    let folders = path.rsplit_once('/').map_or("", |(folders, _)| folders).split('/');
    folders.into_iter().any(|folder| matches!(folder, "amd" | "yui" | "yuilib" | "tests" | "node_modules"))
}
