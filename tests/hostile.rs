//! Bad input from the network and from a site's own files: plain statuses, nothing told, nothing written, the server lives.

mod support;

use std::collections::BTreeSet;
use std::path::Path;
use std::time::{Duration, Instant};

use support::{Client, JS_REV, Layout, Response, Server, Site, THEME_REV, until};

const SECRET: &str = "the-password-of-the-database";

/// A site with a secret beside it, and links that lead there.
fn site() -> Site {
    let site = Site::new(Layout::Public);
    site.config(&format!("$CFG->dbpass = '{SECRET}';"));
    site.data_file("secret.js", format!("var secret = '{SECRET}';"))
        .data_file("secret.svg", format!("<svg>{SECRET}</svg>"));
    site.folder("pix").file("i/edit.svg", "<svg xmlns=\"http://www.w3.org/2000/svg\"/>");
    site.file("lib/one.js", "var one = 1;").file("lib/one.js.map", SECRET).file("lib/.hidden.js.swp", SECRET);
    site.file("lib/amd/build/first.min.js", "define([],function(){return 1});\n");
    for (target, link) in [
        (site.dataroot().join("secret.js"), "lib/out.js"),
        (site.dataroot().join("secret.svg"), "pix/i/out.svg"),
        (site.dataroot(), "lib/outside"),
        (site.dataroot(), "pix/outside"),
        ("/etc".into(), "lib/etc"),
    ] {
        std::os::unix::fs::symlink(target, site.dirroot().join(link)).expect("a temporary folder takes links");
    }
    site
}

fn files(folder: &Path) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for listed in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = listed.path();
        if path.ends_with("revserve/index") {
            continue; // the node's own, seconds after its start
        } else if path.is_dir() {
            found.append(&mut files(&path));
        } else {
            found.insert(path.to_string_lossy().into_owned());
        }
    }
    found
}

/// What a client that means no good may be told: a short text, and nothing of the inside.
#[track_caller]
fn assert_plain(site: &Site, what: &str, answer: &Response) {
    assert!((400..500).contains(&answer.status), "{what}: {}\n{}", answer.status, answer.text());
    let text = answer.text();
    assert!(text.len() < 200, "{what}: {text}");
    let root = site.root().to_string_lossy().into_owned();
    for inside in [&*root, SECRET, "panicked", ".rs", "os error", "No such file", "root:"] {
        assert!(!text.contains(inside), "{what}: tells {inside}: {text}");
    }
    assert!(!answer.is_immutable(), "{what}");
}

#[track_caller]
fn assert_lives(server: &Server) {
    let answer = server.get(&format!("/lib/javascript.php/{JS_REV}/lib/one.js"));
    assert_eq!((answer.status, answer.is_immutable()), (200, true), "{}", answer.text());
}

/// Targets as bytes; `J` and `T` are the revisions of scripts and themes.
fn hostile_targets() -> Vec<Vec<u8>> {
    let mut targets: Vec<Vec<u8>> = Vec::new();
    let dots: [&[u8]; 14] = [
        b"../",
        b"..%2f",
        b"%2e%2e/",
        b"%2e%2e%2f",
        b"..%5c",
        b"..\\",
        b"%252e%252e%252f",
        b"..%c0%af",
        b"%c0%ae%c0%ae/",
        b"%e0%80%ae%e0%80%ae/",
        b"....//",
        b"..;/",
        b"%uff0e%uff0e/",
        b"..%00/",
    ];
    let places: [&[u8]; 5] = [
        b"/lib/javascript.php/J/",
        b"/theme/image.php/plain/core/T/",
        b"/theme/font.php/plain/core/T/",
        b"/lib/requirejs.php/-1/core/",
        b"/theme/yui_image.php/3.18.1/",
    ];
    for dot in dots {
        for place in places {
            targets.push([place, &dot.repeat(4), b"data/secret.js"].concat());
        }
    }
    for target in [
        &b"/lib/javascript.php/J/lib/one.js%00.js"[..],
        b"/lib/javascript.php/J/lib/one%00",
        b"/lib/javascript.php?rev=J&jsfile=/../../data/secret.js",
        b"/lib/javascript.php?rev=J&jsfile=%2f..%2f..%2fdata%2fsecret.js",
        b"/lib/javascript.php?rev=J&jsfile[]=/lib/one.js",
        b"/lib/javascript.php?rev=J&jsfile=/config.php",
        b"/lib/javascript.php/J/config.php",
        b"/lib/javascript.php/J/lib/one.js.map",
        b"/lib/javascript.php/J/lib/.hidden.js.swp",
        b"/lib/javascript.php/J/lib/out.js",
        b"/lib/javascript.php/-1/lib/out.js",
        b"/lib/javascript.php/J/lib/outside/secret.js",
        b"/lib/javascript.php/J/lib/etc/passwd",
        b"/lib/javascript.php/J//etc/passwd",
        b"/lib/javascript.php/J/lib/one.js.entry",
        b"/lib/javascript.php/J/lib",
        b"/lib/javascript.php/J/",
        b"/lib/javascript.php/J",
        b"/lib/javascript.php",
        b"/theme/image.php/plain/core/T/i/out",
        b"/theme/image.php/plain/core/-1/i/out",
        b"/theme/image.php/plain/core/T/outside/secret",
        b"/theme/image.php/plain/core/T/i/edit.svg",
        b"/theme/image.php/plain/core/T/i/edit.entry",
        b"/theme/image.php/plain/core/T/i/edit.best",
        b"/theme/image.php/plain/core/T/i/edit~",
        b"/theme/image.php/../core/T/i/edit",
        b"/theme/image.php/plain/../T/i/edit",
        b"/theme/image.php/plain/core/T/",
        b"/theme/image.php/plain/core/T/%ff%fe",
        b"/theme/image.php/plain/core/T/\xff\xfe",
        b"/theme/image.php/plain/core/T/\xf0\x9f\x92\xa9",
        b"/theme/image.php?theme=plain&component=core&rev=T&image=../../../data/secret",
        b"/theme/image.php?file=/plain/core/T/../../../data/secret",
        b"/theme/image.php?file=//////////",
        b"/theme/javascript.php/plain/T/../../config.php",
        b"/theme/font.php/plain/core/T/../../config.php",
        b"/theme/yui_combo.php?m/J/../../../../data/secret.js",
        b"/theme/yui_combo.php?3.18.1/../../../../data/secret.js",
        b"/theme/yui_combo.php?",
        b"/theme/yui_combo.php?&&&&&&&&",
        b"/lib/jssourcemap.php/core/../../../../data/secret.js",
        b"/lib/requirejs.php/-1/core/../../../../data/secret.js",
        b"/../../../../etc/passwd",
        b"//etc/passwd",
        b"/%2e%2e/%2e%2e/etc/passwd",
        b"/config.php",
        b"/.git/config",
        b"/",
        b"*",
        b"http://169.254.169.254/latest/meta-data",
    ] {
        targets.push(target.to_vec());
    }
    targets.push([b"/theme/image.php/plain/core/T/", &b"a"[..].repeat(4000)[..]].concat());
    targets.push([b"/theme/image.php/plain/core/T/", &b"a/"[..].repeat(2000)[..]].concat());
    targets.push([b"/lib/javascript.php/J/", &b"../"[..].repeat(2000)[..]].concat());
    let filled = |target: Vec<u8>| {
        // Only whole path segments and values are a letter.
        let text: String = target.iter().map(|b| char::from(*b)).collect();
        let text = text.replace("/J/", &format!("/{JS_REV}/")).replace("=J&", &format!("={JS_REV}&"));
        let text = text.replace("/T/", &format!("/{THEME_REV}/")).replace("=T&", &format!("={THEME_REV}&"));
        text.chars().map(|c| c as u8).collect()
    };
    targets.into_iter().map(filled).collect()
}

#[test]
fn more_than_a_hundred_hostile_urls_get_a_plain_status_and_leave_nothing_behind() {
    let site = site();
    let server = Server::start(&site);
    assert_lives(&server);
    until("its entry is there", || files(&site.localcachedir()).iter().any(|name| name.ends_with(".entry")));
    let stored = || -> BTreeSet<_> {
        let all = files(&site.localcachedir()).into_iter().chain(files(&site.dataroot()));
        all.filter(|name| !name.ends_with(".best")).collect()
    };
    // Besides the lock of its build, the current revisions have theirs.
    until("the revisions are held", || stored().iter().filter(|name| name.contains("/locks/")).count() == 5);
    let before = stored();
    let targets = hostile_targets();
    assert!(targets.len() > 100);
    for target in targets {
        let what = String::from_utf8_lossy(&target).into_owned();
        let mut client = server.client();
        client
            .send(&[b"GET ", &target[..], b" HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"].concat())
            .expect("bytes are taken");
        let answer = client.read_response("GET").unwrap_or_else(|error| panic!("{what}: {error}"));
        assert_plain(&site, &what, &answer);
    }
    assert_lives(&server);
    assert_eq!(stored(), before, "nothing was written");
    assert!(!server.log().contains("panicked"), "{}", server.log());
}

#[test]
fn an_image_behind_a_link_that_leads_out_is_not_there_and_the_log_says_so_once() {
    let site = site();
    let server = Server::start(&site);
    let mut client = server.client();
    let link = site.dirroot().join("pix/i/out.svg").display().to_string();
    for revision in [THEME_REV, -1, THEME_REV - 1] {
        for _ in 0..3 {
            let answer = client.get(&format!("/theme/image.php/plain/core/{revision}/i/out"), &[]);
            assert_eq!((answer.status, answer.is_immutable()), (404, false), "{}", answer.text());
        }
    }
    until("the log says so", || server.log().contains(&link));
    assert_eq!(server.log().matches(&link).count(), 1, "{}", server.log());
}

#[test]
fn ten_thousand_assets_that_do_not_exist_add_no_file() {
    let site = site();
    let server = Server::start(&site);
    assert_lives(&server);
    let all = || -> BTreeSet<_> { files(&site.localcachedir()).into_iter().chain(files(&site.dataroot())).collect() };
    // Its entry is stored and improved behind the answer, and what a revision leaves is written once.
    let (mut settled, mut since) = (all(), Instant::now());
    until("nothing more is written for what exists", || {
        let now = all();
        if now != settled {
            (settled, since) = (now, Instant::now());
        }
        settled.iter().any(|name| name.ends_with(".entry")) && since.elapsed() > Duration::from_secs(3)
    });
    let before = all();
    let urls: Vec<_> = (0..2000)
        .flat_map(|n| {
            [
                format!("/theme/image.php/plain/core/{THEME_REV}/i/none{n}"),
                format!("/theme/font.php/plain/theme/{THEME_REV}/none{n}.woff2"),
                format!("/lib/javascript.php/{JS_REV}/lib/none{n}.js"),
                format!("/theme/yui_combo.php?m/{JS_REV}/core/none{n}/none{n}-min.js"),
                format!("/theme/styles.php/none{n}/{THEME_REV}_1/all"),
            ]
        })
        .collect();
    let mut client = server.client();
    for several in urls.chunks(50) {
        let targets: Vec<&str> = several.iter().map(String::as_str).collect();
        for (url, answer) in targets.iter().zip(client.pipeline(&targets)) {
            assert_eq!((answer.status, answer.is_immutable()), (404, false), "{url}: {}", answer.text());
        }
    }
    assert_eq!(all(), before, "nothing was written");
}

/// Different URLs that are asked for; `REVSERVE_SCAN=1000000` for the whole of it, which takes minutes.
fn scanned() -> usize {
    std::env::var("REVSERVE_SCAN").ok().and_then(|number| number.parse().ok()).unwrap_or(20_000)
}

#[test]
fn a_scan_of_different_urls_leaves_memory_under_its_limit() {
    const LIMIT: u64 = 4 << 20;
    let site = site();
    for n in 0..8 {
        site.file(&format!("lib/s{n}.js"), format!("var s{n} = {n};\n"));
    }
    site.site_toml(&format!(
        "[revisions]\nsource = \"fixed\"\nthemerev = {THEME_REV}\njsrev = {JS_REV}\n[memory]\nlimit = \"4 MiB\"\n"
    ));
    let server = Server::start(&site);
    let mut client = server.client();
    // What is there under names without end, what is not, and what nobody can have.
    let url = |n: usize| match n % 8 {
        0 => format!("/theme/image.php/plain/core/{THEME_REV}/i/none{n}"),
        1 => format!("/theme/image.php/plain/core/{THEME_REV}/i/edit?n={n}"),
        2 => format!("/theme/image.php/plain/core/{}/i/edit", THEME_REV - 1 - n as i64),
        3 => format!("/lib/javascript.php?rev={JS_REV}&jsfile=/lib/s{}.js,/lib/s{}.js,/lib/none{n}.js", n % 7, n % 5),
        4 => format!("/lib/javascript.php/{JS_REV}/lib/{}one.js", "./".repeat(n % 3) + &"none/../".repeat(n % 5)),
        5 => format!("/theme/yui_combo.php?m/{JS_REV}/core/none{n}/none{n}-min.js"),
        6 => format!("/theme/styles.php/none{n}/{THEME_REV}_{n}/all"),
        _ => format!("/{n}/%{:02x}/x", n % 256),
    };
    let mut scan = |from: usize, to: usize| {
        let urls: Vec<_> = (from..to).map(url).collect();
        for several in urls.chunks(50) {
            let targets: Vec<&str> = several.iter().map(String::as_str).collect();
            for (url, answer) in targets.iter().zip(client.pipeline(&targets)) {
                assert!([200, 400, 404].contains(&answer.status), "{url}: {}", answer.status);
            }
        }
    };
    let warm = scanned() / 10;
    scan(0, warm);
    let before = server.resident();
    scan(warm, scanned());
    // moka forgets in the background, a moment later.
    until("memory is under its limit", || server.metrics().sum("revserve_memory_bytes") <= LIMIT as f64);
    let grown = server.resident().saturating_sub(before);
    println!(
        "{} URLs: {} KiB, {} KiB more than after the first tenth",
        scanned(),
        server.resident() >> 10,
        grown >> 10
    );
    assert!(grown < LIMIT + (24 << 20), "{grown} bytes more after {} URLs than after {warm}", scanned());
    assert_lives(&server);
}

#[test]
fn themes_that_strangers_make_up_leave_nothing_in_memory() {
    let site = site();
    let server = Server::start(&site);
    let mut client = server.client();
    let mut ask = |from: usize, to: usize| {
        let urls: Vec<_> = (from..to).map(|n| format!("/theme/styles.php/none{n}/{THEME_REV}_1/all")).collect();
        for several in urls.chunks(50) {
            let targets: Vec<&str> = several.iter().map(String::as_str).collect();
            assert!(client.pipeline(&targets).iter().all(|answer| answer.status == 404));
        }
    };
    ask(0, 4_000);
    let before = server.resident();
    ask(4_000, 20_000);
    // A kilobyte for each would be 16 MB.
    let grown = server.resident().saturating_sub(before);
    assert!(grown < 10 << 20, "{grown} bytes more after 16,000 themes");
    assert_lives(&server);
}

#[test]
fn garbage_and_large_heads_end_plainly() {
    let site = site();
    let server = Server::start(&site);
    assert_lives(&server);
    let huge = "x".repeat(64 << 10);
    let wide = (0..2000).map(|n| format!("X-{n}: {n}\r\n")).collect::<String>();
    let mut noise = vec![0_u8; 8192];
    let mut state = 1_u32;
    for byte in &mut noise {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        *byte = (state >> 24) as u8;
    }
    noise.extend_from_slice(b"\r\n\r\n");
    for bytes in [
        format!("GET / HTTP/1.1\r\nHost: a\r\nX: {huge}\r\n\r\n").into_bytes(),
        format!("GET /{huge} HTTP/1.1\r\nHost: a\r\n\r\n").into_bytes(),
        format!("GET / HTTP/1.1\r\nHost: a\r\n{wide}\r\n").into_bytes(),
        noise,
        b"\0\0\0\0\r\n\r\n".to_vec(),
        b"GET\r\n\r\n".to_vec(),
        b"GET / HTTP/9.9\r\n\r\n".to_vec(),
        b"GET /\0 HTTP/1.1\r\nHost: a\r\n\r\n".to_vec(),
        b"GET / HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n".to_vec(),
        b"GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n".to_vec(),
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n".to_vec(),
    ] {
        let mut client = server.client();
        // A server that has seen enough may close while bytes are still coming: as good as a status.
        if client.send(&bytes).is_ok()
            && let Ok(answer) = client.read_response("GET")
        {
            let what = String::from_utf8_lossy(&bytes[..bytes.len().min(60)]).into_owned();
            assert!((400..506).contains(&answer.status) && answer.status != 500, "{what}: {}", answer.status);
            assert!(answer.text().len() < 200 && !answer.text().contains("panicked"), "{what}");
        }
        assert_lives(&server);
    }
    assert!(!server.log().contains("panicked"), "{}", server.log());
}

#[test]
fn half_sent_requests_that_never_end_are_ended_and_cost_nobody_else_anything() {
    let site = site();
    let server = Server::start(&site);
    assert_lives(&server);
    let before = server.resident();
    let beginnings: [&[u8]; 4] = [
        b"G",
        b"GET /lib/javascript.php/1/lib/one.js HTTP/1.1\r\nHos",
        b"GET /lib/javascript.php/1/lib/one.js HTTP/1.1\r\nHost: a\r\n",
        b"PRI * HTTP/2.0\r\n",
    ];
    let mut half: Vec<Client> = (0..500)
        .map(|n| {
            let mut client = server.client();
            client.send(beginnings[n % beginnings.len()]).expect("bytes are taken");
            client
        })
        .collect();
    for _ in 0..20 {
        assert_lives(&server);
    }
    assert!(server.resident() < before + (32 << 20), "memory is flat");
    // One goes on for ever, so slowly that it is never silent for long.
    let mut slow = server.client();
    slow.send(b"GET / HTTP/1.1\r\nX: ").expect("bytes are taken");
    let begun = Instant::now();
    while slow.send(b"x").is_ok() {
        assert!(begun.elapsed() < Duration::from_secs(60), "it is ended, however it goes on");
        std::thread::sleep(Duration::from_millis(100));
    }
    for client in &mut half {
        // A reset is an end, too; only silence is none.
        match client.read_rest() {
            Ok(said) => assert!(said.len() < 500, "{}", String::from_utf8_lossy(&said)),
            Err(error) => assert_eq!(error.kind(), std::io::ErrorKind::ConnectionReset),
        }
    }
    assert_lives(&server);
    assert!(!server.log().contains("panicked"), "{}", server.log());
}

#[test]
fn scripts_too_deep_or_too_large_cost_no_other_its_answer() {
    let site = site();
    site.file("lib/deep.js", format!("var a={}{};", "[".repeat(100_000), "]".repeat(100_000)));
    site.file("lib/parens.js", format!("var a={}1{};", "(".repeat(100_000), ")".repeat(100_000)));
    site.file("lib/blocks.js", "{".repeat(100_000));
    let huge = std::fs::File::create(site.dirroot().join("lib/huge.js")).expect("a temporary folder");
    huge.set_len(1 << 30).expect("sparse files cost nothing");
    let server = Server::start(&site);
    assert_lives(&server);
    let before = server.resident();
    for name in ["deep", "parens", "blocks", "huge"] {
        let mut asking = server.client();
        asking.read_timeout(Duration::from_secs(110));
        let request = format!("GET /lib/javascript.php/{JS_REV}/lib/{name}.js HTTP/1.1\r\nHost: a\r\n\r\n");
        asking.send(request.as_bytes()).expect("the request is taken");
        // Others get their answers meanwhile.
        for _ in 0..5 {
            assert_lives(&server);
        }
        let answer = asking.read_response("GET").unwrap_or_else(|error| panic!("{name}: {error}"));
        // What cannot be minified safely may be served as it was written, if it is no gigabyte.
        let source = if name == "huge" {
            Vec::new()
        } else {
            std::fs::read(site.dirroot().join(format!("lib/{name}.js"))).expect("just written")
        };
        let as_written =
            name != "huge" && answer.status == 200 && (answer.body == source || answer.body == b"var a=1;");
        assert!(as_written || answer.status >= 400, "{name}: {} {}", answer.status, answer.body.len());
        assert!(as_written || (answer.text().len() < 200 && !answer.is_immutable()), "{name}: {}", answer.text());
        assert_lives(&server);
    }
    assert!(server.resident() < before + (256 << 20), "a gigabyte is not read into memory");
}
