//! Telling whoever looks after a site what is not as its author meant it: in the log, in the terminal, on the status
//! page.

use super::designer::sitting;
use super::ledger::{Line, fault};
use super::produce::Form;
use super::sites::Installed;
use super::themes::{Making, Way, sizes};
use super::{Engine, Failure, named};
use crate::asset::{Asset, ContentType};
use crate::cache::Entry;
use crate::designer::{Fault, Level};

impl Engine {
    /// Remarks on each image and font that a sheet names and that is not there.
    pub(super) fn remark_unknown(
        &self,
        asset: &Asset,
        content_type: ContentType,
        body: &[u8],
        site: &Installed,
        making: &mut Making,
    ) {
        // Without SVG there is nothing for most names, in Moodle too.
        let (Asset::Styles { theme, svg: true, .. } | Asset::StylesDebug { theme, svg: true, .. }) = asset else {
            return;
        };
        if content_type == ContentType::Css
            && let Ok(css) = std::str::from_utf8(body)
        {
            making.remarks.extend(named::unknown(&site.site, theme, &named::named(&self.0.mount, css)));
        }
    }

    /// Tells what was noted while an asset was made. In development whoever works on it is told with its answer.
    pub(super) fn tell_remarks(
        &self,
        asset: &Asset,
        form: Form,
        entry: Option<&Entry>,
        failure: Option<&Failure>,
        making: &Making,
    ) {
        if form == Form::Development {
            if let Some(sitting) = sitting::current() {
                sitting.note_all(&making.remarks);
            }
            return;
        }
        for remark in &making.remarks {
            self.0.told.once(&remark.to_string(), |remark| tracing::warn!(%asset, "{remark}"));
        }
        self.note(asset, entry, faults(asset, failure, making));
    }

    /// Writes down what is known of an asset now.
    pub(super) fn note(&self, asset: &Asset, entry: Option<&Entry>, faults: Vec<Fault>) {
        let is_sheet = matches!(asset, Asset::Styles { .. } | Asset::StylesDebug { .. });
        let css = entry.filter(|_| is_sheet).and_then(|entry| std::str::from_utf8(entry.body()).ok());
        let named = css.map_or_else(Vec::new, |css| named::named(&self.0.mount, css));
        self.0.ledger.note(asset, Line { bytes: entry.map(sizes).unwrap_or_default(), named, faults });
    }
}

/// All that went wrong with an asset in production.
fn faults(asset: &Asset, failure: Option<&Failure>, making: &Making) -> Vec<Fault> {
    let theme = match asset {
        Asset::Styles { theme, .. } | Asset::StylesDebug { theme, .. } => theme.as_str(),
        _ => "",
    };
    // A better way that was not to be had is no mistake where another led to the same.
    let level = if failure.is_some() || making.way >= Way::Fallback { Level::Error } else { Level::Warning };
    let mut faults: Vec<Fault> = making.fell.iter().map(|fall| fault(level, theme, fall)).collect();
    faults.extend(making.warnings.iter().map(|warning| fault(Level::Warning, theme, warning)));
    faults.extend(making.remarks.iter().cloned());
    if faults.is_empty() {
        faults.extend(failure.map(|failure| fault(Level::Error, theme, format_args!("{asset}: {failure}"))));
    }
    faults
}
