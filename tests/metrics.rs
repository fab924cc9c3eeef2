//! The numbers on the admin listener: the text format of Prometheus as its own linter would have it, and what they count.

mod support;

use std::collections::{BTreeMap, BTreeSet};
use support::{Client, Layout, Server, Site, THEME_REV};

/// A line of numbers: name, labels as they are written, value.
struct Line<'a> {
    name: &'a str,
    labels: BTreeMap<&'a str, &'a str>,
    value: f64,
}

fn read(line: &str) -> Line<'_> {
    let (series, value) = line.rsplit_once(' ').unwrap_or_else(|| panic!("{line}"));
    let (name, labels) = series.split_once('{').unwrap_or((series, "}"));
    let labels = labels.strip_suffix('}').unwrap_or_else(|| panic!("{line}"));
    let pair = |pair: &'_ str| -> (String, String) {
        let (label, value) = pair.split_once("=\"").unwrap_or_else(|| panic!("{line}"));
        (label.to_owned(), value.strip_suffix('"').unwrap_or_else(|| panic!("{line}")).to_owned())
    };
    for written in labels.split(',').filter(|text| !text.is_empty()) {
        pair(written);
    }
    let labels = labels.split(',').filter_map(|text| text.split_once("=\"")).map(|(a, b)| (a, b.trim_end_matches('"')));
    Line { name, labels: labels.collect(), value: value.parse().unwrap_or_else(|_| panic!("{line}")) }
}

/// The family that a series of a histogram belongs to.
fn family<'a>(name: &'a str, histograms: &BTreeSet<&str>) -> &'a str {
    let ends = ["_bucket", "_sum", "_count"];
    ends.iter().find_map(|end| name.strip_suffix(end).filter(|name| histograms.contains(name))).unwrap_or(name)
}

/// What `promtool check metrics` looks at.
fn lint(text: &str) {
    assert!(text.ends_with('\n'), "the last line has an end");
    let word =
        |line: &'_ str, kind: &str| line.strip_prefix(kind).and_then(|rest| rest.split(' ').next().map(str::to_owned));
    let types: BTreeMap<&str, &str> =
        text.lines().filter_map(|line| line.strip_prefix("# TYPE ")?.split_once(' ')).collect();
    let histograms: BTreeSet<&str> =
        types.iter().filter(|(_, kind)| **kind == "histogram").map(|(name, _)| *name).collect();
    let helped: Vec<String> = text.lines().filter_map(|line| word(line, "# HELP ")).collect();
    assert_eq!(helped.len(), types.len(), "each has one help and one type");
    let mut seen = Vec::new();
    let mut series = BTreeSet::new();
    for line in text.lines().filter(|line| !line.starts_with('#')) {
        let Line { name, .. } = read(line);
        assert!(series.insert(line.rsplit_once(' ').expect("a value").0), "twice: {line}");
        assert!(name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_'), "{name}");
        assert!(name.starts_with("revserve_"), "{name}");
        let family = family(name, &histograms);
        if seen.last() != Some(&family) {
            assert!(!seen.contains(&family), "{family} does not stand together");
            seen.push(family);
        }
        let kind = types.get(family).unwrap_or_else(|| panic!("{family} has no type"));
        assert_eq!(family.ends_with("_total"), *kind == "counter", "{family} is a {kind}");
        for unit in ["_milliseconds", "_ms", "_kib", "_mib", "_minutes"] {
            assert!(!family.contains(unit), "{family}: base units only");
        }
    }
    assert_eq!(seen.len(), types.len(), "none without numbers");
    for name in histograms {
        buckets(text, name);
    }
}

/// Classes of a histogram only grow, and end with everything.
fn buckets(text: &str, name: &str) {
    let mut classes: BTreeMap<String, Vec<(f64, f64)>> = BTreeMap::new();
    let mut counts = BTreeMap::new();
    for line in text.lines().filter(|line| line.starts_with(name)).map(read) {
        let mut labels = line.labels.clone();
        let bound = labels.remove("le");
        let key = format!("{labels:?}");
        match (line.name.strip_prefix(name), bound) {
            (Some("_bucket"), Some(bound)) => {
                let bound = if bound == "+Inf" { f64::INFINITY } else { bound.parse().expect("a number") };
                classes.entry(key).or_default().push((bound, line.value));
            }
            (Some("_count"), None) => _ = counts.insert(key, line.value),
            (Some("_sum"), None) => assert!(line.value >= 0.0),
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(classes.len(), counts.len());
    for (key, classes) in classes {
        assert!(classes.is_sorted_by(|a, b| a.0 < b.0 && a.1 <= b.1), "{name}{key}: {classes:?}");
        assert_eq!(classes.last().copied(), Some((f64::INFINITY, counts[&key])), "{name}{key}");
    }
}

#[test]
fn numbers_are_written_as_prometheus_takes_them_and_count_what_was_built() {
    let site = Site::new(Layout::Public);
    site.theme_config("wrong", "$THEME->parents = []; $THEME->sheets = []; $THEME->scss = 'main';")
        .file("scss/main.scss", ".a { color: $nowhere }");
    site.file("pix/i/edit.svg", "<svg xmlns=\"http://www.w3.org/2000/svg\"/>");
    let server = Server::start(&site);
    let text = |server: &Server| Client::connect(server.admin).get("/metrics", &[]).text().to_string();
    lint(&text(&server));
    for path in [
        "styles.php/plain/{}_1/all",
        "styles.php/wrong/{}_1/all",
        "image.php/plain/core/{}/i/edit",
        "image.php/plain/core/{}/none",
    ] {
        server.get(&format!("/theme/{}", path.replace("{}", &THEME_REV.to_string())));
    }
    lint(&text(&server));
    let metrics = server.metrics();
    assert_eq!(metrics.get("revserve_builds_total{kind=\"styles\"}"), 1.0);
    assert_eq!(metrics.get("revserve_builds_total{kind=\"image\"}"), 1.0);
    assert_eq!(metrics.get("revserve_failed_builds_total{kind=\"styles\"}"), 1.0);
    assert_eq!(metrics.get("revserve_build_duration_seconds_count{kind=\"styles\"}"), 2.0);
    assert!(metrics.get("revserve_build_duration_seconds_sum{kind=\"styles\"}") > 0.0);
    assert_eq!(metrics.get("revserve_requests_total{status=\"404\"}"), 1.0);
    for name in ["sent_bytes_total", "memory_bytes", "themerev", "jsrev", "source_reachable", "entries_published_total"]
    {
        assert!(metrics.has(&format!("revserve_{name}")), "{name}");
    }
}
