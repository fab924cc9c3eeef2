//! What is known of the site's revisions, kept up to date.
//!
//! One task looks, for everybody: who needs a look asks for one that begins after the asking, and waits for it as
//! long as they like. A look that takes long is one look, however many wait; and none of them ends it by going away.

use super::{Purge, Source, SourceError, State};
use crate::asset::Revision;
use arc_swap::ArcSwap;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
use tokio::sync::{mpsc, watch};
use tokio::time::timeout;

/// The last look at a source, shared by everybody who asks.
pub struct Revisions {
    shared: Arc<Shared>,
    wake: mpsc::Sender<()>,
    looks: watch::Receiver<Looked>,
}

struct Shared {
    source: Box<dyn Source>,
    state: ArcSwap<State>,
    /// This node's code, where it is compared with the revisions' (design.md §6).
    code: Mutex<Code>,
    generation: AtomicU64,
    reachable: AtomicBool,
    /// Looks that were asked for.
    asked: AtomicU64,
    /// When the last look that was answered began.
    answered: Mutex<Instant>,
}

/// The last look.
#[derive(Clone)]
struct Looked {
    /// It began after this many were asked for.
    number: u64,
    ended: Instant,
    said: Option<Arc<State>>,
}

/// What this node's code is, by its fingerprint.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Code {
    /// It is not compared.
    #[default]
    Trusted,
    Known(String),
    /// It cannot be told, and why.
    Unknown(String),
}

impl Revisions {
    /// At most this often requests with newer revisions make us look between.
    const AT_MOST_EVERY: Duration = Duration::from_millis(250);
    /// How long those wait who have an answer without it.
    const PATIENCE: Duration = Duration::from_secs(2);
    /// How long the look of every second is waited for: longer than any source takes to fail.
    const LONG: Duration = Duration::from_secs(60);

    /// Takes the first look; a site whose source cannot come later does not start without one. Must be called on a
    /// Tokio runtime, which runs all looks.
    pub async fn start(source: Box<dyn Source>) -> Result<Arc<Revisions>, SourceError> {
        let (state, reachable) = match source.look().await {
            Ok(state) => (state, true),
            Err(error) if source.may_come_later() => {
                tracing::warn!(%error, "the source of revisions does not answer: nothing is published until it does");
                (State::unknown(format!("no revision is known yet: {error}")), false)
            }
            Err(error) => return Err(error),
        };
        let shared = Arc::new(Shared {
            source,
            state: ArcSwap::from_pointee(state),
            code: Mutex::default(),
            generation: AtomicU64::new(1),
            reachable: AtomicBool::new(reachable),
            asked: AtomicU64::new(0),
            answered: Mutex::new(Instant::now()),
        });
        shared.rejudge();
        let (wake, woken) = mpsc::channel(1);
        let first = Looked { number: 0, ended: Instant::now(), said: reachable.then(|| shared.state.load_full()) };
        let (done, looks) = watch::channel(first);
        tokio::spawn(look_when_asked(shared.clone(), woken, done));
        Ok(Arc::new(Revisions { shared, wake, looks }))
    }

    /// What the last look said.
    pub fn known(&self) -> Arc<State> {
        self.shared.state.load_full()
    }

    /// Moves whenever anything of the state does. What was prepared under another number is no longer valid.
    pub fn generation(&self) -> u64 {
        self.shared.generation.load(Ordering::Acquire)
    }

    /// Whether the last look succeeded.
    pub fn is_reachable(&self) -> bool {
        self.shared.reachable.load(Ordering::Relaxed)
    }

    /// How long ago the last look began that was answered.
    pub fn age(&self) -> Duration {
        self.shared.answered.lock().unwrap_or_else(PoisonError::into_inner).elapsed()
    }

    /// What the source is, for operators.
    pub fn describe(&self) -> String {
        self.shared.source.describe()
    }

    /// The source's kind, as `[revisions] source` names it.
    pub fn kind(&self) -> &'static str {
        self.shared.source.kind()
    }

    /// Seconds by which the source's clock is ahead of this node's, where it has one.
    pub fn clock_ahead(&self) -> Option<f64> {
        self.shared.source.clock_ahead()
    }

    /// Looks anew now, whatever was looked before: what publishing asks (design.md §2, promise 2).
    /// `None` where the source does not answer in time: then nothing is current enough to publish.
    pub async fn look(&self) -> Option<Arc<State>> {
        self.look_within(Self::PATIENCE).await
    }

    /// The look of every second, which waits for a slow source.
    pub async fn look_patiently(&self) -> Option<Arc<State>> {
        self.look_within(Self::LONG).await
    }

    /// Makes a new revision and knows it at once; `None` where the source does not let revserve.
    pub async fn purge(&self, purge: Purge) -> Option<Result<Arc<State>, SourceError>> {
        let code = match self.code() {
            Code::Known(code) => Some(code),
            Code::Trusted | Code::Unknown(_) => None,
        };
        let purged = self.shared.source.purge(purge, code)?.await;
        let looked = self.look().await;
        Some(purged.map(|state| looked.unwrap_or_else(|| Arc::new(state))))
    }

    /// Looks anew because a request named a revision that is newer than the one known. Requests that come
    /// together wait for one look, and there are a few a second at most.
    pub async fn look_for(&self, asked: Revision, current: impl Fn(&State) -> Option<Revision>) -> Arc<State> {
        let known = self.known();
        if !self.change() || current(&known).is_none_or(|current| asked <= current) {
            return known;
        }
        let ended = self.looks.borrow().ended;
        if let Some(rest) = Self::AT_MOST_EVERY.checked_sub(ended.elapsed()) {
            tokio::time::sleep(rest).await;
        }
        // Somebody else's look may have begun meanwhile.
        if current(&self.known()).is_some_and(|current| asked > current) {
            self.look().await;
        }
        self.known()
    }

    /// Whether they can change at all; if not, looking every second is for nothing.
    pub fn change(&self) -> bool {
        self.shared.source.changes()
    }

    /// The name of the log that this node's purges go to, where it makes any.
    pub fn log(&self) -> Option<String> {
        self.shared.source.log().map(str::to_owned)
    }

    /// This node's code, as it was said last.
    pub fn code(&self) -> Code {
        self.shared.code.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Says what this node's code is now. Where it is not the current revisions', the node lags.
    pub fn set_code(&self, code: Code) {
        *self.shared.code.lock().unwrap_or_else(PoisonError::into_inner) = code;
        self.shared.rejudge();
    }

    async fn look_within(&self, patience: Duration) -> Option<Arc<State>> {
        let mut looks = self.looks.clone();
        let mine = self.shared.asked.fetch_add(1, Ordering::AcqRel) + 1;
        // A waker that is waiting already will see our number.
        let _ = self.wake.try_send(());
        let looked = timeout(patience, looks.wait_for(|looked| looked.number >= mine)).await;
        looked.ok()?.ok()?.said.clone()
    }
}

/// Looks as long as somebody can ask.
async fn look_when_asked(shared: Arc<Shared>, mut woken: mpsc::Receiver<()>, done: watch::Sender<Looked>) {
    while woken.recv().await.is_some() {
        let number = shared.asked.load(Ordering::Acquire);
        let begun = Instant::now();
        let said = shared.source.look().await;
        let said = shared.take(said, begun);
        done.send_replace(Looked { number, ended: Instant::now(), said });
    }
}

impl Shared {
    fn take(&self, said: Result<State, SourceError>, begun: Instant) -> Option<Arc<State>> {
        match said {
            Ok(state) => {
                *self.answered.lock().unwrap_or_else(PoisonError::into_inner) = begun;
                if !self.reachable.swap(true, Ordering::Relaxed) {
                    tracing::info!("the source of revisions answers again");
                    self.generation.fetch_add(1, Ordering::AcqRel);
                }
                Some(self.settle(Some(state)))
            }
            Err(error) => {
                if self.reachable.swap(false, Ordering::Relaxed) {
                    tracing::warn!(%error, "the source of revisions does not answer: going on with what is known, publishing nothing");
                    self.generation.fetch_add(1, Ordering::AcqRel);
                }
                None
            }
        }
    }

    fn rejudge(&self) {
        self.settle(None);
    }

    /// Takes what was said, or what is known, judges it by this node's code, and makes it what is known.
    fn settle(&self, said: Option<State>) -> Arc<State> {
        let code = self.code.lock().unwrap_or_else(PoisonError::into_inner); // one at a time
        let known = self.state.load_full();
        let mut state = said.unwrap_or_else(|| State::clone(&known));
        if !state.is_unknown {
            state.lagging = lag(&state, &code);
        }
        state.era = known.era;
        if *known == state {
            return known;
        }
        if state.lagging != known.lagging {
            state.era += 1;
            match &state.lagging {
                Some(why) => tracing::warn!(%why, "this node lags: it answers short and publishes nothing"),
                None => tracing::info!("this node no longer lags"),
            }
        }
        if (state.themerev, state.jsrev, &state.themes) != (known.themerev, known.jsrev, &known.themes) {
            tracing::info!(themerev = ?state.themerev, jsrev = ?state.jsrev, "new revisions");
        }
        let state = Arc::new(state);
        // Counted before it can be seen, so that who sees it opens the site anew; and after, so that what was prepared
        // in between, by the state before, is not taken for this one's.
        self.generation.fetch_add(1, Ordering::AcqRel);
        self.state.store(state.clone());
        self.generation.fetch_add(1, Ordering::AcqRel);
        state
    }
}

/// Why a node with this code must call nothing current.
fn lag(state: &State, code: &Code) -> Option<String> {
    if state.upgrading {
        return Some("Moodle is being upgraded".into());
    }
    let own = match code {
        Code::Trusted => return None,
        Code::Known(own) => own,
        Code::Unknown(why) if !state.codes.is_empty() => {
            return Some(format!("this node's code cannot be told from the revisions': {why}"));
        }
        Code::Unknown(_) => return None,
    };
    let other = state.codes.iter().find(|code| *code != own)?;
    let short = |code: &str| code.chars().take(8).collect::<String>();
    Some(format!(
        "this node's code ({}) is not the code of the current revisions ({}): bring the same code to every node, then \
         purge all caches",
        short(own),
        short(other)
    ))
}

#[cfg(test)]
mod tests;
