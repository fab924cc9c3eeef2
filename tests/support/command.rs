//! The built program, started for a command that ends by itself.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// What a command that ended had to say.
#[derive(Debug)]
pub struct Finished {
    /// The exit code; `None` if a signal ended it.
    pub code: Option<i32>,
    pub stdout: Vec<u8>,
    pub stderr: Vec<u8>,
}

impl Finished {
    pub fn out(&self) -> String {
        String::from_utf8_lossy(&self.stdout).into_owned()
    }

    pub fn err(&self) -> String {
        String::from_utf8_lossy(&self.stderr).into_owned()
    }

    /// The same, once it is sure that the command succeeded.
    #[track_caller]
    pub fn ok(self) -> Finished {
        assert_eq!(self.code, Some(0), "{}\n{}", self.out(), self.err());
        self
    }
}

/// The program under test, with an environment that no operator's settings leak into.
pub fn revserve() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_revserve"));
    command.env_remove("RUST_LOG").env("NO_COLOR", "1").stdin(Stdio::null());
    command
}

/// Runs `revserve ARGS…` to its end.
#[track_caller]
pub fn run<S: AsRef<OsStr>>(args: impl IntoIterator<Item = S>) -> Finished {
    let output = revserve().args(args).output().expect("revserve starts");
    Finished { code: output.status.code(), stdout: output.stdout, stderr: output.stderr }
}

/// The folder `tests/` of the repository, for node scripts and their `node_modules`.
pub fn tests_dir() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests")
}
