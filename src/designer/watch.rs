//! Wakes whoever looks for changes when something may have changed. Nothing depends on it but haste: where the system
//! cannot watch (network file systems, containers, a limit that is reached), looking goes by the clock.

use camino::Utf8PathBuf;
use notify::{EventKind, RecommendedWatcher, RecursiveMode, Watcher};
use std::collections::BTreeSet;
use std::sync::Arc;
use tokio::sync::Notify;

/// Folders that are watched at once.
const MOST: usize = 10_000;

/// The folders that are watched.
pub struct Watch {
    watcher: Option<RecommendedWatcher>,
    watched: BTreeSet<Utf8PathBuf>,
    /// Whether the system refused one.
    is_partial: bool,
}

impl Watch {
    /// Watches nothing yet. `wake` is notified of each change.
    pub fn new(wake: Arc<Notify>) -> Watch {
        let watcher = notify::recommended_watcher(move |event: notify::Result<notify::Event>| {
            // Looking is no change: what we read ourselves would wake us for ever.
            if !event.is_ok_and(|event| matches!(event.kind, EventKind::Access(_))) {
                wake.notify_one();
            }
        });
        let is_partial = watcher.is_err();
        Watch { watcher: watcher.ok(), watched: BTreeSet::new(), is_partial }
    }

    /// Watches exactly these folders from now on; of one that is not there, what is above it.
    pub fn set(&mut self, folders: impl IntoIterator<Item = Utf8PathBuf>) {
        let Some(watcher) = &mut self.watcher else { return };
        let there = |folder: Utf8PathBuf| folder.ancestors().find(|folder| folder.is_dir()).map(Utf8PathBuf::from);
        let wanted: BTreeSet<Utf8PathBuf> = folders.into_iter().filter_map(there).take(MOST).collect();
        for gone in self.watched.difference(&wanted) {
            let _ = watcher.unwatch(gone.as_std_path()); // it went with its folder
        }
        self.watched.retain(|folder| wanted.contains(folder));
        self.is_partial = false;
        for folder in wanted {
            if self.watched.contains(&folder) {
                continue;
            }
            match watcher.watch(folder.as_std_path(), RecursiveMode::NonRecursive) {
                Ok(()) => _ = self.watched.insert(folder),
                Err(_) => self.is_partial = true,
            }
        }
    }

    /// Whether every folder is watched.
    pub fn is_whole(&self) -> bool {
        !self.is_partial
    }

    pub fn len(&self) -> usize {
        self.watched.len()
    }

    pub fn is_empty(&self) -> bool {
        self.watched.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[tokio::test]
    async fn a_save_in_a_watched_folder_wakes_and_reading_does_not() {
        let folder = tempfile::tempdir().unwrap();
        let path = Utf8PathBuf::try_from(folder.path().to_owned()).unwrap();
        std::fs::write(path.join("a"), "a").unwrap();
        let wake = Arc::new(Notify::new());
        let mut watch = Watch::new(wake.clone());
        watch.set([path.clone(), path.join("none/below")]);
        assert!(watch.is_whole());
        assert_eq!(watch.len(), 1);
        std::fs::read(path.join("a")).unwrap();
        assert!(tokio::time::timeout(Duration::from_millis(200), wake.notified()).await.is_err());
        std::fs::write(path.join("a"), "b").unwrap();
        tokio::time::timeout(Duration::from_secs(20), wake.notified()).await.unwrap();
        watch.set([]);
        assert!(watch.is_empty());
    }
}
