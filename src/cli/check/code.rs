//! The code: which Moodle, its fingerprint, what of it is ignored, and who may change it.

use super::finding::Finding;
use super::subject::Subject;
use crate::php::version::{self, VersionPhp};
use crate::site::Site;
use rustix::fs::{Access, AtFlags, CWD, accessat};

const CODE: &str = "code";

pub fn check(subject: &Subject) -> Vec<Finding> {
    let site = match &subject.site {
        Ok(site) => site,
        Err(error) => return vec![Finding::wrong(CODE, error.to_string(), "until then nothing can be answered")],
    };
    let mut findings = vec![version(site)];
    findings.push(match site.fingerprint() {
        Ok(fingerprint) => {
            Finding::ok(CODE, format!("fingerprint {fingerprint}, of {} plugins", site.components().plugins().count()))
        }
        Err(error) => Finding::warning(
            CODE,
            format!("its fingerprint cannot be told: {error}; so the node cannot tell whether it has the site's code"),
            "write a plain number there, or set [revisions] code = \"trust\"",
        ),
    });
    for problem in &site.components().problems {
        findings.push(Finding::warning(
            CODE,
            format!("{problem}; Moodle does the same"),
            "mend the plugin, or take a version of it that is made for this Moodle",
        ));
    }
    findings.push(rights(site));
    findings
}

fn version(site: &Site) -> Finding {
    let dirroot = site.paths().dirroot();
    let version = version::read(&dirroot.join("version.php")).ok();
    let release = version.and_then(|version| VersionPhp::text(&version.release).known());
    Finding::ok(CODE, format!("Moodle {} in {dirroot}", release.unwrap_or_else(|| "of an unknown release".into())))
}

/// Who answers strangers should not be able to change what everybody runs.
fn rights(site: &Site) -> Finding {
    let paths = site.paths();
    let dirroot = paths.dirroot();
    let places =
        [dirroot.to_owned(), dirroot.join("theme"), dirroot.join("lib"), paths.checkout.root.join("config.php")];
    let writable =
        places.iter().find(|path| accessat(CWD, path.as_std_path(), Access::WRITE_OK, AtFlags::EACCESS).is_ok());
    match writable {
        Some(_) if rustix::process::geteuid().is_root() => {
            Finding::ok(CODE, "whether revserve's user may change it is not known: this is root")
        }
        Some(path) => Finding::warning(
            CODE,
            format!("this user may write to {path}: a fault in revserve could change the site's code"),
            "run revserve as a user that may only read it: chown -R root, chmod -R go-w",
        ),
        None => Finding::ok(CODE, "this user may only read it"),
    }
}
