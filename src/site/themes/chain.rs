//! A theme with its parents.

use std::sync::Arc;

use super::{Theme, ThemeFault};
use crate::php::theme::{self, Excludes, ThemeConfig};
use crate::php::{Host, Problem, Reading};

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

    /// Whether something in its configurations is unknown: it may depend on settings.
    pub fn is_uncertain(&self) -> bool {
        std::iter::once(self.theme()).chain(self.parents()).any(Theme::is_uncertain)
    }

    /// The same with what is unknown read again, where a host that knows the theme's settings can be asked. Parents run
    /// with the child's settings (moodle-assets.md §1).
    pub fn settled(&self, host: &(dyn Host + Sync)) -> Chain {
        let again = |theme: &Arc<Theme>| match theme.is_uncertain() {
            false => theme.clone(),
            true => {
                let (name, dir) = (theme.name().as_str(), &theme.config().dir);
                match theme::settle_config(name, dir, self.theme.name().as_str(), host) {
                    Ok(config) => Arc::new(theme.with_config(config)),
                    // It could be read before: what it said then stands.
                    Err(_) => theme.clone(),
                }
            }
        };
        Chain {
            theme: again(&self.theme),
            parents: self.parents.iter().map(again).collect(),
            left_out: self.left_out.clone(),
        }
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
