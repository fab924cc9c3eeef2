//! A client's socket, TCP or Unix. The runtime learns of it only when it has to be waited for: a request that is there
//! when its connection is accepted, and whose answer is the last, costs accept, receive, send and close.

use crate::serve::reactor;
use rustix::fs::sendfile;
use rustix::io::Errno;
use rustix::net::{RecvFlags, SendAncillaryBuffer, SendFlags, Shutdown, recv, send, sendmsg, shutdown};
use std::io::{self, IoSlice};
use std::mem::replace;
use std::os::fd::{AsFd as _, BorrowedFd, OwnedFd};
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use tokio::io::unix::AsyncFd;
use tokio::io::{AsyncRead, AsyncWrite, Interest, ReadBuf};

/// Slices that the kernel takes at once (UIO_MAXIOV).
const MOST_SLICES: usize = 1024;

/// A stream socket that does not block.
#[derive(Debug)]
pub struct Socket(Watched);

/// What the runtime watches it for.
#[derive(Debug)]
enum Watched {
    /// Nothing: it was not waited for yet, and nothing was read from it.
    New(OwnedFd),
    /// Nothing, and something was read: whoever goes on sending has to wait for its turn like the others.
    Read(OwnedFd),
    /// Bytes to read. A Unix socket would else report each answer that the client took.
    Bytes(AsyncFd<OwnedFd>),
    /// Also room to write, since there was none once.
    BytesAndRoom(AsyncFd<OwnedFd>),
    /// The runtime cannot.
    Lost,
}

impl From<OwnedFd> for Socket {
    fn from(socket: OwnedFd) -> Socket {
        Socket(Watched::New(socket))
    }
}

impl Socket {
    /// Reads into a buffer's spare room, of which there is some; 0 at the end.
    pub fn poll_receive(&mut self, cx: &mut Context<'_>, buffer: &mut Vec<u8>) -> Poll<io::Result<usize>> {
        let room = buffer.capacity() - buffer.len();
        self.poll_to_read(cx, room, |socket| {
            Ok(recv(socket, rustix::buffer::spare_capacity(buffer), RecvFlags::empty())?.0)
        })
    }

    /// Sends slices, as many bytes of them as there is room for.
    pub fn poll_send(&mut self, cx: &mut Context<'_>, slices: &[IoSlice<'_>]) -> Poll<io::Result<usize>> {
        let slices = &slices[..slices.len().min(MOST_SLICES)];
        let length = slices.iter().map(|slice| slice.len()).sum();
        // A client that is gone is an error, not a signal.
        self.poll_to_write(cx, length, |socket| match slices {
            [one] => send(socket, one, SendFlags::NOSIGNAL),
            several => sendmsg(socket, several, &mut SendAncillaryBuffer::default(), SendFlags::NOSIGNAL),
        })
    }

    /// Sends bytes that more will follow: the kernel holds a last short piece back for it.
    pub fn poll_send_before(&mut self, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let flags = SendFlags::MORE | SendFlags::NOSIGNAL;
        self.poll_to_write(cx, bytes.len(), |socket| send(socket, bytes, flags))
    }

    /// Sends a file from `offset` on, which moves by what was sent.
    pub fn poll_send_file(
        &mut self,
        cx: &mut Context<'_>,
        file: BorrowedFd<'_>,
        offset: &mut u64,
        length: u64,
    ) -> Poll<io::Result<usize>> {
        let rest = (length - *offset) as usize;
        self.poll_to_write(cx, rest, |socket| sendfile(socket, file, Some(&mut *offset), rest))
    }

    /// Says that nothing more comes.
    pub fn shutdown(&self) -> io::Result<()> {
        match &self.0 {
            Watched::New(socket) | Watched::Read(socket) => Ok(shutdown(socket, Shutdown::Write)?),
            Watched::Bytes(socket) | Watched::BytesAndRoom(socket) => Ok(shutdown(socket, Shutdown::Write)?),
            Watched::Lost => Err(io::ErrorKind::NotConnected.into()),
        }
    }

    /// Reads once there is something: at first without asking whether there is.
    fn poll_to_read(
        &mut self,
        cx: &mut Context<'_>,
        room: usize,
        mut read: impl FnMut(BorrowedFd<'_>) -> rustix::io::Result<usize>,
    ) -> Poll<io::Result<usize>> {
        loop {
            match &self.0 {
                Watched::New(socket) => match read(socket.as_fd()) {
                    Err(Errno::INTR) => continue,
                    Err(Errno::AGAIN) => {}
                    done => {
                        if let Watched::New(socket) = replace(&mut self.0, Watched::Lost) {
                            self.0 = Watched::Read(socket);
                        }
                        return Poll::Ready(done.map_err(Into::into));
                    }
                },
                Watched::Bytes(socket) | Watched::BytesAndRoom(socket) => {
                    let mut ready = ready!(socket.poll_read_ready(cx))?;
                    match read(socket.as_fd()) {
                        Err(Errno::INTR) => {}
                        Err(Errno::AGAIN) => ready.clear_ready(),
                        done => {
                            // Less than there was room for was all, and what comes next is reported anew.
                            if done.is_ok_and(|n| n > 0 && n < room) {
                                ready.clear_ready();
                            }
                            return Poll::Ready(done.map_err(Into::into));
                        }
                    }
                    continue;
                }
                Watched::Read(_) => {}
                Watched::Lost => return Poll::Ready(Err(io::ErrorKind::NotConnected.into())),
            }
            self.watch(Interest::READABLE)?;
        }
    }

    /// Writes at once; waits only once there was no room.
    fn poll_to_write(
        &mut self,
        cx: &mut Context<'_>,
        length: usize,
        mut write: impl FnMut(BorrowedFd<'_>) -> rustix::io::Result<usize>,
    ) -> Poll<io::Result<usize>> {
        loop {
            let socket = match &self.0 {
                Watched::New(socket) | Watched::Read(socket) => socket.as_fd(),
                Watched::Bytes(socket) => socket.as_fd(),
                Watched::BytesAndRoom(socket) => {
                    let mut ready = ready!(socket.poll_write_ready(cx))?;
                    match write(socket.as_fd()) {
                        Err(Errno::INTR) => {}
                        Err(Errno::AGAIN) => ready.clear_ready(),
                        done => {
                            if done.is_ok_and(|n| n > 0 && n < length) {
                                ready.clear_ready();
                            }
                            return Poll::Ready(done.map_err(Into::into));
                        }
                    }
                    continue;
                }
                Watched::Lost => return Poll::Ready(Err(io::ErrorKind::NotConnected.into())),
            };
            match write(socket) {
                Err(Errno::INTR) => {}
                Err(Errno::AGAIN) => self.watch(Interest::READABLE | Interest::WRITABLE)?,
                done => return Poll::Ready(done.map_err(Into::into)),
            }
        }
    }

    /// Has the runtime watch it: what is there already it reports at once.
    fn watch(&mut self, interest: Interest) -> io::Result<()> {
        let socket = match replace(&mut self.0, Watched::Lost) {
            Watched::New(socket) | Watched::Read(socket) => socket,
            Watched::Bytes(socket) | Watched::BytesAndRoom(socket) => socket.into_inner(),
            Watched::Lost => return Err(io::ErrorKind::NotConnected.into()),
        };
        let socket = reactor::watch(socket, interest)?;
        self.0 = if interest.is_writable() { Watched::BytesAndRoom(socket) } else { Watched::Bytes(socket) };
        Ok(())
    }
}

impl AsyncRead for Socket {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let room = buffer.remaining();
        let read = self.poll_to_read(cx, room, |socket| {
            Ok(recv(socket, &mut *buffer.initialize_unfilled(), RecvFlags::empty())?.0)
        });
        read.map_ok(|n| buffer.advance(n))
    }
}

impl AsyncWrite for Socket {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        self.poll_send(cx, &[IoSlice::new(bytes)])
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        self.poll_send(cx, slices)
    }

    fn is_write_vectored(&self) -> bool {
        true
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(self.shutdown())
    }
}

#[cfg(test)]
mod tests;
