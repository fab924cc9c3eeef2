//! Moodle's own database, PostgreSQL and MariaDB: revisions, settings, files; outages; purges as Moodle does them.
//! Needs: postgresql, mariadb

mod support;

use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::time::{Duration, Instant};

use support::database::{Database, Kind, PASSWORD};
use support::{Client, Layout, Response, Server, Site, THEME_REV, run, until};

/// A site with a theme that asks for as much as Moodle's own do.
fn site() -> Site {
    let site = Site::new(Layout::Public);
    site.file("lib/one.js", "var one = 1;");
    site.theme_config(
        "leaf",
        "$THEME->parents = []; $THEME->sheets = [];
         $THEME->scss = function($theme) { return theme_leaf_main($theme); };
         $THEME->prescsscallback = 'theme_leaf_pre';
         $THEME->extrascsscallback = 'theme_leaf_extra';",
    )
    .file("scss/plain.scss", "$brand: blue !default; .plain { color: $brand }\n")
    .file(
        "lib.php",
        "<?php
         function theme_leaf_main($theme) {
             $name = !empty($theme->settings->preset) ? $theme->settings->preset : null;
             $context = context_system::instance();
             if ($name && ($file = get_file_storage()->get_file($context->id, 'theme_leaf', 'preset', 0, '/', $name))) {
                 return $file->get_content();
             }
             return file_get_contents(__DIR__ . '/scss/plain.scss');
         }
         function theme_leaf_pre($theme) {
             return isset($theme->settings->brandcolor) && $theme->settings->brandcolor !== ''
                 ? '$brand: ' . $theme->settings->brandcolor . \";\\n\" : '';
         }
         function theme_leaf_extra($theme) {
             $url = $theme->setting_file_url('backgroundimage', 'backgroundimage');
             return empty($url) ? '' : \"body { background-image: url('$url'); }\";
         }",
    );
    site
}

/// Moodle's rows of a fresh site.
fn fill(site: &Site, database: &Database, revision: i64) {
    for name in ["themerev", "jsrev", "langrev", "templaterev", "localcachedirpurged"] {
        database.set(name, revision);
    }
    database.set("themedesignermode", 0).set("cachejs", 1);
    database.set_plugin("theme_leaf", "themerev", "1700000000");
    site.config(&database.config_lines());
    site.site_toml("");
}

fn styles(server: &Server, revision: i64, sub: &str) -> Response {
    server.get(&format!("/theme/styles.php/leaf/{revision}_{sub}/all"))
}

fn script(server: &Server, revision: i64) -> Response {
    server.get(&format!("/lib/javascript.php/{revision}/lib/one.js"))
}

fn ready(server: &Server) -> Response {
    Client::connect(server.admin).get("/ready", &[])
}

fn moved(server: &Server, what: &str, revision: i64) {
    until("the node sees the revision", || server.metrics().sum(what) as i64 == revision);
}

fn everything_is_read(kind: Kind) {
    let (site, database) = (site(), Database::start(kind));
    fill(&site, &database, THEME_REV);
    let server = Server::start(&site);

    let first = styles(&server, THEME_REV, "1700000000");
    assert!(first.is_immutable(), "{first:?}");
    assert!(
        first.text().contains(".plain{color:#00f}") || first.text().contains(".plain{color:blue}"),
        "{}",
        first.text()
    );
    // The sub-revision is the theme's row: another is short.
    assert_eq!(styles(&server, THEME_REV, "1").want("cache-control"), "public, max-age=10");

    // Settings are saved: rows, then the revision.
    database.set_plugin("theme_leaf", "brandcolor", "#123456");
    database.set_plugin("theme_leaf", "preset", "mine.scss");
    database.set_plugin("theme_leaf", "backgroundimage", "/tree.png");
    database.store(&site, "theme_leaf", "preset", "mine.scss", b".mine { color: $brand }");
    database.store(&site, "theme_leaf", "backgroundimage", "tree.png", b"\x89PNG");
    let next = THEME_REV + 60;
    database.update("themerev", next);
    // The first request for it finds it, however recent.
    let second = styles(&server, next, "1700000000");
    assert!(second.is_immutable(), "{second:?}\n{}", server.log());
    let css = second.text();
    assert!(css.contains(".mine{color:#123456}"), "{css}");
    let image = format!("//127.0.0.1:8080/pluginfile.php/1/theme_leaf/backgroundimage/{next}/tree.png");
    assert!(css.contains(&image), "{css}");

    // What config.php sets wins: over a row of the theme, and over the mode.
    let forced = "$CFG->forced_plugin_settings = ['theme_leaf' => ['brandcolor' => '#654321']];";
    site.config(&format!("{}{forced}", database.config_lines()));
    let last = next + 60;
    database.update("themerev", last);
    let restarted = Server::start(&site);
    let css = styles(&restarted, last, "1700000000").text();
    assert!(css.contains(".mine{color:#654321}"), "{css}");

    database.update("themedesignermode", 1);
    until("designer mode is seen", || server.metrics().sum("revserve_themerev") == -1.0);
    assert!(!styles(&server, last, "1700000000").is_immutable());
    database.update("cachejs", 0);
    until("scripts are not cached", || server.metrics().sum("revserve_jsrev") == -1.0);

    // Nobody writes, nobody tells.
    let listed = run(["inspect".into(), "/lib/javascript.php/1/lib/one.js".into()].into_iter().chain(site.args()));
    let page = Client::connect(server.admin).get("/", &[]).text();
    let metrics = Client::connect(server.admin).get("/metrics", &[]).text();
    for text in [listed.out(), listed.err(), page, metrics, server.log(), restarted.log()] {
        assert!(!text.contains(PASSWORD), "{text}");
    }
}

#[test]
fn postgresql_gives_revisions_settings_a_preset_and_an_uploaded_image() {
    everything_is_read(Kind::PostgreSql);
}

#[test]
fn mariadb_gives_revisions_settings_a_preset_and_an_uploaded_image() {
    everything_is_read(Kind::MariaDb);
}

/// Asks for a warm answer again and again while `work` keeps the database from answering: many come meanwhile, so none
/// waits for it. How long they took is printed, not judged.
fn warm_through(server: &Server, url: &str, what: &str, work: impl FnOnce()) {
    let body = server.get(url).body;
    let done = AtomicBool::new(false);
    std::thread::scope(|scope| {
        let asking = scope.spawn(|| {
            let mut client = Client::connect(server.address);
            let mut times = Vec::new();
            while !done.load(Relaxed) {
                let begun = Instant::now();
                let answer = client.get(url, &[]);
                times.push(begun.elapsed());
                assert_eq!((answer.status, &answer.body), (200, &body));
                std::thread::sleep(Duration::from_millis(1));
            }
            times
        });
        // Whatever fails here must not leave the load running.
        let worked = std::panic::catch_unwind(std::panic::AssertUnwindSafe(work));
        done.store(true, Relaxed);
        let asking = asking.join();
        worked.unwrap_or_else(|panic| std::panic::resume_unwind(panic));
        let mut times = asking.expect("warm answers go on");
        assert!(times.len() > 100);
        times.sort();
        let at = |part: usize| times[times.len() * part / 100];
        println!("{what}: {} warm answers, median {:?}, p99 {:?}", times.len(), at(50), at(99));
    });
}

/// How long the database is away: a second, or as many as `REVSERVE_OUTAGE` says.
fn outage() -> Duration {
    let told = std::env::var("REVSERVE_OUTAGE").ok().and_then(|told| told.parse().ok());
    Duration::from_secs(told.unwrap_or(1))
}

fn outages_are_survived(kind: Kind) {
    let (site, mut database) = (site(), Database::start(kind));
    fill(&site, &database, THEME_REV);
    for n in 0..4 {
        site.file(&format!("lib/cold{n}.js"), format!("var cold = {n};"));
    }
    let server = Server::start(&site);
    let warm = format!("/lib/javascript.php/{THEME_REV}/lib/one.js");
    let cold = |n: usize| server.get(&format!("/lib/javascript.php/{THEME_REV}/lib/cold{n}.js"));
    assert!(server.get(&warm).is_immutable());
    until("its entry is there", || server.metrics().sum("revserve_entries_published_total") >= 1.0);

    warm_through(&server, &warm, "the database answers", || std::thread::sleep(Duration::from_secs(2)));
    // Nothing answers, then nothing is there: what is known goes on, nothing new is published or kept for long.
    warm_through(&server, &warm, "it hangs", || {
        database.pause();
        let answer = cold(0);
        assert_eq!((answer.status, answer.want("cache-control")), (200, "public, max-age=10"));
        database.resume();
    });
    until("it is ready again", || ready(&server).status == 200);
    warm_through(&server, &warm, "it is gone", || {
        database.kill();
        until("it says so", || ready(&server).status == 503);
        let answer = cold(1);
        assert_eq!((answer.status, answer.want("cache-control")), (200, "public, max-age=10"));
        assert_eq!(server.metrics().sum("revserve_source_reachable"), 0.0);
        assert!(server.get(&warm).is_immutable(), "what was true stays true");
        std::thread::sleep(outage());
        assert!(server.get(&warm).is_immutable(), "what was true stays true");
    });
    assert_eq!(server.metrics().sum("revserve_entries_published_total"), 1.0);
    assert_eq!(server.log().matches("does not answer").count(), 1, "{}", server.log());

    // Back with the same values: what was made meanwhile is made again and lasts.
    database.begin();
    until("it is ready again", || ready(&server).status == 200);
    until("what was short lasts", || cold(1).is_immutable());

    // Back with other values.
    database.kill();
    until("it says so", || ready(&server).status == 503);
    site.file("lib/one.js", "var other = 2;");
    database.begin();
    let next = THEME_REV + 5;
    database.update("jsrev", next);
    moved(&server, "revserve_jsrev", next);
    let answer = script(&server, next);
    assert!(answer.is_immutable() && answer.text().contains("other"), "{}", answer.text());
    assert_eq!(server.get(&warm).want("cache-control"), "public, max-age=10");

    // Slow by five seconds: a table that another has locked.
    let lock = match kind {
        Kind::PostgreSql => "BEGIN; LOCK TABLE mdl_config IN ACCESS EXCLUSIVE MODE; SELECT pg_sleep(5); COMMIT",
        Kind::MariaDb => "LOCK TABLES mdl_config WRITE; SELECT SLEEP(5); UNLOCK TABLES",
    };
    let warm = format!("/lib/javascript.php/{next}/lib/one.js");
    warm_through(&server, &warm, "it is slow by 5 s", || {
        let mut locking = database.background(lock);
        std::thread::sleep(Duration::from_millis(500));
        assert_eq!(cold(2).status, 200);
        locking.wait().expect("a child of ours");
    });
    until("it is ready", || ready(&server).status == 200);
    assert!(!server.log().contains(PASSWORD));
}

#[test]
fn postgresql_may_hang_die_slow_down_and_come_back_with_other_values() {
    outages_are_survived(Kind::PostgreSql);
}

#[test]
fn mariadb_may_hang_die_slow_down_and_come_back_with_other_values() {
    outages_are_survived(Kind::MariaDb);
}

#[test]
fn a_node_that_starts_before_the_database_serves_short_until_it_comes() {
    let (site, mut database) = (site(), Database::start(Kind::PostgreSql));
    fill(&site, &database, THEME_REV);
    database.kill();
    let server = Server::start(&site);
    let answer = ready(&server);
    assert_eq!(answer.status, 503);
    assert!(answer.text().contains("database"), "{}", answer.text());
    let answer = script(&server, THEME_REV);
    assert_eq!((answer.status, answer.want("cache-control")), (200, "public, max-age=10"));
    assert!(server.log().contains("127.0.0.1:") && !server.log().contains(PASSWORD), "{}", server.log());
    database.begin();
    until("it is ready", || ready(&server).status == 200);
    until("answers last", || script(&server, THEME_REV).is_immutable());
}

/// Empties a folder as Moodle's purge does: all that is in it, whoever put it there.
fn empty(folder: &Path) {
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        // What goes away meanwhile need not be removed.
        let _ = if path.is_dir() { std::fs::remove_dir_all(&path) } else { std::fs::remove_file(&path) };
    }
}

/// `purge_all_caches()`: rows one after another, folders emptied, the mark at the end.
fn moodle_purges(site: &Site, database: &Database, revision: i64) {
    for name in ["themerev", "jsrev", "langrev", "templaterev"] {
        database.update(name, revision);
    }
    empty(&site.cachedir());
    empty(&site.localcachedir());
    database.update("localcachedirpurged", revision);
}

#[test]
fn purges_as_moodle_does_them_never_make_older_content_last() {
    let (site, database) = (site(), Database::start(Kind::MariaDb));
    fill(&site, &database, THEME_REV);
    site.file("lib/one.js", format!("var at = {THEME_REV};"));
    let server = Server::start(&site);
    let (newest, done) = (std::sync::atomic::AtomicI64::new(THEME_REV), AtomicBool::new(false));
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                let mut client = Client::connect(server.address);
                while !done.load(Relaxed) {
                    let asked = newest.load(Relaxed);
                    let answer = client.get(&format!("/lib/javascript.php/{asked}/lib/one.js"), &[]);
                    assert_eq!(answer.status, 200);
                    if answer.is_immutable() {
                        let text = answer.text();
                        let at = text.chars().filter(char::is_ascii_digit).collect::<String>();
                        let at: i64 = at.parse().unwrap_or_else(|_| panic!("{text}"));
                        assert!(at >= asked, "{asked} lasts with {text}");
                    }
                    std::thread::sleep(Duration::from_millis(1));
                }
            });
        }
        let purged = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            for n in 1..=12 {
                let revision = THEME_REV + n;
                site.file("lib/one.js", format!("var at = {revision};"));
                moodle_purges(&site, &database, revision);
                newest.store(revision, Relaxed);
                // Two within a second, then one that has time to be seen; the other node's PHP empties late.
                if n % 3 == 0 {
                    moved(&server, "revserve_jsrev", revision);
                    until("the newest lasts", || script(&server, revision).is_immutable());
                    empty(&site.localcachedir());
                }
                if n == 7 {
                    let kill = "SELECT CONCAT('KILL ', id) FROM information_schema.processlist WHERE user = 'moodle'";
                    for line in database.sql(kill).lines() {
                        database.sql(line); // the connection is lost
                    }
                }
            }
        }));
        done.store(true, Relaxed);
        purged.unwrap_or_else(|panic| std::panic::resume_unwind(panic));
    });
}

fn fingerprint(site: &Site) -> String {
    use revserve::site::{Checkout, SitePaths};
    let utf8 = |path: &Path| camino::Utf8PathBuf::from_path_buf(path.to_owned()).expect("UTF-8");
    let checkout = Checkout::find(&utf8(&site.checkout())).expect("a checkout");
    let site = revserve::site::Site::open(&SitePaths::new(checkout, utf8(&site.dataroot()))).expect("a site");
    site.fingerprint().expect("versions").to_string()
}

fn upgrade_code(site: &Site, number: i64) {
    site.plugin("block_news", "blocks/news").file("version.php", format!("<?php $plugin->version = {number};"));
    site.file("lib/one.js", format!("var code = {number};"));
}

#[test]
fn a_node_answers_short_as_long_as_its_code_is_not_the_revisions() {
    let (site, database) = (site(), Database::start(Kind::PostgreSql));
    fill(&site, &database, THEME_REV);
    upgrade_code(&site, 1);
    database.set("allversionshash", fingerprint(&site));
    let server = Server::start(&site);
    assert!(script(&server, THEME_REV).is_immutable());

    // The order of an upgrade on one node: new code, the row, a purge, the hash, the row goes.
    upgrade_code(&site, 2);
    let soon = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).expect("after 1970").as_secs() + 300;
    database.set("upgraderunning", soon);
    moodle_purges(&site, &database, THEME_REV + 1);
    moved(&server, "revserve_jsrev", THEME_REV + 1);
    assert_eq!(script(&server, THEME_REV + 1).want("cache-control"), "public, max-age=10");
    assert!(ready(&server).text().contains("upgraded"), "{}", ready(&server).text());
    database.update("allversionshash", fingerprint(&site));
    database.unset("upgraderunning");
    until("the upgrade is over", || ready(&server).status == 200);
    until("answers last", || script(&server, THEME_REV + 1).is_immutable());
    assert!(script(&server, THEME_REV + 1).text().contains("code=2"));

    // A rolling upgrade: the revision and the hash are there before this node's code.
    let (old, new) = (fingerprint(&site), {
        upgrade_code(&site, 3);
        let new = fingerprint(&site);
        upgrade_code(&site, 2);
        new
    });
    assert_ne!(old, new);
    database.update("allversionshash", &new);
    moodle_purges(&site, &database, THEME_REV + 2);
    moved(&server, "revserve_jsrev", THEME_REV + 2);
    let early = script(&server, THEME_REV + 2);
    assert_eq!((early.status, early.want("cache-control")), (200, "public, max-age=10"));
    assert_eq!(ready(&server).status, 503);
    assert_eq!(server.metrics().sum("revserve_lagging"), 1.0);
    upgrade_code(&site, 3);
    until("its code came", || ready(&server).status == 200);
    until("answers last", || script(&server, THEME_REV + 2).is_immutable());
    assert!(script(&server, THEME_REV + 2).text().contains("code=3"), "nothing of the older code is kept");

    // `--maintenance=false`: the hash moves without a purge. What the revision was stays what it is.
    upgrade_code(&site, 4);
    database.update("allversionshash", fingerprint(&site));
    until("it lags", || ready(&server).status == 503);
    assert_eq!(script(&server, THEME_REV + 2).want("cache-control"), "public, max-age=10");
    // A restart knows it, too: it was noted for all.
    drop(server);
    let server = Server::start(&site);
    assert_eq!(script(&server, THEME_REV + 2).want("cache-control"), "public, max-age=10");
    moodle_purges(&site, &database, THEME_REV + 3);
    moved(&server, "revserve_jsrev", THEME_REV + 3);
    until("answers last", || script(&server, THEME_REV + 3).is_immutable());
    assert!(script(&server, THEME_REV + 3).text().contains("code=4"));

    // The operator knows better.
    upgrade_code(&site, 5);
    until("it lags", || ready(&server).status == 503);
    site.site_toml("[revisions]\ncode = \"trust\"\n");
    let trusting = Server::start(&site);
    assert!(script(&trusting, THEME_REV + 3).is_immutable());
}

fn check_tells_of(kind: Kind) {
    let (site, mut database) = (site(), Database::start(kind));
    fill(&site, &database, THEME_REV);
    let check = || {
        let words = ["check", "--json", "--quick", "--listen", "127.0.0.1:9", "--admin", "127.0.0.1:9"];
        run(words.into_iter().map(Into::into).chain(site.args())).out()
    };
    let said = check();
    for words in ["answers within", "this account may read what is needed", "agrees with the database within"] {
        assert!(said.contains(words), "{words}: {said}");
    }
    assert!(!said.contains(PASSWORD), "{said}");
    database.sql("ALTER TABLE mdl_files RENAME TO mdl_elsewhere");
    let said = check();
    assert!(said.contains("the table files cannot be read") && said.contains("GRANT SELECT on files"), "{said}");
    database.kill();
    assert!(check().contains("no revision is known"));
}

#[test]
fn check_says_what_the_account_may_do_in_postgresql_and_what_time_it_is_there() {
    check_tells_of(Kind::PostgreSql);
}

#[test]
fn check_says_what_the_account_may_do_in_mariadb_and_what_time_it_is_there() {
    check_tells_of(Kind::MariaDb);
}

/// A theme that keeps pieces of its styles in a table of its own.
fn spotted(site: &Site) {
    site.theme_config(
        "spotted",
        "$THEME->parents = []; $THEME->sheets = [];
         $THEME->scss = function($theme) { return theme_spotted_main($theme); };",
    )
    .file(
        "db/install.xml",
        "<XMLDB><TABLES><TABLE NAME=\"theme_spotted_spots\"><FIELDS>
           <FIELD NAME=\"id\" TYPE=\"int\" SEQUENCE=\"true\"/><FIELD NAME=\"name\" TYPE=\"char\"/>
           <FIELD NAME=\"enabled\" TYPE=\"int\"/><FIELD NAME=\"scss\" TYPE=\"text\"/>
         </FIELDS></TABLE></TABLES></XMLDB>",
    )
    .file(
        "lib.php",
        "<?php
         function theme_spotted_main($theme) {
             global $DB, $SITE;
             $scss = '.site { content: \"' . $SITE->shortname . '\" }';
             if (!$DB->get_manager()->table_exists('theme_spotted_spots')) { return $scss . '.none { color: red }'; }
             [$in, $params] = $DB->get_in_or_equal(['red', 'blue'], SQL_PARAMS_NAMED);
             $sql = \"SELECT * FROM {theme_spotted_spots} s WHERE enabled = '1' AND s.name $in ORDER BY id DESC\";
             $spots = $DB->get_recordset_sql($sql, $params);
             foreach ($spots as $spot) { $scss .= $spot->scss; }
             $spots->close();
             return $scss . $DB->get_field('theme_spotted_spots', 'scss', ['name' => 'last']);
         }",
    );
}

fn own_tables_are_read(kind: Kind) {
    let (site, database) = (site(), Database::start(kind));
    fill(&site, &database, THEME_REV);
    spotted(&site);
    site.theme_config(
        "nosy",
        "$THEME->parents = ['spotted']; $THEME->sheets = [];
         $THEME->extrascsscallback = 'theme_nosy_extra';",
    )
    .file(
        "lib.php",
        "<?php function theme_nosy_extra($theme) {
             global $DB;
             return '.nosy { content: \"' . $DB->get_field('config', 'value', ['name' => 'themerev']) . '\" }';
         }",
    );
    let long = if kind == Kind::PostgreSql { "text" } else { "longtext" };
    database.sql(
        "CREATE TABLE mdl_course (id bigint PRIMARY KEY, category bigint, fullname varchar(254), shortname varchar(255)); \
         INSERT INTO mdl_course VALUES (1, 0, 'The School', 'school'), (2, 1, 'Other', 'other')",
    );
    let server = Server::start(&site);
    let styles = |name: &str, revision| server.get(&format!("/theme/styles.php/{name}/{revision}_1/all"));
    // Before the table is there.
    let css = styles("spotted", THEME_REV).text();
    assert!(css.contains(".none{color:red}") && css.contains("content:\"school\""), "{css}\n{}", server.log());

    database.sql(&format!(
        "CREATE TABLE mdl_theme_spotted_spots (id bigint PRIMARY KEY, name varchar(50), enabled smallint, scss {long}); \
         INSERT INTO mdl_theme_spotted_spots VALUES (1, 'red', 1, '.one {{ top: 1px }}'), \
           (2, 'blue', 0, '.two {{ top: 2px }}'), (10, 'blue', 1, '.ten {{ top: 10px }}'), \
           (11, 'last', 0, '.last {{ top: 0 }}')"
    ));
    let next = THEME_REV + 60;
    database.update("themerev", next);
    let second = styles("spotted", next);
    assert!(second.is_immutable(), "{second:?}\n{}", server.log());
    let css = second.text();
    assert!(css.contains(".ten{top:10px}.one{top:1px}.last{top:0}") && !css.contains(".two"), "{css}");

    // A row is changed, and the caches purged.
    database.sql("UPDATE mdl_theme_spotted_spots SET enabled = 1 WHERE id = 2");
    let last = next + 60;
    database.update("themerev", last);
    let third = styles("spotted", last);
    assert!(third.is_immutable() && third.text().contains(".two{top:2px}.one"), "{}", third.text());

    // More rows than a theme may read, then a longer one.
    let doubled = |n: u32| {
        let table = "mdl_theme_spotted_spots";
        format!("INSERT INTO {table} SELECT id + {}, name, 0, '' FROM {table}; ", 20 << n)
    };
    let many: String = (0..10).map(doubled).collect();
    let long = "DELETE FROM mdl_theme_spotted_spots WHERE id > 11; \
                UPDATE mdl_theme_spotted_spots SET scss = REPEAT('/', 5000000) WHERE id = 2";
    let mended = "UPDATE mdl_theme_spotted_spots SET scss = '' WHERE id = 2";
    let last = [(many.as_str(), false), (long, false), (mended, true)].iter().fold(last, |rev, (sql, may_be_read)| {
        database.sql(sql);
        database.update("themerev", rev + 60);
        let answer = styles("spotted", rev + 60);
        assert_eq!(answer.is_immutable(), *may_be_read, "{answer:?}\n{}", server.log());
        rev + 60
    });
    assert!(
        server.log().contains("the table theme_spotted_spots holds more than a theme may read"),
        "{}",
        server.log()
    );

    // Nobody else's tables.
    let nosy = styles("nosy", last);
    assert!(!nosy.is_immutable() && !nosy.text().contains(&last.to_string()), "{}", nosy.text());
    until("the log says why", || {
        server.log().contains("theme/nosy/lib.php:3: $DB->get_field() of the table config is of a table that neither")
    });
}

#[test]
fn themes_read_the_rows_of_their_own_tables_in_postgresql() {
    own_tables_are_read(Kind::PostgreSql);
}

#[test]
fn themes_read_the_rows_of_their_own_tables_in_mariadb() {
    own_tables_are_read(Kind::MariaDb);
}
