//! Having the runtime watch a socket.

use std::io;
use std::os::fd::OwnedFd;
use tokio::io::Interest;
use tokio::io::unix::AsyncFd;

/// Has this thread's runtime watch a socket, which is closed where it cannot.
pub fn watch(socket: OwnedFd, interest: Interest) -> io::Result<AsyncFd<OwnedFd>> {
    // SAFETY: an `OwnedFd` is an open descriptor, always the same one, and nothing closes it while it is owned: `AsyncFd`
    // owns it from here on, and gives it back or drops it only after the runtime has forgotten it.
    let watched = unsafe { AsyncFd::register_with_interest(socket, interest) };
    watched.map_err(|error| error.into_parts().1)
}
