//! HTTP: from bytes to an asset and back.

pub mod conditional;
pub mod etag;
pub mod fields;
pub mod filename;
pub mod negotiate;
pub mod prepared;
pub mod range;
pub mod reply;
pub mod respond;
#[cfg(test)]
mod testing;
