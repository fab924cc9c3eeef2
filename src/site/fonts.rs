//! From a font's file name to its file (moodle-assets.md §4).

use super::components::Named;
use super::themes::Chain;
use super::{Site, SourceError, SourceFile};
use crate::asset::{ComponentName, SafePath};

/// What Moodle takes for fonts, whatever their case.
const EXTENSIONS: [&str; 6] = ["woff2", "woff", "ttf", "otf", "eot", "svg"];

impl Site {
    /// The file of a font; the name has its extension and no folder.
    ///
    /// # Errors
    /// As for images.
    pub fn font(
        &self,
        chain: &Chain,
        component: &ComponentName,
        file: &SafePath,
    ) -> Result<Option<SourceFile>, SourceError> {
        let file = file.as_str();
        if !is_font(file) {
            return Ok(None);
        }
        let component = component.as_str();
        let homes = if component == "theme" {
            self.homes(chain, "fonts")
        } else {
            match Named::of_images(component) {
                Named::Plugin { kind, name } => {
                    let mut homes = self.homes(chain, &format!("fonts_plugins/{kind}/{name}"));
                    homes.extend(self.data.fonts_plugins.iter().map(|data| (data.clone(), format!("{kind}/{name}"))));
                    let dir = self.components().plugin_dir(kind, name);
                    homes.extend(dir.map(|dir| (self.component_place(dir), "fonts".into())));
                    homes
                }
                Named::Core | Named::Subsystem(_) => {
                    let mut homes = self.homes(chain, "fonts_core");
                    homes.extend(self.data.fonts.iter().map(|data| (data.clone(), String::new())));
                    homes.push((self.place("lib"), "fonts".into()));
                    homes
                }
            }
        };
        for (place, folder) in &homes {
            let slash = if folder.is_empty() { "" } else { "/" };
            if let Some(file) = self.file(place, &format!("{folder}{slash}{file}"))? {
                return Ok(Some(file));
            }
        }
        Ok(None)
    }
}

/// Moodle's pattern: letters, digits, `_`, `-`, one dot, one of the extensions.
fn is_font(file: &str) -> bool {
    let Some((stem, extension)) = file.split_once('.') else { return false };
    let good = |b: u8| b.is_ascii_alphanumeric() || b == b'_' || b == b'-';
    !stem.is_empty() && stem.bytes().all(good) && EXTENSIONS.iter().any(|e| e.eq_ignore_ascii_case(extension))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fonts_have_one_dot_no_folder_and_a_fonts_extension() {
        for font in ["fa-solid-900.woff2", "A_b.WOFF", "x.ttf", "x.otf", "x.eot", "x.svg"] {
            assert!(is_font(font), "{font}");
        }
        for other in ["", "woff2", ".woff2", "a.b.woff2", "a/b.woff2", "x.css", "x.woff2/", "x.woff22", "x."] {
            assert!(!is_font(other), "{other}");
        }
    }
}
