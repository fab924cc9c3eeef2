//! What a purge costs a browser that has the revision before it, and the node (RFC 9842).
//!
//! Needs: brotlicffi, chromium, nginx, npm, openssl, python3, zstd

mod support;

#[path = "dictionaries/browser.rs"]
mod browser;
#[path = "dictionaries/decode.rs"]
mod decode;
#[path = "dictionaries/serve.rs"]
mod serve;
#[path = "dictionaries/site.rs"]
mod site;
