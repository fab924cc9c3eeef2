//! Single plain sheets of a theme, as `theme/styles_debug.php` names them (moodle-assets.md §3).

use super::Failure;
use crate::asset::{ComponentName, DebugSheet};
use crate::site::{Site, SourceFile, themes::Chain};

/// The files of one sheet, in the order in which they are joined. Compiled sheets are not among them.
pub fn files(site: &Site, chain: &Chain, sheet: &DebugSheet) -> Result<Vec<SourceFile>, Failure> {
    let style = |name: &str| format!("style/{name}.css");
    let found = match sheet {
        DebugSheet::Theme(name) => site.file(chain.theme().place(), &style(name))?.into_iter().collect(),
        DebugSheet::Parent { parent, sheet } => match chain.parents().find(|theme| theme.name() == parent) {
            Some(theme) => site.file(theme.place(), &style(sheet))?.into_iter().collect(),
            None => Vec::new(),
        },
        DebugSheet::Plugin(component) => of_plugin(site, chain, component)?,
        DebugSheet::Scss | DebugSheet::Editor => return Ok(Vec::new()),
    };
    if found.is_empty() { Err(Failure::NotFound) } else { Ok(found) }
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
