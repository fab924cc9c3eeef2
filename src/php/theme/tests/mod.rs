use super::*;

mod callbacks;
mod config;
mod odd;
pub(in crate::php) mod site;
