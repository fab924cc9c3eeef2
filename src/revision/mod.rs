//! Which revisions are current (moodle-assets.md §2, design.md §6).
//!
//! A *source* says what the site's revisions are: Moodle's database, files in dataroot, or fixed
//! values. [`Revisions`] holds what it
//! said last, asks it once a second, and at once where a request names a newer revision. In the [`registry`] nodes tell
//! each other what they know of it.

mod current;
pub mod database;
mod designer;
mod files;
mod fixed;
mod notes;
pub mod registry;
mod source;
mod state;
mod window;

pub use current::{Code, Revisions};
pub use designer::DesignerSource;
pub use files::{FilesSource, Purge};
pub use fixed::FixedSource;
pub use notes::Notes;
pub use source::{Look, Source, SourceError};
pub use state::State;
pub use window::Window;
