//! What a browser, a CDN and a second node get for every kind of URL: status, type, lifetime, codings, validators, parts.

mod support;

use std::io::Read;

use support::{Client, JS_REV, Layout, Response, Server, Site, THEME_REV, until};

/// The revision of everything in the demo site, and one that is valid and older.
const DEMO: &str = "1770000000";
const OLD: &str = "1769990000";

const JS: &str = "application/javascript; charset=utf-8";
const CSS: &str = "text/css; charset=utf-8";

/// Every kind of URL of the demo site, `{rev}` standing for a revision, with its type.
const URLS: &[(&str, &str)] = &[
    ("/theme/image.php/orchard/core/{rev}/i/leaf", "image/svg+xml"),
    ("/theme/image.php/_s/orchard/core/{rev}/i/leaf", "image/png"),
    ("/theme/image.php?theme=orchard&component=core&rev={rev}&image=i/leaf&svg=0", "image/png"),
    ("/theme/image.php?theme=orchard&amp;component=core&amp;rev={rev}&amp;image=i/leaf", "image/svg+xml"),
    ("/theme/image.php?file=/orchard/core/{rev}/i/leaf", "image/svg+xml"),
    ("/theme/image.php/orchard/core/{rev}/i/loading", "image/gif"),
    ("/theme/image.php/orchard/theme/{rev}/harvest", "image/jpeg"),
    ("/theme/image.php/orchard/theme/{rev}/favicon", "image/vnd.microsoft.icon"),
    ("/theme/image.php/orchard/mod_herbarium/{rev}/monologo", "image/svg+xml"),
    ("/theme/image.php/orchard/block_forecast/{rev}/sun", "image/png"),
    ("/theme/image.php/orchard/block_forecast/{rev}/cloud", "image/svg+xml"),
    ("/theme/image.php/orchard/pad_blossom/{rev}/blossom", "image/svg+xml"),
    ("/theme/image.php?theme=orchard&component=tool_pruning&rev={rev}&image=shears", "image/svg+xml"),
    ("/theme/font.php/orchard/theme/{rev}/round.woff2", "font/woff2"),
    ("/theme/font.php/orchard/theme/{rev}/round.woff", "font/woff"),
    ("/theme/font.php/orchard/theme/{rev}/round.ttf", "font/ttf"),
    ("/theme/javascript.php/orchard/{rev}/head", JS),
    ("/theme/javascript.php/orchard/{rev}/footer", JS),
    ("/lib/javascript.php/{rev}/lib/javascript-static.js", JS),
    ("/lib/javascript.php/{rev}/admin/tool/pruning/module.js", JS),
    ("/lib/javascript.php?rev={rev}&jsfile=/blocks/forecast/module.js,/mod/herbarium/module.js", JS),
    ("/lib/requirejs.php/{rev}/core/first.js", JS),
    ("/lib/requirejs.php/{rev}/mod_herbarium/specimens.js", JS),
    ("/theme/yui_combo.php?m/{rev}/local_greeting/bell/bell-min.js", JS),
    ("/theme/yui_combo.php?m/{rev}/local_greeting/bell/bell.css", CSS),
    ("/theme/yui_combo.php?m/{rev}/local_greeting/bell/bell-min.js&rollup/3.18.1/yui-moodlesimple-min.js", JS),
];

fn at(url: &str, revision: &str) -> String {
    url.replace("{rev}", revision)
}

/// What every answer has and has not, whatever it is.
#[track_caller]
fn assert_harmless(url: &str, answer: &Response) {
    assert_eq!(answer.header("set-cookie"), None, "{url}");
    assert_eq!(answer.want("x-content-type-options"), "nosniff", "{url}");
}

#[test]
fn a_current_revision_is_kept_for_good_and_typed_exactly() {
    let server = Server::demo();
    let mut client = server.client();
    for (url, kind) in URLS {
        let answer = client.get(&at(url, DEMO), &[]);
        assert_eq!((answer.status, answer.want("content-type")), (200, *kind), "{url}");
        assert!(!answer.body.is_empty(), "{url}");
        let keeps = answer.want("cache-control");
        if url.contains("yui_combo") {
            assert!(keeps.starts_with("public, max-age=31104000"), "{url}: {keeps}");
        } else {
            assert!(keeps.starts_with("public, max-age=7776000") && keeps.contains("immutable"), "{url}: {keeps}");
        }
        assert_eq!(keeps.contains("no-transform"), kind.starts_with("image/"), "{url}: {keeps}");
        assert!(answer.want("etag").starts_with('"'), "{url}: a strong validator");
        assert_eq!(answer.want("last-modified"), "Mon, 02 Feb 2026 02:40:00 GMT", "{url}: the revision as a date");
        assert_eq!(answer.header("expires"), None, "{url}");
        assert_harmless(url, &answer);
    }
}

#[test]
fn an_older_revision_is_kept_for_a_moment_and_none_is_not_kept() {
    let server = Server::demo();
    let mut client = server.client();
    for (url, kind) in URLS {
        let current = client.get(&at(url, DEMO), &[]);
        let old = client.get(&at(url, OLD), &[]);
        assert_eq!((old.status, old.want("content-type")), (200, *kind), "{url}");
        assert_eq!(old.want("cache-control").replace(", no-transform", ""), "public, max-age=10", "{url}");
        assert_eq!(old.body, current.body, "{url}: today's content");
        assert_harmless(url, &old);

        let none = client.get(&at(url, "-1"), &[]);
        assert_eq!((none.status, none.want("content-type")), (200, *kind), "{url}");
        assert_eq!(none.want("cache-control").replace(", no-transform", ""), "private, no-cache", "{url}");
        let etag = none.want("etag").to_owned();
        let again = client.get(&at(url, "-1"), &[("If-None-Match", &etag)]);
        assert_eq!(again.status, 304, "{url}: the validator holds while the sources stay");
        assert_harmless(url, &none);
    }
}

#[test]
fn invalid_revisions_are_none() {
    let server = Server::demo();
    // Before the version, in the future, no plain number.
    for revision in
        ["1", "1000000000", "99999999999", "0", "-5", "01770000000", "1770000000x", "9999999999999999999999"]
    {
        for (url, _) in &URLS[..1] {
            let answer = server.get(&at(url, revision));
            assert!(
                answer.status == 404 || answer.want("cache-control").contains("no-cache"),
                "{revision}: {}",
                String::from_utf8_lossy(&answer.head)
            );
        }
    }
}

#[test]
fn what_does_not_exist_is_a_short_plain_404_that_nobody_keeps() {
    let server = Server::demo();
    for path in [
        "/theme/image.php/orchard/core/1770000000/i/nothing",
        "/theme/font.php/orchard/theme/1770000000/none.woff2",
        "/theme/javascript.php/orchard/1770000000/middle",
        "/lib/javascript.php/1770000000/lib/none.js",
        "/lib/requirejs.php/1770000000/local_greeting/none-lazy.js",
        "/lib/jssourcemap.php/core/none.js",
        "/theme/yui_combo.php?m/1770000000/local_greeting/none/none-min.js",
        "/theme/yui_image.php/3.18.1/none.png",
        "/index.php",
        "/lib/setup.php",
        "/config.php",
    ] {
        let answer = server.get(path);
        assert_eq!(answer.status, 404, "{path}");
        assert!(answer.body.len() < 200 && answer.want("content-type").starts_with("text/plain"), "{path}");
        assert!(answer.want("cache-control").contains("no-store"), "{path}: {}", answer.want("cache-control"));
        assert_harmless(path, &answer);
    }
}

#[test]
fn an_svg_only_image_is_no_answer_to_who_wants_none() {
    let server = Server::demo();
    assert_eq!(server.get("/theme/image.php/_s/orchard/core/1770000000/i/course").status, 404);
    assert_eq!(server.get("/theme/image.php/orchard/core/1770000000/i/course").status, 200);
}

/// Undoes a content coding.
fn decoded(answer: &Response) -> Vec<u8> {
    let mut out = Vec::new();
    match answer.header("content-encoding") {
        None => out.clone_from(&answer.body),
        Some("br") => {
            brotli::Decompressor::new(&answer.body[..], 4096).read_to_end(&mut out).expect("is brotli");
        }
        Some("zstd") => out = zstd::decode_all(&answer.body[..]).expect("is zstd"),
        Some("gzip") => {
            out = vec![0; 1 << 20];
            let length = libdeflater::Decompressor::new().gzip_decompress(&answer.body, &mut out).expect("is gzip");
            out.truncate(length);
        }
        Some(other) => panic!("nobody asked for {other}"),
    }
    out
}

#[test]
fn weights_choose_the_coding_and_every_coding_holds_the_same() {
    let server = Server::demo();
    let mut client = server.client();
    let url = "/lib/requirejs.php/1770000000/core/first.js";
    let plain = client.get(url, &[]);
    assert_eq!(plain.header("content-encoding"), None);
    let mut etags = vec![plain.want("etag").to_owned()];
    for (accepts, coding) in [
        ("br", Some("br")),
        ("zstd", Some("zstd")),
        ("gzip", Some("gzip")),
        ("gzip, br;q=0.5", Some("gzip")),
        ("gzip;q=0.2, zstd;q=0.9, br;q=0.5", Some("zstd")),
        ("gzip;q=0", None),
        ("br;q=0, *", Some("zstd")),
        ("identity", None),
        ("deflate, compress", None),
        ("GZIP", Some("gzip")),
        ("br;q=0.0, zstd;q=0.000, gzip;q=0.001, identity;q=0", Some("gzip")),
    ] {
        let answer = client.get(url, &[("Accept-Encoding", accepts)]);
        assert_eq!(answer.status, 200, "{accepts}");
        if accepts != "br;q=0, *" {
            assert_eq!(answer.header("content-encoding"), coding, "{accepts}");
        }
        assert_ne!(
            answer.header("content-encoding").filter(|_| accepts.starts_with("br;q=0")),
            Some("br"),
            "{accepts}"
        );
        assert_eq!(decoded(&answer), plain.body, "{accepts}");
        assert!(answer.want("vary").eq_ignore_ascii_case("accept-encoding"), "{accepts}");
        etags.push(answer.want("etag").to_owned());
    }
    etags.sort();
    etags.dedup();
    assert!(etags.len() >= 4, "each coding has its own: {etags:?}");
    let refused = client.get(url, &[("Accept-Encoding", "identity;q=0, deflate")]);
    assert!(matches!(refused.status, 200 | 406), "{}", refused.status);

    for (url, kind) in URLS.iter().filter(|(_, kind)| kind.contains("javascript") || kind.contains("svg")) {
        let identity = client.get(&at(url, DEMO), &[]);
        for coding in ["br", "zstd", "gzip"] {
            let answer = client.get(&at(url, DEMO), &[("Accept-Encoding", coding)]);
            assert_eq!(decoded(&answer), identity.body, "{url} {kind} {coding}");
        }
    }
}

#[test]
fn who_has_it_already_gets_304_by_tag_and_by_date() {
    let server = Server::demo();
    let mut client = server.client();
    for url in ["/theme/image.php/orchard/core/1770000000/i/leaf", "/lib/requirejs.php/1770000000/core/first.js"] {
        let whole = client.get(url, &[("Accept-Encoding", "gzip")]);
        let (etag, date) = (whole.want("etag").to_owned(), whole.want("last-modified").to_owned());
        let weak = format!("W/{etag}");
        let listed = format!("\"other\", {etag}");
        for (name, value, status) in [
            ("If-None-Match", etag.as_str(), 304),
            ("If-None-Match", &weak, 304),
            ("If-None-Match", &listed, 304),
            ("If-None-Match", "*", 304),
            ("If-None-Match", "\"other\"", 200),
            ("If-None-Match", "garbage", 200),
            ("If-Modified-Since", &date, 304),
            ("If-Modified-Since", "Mon, 01 Jan 2029 00:00:00 GMT", 304),
            ("If-Modified-Since", "Thu, 01 Jan 2026 00:00:00 GMT", 200),
            ("If-Modified-Since", "yesterday", 200),
        ] {
            let answer = client.get(url, &[("Accept-Encoding", "gzip"), (name, value)]);
            assert_eq!(answer.status, status, "{name}: {value}");
            if status == 304 {
                assert!(answer.body.is_empty());
                for same in ["cache-control", "vary"] {
                    assert_eq!(answer.header(same), whole.header(same), "{name}: {value}: {same}");
                }
                assert!(answer.header("etag").is_some(), "{name}: {value}");
            }
        }
        // RFC 9110 §13.1.3: a tag outranks a date.
        let both = [("If-None-Match", "\"other\""), ("If-Modified-Since", date.as_str())];
        assert_eq!(client.get(url, &both).status, 200);
    }
}

#[test]
fn head_says_the_same_without_a_body() {
    let server = Server::demo();
    let mut client = server.client();
    for (url, _) in URLS {
        let url = at(url, DEMO);
        let get = client.get(&url, &[]);
        let head = client.request("HEAD", &url, &[]);
        assert_eq!(head.status, 200, "{url}");
        for name in ["content-type", "content-length", "cache-control", "last-modified", "etag"] {
            assert_eq!(head.header(name), get.header(name), "{url}: {name}");
        }
    }
}

#[test]
fn parts_of_an_answer_are_its_bytes() {
    let server = Server::demo();
    let mut client = server.client();
    let url = "/theme/image.php/orchard/theme/1770000000/harvest";
    let whole = client.get(url, &[]);
    let (body, etag) = (whole.body.clone(), whole.want("etag").to_owned());
    let length = body.len();
    for (range, expected) in [("bytes=0-9", &body[..10]), ("bytes=10-", &body[10..]), ("bytes=-7", &body[length - 7..])]
    {
        let part = client.get(url, &[("Range", range)]);
        assert_eq!((part.status, &part.body[..]), (206, expected), "{range}");
        let start = expected.as_ptr() as usize - body.as_ptr() as usize;
        let named = format!("bytes {start}-{}/{length}", start + expected.len() - 1);
        assert_eq!(part.want("content-range"), named);
        assert_eq!(client.get(url, &[("Range", range), ("If-Range", &etag)]).status, 206);
        for stale in ["\"other\"", &format!("W/{etag}"), "Thu, 01 Jan 2026 00:00:00 GMT"] {
            let all = client.get(url, &[("Range", range), ("If-Range", stale)]);
            assert_eq!((all.status, &all.body), (200, &body), "{stale}");
        }
    }
    let several = client.get(url, &[("Range", "bytes=0-1,20-22")]);
    assert_eq!(several.status, 206);
    assert!(several.want("content-type").starts_with("multipart/byteranges; boundary="));
    let contains = |part: &[u8]| several.body.windows(part.len()).any(|window| window == part);
    assert!(contains(&body[..2]) && contains(&body[20..23]));

    let beyond = client.get(url, &[("Range", "bytes=99999999-")]);
    assert_eq!((beyond.status, beyond.want("content-range")), (416, format!("bytes */{length}").as_str()));
    for nonsense in ["bytes=9-0", "bytes", "lines=1-2", "bytes=a-b"] {
        assert_eq!(client.get(url, &[("Range", nonsense)]).status, 200, "{nonsense}");
    }
}

#[test]
fn other_methods_are_told_which_are_allowed() {
    let server = Server::demo();
    for method in ["POST", "PUT", "DELETE", "PATCH", "OPTIONS"] {
        let url = "/theme/image.php/orchard/core/1770000000/i/leaf";
        let answer = server.client().request(method, url, &[("Content-Length", "0")]);
        assert_eq!((answer.status, answer.want("allow")), (405, "GET, HEAD"), "{method}");
    }
}

#[test]
fn fonts_may_be_used_by_other_origins_and_svg_runs_nothing() {
    let server = Server::demo();
    let font = server.get("/theme/font.php/orchard/theme/1770000000/round.woff2");
    assert_eq!(font.want("access-control-allow-origin"), "*");
    let svg = server.get("/theme/image.php/orchard/core/1770000000/i/leaf");
    assert!(svg.want("content-security-policy").contains("default-src 'none'"));
    let png = server.get("/theme/image.php/_s/orchard/core/1770000000/i/leaf");
    assert_eq!(png.header("content-security-policy"), None);
}

/// A site with one of each, and the URLs of them.
fn small(layout: Layout) -> (Site, Vec<String>) {
    let site = Site::new(layout);
    site.folder("pix").file("i/edit.svg", "<svg xmlns=\"http://www.w3.org/2000/svg\"><title>edit</title></svg>");
    site.folder("pix").file("i/dot.png", support::png());
    site.file("lib/plain.js", format!("var words = [{}];\n", "\"a word among many\", ".repeat(200)));
    site.file("lib/amd/build/first.min.js", "define([],function(){return 1});\n");
    site.plugin("mod_forum", "mod/forum")
        .file("amd/build/post.min.js", "define(['core/first'],function(f){return f});\n");
    let urls = vec![
        format!("/theme/image.php/plain/core/{THEME_REV}/i/edit"),
        format!("/theme/image.php/plain/core/{THEME_REV}/i/dot"),
        format!("/lib/javascript.php/{JS_REV}/lib/plain.js"),
        format!("/lib/requirejs.php/{JS_REV}/core/first.js"),
    ];
    (site, urls)
}

#[test]
fn two_nodes_give_the_same_bytes_and_validators() {
    for layout in [Layout::Flat, Layout::Public] {
        let (site, urls) = small(layout);
        let one = Server::start(&site);
        let second = site.root().join("second");
        std::fs::create_dir(&second).expect("a temporary folder");
        let file = site.root().join("second.toml");
        let text = std::fs::read_to_string(site.site_file()).expect("just written");
        let text = text.replacen("[site]\n", &format!("[site]\nlocalcachedir = \"{}\"\n", second.display()), 1);
        std::fs::write(&file, text).expect("a temporary folder");
        let two = Server::with_args(["--site".into(), file.into_os_string()]);
        for url in &urls {
            for coding in ["identity", "br", "zstd", "gzip"] {
                // Better variants come when they are ready: until then both have to have them.
                until("both nodes answer the same", || {
                    let [a, b] = [&one, &two].map(|node| node.get_with(url, &[("Accept-Encoding", coding)]));
                    assert_eq!((a.status, b.status), (200, 200), "{url}");
                    assert_eq!(a.header("last-modified"), b.header("last-modified"), "{url}");
                    assert_eq!(decoded(&a), decoded(&b), "{url}");
                    a.body == b.body && a.header("etag") == b.header("etag")
                });
            }
        }
        assert!(std::fs::read_dir(&second).expect("is there").next().is_some(), "the second has its own folder");
    }
}

#[test]
fn a_restart_serves_what_was_built_before() {
    let (site, urls) = small(Layout::Public);
    let server = Server::start(&site);
    let before: Vec<_> = urls.iter().map(|url| server.get(url).body).collect();
    assert_eq!(server.metrics().sum("revserve_builds_total") as usize, urls.len());
    until("all is published", || server.metrics().sum("revserve_entries_published_total") as usize >= urls.len());
    server.stop();

    let server = Server::start(&site);
    let mut client = Client::connect(server.address);
    for (url, before) in urls.iter().zip(&before) {
        let answer = client.get(url, &[]);
        assert_eq!((answer.status, &answer.body), (200, before), "{url}");
        assert!(answer.is_immutable(), "{url}");
    }
    assert_eq!(server.metrics().sum("revserve_builds_total"), 0.0, "nothing was built again");
}

#[test]
fn another_wwwroot_without_a_purge_gets_its_own_urls_and_leaves_stored_entries_alone() {
    let site = Site::new(Layout::Public);
    site.theme_config("linked", "$THEME->parents = [];\n$THEME->sheets = ['linked'];")
        .file("style/linked.css", "a{background:url([[pix:i/edit]])}");
    let at = |path: &str| {
        let fixed = format!("[revisions]\nsource = \"fixed\"\nthemerev = {THEME_REV}\njsrev = {JS_REV}\n");
        site.site_toml(&format!("wwwroot = \"http://127.0.0.1:8080{path}\"\n{fixed}"));
        let server = Server::start(&site);
        let answer = server.get(&format!("{path}/theme/styles.php/linked/{THEME_REV}_1/all"));
        assert_eq!(answer.status, 200, "{}", answer.text());
        assert!(answer.is_immutable(), "{}", answer.want("cache-control"));
        assert!(answer.text().contains(&format!("({path}/theme/image.php/linked/core/")), "{}", answer.text());
        let builds = server.metrics().sum("revserve_builds_total");
        server.stop();
        builds
    };
    assert_eq!(at("/first"), 1.0);
    assert_eq!(at("/first"), 0.0, "stored");
    let entry = site.localcachedir().join(format!("revserve/theme/{THEME_REV}/linked/css/all_1.entry"));
    let stored = std::fs::read(&entry).expect("stored");
    assert_eq!(at("/second"), 1.0, "built for itself");
    assert_eq!(std::fs::read(&entry).expect("still there"), stored, "never overwritten");
    assert_eq!(at("/first"), 0.0, "and still good for whom it was made");
}
