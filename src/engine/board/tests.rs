use super::*;
use crate::asset::{SheetType, ThemeName};
use std::time::Duration;

fn sheet(theme: &str) -> Asset {
    Asset::Styles { theme: ThemeName::parse(theme).unwrap(), sheet: SheetType::All, svg: true }
}

fn sleep(milliseconds: u64) {
    std::thread::sleep(Duration::from_millis(milliseconds));
}

#[test]
fn a_work_is_shown_while_it_goes_on_and_afterwards_with_the_time_of_each_phase() {
    let board = Board::default();
    let turn = board.begin(&sheet("a"), Task::Build);
    during(Phase::Php, || {
        sleep(4);
        during(Phase::Files, || sleep(8));
        let running = board.running();
        assert_eq!((running.len(), running[0].phase), (1, Some(Phase::Php)));
        let spent = |phase: Phase| running[0].spent[phase as usize];
        assert!(spent(Phase::Files) >= Duration::from_millis(8) && spent(Phase::Php) >= Duration::from_millis(4));
        assert!(running[0].end.is_none());
    });
    assert_eq!(board.running()[0].phase, Some(Phase::Rest));
    turn.ended(End::Good(7));
    assert!(board.running().is_empty());
    let [shot] = &board.ended(Lane::Styles)[..] else { panic!("one") };
    assert_eq!(shot.end.map(|(end, _)| end), Some(End::Good(7)));
    assert!(shot.spent.iter().sum::<Duration>() <= shot.took);
    assert!(shot.spent[Phase::Files as usize] >= Duration::from_millis(8));
}

#[test]
fn a_phase_of_no_work_is_just_done() {
    assert_eq!(during(Phase::Scss, || 5), 5);
    let board = Board::default();
    drop(board.begin(&sheet("a"), Task::Build));
    during(Phase::Scss, || sleep(2));
    assert_eq!(board.ended(Lane::Styles)[0].spent[Phase::Scss as usize], Duration::ZERO);
}

#[test]
fn a_work_within_a_work_leaves_the_outer_one_as_it_was() {
    let board = Board::default();
    let outer = board.begin(&sheet("a"), Task::Build);
    board.begin(&sheet("b"), Task::Compress).ended(End::Good(1));
    during(Phase::Minify, || sleep(3));
    outer.ended(End::Good(2));
    assert!(board.ended(Lane::Styles)[0].spent[Phase::Minify as usize] >= Duration::from_millis(3));
    assert_eq!(board.ended(Lane::Compression).len(), 1);
}

#[test]
fn only_the_latest_are_kept_and_none_that_was_asked_for_in_vain() {
    let board = Board::default();
    for n in 0..SHOWN + 5 {
        board.begin(&sheet(&format!("t{n}")), Task::Build).ended(End::Good(0));
    }
    board.begin(&sheet("none"), Task::Build).ended(End::Nothing);
    let ended = board.ended(Lane::Styles);
    assert_eq!(ended.len(), SHOWN);
    assert_eq!(ended[0].asset, sheet(&format!("t{}", SHOWN + 4)));
    assert!(board.ended(Lane::Others).is_empty());
}

#[test]
fn a_work_that_is_given_up_has_failed() {
    let board = Board::default();
    drop(board.begin(&sheet("a"), Task::Build));
    assert_eq!(board.ended(Lane::Styles)[0].end.map(|(end, _)| end), Some(End::Failed));
}
