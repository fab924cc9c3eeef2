//! What a developer sees in the terminal: a line for each rebuild, mistakes with their excerpt.

use super::{Fault, Level};
use std::io::{IsTerminal, Write};
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

/// Says it on standard error, in colour where that is a terminal that wants colour.
pub fn say(rebuilt: &Rebuilt<'_>) {
    let colour = std::io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none();
    let text = text(rebuilt, colour);
    let _ = std::io::stderr().lock().write_all(text.as_bytes()); // nobody reads it
}

fn text(rebuilt: &Rebuilt<'_>, colour: bool) -> String {
    let paint = |code: &str, text: &str| if colour { format!("\x1b[{code}m{text}\x1b[0m") } else { text.to_owned() };
    let failed = rebuilt.bytes.is_none() || rebuilt.faults.iter().any(|fault| fault.level == Level::Error);
    let mark = if failed { paint("1;31", "failed") } else { paint("32", "built") };
    let took = format!("{:.1} ms", rebuilt.took.as_secs_f64() * 1e3);
    let size = rebuilt.bytes.map_or(String::new(), |bytes| format!(", {:.1} KB", bytes as f64 / 1e3));
    let because = rebuilt.because.map_or(String::new(), |path| format!("  {}", paint("2", &format!("← {path}"))));
    let mut text = format!("{mark} {} in {took}{size}{because}\n", rebuilt.what);
    for fault in rebuilt.faults {
        let word = match fault.level {
            Level::Error => paint("1;31", "error"),
            Level::Warning => paint("33", "warning"),
        };
        text += &format!("  {word}: {}\n", fault.message.replace('\n', "\n    "));
        if let Some(spot) = &fault.spot {
            text += &format!("    {}\n", paint("36", &spot.to_string()));
            if !spot.excerpt.is_empty() {
                let number = spot.line.to_string();
                text += &format!("    {number} | {}\n", spot.excerpt);
                text += &format!("    {} | {}\n", " ".repeat(number.len()), paint("1;31", &spot.mark()));
            }
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
        assert_eq!(
            text(&rebuilt, false),
            "failed t scss in 1.5 ms  ← /t/scss/a.scss\n  error: Undefined variable.\n    /t/scss/a.scss:12:10\n    \
             12 | color: $no;\n       |        ^\n"
        );
        assert!(text(&rebuilt, true).contains("\x1b[1;31mfailed\x1b[0m"));
    }
}
