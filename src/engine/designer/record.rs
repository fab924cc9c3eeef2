//! A result with the manifest of what it was made from, in memory and as it is shared.
//!
//! Shared, paths are written from the site's folders: a node whose checkout lies elsewhere finds the same files.

use crate::asset::{ContentType, Freshness};
use crate::cache::Entry;
use crate::designer::Fault;
use crate::engine::Failure;
use crate::inputs::{Manifest, Seen, Sum};
use bytes::Bytes;
use camino::{Utf8Path, Utf8PathBuf};
use std::sync::Arc;

/// What was made, or why nothing, and from what.
#[derive(Clone, Debug)]
pub struct Record {
    pub made: Result<Arc<Good>, Bad>,
    pub manifest: Manifest,
    /// The site that it was made from: components and themes.
    pub site: Sum,
}

/// What was made.
#[derive(Clone, Debug)]
pub struct Good {
    pub entry: Arc<Entry>,
    pub keeps: Freshness,
    /// Mistakes that did not prevent it.
    pub faults: Vec<Fault>,
}

/// Why nothing was made.
#[derive(Clone, Debug)]
pub struct Bad {
    pub failure: Failure,
    pub faults: Vec<Fault>,
}

impl Record {
    pub fn weight(&self) -> usize {
        let body = self.made.as_ref().map_or(0, |good| good.entry.weight());
        size_of::<Record>() + body + self.manifest.weight()
    }
}

/// Folders of the site that lie elsewhere on another node, each with the letter that stands for it.
#[derive(Clone, Debug, Default)]
pub struct Homes(Vec<(Utf8PathBuf, char)>);

impl Homes {
    /// Each folder stands under its letter as it is written, and under the capital with links resolved.
    pub fn new<'p>(folders: impl IntoIterator<Item = (char, &'p Utf8Path)>) -> Homes {
        let mut homes = Vec::new();
        for (letter, folder) in folders {
            homes.push((folder.to_owned(), letter));
            if let Ok(real) = folder.canonicalize_utf8()
                && real != folder
            {
                homes.push((real, letter.to_ascii_uppercase()));
            }
        }
        // The deepest first; of one folder under two letters always the same.
        homes.sort_by(|a, b| b.0.as_str().len().cmp(&a.0.as_str().len()).then(a.1.cmp(&b.1)));
        Homes(homes)
    }

    fn write(&self, path: &Utf8Path) -> String {
        let home = self.0.iter().find_map(|(home, letter)| Some((letter, path.strip_prefix(home).ok()?)));
        home.map_or_else(|| path.to_string(), |(letter, below)| format!("{letter}:{below}"))
    }

    fn read(&self, written: &str) -> Option<Utf8PathBuf> {
        if written.starts_with('/') {
            return Some(written.into());
        }
        let (letter, below) = written.split_once(':')?;
        let letter = letter.chars().next()?;
        // A node without links has only the small letter.
        let home = self.0.iter().find(|(_, own)| *own == letter);
        let home = home.or_else(|| self.0.iter().find(|(_, own)| *own == letter.to_ascii_lowercase()))?;
        Some(home.0.join(below))
    }

    /// What tells one manifest from another on every node.
    pub fn sum(&self, manifest: &Manifest) -> Sum {
        let mut bytes = Vec::new();
        put_manifest(&mut bytes, manifest, self);
        Sum::of(&bytes)
    }
}

/// The bytes of a sound record; `None` for one that is not to be shared.
pub fn encode(record: &Record, homes: &Homes) -> Option<Vec<u8>> {
    let Ok(good) = &record.made else { return None };
    if record.manifest.is_torn || good.keeps != Freshness::Current {
        return None;
    }
    let faults = serde_json::to_vec(&good.faults).ok()?;
    let mut out = Vec::with_capacity(good.entry.body().len() + 64 * 1024);
    out.push(good.entry.content_type as u8);
    out.extend(record.site.0);
    put(&mut out, &faults);
    put_manifest(&mut out, &record.manifest, homes);
    put(&mut out, good.entry.body());
    Some(out)
}

/// A record out of bytes that are known to be whole.
pub fn decode(bytes: &Bytes, homes: &Homes) -> Option<Record> {
    let mut rest = Rest(bytes.clone());
    let content_type = ContentType::from_number(rest.byte()?)?;
    let site = rest.sum()?;
    let faults = serde_json::from_slice(&rest.piece()?).ok()?;
    let manifest = take_manifest(&mut rest, homes)?;
    let entry = Entry::new(content_type, Vec::new(), rest.piece()?, Vec::new());
    let good = Good { entry: Arc::new(entry), keeps: Freshness::Current, faults };
    Some(Record { made: Ok(Arc::new(good)), manifest, site })
}

fn put(out: &mut Vec<u8>, piece: &[u8]) {
    out.extend((piece.len() as u64).to_le_bytes());
    out.extend(piece);
}

fn put_manifest(out: &mut Vec<u8>, manifest: &Manifest, homes: &Homes) {
    out.extend((manifest.seen.len() as u64).to_le_bytes());
    for (path, seen) in &manifest.seen {
        let (kind, sum) = match seen {
            Seen::Content(sum) => (b'c', Some(sum)),
            Seen::File => (b'f', None),
            Seen::NoFile => (b'n', None),
            Seen::Folder => (b'd', None),
            Seen::NoFolder => (b'm', None),
            Seen::Nothing => (b'0', None),
            Seen::Listing(sum) => (b'l', Some(sum)),
        };
        out.push(kind);
        put(out, homes.write(path).as_bytes());
        out.extend(sum.iter().flat_map(|sum| sum.0));
    }
    out.extend((manifest.leads.len() as u64).to_le_bytes());
    for (path, target) in &manifest.leads {
        put(out, homes.write(path).as_bytes());
        put(out, target.as_ref().map_or(String::new(), |target| homes.write(target)).as_bytes());
    }
}

fn take_manifest(rest: &mut Rest, homes: &Homes) -> Option<Manifest> {
    let mut manifest = Manifest::default();
    for _ in 0..rest.number()? {
        let kind = rest.byte()?;
        let path = homes.read(&rest.text()?)?;
        let seen = match kind {
            b'c' => Seen::Content(rest.sum()?),
            b'f' => Seen::File,
            b'n' => Seen::NoFile,
            b'd' => Seen::Folder,
            b'm' => Seen::NoFolder,
            b'0' => Seen::Nothing,
            b'l' => Seen::Listing(rest.sum()?),
            _ => return None,
        };
        manifest.add(&path, seen);
    }
    for _ in 0..rest.number()? {
        let path = homes.read(&rest.text()?)?;
        let target = rest.text()?;
        let target = if target.is_empty() { None } else { Some(homes.read(&target)?) };
        manifest.add_lead(&path, target.as_deref());
    }
    Some(manifest)
}

/// What is still to be read.
struct Rest(Bytes);

impl Rest {
    fn take(&mut self, length: usize) -> Option<Bytes> {
        (length <= self.0.len()).then(|| self.0.split_to(length))
    }

    fn byte(&mut self) -> Option<u8> {
        self.take(1)?.first().copied()
    }

    fn number(&mut self) -> Option<u64> {
        Some(u64::from_le_bytes(self.take(8)?.as_ref().try_into().ok()?))
    }

    fn sum(&mut self) -> Option<Sum> {
        Some(Sum(self.take(32)?.as_ref().try_into().ok()?))
    }

    fn piece(&mut self) -> Option<Bytes> {
        let length = usize::try_from(self.number()?).ok()?;
        self.take(length)
    }

    fn text(&mut self) -> Option<String> {
        String::from_utf8(self.piece()?.to_vec()).ok()
    }
}
