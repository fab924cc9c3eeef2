use super::*;

mod callbacks;
mod config;
mod odd;
mod plugins;
pub(in crate::php) mod site;
