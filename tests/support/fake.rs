//! The serving room alone, on real sockets, with an engine whose outcomes a test decides.
//!
//! The URL names what happens: `/theme/image.php/boost/core/17/NAME` with NAME one of `small`, `large`, `missing`,
//! `broken`, `busy`, `held` (waits until the test lets it go), `panic`. Revision 17 is current.

// Each area uses a part of it.
#![allow(dead_code)]

use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering::SeqCst};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;

use bytes::Bytes;
use revserve::asset::url::{Mount, Requested};
use revserve::asset::{Asset, Coding, ContentType, Freshness, Revision};
use revserve::cache::{Entry, Variant};
use revserve::engine::{Found, Outcome, Source};
use revserve::revision::Purge;
use revserve::serve::admin::{Admin, Control, Now, PurgeError, Purged, Sample};
use revserve::serve::engine::Engine;
use revserve::serve::listen::{Address, Options, Site as Serving, bind};
use revserve::serve::metrics::Metrics as Counted;
use tokio::sync::{Semaphore, oneshot};

use super::Client;

/// Bytes of `large`: more than any socket's buffers hold.
pub const LARGE: usize = 24 << 20;

#[derive(Clone, Debug)]
pub struct Fake {
    pub generation: Arc<AtomicU64>,
    /// Requests that reached the engine.
    pub asked: Arc<AtomicUsize>,
    /// A permit for each `held` request that may go on.
    pub gate: Arc<Semaphore>,
    small: Arc<Entry>,
    large: Arc<Entry>,
    purged: Arc<Mutex<Vec<Purge>>>,
}

impl Engine for Fake {
    async fn answer(&self, requested: Requested, _: Option<Coding>) -> Outcome {
        self.asked.fetch_add(1, SeqCst);
        let Asset::Image { name, .. } = &requested.asset else { return Outcome::NotFound { revised: true } };
        let entry = match name.as_str() {
            "small" => &self.small,
            "large" => &self.large,
            "held" => {
                self.gate.acquire().await.expect("never closed").forget();
                &self.small
            }
            "broken" => return Outcome::Failed,
            "busy" => return Outcome::Unavailable,
            "panic" => panic!("as the test asked"),
            name => return Outcome::NotFound { revised: name != "missing-from-the-sources" },
        };
        let number = requested.revision.number();
        Outcome::Found(Found {
            entry: Arc::clone(entry),
            freshness: if number.is_some_and(|n| n.get() == 17) { Freshness::Current } else { Freshness::Short },
            modified: Revision::new(17),
            source: Source::Memory,
            lifetime: Freshness::CURRENT,
            is_last_good: false,
            has_map: false,
            is_whole: true,
        })
    }

    fn generation(&self) -> u64 {
        self.generation.load(SeqCst)
    }
}

impl Control for Fake {
    fn unready(&self) -> Option<String> {
        (self.generation() == 99).then(|| "the revision source does not answer".to_owned())
    }

    fn samples(&self) -> Vec<Sample> {
        vec![Sample::counter(
            "revserve_asked_total",
            "Requests that reached the engine.",
            self.asked.load(SeqCst) as u64,
        )]
    }

    fn now(&self) -> Now {
        Now { site: "https://school.example".into(), unready: self.unready(), ..Now::default() }
    }

    async fn purge(&self, purge: Purge) -> Result<Purged, PurgeError> {
        if purge == Purge::Scripts {
            return Err(PurgeError::Elsewhere("the database".into()));
        }
        let purge_reaches_all = purge != Purge::Themes;
        self.purged.lock().expect("no test panics in it").push(purge);
        // One node does not hear of themes.
        Ok(Purged { says: "themerev is 18".into(), known_to_all: purge_reaches_all })
    }
}

impl Fake {
    fn new() -> Fake {
        let variant = |coding, level, bytes: Vec<u8>| Variant { coding, level, bytes: Bytes::from(bytes) };
        let entry = |content_type, variants| Entry { content_type, identity: [0x5a; 32], inputs: vec![], variants };
        let large: Vec<u8> = (0..LARGE as u32).map(|i| (i.wrapping_mul(2_654_435_761) >> 24) as u8).collect();
        Fake {
            generation: Arc::default(),
            asked: Arc::default(),
            gate: Arc::new(Semaphore::new(0)),
            small: Arc::new(entry(
                ContentType::Svg,
                vec![
                    variant(Coding::Identity, 0, b"<svg>small</svg>".to_vec()),
                    variant(Coding::Gzip, 6, b"as gzip".to_vec()),
                ],
            )),
            large: Arc::new(entry(ContentType::Png, vec![variant(Coding::Identity, 0, large)])),
            purged: Arc::default(),
        }
    }

    pub fn large(&self) -> &[u8] {
        &self.large.variants[0].bytes
    }

    pub fn asked(&self) -> usize {
        self.asked.load(SeqCst)
    }

    pub fn purged(&self) -> Vec<Purge> {
        self.purged.lock().expect("no test panics in it").clone()
    }
}

/// The room, serving.
#[derive(Debug)]
pub struct Room {
    pub engine: Fake,
    pub urls: Vec<String>,
    pub admin: SocketAddr,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<std::io::Result<()>>>,
    _token: tempfile::NamedTempFile,
}

/// The token of every room's admin listener.
pub const TOKEN: &str = "a token that is long enough";

/// URL path of an image of revision 17.
pub fn image(name: &str) -> String {
    format!("/theme/image.php/boost/core/17/{name}")
}

impl Room {
    pub fn open() -> Room {
        Room::with(Options::default())
    }

    pub fn with(options: Options) -> Room {
        Room::at(&["127.0.0.1:0"], options)
    }

    pub fn at(addresses: &[&str], options: Options) -> Room {
        let addresses: Vec<Address> = addresses.iter().map(|a| a.parse().expect("an address")).collect();
        let loopback = "127.0.0.1:0".parse().expect("an address");
        let listening = bind(&addresses, options.socket_mode).expect("free addresses");
        let beside = bind(&[loopback], options.socket_mode).expect("a free port");
        let urls = listening.urls();
        let admin = beside.urls()[0].strip_prefix("http://").expect("TCP").parse().expect("an address");
        let token = tempfile::NamedTempFile::new().expect("a temporary file");
        std::fs::write(token.path(), TOKEN).expect("writable");
        let path = camino::Utf8Path::from_path(token.path()).expect("UTF-8");
        let engine = Fake::new();
        let metrics = Arc::new(Counted::default());
        let serving = Serving { engine: engine.clone(), mount: Mount::default(), metrics: Arc::clone(&metrics) };
        let control = Admin {
            control: engine.clone(),
            metrics,
            token: Some(revserve::serve::admin::Token::read(path).expect("a token")),
            hosts: vec!["node1.internal".into()],
        };
        let (stop, stopped) = oneshot::channel();
        let thread = std::thread::spawn(move || {
            actix_web::rt::System::new().block_on(listening.run_until(
                serving,
                Some((beside, control)),
                options,
                async {
                    let _ = stopped.await;
                },
                std::future::pending(),
            ))
        });
        Room { engine, urls, admin, stop: Some(stop), thread: Some(thread), _token: token }
    }

    pub fn address(&self) -> SocketAddr {
        self.urls[0].strip_prefix("http://").expect("TCP").parse().expect("an address")
    }

    #[track_caller]
    pub fn client(&self) -> Client {
        Client::connect(self.address())
    }

    #[track_caller]
    pub fn admin(&self) -> Client {
        Client::connect(self.admin)
    }

    /// Begins a graceful stop.
    pub fn begin_to_stop(&mut self) {
        if let Some(stop) = self.stop.take() {
            let _ = stop.send(());
        }
    }

    /// Waits for the end of a stop that has begun.
    pub fn join(mut self) {
        self.wait();
    }

    fn wait(&mut self) {
        if let Some(thread) = self.thread.take() {
            let ended = thread.join().expect("the server does not panic");
            ended.expect("the server ends well");
        }
    }
}

impl Drop for Room {
    fn drop(&mut self) {
        self.begin_to_stop();
        // Whoever is held would hold the end up.
        self.engine.gate.add_permits(1000);
        if !std::thread::panicking() {
            self.wait();
        }
    }
}
