//! Content codings (RFC 9110 §8.4.1, RFC 7932, RFC 8878).

/// A content coding that revserve can send. `Identity` is the body as it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(u8)]
pub enum Coding {
    Identity = 0,
    Brotli = 1,
    Zstd = 2,
    Gzip = 3,
}

impl Coding {
    /// Every coding, in the order in which revserve prefers them at equal quality:
    /// the smallest first.
    pub const ALL: [Coding; 4] = [Coding::Brotli, Coding::Zstd, Coding::Gzip, Coding::Identity];

    /// The token of `Content-Encoding` and `Accept-Encoding`.
    pub const fn token(self) -> &'static str {
        match self {
            Coding::Identity => "identity",
            Coding::Brotli => "br",
            Coding::Zstd => "zstd",
            Coding::Gzip => "gzip",
        }
    }

    /// The coding stored under this number in an entry, `None` for a number of another format.
    pub const fn from_number(number: u8) -> Option<Coding> {
        match number {
            0 => Some(Coding::Identity),
            1 => Some(Coding::Brotli),
            2 => Some(Coding::Zstd),
            3 => Some(Coding::Gzip),
            _ => None,
        }
    }
}
