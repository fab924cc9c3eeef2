//! What is served where a theme's CSS cannot be made from its own sources: the exporter's snapshot, or else what Moodle
//! itself answers (design.md §7). Each that is not there, or not to be believed, is noted with its reason.

use super::produce::Form;
use super::snapshot::Now;
use super::sources::Sources;
use super::styles::{Php, Styles, Unmade};
use super::themes::{Making, ORIGIN_INPUT, SNAPSHOT_INPUT, Way};
use crate::asset::SheetType;
use crate::cache::{Input, entry};

/// A sheet that was made elsewhere.
pub struct Other {
    pub css: String,
    /// Whether it still has to be flipped.
    pub flip: bool,
    /// Whether it is already as it is served.
    pub finished: bool,
}

impl Styles<'_> {
    /// The best of what was made elsewhere; `None` where there is nothing, and `making` says why.
    pub(super) fn otherwise(
        &self,
        sheet: SheetType,
        php: &Php,
        why: &Unmade,
        sources: &mut Sources,
        making: &mut Making,
    ) -> Option<Other> {
        // Whoever works on SCSS wants to see the mistake.
        let broken = matches!(why, Unmade::Scss(_));
        if matches!(why, Unmade::Failed(_)) || (broken && self.form == Form::Development) {
            return None;
        }
        self.by_snapshot(sheet, php, sources, making).or_else(|| self.by_origin(sheet, broken, sources, making))
    }

    fn by_snapshot(&self, sheet: SheetType, php: &Php, sources: &mut Sources, making: &mut Making) -> Option<Other> {
        let (wwwroot, themerev) = (&self.makers.wwwroot, self.themerev);
        let now = Now { site: self.site, chain: self.chain, host: &php.host, wwwroot, themerev };
        match now.sheet(sheet, self.svg) {
            Ok(found) => {
                making.way = Way::Snapshot;
                sources.add(Input { name: format!("{SNAPSHOT_INPUT}{}", found.name), sha256: Some(found.sha256) });
                Some(Other { css: found.css, flip: found.flip, finished: false })
            }
            Err(error) => {
                making.fell(Way::Snapshot, error);
                None
            }
        }
    }

    fn by_origin(&self, sheet: SheetType, broken: bool, sources: &mut Sources, making: &mut Making) -> Option<Other> {
        let Some(origin) = &self.makers.origin else {
            making.fell(Way::Origin, "the site file names no [origin]");
            return None;
        };
        let theme = self.chain.theme().name();
        match origin.ask(theme, sheet, self.svg, self.themerev) {
            Ok(css) => {
                making.way = Way::Origin;
                if broken {
                    // Moodle does not tell whether its own compiler took the SCSS, or what stands in for it was sent.
                    making.short();
                }
                let name = format!("{ORIGIN_INPUT}theme/styles.php/{theme}/{}", sheet.as_str());
                sources.add(Input { name, sha256: Some(entry::sha256(css.as_bytes())) });
                Some(Other { css, flip: false, finished: true })
            }
            Err(error) => {
                tracing::warn!(%theme, %error, "Moodle's own styles are not taken");
                making.fell(Way::Origin, error);
                None
            }
        }
    }
}
