//! Single plain sheets of a theme, as `theme/styles_debug.php` names them (moodle-assets.md §3).

use super::Failure;
use crate::asset::{ComponentName, DebugSheet};
use crate::site::{Site, SourceFile, themes::Chain};

/// The file of one sheet. Compiled sheets are none.
pub fn file(site: &Site, chain: &Chain, sheet: &DebugSheet) -> Result<SourceFile, Failure> {
    let style = |name: &str| format!("style/{name}.css");
    let found = match sheet {
        DebugSheet::Theme(name) => site.file(chain.theme().place(), &style(name))?,
        DebugSheet::Parent { parent, sheet } => match chain.parents().find(|theme| theme.name() == parent) {
            Some(theme) => site.file(theme.place(), &style(sheet))?,
            None => None,
        },
        DebugSheet::Plugin(name) => plugin_file(site, chain, name.as_str())?,
        DebugSheet::Scss | DebugSheet::Editor => None,
    };
    found.ok_or(Failure::NotFound)
}

/// Moodle names each file of a plugin on its own: `{plugin}` is its `styles.css`, `{plugin}_{theme}` its
/// `styles_{theme}.css`.
fn plugin_file(site: &Site, chain: &Chain, name: &str) -> Result<Option<SourceFile>, Failure> {
    let in_plugin = |plugin: &str, file: &str| -> Result<Option<SourceFile>, Failure> {
        let place = ComponentName::parse(plugin).ok().and_then(|plugin| site.component(&plugin));
        Ok(place.map(|place| site.file(&place, file)).transpose()?.flatten())
    };
    if let Some(file) = in_plugin(name, "styles.css")? {
        return Ok(Some(file));
    }
    for theme in chain.parents_base_first().chain([chain.theme()]) {
        let suffix = format!("_{}", theme.name());
        if let Some(plugin) = name.strip_suffix(&suffix)
            && let Some(file) = in_plugin(plugin, &format!("styles{suffix}.css"))?
        {
            return Ok(Some(file));
        }
    }
    Ok(None)
}

/// `styles.css`, then `styles_{parent}.css`, base first, and `styles_{theme}.css` of a plugin (moodle-assets.md §4).
pub fn of_plugin(site: &Site, chain: &Chain, component: &ComponentName) -> Result<Vec<SourceFile>, Failure> {
    let Some(place) = site.component(component) else { return Ok(Vec::new()) };
    let mut names = vec!["styles.css".to_owned()];
    names.extend(chain.parents_base_first().map(|theme| format!("styles_{}.css", theme.name())));
    names.push(format!("styles_{}.css", chain.theme().name()));
    let mut files = Vec::new();
    for name in names {
        files.extend(site.file(&place, &name)?);
    }
    Ok(files)
}
