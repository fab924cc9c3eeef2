//! Opening sockets and serving on them until a signal.
//!
//! 1. [`bind`] opens every address; what cannot be opened is said in one sentence before anything is served;
//! 2. [`Listening::run`] starts the workers, each with a handler of its own;
//! 3. at SIGTERM or SIGINT no connection is accepted any more, idle ones close, running answers end; a second signal
//!    ends those too.

mod address;
mod crew;
mod deferred;
mod seats;
mod server;
mod socket;
mod systemd;

pub use address::{Address, AddressError};
pub use server::{Listening, Options, Site, bind};
pub use socket::ListenError;
