//! Each theme: whether it is served as itself, and what is missing.

use super::finding::Finding;
use super::subject::Subject;

const THEMES: &str = "themes";

pub fn check(subject: &Subject) -> Vec<Finding> {
    // Why the site cannot be read is said of the code.
    let Ok(site) = &subject.site else { return Vec::new() };
    let mut findings = Vec::new();
    for (name, chain) in site.themes().iter() {
        match chain {
            Ok(chain) => {
                for fault in chain.left_out() {
                    findings.push(Finding::warning(
                        THEMES,
                        format!("{name}: without one of its parents, as Moodle does: {fault}"),
                        "install the missing theme, or take it out of $THEME->parents",
                    ));
                }
            }
            Err(fault) => findings.push(Finding::warning(
                THEMES,
                format!("{name}: {fault}; the site's default theme is served in its place, for seconds at a time"),
                "install what is missing and purge, or remove the theme",
            )),
        }
    }
    if findings.is_empty() {
        let names: Vec<&str> = site.themes().iter().map(|(name, _)| name.as_str()).collect();
        findings.push(if names.is_empty() {
            Finding::wrong(THEMES, "none is installed", "put the themes of Moodle's release back")
        } else {
            Finding::ok(THEMES, names.join(", "))
        });
    }
    findings
}
