//! Built once, stored once: crowds, two processes of one node, strangers' requests, purges.

mod support;

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use support::{Client, JS_REV, Layout, Server, Site, THEME_REV, run, until};

/// A script whose build takes a moment, and that is long to code.
fn long_script() -> String {
    let mut text = String::new();
    for n in 0..5000 {
        // Writing to a String cannot fail.
        let _ = writeln!(text, "function step{n}(value) {{ var result = value + {n}; return result * 2; }}");
    }
    text
}

/// The files below a folder, as paths from it.
fn files(folder: &Path) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut folders = vec![folder.to_path_buf()];
    while let Some(next) = folders.pop() {
        // What goes away meanwhile is not there.
        for listed in std::fs::read_dir(&next).into_iter().flatten().flatten() {
            let path = listed.path();
            if path.ends_with("revserve/index") {
                continue; // the node's own, seconds after its start
            } else if path.is_dir() {
                folders.push(path);
            } else if let Ok(path) = path.strip_prefix(folder) {
                found.insert(path.to_string_lossy().into_owned());
            }
        }
    }
    found
}

/// The assets that localcachedir has.
fn entries(site: &Site) -> BTreeSet<String> {
    files(&site.localcachedir()).into_iter().filter(|name| name.ends_with(".entry")).collect()
}

/// Everybody asks before anybody reads; every second one then hangs up. The answers of the rest.
fn crowd(servers: &[&Server], url: &str, clients: usize) -> Vec<Vec<u8>> {
    let mut asking: Vec<_> = (0..clients).map(|n| servers[n % servers.len()].client()).collect();
    let request = format!("GET {url} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n");
    for client in &mut asking {
        client.send(request.as_bytes()).expect("the request is taken");
    }
    // Pairs, so that of two servers both lose clients.
    let staying = asking.into_iter().enumerate().filter(|(n, _)| n / 2 % 2 == 0).map(|(_, client)| client);
    let mut bodies = Vec::new();
    for mut client in staying.collect::<Vec<_>>() {
        let answer = client.read_response("GET").expect("an answer");
        assert_eq!(answer.status, 200, "{}", answer.text());
        bodies.push(answer.body);
    }
    bodies
}

#[test]
fn five_hundred_clients_cause_one_build_though_half_hang_up() {
    let site = Site::new(Layout::Public);
    site.file("lib/long.js", long_script());
    let server = Server::start(&site);
    let before = server.metrics().sum("revserve_builds_total");
    let bodies = crowd(&[&server], &format!("/lib/javascript.php/{JS_REV}/lib/long.js"), 500);
    assert_eq!(bodies.len(), 250);
    assert!(bodies.iter().all(|body| *body == bodies[0] && !body.is_empty()));
    assert_eq!(server.metrics().sum("revserve_builds_total") - before, 1.0);
    until("its entry is there", || entries(&site).len() == 1);
}

#[test]
fn two_processes_of_one_node_build_once_and_store_one_entry() {
    let site = Site::new(Layout::Public);
    site.file("lib/long.js", long_script());
    let (one, two) = (Server::start(&site), Server::start(&site));
    let bodies = crowd(&[&one, &two], &format!("/lib/javascript.php/{JS_REV}/lib/long.js"), 500);
    assert!(bodies.iter().all(|body| *body == bodies[0] && !body.is_empty()));
    until("its entry is there", || entries(&site).len() == 1);
    let builds = [&one, &two].map(|server| server.metrics().sum("revserve_builds_total"));
    assert_eq!(builds.iter().sum::<f64>(), 1.0, "{builds:?}");
}

#[test]
fn a_build_outlives_its_only_client() {
    let site = Site::new(Layout::Public);
    site.file("lib/long.js", long_script());
    let server = Server::start(&site);
    let mut client = server.client();
    let request = format!("GET /lib/javascript.php/{JS_REV}/lib/long.js HTTP/1.1\r\nHost: a\r\n\r\n");
    client.send(request.as_bytes()).expect("the request is taken");
    until("its build begins or is done", || {
        server.metrics().sum("revserve_builds_total") > 0.0 || !files(&site.localcachedir()).is_empty()
    });
    drop(client);
    until("its entry is there", || entries(&site).len() == 1);
}

#[test]
fn what_was_answered_from_is_kept_though_the_server_is_stopped_right_behind() {
    for _ in 0..5 {
        let site = Site::new(Layout::Public);
        site.file("lib/long.js", long_script());
        let server = Server::start(&site);
        let first = server.get_with(&format!("/lib/javascript.php/{JS_REV}/lib/long.js"), &[("Accept-Encoding", "br")]);
        assert!(first.is_immutable());
        server.stop();
        assert_eq!(entries(&site).len(), 1);
    }
}

#[test]
fn what_is_long_is_answered_in_one_coding_and_gets_the_others_and_its_place_right_behind() {
    let site = Site::new(Layout::Public);
    site.file("lib/long.js", long_script());
    let url = format!("/lib/javascript.php/{JS_REV}/lib/long.js");
    let codings = ["br", "zstd", "gzip"];
    for (n, coding) in codings.into_iter().enumerate() {
        std::fs::remove_dir_all(site.localcachedir()).ok();
        let server = Server::start(&site);
        let first = server.get_with(&url, &[("Accept-Encoding", coding)]);
        assert_eq!((first.status, first.header("content-encoding")), (200, Some(coding)));
        assert!(first.is_immutable());
        let has = |server: &Server, coding: &str| {
            let answer = server.get_with(&url, &[("Accept-Encoding", coding)]);
            answer.is_immutable() && answer.header("content-encoding") == Some(coding)
        };
        // Whoever wants another waits for it, and gets no more bytes than it asked for.
        for other in codings {
            assert!(has(&server, other), "{other} right behind {coding}");
        }
        assert_eq!(server.metrics().sum("revserve_builds_total"), 1.0);
        until("its entry is there", || entries(&site).len() == 1);
        // What was written has them all.
        if n == 0 {
            let next = Server::start(&site);
            assert!(codings.iter().all(|coding| has(&next, coding)));
            assert_eq!(next.metrics().sum("revserve_builds_total"), 0.0);
        }
    }
}

#[test]
fn what_strangers_can_make_up_is_never_written() {
    let site = Site::new(Layout::Public);
    site.folder("pix").file("i/edit.svg", "<svg xmlns=\"http://www.w3.org/2000/svg\"/>");
    site.file("lib/one.js", "var one = 1;").file("lib/two.js", "var two = 2;");
    site.file("lib/amd/build/first.min.js", "define([],function(){return 1});\n");
    let server = Server::start(&site);
    let mut client = server.client();
    for (theme, js) in [(THEME_REV - 5, JS_REV - 5), (-1, -1), (0, 0), (1, 1)] {
        for (url, status) in [
            (format!("/theme/image.php/plain/core/{theme}/i/edit"), 200),
            (format!("/theme/image.php/plain/core/{theme}/i/nothing"), 404),
            (format!("/lib/javascript.php/{js}/lib/one.js"), 200),
            (format!("/lib/requirejs.php/{js}/core/first.js"), 200),
        ] {
            assert_eq!(client.get(&url, &[]).status, status, "{url}");
        }
    }
    for n in 0..300 {
        let unknown = format!("/theme/image.php/plain/core/{THEME_REV}/i/none{n}");
        assert_eq!(client.get(&unknown, &[]).status, 404);
        let unknown = format!("/lib/javascript.php/{JS_REV}/lib/none{n}.js");
        assert_eq!(client.get(&unknown, &[]).status, 404);
    }
    // The one that may be stored comes last: when it is there, whatever was stored before it is, too.
    assert!(client.get(&format!("/lib/javascript.php/{JS_REV}/lib/two.js"), &[]).is_immutable());
    until("its entry is there", || !entries(&site).is_empty());
    assert_eq!(entries(&site).len(), 1, "{:?}", files(&site.localcachedir()));
    assert!(!files(&site.localcachedir()).iter().any(|name| name.contains("none") || name.contains("edit")));
}

/// The first `count` ordered choices of six out of eight.
fn lists(count: usize) -> Vec<String> {
    let mut lists = Vec::with_capacity(count);
    for number in 0.. {
        let mut rest = number;
        let mut left: Vec<usize> = (0..8).collect();
        let mut list = Vec::new();
        for size in (3..=8).rev() {
            list.push(format!("/lib/s{}.js", left.remove(rest % size)));
            rest /= size;
        }
        lists.push(list.join(","));
        if lists.len() == count {
            break;
        }
    }
    lists
}

#[test]
fn ten_thousand_lists_of_scripts_add_no_file() {
    let site = Site::new(Layout::Public);
    for n in 0..8 {
        site.file(&format!("lib/s{n}.js"), format!("var s{n}={n};"));
    }
    let limit = 1 << 20;
    site.site_toml(&format!(
        "[revisions]\nsource = \"fixed\"\nthemerev = {THEME_REV}\njsrev = {JS_REV}\n[memory]\nlimit = \"1 MiB\"\n"
    ));
    let server = Server::start(&site);
    let mut client = server.client();
    for n in 0..8 {
        assert_eq!(client.get(&format!("/lib/javascript.php/{JS_REV}/lib/s{n}.js"), &[]).status, 200);
    }
    until("all eight are stored", || entries(&site).len() == 8);
    let before = files(&site.localcachedir());
    let lists = lists(10_000);
    assert_eq!(lists.iter().collect::<BTreeSet<_>>().len(), 10_000);
    let urls: Vec<_> = lists.iter().map(|list| format!("/lib/javascript.php?rev={JS_REV}&jsfile={list}")).collect();
    for several in urls.chunks(50) {
        let targets: Vec<&str> = several.iter().map(String::as_str).collect();
        for (url, answer) in targets.iter().zip(client.pipeline(&targets)) {
            assert_eq!((answer.status, answer.text().matches("var s").count()), (200, 6), "{url}");
        }
    }
    let added: Vec<_> =
        files(&site.localcachedir()).difference(&before).filter(|name| !name.ends_with(".best")).cloned().collect();
    assert!(added.is_empty(), "{added:?}");
    // moka forgets in the background, a moment later.
    until("memory is under its limit", || server.metrics().sum("revserve_memory_bytes") <= f64::from(limit));
}

#[test]
fn a_purge_under_load_makes_the_new_revision_lasting_and_the_old_one_short() {
    let site = Site::new(Layout::Public);
    site.file("lib/one.js", "var one = 1;");
    site.site_toml("[revisions]\nsource = \"files\"\n");
    let server = Server::start(&site);
    let old = server.metrics().sum("revserve_jsrev") as i64;
    assert!(old > JS_REV);
    let url = |revision: i64| format!("/lib/javascript.php/{revision}/lib/one.js");
    let whole = server.get(&url(old));
    assert!(whole.is_immutable());

    let (done, answered) = (AtomicBool::new(false), AtomicUsize::new(0));
    let new = std::thread::scope(|scope| {
        let load = || {
            let mut client = Client::connect(server.address);
            while !done.load(Ordering::Relaxed) {
                let answer = client.get(&url(old), &[]);
                assert_eq!((answer.status, &answer.body), (200, &whole.body));
                answered.fetch_add(1, Ordering::Relaxed);
            }
        };
        scope.spawn(load);
        scope.spawn(load);
        // Whatever fails here must not leave the load running.
        let outcome = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            until("requests run", || answered.load(Ordering::Relaxed) > 20);
            let mut args = site.args();
            args.splice(0..0, ["purge".into(), "js".into()]);
            run(args).ok();
            until("the server sees it", || server.metrics().sum("revserve_jsrev") as i64 > old);
            let new = server.metrics().sum("revserve_jsrev") as i64;
            let fresh = server.get(&url(new));
            assert_eq!(fresh.body, whole.body);
            assert!(fresh.is_immutable(), "{}", fresh.want("cache-control"));
            assert_eq!(server.get(&url(old)).want("cache-control"), "public, max-age=10");
            new
        }));
        done.store(true, Ordering::Relaxed);
        outcome.unwrap_or_else(|panic| std::panic::resume_unwind(panic))
    });
    until("the new revision's entry is there", || {
        entries(&site).iter().any(|name| name.contains(&format!("/js/{new}/")))
    });
    assert_eq!(server.get(&url(old)).want("cache-control"), "public, max-age=10");
}

/// A script and a style sheet whose builds take a while, all of which say `mark`.
fn slow_sources(site: &Site, mark: &str) {
    for n in 0..6 {
        site.file(&format!("lib/slow{n}.js"), format!("var mark = \"{mark}\";\n{}", long_script()));
    }
    let loops = "@for $i from 1 through 4000 { .rule-#{$i} { margin: $i * 1px; color: mix(red, blue, $i % 100) } }";
    site.folder("theme/slow")
        .file("scss/slow.scss", format!(".{mark} {{ color: red }}\n{loops}\n.{mark}-end {{ top: 0 }}"));
}

/// The bodies of the entries below a revision's folder.
fn bodies(site: &Site, area: &str, revision: i64) -> Vec<String> {
    let folder = site.localcachedir().join("revserve").join(area).join(revision.to_string());
    let names = files(&folder).into_iter().filter(|name| name.ends_with(".entry"));
    names
        .map(|name| {
            let bytes = std::fs::read(folder.join(name)).expect("entries stay");
            let entry = revserve::cache::entry::decode(bytes.into()).expect("entries are whole");
            String::from_utf8_lossy(entry.body()).into_owned()
        })
        .collect()
}

#[test]
fn a_purge_while_builds_run_keeps_what_was_built_before_out_of_the_revision_after() {
    let site = Site::new(Layout::Public);
    site.theme_config("slow", "$THEME->parents = [];\n$THEME->sheets = [];\n$THEME->scss = 'slow';");
    slow_sources(&site, "mark-0");
    site.site_toml("[revisions]\nsource = \"files\"\n");
    let server = Server::start(&site);
    let urls = |revision: i64| -> Vec<String> {
        let scripts = (0..6).map(|n| format!("/lib/javascript.php/{revision}/lib/slow{n}.js"));
        scripts.chain(["all", "all-rtl"].map(|sheet| format!("/theme/styles.php/slow/{revision}_1/{sheet}"))).collect()
    };
    let ask = |revision: i64| -> Vec<Client> {
        let clients = urls(revision).into_iter().map(|url| {
            let mut client = server.client();
            let request = format!("GET {url} HTTP/1.1\r\nHost: a\r\n\r\n");
            client.send(request.as_bytes()).expect("the request is taken");
            client
        });
        clients.collect()
    };
    let revision = || server.metrics().sum("revserve_jsrev") as i64;
    assert_eq!(revision(), server.metrics().sum("revserve_themerev") as i64);
    let mut in_the_middle = 0;
    for round in 1..=5 {
        let old = revision();
        let (mut early, built) = (ask(old), server.metrics().sum("revserve_builds_total"));
        // At other moments each time, while some of them are being built.
        std::thread::sleep(std::time::Duration::from_millis(40 * round));
        let mark = format!("mark-{round}");
        slow_sources(&site, &mark);
        in_the_middle += usize::from(server.metrics().sum("revserve_builds_total") < built + 8.0);
        let mut args = site.args();
        args.splice(0..0, ["purge".into(), "all".into()]);
        run(args).ok();
        let new = std::fs::read_dir(site.dataroot().join("revserve/log")).expect("purges are written there");
        let lines = new.flatten().map(|file| std::fs::read_to_string(file.path()).expect("a log of lines"));
        let values = lines.collect::<String>();
        let new = values.split_whitespace().filter_map(|word| word.parse().ok()).max().expect("a revision");
        assert!(new > old);
        // At once, while the server may not know of it yet and says so by a short life; then when it knows.
        for known in [false, true] {
            if known {
                until("the server sees it", || revision() == new);
            }
            for (url, client) in urls(new).iter().zip(&mut ask(new)) {
                let answer = client.read_response("GET").expect("an answer");
                assert_eq!(answer.status, 200, "{url}: {}", answer.text());
                assert!(answer.is_immutable() || !known, "{url}: {}", answer.want("cache-control"));
                let fresh = answer.text().contains(&mark);
                assert!(fresh || !answer.is_immutable(), "{url}: {}", &answer.text()[..100]);
            }
        }
        for client in &mut early {
            assert_eq!(client.read_response("GET").expect("an answer").status, 200);
        }
        until("all of the new revision is stored", || {
            bodies(&site, "js", new).len() + bodies(&site, "theme", new).len() == 8
        });
        for body in bodies(&site, "js", new).into_iter().chain(bodies(&site, "theme", new)) {
            assert!(body.contains(&mark), "built before the purge: {}", &body[..100]);
        }
    }
    assert!(in_the_middle > 0, "no purge fell into a build");
}
