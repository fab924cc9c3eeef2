//! What there is: the shared truth, and what each node knows, has in memory, in its folder, and is building.

/// A guard of the protocol. Taken out, the code does without it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Guard {
    /// `revision::State::judge`: only the revision that equals the site's is current, whatever else is valid.
    CompareAlways,
    /// `cache::Key`: memory is asked by asset *and* generation.
    KeyByGeneration,
    /// `engine::obtain`: the entry's name, with its generation, is made before any source is read.
    NameFirst,
    /// `engine::Sites::at`: the site is opened anew where the generation moved.
    ReopenSite,
    /// `revision::current`: the generation is counted before the state that it stands for can be seen.
    CountFirst,
    /// `engine::obtain::ask`, in the closure that `LocalCache::publish` calls: a look right before.
    LookFirst,
    /// `engine::obtain::ask`: a look without an answer publishes nothing.
    MindLostSource,
    /// `LocalCache::publish`: `link`, which takes no name that is taken.
    NeverOverwrite,
    /// `revision::State::judge`: nothing is current on a node that lags.
    LagIsShort,
    /// `engine::obtain`: nothing is published by a node that lags, lagged when the build began, or did in between
    /// (`State::era`). The three say the same of different moments; any two of them leave a little to the third.
    WithholdLagging,
    /// `engine::held::Held::freshness`: what nobody was sure of after its build is short.
    MindUnsure,
}

/// Most revisions that a run makes.
pub const REVISIONS: usize = 3;
/// Most nodes.
pub const NODES: usize = 3;

/// What a build found: the version of what nodes share (settings, files in dataroot), and of the node's own code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Content {
    pub shared: u8,
    pub code: u8,
}

/// The code of a build that read two of them.
pub const TORN: u8 = 9;

/// The source of revisions, and what operators do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct Shared {
    /// The version of what nodes share.
    pub version: u8,
    /// The revision that is current.
    pub revision: u8,
    /// That version when each revision was made, and the code that each belongs to.
    pub made_at: [u8; REVISIONS],
    pub code_of: [u8; REVISIONS],
    /// `upgraderunning`, and the versions hash.
    pub upgrading: bool,
    pub hash: u8,
}

/// What memory holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Held {
    pub revision: u8,
    pub content: Content,
    pub sure: bool,
    /// Whether the era of its build is the node's.
    pub same_era: bool,
    pub stored: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Phase {
    /// What is known was noted, the name made, the site opened.
    Opened(Content),
    /// Sources were read.
    Read(Content),
    /// The code and the revisions were looked at.
    Asked(Content, Word),
}

/// `engine::obtain::Word`, and whether its revision was in truth current, on a node with its code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Word {
    Current { in_truth: bool },
    Moved,
    Unsure,
}

/// A build, for the request that caused it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Build {
    pub revision: u8,
    /// Whether the node lagged when it began, and whether the era is the same since.
    pub lagged: bool,
    pub same_era: bool,
    /// The revision in the URL; none where it only stores what memory has.
    pub asked: Option<u8>,
    /// Whether that was judged to be current.
    pub current: bool,
    pub phase: Phase,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct Node {
    pub up: bool,
    pub reaches_source: bool,
    /// What is known.
    pub revision: u8,
    pub lags: bool,
    /// Whether the generation was counted for what is known.
    pub counted: bool,
    /// The code on its disk.
    pub code: u8,
    /// The site as it was opened for the generation.
    pub site: Option<Content>,
    pub memory: Option<Held>,
    pub build: Option<Build>,
    pub folder: [Option<Content>; REVISIONS],
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct State {
    pub shared: Shared,
    pub nodes: [Node; NODES],
}

impl State {
    /// All nodes run, know revision 0, and have built nothing.
    pub fn first(nodes: usize) -> State {
        let node = Node { reaches_source: true, counted: true, ..Node::default() };
        let mut state = State { shared: Shared::default(), nodes: [node; NODES] };
        for node in &mut state.nodes[..nodes] {
            node.up = true;
        }
        state
    }

    /// The same but for what nobody can tell apart any more: the order of nodes, and what is never looked at again.
    pub fn canonical(mut self, nodes: usize, one_folder: bool, without: Option<Guard>) -> State {
        let current = self.shared.revision;
        for node in &mut self.nodes[..nodes] {
            let least = if node.up { node.revision } else { current };
            let building = node.build.map(|build| usize::from(build.revision));
            for (revision, entry) in node.folder.iter_mut().enumerate() {
                if revision < usize::from(least) && building != Some(revision) && !one_folder {
                    *entry = None;
                }
            }
            // Memory is asked by revision, as long as that guard stands.
            if node.memory.is_some_and(|held| held.revision != node.revision) && without != Some(Guard::KeyByGeneration)
            {
                node.memory = None;
            }
            if !node.up {
                node.reaches_source = true;
            }
        }
        self.nodes[..nodes].sort_unstable();
        self
    }
}
