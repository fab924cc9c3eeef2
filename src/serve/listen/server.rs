//! Workers on sockets.

use super::address::Address;
use super::crew::Crew;
use super::socket::{ListenError, Socket, SocketFile, open};
use crate::asset::url::Mount;
use crate::serve::admin::{Admin, Control};
use crate::serve::engine::Engine;
use crate::serve::handler::Handler;
use crate::serve::metrics::Metrics;
use crate::serve::sealed::Shelf;
use crate::serve::worker::{Limits, Worker};
use actix_web::dev::{Server, ServerHandle};
use std::io;
use std::num::NonZeroUsize;
use std::sync::Arc;
use std::time::Duration;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::Mutex;

/// How to serve, whatever the site.
#[derive(Clone, Debug)]
pub struct Options {
    /// Worker threads; one for each processor where not said.
    pub workers: Option<NonZeroUsize>,
    /// Connections that one worker has open at most; more wait in the backlog.
    pub connections: usize,
    /// Bytes of prepared answers, of all workers together.
    pub hot: usize,
    /// Bytes of large bodies that are also kept as files in memory, for the kernel to send by itself.
    pub sealed: u64,
    /// Permissions of a Unix socket. Assets are public, so whoever is on the machine may ask for them.
    pub socket_mode: u32,
    /// How long running answers have after the signal.
    pub farewell: Duration,
    /// Whether answers carry `Server-Timing` and `Cache-Status`.
    pub diagnostics: bool,
    pub limits: Limits,
}

impl Default for Options {
    fn default() -> Options {
        Options {
            workers: None,
            connections: 10_000,
            hot: 32 << 20,
            sealed: 64 << 20,
            socket_mode: 0o666,
            farewell: Duration::from_secs(30),
            diagnostics: false,
            limits: Limits::default(),
        }
    }
}

/// What is served.
#[derive(Clone, Debug)]
pub struct Site<E> {
    pub engine: E,
    pub mount: Mount,
    pub metrics: Arc<Metrics>,
}

/// Open sockets: clients can connect, and wait until [`Listening::run`].
#[derive(Debug)]
pub struct Listening {
    sockets: Vec<Socket>,
}

/// Opens every address; `mode` is that of new Unix sockets.
pub fn bind(addresses: &[Address], mode: u32) -> Result<Listening, ListenError> {
    // What systemd passed has fixed numbers: it is taken before anything else could get them.
    let (passed, named): (Vec<_>, Vec<_>) = addresses.iter().partition(|address| **address == Address::Systemd);
    let mut sockets = Vec::new();
    for address in passed.into_iter().take(1).chain(named) {
        sockets.extend(open(address, mode)?);
    }
    Ok(Listening { sockets })
}

impl Listening {
    /// How clients name the sockets: `http://127.0.0.1:8190`, `unix:/path`.
    pub fn urls(&self) -> Vec<String> {
        let url = |socket: &Socket| match socket {
            Socket::Tcp(_, address) => format!("http://{address}"),
            Socket::Unix(_, Some(file)) => format!("unix:{}", file.path()),
            Socket::Unix(listener, None) => {
                let path = listener.local_addr().ok().and_then(|a| a.as_pathname().map(|p| p.display().to_string()));
                format!("unix:{}", path.unwrap_or_else(|| "(passed by systemd)".to_owned()))
            }
        };
        self.sockets.iter().map(url).collect()
    }

    /// Serves the site until the first of SIGTERM and SIGINT, and an admin listener beside it. `begin` is called once these
    /// signals end it in good order: whoever is told that it listens may stop it at once.
    pub async fn run<E: Engine, C: Control>(
        self,
        site: Site<E>,
        admin: Option<(Listening, Admin<C>)>,
        options: Options,
        begin: impl FnOnce(),
    ) -> io::Result<()> {
        let signals = Mutex::new([signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?]);
        begin();
        let next = async || {
            let [terminated, interrupted] = &mut *signals.lock().await;
            tokio::select! {
                _ = terminated.recv() => {}
                _ = interrupted.recv() => {}
            }
        };
        let stop = async {
            next().await;
            tracing::info!("stopping: running answers are finished first");
        };
        let hurry = async {
            next().await;
            tracing::warn!("stopped at once: running answers are cut off");
        };
        self.run_until(site, admin, options, stop, hurry).await
    }

    /// The same until `stop` ends; when `hurry` ends, which is not asked before, nobody waits for running answers any more.
    pub async fn run_until<E: Engine, C: Control>(
        self,
        site: Site<E>,
        admin: Option<(Listening, Admin<C>)>,
        options: Options,
        stop: impl Future<Output = ()>,
        hurry: impl Future<Output = ()>,
    ) -> io::Result<()> {
        let processors = std::thread::available_parallelism().unwrap_or(NonZeroUsize::MIN);
        let workers = options.workers.unwrap_or(processors).get();
        let share = options.hot / workers;
        raise_descriptors((workers * options.connections) as u64 + 1024);
        let shelf = Arc::new(Shelf::new(options.sealed));
        let worker = move || {
            let shard = site.metrics.shard();
            let (engine, mount, shelf) = (site.engine.clone(), site.mount.clone(), Arc::clone(&shelf));
            Worker::new(Handler::new(engine, mount, share, shelf, shard, options.diagnostics), options.limits)
        };
        let (mut sockets, mut files) = (Vec::new(), Vec::new());
        for socket in self.sockets {
            let (socket, file) = socket.into_parts()?;
            sockets.push(socket);
            files.extend(file);
        }
        let mut crew = Crew::start(sockets, (workers, options.connections, options.farewell), worker)?;
        let (admin, admin_files) = match admin {
            Some((listening, admin)) => listening.run_admin(admin, options.farewell)?,
            None => (None, Vec::new()),
        };
        tokio::select! {
            ended = crew.ended() => return ended,
            () = stop => crew.stop(),
        }
        let graceful = async {
            let admin = async {
                if let Some(admin) = &admin {
                    admin.stop(true).await
                }
            };
            tokio::join!(crew.ended(), admin).0
        };
        let ended = tokio::select! {
            ended = graceful => Some(ended),
            () = hurry => None,
        };
        let ended = match ended {
            Some(ended) => ended,
            None => {
                crew.hurry();
                if let Some(admin) = admin {
                    admin.stop(false).await;
                }
                crew.ended().await
            }
        };
        drop((files, admin_files));
        ended
    }

    /// Serves the admin listener in a thread of its own, until its handle says otherwise.
    fn run_admin<C: Control>(
        self,
        admin: Admin<C>,
        farewell: Duration,
    ) -> io::Result<(Option<ServerHandle>, Vec<SocketFile>)> {
        let mut builder = Server::build().workers(1).shutdown_timeout(farewell.as_secs().max(1)).disable_signals();
        let mut files = Vec::new();
        for socket in self.sockets {
            let admin = admin.clone();
            builder = match socket {
                Socket::Tcp(listener, address) => {
                    builder.listen("admin", listener, move || admin.clone().tcp(address))?
                }
                Socket::Unix(listener, file) => {
                    files.extend(file);
                    builder.listen_uds("admin", listener, move || admin.clone().unix())?
                }
            };
        }
        let server = builder.run();
        let handle = server.handle();
        actix_web::rt::spawn(server);
        Ok((Some(handle), files))
    }
}

/// Lets the process have as many open files as its connections need, as far as it may: many systems start it with
/// 1,024.
fn raise_descriptors(wanted: u64) {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let limit = getrlimit(Resource::Nofile);
    let current = match (limit.current, limit.maximum) {
        (Some(current), maximum) if current < wanted => Some(maximum.map_or(wanted, |maximum| maximum.min(wanted))),
        _ => return,
    };
    if let Err(error) = setrlimit(Resource::Nofile, Rlimit { current, ..limit }) {
        tracing::warn!(%error, "cannot raise the limit of open files: with many connections some will wait");
    }
}
