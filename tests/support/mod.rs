//! What tests of behaviour from outside share. An area is one file `tests/AREA.rs` that says
//! `mod support;` and, where it needs programs beyond cargo's, `//! Needs: chromium, npm`
//! (words of `tests/run`).
//!
//! | Noun | Is |
//! |---|---|
//! | [`Site`] | a small Moodle checkout with data folders, written to a temporary place |
//! | [`Server`] | a running `revserve serve`, its addresses, output and end |
//! | [`Client`] | one connection; sends exactly the bytes it is given, keeps answers as they came |
//! | [`Metrics`] | the admin listener's counters at one moment |
//! | [`database::Database`] | a PostgreSQL or MariaDB server with Moodle's tables |
//! | [`run`] | any other command of revserve, to its end |

// Every area is a binary of its own and uses a part of this.
#![allow(dead_code, unused_imports)]

mod command;
mod core_files;
pub mod database;
mod http;
mod images;
mod metrics;
mod server;
mod site;
mod wait;

pub use command::{Finished, revserve, run, tests_dir};
pub use http::{Client, Response};
pub use images::{gif, png};
pub use metrics::Metrics;
pub use server::Server;
pub use site::{JS_REV, Layout, Site, THEME_REV};
pub use wait::{until, within};
