//! Scripts that a page names by their path, and those of a theme (moodle-assets.md §4).

use super::files::Reach;
use super::themes::{Chain, Theme};
use super::{Site, SourceError, SourceFile};
use crate::asset::{Place, SafePath};
use crate::php::Reading;

impl Site {
    /// One script of `lib/javascript.php`: below dirroot, with all links resolved, and then named `….js`.
    /// `None` for what is not there or leads out: Moodle skips that.
    pub fn script(&self, path: &SafePath) -> Result<Option<SourceFile>, SourceError> {
        match self.roots.find(&self.dirroot, path.as_str(), Reach::OwnRoot) {
            Ok(file) => Ok(file.filter(|f| f.path().as_str().ends_with(".js"))),
            Err(SourceError::LeadsOut { .. }) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// The scripts of a theme's own, in the order in which they are joined: the parents', base first, without those
    /// that are excluded, then the theme's. What is declared and not there is left out.
    ///
    /// # Errors
    /// [`SourceError::Undeclared`] where a theme's list cannot be told, and as for other files.
    pub fn theme_scripts(&self, chain: &Chain, at: Place) -> Result<Vec<SourceFile>, SourceError> {
        let excludes = chain.excludes(|config| &config.parents_exclude_javascripts);
        let excludes = excludes.map_err(SourceError::Undeclared)?;
        let mut files = Vec::new();
        for theme in chain.parents_base_first() {
            // What of a parent is left out as a whole need not be known.
            if excludes.is_some_and(|e| e.group(theme.name().as_str())) {
                continue;
            }
            for name in declared(theme, at)? {
                if !excludes.is_some_and(|e| e.contains(theme.name().as_str(), name)) {
                    files.extend(self.file(theme.place(), &format!("javascript/{name}.js"))?);
                }
            }
        }
        for name in declared(chain.theme(), at)? {
            files.extend(self.file(chain.theme().place(), &format!("javascript/{name}.js"))?);
        }
        Ok(files)
    }
}

fn declared(theme: &Theme, at: Place) -> Result<&[String], SourceError> {
    let list = match at {
        Place::Head => &theme.config().javascripts,
        Place::Footer => &theme.config().javascripts_footer,
    };
    match list {
        Reading::Unset => Ok(&[]),
        Reading::Known(names) => Ok(names),
        Reading::Unknown(problem) => Err(SourceError::Undeclared(problem.clone())),
    }
}
