//! Source maps as they are written (ECMA-426 §9, and §10 for the mappings).

use super::mapped::{Cursor, Mapped};
use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};
use serde::Serialize;

/// A source in the map's list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Listed {
    pub url: String,
    pub text: String,
}

#[derive(Serialize)]
struct Map<'m> {
    version: u8,
    sources: Vec<&'m str>,
    #[serde(rename = "sourcesContent", skip_serializing_if = "Option::is_none")]
    contents: Option<Vec<&'m str>>,
    names: [&'m str; 0],
    mappings: String,
}

/// The map of a text; with its sources' texts where `with_sources` says so.
pub(super) fn write(mapped: &Mapped, sources: &[Listed], with_sources: bool) -> Vec<u8> {
    let map = Map {
        version: 3,
        sources: sources.iter().map(|source| source.url.as_str()).collect(),
        contents: with_sources.then(|| sources.iter().map(|source| source.text.as_str()).collect()),
        names: [],
        mappings: mappings(mapped),
    };
    serde_json::to_vec(&map).unwrap_or_default() // strings and a number: nothing of it can fail
}

/// What a path may hold that a URL may not.
const ESCAPED: &AsciiSet = &CONTROLS.add(b' ').add(b'"').add(b'#').add(b'%').add(b'<').add(b'>').add(b'?').add(b'`');

/// A path or a URL made of one, as it stands in a list of sources.
pub(super) fn escaped(path: &str) -> String {
    utf8_percent_encode(path, ESCAPED).to_string()
}

fn mappings(mapped: &Mapped) -> String {
    let mut out = String::with_capacity(mapped.places.len() * 7);
    let mut cursor = Cursor::new(&mapped.text);
    let (mut line, mut column) = (0, 0);
    let (mut file, mut source_line, mut source_column) = (0, 0, 0);
    let mut is_first = true;
    for place in &mapped.places {
        let (here, at) = cursor.at(place.at);
        while line < here {
            out.push(';');
            (line, column, is_first) = (line + 1, 0, true);
        }
        if !std::mem::take(&mut is_first) {
            out.push(',');
        }
        number(&mut out, at, &mut column);
        if let Some(spot) = place.spot {
            number(&mut out, spot.file, &mut file);
            number(&mut out, spot.line, &mut source_line);
            number(&mut out, spot.column, &mut source_column);
        }
    }
    out
}

/// A number as its difference to the last of its kind, in base 64 with 5 bits a digit, the sign lowest.
fn number(out: &mut String, value: usize, last: &mut usize) {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut rest = (value.abs_diff(*last) << 1) | usize::from(value < *last);
    *last = value;
    loop {
        let more = rest > 31;
        out.push(char::from(DIGITS[(rest & 31) | (usize::from(more) << 5)]));
        rest >>= 5;
        if !more {
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::mapped::Spot;
    use super::*;

    #[test]
    fn numbers_are_written_as_the_standard_has_them() {
        for (value, last, written) in
            [(0, 0, "A"), (1, 0, "C"), (0, 1, "D"), (16, 0, "gB"), (0, 16, "hB"), (1200, 0, "grC")]
        {
            let mut out = String::new();
            number(&mut out, value, &mut { last });
            assert_eq!(out, written);
        }
    }

    #[test]
    fn a_map_names_each_line_and_column_and_ends_where_nothing_is_known() {
        let spot = |line, column| Some(Spot { file: 0, line, column });
        let text = "a {\n  b: ä𝄞; c: d;\n}\nx {}\n".to_owned();
        let at = |what: &str| text.find(what).unwrap();
        let spots = vec![(0, spot(4, 0)), (at("b:"), spot(5, 2)), (at("c:"), spot(3, 0)), (at("x"), None)];
        let listed = [Listed { url: "/a.scss".into(), text: "\"".into() }];
        let map = |with| String::from_utf8(write(&Mapped::of(text.clone(), spots.clone()), &listed, with)).unwrap();
        let head = r#"{"version":3,"sources":["/a.scss"],"#;
        let tail = r#""names":[],"mappings":"AAIA;EACE,QAFF;;A"}"#;
        assert_eq!(map(false), format!("{head}{tail}"));
        assert_eq!(map(true), format!("{head}\"sourcesContent\":[\"\\\"\"],{tail}"));
    }
}
