//! Sources in, bytes out.

pub mod compress;
pub mod amd;
pub mod yui;
