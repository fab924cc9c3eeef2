//! The parent's side: workers that are kept warm.

use super::child::{Answer, LIMITS_VARIABLE};
use super::job::{Job, Output, Refusal};
use super::{Limits, SUBCOMMAND, frame};
use crate::build::cpu::Spent;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::process::{Child, ChildStdin, ChildStdout, Command};
use tokio::runtime::Handle;
use tokio::sync::Semaphore;

/// Why a job gave no result.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum JobError {
    /// The engine itself refused the input.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The input is larger than any that is worked on.
    #[error("{size} bytes are more than the {limit} that are worked on")]
    TooLarge { size: u64, limit: u64 },
    /// The job took longer than it may; its worker was stopped.
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

/// A few workers, started when they are first needed and used again. Clones share them.
#[derive(Clone)]
pub struct Pool(Arc<Inner>);

struct Inner {
    program: PathBuf,
    limits: Limits,
    /// Its queue is the jobs': first come, first served.
    turns: Semaphore,
    idle: Mutex<Vec<Worker>>,
    /// Processor time of jobs, by [`Job::number`].
    spent: [Spent; Job::KINDS],
    runtime: Handle,
}

/// One process and its pipes. It is killed when this is dropped.
struct Worker {
    process: Child,
    input: ChildStdin,
    output: ChildStdout,
}

impl Pool {
    /// A pool of this program's own workers, at most one for each core. `runtime` watches the pipes.
    ///
    /// # Errors
    /// Where the program cannot be found again.
    pub fn start(limits: Limits, runtime: Handle) -> Result<Self, StartError> {
        // The running program itself, even when another stands at its path by now.
        let itself = Path::new("/proc/self/exe");
        let program = match itself.exists() {
            true => itself.to_owned(),
            false => std::env::current_exe().map_err(StartError::NoProgram)?,
        };
        Ok(Self::of(program, limits, runtime))
    }

    /// A pool of another program's workers: it is started with [`SUBCOMMAND`].
    pub fn of(program: PathBuf, limits: Limits, runtime: Handle) -> Self {
        let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        let (turns, idle) = (Semaphore::new(cores), Mutex::default());
        Self(Arc::new(Inner { program, limits, turns, idle, spent: Default::default(), runtime }))
    }

    /// Processor time that finished jobs took: shortening scripts, flipping, shortening sheets, compiling SCSS.
    pub fn spent(&self) -> [Duration; Job::KINDS] {
        self.0.spent.each_ref().map(Spent::total)
    }

    /// Starts a worker before the first job asks for one. One that cannot be started is told of when a job needs it.
    pub fn prepare(&self) {
        if self.idle().is_empty()
            && let Ok(worker) = self.spawn()
        {
            self.idle().push(worker);
        }
    }

    /// What a job may take.
    pub fn limits(&self) -> &Limits {
        &self.0.limits
    }

    /// Runs a job in a worker, waiting for a free one in the order of asking; the time limit begins then. Dropped
    /// before its end, the job is stopped.
    ///
    /// # Errors
    /// All of [`JobError`].
    pub async fn run(&self, job: &Job, input: &[u8]) -> Result<Output, JobError> {
        let Limits { input: limit, .. } = self.0.limits;
        let size = input.len() as u64;
        if size > limit {
            return Err(JobError::TooLarge { size, limit });
        }
        let _turn = self.0.turns.acquire().await.map_err(|closed| JobError::NoWorker(closed.to_string()))?;
        if let Some(worker) = self.warm() {
            match self.work(worker, job, input).await {
                // It may have been ended while it was idle, a moment ago: that is not this job's fault.
                Err(JobError::Died) => {}
                done => return done,
            }
        }
        self.work(self.spawn()?, job, input).await
    }

    /// Gives a job to a worker, and keeps the worker where it can take another.
    async fn work(&self, mut worker: Worker, job: &Job, input: &[u8]) -> Result<Output, JobError> {
        let Limits { time, input: limit, .. } = self.0.limits;
        let work = async {
            frame::send(&mut worker.input, job, input).await?;
            frame::receive::<Answer>(&mut worker.output, limit).await
        };
        match tokio::time::timeout(time, work).await {
            Err(_) => Err(JobError::TimedOut(time)),
            Ok(Err(_)) => Err(JobError::Died),
            Ok(Ok((answer, bytes))) => {
                self.0.spent[job.number()].add(answer.spent);
                if !answer.last {
                    self.idle().push(worker);
                }
                Ok(Output { report: answer.result?, bytes: bytes.into() })
            }
        }
    }

    /// The same for threads that may block, which those of an asynchronous runtime may not.
    ///
    /// # Errors
    /// All of [`JobError`].
    pub fn run_blocking(&self, job: &Job, input: &[u8]) -> Result<Output, JobError> {
        self.0.runtime.block_on(self.run(job, input))
    }

    fn idle(&self) -> MutexGuard<'_, Vec<Worker>> {
        self.0.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The worker used last that still lives: an operator may have ended it, or the system for want of memory.
    fn warm(&self) -> Option<Worker> {
        loop {
            let mut worker = self.idle().pop()?;
            if let Ok(None) = worker.process.try_wait() {
                return Some(worker);
            }
        }
    }

    fn spawn(&self) -> Result<Worker, JobError> {
        let failed = |error: &dyn std::fmt::Display| JobError::NoWorker(error.to_string());
        let limits = serde_json::to_string(&self.0.limits).map_err(|error| failed(&error))?;
        let _runtime = self.0.runtime.enter();
        let mut process = Command::new(&self.0.program)
            .arg(SUBCOMMAND)
            .env_clear() // passwords in the environment are nothing to an engine
            .env(LIMITS_VARIABLE, limits)
            .current_dir("/")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null()) // a stack overflow prints itself; the log gets a line of the parent's
            .kill_on_drop(true)
            .spawn()
            .map_err(|error| failed(&error))?;
        match (process.stdin.take(), process.stdout.take()) {
            (Some(input), Some(output)) => Ok(Worker { process, input, output }),
            _ => Err(failed(&"it has no pipes")),
        }
    }
}
