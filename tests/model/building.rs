//! A build, from the sources that it reads to what is kept of it: `engine::obtain`, step by step.

use super::state::{Build, Content, Guard, Held, Phase, State, TORN, Word};
use super::steps::{Bounds, What, World, look};

const CHANGED: &str = "promise 1: a published entry changed";
const LATE: &str = "promise 2: an entry was added to a revision that was not current when the source was last asked";
const OLD: &str = "promise 2: an entry was built from what was there before its revision";

impl World<'_> {
    pub fn building(&mut self, state: &State, at: usize) {
        let node = state.nodes[at];
        let Some(build) = node.build else { return };
        let now = Content { shared: state.shared.version, code: node.code };
        match build.phase {
            // Of what was listed then and what is read now, the older decides; two codes are none.
            Phase::Opened(site) => self.on_node(What::Read(at), state, at, |node| {
                let code = if site.code == now.code { now.code } else { TORN };
                let read = Content { shared: site.shared.min(now.shared), code };
                node.build = Some(Build { phase: Phase::Read(read), ..build });
            }),
            Phase::Read(content) => {
                let mut looked = *state;
                let word = self.word(&mut looked, at, build);
                let node = &mut looked.nodes[at];
                if let Some(build) = &mut node.build {
                    build.phase = Phase::Asked(content, word);
                }
                self.step(What::LookToPublish(at), looked);
            }
            Phase::Asked(content, word) => self.publish(state, at, build, content, word),
        }
    }

    /// `engine::obtain::ask`: the code, then the source.
    fn word(&self, state: &mut State, at: usize, build: Build) -> Word {
        let in_truth = |state: &State, revision: u8| {
            let right = state.nodes[at].code == state.shared.hash && !state.shared.upgrading;
            Word::Current { in_truth: state.shared.revision == revision && right }
        };
        if !self.has(Guard::LookFirst) {
            return in_truth(state, build.revision);
        }
        if !state.nodes[at].reaches_source {
            let mind = self.has(Guard::MindLostSource);
            return if mind { Word::Unsure } else { in_truth(state, build.revision) };
        }
        if look(state, at) && self.has(Guard::ReopenSite) {
            state.nodes[at].site = None;
        }
        let node = state.nodes[at];
        let same_era = node.build.is_some_and(|build| build.same_era);
        let revision = if self.has(Guard::NameFirst) { build.revision } else { node.revision };
        if node.revision != revision {
            Word::Moved
        } else if (node.lags || !same_era) && self.has(Guard::WithholdLagging) {
            Word::Unsure
        } else {
            in_truth(state, revision)
        }
    }

    /// The end of a build: publish, keep in memory, answer.
    fn publish(&mut self, state: &State, at: usize, build: Build, content: Content, word: Word) {
        let name = if self.has(Guard::NameFirst) { build.revision } else { state.nodes[at].revision };
        let is_current = matches!(word, Word::Current { .. });
        let lagged = build.lagged && self.has(Guard::WithholdLagging);
        let publishable = build.current && is_current && !lagged;
        if publishable {
            let mut linked = *state;
            let taken = linked.nodes[at].folder[usize::from(name)].filter(|_| self.has(Guard::NeverOverwrite));
            let content = taken.unwrap_or(content);
            let broken = link(&mut linked, at, name, content, self.bounds);
            let late = !matches!(word, Word::Current { in_truth: true }) && taken.is_none();
            let broken = broken.or(late.then_some(LATE));
            self.end(What::Publish(at), linked, at, build, content, (true, word), broken);
        }
        if !publishable || self.bounds.trouble {
            let what = if publishable { What::FolderTakesNothing(at) } else { What::Publish(at) };
            self.end(what, *state, at, build, content, (false, word), None);
        }
    }

    #[allow(clippy::too_many_arguments)]
    fn end(
        &mut self,
        what: What,
        mut state: State,
        at: usize,
        build: Build,
        content: Content,
        (stored, word): (bool, Word),
        broken: Option<&'static str>,
    ) {
        let is_current = matches!(word, Word::Current { .. });
        let sure = stored || (is_current && (!build.lagged || !self.has(Guard::WithholdLagging)));
        let node = &mut state.nodes[at];
        node.build = None;
        if let Some(asked) = build.asked {
            if stored || word != Word::Moved {
                let (revision, same_era) = (build.revision, build.same_era);
                node.memory = Some(Held { revision, content, sure, same_era, stored: build.current });
            }
            let fresh = sure || !self.has(Guard::MindUnsure);
            let moved = !stored && word == Word::Moved;
            self.answer(what, state, asked, content, build.current && fresh && !moved);
        } else {
            self.step(what, state);
        }
        if let (Some(broken), Some(step)) = (broken, self.steps.last_mut()) {
            step.broken = Some(broken);
        }
    }
}

/// Links an entry in.
fn link(state: &mut State, at: usize, name: u8, content: Content, bounds: &Bounds) -> Option<&'static str> {
    let revision = usize::from(name);
    let old = state.nodes[at].folder[revision];
    for other in 0..bounds.nodes {
        if other == at || bounds.one_folder {
            state.nodes[other].folder[revision] = Some(content);
        }
    }
    let shared = state.shared;
    if old.is_some_and(|old| old != content) {
        Some(CHANGED)
    } else if content.shared < shared.made_at[revision] || content.code != shared.code_of[revision] {
        Some(OLD)
    } else {
        None
    }
}
