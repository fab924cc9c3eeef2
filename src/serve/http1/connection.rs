//! One connection, from its first byte to its last:
//!
//! 1. read until there is a whole head; a client that takes too long over it gets 408;
//! 2. reply, at once where the answer is hot;
//! 3. gather replies to what was sent together, write them;
//! 4. go on, or close.

use super::head::{After, Parsed, parse};
use super::socket::Socket;
use super::wire::{Gone, Read, Wire};
use crate::serve::answer::{Body, Reply, Status};
use crate::serve::engine::Engine;
use crate::serve::http2;
use crate::serve::worker::Worker;
use std::io::IoSlice;
use std::rc::Rc;
use std::time::Duration;
use tokio::time::Instant;

/// A body up to this is copied behind its header and leaves in one piece; a larger one is written where it lies.
const SMALL: usize = 8 * 1024;
/// Replies are gathered up to this before they are written.
const GATHERED: usize = 32 * 1024;

/// Serves a connection to its end.
pub async fn serve<E: Engine>(io: Socket, worker: Rc<Worker<E>>) {
    let _open = worker.handler.shard().connection();
    let mut input = Vec::new();
    let Some(io) = converse(io, &worker, &mut input).await else { return };
    // Boxed: its state is several times that of HTTP/1, and few connections speak it.
    Box::pin(http2::serve(io, input, worker)).await;
}

/// Serves requests until the connection ends; gives it back if it speaks HTTP/2, of which `input` holds the beginning.
async fn converse<E: Engine>(io: Socket, worker: &Worker<E>, input: &mut Vec<u8>) -> Option<Socket> {
    let limits = worker.limits;
    let mut wire = Wire::new(io, Instant::now() + limits.head, &worker.stop, &worker.buffers);
    let mut output = Output { bytes: Vec::new(), worker };
    let mut first = true;
    let mut late = false;
    let mut start = 0;
    loop {
        let head = match parse(&input[start..], first) {
            Parsed::Complete(head) => head,
            Parsed::Partial => {
                output.flush(&mut wire, &Body::Empty).await.ok()?;
                input.drain(..start);
                start = 0;
                if input.is_empty() && !first {
                    // From the last answer on, which was a moment ago if nothing had to be waited for.
                    let since = if wire.has_waited() { Instant::now() } else { worker.clock.last() };
                    wire.deadline(since + limits.idle);
                }
                match fill(&mut wire, input, &mut late, limits.head).await {
                    Read::Some => continue,
                    Read::TimedOut if !input.is_empty() => {
                        output.last(wire, Reply::error(Status::RequestTimeout)).await;
                    }
                    Read::End | Read::TimedOut | Read::Stopping => {}
                }
                return None;
            }
            Parsed::Refused(status) => {
                output.last(wire, Reply::error(status)).await;
                return None;
            }
            Parsed::Http2 if limits.h2c => {
                input.drain(..start);
                return Some(wire.io);
            }
            Parsed::Http2 => {
                output.last(wire, Reply::error(Status::BadRequest)).await;
                return None;
            }
        };
        first = false;
        late = false;
        let reply = match worker.handler.at_once(&head.request) {
            Some(reply) => reply,
            None => {
                // What was asked before need not wait for what may have to be built. Boxed, so that idle
                // connections are not as big as what the engine does.
                output.flush(&mut wire, &Body::Empty).await.ok()?;
                Box::pin(worker.handler.answer(&head.request)).await
            }
        };
        if let Body::Live(hub) = &reply.body {
            output.add(&reply, After::Close);
            if let Some(stream) = hub.stream()
                && output.flush(&mut wire, &Body::Empty).await.is_ok()
            {
                Box::pin(wire.stream(stream, limits.stall)).await;
            }
            return None;
        }
        let after =
            if worker.stop.is_begun() && head.after != After::CloseOverBody { After::Close } else { head.after };
        start += head.length;
        output.add(&reply, after);
        let is_large = !output.take_in(&reply.body);
        if is_large || output.bytes.len() >= GATHERED || after == After::Close || after == After::CloseOverBody {
            let behind = if is_large { &reply.body } else { &Body::Empty };
            output.flush(&mut wire, behind).await.ok()?;
        }
        match after {
            After::Continue | After::ContinueSaid => {}
            // Closing says the same as shutting down before it.
            After::Close => return None,
            After::CloseOverBody => {
                wire.linger().await;
                return None;
            }
        }
        if start == input.len() {
            input.clear();
            start = 0;
        }
    }
}

/// Reads until a head may be whole. Where one has begun but not ended, `late` says that its time is running: from then
/// on, whatever still comes of it.
async fn fill(wire: &mut Wire<'_>, input: &mut Vec<u8>, late: &mut bool, limit: Duration) -> Read {
    loop {
        if !input.is_empty() && !std::mem::replace(late, true) {
            wire.deadline(Instant::now() + limit);
        }
        let before = input.len();
        let read = wire.read(input).await;
        if read != Read::Some {
            return read;
        }
        // Without this, a head sent byte by byte would be parsed as often as it has bytes.
        if input.ends_with(b"\n") || input[before..].contains(&b'\n') || input.len() > super::head::LONGEST {
            return Read::Some;
        }
    }
}

/// Replies on their way out.
struct Output<'a, E> {
    bytes: Vec<u8>,
    worker: &'a Worker<E>,
}

impl<E: Engine> Output<'_, E> {
    /// Adds a reply's header.
    fn add(&mut self, reply: &Reply, after: After) {
        if self.bytes.capacity() == 0 {
            self.bytes = self.worker.buffers.take();
        }
        let bytes = &mut self.bytes;
        bytes.extend_from_slice(reply.status.line().as_bytes());
        self.worker.clock.write_date(Instant::now(), bytes);
        match after {
            After::Continue => {}
            After::ContinueSaid => bytes.extend_from_slice(b"connection: keep-alive\r\n"),
            After::Close | After::CloseOverBody => bytes.extend_from_slice(b"connection: close\r\n"),
        }
        bytes.extend_from_slice(&reply.head);
        bytes.extend_from_slice(b"\r\n");
    }

    /// Copies a small body behind its header; false for one that is better written where it lies.
    fn take_in(&mut self, body: &Body) -> bool {
        match body {
            Body::Empty | Body::Live(_) => true,
            Body::Whole(bytes) if bytes.len() <= SMALL => {
                self.bytes.extend_from_slice(bytes);
                true
            }
            Body::Whole(_) | Body::Sealed(..) | Body::Parts(_) => false,
        }
    }

    /// Writes everything, and a body that was not taken in behind it.
    async fn flush(&mut self, wire: &mut Wire<'_>, behind: &Body) -> Result<(), Gone> {
        if self.bytes.is_empty() {
            return Ok(());
        }
        let stall = self.worker.limits.stall;
        match behind {
            Body::Empty | Body::Live(_) => wire.write(&mut [IoSlice::new(&self.bytes)], stall).await?,
            Body::Whole(body) => wire.write(&mut [IoSlice::new(&self.bytes), IoSlice::new(body)], stall).await?,
            Body::Sealed(sealed, _) => wire.write_sealed(&self.bytes, sealed, stall).await?,
            Body::Parts(parts) => {
                let mut slices = vec![IoSlice::new(&self.bytes)];
                slices.extend(parts.iter().map(|part| IoSlice::new(part)));
                wire.write(&mut slices, stall).await?;
            }
        }
        self.worker.buffers.give(std::mem::take(&mut self.bytes));
        Ok(())
    }

    /// A last reply, to what was no request, and the end.
    async fn last(&mut self, mut wire: Wire<'_>, reply: Reply) {
        self.worker.handler.shard().reply(&reply);
        self.add(&reply, After::Close);
        self.take_in(&reply.body);
        if self.flush(&mut wire, &Body::Empty).await.is_ok() {
            wire.linger().await;
        }
    }
}
