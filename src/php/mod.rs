//! Reads PHP source as data.
