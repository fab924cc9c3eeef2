//! Moodle's database: whether it answers, how fast, what the account may read, and what time it is there.

use super::clock;
use super::finding::Finding;
use super::subject::Subject;
use crate::revision::database::{Database, Examined};
use std::time::Duration;

const DATABASE: &str = "database";
/// Slower than this, a purge is seen late.
const SLOW: Duration = Duration::from_millis(200);

pub fn check(subject: &Subject) -> Vec<Finding> {
    let Some(settings) = subject.settings.database.clone() else { return Vec::new() };
    let runtime = match tokio::runtime::Builder::new_current_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            let mend = "raise the limit on threads or open files";
            return vec![Finding::warning(DATABASE, format!("it cannot be asked from here: {error}"), mend)];
        }
    };
    let (address, examined) = runtime.block_on(async {
        let database = Database::open(settings);
        (database.address().to_owned(), database.examine().await)
    });
    match examined {
        Ok(examined) => findings(&address, &examined),
        Err(error) => vec![unreachable(&error.to_string())],
    }
}

fn unreachable(why: &str) -> Finding {
    Finding::wrong(
        DATABASE,
        format!("{why}: no revision is known, and what is served is short-lived"),
        "start it, or mend host, port, name, user, password and ssl in config.php or in [database]; let its firewall and \
         pg_hba.conf, or the account's host in MySQL, admit this machine",
    )
}

fn findings(address: &str, examined: &Examined) -> Vec<Finding> {
    let millis = examined.took.as_secs_f64() * 1000.0;
    let mut findings = vec![if examined.took >= SLOW {
        let says = format!("{address} took {millis:.0} ms for the smallest question: purges are seen that much later");
        Finding::warning(DATABASE, says, "look for what is slow: the way there, locks, or too many connections")
    } else {
        Finding::ok(DATABASE, format!("{address} answers within {millis:.1} ms"))
    }];
    for (table, why) in &examined.refused {
        findings.push(Finding::wrong(
            DATABASE,
            format!("the table {table} cannot be read: {why}"),
            format!("GRANT SELECT on {table} to this account, and look at $CFG->prefix and at [database] url"),
        ));
    }
    if examined.refused.is_empty() {
        let writes = match examined.may_write {
            Some(true) => {
                "; it could write too, if its session were not read only: [database] url may name a lesser one"
            }
            Some(false) => " and write nothing",
            None => "",
        };
        findings.push(Finding::ok(DATABASE, format!("this account may read what is needed{writes}")));
    }
    if examined.slasharguments.as_deref().is_some_and(|value| matches!(value, "" | "0")) {
        findings
            .push(Finding::ok(DATABASE, "slasharguments is off: URLs carry ?file=, which revserve answers as well"));
    }
    findings.extend(examined.clock.map(|times| clock::against("the database", clock::skew(times))));
    findings
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::check::finding::{Verdict, Worst};
    use std::time::SystemTime;

    fn examined() -> Examined {
        let now = SystemTime::now();
        Examined {
            clock: Some([now; 3]),
            took: Duration::from_millis(1),
            refused: vec![],
            may_write: Some(true),
            slasharguments: None,
        }
    }

    #[test]
    fn a_database_that_answers_and_may_be_read_is_as_it_should_be() {
        assert_eq!(findings("x", &examined()).worst(), Verdict::Ok);
        assert!(findings("x", &examined())[1].says.contains("[database] url"));
    }

    #[test]
    fn slowness_a_refused_table_and_another_time_are_told_apart() {
        let slow = findings("x", &Examined { took: Duration::from_secs(2), ..examined() });
        assert_eq!((slow.worst(), slow[0].verdict), (Verdict::Warning, Verdict::Warning));
        let refused = findings("x", &Examined { refused: vec![("files", "permission denied".into())], ..examined() });
        assert!(refused[1].says.contains("the table files") && refused.worst() == Verdict::Wrong, "{refused:?}");
        let now = SystemTime::now();
        let late = findings("x", &Examined { clock: Some([now, now + Duration::from_secs(9), now]), ..examined() });
        let late = late.last().unwrap();
        assert!(late.verdict == Verdict::Wrong && late.says.contains("9.0 s behind the database"), "{late:?}");
    }
}
