use super::*;
use camino::Utf8Path;

fn moodle(values: &[(&str, &str)]) -> MoodleConfig {
    MoodleConfig(values.iter().map(|(k, v)| (k.to_string(), ConfigSource::Text(v.to_string()))).collect())
}

fn settle(site_file: &str, moodle: &MoodleConfig) -> Result<Settings, StartError> {
    let folder = tempfile::tempdir().unwrap();
    let path = Utf8Path::from_path(folder.path()).unwrap().join("site.toml");
    std::fs::write(&path, site_file).unwrap();
    Settings::settle(&Told::default(), SiteFile::read(&path)?, moodle, Utf8Path::new("/moodle"))
}

fn site() -> MoodleConfig {
    moodle(&[("wwwroot", "https://school.example/moodle/"), ("dataroot", "/tmp")])
}

#[test]
fn config_php_is_enough_and_the_rest_has_defaults() {
    let settings = settle("", &site()).unwrap();
    assert_eq!(settings.place.wwwroot, "https://school.example/moodle");
    assert_eq!(settings.place.localcachedir, "/tmp/localcache");
    assert_eq!(settings.place.cachedir, "/tmp/cache");
    assert_eq!(settings.place.admin, "admin");
    assert_eq!(settings.revisions, RevisionSettings::Files);
    assert_eq!(settings.memory, 256 << 20);
    assert_eq!(settings.listen.addresses, ["127.0.0.1:8190"]);
}

#[test]
fn the_site_file_wins_over_config_php() {
    let text = r##"
        [site]
        wwwroot = "http://127.0.0.1:8080"
        [revisions]
        source = "fixed"
        themerev = 1770000000
        jsrev = 1770000001
        [revisions.themes]
        boost = 3
        [themes.boost]
        brandcolor = "#0f6cbf"
        switch = true
        [config]
        guestloginbutton = 0
        [memory]
        limit = "64 MiB"
    "##;
    let settings = settle(text, &site()).unwrap();
    assert_eq!(settings.place.wwwroot, "http://127.0.0.1:8080");
    let themes = [("boost".to_owned(), 3)].into();
    let fixed = RevisionSettings::Fixed { themerev: 1770000000, jsrev: 1770000001, themes };
    assert_eq!(settings.revisions, fixed);
    assert_eq!(settings.theme_settings["boost"]["brandcolor"], "#0f6cbf");
    assert_eq!(settings.theme_settings["boost"]["switch"], "1");
    assert_eq!(settings.config["guestloginbutton"], "0");
    assert_eq!(settings.memory, 64 << 20);
}

#[test]
fn every_mistake_is_one_sentence_that_names_the_key() {
    for (text, words) in [
        ("[site]\nwwwrot = \"x\"", vec!["line 2", "wwwrot"]),
        ("[memory]\nlimit = \"lots\"", vec!["line 2", "lots", "256 MiB"]),
        ("[revisions]\nsource = \"git\"", vec!["line 2", "git", "fixed"]),
        ("[revisions]\nsource = \"fixed\"", vec!["themerev"]),
        ("[site]\nwwwroot = \"school.example\"", vec!["school.example", "https://"]),
        ("[site]\ndataroot = \"/no/such/folder\"", vec!["dataroot", "/no/such/folder"]),
        ("[themes.\"../x\"]\na = 1", vec!["../x", "folder"]),
        ("[site", vec!["line 1"]),
    ] {
        let error = settle(text, &site()).map(|_| ()).expect_err(text).to_string();
        assert!(words.iter().all(|word| error.contains(word)), "{text:?}: {error}");
        assert!(!error.contains('\n'), "one line: {error}");
    }
}

#[test]
fn what_nobody_gives_is_asked_for() {
    let error = settle("", &moodle(&[("dataroot", "/tmp")])).map(|_| ()).unwrap_err();
    assert!(matches!(error, StartError::Missing { key: "wwwroot" }), "{error}");
    let error = settle("[revisions]\nsource = \"database\"", &site()).map(|_| ()).unwrap_err();
    assert!(matches!(error, StartError::NoDatabase), "{error}");
}

#[test]
fn paths_of_a_site_file_are_relative_to_it() {
    let folder = tempfile::tempdir().unwrap();
    let path = Utf8Path::from_path(folder.path()).unwrap().join("site.toml");
    std::fs::write(&path, "[site]\ncheckout = \"moodle\"\ndataroot = \"/srv/data\"").unwrap();
    let file = SiteFile::read(&path).unwrap();
    assert_eq!(file.site.checkout.unwrap(), path.parent().unwrap().join("moodle"));
    assert_eq!(file.site.dataroot.unwrap(), "/srv/data");
}
