//! Themes' PHP that is hostile or broken: it costs its theme, in bounded time and memory, and nobody else.

mod support;

use std::time::Duration;

use support::{Client, Layout, Server, Site, THEME_REV, until};

/// What the pre-SCSS callback of each theme does: none of it ever gives a text in PHP, or not within its limits.
const ENDLESS: [(&str, &str); 15] = [
    ("steps", "while (true) { $a = 1; }"),
    ("doubling", "$s = 'aaaaaaaa'; while (true) { $s .= $s; } return $s;"),
    ("pieces", "$s = []; for ($i = 0; ; $i++) { $s[] = str_repeat('x', 1000000); }"),
    ("repeat", "return str_repeat('a', 100000000);"),
    ("padded", "return str_pad('', PHP_INT_MAX, 'ab');"),
    ("merging", "$a = [0]; while (true) { $a = array_merge($a, $a); } return count($a);"),
    ("nesting", "$a = []; while (true) { $a = [$a, $a]; }"),
    ("filled", "return implode(',', array_fill(0, 2000000000, 'abc'));"),
    ("ranging", "return implode(',', range(0, 4000000000));"),
    ("calling", "$f = function($n) use (&$f) { return $f($n + 1) . 'a'; }; return $f(0);"),
    ("itself", "$f = function($g) { return $g($g); }; return $f($f);"),
    ("matching", r"return preg_match('/^(.*?,){30}P(?<!a)\1/', str_repeat('1,', 100000)) ? '' : 'x';"),
    ("replacing", "$s = 'ab'; while (true) { $s = str_replace(['a', 'b'], ['bbbb', 'aaaa'], $s); }"),
    (
        "chaining",
        "$l = null; while (true) { $o = new stdClass(); $o->next = $l; $o->name = str_repeat('n', 99); $l = $o; }",
    ),
    ("printing", "return sprintf('%1000000000d', 1) . vsprintf('%s', [str_repeat('%s', 9999999)]);"),
];

/// Bytes that evaluations may add to the server's memory at their height, however many themes there are: what one may
/// hold, its stack and what the server needs around it, with room for a page here and there.
const MOST: u64 = 300 << 20;

/// All of them have to end before the last is answered, on a machine that does other things too.
const PATIENCE: Duration = Duration::from_secs(600);

fn site() -> Site {
    let site = Site::new(Layout::Public);
    for (name, body) in ENDLESS {
        let config = "$THEME->parents = []; $THEME->sheets = []; $THEME->scss = 'main';";
        site.theme_config(name, &format!("{config} $THEME->prescsscallback = 'theme_{name}_pre';"))
            .file("scss/main.scss", ".a { b: c }")
            .file("lib.php", format!("<?php function theme_{name}_pre($theme) {{ {body} }}"));
    }
    site
}

/// The most memory that the server ever had, in bytes.
fn peak(server: &Server) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{}/status", server.pid())).expect("it lives");
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).expect("Linux tells");
    line.trim().trim_end_matches(" kB").parse::<u64>().expect("a number") * 1024
}

fn ask(server: &Server, theme: &str) -> Client {
    let mut client = server.client();
    client.read_timeout(PATIENCE);
    let request = format!("GET /theme/styles.php/{theme}/{THEME_REV}_1/all HTTP/1.1\r\nHost: x\r\n\r\n");
    client.send(request.as_bytes()).expect("taken");
    client
}

#[test]
fn php_without_end_costs_its_theme_and_is_said_with_file_and_line() {
    let site = site();
    let server = Server::start(&site);
    let before = peak(&server);
    for (name, _) in ENDLESS {
        let answer = ask(&server, name).read_response("GET").expect("an answer");
        assert_eq!(answer.status, 500, "{name}");
        until(&format!("the log says where {name} ends"), || server.log().contains(&format!("theme/{name}/lib.php:1")));
        assert!(peak(&server) - before < MOST, "{name}: {} MiB", (peak(&server) - before) >> 20);
    }
    assert!(server.get(&format!("/theme/styles.php/plain/{THEME_REV}_1/all")).is_immutable());
}

#[test]
fn all_of_them_at_once_take_no_more_memory_than_one_and_delay_no_image() {
    let site = site();
    site.file("theme/plain/pix/dot.svg", "<svg/>");
    let server = Server::start(&site);
    let before = peak(&server);
    let waiting: Vec<_> = ENDLESS.iter().map(|(name, _)| ask(&server, name)).collect();
    let image = server.get(&format!("/theme/image.php/plain/theme/{THEME_REV}/dot"));
    assert!(image.is_immutable());
    for mut client in waiting {
        assert_eq!(client.read_response("GET").expect("an answer").status, 500);
    }
    let grown = peak(&server) - before;
    assert!(grown < MOST, "{} MiB", grown >> 20);
}
