//! Opening the sockets to listen on.

use super::address::Address;
use super::{deferred, systemd};
use camino::{Utf8Path, Utf8PathBuf};
use rustix::net::{AddressFamily, SocketType, bind, listen, socket, sockopt};
use std::io;
use std::net::{SocketAddr, TcpListener, ToSocketAddrs};
use std::os::fd::OwnedFd;
use std::os::unix::fs::{FileTypeExt as _, MetadataExt as _, PermissionsExt as _};
use std::os::unix::net::{UnixListener, UnixStream};

/// Connections that wait to be accepted: more than a burst of page loads on a busy site.
const BACKLOG: i32 = 4096;

/// An open socket, and how clients name it.
#[derive(Debug)]
pub enum Socket {
    Tcp(TcpListener, SocketAddr),
    /// With the file that is removed again at the end, where it is ours.
    Unix(UnixListener, Option<SocketFile>),
}

impl Socket {
    /// To accept from without blocking, and the file.
    pub fn into_parts(self) -> io::Result<(OwnedFd, Option<SocketFile>)> {
        match self {
            Socket::Tcp(listener, _) => {
                listener.set_nonblocking(true)?;
                // What is accepted has it from here: answers leave in one piece, and holding the last part back for more
                // would only delay it.
                sockopt::set_tcp_nodelay(&listener, true)?;
                // Where the kernel cannot, connections are waited for after they are accepted: nothing else changes.
                let _ = deferred::defer(&listener);
                Ok((listener.into(), None))
            }
            Socket::Unix(listener, file) => {
                listener.set_nonblocking(true)?;
                Ok((listener.into(), file))
            }
        }
    }
}

/// Why the server cannot listen. Each says what to change.
#[derive(Debug, thiserror::Error)]
pub enum ListenError {
    /// Another process has the port or the socket.
    #[error("{address} is in use by another process: stop that, or choose another address with --listen or --admin")]
    InUse { address: String },
    /// A port below 1024, or a folder that this user may not write.
    #[error(
        "not allowed to listen on {address}: choose a port of 1024 or above or a folder that this user may write, or use systemd"
    )]
    NotAllowed { address: String },
    /// The host name has no address, or none of this machine.
    #[error("{address} is no address of this machine ({because}): choose one that is, such as 127.0.0.1")]
    NotHere { address: String, because: io::Error },
    /// A file that is no socket lies at the path of one.
    #[error("{path} exists and is no socket: remove it, or choose another path")]
    NoSocket { path: Utf8PathBuf },
    /// `systemd` was asked for, but systemd did not start this process with sockets.
    #[error("no sockets were passed by systemd: start it by a .socket unit, or listen on host:port")]
    NotBySystemd,
    /// What systemd passed cannot be listened on.
    #[error("socket {number} that systemd passed is no listening stream socket: use ListenStream= in the .socket unit")]
    WrongSocket { number: i32 },
    /// Anything else that the system says.
    #[error("cannot listen on {address}")]
    System { address: String, source: io::Error },
}

/// Opens everything that an address names. `mode` is that of a new Unix socket: who may connect.
pub fn open(address: &Address, mode: u32) -> Result<Vec<Socket>, ListenError> {
    match address {
        Address::Tcp { host, port } => tcp(address, host, *port),
        Address::Unix(path) => unix(path, mode).map(|socket| vec![socket]),
        Address::Systemd => systemd::sockets(),
    }
}

/// Every address that a host name stands for, as `localhost` for both versions of IP; at least one has to work.
fn tcp(address: &Address, host: &str, port: u16) -> Result<Vec<Socket>, ListenError> {
    let not_here = |because| ListenError::NotHere { address: address.to_string(), because };
    let named: Vec<SocketAddr> = (host, port).to_socket_addrs().map_err(not_here)?.collect();
    let mut sockets = Vec::new();
    let mut failed = None;
    for mut one in named {
        // Port 0: what the first got, so that there is one number to tell.
        if let (0, Some(Socket::Tcp(_, first))) = (port, sockets.first()) {
            one.set_port(first.port());
        }
        match tcp_listener(one) {
            Ok(listener) => {
                let actual = listener.local_addr().map_err(not_here)?;
                sockets.push(Socket::Tcp(listener, actual));
            }
            Err(error) => failed = Some(error),
        }
    }
    match (sockets.is_empty(), failed) {
        (true, Some(error)) => Err(explain(address.to_string(), error)),
        (true, None) => Err(not_here(io::Error::other("the name has no address"))),
        // The port is taken on one of them: clients would meet two servers, depending on which they try.
        (false, Some(error)) if error.kind() == io::ErrorKind::AddrInUse => Err(explain(address.to_string(), error)),
        (false, _) => Ok(sockets),
    }
}

fn tcp_listener(address: SocketAddr) -> io::Result<TcpListener> {
    let family = if address.is_ipv4() { AddressFamily::INET } else { AddressFamily::INET6 };
    let socket = socket(family, SocketType::STREAM, None)?;
    rustix::io::fcntl_setfd(&socket, rustix::io::FdFlags::CLOEXEC)?;
    // A restart need not wait for the connections of the process before.
    sockopt::set_socket_reuseaddr(&socket, true)?;
    bind(&socket, &address)?;
    listen(&socket, BACKLOG)?;
    Ok(TcpListener::from(socket))
}

fn unix(path: &Utf8Path, mode: u32) -> Result<Socket, ListenError> {
    let address = format!("unix:{path}");
    let listener = match UnixListener::bind(path) {
        Err(error) if error.kind() == io::ErrorKind::AddrInUse => {
            remove_stale(path)?;
            UnixListener::bind(path)
        }
        bound => bound,
    };
    let listener = listener.map_err(|error| explain(address.clone(), error))?;
    let system = |source| ListenError::System { address: address.clone(), source };
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).map_err(system)?;
    let file = SocketFile::at(path).map_err(system)?;
    Ok(Socket::Unix(listener, Some(file)))
}

/// Removes a socket that nobody listens on: its server was killed.
fn remove_stale(path: &Utf8Path) -> Result<(), ListenError> {
    let address = format!("unix:{path}");
    let system = |source| ListenError::System { address: address.clone(), source };
    if !std::fs::symlink_metadata(path).map_err(system)?.file_type().is_socket() {
        return Err(ListenError::NoSocket { path: path.to_owned() });
    }
    match UnixStream::connect(path) {
        Err(error) if error.kind() == io::ErrorKind::ConnectionRefused => std::fs::remove_file(path).map_err(system),
        _ => Err(ListenError::InUse { address }),
    }
}

fn explain(address: String, source: io::Error) -> ListenError {
    match source.kind() {
        io::ErrorKind::AddrInUse => ListenError::InUse { address },
        io::ErrorKind::PermissionDenied => ListenError::NotAllowed { address },
        io::ErrorKind::AddrNotAvailable => ListenError::NotHere { address, because: source },
        _ => ListenError::System { address, source },
    }
}

/// A Unix socket's file, removed on drop unless somebody else's lies there by then.
#[derive(Debug)]
pub struct SocketFile {
    path: Utf8PathBuf,
    /// Device and inode.
    identity: (u64, u64),
}

impl SocketFile {
    fn at(path: &Utf8Path) -> io::Result<SocketFile> {
        Ok(SocketFile { path: path.to_owned(), identity: identity(path)? })
    }

    pub fn path(&self) -> &Utf8Path {
        &self.path
    }
}

fn identity(path: &Utf8Path) -> io::Result<(u64, u64)> {
    std::fs::symlink_metadata(path).map(|metadata| (metadata.dev(), metadata.ino()))
}

impl Drop for SocketFile {
    fn drop(&mut self) {
        if identity(&self.path).is_ok_and(|now| now == self.identity) {
            // What stays behind is replaced at the next start.
            let _ = std::fs::remove_file(&self.path);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rustix::event::{PollFd, PollFlags, poll};
    use rustix::time::Timespec;

    fn folder() -> (tempfile::TempDir, Utf8PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let path = Utf8PathBuf::try_from(folder.path().join("s.sock")).unwrap();
        (folder, path)
    }

    #[test]
    fn a_stale_socket_is_replaced_and_a_live_one_is_not() {
        let (_folder, path) = folder();
        drop(UnixListener::bind(&path).unwrap()); // leaves its file behind
        let socket = unix(&path, 0o600).unwrap();
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        assert!(matches!(unix(&path, 0o600), Err(ListenError::InUse { .. })));
        drop(socket);
        assert!(!path.exists(), "its file goes with it");
    }

    #[test]
    fn a_file_that_is_no_socket_is_never_removed() {
        let (_folder, path) = folder();
        std::fs::write(&path, "precious").unwrap();
        assert!(matches!(unix(&path, 0o600), Err(ListenError::NoSocket { .. })));
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "precious");
    }

    #[test]
    fn somebody_elses_socket_is_left_at_the_end() {
        let (_folder, path) = folder();
        let socket = unix(&path, 0o600).unwrap();
        std::fs::remove_file(&path).unwrap();
        let _other = UnixListener::bind(&path).unwrap();
        drop(socket);
        assert!(path.exists());
    }

    #[test]
    fn a_port_in_use_is_named_with_what_to_do() {
        let taken = TcpListener::bind("127.0.0.1:0").unwrap();
        let address: Address = taken.local_addr().unwrap().to_string().parse().unwrap();
        let error = open(&address, 0o600).unwrap_err();
        assert!(matches!(error, ListenError::InUse { .. }));
        let said = error.to_string();
        assert!(said.contains(&address.to_string()) && said.contains("choose another address"), "{said}");
    }

    #[test]
    fn a_host_of_another_machine_is_named() {
        let address: Address = "192.0.2.1:0".parse().unwrap();
        assert!(matches!(open(&address, 0o600), Err(ListenError::NotHere { .. })));
    }

    /// Whether there is something to accept within a minute.
    fn is_ready(socket: &OwnedFd) -> bool {
        let mut watched = [PollFd::new(socket, PollFlags::IN)];
        poll(&mut watched, Some(&Timespec { tv_sec: 60, tv_nsec: 0 })).unwrap() == 1
    }

    #[test]
    fn accepted_connections_do_not_wait_to_fill_a_segment() {
        let mut sockets = open(&"127.0.0.1:0".parse().unwrap(), 0o600).unwrap();
        let Socket::Tcp(listener, address) = sockets.remove(0) else { unreachable!("asked for TCP") };
        let (socket, _) = Socket::Tcp(listener, address).into_parts().unwrap();
        let _client = std::net::TcpStream::connect(address).unwrap();
        assert!(is_ready(&socket));
        let accepted = rustix::net::accept(&socket).unwrap();
        assert!(sockopt::tcp_nodelay(&accepted).unwrap());
    }

    #[test]
    fn a_connection_is_accepted_with_its_first_bytes_or_a_moment_later_without() {
        let mut sockets = open(&"127.0.0.1:0".parse().unwrap(), 0o600).unwrap();
        let Socket::Tcp(listener, address) = sockets.remove(0) else { unreachable!("asked for TCP") };
        let (socket, _) = Socket::Tcp(listener, address).into_parts().unwrap();
        let mut client = std::net::TcpStream::connect(address).unwrap();
        assert_eq!(rustix::net::accept(&socket).unwrap_err(), rustix::io::Errno::AGAIN, "nothing came of it");
        std::io::Write::write_all(&mut client, b"GET").unwrap();
        assert!(is_ready(&socket));
        rustix::net::accept(&socket).unwrap();
        let _silent = std::net::TcpStream::connect(address).unwrap();
        assert!(is_ready(&socket));
        rustix::net::accept(&socket).unwrap();
    }

    #[test]
    fn every_address_of_a_name_listens_on_one_port() {
        let sockets = open(&"localhost:0".parse().unwrap(), 0o600).unwrap();
        let ports: Vec<_> = sockets
            .iter()
            .map(|s| match s {
                Socket::Tcp(_, address) => address.port(),
                Socket::Unix(..) => unreachable!("asked for TCP"),
            })
            .collect();
        assert!(ports[0] > 0 && ports.iter().all(|p| *p == ports[0]));
    }
}
