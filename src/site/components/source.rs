//! `lib/components.json`: plugin types and subsystems with their folders.

use serde_json::{Map, Value};

use crate::site::{SiteError, SitePaths, small};

/// The lists of `components.json` that matter, folders written from dirroot, in the order of the file.
pub(super) struct Source {
    pub types: Vec<(String, String)>,
    pub deprecated: Vec<(String, String)>,
    pub deleted: Vec<(String, String)>,
    pub subsystems: Vec<(String, Option<String>)>,
}

pub(super) fn read(paths: &SitePaths) -> Result<Source, SiteError> {
    let path = paths.checkout.components_json();
    let bad = |why: String| SiteError::BadComponents { path: path.clone(), why };
    let text = match small::read(&path) {
        Ok(text) => text,
        Err(source) => return Err(SiteError::Unreadable { path, source }),
    };
    let json: Map<String, Value> = serde_json::from_slice(&text).map_err(|e| bad(e.to_string()))?;
    let list = |key: &str| -> Result<Vec<(String, Option<String>)>, SiteError> {
        let Some(list) = json.get(key) else { return Ok(Vec::new()) };
        let entry = |(name, dir): (&String, &Value)| match dir {
            Value::Null => Ok((name.clone(), None)),
            Value::String(dir) if dir.is_empty() => Ok((name.clone(), None)),
            Value::String(dir) => Ok((name.clone(), Some(from_dirroot(dir, paths)))),
            _ => Err(bad(format!("{key}.{name} is no path"))),
        };
        match list {
            Value::Object(list) => list.iter().map(entry).collect(),
            Value::Array(list) if list.is_empty() => Ok(Vec::new()),
            Value::Null => Ok(Vec::new()),
            _ => Err(bad(format!("{key} is no object"))),
        }
    };
    let dirs = |key| {
        let list = list(key)?;
        Ok::<_, SiteError>(list.into_iter().filter_map(|(name, dir)| Some((name, dir?))).collect::<Vec<_>>())
    };
    let source = Source {
        types: dirs("plugintypes")?,
        deprecated: dirs("deprecatedplugintypes")?,
        deleted: dirs("deletedplugintypes")?,
        subsystems: list("subsystems")?,
    };
    if source.types.is_empty() {
        return Err(bad("it names no plugin types".into()));
    }
    Ok(source)
}

/// A folder as `components.json` and older `subplugins.json` write it: from the checkout, which is one above
/// dirroot from Moodle 5.1 on; with `admin` where the site has moved that.
pub(super) fn from_dirroot(dir: &str, paths: &SitePaths) -> String {
    let dir = dir.trim_matches('/');
    let dir = if paths.checkout.root == paths.checkout.dirroot {
        dir.to_owned()
    } else {
        dir.strip_prefix("public/").map_or_else(|| format!("../{dir}"), str::to_owned)
    };
    match dir.strip_prefix("admin") {
        Some(rest) if rest.is_empty() || rest.starts_with('/') => format!("{}{rest}", paths.admin),
        _ => dir,
    }
}
