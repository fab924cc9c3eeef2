//! What the connections of one worker thread share. Nothing in here is seen by another thread.

use super::buffers::Buffers;
use super::clock::Clock;
use super::handler::Handler;
use super::http2::Kept;
use super::stop::Stop;
use std::time::Duration;

/// A worker thread's handler and its means.
#[derive(Debug)]
pub struct Worker<E> {
    pub handler: Handler<E>,
    pub limits: Limits,
    pub clock: Clock,
    pub buffers: Buffers,
    pub fields: Kept,
    pub stop: Stop,
}

/// How long a connection may take, and what it may speak.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// From the first byte of a request's head to its last, and from accepting a connection to its first request.
    pub head: Duration,
    /// From an answer to the next request. Longer than a proxy keeps its connections, so that the proxy closes first.
    pub idle: Duration,
    /// Without a byte that the client takes, while there is something to write.
    pub stall: Duration,
    /// Whether a connection may speak HTTP/2 from its first byte (RFC 9113 §3.3).
    pub h2c: bool,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits {
            head: Duration::from_secs(10),
            idle: Duration::from_secs(75),
            stall: Duration::from_secs(60),
            h2c: true,
        }
    }
}

impl<E> Worker<E> {
    pub fn new(handler: Handler<E>, limits: Limits) -> Worker<E> {
        let (clock, buffers, fields, stop) = Default::default();
        Worker { handler, limits, clock, buffers, fields, stop }
    }
}
