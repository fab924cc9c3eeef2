//! A site whose theme has a brand colour, and the purges of it.

use super::support::{Client, Layout, Response, Server, Site, until};
use std::fmt::Write as _;

/// Both revisions, as the node knows them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Revisions {
    pub theme: u64,
    pub js: u64,
}

impl Revisions {
    pub fn sheet(self) -> String {
        format!("/theme/styles.php/plain/{}_1/all", self.theme)
    }

    pub fn module(self) -> String {
        format!("/lib/requirejs.php/{}/core/first.js", self.js)
    }

    pub fn script(self) -> String {
        format!("/lib/javascript.php/{}/lib/still.js", self.js)
    }
}

/// A site that can be purged, with or without dictionaries.
pub fn site(dictionaries: bool) -> Site {
    let site = Site::new(Layout::Public);
    site.site_toml(&format!("[revisions]\nsource = \"files\"\n[dictionaries]\nenabled = {dictionaries}\n"));
    brand(&site, "#0f6cbf");
    let module: String = (0..300).map(|i| format!("exports.f{i}=function(a){{return a*{i}+'{}'}};", i * i)).collect();
    let module = format!("define(\"core/still\",[\"exports\"],function(exports){{{module}}});");
    site.file("lib/amd/build/still.min.js", module);
    let script: String = (0..300).map(|i| format!("function still{i}(b) {{ return b + {i} * {i}; }}\n")).collect();
    site.file("lib/still.js", script);
    site
}

/// Writes the theme's sheet with that colour in a few of its many rules.
pub fn brand(site: &Site, color: &str) {
    let mut css = format!("body{{background-color:{color}}}\n");
    for i in 0..4000 {
        let own = format!("#{:06x}", (i * 7919) % 0xffffff);
        let color = if i % 100 == 7 { color } else { &own };
        // Writing to a String cannot fail.
        let _ = writeln!(css, ".rule-{i} .part-{}{{margin:{}px {}px;color:{color}}}", i % 17, i % 97, i % 13);
    }
    site.folder("theme/plain").file("style/plain.css", css);
}

/// What the node says is current.
pub fn revisions(server: &Server) -> Revisions {
    let metrics = server.metrics();
    Revisions { theme: metrics.get("revserve_themerev") as u64, js: metrics.get("revserve_jsrev") as u64 }
}

/// Makes a new revision of everything.
pub fn purge(site: &Site, server: &Server) -> Revisions {
    let before = revisions(server);
    let mut args = vec!["purge".into(), "all".into()];
    args.extend(site.args());
    super::support::run(args).ok();
    until("the node sees the purge", || revisions(server).theme > before.theme && revisions(server).js > before.js);
    revisions(server)
}

/// What Chromium says that it takes.
pub const ACCEPT: &str = "gzip, deflate, br, zstd, dcb, dcz";

/// GET as a browser that has this content.
pub fn get_with(server: &Server, target: &str, accept: &str, content: &[u8]) -> Response {
    let dictionary = available(content);
    Client::connect(server.address).get(target, &[("Accept-Encoding", accept), ("Available-Dictionary", &dictionary)])
}

/// The value of `Available-Dictionary` for some content.
pub fn available(content: &[u8]) -> String {
    format!(":{}:", base64(&revserve::cache::entry::sha256(content)))
}

pub fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for three in bytes.chunks(3) {
        let at = |i: usize| u32::from(three.get(i).copied().unwrap_or(0));
        let bits = at(0) << 16 | at(1) << 8 | at(2);
        for place in 0..4 {
            let digit = DIGITS[(bits >> (18 - 6 * place) & 63) as usize] as char;
            text.push(if place <= three.len() { digit } else { '=' });
        }
    }
    text
}

/// Waits until nothing is made in the background any more.
pub fn settled(server: &Server, deltas: f64) {
    until("deltas are made", || server.metrics().sum("revserve_deltas_total") >= deltas);
}
