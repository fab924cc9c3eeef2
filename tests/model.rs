//! The protocol of revisions, purges and nodes (design.md §2, §6) as a model, looked at in every state that it can get
//! into, with crash, restart, slow build, lost source, emptied folder, full disk and lagging code as steps at any moment:
//! one node with an upgrade, purges and all trouble together; two nodes with purges and all trouble, and with an upgrade
//! in any order; two processes of one node; three nodes with a purge.
//!
//! 1. `model/state.rs`: what there is, by the names of the code, and the guards, each with its place there.
//! 2. `model/steps.rs` and `model/building.rs`: what can happen, and which promise that breaks.
//! 3. `model/search.rs`: every state that can be reached, shortest way first, nodes that are alike counted once.
//!
//! The files source's log, with names that appear late, is a model of its own: `model/log.rs`.
//!
//! No promise is broken in any of them; and with any one guard taken out, one is, which shows that the model would have
//! noticed. What it leaves out: bytes, time beyond before and after, and hotfixes that no version tells.

#[path = "model/building.rs"]
mod building;
#[path = "model/log.rs"]
mod log;
#[path = "model/search.rs"]
mod search;
#[path = "model/state.rs"]
mod state;
#[path = "model/steps.rs"]
mod steps;

use search::Found;
use state::Guard;
use steps::{Bounds, explore};

/// Settings that change, and purges; the code stays.
fn purges(nodes: usize, changes: u8) -> Bounds {
    Bounds { nodes, changes, revisions: changes + 1, ..Bounds::default() }
}

/// An upgrade of the code, in each of the orders that operators can do it in, and that many changes besides.
fn upgrade(nodes: usize, changes: u8) -> Bounds {
    Bounds { nodes, changes, revisions: changes + 2, upgrade: true, ..Bounds::default() }
}

/// Purges of the files source, by nodes that get new code at any moment before or after.
fn files(nodes: usize, purges: u8) -> Bounds {
    Bounds { nodes, changes: 1, revisions: purges + 1, files: true, ..Bounds::default() }
}

/// Two processes of one node, with one localcachedir.
fn twins() -> Bounds {
    Bounds { one_folder: true, ..purges(2, 1) }
}

/// With crashes, lost sources, emptied folders and full disks at any moment.
fn troubled(bounds: Bounds) -> Bounds {
    Bounds { trouble: true, ..bounds }
}

#[track_caller]
fn holds(bounds: &Bounds) {
    whole(explore(bounds, None));
}

#[track_caller]
fn whole(found: Found) {
    match found {
        Found::Nothing { states } => println!("{states} states"),
        Found::Violation { promise, trace, .. } => panic!("{promise}\n{}", trace.join("\n")),
    }
}

#[test]
fn the_promises_hold_on_one_node_through_purges_an_upgrade_and_any_trouble() {
    holds(&troubled(purges(1, 2)));
    holds(&troubled(upgrade(1, 1)));
}

#[test]
fn the_promises_hold_on_two_nodes_through_purges_and_any_trouble() {
    holds(&troubled(purges(2, 1)));
    holds(&purges(2, 2));
}

#[test]
fn the_promises_hold_on_two_nodes_through_an_upgrade_in_any_order() {
    holds(&upgrade(2, 0));
}

#[test]
fn the_promises_hold_where_purges_say_which_code_they_are_of_whatever_nodes_have_it() {
    holds(&troubled(files(1, 2)));
    holds(&files(2, 1));
}

#[test]
fn the_promises_hold_for_two_processes_that_share_a_folder() {
    holds(&troubled(twins()));
}

#[test]
fn the_promises_hold_on_three_nodes() {
    holds(&purges(3, 1));
}

/// With this guard taken out a promise is broken, in one of these ways.
#[track_caller]
fn needed(guard: Guard, bounds: &Bounds, promise: &str) {
    violated(&format!("{guard:?}"), explore(bounds, Some(guard)), promise);
}

#[track_caller]
fn violated(guard: &str, found: Found, promise: &str) {
    match found {
        Found::Nothing { states } => panic!("without {guard} nothing goes wrong in {states} states"),
        Found::Violation { promise: broken, trace, states } => {
            println!(
                "without {guard}: {broken}, after {} steps ({states} states)\n  {}",
                trace.len(),
                trace.join("\n  ")
            );
            assert!(broken.contains(promise), "{broken}");
        }
    }
}

#[test]
fn without_comparing_with_the_current_revision_strangers_plant_tomorrows_content() {
    needed(Guard::CompareAlways, &troubled(purges(1, 2)), "promise 3");
}

#[test]
fn without_the_revision_in_memorys_keys_yesterdays_content_is_served_as_todays() {
    needed(Guard::KeyByGeneration, &troubled(purges(1, 2)), "promise 3");
}

#[test]
fn without_a_name_that_is_fixed_before_sources_are_read_old_content_gets_into_the_new_revision() {
    needed(Guard::NameFirst, &troubled(purges(1, 2)), "promise 2");
}

#[test]
fn without_resolving_the_site_anew_for_each_revision_old_plugins_get_into_the_new_one() {
    needed(Guard::ReopenSite, &troubled(purges(1, 2)), "promise 2");
}

#[test]
fn without_counting_a_generation_before_its_state_is_seen_old_plugins_get_into_the_new_one() {
    needed(Guard::CountFirst, &troubled(purges(1, 2)), "promise 2");
}

#[test]
fn without_a_look_before_publishing_entries_are_added_to_a_revision_that_is_over() {
    needed(Guard::LookFirst, &troubled(purges(1, 2)), "promise 2");
}

#[test]
fn without_minding_a_lost_source_entries_are_added_to_a_revision_that_is_over() {
    needed(Guard::MindLostSource, &troubled(purges(1, 2)), "promise 2");
}

#[test]
fn without_links_that_never_overwrite_a_published_entry_changes() {
    needed(Guard::NeverOverwrite, &troubled(twins()), "promise 1");
}

#[test]
fn without_short_answers_of_a_lagging_node_old_code_is_kept_for_good() {
    needed(Guard::LagIsShort, &troubled(upgrade(1, 1)), "promise 3");
    needed(Guard::LagIsShort, &files(2, 1), "promise 3");
}

#[test]
fn without_withholding_what_was_built_while_the_node_lagged_old_code_gets_into_the_new_revision() {
    needed(Guard::WithholdLagging, &troubled(upgrade(1, 1)), "promise");
    needed(Guard::WithholdLagging, &files(2, 1), "promise");
}

#[test]
fn without_remembering_that_nobody_was_sure_what_was_built_meanwhile_is_kept_for_good() {
    needed(Guard::MindUnsure, &troubled(upgrade(1, 1)), "promise 3");
}

#[test]
fn purges_of_files_reach_every_node_though_names_appear_late_and_clocks_differ_or_not() {
    whole(log::explore(2, 2, 1, None));
    whole(log::explore(3, 1, 0, None));
}

#[test]
fn without_any_one_guard_of_the_log_a_purge_is_missed() {
    use log::Guard::{AcknowledgeLines, CountUnseen, FreshNames, RegisterAtStart, WaitForAll};
    for guard in [RegisterAtStart, FreshNames, WaitForAll, AcknowledgeLines, CountUnseen] {
        violated(&format!("{guard:?}"), log::explore(2, 2, 1, Some(guard)), "promise 2");
    }
}
