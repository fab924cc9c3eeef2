//! Every single asset that a site has, for filling a node before it is asked.

use std::collections::{BTreeMap, BTreeSet};

use super::Site;
use super::files::{Place, SourceFile};
use super::themes::Chain;
use crate::asset::{self, Asset, ComponentName, SafePath, SheetType, ThemeName};

/// Extensions of images that are asked for without one.
const IMAGES: [&str; 5] = [".svg", ".png", ".gif", ".jpg", ".jpeg"];
const FONTS: [&str; 6] = [".woff2", ".woff", ".ttf", ".otf", ".eot", ".svg"];

/// What one component brings for every theme.
struct Brought {
    component: ComponentName,
    /// How themes call its folder: `mod/forum`; the core and themes themselves have none.
    folder: Option<String>,
    images: BTreeSet<SafePath>,
    fonts: BTreeSet<SafePath>,
}

/// Names of files that a chain of themes puts in the place of others, by component: `core`, `theme` or the plugin's folder.
type Overrides = BTreeMap<String, BTreeSet<SafePath>>;

impl Site {
    /// The images, fonts, scripts and style sheets of these themes, the scripts and AMD modules of every component.
    /// What pages join from these is not in it, nor is what cannot be looked at.
    pub fn everything(&self, of: impl Fn(&ThemeName) -> bool) -> Vec<Asset> {
        let mut all = vec![Asset::AmdAll];
        // Each component's folders are listed once, however many themes there are.
        let brought = self.brought();
        for (name, chain) in self.themes().iter() {
            if let (true, Ok(chain)) = (of(name), chain) {
                self.theme_assets(chain, &brought, &mut all);
            }
        }
        self.script_assets(&mut all);
        all
    }

    fn brought(&self) -> Vec<Brought> {
        let core = Brought {
            component: match ComponentName::parse("core") {
                Ok(core) => core,
                Err(_) => return Vec::new(),
            },
            folder: None,
            images: paths(self.names_in(&self.dirroot, "pix", &IMAGES)),
            fonts: paths(self.files_in(&self.dirroot, "lib/fonts", &FONTS)),
        };
        let plugins = self.components().plugins().filter_map(|(component, dir)| {
            let (kind, plugin) = component.split_once('_')?;
            let place = self.component_place(dir);
            Some(Brought {
                component: ComponentName::parse(&component).ok()?,
                folder: Some(format!("{kind}/{plugin}")),
                images: paths(self.names_in(&place, "pix", &IMAGES)),
                fonts: paths(self.files_in(&place, "fonts", &FONTS)),
            })
        });
        std::iter::once(core).chain(plugins).collect()
    }

    fn theme_assets(&self, chain: &Chain, brought: &[Brought], all: &mut Vec<Asset>) {
        let theme = chain.theme().name();
        for sheet in SheetType::ALL {
            all.push(Asset::Styles { theme: theme.clone(), sheet, svg: true });
        }
        for place in [asset::Place::Head, asset::Place::Footer] {
            all.push(Asset::ThemeScript { theme: theme.clone(), place });
        }
        let images = self.overrides(chain, "pix", |place, folder| self.names_in(place, folder, &IMAGES));
        let fonts = self.overrides(chain, "fonts", |place, folder| self.files_in(place, folder, &FONTS));
        let none = BTreeSet::new();
        let mut add = |component: &ComponentName, images: [&BTreeSet<SafePath>; 2], fonts: [&BTreeSet<SafePath>; 2]| {
            for name in images[0].union(images[1]) {
                let (component, name) = (component.clone(), name.clone());
                all.push(Asset::Image { theme: theme.clone(), component, name, svg: true });
            }
            for file in fonts[0].union(fonts[1]) {
                all.push(Asset::Font { theme: theme.clone(), component: component.clone(), file: file.clone() });
            }
        };
        if let Ok(component) = ComponentName::parse("theme") {
            let favicon = paths(vec!["favicon".to_owned()]);
            let [images, fonts] = [&images, &fonts].map(|names| names.get("theme").unwrap_or(&none));
            add(&component, [images, &favicon], [fonts, &none]);
        }
        for one in brought {
            let folder = one.folder.as_deref().unwrap_or("core");
            let [images, fonts] = [&images, &fonts].map(|names| names.get(folder).unwrap_or(&none));
            add(&one.component, [&one.images, images], [&one.fonts, fonts]);
        }
    }

    /// What a chain's folders `kind`, `kind_core` and `kind_plugins` hold.
    fn overrides(&self, chain: &Chain, kind: &str, list: impl Fn(&Place, &str) -> Vec<String>) -> Overrides {
        let mut names = Overrides::new();
        for theme in chain.lookup_order() {
            for (component, folder) in [("theme", kind.to_owned()), ("core", format!("{kind}_core"))] {
                names.entry(component.to_owned()).or_default().extend(paths(list(theme.place(), &folder)));
            }
            for path in list(theme.place(), &format!("{kind}_plugins")) {
                let mut parts = path.splitn(3, '/');
                if let (Some(kind), Some(plugin), Some(name)) = (parts.next(), parts.next(), parts.next()) {
                    let names = names.entry(format!("{kind}/{plugin}")).or_default();
                    names.extend(SafePath::parse(name));
                }
            }
        }
        names
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
            let found = self.walk_of(&place, "", |path| path.ends_with(".js") && !is_others(path));
            scripts.extend(found.iter().filter_map(|(_, file)| SafePath::parse(file.name()).ok()));
        }
        all.extend(scripts.into_iter().map(|path| Asset::Scripts(vec![path])));
    }

    /// The paths below a folder that end so.
    fn files_in(&self, place: &Place, folder: &str, endings: &[&str]) -> Vec<String> {
        let found = self.walk_of(place, folder, |path| endings.iter().any(|end| path.ends_with(end)));
        found.into_iter().map(|(path, _)| path).collect()
    }

    /// What is below a folder. One that cannot be listed is left out, which the log says: the rest can be built.
    fn walk_of(&self, place: &Place, folder: &str, wanted: impl Fn(&str) -> bool) -> Vec<(String, SourceFile)> {
        match self.roots.walk(place, folder, wanted) {
            Ok(walk) => walk.files,
            Err(error) => {
                tracing::warn!(%error, "a folder is left out: what is in it is built when it is asked for");
                Vec::new()
            }
        }
    }

    /// The paths below a folder that end so, without the ending.
    fn names_in(&self, place: &Place, folder: &str, endings: &[&str]) -> Vec<String> {
        let bare = |path: String| endings.iter().find_map(|end| path.strip_suffix(end).map(str::to_owned));
        self.files_in(place, folder, endings).into_iter().filter_map(bare).collect()
    }
}

/// Names that URLs can have.
fn paths(names: Vec<String>) -> BTreeSet<SafePath> {
    names.iter().filter_map(|name| SafePath::parse(name).ok()).collect()
}

/// Whether a script belongs to a loader of its own, or to no page: then nobody asks `lib/javascript.php` for it.
fn is_others(path: &str) -> bool {
    let folders = path.rsplit_once('/').map_or("", |(folders, _)| folders).split('/');
    folders.into_iter().any(|folder| matches!(folder, "amd" | "yui" | "yuilib" | "tests" | "node_modules"))
}
