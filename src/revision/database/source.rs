//! The revisions, as Moodle keeps them in `config` and `config_plugins` (moodle-assets.md §2, moodle-database.md).
//!
//! 1. one query: the rows of `config`, the sub-revisions, and the server's clock;
//! 2. what `config.php` sets wins;
//! 3. while an upgrade runs nothing is current; else the code that each revision belongs to is noted when it is first seen.

use super::Database;
use super::link::Row;
use crate::asset::{Revision, ThemeName};
use crate::config::{Dialect, Forced};
use crate::revision::notes::{Family, Notes};
use crate::revision::{Look, Source, SourceError, State};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{SystemTime, UNIX_EPOCH};

/// The rows of `config` that matter here.
const NAMES: [&str; 6] = ["themerev", "jsrev", "themedesignermode", "cachejs", "upgraderunning", "allversionshash"];

/// Revisions out of Moodle's database.
#[derive(Debug)]
pub struct DatabaseSource {
    database: Database,
    forced: Forced,
    designer: bool,
    notes: Arc<Mutex<Notes>>,
    /// Milliseconds by which the server's clock is ahead of this node's.
    ahead: AtomicI64,
}

impl DatabaseSource {
    /// `notes` remembers, in the shared dataroot, which code each revision belongs to.
    pub fn new(database: Database, forced: Forced, designer: bool, notes: Notes) -> DatabaseSource {
        let notes = Arc::new(Mutex::new(notes));
        DatabaseSource { database, forced, designer, notes, ahead: AtomicI64::new(0) }
    }

    fn query(&self) -> String {
        let p = &self.database.prefix;
        let names = NAMES.map(|name| format!("'{name}'")).join(",");
        let now = match self.database.dialect {
            Dialect::Postgres => "CAST(EXTRACT(EPOCH FROM clock_timestamp()) AS text)",
            Dialect::MySql => "CAST(UNIX_TIMESTAMP(SYSDATE(6)) AS CHAR)",
        };
        format!(
            "SELECT 'core', name, value FROM {p}config WHERE name IN ({names}) \
             UNION ALL SELECT plugin, name, value FROM {p}config_plugins \
             WHERE name = 'themerev' AND plugin LIKE 'theme%' \
             UNION ALL SELECT 'clock', 'now', {now}"
        )
    }

    async fn look_now(&self) -> Result<State, SourceError> {
        let asked = SystemTime::now();
        let rows = self.database.rows(self.query()).await?;
        let site = Rows::of(&rows, &self.forced);
        if let Some(clock) = site.clock {
            let here = asked.duration_since(UNIX_EPOCH).map_or(0.0, |d| d.as_secs_f64());
            self.ahead.store(((clock - here) * 1000.0) as i64, Ordering::Relaxed);
        }
        let mut state = site.state(self.designer);
        if !state.upgrading
            && let Some(code) = site.code
        {
            // Files in dataroot, which may be slow: not on the thread that everything waits for.
            let notes = self.notes.clone();
            let revisions = [(Family::Theme, state.themerev), (Family::Script, state.jsrev)];
            let noted = tokio::task::spawn_blocking(move || {
                let mut notes = notes.lock().unwrap_or_else(PoisonError::into_inner);
                let each = revisions.into_iter().filter_map(|(family, revision)| Some((family, revision?)));
                each.map(|(family, revision)| notes.code_of(family, revision, &code)).collect::<BTreeSet<_>>()
            });
            state.codes = noted.await.unwrap_or_default();
        }
        Ok(state)
    }
}

impl Source for DatabaseSource {
    fn look(&self) -> Look<'_> {
        Box::pin(self.look_now())
    }

    fn describe(&self) -> String {
        self.database.address().to_owned()
    }

    fn kind(&self) -> &'static str {
        "database"
    }

    fn may_come_later(&self) -> bool {
        true
    }

    fn clock_ahead(&self) -> Option<f64> {
        Some(self.ahead.load(Ordering::Relaxed) as f64 / 1000.0)
    }
}

/// The rows, with what `config.php` sets over them.
struct Rows {
    config: BTreeMap<String, String>,
    subrevisions: BTreeMap<ThemeName, u64>,
    clock: Option<f64>,
    code: Option<String>,
}

impl Rows {
    fn of(rows: &[Row], forced: &Forced) -> Rows {
        let mut found = Rows { config: BTreeMap::new(), subrevisions: BTreeMap::new(), clock: None, code: None };
        let text = |row: &Row, at: usize| row.get(at).cloned().flatten();
        for row in rows {
            let (Some(plugin), Some(name)) = (text(row, 0), text(row, 1)) else { continue };
            let value = text(row, 2).unwrap_or_default();
            match plugin.as_str() {
                "core" => _ = found.config.insert(name, value),
                "clock" => found.clock = value.trim().parse().ok(),
                plugin => found.subrevision(plugin, &value),
            }
        }
        // The versions hash and a running upgrade are facts of the database; no config.php sets them.
        found.code = found.config.remove("allversionshash").filter(|code| !code.is_empty());
        for name in NAMES {
            if let Some(value) = forced.cfg.get(name) {
                found.config.insert(name.to_owned(), value.clone());
            }
        }
        for (plugin, settings) in &forced.plugins {
            if let Some(Some(value)) = settings.get("themerev") {
                found.subrevision(plugin, value);
            }
        }
        found
    }

    fn subrevision(&mut self, plugin: &str, value: &str) {
        let theme = plugin.strip_prefix("theme_").and_then(|name| ThemeName::parse(name).ok());
        if let (Some(theme), Ok(number)) = (theme, value.trim().parse()) {
            self.subrevisions.insert(theme, number);
        }
    }

    fn state(&self, designer: bool) -> State {
        let is_set = |name: &str| self.config.get(name).is_some_and(|value| !matches!(value.trim(), "" | "0"));
        let revision = |name: &str| {
            let number = self.config.get(name).and_then(|value| value.trim().parse().ok());
            number.and_then(Revision::new)
        };
        let designer = designer || is_set("themedesignermode");
        // No row reads as the default, 1; an empty one as 0.
        let cached = is_set("cachejs") || !self.config.contains_key("cachejs");
        let until = self.config.get("upgraderunning").and_then(|value| value.trim().parse::<f64>().ok());
        let now =
            self.clock.unwrap_or_else(|| SystemTime::now().duration_since(UNIX_EPOCH).map_or(0.0, |d| d.as_secs_f64()));
        State {
            themerev: revision("themerev").filter(|_| !designer),
            jsrev: revision("jsrev").filter(|_| cached),
            themes: self.subrevisions.clone(),
            upgrading: until.is_some_and(|until| until > now),
            ..State::default()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn state(rows: &[(&str, &str, &str)], forced: &[(&str, &str)]) -> State {
        let own = |text: &str| Some(text.to_owned());
        let rows: Vec<Row> =
            rows.iter().map(|(plugin, name, value)| vec![own(plugin), own(name), own(value)]).collect();
        let cfg = forced.iter().map(|(name, value)| (name.to_string(), value.to_string())).collect();
        Rows::of(&rows, &Forced { cfg, ..Forced::default() }).state(false)
    }

    const SITE: [(&str, &str, &str); 4] = [
        ("core", "themerev", "1795346171"),
        ("core", "jsrev", "1795346172"),
        ("theme_boost", "themerev", "1795345629"),
        ("clock", "now", "1795346200.5"),
    ];

    #[test]
    fn a_fresh_site_has_its_rows_and_the_defaults_of_those_that_are_missing() {
        let state = state(&SITE, &[]);
        assert_eq!(state.themerev, Revision::new(1795346171));
        assert_eq!(state.jsrev, Revision::new(1795346172));
        assert_eq!(state.subrevision(&ThemeName::parse("boost").unwrap()), 1795345629);
        assert_eq!(state.subrevision(&ThemeName::parse("classic").unwrap()), 1);
        assert!(!state.upgrading);
    }

    #[test]
    fn designer_mode_and_uncached_scripts_have_no_revision() {
        let with = |row| state(&[&SITE[..], &[row]].concat(), &[]);
        assert_eq!(with(("core", "themedesignermode", "1")).themerev, None);
        assert!(with(("core", "themedesignermode", "0")).themerev.is_some());
        assert_eq!(with(("core", "cachejs", "")).jsrev, None);
        assert_eq!(with(("core", "cachejs", "0")).jsrev, None);
        assert!(with(("core", "cachejs", "1")).jsrev.is_some());
        assert_eq!(with(("core", "themerev", "-1")).themerev, None);
    }

    #[test]
    fn what_config_php_sets_wins_over_the_rows() {
        let forced = state(&SITE, &[("themerev", "1790000000"), ("cachejs", "")]);
        assert_eq!((forced.themerev, forced.jsrev), (Revision::new(1790000000), None));
        assert_eq!(state(&SITE, &[("themedesignermode", "1")]).themerev, None);
    }

    #[test]
    fn an_upgrade_runs_until_the_time_in_its_row_by_the_clock_of_the_server() {
        let with = |until| state(&[&SITE[..], &[("core", "upgraderunning", until)]].concat(), &[]).upgrading;
        assert!(with("1795346201") && !with("1795346200") && !with("") && !with("0"));
    }
}
