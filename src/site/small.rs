//! Small files that say how the site is made.

use std::fs::File;
use std::io::{self, Read};

use camino::Utf8Path;
use rustix::fs::{FileType, Mode, OFlags, fstat, open};

use crate::inputs::trace;

/// No list that Moodle or a plugin ships comes near this.
const LIMIT: u64 = 4 << 20;

/// The content of a regular file of at most 4 MiB; never waits for a FIFO's writer.
pub(super) fn read(path: &Utf8Path) -> io::Result<Vec<u8>> {
    trace::seen_now(path);
    let flags = OFlags::RDONLY | OFlags::NONBLOCK | OFlags::NOCTTY | OFlags::CLOEXEC;
    let handle = open(path.as_std_path(), flags, Mode::empty())?;
    let data = fstat(&handle)?;
    if FileType::from_raw_mode(data.st_mode) != FileType::RegularFile {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, "it is not a regular file"));
    }
    let mut content = Vec::new();
    File::from(handle).take(LIMIT + 1).read_to_end(&mut content)?;
    if content.len() as u64 > LIMIT {
        return Err(io::Error::new(io::ErrorKind::FileTooLarge, "it is larger than 4 MiB"));
    }
    trace::content(path, &content);
    Ok(content)
}
