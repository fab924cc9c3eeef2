//! A path on a list.

use camino::{Utf8Path, Utf8PathBuf};
use serde::{Deserialize, Serialize};
use std::borrow::Borrow;
use std::ops::Deref;

/// A path, sorted and found by its bytes. Paths are compared segment by segment, which took most of the time in which
/// a site's folders are looked through.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Spot(String);

impl From<&Utf8Path> for Spot {
    fn from(path: &Utf8Path) -> Spot {
        Spot(path.as_str().to_owned())
    }
}

impl Deref for Spot {
    type Target = Utf8Path;

    fn deref(&self) -> &Utf8Path {
        Utf8Path::new(&self.0)
    }
}

impl Borrow<str> for Spot {
    fn borrow(&self) -> &str {
        &self.0
    }
}

impl From<Spot> for Utf8PathBuf {
    fn from(spot: Spot) -> Utf8PathBuf {
        spot.0.into()
    }
}
