//! The file format of an entry, read. Any bytes at all may come in; only whole, undamaged entries come out.
//!
//! 1. magic, version, kind and the length of the header
//! 2. the checksum at the end, which covers the header
//! 3. the header's fields, and that the lengths add up to the file's
//! 4. each body's SHA-256
//!
//! Bodies are slices of the file's bytes: nothing is copied.

use super::encode::{HEADER_LENGTH_AT, Kind, MAGIC, SUM, VERSION};
use super::{Best, Entry, Input, Variant, sha256};
use crate::asset::{Coding, ContentType};
use bytes::Bytes;

/// Why bytes are not an entry that may be served.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EntryError {
    /// It does not start as revserve's files do.
    #[error("not an entry")]
    Magic,
    /// Written by a revserve with another file format.
    #[error("format version {0}, not {VERSION}")]
    Version(u16),
    /// An entry where better variants belong, or the other way round.
    #[error("of another kind")]
    Kind,
    /// It ends too early, or a length in it leads out of it.
    #[error("cut off")]
    CutOff,
    /// There is more in it than its header says.
    #[error("longer than its header says")]
    TooLong,
    /// The header is not what its checksum at the end was made of.
    #[error("header damaged")]
    Header,
    /// A content type, coding or name that this version does not know.
    #[error("unknown value in the header")]
    Unknown,
    /// Identity is missing, not first or not its own hash's, a coding is there twice or is not smaller.
    #[error("variants against the rules")]
    Variants,
    /// A body is not what its SHA-256 was made of.
    #[error("{} body damaged", .0.token())]
    Body(Coding),
}

/// Reads an entry and checks every byte of it.
pub fn decode(file: Bytes) -> Result<Entry, EntryError> {
    let (content_type, identity, variants, inputs) = read(&file, Kind::Entry)?;
    let first = variants.first().is_some_and(|v| v.coding == Coding::Identity && v.level == 0);
    let rest = variants.iter().skip(1).all(|v| v.coding != Coding::Identity && v.bytes.len() < variants[0].bytes.len());
    match first && rest {
        true => Ok(Entry { content_type, identity, inputs, variants }),
        false => Err(EntryError::Variants),
    }
}

/// Reads a `.best` file and checks every byte of it.
pub fn decode_best(file: Bytes) -> Result<Best, EntryError> {
    let (content_type, identity, variants, inputs) = read(&file, Kind::Best)?;
    match inputs.is_empty() && variants.iter().all(|v| v.coding != Coding::Identity) {
        true => Ok(Best { content_type, identity, variants }),
        false => Err(EntryError::Variants),
    }
}

type Fields = (ContentType, [u8; SUM], Vec<Variant>, Vec<Input>);

fn read(file: &Bytes, kind: Kind) -> Result<Fields, EntryError> {
    // 1.
    let mut start = Reader { left: file };
    if start.take(MAGIC.len()).map_err(|_| EntryError::Magic)? != MAGIC {
        return Err(EntryError::Magic);
    }
    let version = u16::from_le_bytes(start.array()?);
    if version != VERSION {
        return Err(EntryError::Version(version));
    }
    if start.byte()? != kind as u8 {
        return Err(EntryError::Kind);
    }
    let content_type = start.byte()?;
    let header_length = start.length()?;

    // 2.
    let bodies_end = file.len().checked_sub(SUM).ok_or(EntryError::CutOff)?;
    if header_length > bodies_end {
        return Err(EntryError::CutOff);
    }
    let header = &file[..header_length];
    if sha256(header) != file[bodies_end..] {
        return Err(EntryError::Header);
    }

    // 3.
    let mut header = Reader { left: header.get(HEADER_LENGTH_AT + 8..).ok_or(EntryError::CutOff)? };
    let content_type = ContentType::from_number(content_type).ok_or(EntryError::Unknown)?;
    let identity = header.array()?;
    let (variants, sums) = read_variants(&mut header, file.slice(header_length..bodies_end))?;
    let inputs = read_inputs(&mut header)?;
    if !header.left.is_empty() {
        return Err(EntryError::TooLong);
    }

    // 4.
    for (variant, sum) in variants.iter().zip(sums) {
        if sha256(&variant.bytes) != sum {
            return Err(EntryError::Body(variant.coding));
        }
        if variant.coding == Coding::Identity && sum != identity {
            return Err(EntryError::Variants);
        }
    }
    Ok((content_type, identity, variants, inputs))
}

/// The variants, each with the sum that its body must have.
fn read_variants(header: &mut Reader, mut bodies: Bytes) -> Result<(Vec<Variant>, Vec<[u8; SUM]>), EntryError> {
    let count = header.length()?;
    if count > Coding::ALL.len() {
        return Err(EntryError::Variants);
    }
    let (mut variants, mut sums) = (Vec::<Variant>::with_capacity(count), Vec::with_capacity(count));
    for _ in 0..count {
        let coding = Coding::from_number(header.byte()?).ok_or(EntryError::Unknown)?;
        let level = header.byte()?;
        let length = header.length()?;
        if variants.last().is_some_and(|last| last.coding >= coding) {
            return Err(EntryError::Variants); // out of order, or twice
        }
        if length > bodies.len() {
            return Err(EntryError::CutOff);
        }
        sums.push(header.array()?);
        variants.push(Variant { coding, level, bytes: bodies.split_to(length) });
    }
    match bodies.is_empty() {
        true => Ok((variants, sums)),
        false => Err(EntryError::TooLong),
    }
}

fn read_inputs(header: &mut Reader) -> Result<Vec<Input>, EntryError> {
    let count = header.length()?;
    let mut inputs = Vec::with_capacity(count.min(header.left.len() / 9)); // an input takes 9 bytes at least
    for _ in 0..count {
        let length = header.length()?;
        let name = std::str::from_utf8(header.take(length)?).map_err(|_| EntryError::Unknown)?.to_owned();
        let sha256 = match header.byte()? {
            0 => None,
            1 => Some(header.array()?),
            _ => return Err(EntryError::Unknown),
        };
        inputs.push(Input { name, sha256 });
    }
    Ok(inputs)
}

/// What is left to read of some bytes.
struct Reader<'a> {
    left: &'a [u8],
}

impl<'a> Reader<'a> {
    fn take(&mut self, length: usize) -> Result<&'a [u8], EntryError> {
        let (taken, left) = self.left.split_at_checked(length).ok_or(EntryError::CutOff)?;
        self.left = left;
        Ok(taken)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], EntryError> {
        let (taken, left) = self.left.split_first_chunk().ok_or(EntryError::CutOff)?;
        self.left = left;
        Ok(*taken)
    }

    fn byte(&mut self) -> Result<u8, EntryError> {
        self.array::<1>().map(|[byte]| byte)
    }

    fn length(&mut self) -> Result<usize, EntryError> {
        usize::try_from(u64::from_le_bytes(self.array()?)).map_err(|_| EntryError::CutOff)
    }
}
