//! The parent's side: workers that are kept warm.

use super::frame;
use super::job::{Answer, Job, Refusal};
use bytes::Bytes;
use std::io;
use std::path::PathBuf;
use std::process::Stdio;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::process::{Child, ChildStdin, ChildStdout, Command};
use tokio::runtime::Handle;
use tokio::sync::Semaphore;

/// What one job may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Wall time.
    pub time: Duration,
    /// Bytes of a worker's address space, its stack included.
    pub memory: u64,
    /// Bytes of a job's input, and of its result.
    pub input: u64,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits { time: Duration::from_secs(20), memory: 2 << 30, input: 64 << 20 }
    }
}

/// Why a job gave no result.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum JobError {
    /// The engine itself refused the input.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The input is larger than any that is worked on.
    #[error("{size} bytes are more than the {limit} that are worked on")]
    TooLarge { size: u64, limit: u64 },
    /// The worker was stopped.
    #[error("it took longer than {0:?}")]
    TimedOut(Duration),
    /// The worker ended in the middle of the job: its stack or its memory was exhausted.
    #[error("it nests too deep or needs too much memory")]
    Died,
    /// No worker could be started.
    #[error("no worker could be started: {0}")]
    NoWorker(String),
}

/// The pool cannot be made.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The program's own path is unknown, so it cannot be started again.
    #[error("cannot find revserve's own program to start its workers: {0}")]
    NoProgram(io::Error),
}

/// A few workers, started when they are first needed and used again.
#[derive(Clone)]
pub struct Pool(Arc<Inner>);

struct Inner {
    program: PathBuf,
    limits: Limits,
    turns: Semaphore,
    idle: Mutex<Vec<Worker>>,
    runtime: Handle,
}

/// One process and its pipes. It is killed when this is dropped.
struct Worker {
    _process: Child,
    input: ChildStdin,
    output: ChildStdout,
}

impl Pool {
    /// A pool of this program's own workers, one for each core. `runtime` watches the pipes.
    pub fn start(limits: Limits, runtime: Handle) -> Result<Pool, StartError> {
        let program = std::env::current_exe().map_err(StartError::NoProgram)?;
        Ok(Pool::of(program, limits, runtime))
    }

    /// A pool of another program's workers: it is started with the argument `worker`.
    pub fn of(program: PathBuf, limits: Limits, runtime: Handle) -> Pool {
        let cores = std::thread::available_parallelism().map_or(1, |n| n.get());
        let idle = Mutex::new(Vec::new());
        Pool(Arc::new(Inner { program, limits, turns: Semaphore::new(cores), idle, runtime }))
    }

    /// Runs a job in a worker, waiting for a free one in the order of asking.
    pub async fn run(&self, job: &Job, input: &[u8]) -> Result<Bytes, JobError> {
        let Inner { limits, turns, idle, .. } = &*self.0;
        let size = input.len() as u64;
        if size > limits.input {
            return Err(JobError::TooLarge { size, limit: limits.input });
        }
        let _turn = turns.acquire().await.map_err(|_| JobError::NoWorker("the pool is closed".into()))?;
        let kept = idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let mut worker = match kept {
            Some(worker) => worker,
            None => self.spawn()?,
        };
        match tokio::time::timeout(limits.time, worker.work(job, input, limits.input)).await {
            Ok(Ok((answer, bytes))) => {
                idle.lock().unwrap_or_else(PoisonError::into_inner).push(worker);
                match answer {
                    Answer::Done => Ok(bytes.into()),
                    Answer::Refused(refusal) => Err(refusal.into()),
                }
            }
            Ok(Err(_)) => Err(JobError::Died),
            Err(_) => Err(JobError::TimedOut(limits.time)),
        }
    }

    /// The same for threads that may block.
    pub fn run_blocking(&self, job: &Job, input: &[u8]) -> Result<Bytes, JobError> {
        self.0.runtime.block_on(self.run(job, input))
    }

    fn spawn(&self) -> Result<Worker, JobError> {
        let _runtime = self.0.runtime.enter();
        let spawned = Command::new(&self.0.program)
            .arg("worker")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null()) // a stack overflow prints itself; the log gets our own line
            .kill_on_drop(true)
            .spawn();
        let mut process = spawned.map_err(|error| JobError::NoWorker(error.to_string()))?;
        match (process.stdin.take(), process.stdout.take()) {
            (Some(input), Some(output)) => Ok(Worker { _process: process, input, output }),
            _ => Err(JobError::NoWorker("it has no pipes".into())),
        }
    }
}

impl Worker {
    async fn work(&mut self, job: &Job, input: &[u8], longest: u64) -> io::Result<(Answer, Vec<u8>)> {
        frame::send(&mut self.input, job, input).await?;
        frame::receive(&mut self.output, longest).await
    }
}
