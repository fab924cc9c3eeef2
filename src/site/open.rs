//! One site as it is at one moment.

use std::collections::HashMap;

use camino::{Utf8Path, Utf8PathBuf};

use super::components::{CORE_DIR, Named};
use super::files::{Place, Reach, Roots};
use super::themes::Themes;
use super::{Components, SiteError, SitePaths, SourceError, SourceFile};
use crate::asset::ComponentName;

/// What is installed, and the folders that its files come from: links are resolved when it is opened, so that one
/// build sees one state. A site is opened anew for each revision.
#[derive(Debug)]
pub struct Site {
    pub(super) paths: SitePaths,
    pub(super) roots: Roots,
    pub(super) dirroot: Place,
    pub(super) data: DataPlaces,
    pub(super) components: Components,
    /// Components whose folder is not simply below dirroot, by their folder as it is written.
    pub(super) linked: HashMap<String, Place>,
    pub(super) themes: Themes,
    pub(super) homes: Homes,
}

/// Where dirroot and themedir are, with all links resolved.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Homes(Option<Utf8PathBuf>, Option<Utf8PathBuf>);

impl Homes {
    fn of(paths: &SitePaths) -> Homes {
        let resolve = |path: &Utf8Path| path.canonicalize_utf8().ok();
        Homes(resolve(paths.dirroot()), paths.themedir.as_deref().and_then(resolve))
    }
}

/// The folders of dataroot where an operator may put files that come before those of the code.
#[derive(Debug)]
pub(super) struct DataPlaces {
    pub pix: Option<Place>,
    pub pix_plugins: Option<Place>,
    pub fonts: Option<Place>,
    pub fonts_plugins: Option<Place>,
}

/// The folders of a site that are there whatever is installed.
pub(super) struct Frame {
    pub homes: Homes,
    pub roots: Roots,
    pub dirroot: Place,
    pub data: DataPlaces,
}

impl Frame {
    pub fn open(paths: &SitePaths) -> Result<Frame, SiteError> {
        let homes = Homes::of(paths); // first: what is switched meanwhile shows
        let mut roots = Roots::default();
        let dirroot = roots.add(paths.dirroot(), "")?;
        let dirroot = dirroot.ok_or_else(|| SiteError::NoMoodle { dir: paths.dirroot().into() })?;
        let mut place = |name| roots.add(&paths.dataroot.join(name), &format!("dataroot:{name}"));
        let data = DataPlaces {
            pix: place("pix")?,
            pix_plugins: place("pix_plugins")?,
            fonts: place("fonts")?,
            fonts_plugins: place("fonts_plugins")?,
        };
        Ok(Frame { homes, roots, dirroot, data })
    }
}

impl Site {
    /// Opens a site: resolves its folders, lists its components, reads its themes.
    ///
    /// # Errors
    /// [`SiteError`] where something that must be read cannot be. A theme or plugin that is at fault costs itself.
    pub fn open(paths: &SitePaths) -> Result<Site, SiteError> {
        let Frame { homes, mut roots, dirroot, data } = Frame::open(paths)?;
        let components = Components::scan(paths)?;
        let linked = link(with_folders(&components), &dirroot, &mut roots)?;
        let themes = Themes::find(paths, &dirroot, &mut roots)?;
        Ok(Site { paths: paths.clone(), roots, dirroot, data, components, linked, themes, homes })
    }

    pub fn paths(&self) -> &SitePaths {
        &self.paths
    }

    pub fn components(&self) -> &Components {
        &self.components
    }

    pub fn themes(&self) -> &Themes {
        &self.themes
    }

    /// Whether dirroot and themedir lead to other folders now than when the site was opened, or to none: a `current`
    /// link was switched, or a release moved.
    pub fn has_moved(&self) -> bool {
        Homes::of(&self.paths) != self.homes
    }

    /// Whether these folders and those that links lead to are the very ones of then, and none was put in another's place.
    pub fn is_in_place(&self) -> bool {
        !self.has_moved() && self.roots.are_in_place()
    }

    /// The folder of a component, by the rule of AMD and YUI; `None` where none is installed under this name.
    pub fn component(&self, name: &ComponentName) -> Option<Place> {
        let named = Named::of_scripts(name.as_str(), &self.components);
        self.components.dir(named).map(|dir| self.component_place(dir))
    }

    /// The folder of a component that the [`Components`] write as `dir`.
    pub fn component_place(&self, dir: &str) -> Place {
        self.linked.get(dir).cloned().unwrap_or_else(|| self.dirroot.below_named(dir))
    }

    /// The file `name` in a folder of the site. Links may lead into any of the site's folders.
    pub fn file(&self, place: &Place, name: &str) -> Result<Option<SourceFile>, SourceError> {
        self.roots.find(place, name, Reach::AllRoots)
    }

    /// The folder `dir`, written from dirroot: `pix`, `lib`, or one below.
    pub fn place(&self, dir: &str) -> Place {
        match dir.split_once('/') {
            Some((first, rest)) => self.component_place(first).below_named(rest),
            None => self.component_place(dir),
        }
    }
}

/// The core's own folders of images and of everything else.
const CORE: [&str; 2] = ["pix", CORE_DIR];

/// The folders of all components, the core too.
fn with_folders(components: &Components) -> impl Iterator<Item = &str> {
    let types = components.types.iter().chain(&components.deprecated);
    let plugins = types.flat_map(|t| t.plugins.iter().map(|p| p.dir.as_str()));
    let subsystems = components.subsystems.iter().filter_map(|s| s.dir.as_deref());
    CORE.into_iter().chain(plugins).chain(subsystems)
}

/// Makes folders of components roots, where links lead to them out of dirroot.
pub(super) fn link<'a>(
    dirs: impl Iterator<Item = &'a str>,
    dirroot: &Place,
    roots: &mut Roots,
) -> Result<HashMap<String, Place>, SiteError> {
    let mut linked = HashMap::new();
    for dir in dirs {
        let place = if Utf8Path::new(dir).is_absolute() {
            roots.add(Utf8Path::new(dir), dir)?
        } else {
            roots.add_below(dirroot, dir)?
        };
        if let Some(place) = place
            && !place.is_simply_below(dirroot)
        {
            linked.insert(dir.to_owned(), place);
        }
    }
    Ok(linked)
}
