//! The worker's side.

use super::frame;
use super::job::{Job, Refusal, Report};
use super::limits::Limits;
use crate::build::cpu;
use rustix::event::{PollFd, PollFlags, poll};
use rustix::process::{Resource, Rlimit, setrlimit};
use serde::{Deserialize, Serialize};
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind, set_hook};
use std::process::ExitCode;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// The variable in which a worker finds its [`Limits`], as JSON.
pub(super) const LIMITS_VARIABLE: &str = "REVSERVE_WORKER_LIMITS";
/// Bytes of memory that a worker may hold on to between jobs; with more it makes room for a fresh one.
const LEAN: u64 = 256 << 20;

/// What came of a job: the header in front of its result.
#[derive(Serialize, Deserialize)]
pub(super) struct Answer {
    pub result: Result<Report, Refusal>,
    /// Processor time that it took.
    pub spent: Duration,
    /// The worker ends after this answer.
    pub last: bool,
}

/// Runs jobs from standard input until it ends. What the hidden subcommand does.
pub fn child_main() -> ExitCode {
    let limits = std::env::var(LIMITS_VARIABLE).ok().and_then(|json| serde_json::from_str(&json).ok());
    let limits: Limits = limits.unwrap_or_default();
    confine(&limits);
    std::thread::spawn(end_with_parent);
    let work = std::thread::Builder::new().stack_size(limits.stack).spawn(move || serve(&limits));
    match work.map(std::thread::JoinHandle::join) {
        Ok(Ok(Ok(()))) => ExitCode::SUCCESS,
        _ => ExitCode::FAILURE,
    }
}

/// Address space beyond the limit is refused: the allocation fails, and the worker with it, not the machine. No file
/// is written, not even a core dump. That a limit is not to be had is no reason not to work.
fn confine(limits: &Limits) {
    for (resource, most) in [(Resource::As, limits.memory), (Resource::Core, 0), (Resource::Fsize, 0)] {
        let _ = setrlimit(resource, Rlimit { current: Some(most), maximum: Some(most) });
    }
}

/// Waits until nobody holds the other end of standard input any more, which an endless job would never read to.
fn end_with_parent() {
    let input = io::stdin();
    loop {
        // Asked for no event at all, poll still tells of a hang-up.
        let mut waiting = [PollFd::new(&input, PollFlags::empty())];
        match poll(&mut waiting, None) {
            Err(rustix::io::Errno::INTR) => {}
            _ => std::process::exit(1),
        }
    }
}

fn serve(limits: &Limits) -> io::Result<()> {
    let panicked = Arc::new(Mutex::new(String::new()));
    let words = Arc::clone(&panicked);
    set_hook(Box::new(move |panic| {
        let said = panic.payload_as_str().unwrap_or_default();
        *words.lock().unwrap_or_else(PoisonError::into_inner) = said.to_owned();
    }));
    let (mut input, mut output) = (io::stdin().lock(), io::stdout().lock());
    while let Some((job, body)) = frame::read::<Job>(&mut input, limits.input)? {
        // Of the process: engines that need a deep stack have a thread of their own, and there is one job at a time.
        let before = cpu::of_process();
        let ran = catch_unwind(AssertUnwindSafe(|| job.run(&body)));
        let spent = cpu::of_process().saturating_sub(before);
        drop(body);
        // What an engine left behind in the middle of its work is unknown.
        let last = ran.is_err() || resident().is_some_and(|bytes| bytes > LEAN);
        let (result, bytes) = match ran {
            Ok(Ok((report, bytes))) => (Ok(report), bytes),
            Ok(Err(refusal)) => (Err(refusal), Vec::new()),
            Err(_) => {
                let words = panicked.lock().unwrap_or_else(PoisonError::into_inner);
                (Err(Refusal { message: format!("the engine failed: {words}"), scss: None }), Vec::new())
            }
        };
        frame::write(&mut output, &Answer { result, spent, last }, &bytes)?;
        if last {
            break;
        }
    }
    Ok(())
}

/// Bytes of memory in use, where the system tells.
fn resident() -> Option<u64> {
    let pages: u64 = std::fs::read_to_string("/proc/self/statm").ok()?.split(' ').nth(1)?.parse().ok()?;
    Some(pages * rustix::param::page_size() as u64)
}
