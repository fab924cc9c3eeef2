//! Which worker a new connection goes to: the one that accepted it, unless another has clearly fewer. No thread stands
//! between the kernel and the workers, so a connection for a single request is not handed around.

use std::os::fd::OwnedFd;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use tokio::sync::Notify;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

/// Connections more than another worker's with which one still keeps what it accepted: a browser's.
const AHEAD: usize = 6;

/// One worker's view of all of them.
#[derive(Clone, Debug)]
pub struct Seats {
    places: Arc<[Place]>,
    own: usize,
}

/// A worker as the others see it.
#[derive(Debug)]
struct Place {
    open: AtomicUsize,
    /// Connections that it has open at most.
    most: usize,
    freed: Notify,
    given: UnboundedSender<(OwnedFd, Seat)>,
}

/// What other workers accepted for this one.
pub type Given = UnboundedReceiver<(OwnedFd, Seat)>;

/// A connection that counts as open for as long as this lives.
#[derive(Debug)]
pub struct Seat(Seats);

impl Seats {
    /// The views of all workers.
    pub fn of(workers: usize, most: usize) -> Vec<(Seats, Given)> {
        let (places, given): (Vec<_>, Vec<_>) = (0..workers)
            .map(|_| {
                let (sender, given) = unbounded_channel();
                (Place { open: AtomicUsize::new(0), most, freed: Notify::new(), given: sender }, given)
            })
            .unzip();
        let places: Arc<[Place]> = places.into();
        let view = |(own, given)| (Seats { places: Arc::clone(&places), own }, given);
        given.into_iter().enumerate().map(view).collect()
    }

    /// Connections that this worker has open.
    pub fn open(&self) -> usize {
        self.place().open.load(Relaxed)
    }

    /// Waits until this worker may have one more.
    pub async fn room(&self) {
        self.fewer_than(self.place().most).await;
    }

    /// Waits until this worker has none.
    pub async fn none(&self) {
        self.fewer_than(1).await;
    }

    /// Seats a connection that this worker accepted; gives it back where it is this worker's.
    pub fn seat(&self, socket: OwnedFd) -> Option<(OwnedFd, Seat)> {
        let open = |place: usize| self.places[place].open.load(Relaxed);
        let least = (0..self.places.len()).min_by_key(|place| open(*place)).unwrap_or(self.own);
        let whose = if open(least) + AHEAD < open(self.own) { least } else { self.own };
        let seat = Seat(Seats { places: Arc::clone(&self.places), own: whose });
        self.places[whose].open.fetch_add(1, Relaxed);
        if whose == self.own {
            return Some((socket, seat));
        }
        // A worker that is gone takes none: then it is this one's, which only the count says otherwise.
        self.places[whose].given.send((socket, seat)).err().map(|back| back.0)
    }

    fn place(&self) -> &Place {
        &self.places[self.own]
    }

    async fn fewer_than(&self, limit: usize) {
        loop {
            let mut freed = pin!(self.place().freed.notified());
            // Before the count is looked at: what ends in between is not missed.
            freed.as_mut().enable();
            if self.open() < limit {
                return;
            }
            freed.await;
        }
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        let place = self.0.place();
        let before = place.open.fetch_sub(1, Relaxed);
        if before >= place.most || before == 1 {
            place.freed.notify_waiters();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::net::UnixStream;

    fn socket() -> OwnedFd {
        UnixStream::pair().unwrap().0.into()
    }

    #[test]
    fn a_worker_keeps_what_it_accepts_until_another_has_clearly_fewer() {
        let mut workers = Seats::of(2, 100);
        let (second, mut given) = workers.remove(1);
        let first = &workers[0].0;
        let own: Vec<_> = (0..=AHEAD).map(|_| first.seat(socket()).expect("its own")).collect();
        assert!(first.seat(socket()).is_none(), "the other's");
        assert_eq!((first.open(), second.open()), (AHEAD + 1, 1));
        let handed = given.try_recv().unwrap();
        drop(handed);
        assert_eq!(second.open(), 0);
        drop(own);
        assert_eq!(first.open(), 0);
    }

    #[test]
    fn many_connections_end_up_with_all_workers_alike() {
        let workers = Seats::of(3, 1000);
        let all: Vec<_> = (0..300).filter_map(|_| workers[1].0.seat(socket())).collect();
        let open: Vec<_> = workers.iter().map(|(seats, _)| seats.open()).collect();
        assert_eq!(open.iter().sum::<usize>(), 300);
        assert!(open.iter().max().unwrap() - open.iter().min().unwrap() <= AHEAD + 1, "{open:?}");
        drop(all);
    }

    #[test]
    fn what_a_worker_that_is_gone_would_get_stays() {
        let mut workers = Seats::of(2, 100);
        drop(workers.remove(1).1);
        let first = &workers[0].0;
        let kept: Vec<_> = (0..50).filter_map(|_| first.seat(socket())).collect();
        assert_eq!(kept.len(), 50);
    }

    #[test]
    fn whoever_is_full_waits_for_an_end() {
        tokio::runtime::LocalRuntime::new().unwrap().block_on(async {
            let workers = Seats::of(1, 2);
            let seats = workers[0].0.clone();
            let (one, two) = (seats.seat(socket()), seats.seat(socket()));
            let waiting = tokio::task::spawn_local({
                let seats = seats.clone();
                async move { seats.room().await }
            });
            tokio::task::yield_now().await;
            assert!(!waiting.is_finished());
            drop(one);
            waiting.await.unwrap();
            let ending = tokio::task::spawn_local(async move { seats.none().await });
            tokio::task::yield_now().await;
            assert!(!ending.is_finished());
            drop(two);
            ending.await.unwrap();
        });
    }
}
