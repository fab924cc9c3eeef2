//! This process: who runs it, how many files it may have open.

use super::finding::Finding;
use super::subject::Subject;
use rustix::process::{Resource, geteuid, getrlimit};

const USER: &str = "user";
const FILES: &str = "open files";

/// Fewer connections than this are used up by one class that logs in.
const FEW: u64 = 4096;

pub fn check(_subject: &Subject) -> Vec<Finding> {
    let limit = getrlimit(Resource::Nofile);
    vec![user(geteuid().as_raw()), files(limit.maximum.or(limit.current))]
}

fn user(id: u32) -> Finding {
    match id {
        0 => Finding::warning(
            USER,
            "root may read and write everything, so nothing below says what the user that runs revserve may",
            "run it as that user: sudo -u USER revserve check …",
        ),
        id => Finding::ok(USER, format!("user {id}; run it as the user that runs revserve")),
    }
}

/// The server raises its own limit as far as it may, so the hard one counts.
fn files(limit: Option<u64>) -> Finding {
    match limit {
        Some(limit) if limit < FEW => Finding::warning(
            FILES,
            format!("at most {limit}, of which every connection takes one: beyond that clients wait"),
            "set LimitNOFILE=65536 in the systemd unit, or ulimit -n 65536 before the start",
        ),
        Some(limit) => Finding::ok(FILES, format!("at most {limit} (of this shell; a systemd unit has its own limit)")),
        None => Finding::ok(FILES, "no limit"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::check::finding::Verdict;

    #[test]
    fn root_and_a_low_limit_are_warned_of() {
        assert_eq!(user(0).verdict, Verdict::Warning);
        assert_eq!(user(33).verdict, Verdict::Ok);
        assert_eq!(files(Some(1024)).verdict, Verdict::Warning);
        assert_eq!(files(Some(65536)).verdict, Verdict::Ok);
        assert_eq!(files(None).verdict, Verdict::Ok);
    }
}
