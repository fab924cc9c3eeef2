//! A theme with its parents.

use std::sync::Arc;

use super::{Theme, ThemeFault};
use crate::php::theme::{Excludes, ThemeConfig};
use crate::php::{Problem, Reading};

/// A theme and the parents that it names, all of them installed.
#[derive(Clone, Debug)]
pub struct Chain {
    pub(super) theme: Arc<Theme>,
    /// Nearest first, each once.
    pub(super) parents: Vec<Arc<Theme>>,
    pub(super) left_out: Vec<ThemeFault>,
}

impl Chain {
    pub fn theme(&self) -> &Theme {
        &self.theme
    }

    /// Nearest first, as the theme lists them.
    pub fn parents(&self) -> impl DoubleEndedIterator<Item = &Theme> + ExactSizeIterator {
        self.parents.iter().map(|parent| &**parent)
    }

    /// Why parents that the theme names are not among its parents: they have parents that are missing.
    pub fn left_out(&self) -> &[ThemeFault] {
        &self.left_out
    }

    /// The base first, the nearest parent last: the order in which styles and scripts are joined, and in which
    /// Moodle looks for images, too.
    pub fn parents_base_first(&self) -> impl Iterator<Item = &Theme> {
        self.parents().rev()
    }

    /// The theme itself, then its parents, base first: the order in which images and fonts are looked for.
    pub fn lookup_order(&self) -> impl Iterator<Item = &Theme> {
        std::iter::once(self.theme()).chain(self.parents_base_first())
    }

    /// An exclude of the theme's own, or else its nearest parent's that has one (moodle-assets.md §4).
    ///
    /// # Errors
    /// The problem, where it is unknown whether or what one of them declares.
    pub fn excludes(&self, of: impl Fn(&ThemeConfig) -> &Reading<Excludes>) -> Result<Option<&Excludes>, Arc<Problem>> {
        for theme in std::iter::once(self.theme()).chain(self.parents()) {
            match of(theme.config()) {
                Reading::Unset => {}
                Reading::Known(excludes) => return Ok(Some(excludes)),
                Reading::Unknown(problem) => return Err(problem.clone()),
            }
        }
        Ok(None)
    }
}
