//! A ready-made index: `[site] index`, written elsewhere, as where an image with the code in it is made.

use super::kept::{Kept, NoIndex};
use crate::inputs::Looks;
use crate::site::{Site, SiteError, SitePaths};
use camino::{Utf8Path, Utf8PathBuf};
use std::io::{self, Read};

/// No site's index comes near this size, in bytes.
const LARGEST: u64 = 256 << 20;

/// Why a ready-made index is not taken. The site is looked through then, as if there were none.
#[derive(Debug, thiserror::Error)]
pub enum Refused {
    /// The file cannot be read.
    #[error(
        "[site] index = {path} cannot be read ({error}): make it anew with revserve build --components, or leave it out"
    )]
    Unreadable { path: Utf8PathBuf, error: io::Error },
    /// It is no index, or not whole.
    #[error("[site] index = {path} is not taken, {why}: make it anew with revserve build --components")]
    NoIndex { path: Utf8PathBuf, why: NoIndex },
    /// It was made of a site in other folders.
    #[error(
        "[site] index = {path} is not taken, it was made of a site in {other}: make it where the site has the same paths"
    )]
    Elsewhere { path: Utf8PathBuf, other: Utf8PathBuf },
    /// The code's fingerprint is another.
    #[error(
        "[site] index = {path} is not taken, it is of other code (fingerprint {its}, here {own}): make it anew with \
         revserve build --components"
    )]
    OtherCode { path: Utf8PathBuf, its: String, own: String },
    /// The versions are the same, but something that it was made of is not.
    #[error(
        "[site] index = {path} is not taken, {changed} is not as it was when the index was made: make it anew with revserve \
         build --components"
    )]
    Changed { path: Utf8PathBuf, changed: Utf8PathBuf },
    /// The site itself cannot be read.
    #[error(transparent)]
    Site(#[from] SiteError),
}

/// Takes a ready-made index if it is of this site and its code. Reads all that it was made of.
///
/// # Errors
/// [`Refused`]: one sentence for the operator.
pub fn take(path: &Utf8Path, paths: &SitePaths) -> Result<(Kept, Looks), Refused> {
    let path = path.to_owned();
    let bytes = match read(&path) {
        Ok(bytes) => bytes,
        Err(error) => return Err(Refused::Unreadable { path, error }),
    };
    let kept = match Kept::decode(&bytes) {
        Ok(kept) if kept.is_of_this_version() => kept,
        Ok(_) => return Err(Refused::NoIndex { path, why: NoIndex::Damaged }),
        Err(why) => return Err(Refused::NoIndex { path, why }),
    };
    if !kept.is_of(paths) {
        return Err(Refused::Elsewhere { path, other: kept.root().to_owned() });
    }
    let looks = Looks::default();
    let changed = looks.first_change(&kept.manifest).map(Utf8Path::to_owned);
    // The same version files give the same fingerprint. Where one differs, or the list of plugins does, it is taken anew.
    let same_code = kept.code.as_ref().is_some_and(|code| changed.is_none() && looks.hold(&code.manifest));
    if !same_code {
        let untold = |error: &dyn std::fmt::Display| format!("unknown: {error}");
        let own = Site::open(paths)?.fingerprint().map_or_else(|error| untold(&error), |own| own.to_string());
        let its = kept.code.as_ref().map_or_else(|| untold(&"not told"), |code| code.fingerprint.clone());
        if its != own {
            return Err(Refused::OtherCode { path, its, own });
        }
    }
    match changed {
        Some(changed) => Err(Refused::Changed { path, changed }),
        None => Ok((kept, looks)),
    }
}

fn read(path: &Utf8Path) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    std::fs::File::open(path)?.take(LARGEST).read_to_end(&mut bytes)?;
    Ok(bytes)
}
