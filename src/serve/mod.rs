//! HTTP: from bytes to an asset and back.
//!
//! | Noun | Is |
//! |---|---|
//! | [`handler`] | the sequence: request → hot answer, or URL → engine → prepared answer |
//! | [`answer`] | what is answered: plain functions over values |
//! | [`hot`] | from a raw target to its prepared answer, in the worker's own memory |
//! | [`engine`] | what is asked of the floor below |
//! | `http1`, `http2` | how it comes over the wire |
//! | [`worker`] | what the connections of one thread share: handler, clock, buffers, stop |
//! | [`listen`] | addresses, sockets, workers, the end |
//! | [`admin`] | the other listener: health, metrics, purges |
//! | [`metrics`] | what is counted |
//! | [`nginx`] | the configuration of a proxy in front |

pub mod admin;
pub mod answer;
mod buffers;
mod clock;
pub mod engine;
pub mod handler;
pub mod hot;
mod http1;
mod http2;
mod large_pages;
pub mod listen;
pub mod metrics;
mod misses;
pub mod nginx;
mod reactor;
mod sealed;
mod stop;
#[cfg(test)]
mod testing;
mod timer;
pub mod worker;
