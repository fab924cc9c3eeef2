//! Pages that follow their sources, with `serve --live`.
//!
//! 1. A page loads [`script`], which holds one stream for all tabs of a browser.
//! 2. What was rebuilt is told to every stream ([`Hub::tell`]): which URLs are new, what stands on the overlay.
//! 3. A stream that begins is told what stands on the overlay now; one that missed something is told to look at all.

mod overlay;

pub use overlay::overlay;

use bytes::Bytes;
use serde::Serialize;
use std::fmt;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use tokio::sync::broadcast::{self, error::RecvError};

/// Streams at once: each is a browser of a developer's.
const MOST: usize = 200;
/// What a stream may be behind.
const BEHIND: usize = 64;

/// What pages are told.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct News {
    /// Targets of style sheets that are new.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub css: Vec<String>,
    /// Targets of images and fonts that are new.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub files: Vec<String>,
    /// A script is new: the page is.
    #[serde(skip_serializing_if = "is_false")]
    pub reload: bool,
    /// The overlay as HTML; empty for none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub overlay: Option<String>,
}

fn is_false(flag: &bool) -> bool {
    !flag
}

/// What pages follow their sources by.
#[derive(Clone, Debug)]
pub enum Part {
    /// `live.js`.
    Script(Bytes),
    /// The stream of events.
    Stream(Hub),
}

/// Where news come from and streams begin. Clones are one.
#[derive(Clone)]
pub struct Hub(Arc<Inner>);

struct Inner {
    sender: broadcast::Sender<Bytes>,
    overlay: Mutex<String>,
    streams: AtomicUsize,
}

impl fmt::Debug for Hub {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Hub of {} streams", self.streams())
    }
}

impl Default for Hub {
    fn default() -> Hub {
        let (sender, _) = broadcast::channel(BEHIND);
        Hub(Arc::new(Inner { sender, overlay: Mutex::default(), streams: AtomicUsize::new(0) }))
    }
}

impl Hub {
    /// Streams that are open.
    pub fn streams(&self) -> usize {
        self.0.streams.load(Ordering::Relaxed)
    }

    /// Tells every stream; what stands on the overlay only where it became another.
    pub fn tell(&self, mut news: News) {
        if let Some(overlay) = &news.overlay {
            let mut known = self.0.overlay.lock().unwrap_or_else(PoisonError::into_inner);
            if *known == *overlay {
                news.overlay = None;
            } else {
                known.clone_from(overlay);
            }
        }
        if news != News::default() {
            let _ = self.0.sender.send(event(&news)); // nobody listens
        }
    }

    /// A new stream; `None` where there are too many.
    pub fn stream(&self) -> Option<Stream> {
        let more = |streams| (streams < MOST).then_some(streams + 1);
        self.0.streams.fetch_update(Ordering::Relaxed, Ordering::Relaxed, more).ok()?;
        let news = self.0.sender.subscribe();
        let overlay = self.0.overlay.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let first = Some(event(&News { overlay: Some(overlay), ..News::default() }));
        Some(Stream { hub: self.clone(), news, first })
    }
}

/// One browser's stream of events (HTML, "Server-sent events").
pub struct Stream {
    hub: Hub,
    news: broadcast::Receiver<Bytes>,
    first: Option<Bytes>,
}

impl Stream {
    /// The next event; `None` when there are none any more.
    pub async fn next(&mut self) -> Option<Bytes> {
        if let Some(first) = self.first.take() {
            return Some(first);
        }
        match self.news.recv().await {
            Ok(event) => Some(event),
            Err(RecvError::Lagged(_)) => Some(Bytes::from_static(b"data: {\"all\":1}\n\n")),
            Err(RecvError::Closed) => None,
        }
    }
}

impl Drop for Stream {
    fn drop(&mut self) {
        self.hub.0.streams.fetch_sub(1, Ordering::Relaxed);
    }
}

fn event(news: &News) -> Bytes {
    // JSON has no line break.
    Bytes::from(format!("data: {}\n\n", serde_json::to_string(news).unwrap_or_default()))
}

/// The script that pages load, minified as any other.
pub fn script() -> Bytes {
    static SCRIPT: OnceLock<Bytes> = OnceLock::new();
    let made =
        || crate::build::script::minify(include_bytes!("live.js"), crate::build::script::Minifier::Oxc).code.into();
    SCRIPT.get_or_init(made).clone()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_stream_begins_with_the_overlay_and_gets_what_is_new() {
        let hub = Hub::default();
        hub.tell(News { overlay: Some("<p>wrong</p>".into()), ..News::default() });
        let mut stream = hub.stream().unwrap();
        assert_eq!(stream.next().await.unwrap(), "data: {\"overlay\":\"<p>wrong</p>\"}\n\n");
        hub.tell(News { overlay: Some("<p>wrong</p>".into()), ..News::default() });
        hub.tell(News { css: vec!["/a".into()], overlay: Some(String::new()), ..News::default() });
        assert_eq!(stream.next().await.unwrap(), "data: {\"css\":[\"/a\"],\"overlay\":\"\"}\n\n");
    }

    #[tokio::test]
    async fn who_falls_behind_looks_at_everything() {
        let hub = Hub::default();
        let mut stream = hub.stream().unwrap();
        stream.next().await;
        for n in 0..=BEHIND * 2 {
            hub.tell(News { css: vec![n.to_string()], ..News::default() });
        }
        assert_eq!(stream.next().await.unwrap(), "data: {\"all\":1}\n\n");
    }

    #[test]
    fn streams_are_bounded_and_counted_down() {
        let hub = Hub::default();
        let streams: Vec<_> = (0..MOST).map(|_| hub.stream().unwrap()).collect();
        assert!(hub.stream().is_none());
        drop(streams);
        assert_eq!(hub.streams(), 0);
    }

    #[test]
    fn the_script_is_small() {
        let script = script();
        assert!(script.len() < 2000, "{} bytes", script.len());
        assert!(!script.windows(2).any(|pair| pair == b"//"), "minified");
    }
}
