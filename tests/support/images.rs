//! The smallest images that browsers show.

/// The smallest PNG: one grey pixel.
pub fn png() -> &'static [u8] {
    b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\0\0\0\0\x3a\x7e\x9b\x55\
      \0\0\0\nIDATx\xdach\0\0\0\x82\0\x81\xda\x45\x08\x3b\0\0\0\0IEND\xaeB`\x82"
}

/// The smallest GIF: one transparent pixel.
pub fn gif() -> &'static [u8] {
    b"GIF89a\x01\0\x01\0\x80\0\0\0\0\0\xff\xff\xff!\xf9\x04\x01\0\0\0\0,\0\0\0\0\
      \x01\0\x01\0\0\x02\x02D\x01\0;"
}
