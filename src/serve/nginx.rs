//! The nginx configuration that sends asset URLs to revserve, and to Moodle's own PHP while revserve is down
//! (design.md §8).
//!
//! Two parts, because nginx takes an `upstream` outside of `server` only: one for the `http` block (on Debian a file
//! in `/etc/nginx/conf.d`), one to include in the site's `server` block. The locations are prefixes with `^~`, so
//! where they stand among the operator's own does not matter.

use super::listen::Address;
use crate::asset::url::{Mount, answered_scripts};
use std::convert::Infallible;
use std::fmt::{self, Write as _};
use std::net::IpAddr;
use std::str::FromStr;

/// Who answers while revserve does not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fallback {
    /// php-fpm, as `fastcgi_pass` takes it: `unix:/run/php/php-fpm.sock`, `127.0.0.1:9000`.
    FastCgi(String),
    /// A web server that runs Moodle: `http://127.0.0.1:8080`.
    Http(String),
}

impl Default for Fallback {
    /// Where Debian's php-fpm listens.
    fn default() -> Fallback {
        Fallback::FastCgi("unix:/run/php/php-fpm.sock".to_owned())
    }
}

impl fmt::Display for Fallback {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Fallback::FastCgi(address) | Fallback::Http(address) => f.write_str(address),
        }
    }
}

impl FromStr for Fallback {
    type Err = Infallible;

    fn from_str(text: &str) -> Result<Fallback, Infallible> {
        let is_http = text.starts_with("http://") || text.starts_with("https://");
        Ok(if is_http { Fallback::Http(text.to_owned()) } else { Fallback::FastCgi(text.to_owned()) })
    }
}

/// A site behind nginx.
#[derive(Clone, Debug)]
pub struct Proxy<'a> {
    pub mount: &'a Mount,
    /// Where revserve listens: at least one. Several are one server, asked in turn.
    pub addresses: &'a [Address],
    pub fallback: &'a Fallback,
    /// Whether pages are to follow their sources.
    pub live: bool,
}

impl Proxy<'_> {
    /// Both parts, each under a comment that says where it goes.
    pub fn whole(&self) -> String {
        format!("{}\n{}", self.http(), self.server())
    }

    /// The part for the `http` block.
    pub fn http(&self) -> String {
        let mut out = String::from("# In the http block, for example as /etc/nginx/conf.d/revserve.conf:\n\n");
        let _ = writeln!(out, "upstream {} {{", self.upstream());
        for address in self.addresses {
            let _ = writeln!(out, "    server {} max_fails=0;", quoted(&target(address)));
        }
        out.push_str("    keepalive 64;\n    keepalive_requests 100000;\n}\n");
        out
    }

    /// The part for the site's `server` block.
    pub fn server(&self) -> String {
        let (revserve, moodle) = (self.named("revserve"), self.named("moodle"));
        let mut out = String::from("# In the site's server block:\n\n");
        for script in answered_scripts() {
            let path = quoted(&format!("{}{script}", self.mount.path()));
            let to = format!("recursive_error_pages on; error_page 418 = {revserve}; return 418;");
            let _ = writeln!(out, "location ^~ {path} {{ {to} }}");
        }
        let upstream = self.upstream();
        if self.live {
            let mount = self.mount.path();
            let path = quoted(&format!("{mount}/revserve/"));
            let _ = write!(
                out,
                "
# Pages follow their sources: for a developer's machine only.
location ^~ {path} {{
    proxy_pass http://{upstream};
    proxy_http_version 1.1;
    proxy_set_header Connection \"\";
    proxy_buffering off;
    proxy_read_timeout 1h;
}}
sub_filter_once on;
sub_filter '</head>' '<script src=\"{mount}/revserve/live.js\"></script></head>';
"
            );
        }
        let _ = write!(
            out,
            "\nlocation {revserve} {{
    proxy_pass http://{upstream};
    proxy_http_version 1.1;
    proxy_set_header Connection \"\";
    proxy_set_header Host $http_host;
    # Assets are the same for everybody.
    proxy_set_header Cookie \"\";
    proxy_set_header Authorization \"\";
    proxy_set_header Content-Length \"\";
    proxy_pass_request_body off;
    # revserve compresses better than nginx would, and once.
    gzip off;
    proxy_buffering on;
    proxy_buffer_size 8k;
    proxy_buffers 16 64k;
    proxy_busy_buffers_size 128k;
    proxy_max_temp_file_size 0;
    proxy_connect_timeout 1s;
    # A theme that is built for the first time takes seconds.
    proxy_read_timeout 60s;
    # While revserve is down, or cannot build an asset, Moodle answers itself.
    proxy_intercept_errors on;
    error_page 500 502 503 504 = {moodle};
}}

location {moodle} {{\n"
        );
        match self.fallback {
            Fallback::FastCgi(address) => {
                let _ = write!(
                    out,
                    "    # As in your own location for PHP.
    include fastcgi_params;
    fastcgi_split_path_info ^(.+?\\.php)(/.*)$;
    fastcgi_param SCRIPT_FILENAME $document_root$fastcgi_script_name;
    fastcgi_param PATH_INFO $fastcgi_path_info;
    fastcgi_pass {};\n",
                    quoted(address)
                );
            }
            Fallback::Http(url) => {
                let _ = write!(
                    out,
                    "    proxy_pass {};\n    proxy_set_header Host $http_host;\n",
                    quoted(url.trim_end_matches('/'))
                );
            }
        }
        out.push_str("}\n");
        out
    }

    /// Unique for an address, so that several sites can live in one nginx.
    fn upstream(&self) -> String {
        format!("revserve_{}", self.addresses.first().map_or_else(String::new, |address| word(&target(address))))
    }

    /// A named location; unique for a path, so that several sites can live in one server block.
    fn named(&self, name: &str) -> String {
        match word(self.mount.path()) {
            path if path.is_empty() => format!("@{name}"),
            path => format!("@{name}_{path}"),
        }
    }
}

/// What nginx connects to: a server that listens on every address is reached on loopback.
fn target(address: &Address) -> String {
    match address {
        Address::Tcp { host, port } => match host.parse::<IpAddr>() {
            Ok(IpAddr::V4(ip)) if ip.is_unspecified() => format!("127.0.0.1:{port}"),
            Ok(IpAddr::V6(ip)) if ip.is_unspecified() => format!("[::1]:{port}"),
            _ => address.to_string(),
        },
        Address::Unix(path) => format!("unix:{path}"),
        // As in the .socket unit that comes with revserve.
        Address::Systemd => "unix:/run/revserve/revserve.sock".to_owned(),
    }
}

/// Letters, digits and single underscores.
fn word(text: &str) -> String {
    let parts = text.split(|c: char| !c.is_ascii_alphanumeric()).filter(|part| !part.is_empty());
    parts.collect::<Vec<_>>().join("_")
}

/// As a parameter of nginx's configuration; in quotes only where it needs them.
fn quoted(text: &str) -> String {
    let plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'/' | b'.' | b'_' | b'-' | b':' | b'[' | b']' | b'~');
    if !text.is_empty() && text.bytes().all(plain) {
        return text.to_owned();
    }
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn whole(wwwroot: &str, address: &str, fallback: &str) -> String {
        let (mount, addresses) = (Mount::of_wwwroot(wwwroot), [address.parse().unwrap()]);
        let Ok(fallback) = fallback.parse();
        Proxy { mount: &mount, addresses: &addresses, fallback: &fallback, live: false }.whole()
    }

    #[test]
    fn pages_follow_their_sources_only_where_that_was_asked_for() {
        let (mount, addresses) = (Mount::of_wwwroot("http://a/m"), ["127.0.0.1:8190".parse().unwrap()]);
        let fallback = Fallback::default();
        let proxy = |live| Proxy { mount: &mount, addresses: &addresses, fallback: &fallback, live }.server();
        assert!(!proxy(false).contains("live.js"));
        let text = proxy(true);
        assert!(text.contains("location ^~ /m/revserve/ {"));
        assert!(
            text.contains("sub_filter '</head>' '<script src=\"/m/revserve/live.js\"></script></head>';"),
            "{text}"
        );
    }

    #[test]
    fn every_script_that_is_answered_is_proxied_and_no_other() {
        let text = whole("https://school.example", "127.0.0.1:8190", "unix:/run/php/php-fpm.sock");
        for script in answered_scripts() {
            assert_eq!(text.matches(&format!("location ^~ {script} {{")).count(), 1, "{script}");
        }
        assert_eq!(text.matches("location ^~").count(), answered_scripts().count());
        assert!(text.contains("upstream revserve_127_0_0_1_8190 {\n    server 127.0.0.1:8190 max_fails=0;"));
        assert!(text.contains("fastcgi_pass unix:/run/php/php-fpm.sock;"));
        assert!(text.contains("error_page 500 502 503 504 = @moodle;"));
    }

    #[test]
    fn a_site_below_a_path_has_names_of_its_own() {
        let text = whole("https://school.example/my moodle", "unix:/run/r.sock", "http://127.0.0.1:8080/");
        assert!(text.contains("location ^~ \"/my moodle/theme/image.php\" { recursive_error_pages on; error_page 418 = @revserve_my_moodle;"));
        assert!(text.contains("location @moodle_my_moodle {\n    proxy_pass http://127.0.0.1:8080;"));
        assert!(text.contains("proxy_pass http://revserve_unix_run_r_sock;"));
    }

    #[test]
    fn a_listener_on_every_address_is_reached_on_loopback() {
        assert!(whole("http://x", "0.0.0.0:80", "").contains("server 127.0.0.1:80 "));
        assert!(whole("http://x", "[::]:80", "").contains("server [::1]:80 "));
        assert!(whole("http://x", "node.internal:80", "").contains("server node.internal:80 "));
    }
}
