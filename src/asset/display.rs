//! What an asset is called where operators read of it.

use super::{Asset, DebugSheet};
use std::fmt;

impl fmt::Display for Asset {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Asset::Image { theme, component, name, svg } => {
                write!(f, "image {component}/{name} of theme {theme}{}", if *svg { "" } else { " without SVG" })
            }
            Asset::Font { theme, component, file } => write!(f, "font {component}/{file} of theme {theme}"),
            Asset::Styles { theme, sheet, svg } => {
                let without = if *svg { "" } else { " without SVG" };
                write!(f, "styles {} of theme {theme}{without}", sheet.as_str())
            }
            Asset::StylesDebug { theme, sheet, .. } => match sheet {
                DebugSheet::Plugin(component) => write!(f, "sheets of {component} for theme {theme}"),
                DebugSheet::Parent { parent, sheet } => write!(f, "sheet {sheet} of {parent} for theme {theme}"),
                DebugSheet::Theme(sheet) => write!(f, "sheet {sheet} of theme {theme}"),
                DebugSheet::Scss => write!(f, "compiled SCSS of theme {theme}"),
                DebugSheet::Editor => write!(f, "editor styles of theme {theme}"),
            },
            Asset::ThemeScript { theme, place } => write!(f, "{} scripts of theme {theme}", place.as_str()),
            Asset::Scripts(paths) => {
                let paths: Vec<&str> = paths.iter().map(|path| path.as_str()).collect();
                write!(f, "script {}", paths.join(", "))
            }
            Asset::AmdAll => f.write_str("all AMD modules"),
            Asset::AmdModule { component, module } => write!(f, "AMD module {component}/{module}"),
            Asset::SourceMap { component, module } => write!(f, "source map of {component}/{module}"),
            Asset::MapOf(of) => write!(f, "source map of {of}"),
            Asset::YuiCombo { parts, .. } => write!(f, "YUI {parts}"),
            Asset::YuiImage(path) => write!(f, "YUI image {path}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::asset::url::Mount;

    #[test]
    fn an_asset_is_called_by_what_an_operator_looks_for() {
        for (target, name) in [
            ("/theme/image.php/_s/boost/mod_forum/17/icon", "image mod_forum/icon of theme boost without SVG"),
            ("/theme/styles.php/boost/17/all-rtl", "styles all-rtl of theme boost"),
            ("/theme/javascript.php/boost/17/head", "head scripts of theme boost"),
            ("/lib/javascript.php?rev=17&jsfile=/lib/a.js,/lib/b.js", "script lib/a.js, lib/b.js"),
            ("/lib/requirejs.php/-1/core/first.js", "AMD module core/first"),
            ("/theme/styles.php/boost/-1/all?map=1", "source map of styles all of theme boost"),
        ] {
            assert_eq!(Mount::default().parse(target).unwrap().asset.to_string(), name);
        }
    }
}
