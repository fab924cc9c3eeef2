//! The sockets that a connection can be on: TCP and Unix.

use rustix::fs::sendfile;
use rustix::net::{SendFlags, send};
use std::io;
use std::os::fd::{AsFd, BorrowedFd};
use std::task::{Context, Poll, ready};
use tokio::io::{AsyncRead, AsyncWrite, Interest};
use tokio::net::{TcpStream, UnixStream};

/// A stream socket that the kernel can send files on.
pub trait Socket: AsyncRead + AsyncWrite + Unpin {
    /// Ready when the socket takes bytes again.
    fn poll_writable(&self, cx: &mut Context<'_>) -> Poll<io::Result<()>>;

    /// Does something that writes to the socket; `WouldBlock` makes [`Socket::poll_writable`] wait.
    fn try_write<R>(&self, write: impl FnOnce(BorrowedFd<'_>) -> io::Result<R>) -> io::Result<R>;

    /// Sends bytes that more will follow: the kernel holds a last short piece back for it.
    fn poll_send_before(&self, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        // A client that is gone is an error, not a signal.
        let flags = SendFlags::MORE | SendFlags::NOSIGNAL;
        self.poll_with(cx, |socket| Ok(send(socket, bytes, flags)?))
    }

    /// Sends a file from `offset` on, which moves by what was sent.
    fn poll_send_file(
        &self,
        cx: &mut Context<'_>,
        file: BorrowedFd<'_>,
        offset: &mut u64,
        length: u64,
    ) -> Poll<io::Result<usize>> {
        let rest = (length - *offset) as usize;
        self.poll_with(cx, |socket| Ok(sendfile(socket, file, Some(&mut *offset), rest)?))
    }

    fn poll_with<R>(
        &self,
        cx: &mut Context<'_>,
        mut write: impl FnMut(BorrowedFd<'_>) -> io::Result<R>,
    ) -> Poll<io::Result<R>> {
        loop {
            ready!(self.poll_writable(cx))?;
            match self.try_write(&mut write) {
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                done => return Poll::Ready(done),
            }
        }
    }
}

impl Socket for TcpStream {
    fn poll_writable(&self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.poll_write_ready(cx)
    }

    fn try_write<R>(&self, write: impl FnOnce(BorrowedFd<'_>) -> io::Result<R>) -> io::Result<R> {
        self.try_io(Interest::WRITABLE, || write(self.as_fd()))
    }
}

impl Socket for UnixStream {
    fn poll_writable(&self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.poll_write_ready(cx)
    }

    fn try_write<R>(&self, write: impl FnOnce(BorrowedFd<'_>) -> io::Result<R>) -> io::Result<R> {
        self.try_io(Interest::WRITABLE, || write(self.as_fd()))
    }
}
