//! From what was told to an engine: the one place where everything is wired.

use super::args::SiteOptions;
use super::demo::Demo;
use crate::config::{Settings, SiteFile, Told, read_moodle};
use crate::engine::{self, Engine};
use crate::site::Checkout;
use anyhow::Context;
use camino::Utf8PathBuf;
use std::time::{Duration, Instant};
use tokio::time::timeout;

/// A site that was opened, and what keeps it there.
pub struct Opened {
    pub settings: Settings,
    /// The demo site's folder, removed at the end.
    pub demo: Option<Demo>,
}

/// Settles what was told on the command line, in the site file and in `config.php`.
pub fn settle(site: &SiteOptions, listen: &[String], admin: Option<&str>) -> anyhow::Result<Opened> {
    settle_told(site, &Told { listen: listen.to_vec(), admin: admin.map(str::to_owned), ..Told::default() })
}

/// The same for everything that can be told.
pub fn settle_told(site: &SiteOptions, told: &Told) -> anyhow::Result<Opened> {
    let (file, demo) = match (&site.site, &site.moodle) {
        (Some(path), _) => (SiteFile::read(path)?, None),
        (None, Some(_)) => (SiteFile::default(), None),
        (None, None) => {
            let demo = Demo::unpack().context("cannot unpack the demo site into the temporary folder")?;
            (demo.site_file(), Some(demo))
        }
    };
    let checkout: Utf8PathBuf = match site.moodle.clone().or_else(|| file.site.checkout.clone()) {
        Some(checkout) => checkout,
        None => anyhow::bail!("[site] has no checkout: write checkout = the folder of Moodle into the site file"),
    };
    // Before anything in it is missed: a folder that is none of Moodle's has no config.php either.
    Checkout::find(&checkout)?;
    let moodle = read_moodle(&checkout, &file.site.include)?;
    let settings = Settings::settle(told, file, &moodle, &checkout)?;
    Ok(Opened { settings, demo })
}

/// Opens the engine of a site. `runtime` runs its builds.
pub async fn open(settings: &Settings, runtime: tokio::runtime::Handle) -> anyhow::Result<Engine> {
    Ok(engine::open(settings, runtime).await?)
}

/// Where builds run, apart from the threads that answer: a thread that waits for them, and as many as block.
pub struct Builds {
    handle: tokio::runtime::Handle,
    /// Takes what is left of [`Builds::FAREWELL`].
    stop: Option<tokio::sync::oneshot::Sender<Duration>>,
    thread: Option<std::thread::JoinHandle<()>>,
}

impl Builds {
    /// How long builds that are under way may take when everything else has ended.
    const FAREWELL: Duration = Duration::from_secs(5);

    pub fn start() -> anyhow::Result<Builds> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().thread_name("build").build();
        let runtime = runtime.context("cannot start the threads that build")?;
        let handle = runtime.handle().clone();
        let (stop, stopped) = tokio::sync::oneshot::channel();
        let thread = std::thread::Builder::new().name("builds".into()).spawn(move || {
            // An error says that the sender is gone: the end too.
            let left = runtime.block_on(stopped).unwrap_or(Self::FAREWELL);
            runtime.shutdown_timeout(left);
        });
        let thread = thread.context("cannot start the threads that build")?;
        Ok(Builds { handle, stop: Some(stop), thread: Some(thread) })
    }

    pub fn handle(&self) -> tokio::runtime::Handle {
        self.handle.clone()
    }

    /// Waits for something on this thread.
    pub fn block_on<F: Future>(&self, future: F) -> F::Output {
        self.handle.block_on(future)
    }

    /// Ends once what is under way has `finished`, or had its time.
    pub fn end(mut self, finished: impl Future) {
        let begun = Instant::now();
        let _ = self.block_on(async { timeout(Self::FAREWELL, finished).await }); // what is not done is lost
        if let Some(stop) = self.stop.take() {
            let _ = stop.send(Self::FAREWELL.saturating_sub(begun.elapsed())); // nobody listens: it has ended
        }
    }
}

impl Drop for Builds {
    fn drop(&mut self) {
        self.stop.take();
        if let Some(thread) = self.thread.take() {
            let _ = thread.join(); // it ends by itself, or has panicked and said so
        }
    }
}
