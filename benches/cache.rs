//! How long a warm and a cold asset take, without HTTP: `cargo bench --bench cache`.
//!
//! - a hit in memory, of an icon's key and of a style sheet's
//! - loading an entry from localcachedir, every byte checked: an icon, and a style sheet of Boost's size
//! - publishing one, written through to disk
//! - the quick codings of a style sheet

use bytes::Bytes;
use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};
use revserve::asset::{Asset, ComponentName, ContentType, Revision, SafePath, SheetType, ThemeName};
use revserve::build::compress;
use revserve::cache::{Current, Entry, EntryName, Generation, Key, Limits, LocalCache, Memory};
use std::convert::Infallible;
use std::hint::black_box;
use std::sync::Arc;

const REVISION: u64 = 1_770_000_000;

/// What is measured: an icon of half a kilobyte and a style sheet of a megabyte.
fn assets() -> [(&'static str, Key, Entry); 2] {
    let theme = ThemeName::parse("boost").expect("a name");
    let component = ComponentName::parse("core").expect("a name");
    let name = SafePath::parse("t/edit").expect("a path");
    let path: String = (0..30).map(|i| format!(r#"<path d="M{i} 2h{i}v2"/>"#)).collect();
    let icon = format!(r#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 12 12">{path}</svg>"#);
    let sheet: String =
        (0..19_000).map(|i| format!(".rule-{i}{{margin:{}px;color:#{:06x}}}\n", i % 97, i * 839)).collect();
    [
        ("icon", Asset::Image { theme: theme.clone(), component, name, svg: true }, ContentType::Svg, icon),
        ("sheet", Asset::Styles { theme, sheet: SheetType::All, svg: true }, ContentType::Css, sheet),
    ]
    .map(|(label, asset, content_type, body)| {
        let body = Bytes::from(body);
        let coded = compress::quick(&body, content_type);
        let revision = Revision::new(REVISION).expect("a revision");
        let generation = Generation::of(&asset, Current { theme: revision, js: revision }, None);
        (label, Key { asset, generation }, Entry::new(content_type, Vec::new(), body, coded))
    })
}

fn memory_hit(criterion: &mut Criterion) {
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
    let memory: Memory<Entry, Infallible> = Memory::new(Limits::default());
    for (label, key, entry) in assets() {
        runtime.block_on(memory.insert(key.clone(), Arc::new(entry)));
        // Once the future is on the stack, a hit never waits: `block_on` is not part of it in the server either.
        criterion.bench_function(&format!("memory hit/{label}"), |bencher| {
            bencher.to_async(&runtime).iter(|| async { black_box(memory.get(&key).await) });
        });
    }
}

fn entry_load(criterion: &mut Criterion) {
    let folder = tempfile::tempdir().expect("a folder");
    let cache = LocalCache::open(folder.path(), None).expect("an absolute path");
    for (label, key, entry) in assets() {
        let name = EntryName::new(&key.asset, key.generation).expect("a stored asset");
        cache.publish(&name, &entry, || true).expect("room");
        let mut group = criterion.benchmark_group("entry load");
        group.throughput(Throughput::Bytes(entry.weight() as u64));
        group.bench_function(label, |bencher| bencher.iter(|| black_box(cache.load(&name))));
        group.finish();
    }
}

fn publish(criterion: &mut Criterion) {
    let folder = tempfile::tempdir().expect("a folder");
    let cache = LocalCache::open(folder.path(), None).expect("an absolute path");
    let mut number = REVISION;
    for (label, key, entry) in assets() {
        criterion.bench_function(&format!("publish/{label}"), |bencher| {
            let mut next = || {
                number += 1;
                let revision = Revision::new(number).expect("a revision");
                let generation = Generation::of(&key.asset, Current { theme: revision, js: revision }, None);
                EntryName::new(&key.asset, generation).expect("a stored asset")
            };
            bencher.iter_batched(&mut next, |name| cache.publish(&name, &entry, || true), BatchSize::PerIteration);
        });
    }
}

fn quick_codings(criterion: &mut Criterion) {
    for (label, _, entry) in assets() {
        let mut group = criterion.benchmark_group("quick codings");
        group.throughput(Throughput::Bytes(entry.body().len() as u64));
        group.bench_function(label, |bencher| {
            bencher.iter(|| black_box(compress::quick(entry.body(), entry.content_type)));
        });
        group.finish();
    }
}

criterion_group!(benches, memory_hit, entry_load, publish, quick_codings);
criterion_main!(benches);
