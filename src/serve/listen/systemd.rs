//! Sockets that systemd opened before it started this process (sd_listen_fds(3)).

use super::socket::{ListenError, Socket};
use rustix::net::{AddressFamily, SocketType, sockopt};
use std::net::TcpListener;
use std::os::fd::{BorrowedFd, FromRawFd as _, OwnedFd, RawFd};
use std::os::unix::net::UnixListener;
use std::sync::atomic::{AtomicBool, Ordering};

/// The first descriptor that is passed.
const FIRST: RawFd = 3;
/// Nobody passes more sockets than this.
const MOST: i32 = 64;

static TAKEN: AtomicBool = AtomicBool::new(false);

/// Takes the sockets that were passed to this process. They can be taken once.
pub fn sockets() -> Result<Vec<Socket>, ListenError> {
    let variable = |name| std::env::var(name).ok().and_then(|value| value.parse::<i32>().ok());
    let is_ours = variable("LISTEN_PID") == Some(std::process::id() as i32);
    let count = variable("LISTEN_FDS").filter(|count| is_ours && (1..=MOST).contains(count));
    let Some(count) = count else { return Err(ListenError::NotBySystemd) };
    if TAKEN.swap(true, Ordering::SeqCst) {
        return Err(ListenError::NotBySystemd);
    }
    (FIRST..FIRST + count).map(take).collect()
}

fn take(number: RawFd) -> Result<Socket, ListenError> {
    let wrong = || ListenError::WrongSocket { number };
    // SAFETY: the borrow ends in this function. Descriptors 3 to 3 + LISTEN_FDS are open in a process whose
    // LISTEN_PID is its own, by the protocol; if whoever set the variables lied, the call below says EBADF or
    // ENOTSOCK, and nothing is owned.
    let borrowed = unsafe { BorrowedFd::borrow_raw(number) };
    let kind = sockopt::socket_type(borrowed).map_err(|_| wrong())?;
    let listens = sockopt::socket_acceptconn(borrowed).map_err(|_| wrong())?;
    let family = sockopt::socket_domain(borrowed).map_err(|_| wrong())?;
    if kind != SocketType::STREAM || !listens {
        return Err(wrong());
    }
    // Engines that are started as processes of their own have no use for it.
    rustix::io::fcntl_setfd(borrowed, rustix::io::FdFlags::CLOEXEC).map_err(|_| wrong())?;
    // SAFETY: the descriptor is open (asked above) and listens. Nothing else in the process owns it: this program
    // opens listening sockets in `listen::bind` only, which takes these first, and `TAKEN` lets them be taken once.
    let owned = unsafe { OwnedFd::from_raw_fd(number) };
    match family {
        AddressFamily::UNIX => Ok(Socket::Unix(UnixListener::from(owned), None)),
        AddressFamily::INET | AddressFamily::INET6 => {
            let listener = TcpListener::from(owned);
            let address = listener.local_addr().map_err(|_| wrong())?;
            Ok(Socket::Tcp(listener, address))
        }
        _ => Err(wrong()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_systemd_there_is_nothing_to_take() {
        // Test runners are not started by a socket unit.
        assert!(matches!(sockets(), Err(ListenError::NotBySystemd)));
    }
}
