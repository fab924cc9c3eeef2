//! The places of a text that was made of another by changing some of it.
//!
//! Placeholders become URLs, a theme's function replaces what it likes, right to left mirrors declarations: lines stay
//! lines, and most of them stay as they are. So the two texts are laid beside each other line by line:
//!
//! 1. what is equal at both ends;
//! 2. between, lines that stand once in each, in the same order in both, and what is equal around them;
//! 3. what is still between is changed, where it has as many lines in both and each looks like the other. If not, it is
//!    new.

use super::mapped::{Mapped, lines};
use std::collections::HashMap;

/// What a line of the new text is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Line {
    New,
    /// That line of the old text.
    Same(usize),
    /// That line, changed.
    Changed(usize),
}

pub(super) fn carry(old: &Mapped, text: String) -> Mapped {
    let olds: Vec<(usize, &str)> = lines(&old.text).collect();
    let mut carried = Mapped { text, places: Vec::new() };
    let made = std::mem::take(&mut carried.text);
    let news: Vec<(usize, &str)> = lines(&made).collect();
    let matched = matched(&olds, &news);
    let mut pushes = Vec::new();
    let mut before = None;
    for ((start, line), matched) in news.iter().zip(matched) {
        let Some(index) = matched.index() else {
            pushes.push((*start, None));
            before = None;
            continue;
        };
        let (old_start, old_line) = olds[index];
        let from = old.places.partition_point(|place| place.at < old_start);
        let to = old.places.partition_point(|place| place.at < old_start + old_line.len());
        // What a line begins with may have its place from a line before.
        if before.is_none_or(|before: usize| before + 1 != index) {
            pushes.push((*start, from.checked_sub(1).and_then(|last| old.places[last].spot)));
        }
        before = Some(index);
        let (head, tail) = match matched {
            Line::Changed(_) => common(old_line, line),
            _ => (old_line.len(), 0),
        };
        for place in &old.places[from..to] {
            let column = place.at - old_start;
            if column <= head && column < line.len() {
                pushes.push((start + column, place.spot));
            } else if column >= old_line.len() - tail {
                pushes.push((start + line.len() - (old_line.len() - column), place.spot));
            }
        }
    }
    Mapped::of(made, pushes)
}

impl Line {
    fn index(self) -> Option<usize> {
        match self {
            Line::New => None,
            Line::Same(index) | Line::Changed(index) => Some(index),
        }
    }
}

/// How many bytes are the same at the start and, beside them, at the end of both.
fn common(a: &str, b: &str) -> (usize, usize) {
    let same = |(a, b): &(char, char)| a == b;
    let head: usize = a.chars().zip(b.chars()).take_while(same).map(|(c, _)| c.len_utf8()).sum();
    let (a, b) = (&a[head..], &b[head..]);
    let tail = a.chars().rev().zip(b.chars().rev()).take_while(same).map(|(c, _)| c.len_utf8()).sum();
    (head, tail)
}

fn matched(olds: &[(usize, &str)], news: &[(usize, &str)]) -> Vec<Line> {
    let mut matched = vec![Line::New; news.len()];
    let head = olds.iter().zip(news).take_while(|(a, b)| a.1 == b.1).count();
    let (rest_old, rest_new) = (&olds[head..], &news[head..]);
    let tail = rest_old.iter().rev().zip(rest_new.iter().rev()).take_while(|(a, b)| a.1 == b.1).count();
    for (i, line) in matched.iter_mut().enumerate().take(head) {
        *line = Line::Same(i);
    }
    for i in 0..tail {
        matched[news.len() - 1 - i] = Line::Same(olds.len() - 1 - i);
    }
    let anchors = anchors(olds, news, head..olds.len() - tail, head..news.len() - tail);
    let (mut old_done, mut new_done) = (head, head);
    for (old_next, new_next) in anchors.into_iter().chain([(olds.len() - tail, news.len() - tail)]) {
        between(olds, news, (old_done, new_done), (old_next, new_next), &mut matched);
        if new_next < news.len() - tail {
            matched[new_next] = Line::Same(old_next);
        }
        (old_done, new_done) = (old_next + 1, new_next + 1);
    }
    matched
}

/// Lines that stand once in both ranges, in the order of both: as many as there are.
fn anchors(
    olds: &[(usize, &str)],
    news: &[(usize, &str)],
    old: std::ops::Range<usize>,
    new: std::ops::Range<usize>,
) -> Vec<(usize, usize)> {
    // Where a line stands in each, and how often.
    let mut known: HashMap<&str, [(usize, usize); 2]> = HashMap::new();
    for (side, texts, range) in [(0, olds, old), (1, news, new)] {
        for i in range {
            let place = &mut known.entry(texts[i].1).or_default()[side];
            *place = (i, place.1 + 1);
        }
    }
    let once = known.into_values().filter(|[old, new]| old.1 == 1 && new.1 == 1);
    let mut pairs: Vec<(usize, usize)> = once.map(|[old, new]| (old.0, new.0)).collect();
    pairs.sort_unstable();
    longest_ascending(&pairs)
}

/// Of pairs that ascend by their first, the longest row that ascends by the second, too.
fn longest_ascending(pairs: &[(usize, usize)]) -> Vec<(usize, usize)> {
    // The last pair of the best row of each length, and what stands before each pair in its row.
    let mut ends: Vec<usize> = Vec::new();
    let mut before: Vec<Option<usize>> = Vec::with_capacity(pairs.len());
    for (i, pair) in pairs.iter().enumerate() {
        let length = ends.partition_point(|&end| pairs[end].1 < pair.1);
        before.push(length.checked_sub(1).map(|shorter| ends[shorter]));
        if length == ends.len() {
            ends.push(i);
        } else {
            ends[length] = i;
        }
    }
    let mut row: Vec<_> = std::iter::successors(ends.last().copied(), |&i| before[i]).map(|i| pairs[i]).collect();
    row.reverse();
    row
}

/// Matches the lines between two that are matched.
fn between(
    olds: &[(usize, &str)],
    news: &[(usize, &str)],
    (mut old, mut new): (usize, usize),
    (mut old_end, mut new_end): (usize, usize),
    matched: &mut [Line],
) {
    while old < old_end && new < new_end && olds[old].1 == news[new].1 {
        matched[new] = Line::Same(old);
        (old, new) = (old + 1, new + 1);
    }
    while old < old_end && new < new_end && olds[old_end - 1].1 == news[new_end - 1].1 {
        (old_end, new_end) = (old_end - 1, new_end - 1);
        matched[new_end] = Line::Same(old_end);
    }
    let pairs = || (old..old_end).zip(new..new_end);
    let is_changed = old_end.saturating_sub(old) == new_end.saturating_sub(new);
    if is_changed && pairs().all(|(old, new)| looks_like(olds[old].1, news[new].1)) {
        pairs().for_each(|(old, new)| matched[new] = Line::Changed(old));
    }
}

/// Whether one line may be the other, changed: as far indented, ending alike.
fn looks_like(a: &str, b: &str) -> bool {
    let indent = |line: &str| line.len() - line.trim_start().len();
    let end = |line: &str| line.trim_end().chars().next_back();
    indent(a) == indent(b) && end(a) == end(b)
}
