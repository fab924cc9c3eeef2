//! `revserve purge`: a new revision, by the files source.

use super::args::{PurgeOptions, PurgeScope};
use super::open::settle;
use crate::asset::ThemeName;
use crate::config::RevisionSettings;
use crate::revision::{FilesSource, Purge};
use anyhow::bail;

pub fn run(options: PurgeOptions) -> anyhow::Result<()> {
    let scope = match (options.scope, options.name.as_deref()) {
        (PurgeScope::All, None) => Purge::All,
        (PurgeScope::Themes, None) => Purge::Themes,
        (PurgeScope::Js, None) => Purge::Scripts,
        (PurgeScope::Theme, Some(name)) => Purge::Theme(ThemeName::parse(name)?),
        (scope, Some(name)) => bail!("{scope:?} takes no name, but \"{name}\" was given; did you mean `theme {name}`?"),
        (PurgeScope::Theme, None) => bail!("name the theme: revserve purge theme NAME"),
    };
    let opened = settle(&options.site, &[], None)?;
    let source = match opened.settings.revisions {
        RevisionSettings::Files => {
            FilesSource::new(&opened.settings.place.dataroot, &crate::engine::node_name(&opened.settings))
        }
        RevisionSettings::Database => {
            bail!("the revisions of this site are in Moodle's database: purge there, with admin/cli/purge_caches.php")
        }
        RevisionSettings::Fixed { .. } => {
            bail!("the revisions of this site are fixed: change themerev and jsrev in [revisions] and restart")
        }
    };
    let state = source.append_purge(scope)?;
    let number = |revision: Option<crate::asset::Revision>| revision.map_or("-1".to_owned(), |r| r.to_string());
    println!("themerev {}  jsrev {}", number(state.themerev), number(state.jsrev));
    for (theme, sub) in &state.themes {
        println!("{theme} {sub}");
    }
    Ok(())
}
