//! What stands over a page whose styles do not build.

use crate::designer::{Fault, Level};
use std::fmt::Write as _;

/// Mistakes that are shown at once.
const SHOWN: usize = 5;

/// The overlay as HTML for a shadow root; empty where there is no mistake.
pub fn overlay(faults: &[Fault]) -> String {
    let errors: Vec<_> = faults.iter().filter(|fault| fault.level == Level::Error).collect();
    if errors.is_empty() {
        return String::new();
    }
    let mut html = String::from(concat!("<style>", include_str!("overlay.css"), "</style>"));
    html.push_str("<div role=\"alert\"><button>Hide</button><h1>The styles do not build</h1>");
    for fault in errors.iter().take(SHOWN) {
        let _ = write!(html, "<p>{}</p>", escape(&fault.message));
        match &fault.spot {
            Some(spot) => {
                let gutter = spot.line.to_string();
                let blank = " ".repeat(gutter.len());
                let _ = write!(
                    html,
                    "<code>{}</code><pre><b>{gutter}</b> {}\n{blank} <i>{}</i></pre>",
                    escape(&spot.to_string()),
                    escape(&spot.excerpt),
                    spot.mark(),
                );
            }
            None => _ = write!(html, "<code>theme {}</code>", escape(&fault.theme)),
        }
    }
    if errors.len() > SHOWN {
        let _ = write!(html, "<p>and {} more</p>", errors.len() - SHOWN);
    }
    html.push_str(
        "<small>The last good styles go on. This goes away with the next good build; Escape hides it.</small></div>",
    );
    html
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::build::scss::Spot;

    #[test]
    fn a_mistake_is_shown_where_it_is_and_nothing_of_it_is_markup() {
        let spot =
            Spot { file: "/t/<a>.scss".into(), line: 7, column: 5, indent: 4, excerpt: "<script>alert(1)".into() };
        let fault = |level| Fault { level, theme: "t".into(), spot: Some(spot.clone()), message: "a & b".into() };
        let html = overlay(&[fault(Level::Error)]);
        for part in ["/t/&lt;a&gt;.scss:7:5", "<b>7</b> &lt;script&gt;alert(1)\n  <i>^</i>", "a &amp; b"] {
            assert!(html.contains(part), "{part}: {html}");
        }
        assert!(!html.contains("<script"));
        assert_eq!(overlay(&[fault(Level::Warning)]), "");
    }
}
