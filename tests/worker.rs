//! The worker process, with inputs that would end a server (design.md §2, promise 8).

use std::os::unix::fs::PermissionsExt;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use revserve::build::script::{How, Minifier, Reason};
use revserve::build::worker::{Job, JobError, Limits, Output, Pool, Report, SUBCOMMAND};
use tokio::runtime::{Builder, Runtime};

const PROGRAM: &str = env!("CARGO_BIN_EXE_revserve");
const JOB: Job = Job::Minify { engine: Minifier::Oxc };

fn runtime() -> Runtime {
    Builder::new_current_thread().enable_all().build().unwrap()
}

fn pool(limits: Limits, runtime: &Runtime) -> Pool {
    Pool::of(PROGRAM.into(), limits, runtime.handle().clone())
}

fn run(runtime: &Runtime, pool: &Pool, source: &[u8]) -> Result<Output, JobError> {
    runtime.block_on(pool.run(&JOB, source))
}

/// `((((…))))`
fn nested(depth: usize) -> Vec<u8> {
    ["(".repeat(depth), "0".to_owned(), ")".repeat(depth)].concat().into_bytes()
}

#[test]
fn a_script_comes_back_as_it_is_served() {
    let runtime = runtime();
    let pool = pool(Limits::default(), &runtime);
    let made = run(&runtime, &pool, b"var  a = 1 ;\n").unwrap();
    assert_eq!(&made.bytes[..], b"var a=1;");
    assert_eq!(made.report, Report::Script(How::Minified { by: Minifier::Oxc }));
    let broken = run(&runtime, &pool, b"var ;").unwrap();
    assert_eq!(&broken.bytes[..], b"var ;");
    assert!(matches!(broken.report, Report::Script(How::AsWritten(Reason::Unparsed { line: 1, .. }))));
}

#[test]
fn a_script_too_deep_for_any_stack_costs_itself_only() {
    let runtime = runtime();
    let pool = pool(Limits::default(), &runtime);
    assert_eq!(run(&runtime, &pool, &nested(4_000_000)).unwrap_err(), JobError::Died);
    assert_eq!(&run(&runtime, &pool, b"a( 1 )").unwrap().bytes[..], b"a(1);");
}

#[test]
fn a_script_that_takes_too_long_is_stopped() {
    let runtime = runtime();
    let time = Duration::from_secs(1);
    let pool = pool(Limits { time, ..Limits::default() }, &runtime);
    // Warm first, so that what takes time is the job.
    run(&runtime, &pool, b"a( 1 )").unwrap();
    let long = "function f(a) { return a + 1; }\n".repeat(1_500_000);
    assert_eq!(run(&runtime, &pool, long.as_bytes()).unwrap_err(), JobError::TimedOut(time));
    assert_eq!(&run(&runtime, &pool, b"a( 1 )").unwrap().bytes[..], b"a(1);");
}

#[test]
fn a_script_that_needs_too_much_memory_ends_its_worker_only() {
    let runtime = runtime();
    let pool = pool(Limits { memory: 200 << 20, stack: 64 << 20, ..Limits::default() }, &runtime);
    let wide = "[1,2,3],".repeat(2_000_000);
    // Some engines notice, others abort.
    let error = run(&runtime, &pool, format!("a=[{wide}]").as_bytes()).unwrap_err();
    assert!(matches!(error, JobError::Died | JobError::Refused(_)), "{error}");
    assert_eq!(&run(&runtime, &pool, b"a( 1 )").unwrap().bytes[..], b"a(1);");
}

#[test]
fn an_input_over_the_limit_is_refused_before_it_is_sent() {
    let runtime = runtime();
    let pool = pool(Limits { input: 10, ..Limits::default() }, &runtime);
    let refused = run(&runtime, &pool, b"var a = 1;\n").unwrap_err();
    assert_eq!(refused, JobError::TooLarge { size: 11, limit: 10 });
}

#[test]
fn many_jobs_at_once_all_get_their_own_answer() {
    let runtime = runtime();
    let pool = pool(Limits::default(), &runtime);
    let jobs: Vec<_> = (0..200)
        .map(|number| {
            let pool = pool.clone();
            runtime.spawn(async move {
                // Every tenth kills its worker.
                let source = if number % 10 == 3 { nested(3_000_000) } else { format!("a( {number} )").into_bytes() };
                (number, pool.run(&JOB, &source).await)
            })
        })
        .collect();
    for job in jobs {
        let (number, result) = runtime.block_on(job).unwrap();
        match result {
            Ok(made) => assert_eq!(made.bytes, format!("a({number});")),
            Err(error) => assert!(number % 10 == 3 && error == JobError::Died, "{number}: {error}"),
        }
    }
}

#[test]
fn a_worker_that_was_ended_from_outside_is_replaced() {
    let folder = tempfile::tempdir().unwrap();
    let (program, ids) = (folder.path().join("program"), folder.path().join("ids"));
    let script = format!("#!/bin/sh\necho $$ >> {}\nexec {PROGRAM} \"$@\"\n", ids.display());
    std::fs::write(&program, script).unwrap();
    std::fs::set_permissions(&program, PermissionsExt::from_mode(0o755)).unwrap();
    let runtime = runtime();
    let pool = Pool::of(program, Limits::default(), runtime.handle().clone());
    run(&runtime, &pool, b"a( 1 )").unwrap();
    let id = std::fs::read_to_string(&ids).unwrap();
    assert!(Command::new("kill").args(["-9", id.trim()]).status().unwrap().success());
    while std::path::Path::new(&format!("/proc/{}/cwd/proc", id.trim())).exists() {
        std::thread::sleep(Duration::from_millis(10));
    }
    assert_eq!(&run(&runtime, &pool, b"a( 2 )").unwrap().bytes[..], b"a(2);");
    assert_eq!(std::fs::read_to_string(&ids).unwrap().lines().count(), 2);
}

#[test]
fn a_worker_ends_with_its_parent_in_the_middle_of_a_job() {
    let mut worker = Command::new(PROGRAM)
        .arg(SUBCOMMAND)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let source = "function f(a) { return a + 1; }\n".repeat(1_000_000);
    let header = serde_json::to_vec(&JOB).unwrap();
    let mut frame = (header.len() as u32).to_le_bytes().to_vec();
    frame.extend((source.len() as u64).to_le_bytes());
    frame.extend(header);
    frame.extend(source.bytes());
    let mut input = worker.stdin.take().unwrap();
    std::io::Write::write_all(&mut input, &frame).unwrap();
    std::thread::sleep(Duration::from_millis(100));
    assert!(worker.try_wait().unwrap().is_none(), "the job was too short to test anything");
    let dropped = Instant::now();
    drop(input);
    worker.wait().unwrap();
    assert!(dropped.elapsed() < Duration::from_secs(2));
}
