//! Sources in, bytes out.
