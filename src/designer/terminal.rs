//! What a developer sees in the terminal: a line for each rebuild, mistakes with their excerpt.

use super::{Fault, Level};
use std::collections::VecDeque;
use std::io::{IsTerminal, Write};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// One rebuild.
#[derive(Clone, Debug)]
pub struct Rebuilt<'a> {
    /// What was built: `boost scss`.
    pub what: &'a str,
    /// The file whose change made it necessary, where one is known.
    pub because: Option<&'a str>,
    pub took: Duration,
    pub bytes: Option<usize>,
    pub faults: &'a [Fault],
}

/// The terminal, and what it was told before.
#[derive(Debug, Default)]
pub struct Terminal(Mutex<VecDeque<Fault>>);

/// Mistakes that are known to have been said.
const KNOWN: usize = 50;

impl Terminal {
    /// Says it on standard error, in colour where that is a terminal that wants colour.
    pub fn say(&self, rebuilt: &Rebuilt<'_>) {
        let colour = std::io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none();
        let text = self.text(rebuilt, colour);
        let _ = std::io::stderr().lock().write_all(text.as_bytes()); // nobody reads it
    }

    /// One mistake is in several sheets: only the first time it is said with its excerpt. Once a rebuild without any
    /// was said, all are new.
    fn text(&self, rebuilt: &Rebuilt<'_>, colour: bool) -> String {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if rebuilt.faults.is_empty() {
            known.clear();
        }
        let mut text = headline(rebuilt, colour);
        for fault in rebuilt.faults {
            let is_new = !known.contains(fault);
            text += &mistake(fault, is_new, colour);
            if is_new {
                known.push_front(fault.clone());
                known.truncate(KNOWN);
            }
        }
        text
    }
}

fn paint(colour: bool, code: &str, text: &str) -> String {
    if colour { format!("\x1b[{code}m{text}\x1b[0m") } else { text.to_owned() }
}

fn headline(rebuilt: &Rebuilt<'_>, colour: bool) -> String {
    let failed = rebuilt.bytes.is_none() || rebuilt.faults.iter().any(|fault| fault.level == Level::Error);
    let mark = if failed { paint(colour, "1;31", "failed") } else { paint(colour, "32", "built") };
    let took = format!("{:.1} ms", rebuilt.took.as_secs_f64() * 1e3);
    // What stands in for a sheet that failed is as large as it likes.
    let size =
        rebuilt.bytes.filter(|_| !failed).map_or(String::new(), |bytes| format!(", {:.1} KB", bytes as f64 / 1e3));
    let because =
        rebuilt.because.map_or(String::new(), |path| format!("  {}", paint(colour, "2", &format!("← {path}"))));
    format!("{mark} {} in {took}{size}{because}\n", rebuilt.what)
}

fn mistake(fault: &Fault, is_new: bool, colour: bool) -> String {
    let word = match fault.level {
        Level::Error => paint(colour, "1;31", "error"),
        Level::Warning => paint(colour, "33", "warning"),
    };
    let message = fault.message.replace('\n', "\n    ");
    if !is_new {
        return format!("  {word}: {}, as above\n", message.lines().next().unwrap_or_default().trim_end_matches('.'));
    }
    let mut text = format!("  {word}: {message}\n");
    if let Some(spot) = &fault.spot {
        text += &format!("    {}\n", paint(colour, "36", &spot.to_string()));
        if !spot.excerpt.is_empty() {
            let number = spot.line.to_string();
            text += &format!("    {number} | {}\n", spot.excerpt);
            text += &format!("    {} | {}\n", " ".repeat(number.len()), paint(colour, "1;31", &spot.mark()));
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::build::scss::Spot;

    #[test]
    fn a_mistake_is_shown_with_its_place_and_a_mark_under_it() {
        let spot =
            Spot { file: "/t/scss/a.scss".into(), line: 12, column: 10, indent: 2, excerpt: "color: $no;".into() };
        let faults =
            [Fault { level: Level::Error, theme: "t".into(), spot: Some(spot), message: "Undefined variable.".into() }];
        let rebuilt = Rebuilt {
            what: "t scss",
            because: Some("/t/scss/a.scss"),
            took: Duration::from_micros(1500),
            bytes: None,
            faults: &faults,
        };
        let terminal = Terminal::default();
        assert_eq!(
            terminal.text(&rebuilt, false),
            "failed t scss in 1.5 ms  ← /t/scss/a.scss\n  error: Undefined variable.\n    /t/scss/a.scss:12:10\n    \
             12 | color: $no;\n       |        ^\n"
        );
        // The same in another sheet.
        assert_eq!(
            terminal.text(&Rebuilt { what: "t all", bytes: Some(9000), ..rebuilt.clone() }, false),
            "failed t all in 1.5 ms  ← /t/scss/a.scss\n  error: Undefined variable, as above\n"
        );
        let mended = Rebuilt { faults: &[], bytes: Some(9000), ..rebuilt.clone() };
        assert_eq!(terminal.text(&mended, false), "built t scss in 1.5 ms, 9.0 KB  ← /t/scss/a.scss\n");
        assert!(terminal.text(&rebuilt, true).contains("\x1b[1;31mfailed\x1b[0m"));
        assert!(terminal.text(&mended, true).contains("\x1b[32mbuilt\x1b[0m"));
    }
}
