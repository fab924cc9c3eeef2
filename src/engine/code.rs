//! Is this node's code the code of the current revisions? (design.md §6)
//!
//! 1. Look at the version files, one `stat` each: as long as none has changed, the code is what it was.
//! 2. Where one has, or a plugin came or went, look at the site anew and take its fingerprint; again if it changes meanwhile.
//! 3. Tell the revisions, which know what it should be.
//!
//! Asked every second, and after each build before anything of it is kept.

use super::open::site_paths;
use super::sites::Sites;
use crate::config::{CodeCheck, Settings};
use crate::revision::{Code, Revisions};
use crate::site::{CodeMark, Site};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

/// What this node's code was when it was looked at last.
#[derive(Debug)]
pub struct CodeWatch {
    trusted: bool,
    last: Mutex<Last>,
}

#[derive(Debug, Default)]
struct Last {
    /// When the last look began.
    begun: Option<Instant>,
    mark: Option<CodeMark>,
}

impl CodeWatch {
    /// How often a fingerprint that changes while it is taken is taken again.
    const TRIES: usize = 3;

    /// With `trusted`, the operator says that the code is always right.
    pub fn new(trusted: bool) -> CodeWatch {
        CodeWatch { trusted, last: Mutex::default() }
    }

    /// Nothing is trusted before the first look, where there was nothing to compare yet.
    pub fn begin(&self, revisions: &Revisions) {
        let looked = self.last.lock().unwrap_or_else(PoisonError::into_inner).begun.is_some();
        if !self.trusted && !looked {
            revisions.set_code(Code::Unknown("it has not been read yet".into()));
        }
    }

    /// Looks at the code, or waits for a look that began after this was asked. Blocks.
    pub fn check(&self, sites: &Sites, revisions: &Revisions) {
        // Nobody says which code the revisions belong to, nor is asked to: there is nothing to compare.
        let says = !revisions.known().codes.is_empty() || revisions.log().is_some();
        if self.trusted || !says {
            return;
        }
        let asked = Instant::now();
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        if last.begun.is_some_and(|begun| begun >= asked) {
            return;
        }
        last.begun = Some(Instant::now());
        let known = sites.known();
        if !known.site.has_moved() && last.mark.as_ref() == Some(&known.site.code_mark()) {
            return;
        }
        let (mark, code) = read(sites);
        last.mark = mark;
        revisions.set_code(code);
    }
}

/// The fingerprint of the code of a site that nobody has opened; `None` where the operator turned the comparison off.
///
/// # Errors
/// Why it cannot be told.
pub fn code_of(settings: &Settings) -> Result<Option<String>, String> {
    if settings.code == CodeCheck::Trust {
        return Ok(None);
    }
    let site = site_paths(settings).and_then(|paths| Site::open(&paths)).map_err(|error| error.to_string())?;
    site.fingerprint().map(|code| Some(code.to_string())).map_err(|error| error.to_string())
}

/// The code as it is now, and by what a change of it will show.
fn read(sites: &Sites) -> (Option<CodeMark>, Code) {
    for _ in 0..CodeWatch::TRIES {
        let installed = match sites.anew() {
            Ok(installed) => installed,
            Err(failure) => return (None, Code::Unknown(failure.to_string())),
        };
        let before = installed.site.code_mark();
        let fingerprint = sites.fingerprint(&installed);
        // A plugin that came before the first mark and after the site was opened is seen by the second look.
        let same = sites.anew().is_ok_and(|now| Arc::ptr_eq(&now, &installed));
        if same && installed.site.code_mark() == before {
            let known = |fingerprint: crate::site::Fingerprint| Code::Known(fingerprint.to_string());
            return (Some(before), fingerprint.map_or_else(|error| Code::Unknown(error.to_string()), known));
        }
    }
    (None, Code::Unknown("it is changing".into()))
}
