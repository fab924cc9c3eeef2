//! Each theme: how its styles are come by, why no better way leads there, and what is missing.

use super::finding::Finding;
use super::folder::bytes;
use super::subject::Subject;
use crate::asset::{Coding, SheetType};
use crate::cli::args::SiteOptions;
use crate::cli::open::{Builds, Opened, open, settle};
use crate::config::RevisionSettings;
use crate::engine::{SheetState, ThemeState, Way};
use std::time::{SystemTime, UNIX_EPOCH};

const THEMES: &str = "themes";

/// Warnings of one theme's sheets that are told one by one.
const TOLD: usize = 3;

/// The installed themes, without building anything.
pub fn installed(subject: &Subject) -> Vec<Finding> {
    let mut findings = left_out(subject);
    let Ok(site) = &subject.site else { return findings };
    for (name, chain) in site.themes().iter() {
        findings.extend(chain.err().map(|fault| broken(name.as_str(), &fault.to_string())));
    }
    let whole: Vec<&str> =
        site.themes().iter().filter(|(_, chain)| chain.is_ok()).map(|(name, _)| name.as_str()).collect();
    findings.push(match whole[..] {
        [] => Finding::wrong(THEMES, "none is installed", "put the themes of Moodle's release back"),
        _ => Finding::ok(THEMES, format!("installed: {} (not built: --quick)", whole.join(", "))),
    });
    findings
}

/// The same, after the styles of each were built; nothing of that is kept.
pub fn built(subject: &Subject, options: &SiteOptions) -> Vec<Finding> {
    if subject.site.is_err() {
        return Vec::new(); // said of the code
    }
    let mut findings = left_out(subject);
    match states(options) {
        Ok(states) if states.is_empty() => findings.extend(installed(subject)),
        Ok(states) => findings.extend(states.iter().flat_map(theme)),
        Err(error) => findings.push(Finding::wrong(
            THEMES,
            format!("none can be built: {error:#}"),
            "a start would fail for the same reason: mend that first",
        )),
    }
    findings
}

fn states(options: &SiteOptions) -> anyhow::Result<Vec<ThemeState>> {
    let Opened { mut settings, demo: _demo } = settle(options, &[], None)?;
    if matches!(settings.revisions, RevisionSettings::Files) {
        // Opening the log would make a first purge where there is none. The styles are the same under any revision.
        let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(1, |now| now.as_secs());
        settings.revisions = RevisionSettings::Fixed { themerev: now, jsrev: now, themes: Default::default() };
    }
    let builds = Builds::start()?;
    let engine = builds.block_on(open(&settings, builds.handle()))?;
    Ok(builds.block_on(engine.examine_themes(&[SheetType::All])))
}

fn left_out(subject: &Subject) -> Vec<Finding> {
    let Ok(site) = &subject.site else { return Vec::new() };
    let chains = site.themes().iter().filter_map(|(name, chain)| Some((name, chain.ok()?)));
    let faults = chains.flat_map(|(name, chain)| chain.left_out().iter().map(move |fault| (name, fault)));
    let findings = faults.map(|(name, fault)| {
        Finding::warning(
            THEMES,
            format!("{name}: without one of its parents, as Moodle does: {fault}"),
            "install the missing theme, or take it out of $THEME->parents",
        )
    });
    findings.collect()
}

fn broken(name: &str, fault: &str) -> Finding {
    Finding::warning(
        THEMES,
        format!("{name}: {fault}; the site's default theme is served in its place, for seconds at a time"),
        "install what is missing and purge, or remove the theme",
    )
}

fn theme(state: &ThemeState) -> Vec<Finding> {
    let name = state.theme.as_str();
    if let Some(fault) = &state.fault {
        return vec![broken(name, fault)];
    }
    let mut findings = Vec::new();
    for sheet in &state.sheets {
        findings.push(way(name, sheet));
        for warning in sheet.warnings.iter().take(TOLD) {
            let mend = "mend the sheet; until then this part is left out, or as it was written";
            findings.push(Finding::warning(THEMES, format!("{name}: {}", warning.trim()), mend));
        }
        if let Some(more @ 1..) = sheet.warnings.len().checked_sub(TOLD) {
            let mend = "revserve inspect on its styles with RUST_LOG=warn tells all of them";
            findings.push(Finding::warning(THEMES, format!("{name}: {more} warnings more"), mend));
        }
    }
    findings
}

/// How one sheet is come by.
fn way(name: &str, sheet: &SheetState) -> Finding {
    let why: Vec<String> = sheet.fell.iter().map(|fall| format!("not {}: {}", fall.from, fall.why)).collect();
    let why = if why.is_empty() { String::new() } else { format!("; {}", why.join("; ")) };
    let how = format!("{name}: {}{}{why}", sheet.way, costs(sheet));
    match sheet.way {
        Way::Native | Way::Snapshot => Finding::ok(THEMES, how),
        Way::Origin => Finding::warning(
            THEMES,
            format!("{how}; Moodle builds it, once for each revision and node"),
            "write a snapshot, so that no node needs PHP for it: revserve export-script",
        ),
        Way::Fallback => Finding::warning(
            THEMES,
            format!("{how}; what is served instead is incomplete, and kept for seconds only"),
            "mend what is named; or write a snapshot with `revserve export-script`, or name Moodle itself in [origin] url",
        ),
        Way::Failed => Finding::wrong(
            THEMES,
            format!("{how}; its styles are answered with an error"),
            "mend what is named there, then purge",
        ),
    }
}

fn costs(sheet: &SheetState) -> String {
    let took = sheet.took.map_or(String::new(), |took| format!(", {:.2} s", took.as_secs_f64()));
    let size = |coding| sheet.bytes.iter().find(|(of, _)| *of == coding).map(|(_, size)| bytes(*size));
    let sizes = match (size(Coding::Identity), size(Coding::Brotli)) {
        (Some(whole), Some(brotli)) => format!(", {whole}, {brotli} as quick brotli"),
        (Some(whole), None) => format!(", {whole}"),
        _ => String::new(),
    };
    took + &sizes
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::asset::ThemeName;
    use crate::cli::check::finding::{Verdict, Worst};
    use crate::engine::Fall;

    fn state(way: Way, warnings: usize) -> ThemeState {
        let sheet = SheetState {
            sheet: SheetType::All,
            svg: true,
            way,
            fell: vec![Fall { from: Way::Native, why: "lib.php:7: odd() is not known".into() }],
            warnings: (0..warnings).map(|n| format!("sheet {n} is bad")).collect(),
            took: None,
            bytes: vec![(Coding::Identity, 2048)],
        };
        ThemeState { theme: ThemeName::parse("one").unwrap(), fault: None, sheets: vec![sheet] }
    }

    #[test]
    fn each_way_has_its_verdict_and_says_why_no_better_one_was_taken() {
        for (way, verdict) in [
            (Way::Native, Verdict::Ok),
            (Way::Snapshot, Verdict::Ok),
            (Way::Origin, Verdict::Warning),
            (Way::Fallback, Verdict::Warning),
            (Way::Failed, Verdict::Wrong),
        ] {
            let findings = theme(&state(way, 0));
            assert_eq!(findings.worst(), verdict);
            assert!(findings[0].says.contains("lib.php:7") && findings[0].says.contains("2.0 KiB"), "{findings:?}");
        }
    }

    #[test]
    fn many_warnings_are_counted() {
        let findings = theme(&state(Way::Native, 10));
        assert_eq!(findings.len(), 1 + TOLD + 1);
        assert!(findings[4].says.contains("7 warnings more"), "{findings:?}");
        assert_eq!(theme(&state(Way::Native, TOLD)).len(), 1 + TOLD);
    }
}
