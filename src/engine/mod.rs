//! The wiring: get an asset, or build it once.
