//! The status page: plain HTML, no script, nothing loaded.

use std::fmt::Write as _;

/// A page of names and texts.
pub fn html(unready: Option<&str>, facts: &[(String, String)]) -> String {
    let state = match unready {
        None => "ready".to_owned(),
        Some(reason) => format!("not ready: {}", escape(reason)),
    };
    let mut rows = String::new();
    for (name, text) in facts {
        let _ = writeln!(rows, "<tr><th>{}</th><td>{}</td></tr>", escape(name), escape(text));
    }
    format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<title>revserve</title>\n\
         <style>body{{font:16px/1.5 sans-serif;margin:2em}}th{{text-align:left;padding-right:2em;vertical-align:top}}\
         </style>\n</head>\n<body>\n<h1>revserve</h1>\n<p>{state}</p>\n<table>\n{rows}</table>\n\
         <p><a href=\"/metrics\">metrics</a> <a href=\"/health\">health</a> <a href=\"/ready\">ready</a></p>\n\
         </body>\n</html>\n"
    )
}

fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            '"' => out.push_str("&quot;"),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_shown_as_they_are() {
        let page = html(Some("<starting>"), &[("theme & co".into(), "<script>alert(\"x\")</script>".into())]);
        assert!(page.contains("not ready: &lt;starting&gt;"));
        assert!(page.contains("<th>theme &amp; co</th><td>&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt;</td>"));
        assert!(!page.contains("<script"));
        assert!(html(None, &[]).contains("<p>ready</p>"));
    }
}
