//! Results in memory and in the shared cachedir, each made by one thread however many ask.

use super::record::{Bad, Good, Homes, Record, decode, encode};
use crate::cache::SharedCache;
use crate::designer::Fault;
use crate::engine::Source;
use crate::inputs::{Looks, Manifest, Seen, Sum, trace};
use camino::{Utf8Path, Utf8PathBuf};
use std::collections::{BTreeSet, HashMap};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

/// What is wanted.
#[derive(Clone, Copy, Debug)]
pub struct Want {
    /// Names the asset, with everything beside files that decides what it is.
    pub id: Sum,
    /// The site that it is made from.
    pub site: Sum,
    /// What was looked at before this moment does not count.
    pub arrived: Instant,
    /// Whether the shared cachedir may be used, and written.
    pub share: bool,
}

/// Everything that was made, within a limit.
pub struct Kept {
    shared: SharedCache,
    homes: Homes,
    looks: Arc<Looks>,
    limit: u64,
    slots: Mutex<HashMap<Sum, Arc<Slot>>>,
    bytes: AtomicU64,
    clock: AtomicU64,
}

/// One asset's place. Whoever holds its lock looks, or makes; the others wait.
#[derive(Default)]
struct Slot {
    state: Mutex<State>,
    used: AtomicU64,
    weight: AtomicU64,
    last_good: Mutex<Option<Arc<Good>>>,
}

#[derive(Default)]
struct State {
    record: Option<Arc<Record>>,
    /// When the last look began that found the record to hold, or when the request came that it was made for.
    checked: Option<Instant>,
}

/// Adds the folders in which a change of what is on the list would show.
pub fn add_folders(manifest: &Manifest, folders: &mut BTreeSet<Utf8PathBuf>) {
    for (path, seen) in &manifest.seen {
        if let Some(folder) = path.parent().filter(|folder| !folders.contains(*folder)) {
            folders.insert(folder.to_owned());
        }
        if matches!(seen, Seen::Listing(_)) {
            folders.insert(path.clone().into());
        }
    }
    folders.extend(manifest.leads.keys().filter_map(|path| path.parent()).map(Utf8Path::to_owned));
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Kept {
    pub fn new(shared: SharedCache, homes: Homes, looks: Arc<Looks>, limit: u64) -> Kept {
        let (bytes, clock) = (AtomicU64::new(0), AtomicU64::new(0));
        Kept { shared, homes, looks, limit, slots: Mutex::default(), bytes, clock }
    }

    /// Bytes in memory.
    pub fn bytes(&self) -> u64 {
        self.bytes.load(Ordering::Relaxed)
    }

    /// Bytes that may be in memory.
    pub fn limit(&self) -> u64 {
        self.limit
    }

    /// Where nodes find each other's results.
    pub fn shared(&self) -> &SharedCache {
        &self.shared
    }

    /// What was made last without a mistake.
    pub fn last_good(&self, id: &Sum) -> Option<Arc<Good>> {
        let slot = lock(&self.slots).get(id).cloned()?;
        lock(&slot.last_good).clone()
    }

    /// What was made last, whether or not it still holds.
    pub fn record(&self, id: &Sum) -> Option<Arc<Record>> {
        let slot = lock(&self.slots).get(id).cloned()?;
        lock(&slot.state).record.clone()
    }

    /// Adds the folders that these results came from.
    pub fn folders(&self, ids: &[Sum], folders: &mut BTreeSet<Utf8PathBuf>) {
        for record in ids.iter().filter_map(|id| self.record(id)) {
            add_folders(&record.manifest, folders);
        }
    }

    /// What holds now, made if it must be.
    pub fn get(&self, want: &Want, make: impl FnOnce() -> (Result<Good, Bad>, Vec<Fault>)) -> (Arc<Record>, Source) {
        self.get_telling(want, |_| {}, make)
    }

    /// The same; `tell` gets the path whose change made a making necessary.
    pub fn get_telling(
        &self,
        want: &Want,
        tell: impl FnOnce(Option<&Utf8Path>),
        make: impl FnOnce() -> (Result<Good, Bad>, Vec<Fault>),
    ) -> (Arc<Record>, Source) {
        let slot = lock(&self.slots).entry(want.id).or_default().clone();
        slot.used.store(self.clock.fetch_add(1, Ordering::Relaxed), Ordering::Relaxed);
        let mut state = lock(&slot.state);
        let looked = Instant::now();
        if let Some(record) = &state.record {
            let known = state.checked.is_some_and(|checked| checked >= want.arrived);
            if record.site == want.site && (known || self.looks.hold(&record.manifest)) {
                let record = record.clone();
                if !known {
                    state.checked = Some(looked);
                }
                return (record, Source::Memory);
            }
        }
        if let Some(record) = self.find_shared(want, &slot) {
            let record = Arc::new(record);
            self.keep(&slot, &mut state, record.clone(), looked);
            return (record, Source::Shared);
        }
        tell(state.record.as_ref().and_then(|record| self.looks.first_change(&record.manifest)));
        let ((made, _), manifest) = trace::during(make);
        let record = Arc::new(Record { made: made.map(Arc::new), manifest, site: want.site });
        // What it is made of may have been looked at any time since the request came, before this making began.
        self.keep(&slot, &mut state, record.clone(), want.arrived);
        drop(state);
        if want.share
            && record.is_sound()
            && let Some(bytes) = encode(&record, &self.homes)
        {
            self.shared.store(&self.shared_name(want), &bytes);
        }
        self.shrink();
        (record, Source::Built)
    }

    /// Results of one asset from several states of the site lie beside each other.
    fn shared_name(&self, want: &Want) -> Sum {
        Sum::of(&[want.id.0, want.site.0].concat())
    }

    /// What another node made, or this one before. One that does not hold is still what was good last.
    fn find_shared(&self, want: &Want, slot: &Slot) -> Option<Record> {
        if !want.share {
            return None;
        }
        let record = decode(&self.shared.load(&self.shared_name(want))?, &self.homes)?;
        if record.site != want.site {
            return None;
        }
        if self.looks.hold(&record.manifest) {
            return Some(record);
        }
        let mut last = lock(&slot.last_good);
        if last.is_none() {
            *last = record.made.ok();
        }
        None
    }

    fn keep(&self, slot: &Slot, state: &mut State, record: Arc<Record>, looked: Instant) {
        if record.is_sound()
            && let Ok(good) = &record.made
        {
            *lock(&slot.last_good) = Some(good.clone());
        }
        let weight = record.weight() as u64;
        self.bytes.fetch_add(weight, Ordering::Relaxed);
        self.bytes.fetch_sub(slot.weight.swap(weight, Ordering::Relaxed), Ordering::Relaxed);
        state.record = Some(record);
        state.checked = Some(looked);
    }

    /// Forgets what was not asked for longest, until there is room.
    fn shrink(&self) {
        if self.bytes() <= self.limit {
            return;
        }
        let mut slots = lock(&self.slots);
        let mut oldest: Vec<(u64, Sum)> = slots
            .iter()
            .filter(|(_, slot)| Arc::strong_count(slot) == 1) // nobody looks at it
            .map(|(id, slot)| (slot.used.load(Ordering::Relaxed), *id))
            .collect();
        oldest.sort_unstable();
        for (_, id) in oldest {
            if self.bytes() <= self.limit / 8 * 7 {
                break;
            }
            if let Some(slot) = slots.remove(&id) {
                self.bytes.fetch_sub(slot.weight.load(Ordering::Relaxed), Ordering::Relaxed);
            }
        }
    }
}

#[cfg(test)]
mod tests;
