//! What Moodle ignores in a tree.

use serde::{Deserialize, Serialize};

/// Something that is ignored, as Moodle ignores it. Costs a plugin its subplugins, never the site.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
pub enum Problem {
    /// `db/subplugins.json` is not JSON, or not an object.
    #[error("{dir}/db/subplugins.json is ignored: {why}")]
    BadSubplugins { dir: String, why: String },
    /// A plugin has `db/subplugins.php` alone: newer versions of Moodle refuse it.
    #[error("{dir}/db/subplugins.php is ignored: write db/subplugins.json")]
    OldSubplugins { dir: String },
    /// The name of a subplugin type is not made of letters and digits, or a subsystem has it.
    #[error("{dir} brings the plugin type {name:?}, which is no valid name for one")]
    BadType { dir: String, name: String },
    /// Two plugins bring a type of the same name, or one brings a type that Moodle has.
    #[error("{dir} brings the plugin type {name:?}, which there already is")]
    DuplicateType { dir: String, name: String },
    /// The folder of a subplugin type is not there.
    #[error("{dir} brings the plugin type {name:?} in {folder}, which is no folder")]
    NoFolder { dir: String, name: String, folder: String },
}
