//! Five hundred people log in within ten seconds, on a node that has nothing yet: each asks for two pages' assets over
//! connections of their own. Then the same with a purge in the middle.
//!
//! `benches/logins/run` does it to a Moodle's own pages, and measures.

mod support;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use support::{Client, Layout, Server, Site, run, until};

const LOGINS: u32 = 500;
const MEANWHILE: Duration = Duration::from_secs(10);
/// Connections that a browser has to one host.
const CONNECTIONS: usize = 6;

/// Sheet, module and scripts say this of themselves before the purge, and the other one after it.
const MARKS: [&str; 2] = ["before the purge", "after the purge"];

fn site() -> Site {
    let site = Site::new(Layout::Public);
    site.site_toml("[revisions]\nsource = \"files\"\n");
    site.theme_config("leaf", "$THEME->parents = [];\n$THEME->sheets = ['leaf'];\n$THEME->javascripts = ['head'];");
    let icons = site.folder("pix");
    for n in 0..6 {
        icons.file(
            &format!("t/icon{n}.svg"),
            format!("<svg xmlns=\"http://www.w3.org/2000/svg\"><path d=\"M{n} 0h9v9\"/></svg>"),
        );
    }
    sources(&site, MARKS[0]);
    site
}

/// Writes the sources that a purge is made for.
fn sources(site: &Site, mark: &str) {
    let mut css = format!("body::before{{content:\"{mark}\"}}\n");
    let mut script = format!("var mark = \"{mark}\";\n");
    for n in 0..500 {
        // Writing to a String cannot fail.
        let _ = writeln!(css, ".rule-{n} .part{{margin:{n}px {}px;color:#{:06x}}}", n % 7, n * 7919 % 0xff_ffff);
        let _ = writeln!(script, "function step{n}(value) {{ return value * {n}; }}");
    }
    let leaf = site.folder("theme/leaf");
    leaf.file("style/leaf.css", css).file("javascript/head.js", &script);
    site.file("lib/amd/build/mark.min.js", format!("define([],function(){{return\"{mark}\"}});\n"));
    for n in 0..4 {
        site.file(&format!("lib/script{n}.js"), format!("{script}var script{n};\n"));
    }
}

/// The assets of the two pages, as Moodle renders them for the revisions that the node knows.
fn pages(server: &Server) -> [Vec<String>; 2] {
    let metrics = server.metrics();
    let (theme, js) = (metrics.get("revserve_themerev") as u64, metrics.get("revserve_jsrev") as u64);
    let icon = |n: usize| format!("/theme/image.php/leaf/core/{theme}/t/icon{n}");
    let script = |n: usize| format!("/lib/javascript.php/{js}/lib/script{n}.js");
    let mut first =
        vec![format!("/theme/styles.php/leaf/{theme}_1/all"), format!("/theme/javascript.php/leaf/{theme}/head")];
    first.extend([script(0), script(1), icon(0), icon(1)]);
    let mut second = first[..2].to_vec();
    second.push(format!("/lib/requirejs.php/{js}/core/first.js"));
    second.extend([script(0), script(2), script(3), icon(0), icon(2), icon(3), icon(4), icon(5)]);
    [first, second]
}

/// What came of a URL: bodies, each with whether it may be kept for good.
type Answers = BTreeMap<String, BTreeSet<(Vec<u8>, bool)>>;

/// What everybody saw.
#[derive(Default)]
struct Seen {
    answers: Answers,
    waits: Vec<Duration>,
}

/// One person: a page's assets over all connections at once, then the next page's.
fn login(server: &Server, pages: &[Vec<String>], seen: &Mutex<Seen>) {
    for page in pages {
        let mut clients: Vec<Client> = (0..CONNECTIONS).map(|_| server.client()).collect();
        for several in page.chunks(CONNECTIONS) {
            let asked = Instant::now();
            for (client, url) in clients.iter_mut().zip(several) {
                client.send(format!("GET {url} HTTP/1.1\r\nHost: a\r\n\r\n").as_bytes()).expect("nobody is refused");
            }
            for (client, url) in clients.iter_mut().zip(several) {
                let answer = client.read_response("GET").unwrap_or_else(|error| panic!("{url}: {error}"));
                let waited = asked.elapsed();
                assert_eq!(answer.status, 200, "{url}");
                let mut seen = seen.lock().expect("whoever panicked ends the test");
                seen.waits.push(waited);
                let kept = answer.is_immutable();
                seen.answers.entry(url.clone()).or_default().insert((answer.body, kept));
            }
        }
    }
}

/// All logins, each at its moment; `halfway` happens in the middle, and pages are rendered anew after it.
fn logins(server: &Server, halfway: impl FnOnce()) -> Seen {
    let (seen, begun) = (Mutex::default(), Instant::now());
    std::thread::scope(|scope| {
        let mut rendered = pages(server);
        let mut halfway = Some(halfway);
        for n in 0..LOGINS {
            std::thread::sleep((begun + MEANWHILE * n / LOGINS).saturating_duration_since(Instant::now()));
            if n == LOGINS / 2
                && let Some(halfway) = halfway.take()
            {
                halfway();
                rendered = pages(server);
            }
            let (pages, seen) = (rendered.clone(), &seen);
            scope.spawn(move || login(server, &pages, seen));
        }
    });
    let mut seen = seen.into_inner().expect("nobody panicked");
    seen.waits.sort();
    let at = |share: usize| seen.waits[(seen.waits.len() - 1) * share / 100];
    println!("{} answers: median {:?}, p99 {:?}, longest {:?}", seen.waits.len(), at(50), at(99), at(100));
    seen
}

/// URLs of both pages.
fn urls(server: &Server) -> BTreeSet<String> {
    pages(server).concat().into_iter().collect()
}

#[test]
fn on_a_cold_node_every_answer_is_right_and_each_asset_is_built_once() {
    let site = site();
    let server = Server::start(&site);
    let seen = logins(&server, || ());
    assert_eq!(seen.answers.keys().cloned().collect::<BTreeSet<_>>(), urls(&server));
    for (url, bodies) in &seen.answers {
        let (body, kept) = bodies.first().expect("at least one");
        assert!(bodies.len() == 1 && *kept && !body.is_empty(), "{url}: {} different answers", bodies.len());
    }
    assert_eq!(server.metrics().sum("revserve_builds_total") as usize, seen.answers.len());
}

#[test]
fn in_the_middle_of_a_purge_no_answer_of_before_is_kept_for_after() {
    let site = site();
    let server = Server::start(&site);
    let before = urls(&server);
    let seen = logins(&server, || {
        until("everything was asked for once", || {
            server.metrics().sum("revserve_builds_total") as usize >= before.len()
        });
        sources(&site, MARKS[1]);
        run(["purge".into(), "all".into()].into_iter().chain(site.args())).ok();
        until("the node sees the purge", || urls(&server).is_disjoint(&before));
    });
    let after = urls(&server);
    assert_eq!(seen.answers.keys().cloned().collect::<BTreeSet<_>>(), before.union(&after).cloned().collect());
    let of_icons = |url: &str| url.contains("image.php");
    for (url, bodies) in &seen.answers {
        let (own, other) = if before.contains(url) { (MARKS[0], MARKS[1]) } else { (MARKS[1], MARKS[0]) };
        let has = |body: &[u8], mark: &str| body.windows(mark.len()).any(|part| part == mark.as_bytes());
        let kept: Vec<_> = bodies.iter().filter(|(_, kept)| *kept).map(|(body, _)| body).collect();
        assert_eq!(kept.len(), 1, "{url}: one content is kept for good");
        assert!(of_icons(url) || (has(kept[0], own) && !has(kept[0], other)), "{url}: kept, but not its revision's");
    }
    // The old URLs' contents of today are those of the new ones.
    let builds = server.metrics().sum("revserve_builds_total") as usize;
    assert_eq!(builds, before.len() + after.len());
}
