//! The worker's side.

use super::frame;
use super::job::{Answer, Job, Refusal};
use super::pool::Limits;
use rustix::process::{Resource, Rlimit, setrlimit};
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::ExitCode;
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::time::Duration;

/// What the engines' stack may take of the address space: deep enough for anything a person nests.
const STACK: usize = 256 << 20;

/// Runs jobs from standard input until it ends.
pub fn child_main() -> ExitCode {
    let limits = Limits::default();
    limit_memory(limits.memory);
    let work = std::thread::Builder::new().stack_size(STACK).spawn(move || serve(&limits));
    match work.map(|thread| thread.join()) {
        Ok(Ok(Ok(()))) => ExitCode::SUCCESS,
        _ => ExitCode::FAILURE,
    }
}

/// Address space beyond the limit is refused: the allocation fails, and the worker with it, not the machine.
fn limit_memory(bytes: u64) {
    let limit = Rlimit { current: Some(bytes), maximum: Some(bytes) };
    if let Err(error) = setrlimit(Resource::As, limit) {
        eprintln!("revserve worker: memory cannot be limited: {error}");
    }
}

fn serve(limits: &Limits) -> io::Result<()> {
    let (mut input, mut output) = (io::stdin().lock(), io::stdout().lock());
    while let Some((job, body)) = frame::read::<Job>(&mut input, limits.input)? {
        let done = watch_the_clock(limits.time + Duration::from_secs(5));
        let result = catch_unwind(AssertUnwindSafe(|| job.run(&body)));
        drop(done);
        let (answer, bytes) = match result {
            Ok(Ok(bytes)) => (Answer::Done, bytes),
            Ok(Err(refusal)) => (Answer::Refused(refusal), Vec::new()),
            Err(_) => (Answer::Refused(Refusal { message: "the engine failed".into() }), Vec::new()),
        };
        frame::write(&mut output, &answer, &bytes)?;
    }
    Ok(())
}

/// Ends the process when a job takes longer than its parent would wait: the parent is gone. Dropping what is returned
/// stops the clock.
fn watch_the_clock(limit: Duration) -> impl Drop {
    let (done, wait) = channel::<()>();
    std::thread::spawn(move || {
        if wait.recv_timeout(limit) == Err(RecvTimeoutError::Timeout) {
            std::process::exit(124);
        }
    });
    Stop(Some(done))
}

struct Stop(Option<std::sync::mpsc::Sender<()>>);

impl Drop for Stop {
    fn drop(&mut self) {
        self.0.take();
    }
}
