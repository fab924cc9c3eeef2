//! `revserve nginx`: the proxy configuration for a site.

use super::args::NginxOptions;
use super::open::settle;
use crate::asset::url::{Mount, answered_scripts};

pub fn run(options: NginxOptions) -> anyhow::Result<()> {
    let opened = settle(&options.site, &options.listen, None)?;
    let mount = Mount::of_wwwroot(&opened.settings.place.wwwroot);
    print!("{}", configuration(mount.path(), &opened.settings.listen.addresses));
    Ok(())
}

/// Sends the URLs that revserve answers to it, and what it refuses, or all of it while it is down, to PHP.
fn configuration(mount: &str, addresses: &[String]) -> String {
    let servers: Vec<_> = addresses.iter().filter(|address| *address != "systemd").collect();
    let servers: String = servers.iter().map(|address| format!("    server {address} max_fails=0;\n")).collect();
    let scripts: Vec<_> = answered_scripts().map(|script| script.trim_start_matches('/').replace('.', "\\.")).collect();
    let pattern = format!("^{}/(?:{})(?:/|$)", escape(mount), scripts.join("|"));
    CONFIGURATION.replace("{SERVERS}", &servers).replace("{PATTERN}", &pattern)
}

fn escape(text: &str) -> String {
    let special = |c: char| !(c.is_ascii_alphanumeric() || matches!(c, '/' | '-' | '_'));
    text.chars().flat_map(|c| special(c).then_some('\\').into_iter().chain([c])).collect()
}

const CONFIGURATION: &str = r#"# revserve behind nginx. The first part belongs into http { }.

upstream revserve {
{SERVERS}    keepalive 64;
}

# The second part belongs into the server { } of the site. It expects PHP in a location of its own,
# which is named @moodle here: rename the last line's target to fit, or add for example
#
#   location @moodle {
#       fastcgi_split_path_info ^(.+?\.php)(/.*)$;
#       set $path_info $fastcgi_path_info;
#       include fastcgi_params;
#       fastcgi_param SCRIPT_FILENAME $document_root$fastcgi_script_name;
#       fastcgi_param PATH_INFO $path_info;
#       fastcgi_pass unix:/run/php/php-fpm.sock;
#   }

location ~ {PATTERN} {
    proxy_pass http://revserve;
    proxy_http_version 1.1;
    proxy_set_header Connection "";
    proxy_set_header Host $host;
    proxy_set_header Cookie "";
    proxy_pass_request_body off;
    proxy_set_header Content-Length "";
    proxy_connect_timeout 2s;
    proxy_read_timeout 60s;
    proxy_buffers 16 64k;
    proxy_buffer_size 16k;
    proxy_intercept_errors on;
    proxy_next_upstream error timeout;
    error_page 400 404 405 414 500 502 503 504 = @moodle;
}
"#;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_answered_is_proxied() {
        let text = configuration("/moodle", &["127.0.0.1:8190".into(), "unix:/run/revserve.sock".into()]);
        assert!(text.contains("server 127.0.0.1:8190 ") && text.contains("server unix:/run/revserve.sock "), "{text}");
        assert!(text.contains(r"^/moodle/(?:theme/styles\.php|") && text.contains(r"lib/requirejs\.php"), "{text}");
        assert!(!text.contains("pluginfile"), "{text}");
    }
}
