//! One HTTP/2 connection:
//!
//! 1. shake hands within the time a head may take;
//! 2. answer each stream in a task of its own;
//! 3. say goodbye when nothing was asked for long, or the server is stopping, and end when the last stream did.

use super::rewind::Rewind;
use super::stream;
use crate::serve::engine::Engine;
use crate::serve::http1;
use crate::serve::timer::Timer;
use crate::serve::worker::Worker;
use bytes::Bytes;
use h2::server::{Builder, Connection};
use std::cell::Cell;
use std::future::poll_fn;
use std::rc::Rc;
use std::task::Poll;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::time::{Instant, timeout};

/// Streams that a client may have open: more than a page has assets.
const MOST_STREAMS: u32 = 256;
/// Bytes of one stream that are handed to the connection ahead of the client's taking them.
const SEND_BUFFER: usize = 64 * 1024;
/// From goodbye to the end, for clients that do not hang up by themselves.
const FAREWELL: Duration = Duration::from_secs(5);

/// Serves a connection of which `before` was read already.
pub async fn serve<I, E>(io: I, before: Vec<u8>, worker: Rc<Worker<E>>)
where
    I: AsyncRead + AsyncWrite + Unpin,
    E: Engine,
{
    let mut builder = Builder::new();
    builder
        .max_concurrent_streams(MOST_STREAMS)
        .max_header_list_size(http1::LONGEST_HEAD as u32)
        .max_send_buffer_size(SEND_BUFFER);
    let handshake = builder.handshake(Rewind::new(before, io));
    if let Ok(Ok(connection)) = timeout(worker.limits.head, handshake).await {
        converse(connection, worker).await;
    }
}

async fn converse<I, E>(mut connection: Connection<I, Bytes>, worker: Rc<Worker<E>>)
where
    I: AsyncRead + AsyncWrite + Unpin,
    E: Engine,
{
    enum Next<R> {
        Asked(R),
        Idle,
        Stopping,
    }
    let open = Rc::new(Cell::new(0));
    let mut watch = worker.stop.watch();
    // Until the first request is whole, as in HTTP/1: half a one that never ends is no reason to stay.
    let mut timer = Timer::at(Instant::now() + worker.limits.head);
    let mut leaving = false;
    loop {
        let next = poll_fn(|cx| {
            if let Poll::Ready(asked) = connection.poll_accept(cx) {
                return Poll::Ready(Next::Asked(asked));
            }
            if !leaving && watch.poll(cx).is_ready() {
                return Poll::Ready(Next::Stopping);
            }
            timer.poll(cx).map(|()| Next::Idle)
        });
        match next.await {
            Next::Asked(Some(Ok((request, respond)))) => {
                timer.set(Instant::now() + worker.limits.idle);
                let (worker, stream) = (Rc::clone(&worker), Open::one_of(&open));
                tokio::task::spawn_local(async move {
                    stream::answer(request, respond, &worker).await;
                    drop(stream);
                });
            }
            Next::Asked(None | Some(Err(_))) => return,
            Next::Idle if open.get() > 0 => timer.set(Instant::now() + worker.limits.idle),
            Next::Idle if leaving => return,
            Next::Idle | Next::Stopping => {
                leaving = true;
                connection.graceful_shutdown();
                timer.set(Instant::now() + FAREWELL);
            }
        }
    }
}

/// Counts a stream as open for as long as it lives.
struct Open(Rc<Cell<usize>>);

impl Open {
    fn one_of(count: &Rc<Cell<usize>>) -> Open {
        count.set(count.get() + 1);
        Open(Rc::clone(count))
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        self.0.set(self.0.get() - 1);
    }
}
