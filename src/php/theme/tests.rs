use std::collections::BTreeMap;

use super::*;
use crate::php::host::{Answer, Contents, Found, StoredFile};
use crate::php::problem::Reason;
use crate::php::value::Value;

/// A site of one temporary folder, whose themes may read everything in it.
#[derive(Default)]
pub(in crate::php) struct Site {
    pub dir: Option<tempfile::TempDir>,
    pub settings: BTreeMap<(String, String), String>,
    pub pool: Vec<(StoredFile, Vec<u8>)>,
    pub themerev: i64,
    /// Settings are not at hand.
    pub blind: bool,
}

impl Site {
    pub fn new(files: &[(&str, &str)]) -> Self {
        let dir = tempfile::tempdir().unwrap();
        for (path, text) in files {
            let path = dir.path().join("theme").join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        }
        Self { dir: Some(dir), themerev: 1_770_000_000, ..Self::default() }
    }

    pub fn set(mut self, plugin: &str, name: &str, value: &str) -> Self {
        self.settings.insert((plugin.into(), name.into()), value.into());
        self
    }

    pub fn root(&self) -> Utf8PathBuf {
        Utf8PathBuf::from_path_buf(self.dir.as_ref().unwrap().path().to_owned()).unwrap()
    }

    pub fn theme(&self, name: &str) -> Utf8PathBuf {
        self.root().join("theme").join(name)
    }

    pub fn config(&self, name: &str) -> ThemeConfig {
        read_config(name, &self.theme(name), name, self).unwrap()
    }
}

impl Host for Site {
    fn setting(&self, plugin: &str, name: &str) -> Answer<Option<String>> {
        if self.blind {
            return Err(Reason::Database);
        }
        Ok(self.settings.get(&(plugin.to_owned(), name.to_owned())).cloned())
    }

    fn settings(&self, plugin: &str) -> Answer<Vec<(String, String)>> {
        if self.blind {
            return Err(Reason::Database);
        }
        let own = self.settings.iter().filter(|((known, _), _)| known == plugin);
        Ok(own.map(|((_, name), value)| (name.clone(), value.clone())).collect())
    }

    fn cfg(&self, name: &str) -> Answer<Value> {
        Ok(match name {
            "dirroot" => Value::text(self.root().as_str()),
            "libdir" => Value::text(self.root().join("lib").as_str()),
            "wwwroot" => Value::text("https://school.example/moodle"),
            "themerev" => Value::Int(self.themerev),
            "slasharguments" => Value::text("1"),
            "dbpass" => return Err(Reason::Refused),
            _ => Value::Null,
        })
    }

    fn contents(&self, path: &Utf8Path) -> Contents {
        if !path.starts_with(self.root().join("theme")) {
            return Contents::Refused(Reason::Refused);
        }
        std::fs::read(path).map_or(Contents::Missing, Contents::Bytes)
    }

    fn found(&self, path: &Utf8Path) -> Option<Found> {
        path.starts_with(self.root().join("theme")).then(|| match std::fs::metadata(path) {
            Ok(found) if found.is_dir() => Found::Folder,
            Ok(_) => Found::File,
            Err(_) => Found::Nothing,
        })
    }

    fn theme_dir(&self, theme: &str) -> Option<Utf8PathBuf> {
        let dir = self.theme(theme);
        dir.join("config.php").exists().then_some(dir)
    }

    fn system_context(&self) -> Answer<i64> {
        Ok(1)
    }

    fn stored_files(&self, context: i64, component: &str, filearea: &str) -> Answer<Vec<StoredFile>> {
        if self.blind {
            return Err(Reason::Database);
        }
        let wanted =
            |file: &&StoredFile| (file.context, &*file.component, &*file.filearea) == (context, component, filearea);
        Ok(self.pool.iter().map(|(file, _)| file).filter(wanted).cloned().collect())
    }

    fn stored_contents(&self, file: &StoredFile) -> Answer<Vec<u8>> {
        let found = self.pool.iter().find(|(known, _)| known.contenthash == file.contenthash);
        found.map(|(_, content)| content.clone()).ok_or(Reason::Database)
    }
}

fn strings(list: &[&str]) -> Reading<Vec<String>> {
    Reading::Known(list.iter().map(ToString::to_string).collect())
}

#[test]
fn a_config_becomes_typed_fields() {
    let site = Site::new(&[
        ("x/lib.php", "<?php function theme_x_scss($theme) { return ''; }"),
        (
            "x/config.php",
            "<?php defined('MOODLE_INTERNAL') || die();\nrequire_once(__DIR__ . '/lib.php');\nrequire_once($CFG->libdir . '/completionlib.php');
            $THEME->name = 'x'; $THEME->parents = ['boost', 'classic']; $THEME->sheets = array('one', 'two'); $THEME->sheets[] = 'three';
            $THEME->editor_scss = ['editor']; $THEME->usefallback = true;
            $THEME->scss = function($theme) {
                return theme_x_scss($theme);
            };
            $THEME->prescsscallback = 'theme_x_pre'; $THEME->csspostprocess = '';
            $THEME->plugins_exclude_sheets = ['block' => ['html'], 'mod' => true]; $THEME->parents_exclude_sheets = true;
            $THEME->addblockposition = BLOCK_ADDBLOCK_POSITION_FLATNAV; $THEME->iconsystem = \\core\\output\\icon_system::FONTAWESOME;
            $THEME->layouts = ['base' => ['file' => 'x.php']];",
        ),
    ]);
    let config = site.config("x");
    assert_eq!(config.parents, strings(&["boost", "classic"]));
    assert_eq!(config.sheets, strings(&["one", "two", "three"]));
    assert_eq!(config.editor_scss, strings(&["editor"]));
    assert_eq!(config.editor_sheets, Reading::Unset);
    assert_eq!(config.usefallback, Reading::Known(true));
    let file = site.theme("x").join("config.php").into_string();
    assert_eq!(config.scss, Reading::Known(MainScss::Closure { file, line: 6 }));
    assert_eq!(config.prescsscallback, Reading::Known("theme_x_pre".into()));
    assert_eq!((config.csspostprocess.clone(), config.extrascsscallback.clone()), (Reading::Unset, Reading::Unset));
    let plugins = config.plugins_exclude_sheets.clone().known().unwrap();
    assert!(plugins.contains("block", "html") && !plugins.contains("block", "x") && plugins.group("mod"));
    assert_eq!(config.parents_exclude_sheets, Reading::Known(Excludes::All));
    assert_eq!(config.problems, []);
    assert!(config.reads.files.contains(&site.theme("x").join("lib.php")));
}

#[test]
fn a_field_that_is_unknown_leaves_the_others_known() {
    let site = Site::new(&[(
        "x/config.php",
        "<?php $THEME->parents = ['boost'];\n$THEME->sheets = get_list_from_somewhere();\n$THEME->scss = 'main'; if (some_check()) { $THEME->javascripts = ['a']; }",
    )]);
    let config = site.config("x");
    assert_eq!(config.parents, strings(&["boost"]));
    assert_eq!(config.scss, Reading::Known(MainScss::File("main".into())));
    let problem = config.sheets.problem().unwrap();
    assert_eq!((problem.line, &*problem.construct), (2, "get_list_from_somewhere()"));
    assert_eq!(config.javascripts.problem().unwrap().construct, "some_check()");
    assert_eq!(config.problems.len(), 2);
}

#[test]
fn a_config_may_look_at_the_settings_of_the_requested_theme() {
    let site = Site::new(&[(
        "x/config.php",
        "<?php $THEME->parents = []; if (!empty($THEME->settings->extra)) { $THEME->sheets = [$THEME->settings->extra]; } else { $THEME->sheets = []; }",
    )])
    .set("theme_child", "extra", "more");
    let own = site.config("x");
    assert_eq!(own.sheets, strings(&[]));
    let child = read_config("x", &site.theme("x"), "child", &site).unwrap();
    assert_eq!(child.sheets, strings(&["more"]));
    assert!(child.reads.settings.contains(&("theme_child".into(), "extra".into())));
    let blind = Site { blind: true, ..site };
    assert!(read_config("x", &blind.theme("x"), "child", &blind).unwrap().sheets.problem().is_some());
}
