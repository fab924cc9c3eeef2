//! Over plain sockets.

use super::decode::decoded;
use super::site::{ACCEPT, available, brand, get_with, purge, revisions, settled, site};
use super::support::{Server, until};

#[test]
fn off_by_default_nothing_of_it_is_to_be_seen() {
    let site = site(false);
    let server = Server::start(&site);
    let target = revisions(&server).sheet();
    let plain = server.get(&target);
    assert_eq!((plain.want("vary"), plain.header("use-as-dictionary")), ("Accept-Encoding", None));
    let asked = get_with(&server, &target, ACCEPT, &plain.body);
    assert!(["br", "zstd"].contains(&asked.want("content-encoding")) && asked.is_immutable());
    assert!(!site.localcachedir().join("revserve/store/deltas").exists());
}

#[test]
fn answers_say_for_which_urls_they_are_dictionaries() {
    let site = site(true);
    site.theme("leaf", &["plain"]).file("pix/i/edit.svg", "<svg xmlns='http://www.w3.org/2000/svg'/>");
    let server = Server::start(&site);
    let now = revisions(&server);
    for (target, pattern) in [
        (now.sheet(), "/theme/styles.php/plain/*/all"),
        (now.module(), "/lib/requirejs.php/*/core/first.js"),
        (now.script(), "/lib/javascript.php/*/lib/still.js"),
    ] {
        for (method, accept) in [("GET", "identity"), ("GET", "br"), ("HEAD", ACCEPT)] {
            let answer = server.client().request(method, &target, &[("Accept-Encoding", accept)]);
            assert_eq!(answer.want("use-as-dictionary"), format!("match=\"{pattern}\""), "{target}");
            assert_eq!(answer.want("vary"), "Accept-Encoding, Available-Dictionary");
            assert_eq!(answer.want("cache-control"), "public, max-age=7776000, immutable");
        }
        let known = server.get(&target);
        let again = server.get_with(&target, &[("If-None-Match", known.want("etag"))]);
        assert_eq!((again.status, again.want("vary")), (304, "Accept-Encoding, Available-Dictionary"));
        let part = server.get_with(&target, &[("Range", "bytes=0-9")]);
        assert_eq!((part.status, part.header("use-as-dictionary")), (206, None), "a part is no dictionary");
        assert_eq!(part.want("vary"), "Accept-Encoding, Available-Dictionary");
    }
    // Other spellings, other revisions, development, pictures and errors.
    for target in [
        format!("/theme/styles.php?theme=plain&rev={}&type=all", now.theme),
        format!("/theme/styles.php/plain/{}_1/all", now.theme - 100),
        "/theme/styles.php/plain/-1/all".into(),
        format!("/theme/image.php/leaf/core/{}/i/edit", now.theme),
        format!("/theme/styles.php/nothing/{}_1/all", now.theme),
    ] {
        let answer = server.get(&target);
        assert_eq!(answer.header("use-as-dictionary"), None, "{target}");
        assert_ne!(answer.header("vary"), Some("Accept-Encoding, Available-Dictionary"), "{target}");
    }
}

#[test]
fn a_changed_colour_costs_a_kilobyte_and_what_did_not_change_a_hundred_bytes() {
    let site = site(true);
    let server = Server::start(&site);
    let before = revisions(&server);
    let (old, module, script) =
        (server.get(&before.sheet()).body, server.get(&before.module()).body, server.get(&before.script()).body);
    until("the contents are kept", || ["content", "names"].iter().all(|part| files(&site, part).len() >= 3));
    brand(&site, "#aa3311");
    let now = purge(&site, &server);
    let new = server.get(&now.sheet()).body;
    assert_ne!(old, new);
    // The first answers may be quick ones; both codings come, and stay small.
    for coding in ["dcb", "dcz"] {
        let mut answer = None;
        until(coding, || {
            let came = get_with(&server, &now.sheet(), &format!("gzip, br, {coding}"), &old);
            answer = (came.header("content-encoding") == Some(coding)).then_some(came);
            answer.as_ref().is_some_and(|answer| answer.body.len() < 1500)
        });
        let answer = answer.expect("just seen");
        assert_eq!(decoded(coding, &answer.body, &old), new);
        assert_eq!(answer.want("cache-control"), "private, max-age=7776000, immutable");
        assert_eq!(answer.want("vary"), "Accept-Encoding, Available-Dictionary");
        assert_eq!(answer.want("use-as-dictionary"), "match=\"/theme/styles.php/plain/*/all\"");
        assert_eq!(answer.want("content-type"), "text/css; charset=utf-8");
        assert!(answer.want("etag").contains(&format!("-{coding}")), "{}", answer.want("etag"));
    }
    for (target, content) in [(now.module(), module), (now.script(), script)] {
        assert_eq!(server.get(&target).body, content);
        until("a delta of what did not change", || {
            let answer = get_with(&server, &target, ACCEPT, &content);
            answer.header("content-encoding") == Some("dcb")
                && answer.body.len() < 100
                && decoded("dcb", &answer.body, &content) == content
        });
    }
}

#[test]
fn only_who_has_the_dictionary_gets_the_delta() {
    let site = site(true);
    let server = Server::start(&site);
    let old = server.get(&revisions(&server).sheet()).body;
    until("the content is kept", || !files(&site, "names").is_empty());
    brand(&site, "#aa3311");
    let target = purge(&site, &server).sheet();
    let new = server.get(&target).body;
    settled(&server, 3.0);
    let coding = |accept: &str, content: &[u8]| {
        let answer = get_with(&server, &target, accept, content);
        answer.header("content-encoding").unwrap_or("identity").to_owned()
    };
    // In turns on the same hot answer.
    for _ in 0..3 {
        assert!(coding(ACCEPT, &old).starts_with("dc"));
        assert_eq!(coding("gzip", &old), "gzip");
        assert!(!coding(ACCEPT, b"something else").starts_with("dc"));
        assert!(!coding("*", &old).starts_with("dc"), "a star names no coding that needs a dictionary");
        assert_eq!(server.get(&target).body, new);
        assert!(!coding("br, zstd, dcb;q=0, dcz;q=0", &old).starts_with("dc"));
        assert_eq!(coding("br, dcb;q=0.5, dcz;q=0.5", &old), "br", "the coding that is taken most gladly");
        assert_eq!(coding("br;q=0.5, dcz", &old), "dcz");
    }
    for value in ["", ":", "::", "x", ":AAAA:", "\"abc\""] {
        let fields = [("Accept-Encoding", ACCEPT), ("Available-Dictionary", value)];
        let answer = server.get_with(&target, &fields);
        assert!(["br", "zstd"].contains(&answer.want("content-encoding")), "{value}");
    }
    // A body of another asset is no dictionary, though the node has it.
    let script = server.get(&revisions(&server).script()).body;
    assert!(!coding(ACCEPT, &script).starts_with("dc"));
}

#[test]
fn validators_ranges_and_head_go_by_the_delta() {
    let site = site(true);
    let server = Server::start(&site);
    let old = server.get(&revisions(&server).sheet()).body;
    until("the content is kept", || !files(&site, "names").is_empty());
    brand(&site, "#aa3311");
    let target = purge(&site, &server).sheet();
    let plain = server.get_with(&target, &[("Accept-Encoding", "br")]);
    let dictionary = available(&old);
    let ask = |more: &[(&str, &str)]| {
        let mut fields = vec![("Accept-Encoding", "br, dcb"), ("Available-Dictionary", dictionary.as_str())];
        fields.extend(more);
        server.get_with(&target, &fields)
    };
    until("the best delta", || ask(&[]).want("etag").contains("-dcb11-"));
    // It may be prepared anew once more; from here on nothing changes.
    let whole = ask(&[]);
    let etag = whole.want("etag").to_owned();
    assert_eq!(ask(&[("If-None-Match", &etag)]).status, 304);
    let other_coding = ask(&[("If-None-Match", plain.want("etag"))]);
    assert_eq!((other_coding.status, other_coding.want("etag")), (304, etag.as_str()), "the same content");
    let of_plain = server.get_with(&target, &[("Accept-Encoding", "br"), ("If-None-Match", &etag)]);
    assert_eq!(of_plain.status, 304);
    let part = ask(&[("Range", "bytes=4-35"), ("If-Range", &etag)]);
    assert_eq!((part.status, &part.body[..]), (206, &whole.body[4..36]));
    assert_eq!(part.want("content-encoding"), "dcb");
    assert_eq!(part.want("content-range"), format!("bytes 4-35/{}", whole.body.len()));
    let stale = ask(&[("Range", "bytes=4-35"), ("If-Range", plain.want("etag"))]);
    assert_eq!((stale.status, &stale.body), (200, &whole.body));
    assert_eq!(ask(&[("If-Match", plain.want("etag"))]).status, 412);
    let fields = [("Accept-Encoding", "dcb"), ("Available-Dictionary", dictionary.as_str())];
    let head = server.client().request("HEAD", &target, &fields);
    assert_eq!(head.want("content-length"), whole.body.len().to_string());
    assert_eq!(head.want("content-encoding"), "dcb");
}

#[test]
fn a_purge_that_changes_nothing_costs_no_second_best_compression() {
    let site = site(false);
    let server = Server::start(&site);
    let first = server.get_with(&revisions(&server).sheet(), &[("Accept-Encoding", "br")]);
    until("the best codings", || files(&site, "content").iter().any(|name| name.ends_with(".best")));
    let counted = |name: &str| server.metrics().sum(name);
    let before = counted("revserve_compressed_total");
    let now = purge(&site, &server);
    let again = server.get_with(&now.sheet(), &[("Accept-Encoding", "br")]);
    assert!(again.want("etag").contains("-br11"), "at once: {}", again.want("etag"));
    assert!(again.body.len() <= first.body.len());
    assert_eq!((counted("revserve_compressed_total"), counted("revserve_compressions_spared_total")), (before, 1.0));
    brand(&site, "#aa3311");
    let changed = purge(&site, &server);
    server.get(&changed.sheet());
    until("other content is compressed", || counted("revserve_compressed_total") > before);
}

#[test]
fn what_is_kept_survives_a_restart_and_may_lie_elsewhere() {
    let site = site(true);
    let storedir = site.root().join("kept");
    let toml = format!(
        "storedir = \"{}\"\n[revisions]\nsource = \"files\"\n[dictionaries]\nenabled = true\n",
        storedir.display()
    );
    site.site_toml(&toml);
    let server = Server::start(&site);
    let old = server.get(&revisions(&server).sheet()).body;
    until("the content is kept", || storedir.join("names").exists());
    server.stop();
    // As Moodle does with a purge.
    std::fs::remove_dir_all(site.localcachedir()).expect("writable");
    brand(&site, "#aa3311");
    let server = Server::start(&site);
    let target = purge(&site, &server).sheet();
    until("a delta to content of before", || {
        get_with(&server, &target, ACCEPT, &old)
            .header("content-encoding")
            .is_some_and(|coding| coding.starts_with("dc"))
    });
}

#[test]
fn a_damaged_store_costs_nothing_but_its_use() {
    let site = site(true);
    let server = Server::start(&site);
    let old = server.get(&revisions(&server).sheet()).body;
    until("the content is kept", || !files(&site, "names").is_empty());
    for folder in walk(&site.localcachedir().join("revserve/store/content")) {
        std::fs::write(folder, b"nonsense").expect("writable");
    }
    brand(&site, "#aa3311");
    let target = purge(&site, &server).sheet();
    let answer = get_with(&server, &target, ACCEPT, &old);
    assert_eq!(answer.status, 200);
    assert!(!answer.want("content-encoding").starts_with("dc"));
}

/// Names of the files in one part of the site's store.
fn files(site: &super::support::Site, part: &str) -> Vec<String> {
    let names = walk(&site.localcachedir().join("revserve/store").join(part));
    let names = names.iter().filter_map(|path| path.file_name()).map(|name| name.to_string_lossy().into_owned());
    names.filter(|name| !name.starts_with('.')).collect()
}

fn walk(folder: &std::path::Path) -> Vec<std::path::PathBuf> {
    let Ok(listed) = std::fs::read_dir(folder) else { return Vec::new() };
    let paths = listed.filter_map(|entry| entry.ok().map(|entry| entry.path()));
    paths.flat_map(|path| if path.is_dir() { walk(&path) } else { vec![path] }).collect()
}
