//! Where a site is on disk (moodle-assets.md §1).

use std::io;

use camino::{Utf8Path, Utf8PathBuf};

use super::SiteError;

/// A Moodle checkout: the folder that holds `config.php`, and the folder below it that is served.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checkout {
    /// Holds `lib/components.json` and, as a rule, `config.php`.
    pub root: Utf8PathBuf,
    /// The code that the web server serves: `<root>/public` from Moodle 5.1 on, `root` itself before.
    pub dirroot: Utf8PathBuf,
}

impl Checkout {
    /// Finds the checkout that `dir` is, or whose `public` folder `dir` is. Links on the way to it are kept as
    /// they are: an operator who switches a `current` link means the new target from then on.
    ///
    /// # Errors
    /// [`SiteError::NoMoodle`] where neither is the case, [`SiteError::Unreadable`] where it cannot be told.
    pub fn find(dir: &Utf8Path) -> Result<Checkout, SiteError> {
        let dir = camino::absolute_utf8(dir).map_err(|source| SiteError::Unreadable { path: dir.into(), source })?;
        let dir = tidy(&dir);
        if is_file(&dir.join("version.php"))? {
            if is_file(&dir.join(COMPONENTS))? {
                return Ok(Checkout { root: dir.clone(), dirroot: dir });
            }
            for dirroot in [Ok(dir.clone()), dir.canonicalize_utf8()].into_iter().flatten() {
                if let Some(root) = dirroot.parent()
                    && is_file(&root.join(COMPONENTS))?
                {
                    return Ok(Checkout { root: root.into(), dirroot });
                }
            }
        }
        let public = dir.join("public");
        if is_file(&public.join("version.php"))? && is_file(&dir.join(COMPONENTS))? {
            return Ok(Checkout { root: dir, dirroot: public });
        }
        Err(SiteError::NoMoodle { dir })
    }

    /// The list of plugin types and subsystems.
    pub fn components_json(&self) -> Utf8PathBuf {
        self.root.join(COMPONENTS)
    }
}

const COMPONENTS: &str = "lib/components.json";

/// Every place of a site that revserve looks at. Absolute paths; nothing of it is checked here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SitePaths {
    pub checkout: Checkout,
    /// Data that all nodes share; only `pix`, `pix_plugins`, `fonts` and `fonts_plugins` in it hold sources.
    pub dataroot: Utf8PathBuf,
    /// Second home of themes, `$CFG->themedir`.
    pub themedir: Option<Utf8PathBuf>,
    /// Where the folder `admin` lives below dirroot, `$CFG->admin`: without slashes at its ends.
    pub admin: String,
}

impl SitePaths {
    /// The paths of a site that moved nothing.
    pub fn new(checkout: Checkout, dataroot: Utf8PathBuf) -> SitePaths {
        SitePaths { checkout, dataroot, themedir: None, admin: "admin".into() }
    }

    pub fn dirroot(&self) -> &Utf8Path {
        &self.checkout.dirroot
    }
}

/// Without `.` segments and slashes at the end, which would stand in the way of `parent`.
fn tidy(path: &Utf8Path) -> Utf8PathBuf {
    path.components().collect()
}

fn is_file(path: &Utf8Path) -> Result<bool, SiteError> {
    match path.metadata() {
        Ok(data) => Ok(data.is_file()),
        Err(e) if matches!(e.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => Ok(false),
        Err(source) => Err(SiteError::Unreadable { path: path.into(), source }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::site::testing::Tree;

    #[test]
    fn before_5_1_the_checkout_itself_is_served() {
        let tree = Tree::new().file("version.php", "").file("lib/components.json", "{}").file("public/version.php", "");
        let found = Checkout::find(tree.path()).unwrap();
        assert_eq!(found, Checkout { root: tree.path().into(), dirroot: tree.path().into() });
    }

    #[test]
    fn from_5_1_on_its_public_folder_is_served_and_either_may_be_named() {
        let tree = Tree::new().file("public/version.php", "").file("lib/components.json", "{}");
        let expected = Checkout { root: tree.path().into(), dirroot: tree.path().join("public") };
        for named in ["", "public", "public/", "./public/.", "public/../public"] {
            let found = Checkout::find(&tree.path().join(named)).unwrap();
            assert_eq!(found.root.canonicalize_utf8().unwrap(), expected.root, "{named}");
            assert_eq!(found.dirroot.canonicalize_utf8().unwrap(), expected.dirroot, "{named}");
        }
    }

    #[test]
    fn a_link_to_the_public_folder_leads_to_its_checkout() {
        let tree = Tree::new().file("a/public/version.php", "").file("a/lib/components.json", "{}");
        let tree = tree.link("www", "a/public").link("current", "a");
        assert_eq!(Checkout::find(&tree.path().join("www")).unwrap().root, tree.path().join("a"));
        let current = Checkout::find(&tree.path().join("current")).unwrap();
        assert_eq!(current.dirroot, tree.path().join("current/public"), "a current link stays a link");
    }

    #[test]
    fn a_folder_without_moodle_is_named_in_the_error() {
        let tree = Tree::new().file("version.php", "");
        let error = Checkout::find(tree.path()).unwrap_err();
        assert!(matches!(&error, SiteError::NoMoodle { dir } if dir == tree.path()), "{error}");
        assert!(Checkout::find(Utf8Path::new("/nowhere/at/all")).is_err());
    }
}
