//! The Brotli stream (RFC 7932) of a body that is its dictionary: one command that copies all of it.

/// Shortest body whose copy has the code that is written here.
const SHORTEST: usize = 2118;

/// The stream; `None` for a body that is too short, or whose twin does not fit into one window with it.
pub(super) fn encode(length: usize) -> Option<Vec<u8>> {
    if length < SHORTEST || 2 * length > super::brotli_stream::LONGEST_WINDOW {
        return None;
    }
    let mut bits = Bits::default();
    bits.put(0b1111, 4); // window of 24 bits (§9.1)
    bits.put(0b01, 2); // the last meta-block, not empty (§9.2)
    // As many nibbles as its length has, 4 at least.
    let nibbles = ((length - 1).ilog2() / 4 + 1).max(4);
    bits.put(u64::from(nibbles) - 4, 2);
    bits.put(length as u64 - 1, 4 * nibbles);
    bits.put(0, 3); // one block type each of literals, commands and distances
    bits.put(0, 6); // neither postfix bits nor direct distance codes
    bits.put(0, 2); // literal context mode
    bits.put(0, 2); // one prefix code each for literals and distances
    // Prefix codes of one symbol take no bits (§3.4): literals, of which there are none, then copying without
    // inserting in the longest class, and the class of the distance.
    let (class, extra_bits, extra) = distance(length as u64);
    for (symbol, width) in [(0, 8), (391, 10), (class, 6)] {
        bits.put(0b0001, 4); // simple, one symbol
        bits.put(symbol, width);
    }
    bits.put((length - SHORTEST) as u64, 24); // §5
    bits.put(extra, extra_bits);
    Some(bits.bytes)
}

/// The symbol, number of extra bits and extra bits of a distance, without postfix bits and direct codes (§4).
fn distance(distance: u64) -> (u64, u32, u64) {
    // Class 16 + 2 (n - 1) + h starts at (2 + h) << n, less 3.
    let raised = distance + 3;
    let width = raised.ilog2() - 1;
    let half = (raised >> width) & 1;
    (16 + 2 * (u64::from(width) - 1) + half, width, raised - ((2 + half) << width))
}

/// Bits, the least significant first.
#[derive(Default)]
struct Bits {
    bytes: Vec<u8>,
    used: u32,
}

impl Bits {
    fn put(&mut self, value: u64, count: u32) {
        for at in 0..count {
            if self.used.is_multiple_of(8) {
                self.bytes.push(0);
            }
            if let Some(last) = self.bytes.last_mut() {
                *last |= ((value >> at & 1) as u8) << (self.used % 8);
            }
            self.used += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distances_have_the_classes_of_the_rfc() {
        // The first and last distances of some classes: 16 is 1 and 2, 17 is 3 and 4, 18 is 5 to 8, 19 is 9 to 12.
        for (number, class, width, extra) in
            [(1, 16, 1, 0), (2, 16, 1, 1), (3, 17, 1, 0), (5, 18, 2, 0), (8, 18, 2, 3), (9, 19, 2, 0), (13, 20, 3, 0)]
        {
            assert_eq!(distance(number), (class, width, extra), "{number}");
        }
    }
}
