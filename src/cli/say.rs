//! Saying something on standard output, where `println!` would end the program once nobody reads any more:
//! whoever closes the pipe early has seen enough, and a server goes on.

/// Prints a line, as `println!` does.
macro_rules! say {
    ($($words:tt)*) => {{
        use std::io::Write as _;
        let _ = writeln!(std::io::stdout(), $($words)*);
    }};
}

pub(super) use say;
