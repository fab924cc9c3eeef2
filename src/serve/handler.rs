//! From a request to its reply:
//!
//! 1. a target that is hot, of this generation: select, write (all of it without waiting); one that was just found
//!    to lead nowhere likewise;
//! 2. else read the URL: which asset, which revision?
//! 3. ask the engine, which may build;
//! 4. prepare the answer, and remember it if it stays true until the next generation;
//! 5. outcome → reply.

use super::answer::dictionary::available;
use super::answer::{Body, Fields, Method, Prepared, Reply, respond};
use super::engine::Engine;
use super::hot::Hot;
use super::metrics::Shard;
use super::misses::Misses;
use super::sealed::{self, Shelf};
use crate::asset::Freshness;
use crate::asset::url::{Mount, Refusal, Requested};
use crate::designer::live::Part;
use crate::engine::{Deltas, Found, Outcome, Source};
use bytes::BytesMut;
use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;
use std::time::{Instant, SystemTime};

/// What of a request matters.
#[derive(Clone, Debug)]
pub struct Request<'a> {
    pub method: Method,
    /// Path and query as they were sent.
    pub target: &'a str,
    pub fields: Fields<'a>,
}

/// Answers the requests of one worker.
#[derive(Debug)]
pub struct Handler<E> {
    engine: E,
    mount: Mount,
    hot: RefCell<Hot>,
    misses: RefCell<Misses>,
    shelf: Arc<Shelf>,
    shard: Arc<Shard>,
    /// Whether answers carry `Server-Timing` and `Cache-Status`.
    diagnostics: bool,
}

impl<E: Engine> Handler<E> {
    /// `hot` bounds the prepared answers, in bytes.
    pub fn new(
        engine: E,
        mount: Mount,
        hot: usize,
        shelf: Arc<Shelf>,
        shard: Arc<Shard>,
        diagnostics: bool,
    ) -> Handler<E> {
        let (hot, misses) = (RefCell::new(Hot::new(hot)), RefCell::default());
        Handler { engine, mount, hot, misses, shelf, shard, diagnostics }
    }

    pub fn shard(&self) -> &Arc<Shard> {
        &self.shard
    }

    /// The reply to what is hot, or to what needs nothing looked up. `None`: [`Handler::answer`] has to wait for it.
    pub fn at_once(&self, request: &Request<'_>) -> Option<Reply> {
        if request.method == Method::Other {
            return Some(self.counted(request, respond::not_allowed()));
        }
        if request.fields.is_own {
            // To be answered by Moodle: the proxy sends it there.
            return Some(self.counted(request, respond::unavailable()));
        }
        let started = self.diagnostics.then(Instant::now);
        let generation = self.engine.generation();
        let hit = self.hot.borrow_mut().get(request.target, generation);
        let Some((entry, prepared)) = hit else {
            let missed = self.misses.borrow().has(request.target, generation, Instant::now());
            return missed.then(|| self.counted(request, respond::refused(Refusal::NotFound)));
        };
        let offer = match prepared.dictionary(&request.fields) {
            // One that is not known may be so to the engine.
            Some(dictionary) => Some(prepared.offered(&dictionary)?),
            None => None,
        };
        self.shard.hot();
        let reply = respond::found_or_delta(&prepared, &entry, offer.as_deref(), request.method, &request.fields);
        if matches!(&reply.body, Body::Whole(bytes) if bytes.len() >= sealed::FROM) {
            // Asked for a second time: from the third on the kernel sends it by itself.
            prepared.select(&request.fields.accepted).seal(&self.shelf, &entry);
        }
        let reply = match started {
            Some(started) => with_diagnostics(reply, "hit; detail=hot", started),
            None => reply,
        };
        Some(self.counted(request, reply))
    }

    /// The reply to anything else. Dropping the future is what a hung-up client does.
    pub async fn answer(&self, request: &Request<'_>) -> Reply {
        let started = Instant::now();
        let reply = match self.mount.parse(request.target) {
            Ok(requested) => self.ask(request, requested, started).await,
            Err(refusal) => match (self.engine.live(request.target), self.engine.page(request.target)) {
                (Some(Part::Script(script)), _) => Reply::script(script),
                (Some(Part::Stream(hub)), _) => Reply::live(hub),
                (None, Some(html)) => Reply::page(html),
                (None, None) => respond::refused(refusal),
            },
        };
        self.counted(request, reply)
    }

    async fn ask(&self, request: &Request<'_>, requested: Requested, started: Instant) -> Reply {
        // Before the engine is asked: what changes meanwhile makes the answer one of before.
        let generation = self.engine.generation();
        let rememberable = requested.canonical && request.target.starts_with('/') && !request.target.contains('#');
        let live = self.engine.is_live().then(|| requested.clone());
        let siblings = match self.engine.dictionaries() {
            true => self.mount.siblings(&requested, request.target),
            false => None,
        };
        let dictionary = siblings.as_ref().and_then(|_| available(&request.fields));
        let asset = dictionary.map(|_| requested.asset.clone());
        let outcome = self.engine.answer(requested, request.fields.accepted.best()).await;
        self.shard.asked(started.elapsed());
        let (reply, status) = match outcome {
            Outcome::Found(found) => {
                if let Some(requested) = live.filter(|_| found.freshness == Freshness::Revalidate) {
                    self.engine.shown(&requested, request.target, &found);
                }
                let status = cache_status(found.source);
                let known = match (dictionary, &asset) {
                    (Some(dictionary), Some(asset)) if found.freshness == Freshness::Current => {
                        let deltas = self.engine.deltas(asset, &found, dictionary).await;
                        deltas.map(|deltas| (dictionary, deltas))
                    }
                    _ => None,
                };
                let generation = rememberable.then_some(generation);
                (self.found(request, &found, generation, siblings.as_deref(), known), status)
            }
            Outcome::NotFound { revised } => {
                if rememberable && revised {
                    self.misses.borrow_mut().put(request.target, generation, Instant::now());
                }
                (respond::refused(Refusal::NotFound), "fwd=miss")
            }
            Outcome::Failed => (respond::failed(), "fwd=miss"),
            Outcome::Unavailable => (respond::unavailable(), "fwd=miss"),
        };
        if self.diagnostics { with_diagnostics(reply, status, started) } else { reply }
    }

    fn found(
        &self,
        request: &Request<'_>,
        found: &Found,
        generation: Option<u64>,
        siblings: Option<&str>,
        deltas: Option<([u8; 32], Arc<Deltas>)>,
    ) -> Reply {
        let reply = |prepared: &Prepared| {
            let offer = deltas.as_ref().and_then(|(dictionary, deltas)| prepared.offer(*dictionary, deltas));
            respond::found_or_delta(prepared, &found.entry, offer.as_deref(), request.method, &request.fields)
        };
        // Known already: it was asked for only so that the engine's cache sees that it is in use.
        let known = generation
            .filter(|_| found.freshness == Freshness::Current)
            .and_then(|generation| self.hot.borrow().prepared(request.target, generation, &found.entry));
        if let Some(prepared) = known {
            return reply(&prepared);
        }
        let prepared = Prepared::with_siblings(found, request.target, SystemTime::now(), siblings);
        let reply = reply(&prepared);
        if let Some(generation) = generation
            && found.is_whole
            && prepared.is_keepable()
            && generation == self.engine.generation()
        {
            self.hot.borrow_mut().put(request.target, generation, &found.entry, &Rc::new(prepared));
        }
        reply
    }

    fn counted(&self, request: &Request<'_>, reply: Reply) -> Reply {
        let reply = if request.method == Method::Head { reply.without_body() } else { reply };
        self.shard.reply(&reply);
        reply
    }
}

/// The parameters of `Cache-Status` (RFC 9211 §2).
fn cache_status(source: Source) -> &'static str {
    match source {
        Source::Memory => "hit; detail=memory",
        Source::Shared => "hit; detail=cachedir",
        Source::Local => "hit; detail=localcachedir",
        Source::Built => "fwd=miss; detail=built",
    }
}

fn with_diagnostics(reply: Reply, status: &str, started: Instant) -> Reply {
    let took = started.elapsed().as_secs_f64() * 1e3;
    let lines = format!("cache-status: revserve; {status}\r\nserver-timing: revserve;dur={took:.3}\r\n");
    let mut head = BytesMut::with_capacity(reply.head.len() + lines.len());
    head.extend_from_slice(&reply.head);
    head.extend_from_slice(lines.as_bytes());
    Reply { head: head.freeze(), ..reply }
}
