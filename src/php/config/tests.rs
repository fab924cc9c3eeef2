use super::*;

struct Site(tempfile::TempDir);

impl Site {
    fn new(files: &[(&str, &str)]) -> Self {
        let dir = tempfile::tempdir().unwrap();
        for (path, text) in files {
            let path = dir.path().join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        }
        Self(dir)
    }

    fn path(&self, name: &str) -> Utf8PathBuf {
        Utf8PathBuf::from_path_buf(self.0.path().join(name)).unwrap()
    }

    fn read(&self, name: &str, env: &Env) -> ConfigPhp {
        read(&self.path(name), &[], env).unwrap()
    }
}

fn config(source: &str) -> ConfigPhp {
    Site::new(&[("config.php", source)]).read("config.php", &Env::default())
}

fn known(text: &str) -> Reading<String> {
    Reading::Known(text.to_owned())
}

const START: &str = "<?php unset($CFG); global $CFG; $CFG = new stdClass();\n";

#[test]
fn a_plain_config_is_read_up_to_setup() {
    let config = config(&format!(
        "{START}$CFG->dbtype = 'pgsql'; $CFG->dbpass = 'hunter2'; $CFG->wwwroot = 'https://' . 'school.example';
        $CFG->dboptions = array('dbport' => 5432, 'ssl' => 'require', 'dbpass' => 'x');
        require_once(__DIR__ . '/lib/setup.php');
        $CFG->wwwroot = 'too late';"
    ));
    assert_eq!(config.text("dbtype"), known("pgsql"));
    assert_eq!(config.text("wwwroot"), known("https://school.example"));
    assert_eq!(config.secret("dbpass").known().unwrap().expose(), "hunter2");
    assert_eq!(config.text("prefix"), Reading::Unset);
    let options = config.get("dboptions").known().unwrap().as_array().unwrap().clone();
    assert_eq!(options.at("dbport").and_then(Value::as_int), Some(5432));
    assert!(config.problems().is_empty());
}

#[test]
fn no_way_of_printing_shows_a_password() {
    let config = config(&format!(
        "{START}$CFG->dbpass = 'hunter2'; $CFG->dboptions = ['connectpass' => 'hunter2', 'readonly' => ['instance' => [['dbpass' => 'hunter2']]]];
        $CFG->smtppass = 'hunter2'; $CFG->wwwroot = decrypt('hunter2');"
    ));
    let mut shown = format!("{config:?} {:?}", config.secret("dbpass"));
    for name in config.names() {
        shown += &format!("{:?}", config.get(name));
    }
    assert!(!shown.contains("hunter2"), "{shown}");
    assert!(shown.contains("decrypt(…)"));
}

#[test]
fn a_missing_environment_variable_is_unknown_and_not_false() {
    let site = Site::new(&[(
        "config.php",
        &format!(
            "{START}$CFG->wwwroot = getenv('WWW') ?: 'http://localhost';\n$CFG->dbhost = getenv('HOST') ?: 'db';
        $CFG->dataroot = $_ENV['DATA'] ?? '/data'; $CFG->x = isset($_SERVER['X']) ? 'yes' : 'no'; $CFG->y = 'certain';"
        ),
    )]);
    let config = site.read("config.php", &Env::from([("HOST", "pg"), ("DATA", "/srv")]));
    let problem = config.text("wwwroot").problem().unwrap().clone();
    assert_eq!((problem.line, problem.construct.as_str()), (2, "getenv('WWW')"));
    assert!(problem.file.ends_with("/config.php"));
    assert_eq!(config.text("dbhost"), known("pg"));
    assert_eq!(config.text("dataroot"), known("/srv"));
    assert!(config.text("x").problem().is_some());
    assert_eq!(config.text("y"), known("certain"));
}

#[test]
fn a_branch_on_something_unknown_spoils_only_what_differs() {
    let config = config(&format!(
        "{START}$CFG->a = 1; $CFG->b = 1; $CFG->list = ['x' => 1, 'y' => 1];
        if (getenv('MODE') === 'dev') {{ $CFG->a = 2; $CFG->c = 3; $CFG->same = 'v'; $CFG->list['y'] = 2; }} else {{ $CFG->same = 'v'; }}
        $CFG->d = 4;"
    ));
    assert!(config.int("a").problem().is_some());
    assert!(config.int("c").problem().is_some());
    assert_eq!(config.text("same"), known("v"));
    assert_eq!((config.int("b"), config.int("d")), (Reading::Known(1), Reading::Known(4)));
    let list = config.get("list").known().unwrap().as_array().unwrap().clone();
    assert_eq!(list.at("x").and_then(Value::as_int), Some(1));
    assert!(list.at("y").unwrap().unknown().is_some());
}

#[test]
fn files_beside_it_are_followed_and_others_refused_until_listed() {
    let site = Site::new(&[
        (
            "m/config.php",
            &format!("{START}require __DIR__ . '/config-local.php'; $CFG->own = 1; require '../secret.php';"),
        ),
        ("m/config-local.php", "<?php $CFG->local = dirname(__FILE__); return;\n$CFG->never = 1;"),
        ("secret.php", "<?php $CFG->dbhost = 'db';"),
    ]);
    let refused = site.read("m/config.php", &Env::default());
    // What could not be read may have set anything.
    assert!(refused.text("dbhost").problem().unwrap().construct.contains("secret.php"));
    assert!(refused.int("own").problem().is_some());
    let listed = read(&site.path("m/config.php"), &["../secret.php".into()], &Env::default()).unwrap();
    assert_eq!(listed.text("dbhost"), known("db"));
    assert_eq!(listed.text("local").known().unwrap(), site.path("m").as_str());
    assert_eq!(listed.text("never"), Reading::Unset);
    assert_eq!(listed.files().len(), 3);
}

#[test]
fn the_config_in_public_leads_to_the_one_above() {
    let site = Site::new(&[
        (
            "public/config.php",
            "<?php $configfile = __DIR__ . '/../config.php'; if (!file_exists($configfile)) { header('Location: install.php'); die; } require($configfile);",
        ),
        (
            "config.php",
            &format!("{START}$CFG->wwwroot = 'https://a.example'; require_once(__DIR__ . '/lib/setup.php');"),
        ),
    ]);
    let config = site.read("public/config.php", &Env::default());
    assert_eq!(config.text("wwwroot"), known("https://a.example"));
}

#[test]
fn a_file_that_does_not_parse_leaves_everything_unknown() {
    let config = config("<?php $CFG = new stdClass(); $CFG->a = 'x'; $CFG->b = ;\n");
    let problem = config.text("a").problem().unwrap().clone();
    assert!(matches!(problem.reason, crate::php::problem::Reason::Syntax(_)), "{problem}");
}

#[test]
fn switches_loops_and_heredocs_work_in_it() {
    let config = config(&format!(
        "{START}switch ($host ?? 'a') {{ case 'a': $CFG->wwwroot = 'A'; break; default: $CFG->wwwroot = 'B'; }}
        foreach (['x' => 1, 'y' => 2] as $name => $value) {{ $CFG->$name = $value; }}
        $CFG->text = <<<EOT
          one {{$CFG->x}}
           two
          EOT;
        $CFG->forced_plugin_settings = ['theme_boost' => ['brandcolor' => '#abc', 'n' => getenv('N')]];
        $CFG->divert = match(true) {{ $CFG->x === 1 => 'one', default => 'other' }};"
    ));
    assert_eq!(config.text("wwwroot"), known("A"));
    assert_eq!(config.int("y"), Reading::Known(2));
    assert_eq!(config.text("text"), known("one 1\n two"));
    assert_eq!(config.forced("theme_boost", "brandcolor").known().unwrap().to_text().unwrap(), "#abc".into());
    assert!(config.forced("theme_boost", "n").problem().is_some());
    assert_eq!(config.forced("theme_boost", "other").problem(), None);
    assert_eq!(config.text("divert"), known("one"));
}

#[test]
fn endless_and_deep_sources_end_with_a_reason() {
    let deep_parens = format!("{START}$CFG->a = {}1{};", "(".repeat(100_000), ")".repeat(100_000));
    let deep_arrays = format!("{START}$CFG->a = {}{};", "[".repeat(100_000), "]".repeat(100_000));
    let long_sum = format!("{START}$CFG->a = 1{};", " + 1".repeat(100_000));
    let blocks = format!("{START}{}{}", "{".repeat(100_000), "}".repeat(100_000));
    let dollars = format!("{START}$CFG->a = {}x;", "$".repeat(100_000));
    let arrows = format!("{START}$CFG->a = $x{};", "->y".repeat(100_000));
    let nots = format!("{START}$CFG->a = {}1;", "!".repeat(100_000));
    let types = format!("{START}function f({}int $x) {{}} $CFG->a = g();", "?".repeat(100_000));
    let unions = format!("{START}function f(A{} $x) {{}} $CFG->a = g();", "|A".repeat(100_000));
    let elses = format!("{START}if ($x) {{}} {} $CFG->a = g();", "else if ($x) {}".repeat(20_000));
    let endless = format!("{START}while (true) {{ $i = 1; }} $CFG->a = 1;");
    let growing = format!("{START}$s = 'x'; while (true) {{ $s .= $s; }} $CFG->a = 1;");
    let nested = format!("{START}$a = []; for (;;) {{ $a = [$a]; }} $CFG->a = 1;");
    let recursive = format!("{START}function f($n) {{ return f($n + 1); }} $CFG->a = f(1);");
    let closures = format!("{START}$f = 1; for (;;) {{ $f = function() use ($f) {{ return $f; }}; }} $CFG->a = 1;");
    for source in [
        deep_parens,
        deep_arrays,
        long_sum,
        blocks,
        dollars,
        arrows,
        nots,
        types,
        unions,
        elses,
        endless,
        growing,
        nested,
        recursive,
        closures,
    ] {
        let limits = Limits { steps: 50_000, ..Limits::default() };
        let config = deep(|| evaluate(Utf8Path::new("/m/config.php"), source.as_bytes(), &[], &Env::default(), limits));
        assert!(config.unwrap().text("a").problem().is_some(), "{}", &source[..120]);
    }
}
