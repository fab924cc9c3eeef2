//! What themes' PHP may look at beyond its own settings, and what it gets: Moodle's own defaults, and its folders.

mod support;

use support::{Layout, Server, Site, THEME_REV};

/// A site whose theme `asks` writes what this PHP gives.
fn site(php: &str) -> Site {
    let site = Site::new(Layout::Public);
    site.theme_config(
        "asks",
        "$THEME->parents = []; $THEME->sheets = []; $THEME->scss = function($theme) { return theme_asks($theme); };",
    )
    .file("lib.php", format!("<?php function theme_asks($theme) {{ global $CFG; {php} }}"));
    site
}

/// What it is in a revision, with these lines in the site file.
fn styles(site: &Site, rev: i64, rest: &str) -> (u16, String, String) {
    site.site_toml(&format!("[revisions]\nsource = \"fixed\"\nthemerev = {rev}\njsrev = {rev}\n{rest}"));
    let server = Server::start(site);
    let answer = server.get(&format!("/theme/styles.php/asks/{rev}_1/all"));
    (answer.status, answer.text(), server.log())
}

fn css(site: &Site, rev: i64, rest: &str) -> String {
    let (status, css, log) = styles(site, rev, rest);
    assert_eq!(status, 200, "{log}");
    css
}

#[test]
fn the_sites_own_settings_are_those_of_a_fresh_site_unless_the_site_file_says_others() {
    let site = site("return \"a { b: '{$CFG->theme}{$CFG->button}\" . get_config('core', 'pages') . \"' }\";");
    site.file(
        "lib/db/install.php",
        "<?php function xmldb_main_install() { global $DB; $rows = array('theme' => theme_config::FIRST, 'button' => '7');
         foreach ($rows as $name => $value) { set_config($name, $value); } }",
    );
    site.file("lib/outputlib.php", "<?php class theme_config { const FIRST = 'plain'; }");
    let page = "<?php if ($hassiteconfig) { $page->add(new admin_setting_configselect('button', new lang_string('x'), '', '1'));
        $page->add(new admin_setting_configtext('pages', new lang_string('x'), '', 2 * 60)); }";
    site.file("admin/settings/look.php", page);
    assert_eq!(css(&site, THEME_REV, ""), "a{b:\"plain1120\"}");
    assert_eq!(css(&site, THEME_REV + 1, "[config]\ntheme = \"other\"\npages = 5\n"), "a{b:\"other15\"}");
}

#[test]
fn what_no_source_says_stays_unknown_and_the_site_file_settles_it() {
    let site = site("return \"a { b: '{$CFG->nobodysays}' }\";");
    let (status, _, log) = styles(&site, THEME_REV, "");
    assert_eq!(status, 500);
    assert!(log.contains("$CFG->nobodysays"), "{log}");
    assert_eq!(css(&site, THEME_REV + 1, "[config]\nnobodysays = \"\"\n"), "a{b:\"\"}");
}

#[test]
fn files_are_found_by_listing_the_themes_own_folders_and_no_others() {
    let site = site(
        "$scss = ''; $folder = opendir(__DIR__ . '/parts');
         while (($name = readdir($folder)) !== false) { if ($name[0] != '.') { $scss .= file_get_contents(__DIR__ . '/parts/' . $name); } }
         foreach (glob($CFG->dirroot . '/theme/asks/more/*.scss') as $file) { $scss .= file_get_contents($file); }
         return $scss;",
    );
    for (path, text) in
        [("parts/b.scss", ".b{x:y}"), ("parts/a.scss", ".a{x:y}"), ("more/c.scss", ".c{x:y}"), ("more/d.txt", ".d{")]
    {
        site.file(&format!("theme/asks/{path}"), text);
    }
    assert_eq!(css(&site, THEME_REV, ""), ".a,.b,.c{x:y}");

    site.file(
        "theme/asks/lib.php",
        "<?php function theme_asks($theme) { global $CFG; return implode(scandir($CFG->dirroot)); }",
    );
    assert_eq!(styles(&site, THEME_REV + 1, "").0, 500);
}
