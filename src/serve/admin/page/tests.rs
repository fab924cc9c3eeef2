use super::*;
use crate::asset::{Asset, SheetType, ThemeName};
use crate::build::scss::Spot;
use crate::designer::{Fault, Level};
use crate::engine::board::{Board, End, Lane, Phase, Task, during};
use crate::engine::survey::{Cache, Placeholder, ThemeSight};

const EVIL: &str = "<script>alert(\"x\")</script>";
const SHOWN: &str = "&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt;";

#[test]
fn texts_are_shown_as_they_are() {
    let spot = Spot { file: EVIL.into(), line: 3, column: 1, indent: 0, excerpt: EVIL.into() };
    let fault = Fault { level: Level::Error, theme: EVIL.into(), spot: Some(spot), message: EVIL.into() };
    let now = Now {
        node: EVIL.into(),
        site: EVIL.into(),
        unready: Some(EVIL.into()),
        facts: vec![(EVIL.into(), EVIL.into())],
        faults: vec![fault],
        ..Now::default()
    };
    let theme = ThemeSight {
        name: ThemeName::parse("a").unwrap(),
        parents: Vec::new(),
        fault: Some(EVIL.into()),
        sources: vec![EVIL.into()],
        way: None,
        sheets: Vec::new(),
        placeholders: vec![Placeholder { text: EVIL.into(), file: Some(EVIL.into()) }],
    };
    let cache = Cache { name: "memory", folder: Some(EVIL.into()), used: 1, limit: Some(2), files: None };
    let survey = Survey { caches: vec![cache], themes: vec![theme], ..Survey::default() };
    let html = html(&now, &survey);
    assert_eq!(html.matches("<script").count(), 1, "its own: {html}");
    // The excerpt is cut into pieces around its mark.
    assert_eq!(html.matches(SHOWN).count(), 14, "{html}");
    // A policy that allows nothing within the document is no use to a page that needs it.
    for inline in ["<style", "style=", "onclick=", "javascript:"] {
        assert!(!html.contains(inline), "{inline}");
    }
}

#[test]
fn works_are_bars_and_the_same_in_words() {
    let board = Board::default();
    let sheet = Asset::Styles { theme: ThemeName::parse("leaf").unwrap(), sheet: SheetType::All, svg: true };
    let turn = board.begin(&sheet, Task::Build);
    let running = during(Phase::Scss, || {
        std::thread::sleep(std::time::Duration::from_millis(3));
        live(&Now { running: board.running(), ..Now::default() })
    });
    assert!(
        running.contains("One asset is being built.") && running.contains("SCSS 3") && running.contains("so far"),
        "{running}"
    );
    turn.ended(End::StandIn(2_500_000));
    let ended = live(&Now { ended: Lane::ALL.map(|lane| board.ended(lane)), ..Now::default() });
    for part in [
        "<caption>Style sheets lately</caption>",
        "styles all of theme leaf<svg",
        "<rect class=\"scss\"",
        "SCSS 3",
        "<b class=\"odd\">stand-in</b>, 2.50\u{a0}MB, just now",
        "Nothing is being built.",
    ] {
        assert!(ended.contains(part), "{part}: {ended}");
    }
}

#[test]
fn every_link_within_the_page_leads_somewhere_and_every_part_has_a_heading() {
    let html = html(&Now::default(), &Survey::default());
    for (id, title) in PARTS {
        assert!(html.contains(&format!("<section id=\"{id}\"")), "{id}");
        assert!(html.contains(&format!("<h2 id=\"{id}-title\">{title}</h2>")), "{id}");
    }
    assert_eq!(html.matches("<h1>").count(), 1);
}

#[test]
fn the_place_of_a_mistake_is_marked_in_its_line() {
    let fault = |column| {
        let spot = Spot { file: "a.scss".into(), line: 7, column, indent: 4, excerpt: "color: $no;".into() };
        let fault = Fault { level: Level::Error, theme: "t".into(), spot: Some(spot), message: "no".into() };
        live(&Now { faults: vec![fault], ..Now::default() })
    };
    assert!(fault(12).contains("<pre><span>7</span> color: <mark>$no</mark>;</pre>"), "{}", fault(12));
    assert!(fault(99).contains("color: $no;<mark>▲</mark>"), "{}", fault(99));
}
