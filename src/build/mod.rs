//! Sources in, bytes out.

pub mod amd;
pub mod compress;
pub mod cpu;
pub mod css;
pub mod delta;
pub mod inputs;
pub mod join;
pub mod map;
pub mod minify_css;
pub mod placeholder;
pub mod rtl;
pub mod script;
pub mod scss;
pub mod worker;
pub mod yui;
