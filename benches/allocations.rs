//! Allocations of a prepared answer, counted: `cargo bench --bench allocations`.
//!
//! From the fields of a request to the bytes of its answer: what the hot map finds, preconditions and variant, header
//! and small body in a buffer that is there already. What HTTP's parser and the runtime do is not in it.

use bytes::Bytes;
use revserve::asset::url::Refusal;
use revserve::asset::{Coding, ContentType, Freshness, Revision};
use revserve::cache::{Entry, Variant, entry};
use revserve::engine::{Found, Source};
use revserve::serve::answer::{Body, Fields, Method, Prepared, Reply, respond};
use revserve::serve::hot::Hot;
use std::alloc::{GlobalAlloc, Layout, System};
use std::hint::black_box;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::{Duration, UNIX_EPOCH};

static ALLOCATIONS: AtomicU64 = AtomicU64::new(0);

/// The system's allocator, counting what is asked of it.
struct Counting;

// SAFETY: every call is handed on to `System` as it came, which keeps the contract of `GlobalAlloc`; counting neither
// allocates nor panics. `alloc_zeroed` and `realloc` are the trait's own, which call these two.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        ALLOCATIONS.fetch_add(1, Relaxed);
        // SAFETY: the caller's promises about `layout` are those that `System` asks for.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        // SAFETY: `pointer` came from `alloc` above with this `layout`, so from `System`.
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static COUNTING: Counting = Counting;

const TARGET: &str = "/theme/styles.php/boost/1770000000_1/all";
const TIMES: u64 = 100_000;

fn main() {
    let body = Bytes::from(vec![b'x'; 2000]);
    let coded = vec![Variant { coding: Coding::Brotli, level: 11, bytes: Bytes::from(vec![b'y'; 400]) }];
    let whole = Arc::new(Entry::new(ContentType::Css, Vec::new(), body.clone(), coded));
    let found = Found {
        entry: whole.clone(),
        freshness: Freshness::Current,
        modified: Revision::new(1_770_000_000),
        source: Source::Memory,
        lifetime: Freshness::CURRENT,
        is_last_good: false,
        has_map: false,
        is_whole: true,
    };
    let now = UNIX_EPOCH + Duration::from_secs(1_770_000_100);
    let prepared = Rc::new(Prepared::new(&found, TARGET, now));
    let mut hot = Hot::new(1 << 20);
    hot.put(TARGET, 1, &whole, &prepared);
    let name = entry::sha256(&body).iter().take(8).map(|byte| format!("{byte:02x}")).collect::<String>();
    let etag = format!("\"{name}-br11\"");
    println!("allocations in {TIMES} answers out of the hot map:");
    for (what, method, lines) in [
        ("200, brotli", Method::Get, &[("accept-encoding", "gzip, deflate, br, zstd")][..]),
        ("200, identity", Method::Get, &[]),
        ("304", Method::Get, &[("accept-encoding", "br"), ("if-none-match", etag.as_str())]),
        ("HEAD", Method::Head, &[("accept-encoding", "br")]),
    ] {
        told(what, count(method, lines, |fields| answer(&mut hot, method, fields)));
    }
    told("404", count(Method::Get, &[], |_| Some(respond::refused(Refusal::NotFound))));
}

/// Zero is what was promised: with anything else the benchmark fails.
fn told(what: &str, allocations: u64) {
    println!("{what:<14} {allocations}");
    assert_eq!(allocations, 0, "{what}: a prepared answer allocates");
}

/// The answer out of the hot map; every 32nd time none, so that the engine's cache sees use.
fn answer(hot: &mut Hot, method: Method, fields: &Fields<'_>) -> Option<Reply> {
    let (entry, prepared) = hot.get(black_box(TARGET), 1)?;
    Some(respond::found(&prepared, &entry, method, fields))
}

/// Allocations of all answers together.
fn count(method: Method, lines: &[(&str, &str)], mut answer: impl FnMut(&Fields<'_>) -> Option<Reply>) -> u64 {
    let mut out = Vec::with_capacity(16 << 10);
    let mut answered = 0;
    // What every process makes once.
    drop(respond::refused(Refusal::NotFound));
    let before = ALLOCATIONS.load(Relaxed);
    while answered < TIMES {
        let mut fields = Fields::default();
        for (name, value) in lines {
            fields.add(name.as_bytes(), value.as_bytes());
        }
        let Some(reply) = answer(&fields) else { continue };
        out.clear();
        out.extend_from_slice(reply.status.line().as_bytes());
        out.extend_from_slice(&reply.head);
        out.extend_from_slice(b"\r\n");
        if let (Method::Get, Body::Whole(body)) = (method, &reply.body) {
            out.extend_from_slice(body);
        }
        black_box(&out);
        answered += 1;
    }
    ALLOCATIONS.load(Relaxed) - before
}
