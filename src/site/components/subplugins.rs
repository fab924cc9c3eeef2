//! `db/subplugins.json`: the plugin types that a plugin brings.

use std::io;

use serde_json::{Map, Value};

use super::Problem;
use super::source::from_dirroot;
use crate::inputs::trace;
use crate::site::{SiteError, SitePaths, small};

/// The types that one plugin brings, folders written from dirroot, in the order of the file.
#[derive(Default)]
pub(super) struct Brought {
    pub types: Vec<(String, String)>,
    pub deprecated: Vec<(String, String)>,
    pub deleted: Vec<(String, String)>,
}

/// Reads what the plugin in `dir` brings: `subplugintypes` from the plugin's folder, or the older `plugintypes`
/// from dirroot.
pub(super) fn read(dir: &str, paths: &SitePaths, problems: &mut Vec<Problem>) -> Result<Brought, SiteError> {
    let path = paths.dirroot().join(dir).join("db/subplugins.json");
    let text = match small::read(&path) {
        Ok(text) => text,
        Err(e) if matches!(e.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => {
            trace::seen_now(&path.with_extension("php"));
            if path.with_extension("php").exists() {
                problems.push(Problem::OldSubplugins { dir: dir.into() });
            }
            return Ok(Brought::default());
        }
        Err(source) => return Err(SiteError::Unreadable { path, source }),
    };
    let json: Map<String, Value> = match serde_json::from_slice(&text) {
        Ok(json) => json,
        Err(e) => {
            problems.push(Problem::BadSubplugins { dir: dir.into(), why: e.to_string() });
            return Ok(Brought::default());
        }
    };
    let own = |key| entries(json.get(key), |path| format!("{dir}/{}", path.trim_matches('/')));
    let types = match own("subplugintypes") {
        Some(types) => types,
        None => entries(json.get("plugintypes"), |path| {
            let path = path.trim_matches('/');
            let public = paths.checkout.root != paths.checkout.dirroot && !path.starts_with("public/");
            from_dirroot(&if public { format!("public/{path}") } else { path.to_owned() }, paths)
        })
        .unwrap_or_default(),
    };
    Ok(Brought {
        types,
        deprecated: own("deprecatedsubplugintypes").unwrap_or_default(),
        deleted: own("deletedsubplugintypes").unwrap_or_default(),
    })
}

/// The names and folders of one list; `None` where it is no object.
fn entries(list: Option<&Value>, place: impl Fn(&str) -> String) -> Option<Vec<(String, String)>> {
    let list = list?.as_object()?;
    Some(list.iter().filter_map(|(name, path)| Some((name.clone(), place(path.as_str()?)))).collect())
}
