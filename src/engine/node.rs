//! This node among others: its name, who else is there, and whether it may have localcachedir to itself.

use crate::cache::io::{Io, Real};
use crate::config::Settings;
use crate::revision::registry::Registry;
use camino::Utf8Path;
use std::collections::BTreeSet;
use std::os::fd::AsFd;

/// The name of this node: `[site] node`, else the machine's. What cannot stand in the name of a file becomes `-`.
pub fn node_name(settings: &Settings) -> String {
    let host = || std::fs::read_to_string("/proc/sys/kernel/hostname").unwrap_or_default();
    let name = settings.node.clone().unwrap_or_else(host);
    let good = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    let name: String = name.trim().chars().take(100).map(|c| if good(c) { c } else { '-' }).collect();
    if name.is_empty() { "node".to_owned() } else { name }
}

/// The other nodes that run, or that wrote a log of purges into dataroot, sorted.
pub fn other_nodes(settings: &Settings) -> Vec<String> {
    let (own, dataroot) = (node_name(settings), &settings.place.dataroot);
    let names = dataroot.join("revserve/log").read_dir_utf8().into_iter().flatten().flatten();
    let logs = names.filter_map(|name| name.file_name().strip_suffix(".log").map(str::to_owned));
    // A registry that cannot be read names nobody.
    let nodes = Registry::new(dataroot).nodes().unwrap_or_default();
    let running = nodes.living().map(|node| node.record.node.clone());
    let others: BTreeSet<String> = logs.chain(running).filter(|name| *name != own).collect();
    others.into_iter().collect()
}

/// The folder in localcachedir that belongs to this node alone, where others may see the same localcachedir: on a
/// network file system, or below dataroot while there are other nodes (design.md §5). `None` where it is local.
pub fn own_folder(settings: &Settings) -> Option<String> {
    let local = &settings.place.localcachedir;
    let is_shared =
        is_on_network(local) || local.starts_with(&settings.place.dataroot) && !other_nodes(settings).is_empty();
    // A prefix, because a node may be called like one of the folders in it.
    is_shared.then(|| format!("node-{}", node_name(settings)))
}

/// Whether a folder, or the nearest one above it that exists, lies on a file system that other machines may share.
fn is_on_network(folder: &Utf8Path) -> bool {
    let nearest = folder.ancestors().find_map(|folder| std::fs::File::open(folder).ok());
    let system = nearest.and_then(|folder| Real.file_system(folder.as_fd()).ok());
    system.is_some_and(|system| system.network().is_some())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{ConfigSource, MoodleConfig, SiteFile, Told};
    use std::path::Path;

    fn settings(dataroot: &Path) -> Settings {
        let text = |text: &str| ConfigSource::Text(text.to_owned());
        let values = [("wwwroot", text("https://school.example")), ("dataroot", text(dataroot.to_str().unwrap()))];
        let moodle = MoodleConfig(values.map(|(name, value)| (name.to_owned(), value)).into());
        std::fs::create_dir_all(dataroot).unwrap();
        Settings::settle(&Told::default(), SiteFile::default(), &moodle, Utf8Path::new("/moodle")).unwrap()
    }

    #[test]
    fn a_node_is_called_as_the_operator_says_or_as_its_machine() {
        let folder = tempfile::tempdir().unwrap();
        let mut settings = settings(folder.path());
        assert!(!node_name(&settings).is_empty());
        settings.node = Some("web/1 ä".into());
        assert_eq!(node_name(&settings), "web-1--");
    }

    #[test]
    fn a_localcachedir_below_dataroot_is_divided_once_there_is_another_node() {
        let folder = tempfile::tempdir().unwrap();
        let mut settings = settings(&folder.path().join("data"));
        settings.node = Some("a".into());
        let log = settings.place.dataroot.join("revserve/log");
        std::fs::create_dir_all(&log).unwrap();
        std::fs::write(log.join("a.log"), "").unwrap();
        assert_eq!(own_folder(&settings), None);
        std::fs::write(log.join("b.log"), "").unwrap();
        let _own = crate::revision::registry::Own::enter(&Registry::new(&settings.place.dataroot), "c").unwrap();
        assert_eq!(other_nodes(&settings), ["b", "c"]);
        assert_eq!(own_folder(&settings).as_deref(), Some("node-a"));
        settings.place.localcachedir = folder.path().join("elsewhere").to_str().unwrap().into();
        assert_eq!(own_folder(&settings), None);
    }
}
