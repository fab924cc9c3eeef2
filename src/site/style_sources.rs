//! Every file that a theme's styles can be made of.

use super::themes::Chain;
use super::{Site, SourceError, SourceFile};
use std::collections::BTreeMap;

/// Folders of a theme that no style is made of.
const SKIP: [&str; 7] = ["lang", "tests", "amd", "pix", "fonts", "templates", "node_modules"];
/// What styles are made of, by extension.
const EXTENSIONS: [&str; 4] = ["php", "css", "scss", "json"];

impl Site {
    /// The files, by the name that Moodle has for each: PHP, CSS, SCSS and JSON of the theme and its parents, and the
    /// style sheets of all plugins. More than are read as a rule; what is not among them is neither read nor missed
    /// there. The exporter lists them by the same rule.
    ///
    /// # Errors
    /// Where a folder cannot be listed, or a link leads out of the site.
    pub fn style_sources(&self, chain: &Chain) -> Result<BTreeMap<String, SourceFile>, SourceError> {
        let mut sources = BTreeMap::new();
        let themes = || std::iter::once(chain.theme()).chain(chain.parents());
        for theme in themes() {
            let walk = self.roots.walk(theme.place(), "", is_source)?;
            if let Some(error) = walk.left_out.into_iter().next() {
                return Err(error);
            }
            sources
                .extend(walk.files.into_iter().map(|(path, file)| (format!("{}/{path}", theme.place().name()), file)));
        }
        let mut names = vec!["styles.css".to_owned(), "editor_styles.css".to_owned()];
        names.extend(themes().map(|theme| format!("styles_{}.css", theme.name())));
        for (component, dir) in self.components().plugins() {
            if component.starts_with("theme_") {
                continue;
            }
            let place = self.component_place(dir);
            for name in &names {
                if let Some(file) = self.file(&place, name)? {
                    sources.insert(file.name().to_owned(), file);
                }
            }
        }
        Ok(sources)
    }
}

/// Whether a file of a theme's folder is one of them, by its path from there.
fn is_source(path: &str) -> bool {
    let first = path.split_once('/').map(|(first, _)| first);
    let extension = path.rsplit('/').next().and_then(|name| name.rsplit_once('.')).map(|(_, extension)| extension);
    extension.is_some_and(|extension| EXTENSIONS.contains(&extension))
        && first.is_none_or(|first| !SKIP.contains(&first))
        && !path.split('/').any(|segment| segment.starts_with('.'))
}

#[cfg(test)]
mod tests {
    use crate::asset::ThemeName;
    use crate::site::testing::{old_moodle, open};

    #[test]
    fn sources_of_styles_are_those_of_the_chain_and_the_sheets_of_plugins() {
        let tree = old_moodle().theme("base", "").theme("one", "parents base");
        let tree = tree.files(&["theme/one/lib.php", "theme/one/scss/a/_b.scss", "theme/one/style/x.css"]);
        let tree = tree.files(&["theme/one/lang/en/x.php", "theme/one/pix/a.svg", "theme/one/.git/a.php"]);
        let tree = tree.files(&["theme/other/lib.php", "mod/forum/styles.css", "mod/forum/styles_base.css"]);
        let tree = tree.files(&["mod/forum/styles_other.css", "mod/forum/lib.php", "mod/forum/version.php"]);
        let site = open(&tree);
        let chain = site.themes().chain(&ThemeName::parse("one").unwrap()).unwrap().unwrap();
        let sources = site.style_sources(chain).unwrap();
        let names: Vec<&str> = sources.keys().map(String::as_str).collect();
        assert_eq!(
            names,
            [
                "mod/forum/styles.css",
                "mod/forum/styles_base.css",
                "theme/base/config.php",
                "theme/one/config.php",
                "theme/one/lib.php",
                "theme/one/scss/a/_b.scss",
                "theme/one/style/x.css",
            ]
        );
    }
}
