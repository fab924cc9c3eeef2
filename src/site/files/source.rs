//! One file that makes an asset, or a part of one.

use std::fs::File;
use std::io::{self, Read};
use std::sync::Arc;

use bytes::Bytes;
use camino::{Utf8Path, Utf8PathBuf};
use rustix::fs::{FileType, OFlags, Stat, fstat};
use rustix::io::Errno;

use super::error::is_absent;
use super::{Root, SourceError};
use crate::asset::ContentType;
use crate::inputs::trace;

/// A regular file of the site, found but not yet read.
#[derive(Clone, Debug)]
pub struct SourceFile {
    root: Arc<Root>,
    below: String,
    name: String,
}

impl SourceFile {
    pub(super) fn new(root: Arc<Root>, below: String, name: String) -> SourceFile {
        SourceFile { root, below, name }
    }

    /// How Moodle names the file: from dirroot (`mod/forum/pix/icon.svg`), also where the component is linked
    /// from elsewhere; absolute for what does not belong to dirroot. The same on every node.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Where it really is, links resolved. To be shown and watched; it is never opened by this path.
    pub fn path(&self) -> Utf8PathBuf {
        self.root.path().join(&self.below)
    }

    /// What stands behind the last dot of the name asked for, as it is written.
    pub fn extension(&self) -> Option<&str> {
        Utf8Path::new(&self.name).extension()
    }

    /// What stands behind the last dot of the name that links lead to.
    pub fn real_extension(&self) -> Option<&str> {
        Utf8Path::new(&self.below).extension()
    }

    /// By the name asked for, whatever case its extension is in.
    pub fn content_type(&self) -> Option<ContentType> {
        ContentType::from_extension(&self.extension()?.to_ascii_lowercase())
    }

    /// The whole content, as it was at one moment: a file that changes under the reader is read again.
    ///
    /// # Errors
    /// [`SourceError::TooLarge`] beyond `limit` bytes, before more than that is held; the others as they say.
    pub fn read(&self, limit: u64) -> Result<Bytes, SourceError> {
        let read = self.read_often(limit);
        match &read {
            Ok(content) => trace::content(&self.path(), content),
            // What stood in the way may go without a trace.
            Err(_) => trace::uncertain(),
        }
        read
    }

    fn read_often(&self, limit: u64) -> Result<Bytes, SourceError> {
        for _ in 0..TRIES {
            if let Some(content) = self.read_once(limit)? {
                return Ok(content);
            }
        }
        Err(SourceError::Changing { path: self.path() })
    }

    /// `None` where the file changed meanwhile.
    fn read_once(&self, limit: u64) -> Result<Option<Bytes>, SourceError> {
        let unreadable = |errno| match errno {
            Errno::LOOP | Errno::XDEV => SourceError::Changing { path: self.path() },
            errno if is_absent(errno) => SourceError::Gone { path: self.path() },
            errno => SourceError::Unreadable { path: self.path(), errno },
        };
        // NONBLOCK: a FIFO put in the file's place since it was found would wait for a writer for ever.
        let flags = OFlags::RDONLY | OFlags::NONBLOCK | OFlags::NOCTTY;
        let handle = self.root.open(&self.below, flags).map_err(unreadable)?;
        let before = fstat(&handle).map_err(unreadable)?;
        if FileType::from_raw_mode(before.st_mode) != FileType::RegularFile {
            return Err(SourceError::NotRegular { path: self.path() });
        }
        let size = u64::try_from(before.st_size).unwrap_or(0);
        if size > limit {
            return Err(SourceError::TooLarge { path: self.path(), size, limit });
        }
        let mut file = File::from(handle);
        let mut content = Vec::with_capacity(usize::try_from(size).unwrap_or(0) + 1);
        let read = |e: io::Error| unreadable(Errno::from_io_error(&e).unwrap_or(Errno::IO));
        (&mut file).take(size + 1).read_to_end(&mut content).map_err(read)?;
        let after = fstat(&file).map_err(unreadable)?;
        let whole = content.len() as u64 == size && stamp(&before) == stamp(&after);
        Ok(whole.then(|| Bytes::from(content)))
    }
}

/// How often a file that changes is read before it is given up.
const TRIES: usize = 4;

/// Differs where the content was changed in between, as far as the file system's clock can tell.
fn stamp(data: &Stat) -> (i64, i64, u64, i64, u64) {
    (data.st_size, data.st_mtime, data.st_mtime_nsec, data.st_ctime, data.st_ctime_nsec)
}
