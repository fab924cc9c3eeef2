//! Sources in, bytes out.

pub mod compress;
