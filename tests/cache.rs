//! localcachedir and memory, from outside: what is published is whole, whatever fails, vanishes or is killed.
//!
//! Where the test may not mount (it is not root), a full disk is played by the I/O seam instead of a tmpfs of 1 MiB,
//! and the test says so.

mod cache {
    mod child;
    mod emptied;
    mod faults;
    mod full;
    mod hostile;
    mod killed;
    mod locks;
    mod memory;
    mod publish;
    mod retire;
    mod support;
}
