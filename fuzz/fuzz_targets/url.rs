//! The URL parser: no target makes it panic, and whatever it reads names nothing outside the site.
//!
//! Chance alone seldom finds a script's name, so the bytes are read twice: as they are, and behind one.

#![no_main]

use libfuzzer_sys::fuzz_target;
use revserve::asset::Asset;
use revserve::asset::url::{Mount, answered_scripts};

fuzz_target!(|bytes: &[u8]| {
    let text = String::from_utf8_lossy(bytes);
    check(&Mount::default(), &text);
    let (Some(first), scripts) = (bytes.first(), answered_scripts().collect::<Vec<_>>()) else { return };
    let script = scripts[usize::from(*first) % scripts.len()];
    check(&Mount::of_wwwroot("https://school.example/moodle"), &format!("/moodle{script}{}", text.get(1..).unwrap_or_default()));
});

fn check(mount: &Mount, target: &str) {
    let Ok(requested) = mount.parse(target) else { return };
    // The parts of a combo are read when it is known which YUI the site has.
    if !matches!(requested.asset, Asset::YuiCombo { .. }) {
        let named = format!("{:?}", requested.asset);
        assert!(!named.contains("..") && !named.contains("\\0"), "{target}: {named}");
    }
    // Twice the same is the same.
    assert_eq!(mount.parse(target), Ok(requested));
}
