//! How long scripts take to become smaller, proof included: `cargo bench --bench scripts`.
//!
//! - a small and a large script made here, of the kinds of statements that plugins have
//! - with `SCRIPTS=DIR` in the environment, once every `.js` file below a folder, such as a Moodle's

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use revserve::build::script::{How, Minifier, minify};
use std::fmt::Write as _;
use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// Functions with comments, long names and closures; about 500 bytes each.
fn script(functions: usize) -> String {
    let mut text = String::new();
    for n in 0..functions {
        // Writing to a String cannot fail.
        let _ = write!(
            text,
            "/**\n * Moves item {n} to another place.\n *\n * @param {{Object}} settings Where it goes.\n */\n\
             function moveItem{n}(settings, whenMoved) {{\n    var element = settings.elements['item-{n}'];\n    \
             if (!element || settings.locked) {{\n        return false;\n    }}\n    \
             element.addEventListener('click', function(clickEvent) {{\n        clickEvent.preventDefault();\n        \
             whenMoved(element, {{position: clickEvent.clientX + {n}, name: 'item-{n}'}});\n    }});\n    return true;\n}}\n"
        );
    }
    text
}

fn generated(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("script minify");
    for (label, functions) in [("5 KiB", 10), ("250 KiB", 500)] {
        let text = script(functions);
        assert!(matches!(minify(text.as_bytes(), Minifier::Oxc).how, How::Minified { .. }));
        group.throughput(Throughput::Bytes(text.len() as u64));
        group.bench_function(label, |bencher| bencher.iter(|| black_box(minify(text.as_bytes(), Minifier::Oxc))));
    }
    group.finish();
}

/// Every script of a tree, one after another on this thread.
fn tree(_: &mut Criterion) {
    let Some(folder) = std::env::var_os("SCRIPTS") else { return };
    let mut paths = Vec::new();
    find(Path::new(&folder), &mut paths);
    paths.sort();
    let (mut before, mut after, mut as_written, mut took) = (0, 0, 0, Duration::ZERO);
    let mut slowest = (Duration::ZERO, PathBuf::new());
    for path in paths.iter() {
        let source = std::fs::read(path).expect("a readable tree");
        let begun = Instant::now();
        let minified = minify(&source, Minifier::Oxc);
        let spent = begun.elapsed();
        took += spent;
        slowest = slowest.max((spent, path.clone()));
        (before, after) = (before + source.len(), after + minified.code.len());
        as_written += usize::from(matches!(&minified.how, How::AsWritten(why) if why.is_notable()));
    }
    println!(
        "{} scripts, {before} bytes to {after}, in {:.2} s; {as_written} as written",
        paths.len(),
        took.as_secs_f64()
    );
    println!("slowest: {} in {:.2} s", slowest.1.display(), slowest.0.as_secs_f64());
}

fn find(folder: &Path, found: &mut Vec<PathBuf>) {
    for listed in std::fs::read_dir(folder).expect("a readable folder").flatten() {
        let path = listed.path();
        match listed.file_type() {
            Ok(kind) if kind.is_dir() => find(&path, found),
            Ok(kind) if kind.is_file() && path.extension().is_some_and(|extension| extension == "js") => {
                found.push(path)
            }
            _ => {}
        }
    }
}

criterion_group!(benches, generated, tree);
criterion_main!(benches);
