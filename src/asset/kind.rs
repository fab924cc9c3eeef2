//! Which asset a URL names, without its revision (moodle-assets.md §3).

use super::{ComponentName, SafePath, ThemeName};

/// One asset, or a list that is joined from several.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Asset {
    /// `theme/image.php`: an image by name, without extension. `svg` is false for a no-SVG request.
    Image { theme: ThemeName, component: ComponentName, name: SafePath, svg: bool },
    /// `theme/font.php`: a font file, with extension.
    Font { theme: ThemeName, component: ComponentName, file: SafePath },
    /// `theme/styles.php`: the whole CSS of a theme.
    Styles { theme: ThemeName, sheet: SheetType, svg: bool },
    /// `theme/styles_debug.php`: one sheet of a theme, for designer mode.
    StylesDebug { theme: ThemeName, sheet: DebugSheet, svg: bool, rtl: bool },
    /// `theme/javascript.php`: the scripts of a theme's own.
    ThemeScript { theme: ThemeName, place: Place },
    /// `lib/javascript.php`: one script or several, below dirroot. Never empty.
    Scripts(Vec<SafePath>),
    /// `lib/requirejs.php` with a revision: all AMD modules that are not lazy.
    AmdAll,
    /// `lib/requirejs.php`: one AMD module; `module` without `.js`. Lazy ones exist in production too.
    AmdModule { component: ComponentName, module: SafePath },
    /// `lib/jssourcemap.php`: the source map of one AMD module.
    SourceMap { component: ComponentName, module: SafePath },
    /// With `map=1`: the source map of a style sheet, or of scripts that are joined, in designer mode.
    MapOf(Box<Asset>),
    /// `theme/yui_combo.php`: the list as it stands in the URL; `slash` where it came as a path,
    /// which is the form of the image URLs inside its CSS.
    YuiCombo { parts: String, slash: bool },
    /// `theme/yui_image.php`: an image of a YUI module.
    YuiImage(SafePath),
}

/// The `type` of `theme/styles.php`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum SheetType {
    All,
    AllRtl,
    Editor,
    EditorRtl,
}

impl SheetType {
    pub const ALL: [SheetType; 4] = [SheetType::All, SheetType::AllRtl, SheetType::Editor, SheetType::EditorRtl];

    pub fn parse(text: &str) -> Option<SheetType> {
        Self::ALL.into_iter().find(|t| t.as_str() == text)
    }

    pub const fn as_str(self) -> &'static str {
        match self {
            SheetType::All => "all",
            SheetType::AllRtl => "all-rtl",
            SheetType::Editor => "editor",
            SheetType::EditorRtl => "editor-rtl",
        }
    }

    pub const fn is_rtl(self) -> bool {
        matches!(self, SheetType::AllRtl | SheetType::EditorRtl)
    }
}

/// The sheet that `theme/styles_debug.php` is asked for.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum DebugSheet {
    /// `type=plugin`: one sheet of a plugin, `{plugin}` or, of those for a theme, `{plugin}_{theme}`.
    Plugin(ComponentName),
    /// `type=parent`: one sheet of a parent theme.
    Parent { parent: ThemeName, sheet: String },
    /// `type=theme`: one sheet of the theme itself.
    Theme(String),
    /// `type=scss`: the compiled SCSS.
    Scss,
    /// `type=editor`: the editor's styles.
    Editor,
}

/// Where a theme's own scripts stand in the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Place {
    Head,
    Footer,
}

impl Place {
    pub fn parse(text: &str) -> Option<Place> {
        match text {
            "head" => Some(Place::Head),
            "footer" => Some(Place::Footer),
            _ => None,
        }
    }

    pub const fn as_str(self) -> &'static str {
        match self {
            Place::Head => "head",
            Place::Footer => "footer",
        }
    }
}
