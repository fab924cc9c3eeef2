//! What was found about one subject.

use serde::Serialize;

/// How good it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// As it should be.
    Ok,
    /// It works, but not as well, or not for sure.
    Warning,
    /// It does not work, or something is served that should not be.
    Wrong,
}

/// One line of the table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// What was looked at.
    pub subject: &'static str,
    pub verdict: Verdict,
    /// What was found, and what that means.
    pub says: String,
    /// How to mend it; none where nothing has to be mended.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mend: Option<String>,
}

impl Finding {
    pub fn ok(subject: &'static str, says: impl Into<String>) -> Finding {
        Finding { subject, verdict: Verdict::Ok, says: says.into(), mend: None }
    }

    pub fn warning(subject: &'static str, says: impl Into<String>, mend: impl Into<String>) -> Finding {
        Finding { subject, verdict: Verdict::Warning, says: says.into(), mend: Some(mend.into()) }
    }

    pub fn wrong(subject: &'static str, says: impl Into<String>, mend: impl Into<String>) -> Finding {
        Finding { subject, verdict: Verdict::Wrong, says: says.into(), mend: Some(mend.into()) }
    }
}

/// The worst of several findings.
pub trait Worst {
    /// [`Verdict::Ok`] where there are none.
    fn worst(&self) -> Verdict;
}

impl Worst for [Finding] {
    fn worst(&self) -> Verdict {
        self.iter().map(|finding| finding.verdict).max().unwrap_or(Verdict::Ok)
    }
}

fn count(findings: &[Finding], verdict: Verdict) -> usize {
    findings.iter().filter(|finding| finding.verdict == verdict).count()
}

/// All of them in a few words.
pub fn summary(findings: &[Finding]) -> String {
    let things = |n: usize, one: &str, many: &str| if n == 1 { format!("1 {one}") } else { format!("{n} {many}") };
    let wrong = count(findings, Verdict::Wrong);
    let warnings = count(findings, Verdict::Warning);
    match (wrong, warnings) {
        (0, 0) => "everything is as it should be".into(),
        (0, n) => things(n, "warning", "warnings"),
        (n, 0) => things(n, "thing is wrong", "things are wrong"),
        (n, m) => format!("{}, {}", things(n, "thing is wrong", "things are wrong"), things(m, "warning", "warnings")),
    }
}

/// For other programs.
///
/// # Errors
/// None that these values can have.
pub fn json(findings: &[Finding]) -> serde_json::Result<String> {
    #[derive(Serialize)]
    struct Report<'a> {
        verdict: Verdict,
        ok: usize,
        warnings: usize,
        wrong: usize,
        findings: &'a [Finding],
    }
    let report = Report {
        verdict: findings.worst(),
        ok: count(findings, Verdict::Ok),
        warnings: count(findings, Verdict::Warning),
        wrong: count(findings, Verdict::Wrong),
        findings,
    };
    Ok(serde_json::to_string_pretty(&report)? + "\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_worst_finding_is_the_verdict_and_json_counts_them() {
        let findings =
            [Finding::ok("a", "fine"), Finding::wrong("b", "bad", "mend it"), Finding::warning("c", "so so", "look")];
        assert_eq!(findings.worst(), Verdict::Wrong);
        assert_eq!(summary(&findings), "1 thing is wrong, 1 warning");
        let value: serde_json::Value = serde_json::from_str(&json(&findings).unwrap()).unwrap();
        assert_eq!((&value["verdict"], &value["ok"]), (&"wrong".into(), &1.into()));
        assert_eq!(value["findings"][1]["mend"], "mend it");
        assert!(value["findings"][0].get("mend").is_none());
        assert_eq!([].worst(), Verdict::Ok);
    }
}
