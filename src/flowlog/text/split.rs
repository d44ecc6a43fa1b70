//! Where the fields of a line end: 64 bytes at a time, only as far as the last
//! field that is needed.

use crate::fields::{Near, marks_64, marks_of_both};

/// Fields of a line that can be told apart at most; what lies beyond them is
/// never needed.
pub(super) const MAX_FIELDS: usize = 256;

/// Bytes of a line that are looked at in one pass for its fields and its end.
const LONGEST: usize = 4096;

/// The ends of the first fields of a line, behind that of a field that would end just
/// before it; one list is used for all lines.
pub(super) struct Ends([u32; MAX_FIELDS + 1]);

impl Ends {
    pub(super) fn new() -> Self {
        let mut ends = [0; MAX_FIELDS + 1];
        ends[0] = u32::MAX;
        Self(ends)
    }

    /// Finds the first `wanted` fields of `line`; returns how many there are of
    /// them. Lines are shorter than 4 GiB.
    ///
    /// The delimiters of 64 bytes are marked first, and then taken one by one: how
    /// many of them are in a word cannot be foretold, and would be guessed wrong.
    #[inline]
    pub(super) fn find(&mut self, line: &[u8], delimiter: u8, wanted: usize) -> usize {
        let wanted = wanted.min(MAX_FIELDS);
        let (chunks, rest) = line.as_chunks::<64>();
        let left = u32::try_from(rest.len()).unwrap_or(0);
        let (mut found, mut base) = (0, 0_u32);
        for chunk in chunks {
            if self.take(marks_64(chunk, delimiter), base, wanted, &mut found) {
                return found;
            }
            base += 64;
        }
        // The last bytes of a line of 64 bytes or more are read where they lie, and
        // those before them, which were seen, are shifted away.
        let marks = match line.last_chunk::<64>() {
            Some(whole) => marks_64(whole, delimiter).checked_shr(64 - left).unwrap_or(0),
            None => {
                let mut last = [0; 64];
                last[..rest.len()].copy_from_slice(rest);
                let within = (1_u64 << left) - 1;
                marks_64(&last, delimiter) & within
            }
        };
        if self.take(marks, base, wanted, &mut found) {
            return found;
        }
        self.set(found, base + left);
        found + 1
    }

    /// The same of the line at the front of `bytes`, whose end is looked for in the same
    /// pass: where it is, and how many fields there are. `None` where the bytes end too
    /// soon to look at 64 at a time, or the line is longer than any usual one.
    #[inline]
    pub(super) fn find_line(
        &mut self,
        bytes: &[u8],
        delimiter: u8,
        wanted: usize,
    ) -> Option<(usize, usize)> {
        let wanted = wanted.min(MAX_FIELDS);
        let (mut found, mut base) = (0, 0_u32);
        let (chunks, _) = bytes.get(..LONGEST.min(bytes.len()))?.as_chunks::<64>();
        for chunk in chunks {
            let mut marks = marks_of_both(chunk, delimiter, b'\n');
            while marks != 0 {
                let within = marks.trailing_zeros();
                marks &= marks - 1;
                self.set(found, base + within);
                found += 1;
                if chunk[(within & 63) as usize] == b'\n' {
                    return Some((self.with_end(bytes, found), found));
                }
                if found == wanted {
                    let at = (base + within) as usize;
                    let end = memchr::memchr(b'\n', bytes.get(at..)?)?;
                    return Some((at + end, found));
                }
            }
            base += 64;
        }
        None
    }

    /// Where the last field that was found ends, and the line with it. What ends a line
    /// on Windows belongs to no field.
    #[inline(always)]
    fn with_end(&mut self, bytes: &[u8], found: usize) -> usize {
        let last = found.wrapping_sub(1);
        let at = self.bounds(last).1;
        if let Some(before) = at.checked_sub(1)
            && bytes.get(before) == Some(&b'\r')
        {
            self.set(last, u32::try_from(before).unwrap_or(u32::MAX));
        }
        at
    }

    /// Says where field `index` ends.
    #[inline(always)]
    fn set(&mut self, index: usize, end: u32) {
        self.0[(index & (MAX_FIELDS - 1)) + 1] = end;
    }

    /// Takes the ends that are marked, as many as are wanted; true where all are
    /// found.
    #[inline(always)]
    fn take(&mut self, mut marks: u64, base: u32, wanted: usize, found: &mut usize) -> bool {
        while marks != 0 {
            self.set(*found, base + marks.trailing_zeros());
            *found += 1;
            if *found == wanted {
                return true;
            }
            marks &= marks - 1;
        }
        false
    }

    /// Where field `index` of the line begins and ends; it is one of those that
    /// were found.
    #[inline(always)]
    pub(super) fn bounds(&self, index: usize) -> (usize, usize) {
        let index = index & (MAX_FIELDS - 1);
        (self.0[index].wrapping_add(1) as usize, self.0[index + 1] as usize)
    }

    /// The same in the bytes around the line.
    #[inline(always)]
    pub(super) fn bounds_near(&self, line: Near<'_>, index: usize) -> (usize, usize) {
        let (start, end) = self.bounds(index);
        (start + line.start(), end + line.start())
    }

    /// Field `index` of the line; it is one of those that were found.
    #[inline]
    pub(super) fn field<'a>(&self, line: &'a [u8], index: usize) -> &'a [u8] {
        let (start, end) = self.bounds(index);
        line.get(start..end).unwrap_or_default()
    }
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
        fn a_line_is_found_with_its_fields(
            bytes in proptest::collection::vec(
                prop_oneof![8 => any::<u8>(), 1 => Just(b','), 1 => Just(b'\r'), 1 => Just(b'\n')],
                64..400,
            ),
            wanted in 1_usize..40,
        ) {
            let mut ends = Ends::new();
            if let Some((end, found)) = ends.find_line(&bytes, b',', wanted) {
                prop_assert_eq!(memchr::memchr(b'\n', &bytes), Some(end));
                let line = bytes[..end].strip_suffix(b"\r").unwrap_or(&bytes[..end]);
                let plain: Vec<&[u8]> = line.split(|byte| *byte == b',').take(wanted).collect();
                let found: Vec<&[u8]> = (0..found).map(|index| ends.field(line, index)).collect();
                prop_assert_eq!(found, plain);
            }
        }

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
