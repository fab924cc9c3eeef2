//! What can happen in a state, and which promise it breaks.

use super::search::{Found, Step, search};
use super::state::{Build, Content, Guard, Held, NODES, Node, Phase, State};

/// How far a run goes.
#[derive(Clone, Copy, Debug, Default)]
pub struct Bounds {
    pub nodes: usize,
    /// Changes of what nodes share.
    pub changes: u8,
    /// Revisions, the first one counted.
    pub revisions: u8,
    /// Whether the code is upgraded once.
    pub upgrade: bool,
    /// Whether purges are made by nodes, each with the code that it has, instead of by an upgrade with its hash.
    pub files: bool,
    /// Whether the nodes are processes of one node, with one localcachedir.
    pub one_folder: bool,
    /// Crashes, lost sources, emptied folders, folders that take nothing.
    pub trouble: bool,
}

#[derive(Clone, Copy, Debug)]
pub enum What {
    Change,
    Purge,
    PurgeBy(usize),
    UpgradeBegins,
    UpgradeWritesItsHash,
    UpgradeEnds,
    Deploy(usize),
    Look(usize),
    Count(usize),
    Ask { node: usize, revision: u8 },
    Read(usize),
    LookToPublish(usize),
    Publish(usize),
    FolderTakesNothing(usize),
    Crash(usize),
    Restart(usize),
    LoseSource(usize),
    FindSource(usize),
    Empty(usize),
}

impl std::fmt::Display for What {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            What::Change => f.write_str("a setting changes"),
            What::Purge => f.write_str("purge"),
            What::PurgeBy(node) => write!(f, "{node}: purges, with its code"),
            What::UpgradeBegins => f.write_str("the upgrade begins, and purges"),
            What::UpgradeWritesItsHash => f.write_str("the upgrade writes its hash"),
            What::UpgradeEnds => f.write_str("the upgrade ends"),
            What::Deploy(node) => write!(f, "{node}: new code"),
            What::Look(node) => write!(f, "{node}: looks"),
            What::Count(node) => write!(f, "{node}: counts the generation"),
            What::Ask { node, revision } => write!(f, "{node}: is asked for revision {revision}"),
            What::Read(node) => write!(f, "{node}: reads sources"),
            What::LookToPublish(node) => write!(f, "{node}: looks, to publish"),
            What::Publish(node) => write!(f, "{node}: ends its build"),
            What::FolderTakesNothing(node) => write!(f, "{node}: ends its build, its folder takes nothing"),
            What::Crash(node) => write!(f, "{node}: crashes"),
            What::Restart(node) => write!(f, "{node}: starts"),
            What::LoseSource(node) => write!(f, "{node}: loses the source"),
            What::FindSource(node) => write!(f, "{node}: finds the source again"),
            What::Empty(node) => write!(f, "{node}: its folder is emptied"),
        }
    }
}

const LONG: &str = "promise 3: kept for good, though not this revision's content";
const LAGS: &str = "promise 3: kept for good, by a node that knows that it lags";

/// Looks at every state within these bounds.
pub fn explore(bounds: &Bounds, without: Option<Guard>) -> Found {
    let canonical = |state: State| state.canonical(bounds.nodes, bounds.one_folder, without);
    search(canonical(State::first(bounds.nodes)), |state, steps| {
        next(state, bounds, without, steps);
        for step in steps {
            step.state = canonical(step.state);
        }
    })
}

/// Everything that can happen next.
fn next(state: &State, bounds: &Bounds, without: Option<Guard>, steps: &mut Vec<Step<What, State>>) {
    let mut world = World { bounds, without, steps };
    world.operators(state);
    for at in 0..bounds.nodes {
        if !state.nodes[at].up {
            world.restart(state, at);
            continue;
        }
        world.requests(state, at);
        world.building(state, at);
        world.looks(state, at);
        if bounds.trouble {
            world.trouble(state, at);
        }
    }
}

pub struct World<'a> {
    pub bounds: &'a Bounds,
    pub without: Option<Guard>,
    pub steps: &'a mut Vec<Step<What, State>>,
}

impl World<'_> {
    pub fn has(&self, guard: Guard) -> bool {
        self.without != Some(guard)
    }

    pub fn step(&mut self, what: What, state: State) {
        self.steps.push(Step { what, state, broken: None });
    }

    pub fn on_node(&mut self, what: What, state: &State, at: usize, change: impl FnOnce(&mut Node)) {
        let mut state = *state;
        change(&mut state.nodes[at]);
        self.step(what, state);
    }

    /// What is done to the site as a whole. An upgrade purges at its start, and writes its hash near its end.
    fn operators(&mut self, state: &State) {
        let shared = state.shared;
        let with = |change: &dyn Fn(&mut State)| {
            let mut state = *state;
            change(&mut state);
            state
        };
        if shared.version < self.bounds.changes {
            self.step(What::Change, with(&|state| state.shared.version += 1));
        }
        let is_room = shared.revision + 1 < self.bounds.revisions;
        if self.bounds.files {
            for at in (0..self.bounds.nodes).filter(|_| is_room) {
                // The line says which code its writer has: revision and code move together.
                let code = state.nodes[at].code;
                let purged = with(&|state| {
                    state.shared.hash = code;
                    purge(state, code);
                });
                self.step(What::PurgeBy(at), purged);
                self.deploy(state, at);
            }
            return;
        }
        if is_room && !(self.bounds.upgrade && shared.hash == 0) {
            self.step(What::Purge, with(&|state| purge(state, state.shared.hash)));
        }
        if !self.bounds.upgrade {
            return;
        }
        if !shared.upgrading && shared.hash == 0 {
            self.step(
                What::UpgradeBegins,
                with(&|state| {
                    state.shared.upgrading = true;
                    purge(state, 1);
                }),
            );
        }
        if shared.upgrading && shared.hash == 0 {
            self.step(What::UpgradeWritesItsHash, with(&|state| state.shared.hash = 1));
        }
        if shared.upgrading && shared.hash == 1 {
            self.step(What::UpgradeEnds, with(&|state| state.shared.upgrading = false));
        }
        for at in 0..self.bounds.nodes {
            self.deploy(state, at);
        }
    }

    fn deploy(&mut self, state: &State, at: usize) {
        if state.nodes[at].code == 0 {
            self.on_node(What::Deploy(at), state, at, |node| node.code = 1);
        }
    }

    /// The look of every second: the state becomes visible, then its generation is counted.
    fn looks(&mut self, state: &State, at: usize) {
        let node = state.nodes[at];
        if !node.counted {
            self.on_node(What::Count(at), state, at, |node| {
                node.counted = true;
                node.site = None;
            });
        } else if node.reaches_source {
            let count_first = self.has(Guard::CountFirst);
            let mut looked = *state;
            if look(&mut looked, at) {
                let node = &mut looked.nodes[at];
                node.counted = count_first;
                if count_first && self.has(Guard::ReopenSite) {
                    node.site = None;
                }
                self.step(What::Look(at), looked);
            }
        }
    }

    /// A request for one asset, with any revision that a page may have or a stranger may think of.
    fn requests(&mut self, state: &State, at: usize) {
        let node = state.nodes[at];
        for asked in 0..=(state.shared.revision + 1).min(self.bounds.revisions - 1) {
            let equal = asked == node.revision || !self.has(Guard::CompareAlways);
            let current = equal && (!node.lags || !self.has(Guard::LagIsShort));
            let what = What::Ask { node: at, revision: asked };
            let key = |held: &Held| held.revision == node.revision || !self.has(Guard::KeyByGeneration);
            if let Some(held) = node.memory.filter(key) {
                let fresh = held.sure || !self.has(Guard::MindUnsure);
                // Built in another era, or a while ago with nobody sure: had anew, where that can go better.
                let anew = (!held.same_era || !held.sure) && !node.lags && node.reaches_source;
                // How long a while is, is not looked at: it may be over or not where the era is the same.
                if held.same_era || !anew {
                    self.hit(what, *state, at, asked, held.content, current && fresh);
                    if current && !held.stored && node.build.is_none() {
                        self.on_node(what, state, at, |node| {
                            node.memory = Some(Held { stored: true, ..held });
                            let phase = Phase::Read(held.content);
                            node.build = Some(Build { same_era: held.same_era, ..begin(node, current, phase) });
                        });
                    }
                }
                if !anew {
                    continue;
                }
            }
            if let Some(content) = node.folder[usize::from(node.revision)] {
                let mut loaded = *state;
                loaded.nodes[at].memory =
                    Some(Held { revision: node.revision, content, sure: true, same_era: true, stored: true });
                self.hit(what, loaded, at, asked, content, current);
            } else if node.build.is_none() {
                let now = Content { shared: state.shared.version, code: node.code };
                self.on_node(what, state, at, |node| {
                    let site = *node.site.get_or_insert(now);
                    node.build = Some(Build { asked: Some(asked), ..begin(node, current, Phase::Opened(site)) });
                });
            }
        }
    }

    /// An answer that is judged at this moment.
    fn hit(&mut self, what: What, state: State, at: usize, asked: u8, content: Content, long: bool) {
        self.answer(what, state, asked, content, long);
        if let Some(step) = self.steps.last_mut().filter(|_| long && state.nodes[at].lags) {
            step.broken = step.broken.or(Some(LAGS));
        }
    }

    pub fn answer(&mut self, what: What, state: State, asked: u8, content: Content, long: bool) {
        let shared = state.shared;
        let broken = if !long {
            None
        } else if asked > shared.revision
            || content.shared < shared.made_at[usize::from(asked)]
            || content.code != shared.code_of[usize::from(asked)]
        {
            Some(LONG)
        } else {
            None
        };
        self.steps.push(Step { what, state, broken });
    }

    fn trouble(&mut self, state: &State, at: usize) {
        let node = state.nodes[at];
        let (code, folder) = (node.code, node.folder);
        self.on_node(What::Crash(at), state, at, |node| {
            *node = Node { code, folder, reaches_source: true, counted: true, ..Node::default() };
        });
        let lose = if node.reaches_source { What::LoseSource(at) } else { What::FindSource(at) };
        self.on_node(lose, state, at, |node| node.reaches_source = !node.reaches_source);
        if node.folder.iter().any(Option::is_some) {
            let mut state = *state;
            for other in 0..NODES {
                if other == at || self.bounds.one_folder {
                    state.nodes[other].folder = Default::default();
                }
            }
            self.step(What::Empty(at), state);
        }
    }

    /// A start takes its first look before it answers anybody.
    fn restart(&mut self, state: &State, at: usize) {
        let mut state = *state;
        state.nodes[at].up = true;
        look(&mut state, at);
        self.step(What::Restart(at), state);
    }
}

fn begin(node: &Node, current: bool, phase: Phase) -> Build {
    Build { revision: node.revision, lagged: node.lags, same_era: true, asked: None, current, phase }
}

fn purge(state: &mut State, code: u8) {
    state.shared.revision += 1;
    let at = usize::from(state.shared.revision);
    state.shared.made_at[at] = state.shared.version;
    state.shared.code_of[at] = code;
}

/// Makes what the source says what the node knows; whether that is news.
pub fn look(state: &mut State, at: usize) -> bool {
    let shared = state.shared;
    let node = &mut state.nodes[at];
    let lags = shared.upgrading || shared.hash != node.code;
    let news = (node.revision, node.lags) != (shared.revision, lags);
    if node.lags != lags {
        // Another era, for good: what was begun or kept before belongs to the one before.
        if let Some(build) = &mut node.build {
            build.same_era = false;
        }
        if let Some(held) = &mut node.memory {
            held.same_era = false;
        }
    }
    (node.revision, node.lags) = (shared.revision, lags);
    news
}
