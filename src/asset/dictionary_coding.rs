//! Content codings whose streams need a dictionary that the client has already (RFC 9842 §4 and §5).

/// A content coding with a dictionary.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(u8)]
pub enum DictionaryCoding {
    /// Dictionary-Compressed Brotli (RFC 9842 §4).
    Brotli = 1,
    /// Dictionary-Compressed Zstandard (RFC 9842 §5).
    Zstd = 2,
}

impl DictionaryCoding {
    /// Every coding, in the order in which revserve prefers them at equal quality and size.
    pub const ALL: [DictionaryCoding; 2] = [DictionaryCoding::Brotli, DictionaryCoding::Zstd];

    /// The token of `Content-Encoding` and `Accept-Encoding`.
    pub const fn token(self) -> &'static str {
        match self {
            DictionaryCoding::Brotli => "dcb",
            DictionaryCoding::Zstd => "dcz",
        }
    }

    /// What a body starts with; the SHA-256 of the dictionary follows, then the stream.
    pub const fn magic(self) -> &'static [u8] {
        match self {
            DictionaryCoding::Brotli => b"\xFFDCB",
            // A skippable frame of 32 bytes (RFC 8878 §3.1.2).
            DictionaryCoding::Zstd => b"\x5E\x2A\x4D\x18\x20\0\0\0",
        }
    }

    /// The coding stored under this number in a file.
    pub const fn from_number(number: u8) -> Option<DictionaryCoding> {
        match number {
            1 => Some(DictionaryCoding::Brotli),
            2 => Some(DictionaryCoding::Zstd),
            _ => None,
        }
    }
}
