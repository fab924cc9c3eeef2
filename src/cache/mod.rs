//! Where built assets are kept: memory and localcachedir.
