//! Moodle's database, read only (moodle-database.md).
//!
//! 1. [`connect`] opens a session that can only read; [`tls`] says which servers are believed to be who they are;
//! 2. [`link`] owns the one connection: whoever asks sends it a query and waits as long as they like;
//! 3. [`source`] asks for the revisions, once a second;
//! 4. [`tables`] asks for the settings of plugins and for files of the file pool, when a theme is built;
//! 5. [`examine`] asks what an operator wants to know of it.

mod connect;
mod examine;
mod link;
mod source;
mod tables;
mod tls;

pub use examine::Examined;
pub use link::{Database, Row};
pub use source::DatabaseSource;
pub use tables::{FileRow, TableError};
