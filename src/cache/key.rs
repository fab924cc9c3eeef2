//! What memory knows an asset by.

use super::generation::Generation;
use crate::asset::{Asset, DebugSheet};

/// An asset of one generation.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Key {
    pub asset: Asset,
    pub generation: Generation,
}

impl Key {
    /// Whether it is joined from several assets: strangers can think up as many of these as they like.
    pub fn is_list(&self) -> bool {
        match &self.asset {
            Asset::Scripts(paths) => paths.len() > 1,
            Asset::YuiCombo { parts, .. } => parts.contains('&'),
            _ => false,
        }
    }

    /// Bytes of memory that it holds.
    pub fn weight(&self) -> usize {
        size_of::<Key>() + text_of(&self.asset)
    }
}

/// Bytes of the texts that an asset holds.
fn text_of(asset: &Asset) -> usize {
    /// Of a name or path, beside its text: the counters in front of it.
    const SHARED: usize = 16;
    match asset {
        Asset::Image { theme, component, name: path, .. } | Asset::Font { theme, component, file: path } => {
            theme.as_str().len() + component.as_str().len() + path.as_str().len() + 3 * SHARED
        }
        Asset::Styles { theme, .. } | Asset::ThemeScript { theme, .. } => theme.as_str().len() + SHARED,
        Asset::StylesDebug { theme, sheet, .. } => {
            let sheet = match sheet {
                DebugSheet::Plugin(component) => component.as_str().len() + SHARED,
                DebugSheet::Parent { parent, sheet } => parent.as_str().len() + SHARED + sheet.capacity(),
                DebugSheet::Theme(sheet) => sheet.capacity(),
                DebugSheet::Scss | DebugSheet::Editor => 0,
            };
            theme.as_str().len() + SHARED + sheet
        }
        Asset::Scripts(paths) => {
            let texts: usize = paths.iter().map(|path| path.as_str().len() + SHARED).sum();
            texts + paths.capacity() * size_of_val(&paths[..]).checked_div(paths.len()).unwrap_or(0)
        }
        Asset::AmdAll => 0,
        Asset::AmdModule { component, module } | Asset::SourceMap { component, module } => {
            component.as_str().len() + module.as_str().len() + 2 * SHARED
        }
        Asset::YuiCombo { parts, .. } => parts.capacity(),
        Asset::YuiImage(path) => path.as_str().len() + SHARED,
        Asset::MapOf(of) => size_of::<Asset>() + text_of(of),
    }
}
