//! One body as what differs from another, as it is kept in a file and in memory.

use crate::asset::DictionaryCoding;
use crate::cache::entry::sha256;
use bytes::Bytes;

/// A body in a coding whose decoder needs another body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delta {
    /// SHA-256 of the body that it decodes to.
    pub content: [u8; 32],
    /// SHA-256 of the body that it is decoded with.
    pub dictionary: [u8; 32],
    pub coding: DictionaryCoding,
    /// The compressor's level. Part of the ETag.
    pub level: u8,
    /// As it is sent: magic number, the dictionary's hash, stream (RFC 9842 §4, §5).
    pub bytes: Bytes,
}

/// The first bytes of a delta's file, the last of them the format's version.
const MAGIC: [u8; 8] = *b"\xA5rvdlt\n\x01";
/// Magic, content, dictionary, coding, level.
const HEADER: usize = 8 + 32 + 32 + 1 + 1;

impl Delta {
    /// The bytes of its file: header, bytes as sent, and a SHA-256 of all that.
    pub(super) fn encode(&self) -> Vec<u8> {
        let mut file = Vec::with_capacity(HEADER + self.bytes.len() + 32);
        file.extend(MAGIC);
        file.extend(self.content);
        file.extend(self.dictionary);
        file.push(self.coding as u8);
        file.push(self.level);
        file.extend_from_slice(&self.bytes);
        file.extend(sha256(&file));
        file
    }

    /// Reads a file; `None` for any other bytes than a whole, undamaged one.
    pub(super) fn decode(file: Bytes) -> Option<Delta> {
        let end = file.len().checked_sub(32).filter(|end| *end >= HEADER)?;
        if file[..8] != MAGIC || sha256(&file[..end]) != file[end..] {
            return None;
        }
        let coding = DictionaryCoding::from_number(file[72])?;
        let (content, dictionary) = (file[8..40].try_into().ok()?, file[40..72].try_into().ok()?);
        let delta = Delta { content, dictionary, coding, level: file[73], bytes: file.slice(HEADER..end) };
        let rest = delta.bytes.strip_prefix(coding.magic())?;
        rest.starts_with(&delta.dictionary).then_some(delta)
    }
}
