use super::*;
use crate::asset::{Revision, ThemeName};
use proptest::prelude::*;

fn source(folder: &tempfile::TempDir, node: &str) -> FilesSource {
    FilesSource::new(Utf8Path::from_path(folder.path()).unwrap(), node)
}

const CODE: &str = "993e441091e10d8b8fd99215ab2f324b5d324319";

#[test]
fn every_purge_moves_what_it_names_and_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    let source = source(&folder, "a");
    source.begin(|| None).unwrap();
    let first = source.read().unwrap();
    let themes = source.append_purge(Purge::Themes, None).unwrap();
    assert!(themes.themerev > first.themerev && themes.jsrev == first.jsrev);
    let scripts = source.append_purge(Purge::Scripts, None).unwrap();
    assert!(scripts.jsrev > themes.jsrev && scripts.themerev == themes.themerev);
    let boost = ThemeName::parse("boost").unwrap();
    let theme = source.append_purge(Purge::Theme(boost.clone()), None).unwrap();
    assert!(theme.subrevision(&boost) > scripts.jsrev.unwrap().get());
    assert_eq!(source.read().unwrap(), theme);
    source.begin(|| panic!("there is a purge")).unwrap();
    assert_eq!(source.read().unwrap(), theme);
}

#[test]
fn two_purges_with_the_same_value_on_two_nodes_are_both_counted() {
    let folder = tempfile::tempdir().unwrap();
    let (a, b) = (source(&folder, "a"), source(&folder, "b"));
    a.log.append_text("purge all 1770000000\n").unwrap();
    let one = a.read().unwrap();
    b.log.append_text("purge all 1770000000\n").unwrap();
    let two = a.read().unwrap();
    assert_eq!(two.themerev.unwrap().get(), one.themerev.unwrap().get() + 1);
    assert_eq!(two.counted, [("a".to_owned(), 21), ("b".to_owned(), 21)].into());
}

#[test]
fn torn_and_foreign_lines_are_skipped_and_take_no_other_with_them() {
    let folder = tempfile::tempdir().unwrap();
    let source = source(&folder, "a");
    source.log.append_text("purge all 1770000000\nhello\npurge all x\npurge all 17").unwrap();
    assert_eq!(source.read().unwrap().themerev, Revision::new(1770000000));
    source.log.append_text("purge all 1770000009\n").unwrap();
    assert_eq!(source.read().unwrap().themerev, Revision::new(1770000009));
    for torn in ["after 3", "after 3,x", "code 993e", "after 1,1 after 1,1", "code", "later 1"] {
        assert_eq!(Line::read(format!("purge all 1770000000 {torn}").as_bytes()), None, "{torn}");
    }
}

#[test]
fn a_purge_names_the_code_that_its_revision_belongs_to() {
    let folder = tempfile::tempdir().unwrap();
    let (a, b) = (source(&folder, "a"), source(&folder, "b"));
    let code = |digit: &str| Some(digit.repeat(40));
    let codes = |state: &State| state.codes.iter().map(|code| code[..1].to_owned()).collect::<Vec<_>>();
    assert_eq!(codes(&a.append_purge(Purge::All, code("1")).unwrap()), ["1"]);
    assert_eq!(codes(&b.append_purge(Purge::Scripts, code("2")).unwrap()), ["1", "2"]);
    assert_eq!(codes(&a.append_purge(Purge::Themes, code("2")).unwrap()), ["2"]);
    let boost = Purge::Theme(ThemeName::parse("boost").unwrap());
    assert_eq!(codes(&a.append_purge(boost, code("3")).unwrap()), ["2", "3"]);
    assert_eq!(codes(&a.append_purge(Purge::All, code("3")).unwrap()), ["3"]);
    assert!(codes(&a.append_purge(Purge::All, None).unwrap()).is_empty(), "nobody says");
    // Two that did not see each other: nobody knows which was last.
    let line = |digit: &str| format!("purge all 1999999999 after 4,4 code {}\n", digit.repeat(40));
    a.log.append_text(&line("5")).unwrap();
    b.log.append_text(&line("6")).unwrap();
    assert_eq!(codes(&a.read().unwrap()), ["5", "6"]);
    assert_eq!(codes(&a.append_purge(Purge::All, code("6")).unwrap()), ["6"]);
}

#[test]
fn a_log_that_holds_less_than_it_did_is_out_of_reach() {
    let folder = tempfile::tempdir().unwrap();
    let (a, b) = (source(&folder, "a"), source(&folder, "b"));
    a.append_purge(Purge::All, None).unwrap();
    let last = b.append_purge(Purge::All, None).unwrap();
    assert_eq!(a.read().unwrap(), last);
    let log = folder.path().join("revserve/log");
    std::fs::rename(log.join("b.log"), log.join("away")).unwrap();
    assert!(matches!(a.read(), Err(SourceError::Lost { .. })));
    std::fs::rename(log.join("away"), log.join("b.log")).unwrap();
    assert_eq!(a.read().unwrap(), last);
    std::fs::remove_dir_all(&log).unwrap();
    assert!(matches!(a.read(), Err(SourceError::Lost { .. })), "no revision is made up");
}

/// What a node that sees only these lines writes.
fn purged(seen: &[Line], now: u64) -> Line {
    let value = now.max(holds::highest(seen) + 1);
    Line { purge: Purge::All, value, after: Some(holds::counted(&Purge::All, seen)), code: Some(CODE.into()) }
}

proptest! {
    /// Whatever nodes see of each other's lines, and whatever their clocks say.
    #[test]
    fn with_every_purge_the_revision_grows_though_nodes_see_each_others_lines_late_and_clocks_differ(
        steps in proptest::collection::vec((any::<u32>(), 100u64..120), 1..12)
    ) {
        let mut lines: Vec<Line> = Vec::new();
        for (sees, now) in steps {
            let seen: Vec<Line> =
                lines.iter().enumerate().filter(|(at, _)| sees >> at & 1 == 1).map(|(_, line)| line.clone()).collect();
            let before = holds::state(&lines).themerev;
            lines.push(purged(&seen, now));
            prop_assert!(holds::state(&lines).themerev > before);
            if seen.len() + 1 == lines.len() {
                let value = lines.last().map(|line| line.value);
                prop_assert_eq!(holds::state(&lines).themerev.map(Revision::get), value);
            }
        }
    }

    #[test]
    fn a_line_is_read_as_it_was_written(
        value: u64, themes: u64, scripts: u64, kind in 0..4, coded: bool, after: bool
    ) {
        let purge = [Purge::All, Purge::Themes, Purge::Scripts, Purge::Theme(ThemeName::parse("boost").unwrap())];
        let purge = purge[kind as usize].clone();
        let (themes, scripts) = match &purge {
            Purge::All => (themes, scripts),
            Purge::Scripts => (0, scripts),
            _ => (themes, 0),
        };
        let after = after.then_some(line::After { themes, scripts });
        let line = Line { purge, value, after, code: coded.then(|| CODE.to_owned()) };
        prop_assert_eq!(Line::read(line.to_string().as_bytes()), Some(line));
    }

    #[test]
    fn no_line_is_read_that_was_torn_within_what_is_written_behind_its_value(end in 33usize..80) {
        let line = Line { purge: Purge::All, value: 1770000000, after: Some(line::After { themes: 3, scripts: 2 }), code: Some(CODE.into()) };
        let text = line.to_string();
        if end < text.len() {
            prop_assert_eq!(Line::read(&text.as_bytes()[..end]), None);
        }
    }
}

/// A network file system that shows a file's length at once, and new names to whoever looked before only when they make
/// one themselves, or a minute later, when a test says so.
#[derive(Debug, Default)]
struct Late {
    seen: Mutex<Option<Vec<String>>>,
}

impl Late {
    fn a_minute_later(&self) {
        *self.seen.lock().unwrap() = None;
    }
}

impl log::Names for Late {
    fn names(&self, folder: &Utf8Path) -> io::Result<Vec<String>> {
        let mut seen = self.seen.lock().unwrap();
        if seen.is_none() {
            *seen = Some(Listed.names(folder)?);
        }
        Ok(seen.clone().unwrap_or_default())
    }

    fn touch(&self, folder: &Utf8Path) -> io::Result<()> {
        self.a_minute_later();
        Listed.touch(folder)
    }
}

#[test]
fn purges_count_on_every_node_though_names_appear_late() {
    let folder = tempfile::tempdir().unwrap();
    let late = || Arc::new(Late::default());
    let node = |name: &str, late: &Arc<Late>| {
        let log = Log::new(Utf8Path::from_path(folder.path()).unwrap().join("revserve/log"), name, late.clone());
        let source = FilesSource { log, last: Arc::default() };
        source.enter().unwrap();
        source
    };
    let of_a = late();
    let a = node("a", &of_a);
    a.begin(|| None).unwrap();
    let first = a.read().unwrap();
    // A machine that looks now, and whose node starts when all is over.
    let of_d = late();
    log::Names::names(&*of_d, a.log.folder()).unwrap();
    let b = node("b", &late());
    assert_eq!(b.read().unwrap().themerev, first.themerev, "b came later, and sees a at once");

    // a does not see b's file yet: it does not say that it counts b's purge, so nobody says that it is done.
    let second = b.append_purge(Purge::All, None).unwrap();
    let (log, bytes) = b.own_counted(&second);
    let acknowledges = |source: &FilesSource| {
        let counted = source.read().unwrap().counted;
        counted.get(&log).is_some_and(|counted| *counted >= bytes)
    };
    assert!(!acknowledges(&a) && a.read().unwrap().themerev == first.themerev);
    // Whoever comes now sees both.
    let c = node("c", &late());
    assert!(acknowledges(&c) && c.read().unwrap().themerev == second.themerev);
    // a purges meanwhile, without having seen b's: both count on all nodes, whatever values they chose.
    let own = a.append_purge(Purge::All, None).unwrap();
    of_a.a_minute_later();
    assert!(acknowledges(&a));
    let now = a.read().unwrap();
    assert!(now.themerev > second.themerev && now.themerev > own.themerev, "{now:?}");
    for other in [&b, &c] {
        // b's own folder had a's name from the start, and shows its length at once.
        assert_eq!(other.read().unwrap().themerev, now.themerev);
    }
    assert_eq!(node("d", &of_d).read().unwrap().themerev, now.themerev, "who starts sees all that were there");
}
