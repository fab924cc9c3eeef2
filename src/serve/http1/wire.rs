//! Bytes in and out of a connection, each wait with its end.

use super::socket::Socket;
use crate::designer::live::Stream;
use crate::serve::buffers::Buffers;
use crate::serve::sealed::Sealed;
use crate::serve::stop::{Stop, Watch};
use crate::serve::timer::Timer;
use bytes::Bytes;
use std::future::poll_fn;
use std::io::{self, IoSlice};
use std::os::fd::AsFd as _;
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::time::Instant;

/// A socket with its timer.
#[derive(Debug)]
pub struct Wire<'a> {
    pub io: Socket,
    timer: Timer,
    watch: Watch<'a>,
    buffers: &'a Buffers,
    /// Something that was to be written had to wait for the client.
    waited: bool,
}

/// A stream without an event for this long gets a comment.
const QUIET: Duration = Duration::from_secs(15);

/// How a wait for bytes ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Read {
    Some,
    /// The client closed its side, or the connection broke.
    End,
    TimedOut,
    /// The server is stopping and nothing of a request has come.
    Stopping,
}

/// The client is gone, or takes nothing any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Gone;

impl<'a> Wire<'a> {
    pub fn new(io: Socket, deadline: Instant, stop: &'a Stop, buffers: &'a Buffers) -> Wire<'a> {
        Wire { io, timer: Timer::at(deadline), watch: stop.watch(), buffers, waited: false }
    }

    /// Whether the client had to be waited for since this was asked last.
    pub fn has_waited(&mut self) -> bool {
        std::mem::take(&mut self.waited)
    }

    pub fn deadline(&mut self, deadline: Instant) {
        self.timer.set(deadline);
    }

    /// Reads what there is into `input`, which gives its buffer back while there is nothing in it.
    pub async fn read(&mut self, input: &mut Vec<u8>) -> Read {
        poll_fn(|cx| {
            if input.capacity() == 0 {
                *input = self.buffers.take();
            }
            if input.capacity() - input.len() < Buffers::SIZE / 4 {
                input.reserve(Buffers::SIZE);
            }
            match self.io.poll_receive(cx, input) {
                Poll::Ready(Ok(n)) if n > 0 => return Poll::Ready(Read::Some),
                Poll::Ready(_) => return Poll::Ready(Read::End),
                Poll::Pending => {}
            }
            if input.is_empty() {
                self.buffers.give(std::mem::take(input));
                if self.watch.poll(cx).is_ready() {
                    return Poll::Ready(Read::Stopping);
                }
            } else if input.len() < input.capacity() / 4 {
                // Half a head: as little as it needs, for as long as it takes.
                let half = input.as_slice().to_vec();
                self.buffers.give(std::mem::replace(input, half));
            }
            self.timer.poll(cx).map(|()| Read::TimedOut)
        })
        .await
    }

    /// Writes all of it; every byte that the client takes gives it `stall` more time.
    pub async fn write(&mut self, mut slices: &mut [IoSlice<'_>], stall: Duration) -> Result<(), Gone> {
        while !slices.is_empty() {
            let written = self.progress(stall, |io, cx| io.poll_send(cx, slices)).await?;
            IoSlice::advance_slices(&mut slices, written);
        }
        Ok(())
    }

    /// Writes a header, and a sealed body behind it.
    pub async fn write_sealed(&mut self, mut head: &[u8], body: &Sealed, stall: Duration) -> Result<(), Gone> {
        while !head.is_empty() {
            let written = self.progress(stall, |io, cx| io.poll_send_before(cx, head)).await?;
            head = &head[written..];
        }
        let mut offset = 0;
        while offset < body.len() {
            self.progress(stall, |io, cx| io.poll_send_file(cx, body.as_fd(), &mut offset, body.len())).await?;
        }
        Ok(())
    }

    /// Writes once, however long the client lets us wait, but for `stall`; says how much.
    async fn progress(
        &mut self,
        stall: Duration,
        mut write: impl FnMut(&mut Socket, &mut Context<'_>) -> Poll<io::Result<usize>>,
    ) -> Result<usize, Gone> {
        let mut waits = false;
        let waited = &mut self.waited;
        poll_fn(|cx| {
            match write(&mut self.io, cx) {
                Poll::Ready(Ok(written)) if written > 0 => return Poll::Ready(Ok(written)),
                Poll::Ready(_) => return Poll::Ready(Err(Gone)),
                Poll::Pending => {}
            }
            if !waits {
                self.timer.set(Instant::now() + stall);
                waits = true;
                *waited = true;
            }
            self.timer.poll(cx).map(|()| Err(Gone))
        })
        .await
    }

    /// Writes events as they come, until the client goes or the server stops.
    pub async fn stream(&mut self, mut events: Stream, stall: Duration) {
        let mut waste = Vec::new();
        loop {
            self.deadline(Instant::now() + QUIET);
            waste.clear();
            let event = tokio::select! {
                event = events.next() => event,
                read = self.read(&mut waste) => match read {
                    Read::Some => continue,
                    // A comment: whoever is gone without a word is noticed, and proxies keep the connection.
                    Read::TimedOut => Some(Bytes::from_static(b":\n\n")),
                    Read::End | Read::Stopping => None,
                },
            };
            let Some(event) = event else { break };
            if self.write(&mut [IoSlice::new(&event)], stall).await.is_err() {
                return;
            }
        }
    }

    /// Says that nothing more comes, and throws away what the client still sends, within limits: closing over unread
    /// bytes would reset the connection, and the client might never see the answer (RFC 9112 §9.6).
    pub async fn linger(mut self) {
        const LONGEST: Duration = Duration::from_secs(2);
        const MOST: usize = 1 << 20;
        if self.io.shutdown().is_err() {
            return;
        }
        self.timer.set(Instant::now() + LONGEST);
        let mut waste = self.buffers.take();
        let mut thrown = 0;
        while thrown < MOST {
            waste.clear();
            let read = poll_fn(|cx| {
                if let Poll::Ready(read) = self.io.poll_receive(cx, &mut waste) {
                    return Poll::Ready(read.unwrap_or(0));
                }
                self.timer.poll(cx).map(|()| 0)
            });
            match read.await {
                0 => break,
                n => thrown += n,
            }
        }
        self.buffers.give(waste);
    }
}
