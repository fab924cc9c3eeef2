//! revserve answers the asset requests of a Moodle site: styles, images, fonts and
//! JavaScript whose URLs carry a revision. Each asset is built once per node, kept in the
//! node's append-only localcachedir, and served from memory.
//!
//! The house, from the top; each floor knows only those below it:
//!
//! | Floor | Room | Holds |
//! |---|---|---|
//! | 7 | `main.rs`, [`cli`] | one file per command; the only place with `anyhow` |
//! | 6 | [`serve`] | HTTP: listeners, handler, negotiation, conditionals, ranges, outcome → response |
//! | 5 | [`engine`] | the wiring: get-or-build with single flight, theme by theme the way to its styles, designer mode |
//! | 4 | [`build`] | sources in, bytes out: scripts, AMD, YUI, style sheets, their source maps, compression; the worker process |
//! | 4 | [`designer`] | what theme developers see: mistakes, what changed, pages that follow it |
//! | 4 | [`cache`] | memory, localcachedir, the shared cachedir, what outlives a purge, the entry's file format; knows nothing of building |
//! | 3 | [`site`] | what is installed: components, themes and parents, names → source files |
//! | 2 | [`revision`] | which revisions are current, from files, a database or fixed values; what nodes tell each other |
//! | 2 | [`asset`] | the nouns: parsed URL, names, content type, freshness |
//! | 1 | [`config`] | what the operator wrote → what it means |
//! | 1 | [`php`] | reads PHP source as data |
//! | 1 | [`inputs`] | what a piece of work looked at on disk, and whether it is still so |
//!
//! The path of a request:
//!
//! ```text
//! bytes ─ serve ─► asset::url      which asset, which revision does the URL name?
//!               ─► revision        current? stale? designer? → freshness
//!               ─► cache::memory   hit: answer
//!               ─► cache::local    entry on disk: verify, load, answer
//!               ─► site            which source files make this asset?
//!               ─► build           sources → bytes → variants
//!               ─► cache::local    publish
//!               ─► serve::respond  outcome → status, headers, variant
//! ```

#[cfg(test)]
#[global_allocator]
static HEAP: php::Counted = php::Counted;

pub mod asset;
pub mod build;
pub mod cache;
pub mod cli;
pub mod config;
pub mod designer;
pub mod engine;
pub mod inputs;
pub mod php;
pub mod revision;
pub mod serve;
pub mod site;
