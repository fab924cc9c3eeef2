//! HTTP/1.1 and HTTP/1.0 (RFC 9112), written for answers that are ready before they are asked for.

mod connection;
mod head;
mod socket;
mod wire;

pub use head::LONGEST as LONGEST_HEAD;

pub use connection::serve;
