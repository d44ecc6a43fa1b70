//! Where the fields of a line end: eight bytes at a time, only as far as the
//! last field that is needed.

/// Fields of a line that can be told apart at most; what lies beyond them is
/// never needed.
pub(super) const MAX_FIELDS: usize = 256;

const LOW: u64 = 0x7f7f_7f7f_7f7f_7f7f;
const EACH: u64 = 0x0101_0101_0101_0101;

/// The ends of the first fields of a line; one list is used for all lines.
pub(super) struct Ends([u32; MAX_FIELDS]);

impl Ends {
    pub(super) fn new() -> Self {
        Self([0; MAX_FIELDS])
    }

    /// Finds the first `wanted` fields of `line`; returns how many there are of
    /// them. Lines are shorter than 4 GiB.
    #[inline]
    pub(super) fn find(&mut self, line: &[u8], delimiter: u8, wanted: usize) -> usize {
        let wanted = wanted.min(MAX_FIELDS);
        let pattern = u64::from(delimiter) * EACH;
        let (chunks, rest) = line.as_chunks::<8>();
        let (mut found, mut base) = (0, 0_u32);
        for chunk in chunks {
            let mut marks = zero_bytes(u64::from_le_bytes(*chunk) ^ pattern);
            while marks != 0 {
                self.0[found & (MAX_FIELDS - 1)] = base + marks.trailing_zeros() / 8;
                found += 1;
                if found == wanted {
                    return found;
                }
                marks &= marks - 1;
            }
            base += 8;
        }
        for &byte in rest {
            if byte == delimiter {
                self.0[found & (MAX_FIELDS - 1)] = base;
                found += 1;
                if found == wanted {
                    return found;
                }
            }
            base += 1;
        }
        self.0[found & (MAX_FIELDS - 1)] = base;
        found + 1
    }

    /// Field `index` of the line; it is one of those that were found.
    #[inline]
    pub(super) fn field<'a>(&self, line: &'a [u8], index: usize) -> &'a [u8] {
        let start = match index {
            0 => 0,
            _ => self.0[index - 1] as usize + 1,
        };
        line.get(start..self.0[index] as usize).unwrap_or_default()
    }
}

/// The highest bit of each byte that is zero, and no other bit (exact, unlike
/// the shorter form that borrows from its neighbour).
#[inline]
fn zero_bytes(word: u64) -> u64 {
    !(((word & LOW) + LOW) | word | LOW)
}

/// The fields of a line in which some stand in double quotes (RFC 4180): a
/// delimiter within quotes belongs to the field. The quotes are left out where
/// nothing stands outside of them. Doubled quotes stay as they are.
pub(super) fn quoted_fields(line: &[u8], delimiter: u8) -> impl Iterator<Item = &[u8]> {
    let mut rest = Some(line);
    std::iter::from_fn(move || {
        let line = rest?;
        let mut within = false;
        let end = line.iter().position(|&byte| {
            within ^= byte == b'"';
            byte == delimiter && !within
        });
        rest = end.map(|end| &line[end + 1..]);
        Some(unquoted(&line[..end.unwrap_or(line.len())]))
    })
}

fn unquoted(field: &[u8]) -> &[u8] {
    match field {
        [b'"', inner @ .., b'"'] => inner,
        _ => field,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn fields(line: &[u8], delimiter: u8, wanted: usize) -> Vec<&[u8]> {
        let mut ends = Ends::new();
        let found = ends.find(line, delimiter, wanted);
        (0..found).map(|index| ends.field(line, index)).collect()
    }

    #[test]
    fn quotes_hold_delimiters() {
        let line = br#"a,"b,c",,"d" e,"""#;
        let fields: Vec<_> = quoted_fields(line, b',').collect();
        assert_eq!(fields, [&b"a"[..], b"b,c", b"", b"\"d\" e", b""]);
    }

    proptest! {
        #[test]
        fn as_a_plain_split_finds_them(
            line in proptest::collection::vec(prop_oneof![Just(b','), any::<u8>()], 0..400),
            wanted in 1_usize..300,
        ) {
            let wanted = wanted.min(MAX_FIELDS);
            let plain: Vec<&[u8]> = line.split(|byte| *byte == b',').take(wanted).collect();
            prop_assert_eq!(fields(&line, b',', wanted), plain);
        }
    }
}
