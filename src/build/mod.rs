//! Sources in, bytes out.

pub mod amd;
pub mod compress;
pub mod inputs;
pub mod scss;
pub mod yui;
