use super::mapped::{Mapped, Place, Spot, lines};
use super::*;
use proptest::prelude::*;

/// For each line of a text the line of the source that it begins with, from 1.
fn source_lines(mapped: &Mapped) -> Vec<Option<usize>> {
    let start = |(at, line): (usize, &str)| at + line.len() - line.trim_start().len();
    let spot = |at: usize| {
        let behind = mapped.places.partition_point(|place| place.at <= at);
        mapped.places[..behind].last().and_then(|place| place.spot)
    };
    lines(&mapped.text).map(|line| spot(start(line)).map(|spot| spot.line + 1)).collect()
}

#[test]
fn a_plain_sheet_leads_to_itself_piece_by_piece() {
    let text = "a { b: c; d: e }\n\n  @media x {\n    f,\n    g { h: i } }";
    let mapped = Mapped::sheet(text.into(), 3);
    let spots: Vec<_> =
        mapped.places.iter().map(|place| (&text[place.at..place.at + 1], place.spot.unwrap())).collect();
    let spot = |line, column| Spot { file: 3, line, column };
    assert_eq!(
        spots,
        [
            ("a", spot(0, 0)),
            ("b", spot(0, 4)),
            ("d", spot(0, 10)),
            ("@", spot(2, 2)),
            ("f", spot(3, 4)),
            ("g", spot(4, 4)),
            ("h", spot(4, 8)),
        ]
    );
}

#[test]
fn what_was_changed_keeps_its_line_and_what_is_new_has_none() {
    let text = "a {\n  left: 1px;\n  b: [[x]] c;\n}\nd {\n  e: f;\n}\ng {\n  h: i;\n}\n";
    for (to, expected) in [
        (text.to_owned(), (1..=10).map(Some).collect::<Vec<_>>()),
        (text.replace("left", "right").replace("[[x]]", "/longer/url"), (1..=10).map(Some).collect()),
        (text.replace("  b: [[x]] c;\n", ""), [1, 2, 4, 5, 6, 7, 8, 9, 10].map(Some).to_vec()),
        (
            text.replace("d {", "new {\n  x: y;\n}\nd {"),
            [
                Some(1),
                Some(2),
                Some(3),
                Some(4),
                None,
                None,
                None,
                Some(5),
                Some(6),
                Some(7),
                Some(8),
                Some(9),
                Some(10),
            ]
            .to_vec(),
        ),
        ("something else".to_owned(), vec![None]),
        (String::new(), vec![]),
    ] {
        let carried = Mapped::sheet(text.into(), 0).carried(to.clone());
        // A line that was put before another, like the end of a block, may be either.
        let lines = source_lines(&carried);
        let is_brace: Vec<bool> = to.lines().map(|line| line == "}").collect();
        for ((line, expected), brace) in lines.iter().zip(&expected).zip(is_brace) {
            assert!(line == expected || brace, "{lines:?} for {to}");
        }
        assert_eq!(lines.len(), expected.len());
    }
}

#[test]
fn a_changed_line_keeps_the_columns_before_and_behind_the_change() {
    let text = "a{b:url([[x]]);c:d}\n";
    let carried = Mapped::sheet(text.into(), 0).carried(text.replace("[[x]]", "/a/long/url"));
    let columns: Vec<_> = carried.places.iter().map(|place| (place.at, place.spot.map(|spot| spot.column))).collect();
    assert_eq!(columns, [(0, Some(0)), (2, Some(2)), (21, Some(15))]);
}

#[test]
fn sources_are_named_by_url_and_shown_only_where_they_may_be() {
    let sheet = |path: &str| Part::Sheet { path: path.into(), source: "a{}".into(), text: "a{}\n".into() };
    let script = Part::Script { path: "/dir/x y.js".into(), source: "b()".into(), text: "b()\n".into() };
    let main = scss::Source { pieces: vec![scss::Piece::new("extra SCSS", "a {\n b: c }")], load_paths: vec![] };
    let css = "a {\n  b: c;\n}\n".to_owned();
    let order = Order {
        parts: vec![
            sheet("/elsewhere/leaf/style/a.css"),
            sheet("/data/secret.css"),
            script,
            Part::Unknown("?\n".into()),
            Part::Scss { source: Box::new(main), folders: vec![], css },
        ],
        steps: vec![],
        urls: vec![("/elsewhere/leaf".into(), "/m/theme/leaf".into()), ("/dir".into(), "/m".into())],
        with_sources: false,
    };
    let map: serde_json::Value = serde_json::from_slice(&make(&order)).unwrap();
    let sources = ["/m/theme/leaf/style/a.css", "revserve:///secret.css", "/m/x%20y.js", "revserve:///extra%20SCSS"];
    assert_eq!(map["sources"], serde_json::json!(sources));
    assert_eq!(map["mappings"], "AAAA;ACAA;ACAA;A;ACAA;EACC");
    assert_eq!(map.get("sourcesContent"), None);
    let map: serde_json::Value = serde_json::from_slice(&make(&Order { with_sources: true, ..order })).unwrap();
    assert_eq!(map["sourcesContent"], serde_json::json!(["a{}", "a{}", "b()", "a {\n b: c }"]));
}

proptest! {
    #[test]
    fn places_lie_in_the_text_and_ascend_whatever_becomes_of_it(
        texts in prop::collection::vec("([a-c]|\\{|\\}|;|:|é|𝄞|/\\*|\\*/| |\n){0,30}", 1..4),
    ) {
        let mut mapped = Mapped::default();
        for text in &texts {
            mapped.append(Mapped::sheet(text.clone(), 0));
        }
        for text in texts {
            mapped = mapped.carried(text.clone());
            prop_assert_eq!(&mapped.text, &text);
            prop_assert!(mapped.places.is_sorted_by(|a, b| a.at < b.at));
            let within = |place: &Place| text.is_char_boundary(place.at) && place.at < text.len();
            prop_assert!(mapped.places.iter().all(within));
        }
    }

    #[test]
    fn a_line_that_stays_keeps_its_place_whatever_comes_and_goes_around_it(
        kept in prop::collection::vec((any::<bool>(), 0..3usize), 1..20),
    ) {
        let mut expected = Vec::new();
        let (mut old, mut new) = (String::new(), String::new());
        for (i, (stays, more)) in kept.iter().enumerate() {
            let line = format!("  line-{i}: x;\n");
            old.push_str(&line);
            for n in 0..*more {
                new.push_str(&format!("new-{i}-{n} {{\n"));
                expected.push(None);
            }
            if *stays {
                new.push_str(&line);
                expected.push(Some(i + 1));
            }
        }
        prop_assert_eq!(source_lines(&Mapped::lines(old, 0).carried(new)), expected);
    }
}
