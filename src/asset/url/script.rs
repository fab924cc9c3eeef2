//! Moodle's asset scripts and the values that each of them takes.

use super::query::Query;
use super::target::Target;
use super::{Refusal, Requested};
use crate::asset::{Asked, Asset, ComponentName, DebugSheet, Place, SafePath, SheetType, ThemeName};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Script {
    Styles,
    StylesDebug,
    Image,
    Font,
    OfTheme,
    Scripts,
    RequireJs,
    SourceMap,
    YuiCombo,
    YuiImage,
}

use Script::*;

const PATHS: [(&str, Script); 10] = [
    ("/theme/styles.php", Styles),
    ("/theme/styles_debug.php", StylesDebug),
    ("/theme/image.php", Image),
    ("/theme/font.php", Font),
    ("/theme/javascript.php", OfTheme),
    ("/lib/javascript.php", Scripts),
    ("/lib/requirejs.php", RequireJs),
    ("/lib/jssourcemap.php", SourceMap),
    ("/theme/yui_combo.php", YuiCombo),
    ("/theme/yui_image.php", YuiImage),
];

/// The paths of the scripts whose URLs are answered, below the wwwroot.
pub fn answered_scripts() -> impl Iterator<Item = &'static str> {
    PATHS.iter().map(|(path, _)| *path)
}

impl Script {
    /// The script that a path belongs to, and what stands behind it (`PATH_INFO`), empty or starting with `/`.
    pub fn find(path: &str) -> Option<(Script, &str)> {
        PATHS.iter().find_map(|(script, kind)| {
            let argument = path.strip_prefix(script)?;
            (argument.is_empty() || argument.starts_with('/')).then_some((*kind, argument))
        })
    }

    /// Whether its answers have source maps in designer mode, under their own URLs with `map=1` behind them. No URL of
    /// Moodle's has that.
    fn has_maps(self) -> bool {
        matches!(self, Styles | StylesDebug | OfTheme | Scripts)
    }

    /// Takes the asset and its revision out of the slash part or the query.
    pub fn read(self, path_info: &str, target: &Target) -> Result<Requested, Refusal> {
        if self == YuiCombo {
            return yui_combo(path_info, target);
        }
        let query = Query::parse(target.query)?;
        let slash = query.slash_argument().unwrap_or(path_info);
        let canonical = target.plain && target.query.is_none() && !slash.is_empty();
        let named = if self == StylesDebug || slash.is_empty() { self.by_query(&query) } else { self.by_slash(slash) };
        named.map(|named| Requested {
            asset: if self.has_maps() && query.get("map") == Some("1") { map_of(named.asset) } else { named.asset },
            revision: named.revision,
            subrevision: named.subrevision,
            canonical,
        })
    }

    fn by_slash(self, slash: &str) -> Result<Named, Refusal> {
        if slash.contains(".php") {
            return Err(Refusal::NotFound); // PHP would take what stands behind the last one
        }
        let folded = fold_slashes(slash);
        let argument = folded.as_str();
        let (argument, svg) = match (self, argument.strip_prefix("_s/")) {
            (Image | Styles, Some(rest)) => (rest, false),
            _ => (argument, true),
        };
        match self {
            Image => {
                let [theme, component, rev, name] = segments(argument)?;
                let asset = image(theme, component, name, svg)?;
                Ok(Named::at(asset, rev))
            }
            Font => {
                let [theme, component, rev, file] = segments(argument)?;
                Ok(Named::at(font(theme, component, file)?, rev))
            }
            Styles => {
                let [theme, rev, sheet] = segments(argument)?;
                styles(theme, rev, sheet, svg)
            }
            OfTheme => {
                let [theme, rev, place] = segments(argument)?;
                Ok(Named::at(theme_script(theme, place)?, rev))
            }
            Scripts => {
                let [rev, path] = segments(argument)?;
                Ok(Named::at(Asset::Scripts(vec![path_of(path)?]), rev))
            }
            RequireJs => {
                let [rev, module] = segments(argument)?;
                let revision = Asked::parse(rev);
                Ok(Named { asset: amd(revision, module)?, revision, subrevision: None })
            }
            SourceMap => {
                let (component, module) = amd_name(argument)?;
                Ok(Named::unrevised(Asset::SourceMap { component, module }))
            }
            YuiImage => Ok(Named::unrevised(Asset::YuiImage(path_of(argument)?))),
            StylesDebug | YuiCombo => Err(Refusal::NotFound),
        }
    }

    fn by_query(self, query: &Query) -> Result<Named, Refusal> {
        let value = |name| query.get(name).unwrap_or_default();
        let flag = |name, default| query.get(name).map_or(default, |v| !matches!(v, "" | "0"));
        let theme = query.get("theme").unwrap_or("standard");
        let component = query.get("component").filter(|c| !c.is_empty()).unwrap_or("core");
        let rev = query.get("rev").unwrap_or("-1");
        match self {
            Image => Ok(Named::at(image(theme, component, value("image"), flag("svg", true))?, rev)),
            Font => Ok(Named::at(font(theme, component, value("font"))?, rev)),
            Styles => styles(theme, rev, query.get("type").unwrap_or("all"), flag("svg", true)),
            StylesDebug => {
                let name = |text| ComponentName::parse(text).map_err(|_| Refusal::NotFound);
                let theme = theme_of(theme)?;
                let (sheet, subtype) = (value("sheet"), value("subtype"));
                let sheet = match value("type") {
                    "plugin" => DebugSheet::Plugin(name(subtype)?),
                    "parent" => DebugSheet::Parent { parent: theme_of(subtype)?, sheet: name(sheet)?.to_string() },
                    "theme" => DebugSheet::Theme(name(sheet)?.to_string()),
                    "scss" => DebugSheet::Scss,
                    "editor" => DebugSheet::Editor,
                    _ => return Err(Refusal::NotFound),
                };
                let asset = Asset::StylesDebug { theme, sheet, svg: flag("svg", true), rtl: flag("rtl", false) };
                Ok(Named::unrevised(asset))
            }
            OfTheme => Ok(Named::at(theme_script(theme, query.get("type").unwrap_or("head"))?, rev)),
            Scripts => {
                // What is no path of a script is skipped, as what does not exist is (moodle-assets.md §4).
                let paths = value("jsfile").split(',').filter(|path| path.starts_with('/'));
                let paths: Vec<_> = paths.filter_map(|path| SafePath::parse(path).ok()).collect();
                if paths.is_empty() {
                    return Err(Refusal::NotFound);
                }
                Ok(Named::at(Asset::Scripts(paths), rev))
            }
            YuiImage => Ok(Named::unrevised(Asset::YuiImage(path_of(value("file"))?))),
            RequireJs | SourceMap => Err(Refusal::NoArgument),
            YuiCombo => Err(Refusal::NotFound),
        }
    }
}

fn map_of(asset: Asset) -> Asset {
    Asset::MapOf(Box::new(asset))
}

struct Named {
    asset: Asset,
    revision: Asked,
    subrevision: Option<Asked>,
}

impl Named {
    fn at(asset: Asset, rev: &str) -> Named {
        Named { asset, revision: Asked::parse(rev), subrevision: None }
    }

    /// A URL that carries no revision of the site's.
    fn unrevised(asset: Asset) -> Named {
        Named { asset, revision: Asked::Development, subrevision: None }
    }
}

/// Exactly `N` segments, the last of which may contain slashes; none empty.
fn segments<const N: usize>(argument: &str) -> Result<[&str; N], Refusal> {
    let mut parts = argument.splitn(N, '/');
    let mut found = [""; N];
    for segment in &mut found {
        *segment = parts.next().filter(|s| !s.is_empty()).ok_or(Refusal::NotFound)?;
    }
    Ok(found)
}

fn fold_slashes(slash: &str) -> String {
    let mut folded = String::with_capacity(slash.len());
    for c in slash.chars() {
        if c != '/' || !(folded.is_empty() || folded.ends_with('/')) {
            folded.push(c);
        }
    }
    folded
}

fn theme_of(text: &str) -> Result<ThemeName, Refusal> {
    ThemeName::parse(text).map_err(|_| Refusal::NotFound)
}

fn path_of(text: &str) -> Result<SafePath, Refusal> {
    SafePath::parse(text).map_err(|_| Refusal::NotFound)
}

/// `moodle` is the core's other name (moodle-assets.md §1).
fn component_of(text: &str) -> Result<ComponentName, Refusal> {
    ComponentName::parse(if text == "moodle" { "core" } else { text }).map_err(|_| Refusal::NotFound)
}

fn image(theme: &str, component: &str, name: &str, svg: bool) -> Result<Asset, Refusal> {
    let name = path_of(name)?;
    Ok(Asset::Image { theme: theme_of(theme)?, component: component_of(component)?, name, svg })
}

fn font(theme: &str, component: &str, file: &str) -> Result<Asset, Refusal> {
    let file = path_of(file)?;
    let is_font = |e: &str| ["woff2", "woff", "ttf", "otf", "eot", "svg"].iter().any(|f| f.eq_ignore_ascii_case(e));
    let plain = !file.as_str().contains('/') && file.as_str().matches('.').count() == 1;
    if !plain || !file.extension().is_some_and(is_font) {
        return Err(Refusal::NotFound);
    }
    Ok(Asset::Font { theme: theme_of(theme)?, component: component_of(component)?, file })
}

fn styles(theme: &str, rev: &str, sheet: &str, svg: bool) -> Result<Named, Refusal> {
    let sheet = SheetType::parse(sheet).ok_or(Refusal::NotFound)?;
    let (rev, subrev) = rev.split_once('_').map_or((rev, None), |(rev, subrev)| (rev, Some(subrev)));
    let asset = Asset::Styles { theme: theme_of(theme)?, sheet, svg };
    Ok(Named { asset, revision: Asked::parse(rev), subrevision: subrev.map(Asked::parse) })
}

fn theme_script(theme: &str, place: &str) -> Result<Asset, Refusal> {
    let place = Place::parse(place).ok_or(Refusal::NotFound)?;
    Ok(Asset::ThemeScript { theme: theme_of(theme)?, place })
}

/// The sign of the revision decides the form: all modules in one file, or the one (moodle-assets.md §3).
fn amd(revision: Asked, module: &str) -> Result<Asset, Refusal> {
    if revision.number().is_some() && !module.contains("-lazy") {
        return path_of(module).map(|_| Asset::AmdAll);
    }
    let (component, module) = amd_name(module)?;
    Ok(Asset::AmdModule { component, module })
}

fn amd_name(text: &str) -> Result<(ComponentName, SafePath), Refusal> {
    let (component, module) = text.split_once('/').ok_or(Refusal::NotFound)?;
    let module = module.strip_suffix(".js").ok_or(Refusal::NotFound)?;
    // The component is part of the module's name: `moodle` is not rewritten.
    let component = ComponentName::parse(component).map_err(|_| Refusal::NotFound)?;
    Ok((component, path_of(module)?))
}

/// The list stands in the query as it was sent, or in the slash part (moodle-assets.md §3).
fn yui_combo(path_info: &str, target: &Target) -> Result<Requested, Refusal> {
    let (parts, slash) = match target.query {
        Some(query) => query.strip_prefix("file=/").map_or((query, false), |parts| (parts, true)),
        None => (path_info.trim_start_matches('/'), true),
    };
    if parts.is_empty() {
        return Err(Refusal::NotFound);
    }
    let asset = Asset::YuiCombo { parts: parts.to_owned(), slash };
    Ok(Requested { asset, revision: Asked::Development, subrevision: None, canonical: target.plain })
}
