//! `revserve purge`: a new revision, by the files source.
//!
//! 1. append the purge to this node's log, with the code that it belongs to;
//! 2. wait until every node that runs knows of it; exit 1 if one does not.

use super::args::{PurgeOptions, PurgeScope};
use super::open::settle;
use super::say::say;
use crate::asset::ThemeName;
use crate::config::RevisionSettings;
use crate::engine::{advice, code_of, node_name};
use crate::revision::registry::Registry;
use crate::revision::{FilesSource, Purge};
use anyhow::{Context, bail};
use std::time::Duration;

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
    let settings = &opened.settings;
    let source = match settings.revisions {
        RevisionSettings::Files => FilesSource::new(&settings.place.dataroot, &node_name(settings)),
        RevisionSettings::Database => {
            bail!("the revisions of this site are in Moodle's database: purge there, with admin/cli/purge_caches.php")
        }
        RevisionSettings::Fixed { .. } => {
            bail!("the revisions of this site are fixed: change themerev and jsrev in [revisions] and restart")
        }
    };
    let code = code_of(settings).unwrap_or_else(|why| {
        eprintln!("revserve: the purge does not say which code it belongs to: {why}");
        None
    });
    source.enter()?;
    let state = source.append_purge(scope, code)?;
    let number = |revision: Option<crate::asset::Revision>| revision.map_or("-1".to_owned(), |r| r.to_string());
    say!("themerev {}  jsrev {}", number(state.themerev), number(state.jsrev));
    for (theme, sub) in &state.themes {
        say!("{theme} {sub}");
    }
    let patience = options.wait.map_or(Registry::PATIENCE, Duration::from_secs);
    if patience.is_zero() {
        return Ok(());
    }
    let (log, bytes) = source.own_counted(&state);
    let acknowledged = Registry::new(&settings.place.dataroot).acknowledged(&log, bytes, patience);
    let acknowledged = acknowledged.context("the purge is made, but which nodes know of it cannot be told")?;
    say!("{acknowledged}");
    match advice(&acknowledged, patience) {
        Some(advice) => bail!(advice),
        None => Ok(()),
    }
}
