//! Several nodes of one site: purges that reach all of them, nodes that sleep, lag, disagree or have another time.
//! Needs: postgresql, faketime

mod support;

#[path = "nodes/cluster.rs"]
mod cluster;

use std::time::Duration;

use cluster::{Cluster, HOUR_BEHIND, mark};
use revserve::revision::registry::Registry;
use rustix::process::Signal;
use support::database::{Database, Kind};
use support::{Client, Response, Server, THEME_REV, until};

fn ready(server: &Server) -> Response {
    Client::connect(server.admin).get("/ready", &[])
}

fn script(server: &Server, revision: i64) -> Response {
    server.get(&format!("/lib/javascript.php/{revision}/lib/mark.js"))
}

fn styles(server: &Server, revision: i64) -> Response {
    server.get(&format!("/theme/styles.php/plain/{revision}_1/all"))
}

/// Waits until a node keeps a revision's content for good, which has to be this; until then it must not.
fn lasts(server: &Server, revision: i64, said: u64) {
    until("the revision's content lasts", || {
        let answer = script(server, revision);
        assert_eq!(answer.status, 200, "{}", answer.text());
        if answer.is_immutable() {
            assert_eq!(mark(&answer.text()), said, "revision {revision} lasts with {}", answer.text());
        }
        answer.is_immutable()
    });
}

#[test]
fn a_purge_waits_for_every_node_and_names_one_that_sleeps_which_serves_nothing_old_when_it_wakes() {
    let cluster = Cluster::new();
    let [a, b, c] = ["a", "b", "c"].map(|node| cluster.start(node));
    let first = cluster.purge("a", &[]).ok();
    assert!(first.out().contains("acknowledged by a, b, c"), "{}", first.out());
    for server in [&a, &b, &c] {
        lasts(server, cluster.revision(&first), 0);
    }
    // Who hears an answer of POST knows the same.
    let posted = cluster.post_purge(&b);
    assert_eq!((posted.status, posted.text().contains("acknowledged by a, b, c")), (200, true), "{}", posted.text());

    c.signal(Signal::STOP);
    cluster.mark(1);
    let second = cluster.purge("b", &["--wait", "1"]);
    assert_eq!(second.code, Some(1));
    assert!(second.out().contains("acknowledged by a, b; not by c"), "{}", second.out());
    assert!(second.err().contains("c did not acknowledge it within 1 s"), "{}", second.err());
    cluster.mark(2);
    cluster.purge("a", &["--wait", "0"]).ok();
    cluster.mark(3);
    let last = cluster.revision(&cluster.purge("b", &["--wait", "0"]).ok());
    for server in [&a, &b] {
        lasts(server, last, 3);
    }
    c.signal(Signal::CONT);
    lasts(&c, last, 3);
    cluster.nothing_older(&["a", "b", "c"]);
    let woken = cluster.purge("a", &[]).ok();
    assert!(woken.out().contains("acknowledged by a, b, c"), "{}", woken.out());

    // One that ends says so, and is not waited for.
    c.stop();
    let without = cluster.purge("a", &[]).ok();
    assert_eq!(without.out().lines().last(), Some("acknowledged by a, b"));
}

#[test]
fn a_node_that_was_down_through_purges_serves_nothing_of_its_old_folder_as_new() {
    let cluster = Cluster::new();
    let [a, b] = ["a", "b"].map(|node| cluster.start(node));
    let first = cluster.revision(&cluster.purge("a", &[]).ok());
    lasts(&a, first, 0);
    until("its entry is there", || cluster.entries("a").iter().any(|(revision, _)| *revision == first));
    a.stop();
    let mut last = first;
    for round in 1..=2 {
        cluster.mark(round);
        last = cluster.revision(&cluster.purge("b", &[]).ok());
    }
    let a = cluster.start("a");
    lasts(&a, last, 2);
    let old = script(&a, first);
    assert_eq!((old.want("cache-control"), mark(&old.text())), ("public, max-age=10", 2));
    lasts(&b, last, 2);
    cluster.nothing_older(&["a", "b"]);
    assert!(cluster.entries("a").iter().any(|(revision, _)| *revision == first), "it goes ten minutes later");
}

#[test]
fn nodes_that_share_a_localcachedir_by_mistake_keep_what_they_promise() {
    let cluster = Cluster::new();
    std::fs::create_dir_all(cluster.localcachedir("a")).expect("ours");
    std::os::unix::fs::symlink(cluster.localcachedir("a"), cluster.localcachedir("b")).expect("ours");
    let [a, b] = ["a", "b"].map(|node| cluster.start(node));
    for round in 1..=4 {
        cluster.mark(round);
        let revision = cluster.revision(&cluster.purge(["a", "b"][round as usize % 2], &[]).ok());
        std::thread::scope(|scope| {
            for server in [&a, &b] {
                scope.spawn(move || lasts(server, revision, round));
            }
        });
        // One has emptied it, as Moodle's purge does, while the other uses it.
        let _ = std::fs::remove_dir_all(cluster.localcachedir("a").join("revserve"));
        for server in [&a, &b] {
            lasts(server, revision, round);
        }
        cluster.nothing_older(&["a", "b"]);
    }
}

#[test]
fn two_purges_at_once_on_two_nodes_both_count() {
    let cluster = Cluster::new();
    let [a, b] = ["a", "b"].map(|node| cluster.start(node));
    for round in 1..=5 {
        cluster.mark(round);
        let before = a.metrics().sum("revserve_jsrev") as i64;
        let said = std::thread::scope(|scope| {
            let purges = ["a", "b"].map(|node| scope.spawn(|| cluster.revision(&cluster.purge(node, &[]).ok())));
            purges.map(|purge| purge.join().expect("a purge"))
        });
        let lines = cluster.log_lines();
        assert_eq!(lines.len(), 1 + 2 * round as usize, "{lines:?}");
        // Whoever was last saw both, though both may have chosen the same value.
        let now = said[0].max(said[1]);
        assert!(now > before + 1, "two purges, {before} to {now}");
        for server in [&a, &b] {
            lasts(server, now, round);
        }
    }
    cluster.nothing_older(&["a", "b"]);
}

#[test]
fn a_node_whose_clock_is_an_hour_behind_makes_purges_that_count_and_keeps_nothing_old() {
    let cluster = Cluster::new();
    let a = cluster.start("a");
    let slow = cluster.start_with_env("slow", HOUR_BEHIND);
    let first = cluster.revision(&cluster.purge("a", &[]).ok());
    lasts(&a, first, 0);
    for round in 1..=3 {
        cluster.mark(round);
        let finished = cluster.purge_with_env("slow", &[], HOUR_BEHIND).ok();
        assert!(finished.out().contains("acknowledged by a, slow"), "{}", finished.out());
        let revision = cluster.revision(&finished);
        assert!(revision > first);
        lasts(&a, revision, round);
        // To the slow clock that revision is not there yet: nothing of it lasts, and nothing is stored.
        for answer in [script(&slow, revision), script(&slow, first)] {
            assert_eq!((answer.status, answer.is_immutable(), mark(&answer.text())), (200, false, round));
        }
    }
    cluster.nothing_older(&["a", "slow"]);
    assert!(cluster.entries("slow").is_empty());
    let told = cluster.check_with_env("slow", HOUR_BEHIND);
    assert!(told.contains("s behind the file system of dataroot") && told.contains("chrony"), "{told}");
    let told = cluster.check("a");
    assert!(told.contains("the clock of slow is 36") && told.contains("s behind the file system's"), "{told}");
}

/// A folder that nobody can write to, as long as this lives.
struct ReadOnly(std::path::PathBuf);

impl ReadOnly {
    fn mount(folder: &std::path::Path) -> Option<ReadOnly> {
        let mount = |arguments: &[&str]| {
            let mut mount = std::process::Command::new("mount");
            mount.args(arguments).arg(folder).output().is_ok_and(|output| output.status.success())
        };
        let path = folder.to_str().expect("UTF-8");
        let mounted = mount(&["--bind", path]).then(|| ReadOnly(folder.to_owned()));
        mounted.filter(|_| mount(&["-o", "remount,bind,ro"]))
    }
}

impl Drop for ReadOnly {
    fn drop(&mut self) {
        let _ = std::process::Command::new("umount").arg("-l").arg(&self.0).output();
    }
}

/// Asks for what is warm while dataroot is in trouble: it is as it was, each time.
fn warm(server: &Server, revision: i64, said: u64) {
    for _ in 0..50 {
        let answer = script(server, revision);
        assert!(answer.is_immutable() && mark(&answer.text()) == said, "{answer:?}");
    }
}

#[test]
fn a_dataroot_that_cannot_be_written_or_is_gone_costs_no_answer_and_counts_again_when_it_is_back() {
    let cluster = Cluster::new();
    for name in ["cold", "colder"] {
        cluster.site.file(&format!("lib/{name}.js"), "var cold = 1;");
    }
    let [a, b] = ["a", "b"].map(|node| cluster.start(node));
    let first = cluster.revision(&cluster.purge("a", &[]).ok());
    for server in [&a, &b] {
        lasts(server, first, 0);
    }
    let cold = |name: &str, revision: i64| a.get(&format!("/lib/javascript.php/{revision}/lib/{name}.js"));
    let shared = cluster.site.dataroot().join("revserve");

    // Purges can be read and not made: what is current is known, so it is built, stored and lasts.
    if let Some(mounted) = ReadOnly::mount(&shared) {
        warm(&a, first, 0);
        assert!(cold("cold", first).is_immutable());
        let refused = cluster.purge("a", &[]);
        assert!(refused.code == Some(1) && refused.err().contains("Read-only file system"), "{}", refused.err());
        // One that starts now is seen by nobody, which it says, and serves.
        let c = cluster.start("c");
        lasts(&c, first, 0);
        assert!(c.log().contains("other nodes do not see this one"), "{}", c.log());
        assert!([&a, &c].iter().all(|server| ready(server).status == 200));
        drop((c, mounted));
    } else {
        println!("this test may not mount anything: only a dataroot that is gone was tried");
    }

    // Nobody knows what is current: what lasted lasts, what is made now is short and stored nowhere.
    let away = cluster.site.root().join("away");
    std::fs::rename(&shared, &away).expect("ours");
    std::fs::write(&shared, "in the way").expect("ours");
    until("it says so", || ready(&a).status == 503 && ready(&b).status == 503);
    let stored = cluster.entries("a").len();
    warm(&a, first, 0);
    assert_eq!(cold("colder", first).want("cache-control"), "public, max-age=10");
    let newer = script(&a, first + 1);
    assert_eq!((newer.status, newer.is_immutable()), (200, false));
    let refused = cluster.purge("a", &[]);
    assert!(refused.code == Some(1) && refused.err().contains("revserve/log"), "{}", refused.err());
    assert_eq!(cluster.entries("a").len(), stored);

    std::fs::remove_file(&shared).expect("ours");
    std::fs::rename(&away, &shared).expect("ours");
    until("they are ready", || ready(&a).status == 200 && ready(&b).status == 200);
    until("what was short lasts", || cold("colder", first).is_immutable());
    cluster.mark(1);
    let purged = cluster.purge("b", &[]).ok();
    assert!(purged.out().contains("acknowledged by a, b"), "{}", purged.out());
    for server in [&a, &b] {
        lasts(server, cluster.revision(&purged), 1);
    }
    cluster.nothing_older(&["a", "b"]);
}

#[test]
fn a_node_without_the_code_of_a_purge_lags_whatever_order_the_upgrade_is_done_in() {
    let cluster = Cluster::new();
    for node in ["a", "b"] {
        cluster.own_checkout(node);
    }
    let [a, b] = ["a", "b"].map(|node| cluster.start(node));
    let short = |server: &Server, revision: i64| {
        let answer = script(server, revision);
        assert_eq!((answer.status, answer.want("cache-control")), (200, "public, max-age=10"));
        assert_eq!((ready(server).status, server.metrics().sum("revserve_lagging")), (503, 1.0));
    };
    let lags = |server: &Server| until("it lags", || ready(server).status == 503);
    let purge = |node: &str| cluster.revision(&cluster.purge(node, &[]).ok());
    let first = purge("a");
    lasts(&a, first, 0);
    lasts(&b, first, 0);

    // Node by node, the purge when the first one has it: the other lags until its code comes.
    cluster.upgrade("a", 1);
    lags(&a);
    short(&a, first);
    let second = purge("a");
    lasts(&a, second, 1);
    lags(&b);
    short(&b, second);
    assert!(cluster.entries("b").iter().all(|(revision, _)| *revision != second), "nothing of it is stored");
    cluster.upgrade("b", 1);
    lasts(&b, second, 1);

    // The purge comes too early, or from a node that still has the old code: whoever has the new code lags.
    let third = purge("b");
    cluster.upgrade("a", 2);
    lags(&a);
    lasts(&b, third, 1);
    let fourth = purge("b");
    lasts(&b, fourth, 1);
    short(&a, fourth);
    cluster.upgrade("b", 2);
    lags(&b);
    short(&b, fourth);
    let told = cluster.check("a");
    assert!(told.contains("Moodle's code is at different paths") && told.contains("/moodle-b/public (b)"), "{told}");
    // All nodes have it, then the purge, as it should be.
    let fifth = purge("b");
    lasts(&a, fifth, 2);
    lasts(&b, fifth, 2);

    // A node that starts with old code knows it at once.
    cluster.upgrade("b", 1);
    drop(b);
    let b = cluster.start("b");
    short(&b, fifth);
    let answers = [script(&a, fifth), styles(&a, fifth)];
    assert!(answers.iter().all(Response::is_immutable), "the other one does not mind");
    cluster.nothing_older(&["a", "b"]);
}

#[test]
fn an_upgrade_of_moodle_keeps_old_code_out_of_its_revision_whichever_node_has_the_new_code_first() {
    let database = Database::start(Kind::PostgreSql);
    let cluster = Cluster::with_database(&database);
    for node in ["a", "b"] {
        cluster.own_checkout(node);
    }
    database.set("themerev", THEME_REV).set("jsrev", THEME_REV).set("allversionshash", cluster.fingerprint("a"));
    let purge = |revision: i64, mark: u64| {
        cluster.made(revision, mark);
        database.update("themerev", revision).update("jsrev", revision);
    };
    // What `admin/cli/upgrade.php` does on this node.
    let upgrade = |node: &str, revision: i64, mark: u64| {
        let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).expect("after 1970");
        database.set("upgraderunning", now.as_secs() + 300);
        purge(revision, mark);
        database.update("allversionshash", cluster.fingerprint(node)).unset("upgraderunning");
    };
    let short = |server: &Server, revision: i64| {
        until("it lags", || ready(server).status == 503);
        let answer = script(server, revision);
        assert_eq!((answer.status, answer.want("cache-control")), (200, "public, max-age=10"));
    };
    let [a, b] = ["a", "b"].map(|node| cluster.start(node));
    for server in [&a, &b] {
        lasts(server, THEME_REV, 0);
    }

    // One node has the new code and upgrades, the other gets it later.
    cluster.upgrade("a", 1);
    upgrade("a", THEME_REV + 1, 1);
    lasts(&a, THEME_REV + 1, 1);
    short(&b, THEME_REV + 1);
    let refused = cluster.build("b");
    assert!(refused.code == Some(1) && refused.err().contains("nothing would be kept"), "{}", refused.err());
    cluster.upgrade("b", 1);
    lasts(&b, THEME_REV + 1, 1);
    cluster.build("b").ok();

    // All nodes have it before the upgrade runs.
    for node in ["a", "b"] {
        cluster.upgrade(node, 2);
    }
    for server in [&a, &b] {
        short(server, THEME_REV + 1);
    }
    upgrade("b", THEME_REV + 2, 2);
    for server in [&a, &b] {
        lasts(server, THEME_REV + 2, 2);
    }

    // Somebody purges while one node has the next code already: the revision is of the code before.
    cluster.upgrade("b", 3);
    short(&b, THEME_REV + 2);
    purge(THEME_REV + 3, 2);
    lasts(&a, THEME_REV + 3, 2);
    short(&b, THEME_REV + 3);
    cluster.nothing_older(&["a", "b"]);
    assert!(cluster.entries("b").iter().all(|(revision, _)| *revision < THEME_REV + 3));
}

#[test]
fn an_asset_of_which_nodes_made_different_things_is_kept_for_a_minute_on_all_and_the_file_is_named() {
    let cluster = Cluster::new();
    for node in ["a", "b"] {
        cluster.own_checkout(node);
    }
    // A hotfix that came to one node only, and bumped no version.
    cluster.file("b", "theme/plain/style/plain.css", "body{order:0;color:red}");
    let [a, b] = ["a", "b"].map(|node| cluster.start(node));
    let first = cluster.revision(&cluster.purge("a", &[]).ok());
    for server in [&a, &b] {
        assert_eq!(styles(server, first).status, 200);
    }
    for server in [&a, &b] {
        until("it is kept for a minute", || styles(server, first).want("cache-control") == "public, max-age=60");
        assert!(server.metrics().sum("revserve_disputed_assets") >= 1.0);
        lasts(server, first, 0);
        until("the log says so", || server.log().contains("nodes made different things"));
    }
    let registry = Registry::new(&cluster.dataroot());
    until("the file is named", || {
        let all = registry.disagreements(&registry.nodes().expect("the registry is there"));
        let [only] = &all[..] else { return false };
        assert!(only.entry.contains("/plain/css/all"), "{only:?}");
        only.first
            .as_ref()
            .is_some_and(|first| first.to_string() == "theme/plain/style/plain.css differs between a and b")
    });
    let told = cluster.check("a");
    assert!(told.contains("theme/plain/style/plain.css differs between a and b"), "{told}");
    // It lasts as long as the revision, though the nodes agree again, since nobody knows who was right.
    cluster.file("b", "theme/plain/style/plain.css", "body{order:0}");
    assert_eq!(styles(&a, first).want("cache-control"), "public, max-age=60");
    let second = cluster.revision(&cluster.purge("b", &[]).ok());
    for server in [&a, &b] {
        until("it lasts", || styles(server, second).is_immutable());
        until("nothing is disputed", || server.metrics().sum("revserve_disputed_assets") == 0.0);
    }
}

#[test]
fn an_asset_that_is_made_again_and_is_another_is_kept_for_a_minute() {
    let cluster = Cluster::new();
    // Nothing stays in memory for long.
    cluster.add("[memory]\nlimit = \"32 KiB\"\n");
    let long =
        |word: &str| format!("var {word} = 1;\n{}", "window.alert('a rather long line of a script');\n".repeat(2000));
    cluster.site.file("lib/long.js", long("before"));
    let a = cluster.start("a");
    let revision = cluster.revision(&cluster.purge("a", &[]).ok());
    let ask = || a.get(&format!("/lib/javascript.php/{revision}/lib/long.js"));
    assert!(ask().is_immutable());
    until("its entry is there", || !cluster.entries("a").is_empty());
    // What is being added meanwhile is in the way for a moment.
    let folder = cluster.localcachedir("a").join("revserve");
    let empty = || until("it is emptied", || std::fs::remove_dir_all(&folder).is_ok() || !folder.exists());
    // The same again is as good as ever.
    empty();
    // What still compresses it may hold it in memory for a moment, out of which nothing is stored.
    until("its entry is there again", || {
        assert!(ask().is_immutable());
        !cluster.entries("a").is_empty()
    });
    cluster.site.file("lib/long.js", long("after"));
    assert!(ask().text().contains("before"), "it is stored");
    empty();
    until("it is made again", || {
        let answer = ask();
        if answer.text().contains("after") {
            assert_eq!(answer.want("cache-control"), "public, max-age=60");
        }
        answer.text().contains("after")
    });
    until("the log says so", || a.log().contains("made again and is another"));
    assert!(cluster.entries("a").is_empty(), "it is not stored");
    let revision = cluster.revision(&cluster.purge("a", &[]).ok());
    assert!(a.get(&format!("/lib/javascript.php/{revision}/lib/long.js")).is_immutable());
}

#[test]
fn nodes_are_in_the_registry_with_what_they_are_and_gone_when_they_end() {
    let cluster = Cluster::new();
    let registry = Registry::new(&cluster.dataroot());
    let names =
        || registry.nodes().expect("it can be read").nodes.into_iter().map(|node| node.file).collect::<Vec<_>>();
    let a = cluster.start("a");
    let twin = cluster.start("a");
    let revision = cluster.revision(&cluster.purge("a", &[]).ok());
    assert_eq!(names(), ["a", "a.2"]);
    until("it tells its revision", || {
        let nodes = registry.nodes().expect("it can be read");
        nodes.nodes.iter().all(|node| node.record.jsrev == u64::try_from(revision).ok())
    });
    let node = registry.nodes().expect("it can be read").nodes.remove(0);
    assert_eq!((node.record.node.as_str(), node.record.process), ("a", a.pid()));
    assert_eq!(node.record.dirroot, cluster.site.dirroot().to_string_lossy());
    assert_eq!(node.record.code.as_deref().map(str::len), Some(40));
    assert!(node.is_living() && node.clock_ahead().abs() < 60.0, "{node:?}");
    until("nodes are counted", || a.metrics().sum("revserve_nodes") == 2.0);
    // Somebody empties the folder.
    std::fs::remove_dir_all(registry.folder()).expect("ours");
    until("both are there again", || names().len() == 2);
    // What is foreign is said once, and costs no purge.
    std::fs::write(registry.folder().join("strange.node"), "hello\n").expect("ours");
    cluster.write_log("stranger", "not a purge\n");
    until("it is reported", || a.log().contains("strange.node") && a.log().contains("no purge was skipped"));
    let purged = cluster.purge("a", &[]).ok();
    assert!(purged.out().contains("acknowledged by a"), "{}", purged.out());
    std::thread::sleep(Duration::from_millis(2500));
    assert_eq!(a.log().matches("no purge was skipped").count(), 1);
    assert_eq!(twin.stop().code(), Some(0));
    assert_eq!(names().len(), 1);
}
