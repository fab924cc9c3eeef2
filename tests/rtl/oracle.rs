//! A Node process that flips sheets with npm rtlcss, asked line by line.

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use crate::generate::Input;

pub enum Answer {
    Flipped(String),
    /// rtlcss threw, with these words.
    #[allow(dead_code, reason = "for whoever prints it while looking for a fault")]
    Refused(String),
}

pub struct Oracle {
    node: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
}

const HINT: &str = "this test compares with npm rtlcss: run it as `tests/run rtl`, which installs what it needs";

impl Oracle {
    pub fn start() -> Oracle {
        let tests = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests");
        assert!(tests.join("node_modules/rtlcss").is_dir(), "tests/node_modules/rtlcss is missing; {HINT}");
        let mut node = Command::new("node")
            .arg(tests.join("rtl/oracle.mjs"))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap_or_else(|error| panic!("node does not start ({error}); {HINT}"));
        let input = node.stdin.take().expect("a pipe was asked for");
        let output = BufReader::new(node.stdout.take().expect("a pipe was asked for"));
        Oracle { node, input, output }
    }

    pub fn ask(&mut self, input: &Input) -> Answer {
        let question = serde_json::json!({ "css": input.css, "options": input.options });
        writeln!(self.input, "{question}").unwrap_or_else(|error| panic!("node does not read ({error}); {HINT}"));
        let mut line = String::new();
        self.output.read_line(&mut line).expect("text from node");
        let answer: serde_json::Value = serde_json::from_str(&line)
            .unwrap_or_else(|error| panic!("node answers {line:?} ({error}) to {question}; {HINT}"));
        match answer["css"].as_str() {
            Some(css) => Answer::Flipped(css.to_owned()),
            None => Answer::Refused(answer["error"].to_string()),
        }
    }
}

impl Drop for Oracle {
    fn drop(&mut self) {
        let _ = self.node.kill();
        let _ = self.node.wait();
    }
}
