//! HTTP/2 over cleartext (RFC 9113), for proxies that speak it to the servers behind them.

mod connection;
mod kept;
mod rewind;
mod stream;

pub use connection::serve;
pub use kept::Kept;
