use super::*;
use std::collections::BTreeMap;
use std::fs;
use std::time::SystemTime;

fn registry() -> (tempfile::TempDir, Registry) {
    let folder = tempfile::tempdir().unwrap();
    let registry = Registry::new(Utf8Path::from_path(folder.path()).unwrap());
    (folder, registry)
}

fn record(node: &str) -> Record {
    let counted = [("a".to_owned(), 40)].into();
    Record { node: node.into(), boot: "boot".into(), process: 7, counted, ..Record::default() }
}

/// As if it had been silent for that long.
fn silence(registry: &Registry, file: &str, by: Duration) {
    let file = fs::File::options().write(true).open(registry.folder().join(file)).unwrap();
    file.set_modified(SystemTime::now() - by).unwrap();
}

#[test]
fn what_a_node_tells_is_read_by_all_and_gone_when_it_leaves() {
    let (_folder, registry) = registry();
    assert_eq!(registry.nodes().unwrap(), Nodes::default());
    let mut own = Own::enter(&registry, "web1").unwrap();
    assert_eq!(registry.nodes().unwrap().nodes[0].record, Record { node: "web1".into(), ..Record::default() });
    let mut told = record("web1");
    // Longer, then shorter again: nothing of the longer one is left.
    for length in [0, 50, 5000, 1] {
        told.lagging = Some("x".repeat(length));
        own.beat(&told).unwrap();
        let nodes = registry.nodes().unwrap();
        assert_eq!((&nodes.nodes[0].record, nodes.nodes[0].is_living()), (&told, true));
    }
    drop(own);
    assert_eq!(registry.nodes().unwrap(), Nodes::default());
}

#[test]
fn processes_of_one_node_have_a_place_each_and_a_dead_ones_is_taken() {
    let (_folder, registry) = registry();
    let one = Own::enter(&registry, "a").unwrap();
    let two = Own::enter(&registry, "a").unwrap();
    assert_eq!((one.name(), two.name()), ("a", "a.2"));
    // Killed: its file stays, its lock does not.
    let path = registry.folder().join("a.node");
    let left = fs::read(&path).unwrap();
    drop(one);
    fs::write(&path, left).unwrap();
    assert_eq!(Own::enter(&registry, "a").unwrap().name(), "a");
}

#[test]
fn a_folder_that_is_emptied_is_filled_again() {
    let (_folder, registry) = registry();
    let mut own = Own::enter(&registry, "a").unwrap();
    fs::remove_dir_all(registry.folder()).unwrap();
    own.beat(&record("a")).unwrap();
    own.beat(&record("a")).unwrap();
    assert_eq!(registry.nodes().unwrap().nodes.len(), 1);
}

#[test]
fn torn_and_foreign_files_are_told_and_cost_no_other() {
    let (_folder, registry) = registry();
    let mut own = Own::enter(&registry, "a").unwrap();
    own.beat(&record("a")).unwrap();
    let line = fs::read(registry.folder().join("a.node")).unwrap();
    fs::write(registry.folder().join("b.node"), &line[..line.len() / 8]).unwrap();
    fs::write(registry.folder().join("c.node"), "hello\n").unwrap();
    fs::write(registry.folder().join("notes.txt"), "hello\n").unwrap();
    let mut changed = line;
    changed[40] ^= 1;
    fs::write(registry.folder().join("d.node"), &changed).unwrap();
    let nodes = registry.nodes().unwrap();
    assert_eq!((nodes.nodes.len(), nodes.unreadable.len()), (1, 3));
}

#[test]
fn a_node_that_is_silent_for_long_is_gone_and_one_that_is_for_days_forgotten() {
    let (_folder, registry) = registry();
    for name in ["a", "b"] {
        let mut own = Own::enter(&registry, name).unwrap();
        own.beat(&record(name)).unwrap();
        let path = registry.folder().join(format!("{name}.node"));
        let left = fs::read(&path).unwrap();
        drop(own);
        fs::write(&path, left).unwrap();
    }
    silence(&registry, "a.node", Registry::LIVING + Duration::from_secs(5));
    silence(&registry, "b.node", Registry::KEPT + Duration::from_secs(5));
    let nodes = registry.nodes().unwrap();
    assert!(nodes.nodes.len() == 2 && nodes.living().count() == 0);
    let _own = Own::enter(&registry, "c").unwrap();
    let names: Vec<_> = registry.nodes().unwrap().nodes.into_iter().map(|node| node.file).collect();
    assert_eq!(names, ["a", "c"]);
}

#[test]
fn a_purge_is_acknowledged_by_those_who_count_its_line_and_waits_for_nobody_who_is_gone() {
    let (_folder, registry) = registry();
    let ask = |bytes| registry.acknowledged("a", bytes, Duration::from_millis(300)).unwrap();
    assert!(ask(1).is_by_all());
    let mut owns: Vec<_> = ["a", "b", "c"].map(|name| Own::enter(&registry, name).unwrap()).into();
    for own in &mut owns {
        let name = own.name().to_owned();
        own.beat(&record(&name)).unwrap();
    }
    assert_eq!(ask(40).to_string(), "acknowledged by a, b, c");
    assert_eq!(ask(41).to_string(), "acknowledged by nobody; not by a, b, c");
    silence(&registry, "c.node", Registry::LIVING * 2);
    owns[1].beat(&Record { counted: [("a".into(), 80)].into(), ..record("b") }).unwrap();
    let told = ask(80);
    assert_eq!((told.is_by_all(), told.to_string().as_str()), (false, "acknowledged by b; not by a; not running: c"));
    let waiting = std::thread::spawn({
        let registry = registry.clone();
        move || registry.acknowledged("a", 80, Duration::from_secs(60)).unwrap()
    });
    std::thread::sleep(Duration::from_millis(50));
    owns[0].beat(&Record { counted: [("a".into(), 80)].into(), ..record("a") }).unwrap();
    assert_eq!(waiting.join().unwrap().to_string(), "acknowledged by a, b; not running: c");
}

fn made(hashes: &[(&str, Option<&str>)], content: &str) -> Vec<Made> {
    let of = hashes.iter().map(|(input, hash)| MadeOf((*input).into(), hash.map(str::to_owned))).collect();
    vec![Made { entry: "amd/7/all.entry".into(), content: content.into(), of }]
}

#[test]
fn nodes_that_disagree_about_an_asset_are_told_with_the_first_input_that_differs() {
    let (_folder, registry) = registry();
    let mut owns: Vec<_> = ["a", "b", "c"].map(|name| Own::enter(&registry, name).unwrap()).into();
    let tell = |own: &mut Own, content: &str, inputs: &[(&str, Option<&str>)]| {
        let name = own.name().to_owned();
        let all = BTreeMap::from([("amd/7/all.entry".to_owned(), content.to_owned())]);
        own.beat(&Record { content: all, version: "1".into(), ..record(&name) }).unwrap();
        own.tell_inputs(&made(inputs, content)).unwrap();
    };
    let (one, two) = (("lib/one.js", Some("11")), ("lib/two.js", Some("22")));
    tell(&mut owns[0], "aa", &[one, two]);
    tell(&mut owns[1], "aa", &[one, two]);
    assert!(registry.disagreements(&registry.nodes().unwrap()).is_empty());
    let first = |owns: &mut Vec<Own>, inputs: &[(&str, Option<&str>)]| {
        tell(&mut owns[2], "cc", inputs);
        let nodes = registry.nodes().unwrap();
        assert_eq!(nodes.disputed().collect::<Vec<_>>(), ["amd/7/all.entry"]);
        let all = registry.disagreements(&nodes);
        assert_eq!(all[0].kinds, [("aa".into(), vec!["a".into(), "b".into()]), ("cc".into(), vec!["c".into()])].into());
        all[0].first.as_ref().unwrap().to_string()
    };
    assert_eq!(first(&mut owns, &[one, ("lib/two.js", Some("33"))]), "lib/two.js differs between a and c");
    assert_eq!(first(&mut owns, &[one, ("lib/two.js", None)]), "lib/two.js differs between a and c");
    assert_eq!(first(&mut owns, &[one]), "lib/two.js was read on a, but not on c");
    assert_eq!(first(&mut owns, &[("lib/new.js", Some("5")), one, two]), "lib/new.js was read on c, but not on a");
    assert_eq!(first(&mut owns, &[one, two]), "all sources are the same");
    // What a node told of another content does not count, nor does one that is gone.
    owns[2].tell_inputs(&made(&[one], "other")).unwrap();
    assert_eq!(registry.disagreements(&registry.nodes().unwrap())[0].first, None);
    silence(&registry, "c.node", Registry::LIVING * 2);
    assert!(registry.disagreements(&registry.nodes().unwrap()).is_empty());
}
