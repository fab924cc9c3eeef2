//! From an image's name to its file (moodle-assets.md §4).
//!
//! 1. The component says which folders may hold it: of the theme, of its parents (base first), of dataroot, of
//!    the component itself.
//! 2. An activity's `icon` and `monologo` are each looked for as `monologo`, then as `icon`.
//! 3. In each folder the extensions are tried in order; the first file wins.

use super::components::Named;
use super::files::Place;
use super::themes::Chain;
use super::{Site, SourceError, SourceFile};
use crate::asset::{ComponentName, SafePath};

/// In the order in which they are tried; the first is left out of a no-SVG request.
const EXTENSIONS: [&str; 5] = ["svg", "png", "gif", "jpg", "jpeg"];

impl Site {
    /// The file of an image. Lists no folder: one look for each name that it could have.
    ///
    /// # Errors
    /// Where a folder cannot be searched or a link leads out of the site: the next folder's image is another one.
    pub fn image(
        &self,
        chain: &Chain,
        component: &ComponentName,
        name: &SafePath,
        svg: bool,
    ) -> Result<Option<SourceFile>, SourceError> {
        let component = component.as_str();
        if component == "theme" {
            if name.as_str() == "favicon" {
                return self.file(chain.theme().place(), "pix/favicon.ico");
            }
            return self.image_in(&self.homes(chain, "pix"), name.as_str(), svg);
        }
        match Named::of_images(component) {
            Named::Plugin { kind, name: plugin } => {
                let mut homes = self.homes(chain, &format!("pix_plugins/{kind}/{plugin}"));
                if let Some(data) = &self.data.pix_plugins {
                    homes.push((data.clone(), format!("{kind}/{plugin}")));
                }
                if let Some(dir) = self.components().plugin_dir(kind, plugin) {
                    homes.push((self.component_place(dir), "pix".into()));
                }
                match (kind, name.as_str()) {
                    ("mod", "icon" | "monologo") => match self.image_in(&homes, "monologo", svg)? {
                        None => self.image_in(&homes, "icon", svg),
                        found => Ok(found),
                    },
                    (_, name) => self.image_in(&homes, name, svg),
                }
            }
            Named::Core | Named::Subsystem(_) => {
                let mut homes = self.homes(chain, "pix_core");
                homes.extend(self.data.pix.iter().map(|data| (data.clone(), String::new())));
                homes.push((self.place("pix"), String::new()));
                self.image_in(&homes, name.as_str(), svg)
            }
        }
    }

    /// The folder `name` of each theme of a chain, in the order of looking things up.
    pub(super) fn homes(&self, chain: &Chain, name: &str) -> Vec<(Place, String)> {
        chain.lookup_order().map(|theme| (theme.place().clone(), name.to_owned())).collect()
    }

    fn image_in(&self, homes: &[(Place, String)], name: &str, svg: bool) -> Result<Option<SourceFile>, SourceError> {
        if name.ends_with('/') {
            return Ok(None);
        }
        for (place, folder) in homes {
            for extension in &EXTENSIONS[usize::from(!svg)..] {
                let slash = if folder.is_empty() { "" } else { "/" };
                if let Some(file) = self.file(place, &format!("{folder}{slash}{name}.{extension}"))? {
                    return Ok(Some(file));
                }
            }
        }
        Ok(None)
    }
}
