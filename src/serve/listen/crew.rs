//! The worker threads, each of which accepts and serves connections by itself:
//!
//! 1. every thread gets every listening socket, a handler and a runtime of its own;
//! 2. it accepts what comes, and serves it or hands it to a worker that has clearly fewer;
//! 3. told to stop, it accepts no more, closes idle connections and waits for the others;
//! 4. told to hurry, or when the time for that is over, it cuts them off.

use super::seats::{Given, Seat, Seats};
use crate::serve::engine::Engine;
use crate::serve::http1;
use crate::serve::reactor;
use crate::serve::worker::Worker;
use rustix::io::Errno;
use rustix::net::{SocketFlags, accept_with};
use std::io;
use std::os::fd::OwnedFd;
use std::rc::Rc;
use std::time::Duration;
use tokio::io::Interest;
use tokio::io::unix::AsyncFd;
use tokio::runtime::{Builder, LocalOptions};
use tokio::sync::{oneshot, watch};
use tokio::task::{spawn_local, yield_now};
use tokio::time::{sleep, timeout};

/// Connections that are accepted before those accepted are looked at.
const AT_ONCE: usize = 16;
/// After running out of descriptors or memory.
const PAUSE: Duration = Duration::from_millis(500);

/// What the threads are at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Phase {
    Serving,
    Stopping,
    /// Nobody waits for anything any more.
    Hurrying,
}

/// The threads.
#[derive(Debug)]
pub struct Crew {
    phase: watch::Sender<Phase>,
    ends: Vec<oneshot::Receiver<io::Result<()>>>,
}

impl Crew {
    /// Starts `workers` threads on sockets that do not block, each of which has at most `most` connections open and
    /// gives them `farewell` once it is told to stop. `worker` is called in each thread.
    pub fn start<E: Engine>(
        sockets: Vec<OwnedFd>,
        (workers, most, farewell): (usize, usize, Duration),
        worker: impl Fn() -> Worker<E> + Clone + Send + 'static,
    ) -> io::Result<Crew> {
        let (phase, watched) = watch::channel(Phase::Serving);
        let mut ends = Vec::new();
        for (number, (seats, given)) in Seats::of(workers, most).into_iter().enumerate() {
            let sockets = sockets.iter().map(OwnedFd::try_clone).collect::<io::Result<Vec<_>>>()?;
            let (worker, watched) = (worker.clone(), watched.clone());
            let (end, ended) = oneshot::channel();
            std::thread::Builder::new().name(format!("assets-{number}")).spawn(move || {
                let runtime = Builder::new_current_thread().enable_all().build_local(LocalOptions::default());
                let served = runtime.and_then(|runtime| {
                    let worker = Rc::new(worker());
                    runtime.block_on(work(worker, sockets, seats, given, watched, farewell))
                });
                // Nobody listens if the server's own thread is gone.
                let _ = end.send(served);
            })?;
            ends.push(ended);
        }
        Ok(Crew { phase, ends })
    }

    /// No connection is accepted any more, idle ones close, running answers end.
    pub fn stop(&self) {
        self.phase.send_replace(Phase::Stopping);
    }

    /// Running answers are cut off.
    pub fn hurry(&self) {
        self.phase.send_replace(Phase::Hurrying);
    }

    /// Ready when all threads have ended, or one did so in error.
    pub async fn ended(&mut self) -> io::Result<()> {
        while let Some(end) = self.ends.last_mut() {
            end.await.unwrap_or_else(|_| Err(io::Error::other("a worker thread is gone")))?;
            self.ends.pop();
        }
        Ok(())
    }
}

/// One thread's work, from the first connection to the last.
async fn work<E: Engine>(
    worker: Rc<Worker<E>>,
    sockets: Vec<OwnedFd>,
    seats: Seats,
    mut given: Given,
    mut phase: watch::Receiver<Phase>,
    farewell: Duration,
) -> io::Result<()> {
    let mut accepting = Vec::new();
    for socket in sockets {
        let listening = reactor::watch(socket, Interest::READABLE)?;
        accepting.push(spawn_local(accept(listening, seats.clone(), Rc::clone(&worker))));
    }
    // The sender goes only with the server.
    let mut until = async |least| phase.wait_for(|now| *now >= least).await.map(drop).unwrap_or_default();
    loop {
        tokio::select! {
            Some((socket, seat)) = given.recv() => serve(socket, seat, &worker),
            () = until(Phase::Stopping) => break,
        }
    }
    accepting.iter().for_each(|task| task.abort());
    worker.stop.begin();
    // What another worker accepted for this one right before.
    given.close();
    while let Some((socket, seat)) = given.recv().await {
        serve(socket, seat, &worker);
    }
    tokio::select! {
        _ = timeout(farewell, seats.none()) => {}
        () = until(Phase::Hurrying) => {}
    }
    Ok(())
}

/// Accepts until the task is ended.
async fn accept<E: Engine>(listening: AsyncFd<OwnedFd>, seats: Seats, worker: Rc<Worker<E>>) {
    let mut taken = 0;
    loop {
        seats.room().await;
        let flags = SocketFlags::NONBLOCK | SocketFlags::CLOEXEC;
        match listening.async_io(Interest::READABLE, |socket| Ok(accept_with(socket, flags)?)).await {
            Ok(socket) => {
                if let Some((socket, seat)) = seats.seat(socket) {
                    serve(socket, seat, &worker);
                }
            }
            Err(error) if is_the_connections_own(&error) => {}
            Err(error) => {
                tracing::warn!(%error, "cannot accept connections for a moment: they wait");
                sleep(PAUSE).await;
            }
        }
        taken += 1;
        if taken % AT_ONCE == 0 {
            yield_now().await;
        }
    }
}

/// Begins to serve a connection.
fn serve<E: Engine>(socket: OwnedFd, seat: Seat, worker: &Rc<Worker<E>>) {
    let worker = Rc::clone(worker);
    spawn_local(async move {
        http1::serve(socket.into(), worker).await;
        drop(seat);
    });
}

/// Whether only the connection that was to be accepted is broken (accept(2)): the next one may be well.
fn is_the_connections_own(error: &io::Error) -> bool {
    const THESE: [Errno; 11] = [
        Errno::CONNABORTED,
        Errno::INTR,
        Errno::PROTO,
        Errno::PERM,
        Errno::NETDOWN,
        Errno::NOPROTOOPT,
        Errno::HOSTDOWN,
        Errno::NONET,
        Errno::HOSTUNREACH,
        Errno::OPNOTSUPP,
        Errno::NETUNREACH,
    ];
    Errno::from_io_error(error).is_some_and(|error| THESE.contains(&error))
}
