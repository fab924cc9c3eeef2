//! config.php and wwwroot: what cannot be known, and what does not fit together.

use super::finding::Finding;
use super::subject::Subject;
use crate::config::RevisionSettings;
use crate::php::config::ConfigPhp;
use crate::php::{PhpError, Reading, Value};

const PHP: &str = "config.php";
const WWWROOT: &str = "wwwroot";

/// The values of `$CFG` that change what revserve answers, and where else they can be written.
const MATTER: [(&str, &str); 10] = [
    ("wwwroot", "[site] wwwroot"),
    ("dataroot", "[site] dataroot"),
    ("cachedir", "[site] cachedir"),
    ("localcachedir", "[site] localcachedir"),
    ("themedir", "[site] themedir"),
    ("themerev", "[revisions] themerev"),
    ("jsrev", "[revisions] jsrev"),
    ("themedesignermode", "[revisions] designer"),
    ("cachejs", "[revisions] designer"),
    ("dbtype", "[revisions] source"),
];

pub fn check(subject: &Subject) -> Vec<Finding> {
    let mut findings = Vec::new();
    match &subject.php {
        None => findings.push(Finding::ok(PHP, "there is none: everything comes from the site file")),
        Some(Err(error)) => findings.push(unreadable(error)),
        Some(Ok(php)) => {
            findings.extend(unknown(php));
            findings.extend(source(php, &subject.settings.revisions));
            findings.extend(proxies(php, &subject.settings.place.wwwroot));
        }
    }
    findings.extend(wwwroot(&subject.settings.place.wwwroot));
    findings
}

fn unreadable(error: &PhpError) -> Finding {
    Finding::wrong(PHP, error.to_string(), "give the user that runs revserve the right to read it")
}

/// What is unknown and matters is a warning, since the start would have stopped where it cannot do without.
fn unknown(php: &ConfigPhp) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (name, key) in MATTER {
        if let Reading::Unknown(problem) = php.get(name) {
            let says = format!("$CFG->{name} is not known without PHP: {problem}");
            findings.push(Finding::warning(PHP, says, format!("write it into the site file: {key} = …")));
        }
    }
    if findings.is_empty() {
        let others = php.problems().len();
        let rest = match others {
            0 => String::new(),
            1 => "; one other value needs PHP, and revserve does not need it".to_owned(),
            n => format!("; {n} other values need PHP, and revserve does not need them"),
        };
        findings.push(Finding::ok(PHP, format!("everything that revserve needs is known{rest}")));
    }
    findings
}

fn source(php: &ConfigPhp, revisions: &RevisionSettings) -> Option<Finding> {
    let database = !matches!(php.get("dbtype"), Reading::Unset);
    let files = matches!(revisions, RevisionSettings::Files | RevisionSettings::Fixed { .. });
    (database && files).then(|| {
        Finding::warning(
            PHP,
            "the site has a database, but revisions do not come from it: a purge in Moodle does not reach revserve, and \
             pages name revisions that revserve does not call current",
            "leave out [revisions] source, so that the database is read; or purge both, here by `revserve purge`",
        )
    })
}

fn proxies(php: &ConfigPhp, wwwroot: &str) -> Vec<Finding> {
    let mut findings = Vec::new();
    let is = |name| matches!(php.get(name), Reading::Known(value) if value.truth().unwrap_or(false));
    if is("sslproxy") && wwwroot.starts_with("http://") {
        findings.push(Finding::wrong(
            WWWROOT,
            format!("$CFG->sslproxy is on, but wwwroot is {wwwroot}: Moodle refuses every page of such a site"),
            "write https:// into $CFG->wwwroot, or turn $CFG->sslproxy off",
        ));
    }
    if let Reading::Known(Value::Str(text)) = php.get("wwwroot")
        && text.utf8().is_some_and(|text| text.ends_with('/'))
    {
        findings.push(Finding::warning(
            WWWROOT,
            "$CFG->wwwroot ends in a slash: Moodle's pages then name URLs with two, which no location of a proxy takes",
            "take the slash away",
        ));
    }
    if matches!(php.get("slasharguments"), Reading::Known(value) if !value.truth().unwrap_or(true)) {
        let says = "slasharguments is off: URLs carry ?file=, which revserve answers as well";
        findings.push(Finding::ok(WWWROOT, says));
    }
    findings
}

fn wwwroot(wwwroot: &str) -> Vec<Finding> {
    let rest = wwwroot.split_once("://").map_or(wwwroot, |(_, rest)| rest);
    let authority = rest.split('/').next().unwrap_or(rest);
    let strange = |c: char| c.is_whitespace() || matches!(c, '?' | '#' | '\\' | '<' | '>' | '"');
    if wwwroot.contains(strange) || authority.contains('@') {
        return vec![Finding::wrong(
            WWWROOT,
            format!("{wwwroot} is no address that browsers can have asked for: no asset URL of the site fits it"),
            "write the address of the site's pages, like https://school.example/moodle",
        )];
    }
    vec![Finding::ok(WWWROOT, wwwroot)]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::check::finding::Verdict;
    use crate::php::Env;

    fn php(lines: &str) -> ConfigPhp {
        let folder = tempfile::tempdir().unwrap();
        let path = camino::Utf8PathBuf::try_from(folder.path().join("config.php")).unwrap();
        std::fs::write(&path, format!("<?php\n$CFG = new stdClass();\n{lines}\n")).unwrap();
        crate::php::config::read(&path, &[], &Env::from([])).unwrap()
    }

    #[test]
    fn what_needs_php_is_named_with_its_line_and_the_key_that_settles_it() {
        let findings = unknown(&php("$CFG->themerev = time();\n$CFG->other = time();"));
        assert_eq!(findings.len(), 1, "{findings:?}");
        assert!(findings[0].says.contains("config.php:3"), "{findings:?}");
        assert!(findings[0].mend.as_deref().is_some_and(|mend| mend.contains("[revisions] themerev")));
        let fine = unknown(&php("$CFG->other = time();"));
        assert_eq!(fine[0].verdict, Verdict::Ok, "{fine:?}");
        assert!(fine[0].says.contains("one other value"));
    }

    #[test]
    fn sslproxy_needs_https() {
        let php = php("$CFG->sslproxy = true;");
        assert_eq!(proxies(&php, "http://a.example")[0].verdict, Verdict::Wrong);
        assert!(proxies(&php, "https://a.example").is_empty());
    }

    #[test]
    fn a_database_that_is_not_asked_is_warned_of() {
        assert!(source(&php("$CFG->dbtype = 'pgsql';"), &RevisionSettings::Files).is_some());
        assert!(source(&php(""), &RevisionSettings::Files).is_none());
    }

    #[test]
    fn an_address_that_no_browser_asks_for_is_wrong() {
        for (text, verdict) in [
            ("https://school.example/moodle", Verdict::Ok),
            ("http://127.0.0.1:8080", Verdict::Ok),
            ("https://user@school.example", Verdict::Wrong),
            ("https://school.example/?a", Verdict::Wrong),
            ("https://sch ool.example", Verdict::Wrong),
        ] {
            assert_eq!(wwwroot(text)[0].verdict, verdict, "{text}");
        }
    }
}
