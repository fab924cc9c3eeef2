//! Memory under strangers' requests.

use super::support::*;
use revserve::asset::{Asset, SafePath};
use revserve::cache::{Entry, Generation, Key, Limits, Memory};
use std::sync::Arc;

/// Resident memory of this process, in bytes.
fn resident() -> usize {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
    line.trim().trim_end_matches(" kB").parse::<usize>().unwrap() << 10
}

fn key(path: String) -> Key {
    let asset = Asset::Scripts(vec![SafePath::parse(&path).unwrap()]);
    Key { asset, generation: Generation::Js(revision(1)) }
}

/// Unoptimised code takes minutes for a million; the room for misses is full long before.
const URLS: u32 = if cfg!(debug_assertions) { 60_000 } else { 1_000_000 };

#[tokio::test]
async fn a_scan_of_a_million_urls_leaves_memory_where_its_limit_is() {
    const LIMIT: usize = 16 << 20;
    let before = resident();
    let memory: Memory<Entry, &str> = Memory::new(Limits { bytes: LIMIT as u64, ..Limits::default() });
    for number in 0..URLS {
        if number % 50 == 0 {
            let found = async move { Ok(Arc::new(sized(&format!("{number}"), 10_000))) };
            memory.get_or_build(key(format!("lib/found-{number}.js")), found).await.unwrap();
        } else {
            let key = key(format!("lib/missing-{number}.js"));
            assert!(!memory.is_missing(&key));
            memory.note_missing(key).await;
        }
    }
    memory.settle().await;
    let grown = resident().saturating_sub(before);
    assert!(memory.bytes() <= LIMIT as u64);
    // Misses, what waits to be evicted, and what the allocator keeps, and what other tests of this process hold.
    assert!(grown < LIMIT + (96 << 20), "{} MiB", grown >> 20);
}
