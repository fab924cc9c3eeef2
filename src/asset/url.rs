//! From a request target to the asset and revision that it names.
