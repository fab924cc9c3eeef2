//! Under which stamps a list was read, to be kept with it.

use super::Spot;
use super::looks::Stamp;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The stamps of files and folders whose content is on a list. Where one is that of now, the content is that on the list;
/// where it is missing or another, the file is read again, and its sum tells.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stamps(pub(super) BTreeMap<Spot, Stamp>);

impl Stamps {
    pub fn has(&self, path: &Spot) -> bool {
        self.0.contains_key(path)
    }

    /// Adds the stamps of other lists.
    pub fn extend(&mut self, others: impl IntoIterator<Item = Stamps>) {
        self.0.extend(others.into_iter().flat_map(|other| other.0));
    }
}
