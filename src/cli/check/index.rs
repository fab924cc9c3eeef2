//! The component index, where a ready-made one is named.

use super::finding::Finding;
use super::subject::Subject;
use crate::engine::index::take_ready;

const INDEX: &str = "index";

pub fn check(subject: &Subject) -> Vec<Finding> {
    let (Some(path), Ok(site)) = (&subject.settings.place.index, &subject.site) else { return Vec::new() };
    vec![match take_ready(path, site.paths()) {
        Ok((kept, _)) => {
            let (plugins, themes) = kept.site.counts();
            Finding::ok(INDEX, format!("{path} is of this code: {plugins} plugins, {themes} themes"))
        }
        Err(why) => Finding::warning(
            INDEX,
            format!("{why}; each start looks through the folders instead"),
            "revserve build --components, and put the file that it names in the place of this one",
        ),
    }]
}
