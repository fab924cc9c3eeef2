//! Which revisions are current.
