//! A theme's whole CSS: order, one bad sheet, bad SCSS, endless SCSS, right to left.

mod support;

use support::{Layout, Response, Server, Site, THEME_REV, run, until};

fn site() -> Site {
    let site = Site::new(Layout::Public);
    site.theme_config("base", "$THEME->parents = []; $THEME->sheets = ['one'];")
        .file("style/one.css", ".base { left: 1px }\n");
    site.theme_config(
        "child",
        "$THEME->parents = ['base']; $THEME->sheets = ['own'];
         $THEME->scss = 'main'; $THEME->prescsscallback = 'theme_child_pre';",
    )
    .file("style/own.css", ".own { background: url([[pix:theme|bg]]) }\n")
    .file("scss/main.scss", "$c: blue !default; .scss { color: $c; margin-left: 3px }\n")
    .file("lib.php", "<?php function theme_child_pre($theme) { return '$c: ' . $theme->settings->colour . ';'; }");
    site.plugin("block_first", "blocks/first").file("styles.css", ".open { color: red;");
    site.plugin("block_second", "blocks/second").file("styles.css", ".next { color: green }\n");
    site.site_toml(&format!(
        "[revisions]\nsource = \"fixed\"\nthemerev = {THEME_REV}\njsrev = {THEME_REV}\n[themes.child]\ncolour = \"#123456\"\n"
    ));
    site
}

fn styles(server: &Server, theme: &str, sheet: &str) -> Response {
    server.get(&format!("/theme/styles.php/{theme}/{THEME_REV}_1/{sheet}"))
}

#[track_caller]
fn at(css: &str, text: &str) -> usize {
    css.find(text).unwrap_or_else(|| panic!("{text} is not in {css}"))
}

#[test]
fn sheets_stand_in_moodles_order_and_none_reaches_into_the_next() {
    let site = site();
    let answer = styles(&Server::start(&site), "child", "all");
    assert_eq!(answer.status, 200);
    assert!(answer.is_immutable(), "{:?}", answer.header("cache-control"));
    let css = answer.text();
    let order = [".open{color:red}", ".next{color:green}", ".base{left:1px}", ".scss{color:#123456", ".own{"];
    let places: Vec<_> = order.iter().map(|text| at(&css, text)).collect();
    assert!(places.is_sorted(), "{places:?} {css}");
    at(&css, &format!("/theme/image.php/child/theme/{THEME_REV}/bg"));
}

#[test]
fn right_to_left_is_mirrored() {
    let site = site();
    let css = styles(&Server::start(&site), "child", "all-rtl").text();
    assert!(at(&css, ".base{right:1px}") < at(&css, "margin-right:3px"), "{css}");
}

#[test]
fn a_theme_that_does_not_compile_or_never_ends_costs_itself() {
    let site = site();
    let config = "$THEME->parents = []; $THEME->sheets = []; $THEME->scss = 'main';";
    for (name, scss) in [
        ("wrong", ".a { color: $nowhere }"),
        ("endless", "@while true { .a { b: c } }"),
        ("deep", &"a{".repeat(100_000)),
    ] {
        site.theme_config(name, config).file("scss/main.scss", scss);
    }
    let server = Server::start(&site);
    for name in ["wrong", "endless", "deep"] {
        let answer = styles(&server, name, "all");
        assert_eq!(answer.status, 500, "{name}");
        assert!(!answer.is_immutable() && answer.text().len() < 100, "{name}: {}", answer.text());
    }
    assert!(server.log().contains("main.scss:1"), "{}", server.log());
    assert_eq!(styles(&server, "child", "all").status, 200);
}

#[test]
fn a_setting_that_is_not_known_is_never_an_empty_one() {
    let site = site();
    site.theme_config(
        "asks",
        "$THEME->parents = []; $THEME->sheets = []; $THEME->scss = function($theme) {
        global $DB; return '.a { color: ' . $DB->get_field('config', 'value', ['name' => 'x']) . ' }'; };",
    );
    let answer = styles(&Server::start(&site), "asks", "all");
    assert_eq!(answer.status, 500);
}

#[test]
fn a_sheet_that_a_setting_chooses_is_the_one_of_that_setting() {
    let site = site();
    let config = "$THEME->parents = ['base']; $THEME->sheets = ['own'];
        $THEME->sheets[] = 'pattern-' . get_config('theme_choosing', 'pattern');
        if ($THEME->settings->without) { $THEME->plugins_exclude_sheets = ['block' => ['first']]; }";
    site.theme_config("choosing", config)
        .file("style/own.css", ".own { a: b }")
        .file("style/pattern-1.css", ".one { c: d }")
        .file("style/pattern-2.css", ".two { e: f }");
    site.site_toml(&format!(
        "[revisions]\nsource = \"fixed\"\nthemerev = {THEME_REV}\njsrev = {THEME_REV}\n\
         [themes.choosing]\npattern = \"2\"\nwithout = \"1\"\n"
    ));
    let answer = styles(&Server::start(&site), "choosing", "all");
    assert!(answer.is_immutable(), "{}", answer.text());
    assert_eq!(answer.text(), ".next{color:green}.base{left:1px}.own{a:b}.two{e:f}");
}

#[test]
fn what_is_in_the_code_needs_no_database() {
    let site = site();
    // Presets are looked for in the file pool only where they are none of the theme's own.
    let config = "$THEME->parents = []; $THEME->sheets = [];
        $THEME->scss = function($theme) {
            global $CFG;
            $fs = get_file_storage();
            $context = context_system::instance();
            $name = $theme->settings->preset;
            if ($name == 'own.scss') {
                return '.own { branch: ' . $CFG->branch . '; level: ' . $context->contextlevel . ' }';
            }
            $file = $fs->get_file($context->id, 'theme_' . $theme->name, 'preset', 0, '/', $name);
            return $file ? $file->get_content() : '.none { a: b }';
        };";
    for name in ["preset", "pooled", "emptied"] {
        site.theme_config(name, config);
    }
    site.site_toml(&format!(
        "[revisions]\nsource = \"fixed\"\nthemerev = {THEME_REV}\njsrev = {THEME_REV}\n\
         [themes.preset]\npreset = \"own.scss\"\n[themes.pooled]\npreset = \"mine.scss\"\n\
         [themes.emptied]\npreset = \"gone.scss\"\npresetfiles = \"\"\n"
    ));
    let server = Server::start(&site);
    let answer = styles(&server, "preset", "all");
    assert!(answer.is_immutable(), "{}", answer.text());
    assert!(answer.text().ends_with(".own{branch:501;level:10}"), "{}", answer.text());
    // Whether there is such a file is not known, but where nothing was ever uploaded.
    assert_eq!(styles(&server, "pooled", "all").status, 500);
    let answer = styles(&server, "emptied", "all");
    assert!(answer.is_immutable() && answer.text().ends_with(".none{a:b}"), "{}", answer.text());
}

#[test]
fn a_sheet_that_is_named_twice_stands_where_it_was_named_first() {
    let site = site();
    let config = "$THEME->parents = ['base']; $THEME->sheets = ['a', 'b', 'a'];";
    site.theme_config("twice", config).file("style/a.css", ".a { b: c }").file("style/b.css", ".b { d: e }");
    let css = styles(&Server::start(&site), "twice", "all").text();
    assert_eq!(css.matches(".a{").count(), 1, "{css}");
    assert!(at(&css, ".a{") < at(&css, ".b{"), "{css}");
}

#[test]
fn what_a_closure_gives_is_ended_before_the_extra_scss() {
    let site = site();
    // Moodle puts a semicolon between the two.
    let config = "$THEME->parents = []; $THEME->sheets = []; $THEME->extrascsscallback = 'theme_open_extra';
        $THEME->scss = function($theme) { return '.a { b: c } $d: e'; };";
    site.theme_config("open", config)
        .file("lib.php", "<?php function theme_open_extra($theme) { return '.f { g: $d }'; }");
    let answer = styles(&Server::start(&site), "open", "all");
    assert!(answer.is_immutable(), "{}", answer.text());
    assert!(answer.text().ends_with(".a{b:c}.f{g:e}"), "{}", answer.text());
}

#[test]
fn scss_that_compiles_to_nothing_gives_way_to_the_precompiled_css() {
    let site = site();
    let config = "$THEME->parents = []; $THEME->sheets = []; $THEME->scss = 'main';
        $THEME->precompiledcsscallback = 'theme_empty_css';";
    site.theme_config("empty", config)
        .file("scss/main.scss", "$a: 1;")
        .file("lib.php", "<?php function theme_empty_css() { return '.made { before: 1 }'; }");
    let answer = styles(&Server::start(&site), "empty", "all");
    assert!(answer.is_immutable(), "{:?}", answer.header("cache-control"));
    assert!(answer.text().ends_with("}.made{before:1}"), "{}", answer.text());
}

#[test]
fn each_sheet_is_processed_by_itself_in_designer_mode() {
    let site = site();
    let config = "$THEME->parents = ['base']; $THEME->sheets = ['own']; $THEME->csspostprocess = 'theme_after_css';";
    site.theme_config("after", config).file("style/own.css", ".own { color: [[setting:x]]; left: 0 }").file(
        "lib.php",
        "<?php function theme_after_css($css, $theme) { return str_replace('[[setting:x]]', 'red', $css); }",
    );
    site.file("blocks/first/styles_base.css", ".base-of-first { a: [[setting:x]] }");
    let server = Server::start(&site);
    let sheet = |query: &str| server.get(&format!("/theme/styles_debug.php?theme=after&{query}"));
    assert_eq!(sheet("type=theme&sheet=own").text(), ".own { color: red; left: 0 }\n");
    assert_eq!(sheet("type=theme&sheet=own&rtl=1").text(), ".own { color: red; right: 0 }\n");
    // Moodle names each file of a plugin on its own.
    assert_eq!(sheet("type=plugin&subtype=block_first").text(), ".open { color: red;\n");
    assert_eq!(sheet("type=plugin&subtype=block_first_base").text(), ".base-of-first { a: red }\n");
    assert_eq!(sheet("type=plugin&subtype=block_first_child").status, 404);
    assert_eq!(sheet("type=parent&subtype=base&sheet=one").text(), ".base { left: 1px }\n\n");
}

/// Doubles a text of 16 bytes until it is one gigabyte.
const GIGABYTE: &str = "$a: '0123456789abcdef'; @for $i from 1 through 26 { $a: $a + $a; } .a { b: #{$a}; }";
const ENDLESS: &str = "@while true { .a { b: c; } }";

#[test]
fn what_grows_or_never_ends_leaves_other_themes_and_memory_alone() {
    let site = site();
    let config = "$THEME->parents = []; $THEME->sheets = []; $THEME->scss = 'main';";
    site.theme_config("gigabyte", config).file("scss/main.scss", GIGABYTE);
    site.theme_config("endless", config).file("scss/main.scss", ENDLESS);
    // The same in a setting, as a site's administrator writes it.
    site.theme_config("settled", &format!("{config} $THEME->extrascsscallback = 'theme_settled_extra';"))
        .file("scss/main.scss", ".a { b: c; }")
        .file("lib.php", "<?php function theme_settled_extra($theme) { return $theme->settings->scss; }");
    site.site_toml(&format!(
        "[revisions]\nsource = \"fixed\"\nthemerev = {THEME_REV}\njsrev = {THEME_REV}\n\
         [themes.child]\ncolour = \"#123456\"\n[themes.settled]\nscss = \"\"\"{GIGABYTE}\"\"\"\n"
    ));
    let server = Server::start(&site);
    std::thread::scope(|scope| {
        let endless = scope.spawn(|| styles(&server, "endless", "all"));
        assert_eq!(styles(&server, "child", "all").status, 200);
        assert!(!endless.is_finished(), "the other theme waited for the endless one");
        for theme in ["gigabyte", "settled"] {
            let answer = styles(&server, theme, "all");
            assert_eq!(answer.status, 500, "{theme}");
            assert!(!answer.is_immutable() && answer.text().len() < 100, "{theme}: {}", answer.text());
            assert_eq!(styles(&server, "child", "all-rtl").status, 200);
        }
        let answer = endless.join().expect("it is answered");
        assert!(answer.status == 500 && !answer.is_immutable(), "{}", answer.status);
    });
    until("memory returns", || memory_of(server.pid()) < 400 << 20);
    assert_eq!(styles(&server, "child", "editor").status, 200);
}

#[test]
fn a_mistake_in_a_setting_is_shown_at_its_line() {
    let site = site();
    site.theme_config(
        "mistaken",
        "$THEME->parents = []; $THEME->sheets = []; $THEME->scss = 'main'; $THEME->prescsscallback = 'theme_mistaken_pre';",
    )
    .file("scss/main.scss", ".a { b: c; }")
    .file("lib.php", "<?php function theme_mistaken_pre($theme) { return $theme->settings->scsspre; }");
    site.site_toml(&format!(
        "[revisions]\nsource = \"fixed\"\nthemerev = {THEME_REV}\njsrev = {THEME_REV}\n\
         [themes.mistaken]\nscsspre = \"$a: 1;\\n$b: (;\"\n"
    ));
    let server = Server::start(&site);
    assert_eq!(styles(&server, "mistaken", "all").status, 500);
    // Below the line that names the callback, on the second line of the setting.
    assert!(server.log().contains("pre-SCSS:4:"), "{}", server.log());
}

#[test]
fn an_entry_tells_which_scss_it_was_made_of() {
    let site = site();
    site.file("theme/child/scss/main.scss", "@import 'part'; .scss { color: red }");
    site.file("theme/child/scss/_part.scss", "@warn 'careful'; .part { a: b }");
    let server = Server::start(&site);
    assert_eq!(styles(&server, "child", "all").status, 200);
    let url = format!("/theme/styles.php/child/{THEME_REV}_1/all");
    let mut inspect = vec!["inspect".into(), url.into()];
    inspect.extend(site.args());
    let told = run(inspect).ok().out();
    assert!(told.contains("theme/child/scss/_part.scss"), "{told}");
}

/// Bytes of a process and of those that it started, as they lie in memory.
fn memory_of(pid: u32) -> u64 {
    let mut pids = vec![pid];
    let mut bytes = 0;
    while let Some(pid) = pids.pop() {
        let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
        let resident = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        let kilobytes = resident.and_then(|text| text.trim().trim_end_matches(" kB").parse::<u64>().ok());
        bytes += kilobytes.unwrap_or(0) << 10;
        let Ok(threads) = std::fs::read_dir(format!("/proc/{pid}/task")) else { continue };
        for thread in threads.filter_map(Result::ok) {
            let children = std::fs::read_to_string(thread.path().join("children")).unwrap_or_default();
            pids.extend(children.split_whitespace().filter_map(|pid| pid.parse::<u32>().ok()));
        }
    }
    bytes
}
