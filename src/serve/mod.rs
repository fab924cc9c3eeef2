//! HTTP: from bytes to an asset and back.
