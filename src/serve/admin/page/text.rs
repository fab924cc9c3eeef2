//! Texts and numbers as the page writes them.

use std::fmt::{self, Display, Formatter, Write};
use std::time::Duration;

/// Any text, as text of HTML or of an attribute in double quotes.
pub struct Text<T>(pub T);

impl<T: Display> Display for Text<T> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(Escaped(f), "{}", self.0)
    }
}

struct Escaped<'a, 'b>(&'a mut Formatter<'b>);

impl Write for Escaped<'_, '_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        for c in text.chars() {
            match c {
                '<' => self.0.write_str("&lt;")?,
                '>' => self.0.write_str("&gt;")?,
                '&' => self.0.write_str("&amp;")?,
                '"' => self.0.write_str("&quot;")?,
                c => self.0.write_char(c)?,
            }
        }
        Ok(())
    }
}

/// A number of bytes, with three digits.
pub struct Bytes(pub u64);

impl Display for Bytes {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let mut size = self.0 as f64;
        let mut unit = "B";
        for next in ["KB", "MB", "GB", "TB"] {
            if size < 999.5 {
                break;
            }
            (size, unit) = (size / 1000.0, next);
        }
        let digits = if unit == "B" || size >= 99.95 {
            0
        } else if size >= 9.995 {
            1
        } else {
            2
        };
        write!(f, "{size:.digits$}\u{a0}{unit}")
    }
}

/// How long something took.
pub struct Took(pub Duration);

impl Display for Took {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let ms = self.0.as_secs_f64() * 1e3;
        match ms {
            ..9.95 => write!(f, "{ms:.1}\u{a0}ms"),
            ..999.5 => write!(f, "{ms:.0}\u{a0}ms"),
            _ => write!(f, "{:.2}\u{a0}s", ms / 1e3),
        }
    }
}

/// How long ago something was: coarse, so that what did not happen again reads the same for a while.
pub struct Ago(pub Duration);

impl Display for Ago {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self.0.as_secs() {
            ..5 => f.write_str("just now"),
            5..60 => f.write_str("this minute"),
            secs @ 60..7200 => write!(f, "{}\u{a0}min ago", secs / 60),
            secs => write!(f, "{}\u{a0}h ago", secs / 3600),
        }
    }
}

/// How long ago somebody was heard of: to the second as long as that may mean something.
pub struct Since(pub Duration);

impl Display for Since {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self.0.as_secs() {
            // As often as nodes tell, and are read.
            ..10 => f.write_str("just now"),
            secs @ 10..120 => write!(f, "{secs}\u{a0}s ago"),
            secs @ 120..7200 => write!(f, "{}\u{a0}min ago", secs / 60),
            secs => write!(f, "{}\u{a0}h ago", secs / 3600),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markup_is_text() {
        assert_eq!(Text("<a href=\"x\">&").to_string(), "&lt;a href=&quot;x&quot;&gt;&amp;");
    }

    #[test]
    fn numbers_have_three_digits_and_a_unit() {
        for (bytes, text) in [(0, "0 B"), (999, "999 B"), (1000, "1.00 KB"), (12_345, "12.3 KB"), (999_600, "1.00 MB")]
        {
            assert_eq!(Bytes(bytes).to_string().replace('\u{a0}', " "), text);
        }
        for (micros, text) in [(40, "0.0 ms"), (9_900, "9.9 ms"), (12_345, "12 ms"), (1_234_567, "1.23 s")] {
            assert_eq!(Took(Duration::from_micros(micros)).to_string().replace('\u{a0}', " "), text);
        }
        for (secs, text) in [(0, "just now"), (59, "this minute"), (150, "2 min ago"), (7300, "2 h ago")] {
            assert_eq!(Ago(Duration::from_secs(secs)).to_string().replace('\u{a0}', " "), text);
        }
        for (secs, text) in [(9, "just now"), (119, "119 s ago"), (150, "2 min ago"), (7300, "2 h ago")] {
            assert_eq!(Since(Duration::from_secs(secs)).to_string().replace('\u{a0}', " "), text);
        }
    }
}
