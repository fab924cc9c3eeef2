//! Findings as people read them: one block for each, wrapped to the width of the screen.

use super::finding::{Finding, Verdict, summary};
use std::fmt::Write as _;
use std::io::IsTerminal;

/// How it is to look.
#[derive(Clone, Copy, Debug)]
pub struct Look {
    pub colours: bool,
    /// Columns of a line.
    pub width: usize,
}

impl Look {
    const NARROWEST: usize = 60;
    const WIDEST: usize = 120;

    /// Colours on a terminal only, and not where `NO_COLOR` is set (no-color.org); as wide as `COLUMNS` says.
    pub fn of_stdout() -> Look {
        let refused = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
        let columns = std::env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok());
        Look {
            colours: std::io::stdout().is_terminal() && !refused,
            width: columns.unwrap_or(100).clamp(Self::NARROWEST, Self::WIDEST),
        }
    }

    fn paint(&self, code: &str, text: &str) -> String {
        if self.colours { format!("\x1b[{code}m{text}\x1b[0m") } else { text.to_owned() }
    }
}

const MARK: usize = 9;
const SUBJECT: usize = 15;

/// The whole table, and a line that sums it up.
pub fn text(findings: &[Finding], look: &Look) -> String {
    let mut out = String::new();
    let mut last = "";
    for finding in findings {
        let (mark, colour) = match finding.verdict {
            Verdict::Ok => ("ok", "32"),
            Verdict::Warning => ("warning", "33"),
            Verdict::Wrong => ("WRONG", "1;31"),
        };
        let subject = if finding.subject == last { "" } else { finding.subject };
        last = finding.subject;
        let indent = " ".repeat(MARK + SUBJECT);
        let room = look.width - MARK - SUBJECT;
        for (number, line) in wrap(&finding.says, room).iter().enumerate() {
            if number == 0 {
                let mark = look.paint(colour, &format!("{mark:<MARK$}"));
                let _ = writeln!(out, "{mark}{subject:<SUBJECT$}{line}");
            } else {
                let _ = writeln!(out, "{indent}{line}");
            }
        }
        for (number, line) in finding.mend.iter().flat_map(|mend| wrap(mend, room - 2)).enumerate() {
            let line = look.paint("1", &line);
            let _ = writeln!(out, "{indent}{} {line}", if number == 0 { "→" } else { " " });
        }
    }
    let _ = writeln!(out, "\n{}", summary(findings));
    out
}

/// Breaks at blanks; a word that is longer than a line, like a path, keeps a line for itself.
fn wrap(text: &str, width: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split_whitespace() {
        let last =
            lines.last_mut().filter(|line| line.is_empty() || line.chars().count() + 1 + word.chars().count() <= width);
        match last {
            Some(line) if line.is_empty() => line.push_str(word),
            Some(line) => {
                line.push(' ');
                line.push_str(word);
            }
            None => lines.push(word.to_owned()),
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLAIN: Look = Look { colours: false, width: 60 };

    #[test]
    fn no_line_is_wider_than_the_screen_unless_a_word_is() {
        let says =
            "the folder /a/very/long/path/that/cannot/be/broken/anywhere/at/all/x is not a folder that many can share";
        let text = text(
            &[Finding::wrong("dataroot", says, "mount it on all nodes and start them again one after another")],
            &PLAIN,
        );
        let long: Vec<_> = text.lines().filter(|line| line.chars().count() > 60).collect();
        assert_eq!(long.len(), 1, "{text}");
        assert!(long[0].contains("/a/very/long"), "{text}");
        assert!(text.contains("→ mount it"), "{text}");
        assert!(text.ends_with("\n1 thing is wrong\n"), "{text}");
    }

    #[test]
    fn a_subject_is_named_once_and_colours_are_only_where_they_are_wanted() {
        let findings = [Finding::ok("clock", "good"), Finding::ok("clock", "very good")];
        assert_eq!(text(&findings, &PLAIN).matches("clock").count(), 1);
        assert!(!text(&findings, &PLAIN).contains('\x1b'));
        assert!(text(&findings, &Look { colours: true, ..PLAIN }).contains("\x1b[32mok"));
    }
}
