//! How long a request target takes to become an asset: `cargo bench --bench url`.
//!
//! - each kind of URL that pages name
//! - what is refused: a strange path, a traversal, the longest target that is looked at

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use revserve::asset::url::Mount;
use std::hint::black_box;

const GOOD: [(&str, &str); 7] = [
    ("image", "/theme/image.php/boost/core/1770000000/t/edit"),
    ("image in query form", "/theme/image.php?theme=boost&component=core&rev=1770000000&image=t%2Fedit&svg=0"),
    ("font", "/theme/font.php/boost/core/1770000000/fontawesome-webfont.woff2"),
    ("styles", "/theme/styles.php/boost/1770000000_1770000001/all"),
    ("script", "/lib/javascript.php/1770000000/lib/polyfills/polyfill.js"),
    ("modules", "/lib/requirejs.php/1770000000/core/first.js"),
    ("combo", "/theme/yui_combo.php?rollup/3.18.1/yui-moodlesimple-min.js&m/1770000000/core/tooltip/tooltip-min.js"),
];

fn parse(criterion: &mut Criterion) {
    let mount = Mount::of_wwwroot("https://school.example/moodle");
    let mut group = criterion.benchmark_group("URL parsing");
    for (label, target) in GOOD {
        let target = format!("/moodle{target}");
        assert!(mount.parse(&target).is_ok(), "{target}");
        group.bench_function(label, |bencher| bencher.iter(|| black_box(mount.parse(black_box(&target)))));
    }
    let long = format!("/moodle/lib/javascript.php?rev=1770000000&jsfile={}", "/lib/a.js,".repeat(800));
    for (label, target) in [
        ("refused: a strange path", "/moodle/course/view.php?id=2"),
        ("refused: traversal", "/moodle/theme/image.php/boost/core/1770000000/..%2f..%2fconfig"),
        ("longest", &long[..Mount::LONGEST.min(long.len())]),
    ] {
        group.throughput(Throughput::Bytes(target.len() as u64));
        group.bench_function(label, |bencher| bencher.iter(|| black_box(mount.parse(black_box(target)))));
    }
    group.finish();
}

criterion_group!(benches, parse);
criterion_main!(benches);
