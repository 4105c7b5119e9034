//! Deterministic draws: the only source of variety in the world.
//!
//! Every attribute of every entity is a pure function of the seed, a tag that
//! names the question ("what is this build's branch?") and the entity's indexes.
//! Nothing is remembered between draws, so nothing has to be stored.

use std::fmt::Write as _;

/// Spreads a number over all 64 bits (the finaliser of splitmix64).
pub(crate) fn mix(number: u64) -> u64 {
    let mut z = number.wrapping_add(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// Draws a number for a question about one entity.
pub(crate) fn draw(seed: u64, question: &str, parts: &[u64]) -> u64 {
    let mut state = mix(seed);
    for byte in question.bytes() {
        state = (state ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
    }
    for part in parts {
        state = mix(state ^ *part);
    }
    mix(state)
}

/// Takes one entry of a table. The table must not be empty.
pub(crate) fn pick<T>(table: &[T], drawn: u64) -> &T {
    &table[index(drawn % count(table.len()).max(1))]
}

/// A row number as an index into a slice.
pub(crate) fn index(number: u64) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}

/// A length as a row count.
pub(crate) fn count(length: usize) -> u64 {
    u64::try_from(length).unwrap_or(u64::MAX)
}

/// Hexadecimal digits, as many as asked for.
pub(crate) fn hex(drawn: u64, digits: usize) -> String {
    let mut text = String::with_capacity(digits + 16);
    let mut state = drawn;
    while text.len() < digits {
        state = mix(state);
        // Writing to a String cannot fail.
        let _ = write!(text, "{state:016x}");
    }
    text.truncate(digits);
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn draws_depend_on_every_part() {
        let base = draw(1, "branch", &[1, 2]);
        assert_eq!(base, draw(1, "branch", &[1, 2]));
        assert_ne!(base, draw(2, "branch", &[1, 2]));
        assert_ne!(base, draw(1, "commit", &[1, 2]));
        assert_ne!(base, draw(1, "branch", &[2, 1]));
    }

    #[test]
    fn hex_has_the_length_asked_for() {
        assert_eq!(hex(7, 40).len(), 40);
        assert!(hex(7, 40).bytes().all(|b| b.is_ascii_hexdigit()));
    }
}
