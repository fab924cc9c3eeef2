//! Works by what is looked at together: hundreds of pictures do not push the style sheets off the board.

use super::Task;
use crate::asset::Asset;
use crate::engine::Kind;

/// What is looked at together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lane {
    /// Style sheets.
    Styles,
    /// Everything else that is built.
    Others,
    /// The best codings, made in the background.
    Compression,
}

impl Lane {
    pub const ALL: [Lane; 3] = [Lane::Styles, Lane::Others, Lane::Compression];

    pub fn of(asset: &Asset, task: Task) -> Lane {
        match (task, Kind::of(asset)) {
            (Task::Compress, _) => Lane::Compression,
            (Task::Build, Kind::Styles) => Lane::Styles,
            (Task::Build, _) => Lane::Others,
        }
    }
}
