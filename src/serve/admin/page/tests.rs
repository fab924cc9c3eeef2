use super::*;
use crate::asset::{Asset, SheetType, ThemeName};
use crate::build::scss::Spot;
use crate::designer::{Fault, Level};
use crate::engine::Peer;
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
        nodes: Some(vec![Peer {
            name: EVIL.into(),
            version: EVIL.into(),
            code: Some(EVIL.into()),
            lagging: Some(EVIL.into()),
            ..Peer::default()
        }]),
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
    assert_eq!(html.matches(SHOWN).count(), 17, "{html}");
    // Of a fingerprint the first digits are enough.
    assert!(html.contains("<span>&lt;script&gt;</span>"), "{html}");
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
        running.contains("One asset is being built.") && running.contains("<small>SCSS ") && running.contains("so far"),
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

#[test]
fn nodes_are_told_with_what_differs_from_this_one_and_what_is_amiss() {
    use std::time::Duration;
    let peer = |name: &str| Peer {
        name: name.into(),
        version: "1.0".into(),
        code: Some("993e441091e1".into()),
        themerev: Some(1_770_000_000),
        jsrev: Some(1_770_000_100),
        ..Peer::default()
    };
    let own = Peer { own: true, ..peer("a") };
    let lags = Peer {
        code: Some("0123456789ab".into()),
        themerev: Some(1_760_000_000),
        lagging: Some("its code is older".into()),
        silent: Duration::from_secs(12),
        ..peer("b")
    };
    let gone = Peer { version: "0.9".into(), silent: Duration::from_secs(300), ..peer("c") };
    let html = live(&Now { nodes: Some(vec![own, lags, gone]), ..Now::default() });
    let row = |name: &str| {
        let rows = html.split("<tr>").find(|row| row.starts_with(&format!("<th scope=\"row\">{name}")));
        rows.unwrap_or_else(|| panic!("no {name}: {html}")).replace('\u{a0}', " ")
    };
    let (a, b, c) = (row("a (this node)"), row("b"), row("c"));
    assert!(a.contains("runs, and does not lag") && a.contains("<span>993e4410</span>"), "{a}");
    assert!(a.contains("just now") && !a.contains("class=\"odd\""), "{a}");
    for part in [
        "<b class=\"odd\">lags:</b> its code is older",
        "<span class=\"odd\">01234567</span>",
        "<span class=\"odd\">1760000000</span>",
        "<span>1770000100</span>",
        "<span>1.0</span>",
        "12 s ago",
    ] {
        assert!(b.contains(part), "{part}: {b}");
    }
    assert!(c.contains("<b class=\"bad\">not heard of lately</b>") && c.contains("5 min ago"), "{c}");
    assert!(c.contains("<span>0.9</span>"), "what is gone is compared with nothing: {c}");
    assert!(live(&Now::default()).contains("None is known"));
}
