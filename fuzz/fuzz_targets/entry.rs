//! The entry reader: no bytes make it panic, and whatever it accepts is an entry by all rules.
//!
//! Checksums would keep chance out of everything behind them, so the bytes are read twice: as they are, and with
//! the header's checksum made right.

#![no_main]

use bytes::Bytes;
use libfuzzer_sys::fuzz_target;
use revserve::cache::entry::{decode, decode_best, encode, encode_best, sha256};

fuzz_target!(|bytes: &[u8]| {
    check(bytes.to_vec());
    let mut summed = bytes.to_vec();
    // The header's length stands behind magic, version, kind and content type; its sum at the end.
    if let (Some(length), Some(end)) = (bytes.get(12..20), bytes.len().checked_sub(32)) {
        let length = u64::from_le_bytes(length.try_into().unwrap_or_default());
        if let Some(header) = usize::try_from(length).ok().filter(|length| *length <= end).and_then(|l| bytes.get(..l)) {
            summed[end..].copy_from_slice(&sha256(header));
            check(summed);
        }
    }
});

fn check(bytes: Vec<u8>) {
    let file = Bytes::from(bytes);
    if let Ok(entry) = decode(file.clone()) {
        assert_eq!(sha256(entry.body()), entry.identity);
        assert_eq!(encode(&entry), file);
    }
    if let Ok(best) = decode_best(file.clone()) {
        assert_eq!(encode_best(&best), file);
    }
}
