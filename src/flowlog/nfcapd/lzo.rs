//! Decompression of one block of LZO1X, written from the description of the
//! stream (`Documentation/staging/lzo.rst` of Linux): a run of instructions, each
//! of which copies from what was put out before, then up to three literals.

/// Why a block is not LZO1X.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Damage {
    /// It ends within an instruction.
    Cut,
    /// It copies from before its beginning.
    Lookbehind,
    /// It puts out more than the limit.
    TooLong,
    /// Something follows its end.
    Trailing,
}

impl Damage {
    /// In words.
    pub(super) fn what(self) -> &'static str {
        match self {
            Self::Cut => "it ends within an instruction",
            Self::Lookbehind => "it refers to before its beginning",
            Self::TooLong => "it is longer than a block may be",
            Self::Trailing => "something follows its end",
        }
    }
}

/// Decompresses `input` to the front of `out`, which grows up to `limit` octets
/// and keeps its length between calls. Returns how many are put out.
pub(super) fn decompress(input: &[u8], out: &mut Vec<u8>, limit: usize) -> Result<usize, Damage> {
    let mut stream = Stream { input, at: 0, out, put: 0, limit };
    // A first octet above 17 is a run of literals of its own kind.
    let mut before = Before::Nothing;
    if let Some(&first) = input.first()
        && first > 17
    {
        stream.at = 1;
        let run = usize::from(first) - 17;
        stream.literals(run)?;
        before = if run < 4 { Before::Few } else { Before::Run };
    }
    while let Some(next) = stream.instruction(before)? {
        before = next;
    }
    if stream.at == input.len() { Ok(stream.put) } else { Err(Damage::Trailing) }
}

/// What the meaning of an instruction below 16 depends on.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Before {
    /// No literal was copied by the instruction before.
    Nothing,
    /// One to three literals followed its match.
    Few,
    /// It was a run of literals.
    Run,
}

struct Stream<'a> {
    input: &'a [u8],
    at: usize,
    out: &'a mut Vec<u8>,
    put: usize,
    limit: usize,
}

impl Stream<'_> {
    /// Follows one instruction; `None` at the end of the stream.
    #[inline]
    fn instruction(&mut self, before: Before) -> Result<Option<Before>, Damage> {
        let code = usize::from(self.next()?);
        let (distance, length, literals) = match code {
            0..16 => match before {
                Before::Nothing => {
                    let run = if code == 0 { self.long_length(15)? } else { code };
                    self.literals(run + 3)?;
                    return Ok(Some(Before::Run));
                }
                Before::Few => ((code >> 2) + (usize::from(self.next()?) << 2) + 1, 2, code & 3),
                Before::Run => ((code >> 2) + (usize::from(self.next()?) << 2) + 2049, 3, code & 3),
            },
            16..32 => {
                let length = if code & 7 == 0 { self.long_length(7)? } else { code & 7 };
                let word = self.word()?;
                let distance = ((code & 8) << 11) + (word >> 2);
                if distance == 0 {
                    return Ok(None);
                }
                (distance + 0x4000, length + 2, word & 3)
            }
            32..64 => {
                let length = if code & 31 == 0 { self.long_length(31)? } else { code & 31 };
                let word = self.word()?;
                ((word >> 2) + 1, length + 2, word & 3)
            }
            _ => {
                let distance = ((code >> 2) & 7) + (usize::from(self.next()?) << 3) + 1;
                (distance, (code >> 5) + 1, code & 3)
            }
        };
        self.copy(distance, length)?;
        if literals == 0 {
            return Ok(Some(Before::Nothing));
        }
        self.literals(literals)?;
        Ok(Some(Before::Few))
    }

    #[inline]
    fn next(&mut self) -> Result<u8, Damage> {
        let octet = *self.input.get(self.at).ok_or(Damage::Cut)?;
        self.at += 1;
        Ok(octet)
    }

    fn word(&mut self) -> Result<usize, Damage> {
        Ok(usize::from(self.next()?) | usize::from(self.next()?) << 8)
    }

    /// A length in further octets: 255 for each zero, and the octet after them.
    fn long_length(&mut self, base: usize) -> Result<usize, Damage> {
        let zeros = self.input[self.at..].iter().take_while(|octet| **octet == 0).count();
        self.at += zeros;
        // At most 255 times the input, which is limited: no overflow.
        Ok(base + 255 * zeros + usize::from(self.next()?))
    }

    #[inline]
    fn literals(&mut self, run: usize) -> Result<(), Damage> {
        let from = self.input.get(self.at..).and_then(|rest| rest.get(..run)).ok_or(Damage::Cut)?;
        let end = self.put + run;
        if end > self.out.len() {
            grow(self.out, end, self.limit)?;
        }
        self.out[self.put..end].copy_from_slice(from);
        self.at += run;
        self.put = end;
        Ok(())
    }

    #[inline]
    fn copy(&mut self, distance: usize, length: usize) -> Result<(), Damage> {
        let from = self.put.checked_sub(distance).ok_or(Damage::Lookbehind)?;
        let end = self.put + length;
        if end > self.out.len() {
            grow(self.out, end, self.limit)?;
        }
        if distance >= length {
            self.out.copy_within(from..from + length, self.put);
        } else {
            // The source overlaps what is put out: a pattern that repeats.
            for index in 0..length {
                self.out[self.put + index] = self.out[from + index];
            }
        }
        self.put = end;
        Ok(())
    }
}

#[cold]
fn grow(out: &mut Vec<u8>, needed: usize, limit: usize) -> Result<(), Damage> {
    if needed > limit {
        return Err(Damage::TooLong);
    }
    out.resize((out.len() * 2).max(needed).min(limit), 0);
    Ok(())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::cast_possible_truncation, reason = "octets of a test's own making")]

    use super::*;

    /// The end of every stream.
    const END: [u8; 3] = [0x11, 0, 0];

    fn open(parts: &[&[u8]]) -> Result<Vec<u8>, Damage> {
        let mut out = Vec::new();
        let put = decompress(&parts.concat(), &mut out, 1 << 16)?;
        Ok(out[..put].to_vec())
    }

    #[test]
    fn every_instruction_copies_what_it_says() {
        assert_eq!(open(&[&[17 + 3], b"abc", &END]).unwrap(), b"abc");
        // 64 and above: three bits and an octet of distance.
        assert_eq!(open(&[&[17 + 4], b"abcd", &[0x4c, 0], &END]).unwrap(), b"abcdabc");
        // 32 to 63: 14 bits of distance, here 1: a run of the last octet.
        assert_eq!(open(&[&[17 + 4], b"abcd", &[0x23, 0, 0], &END]).unwrap(), b"abcdddddd");
        // The same with two literals behind the match, then a short match.
        let few = open(&[&[17 + 4], b"abcd", &[0x21, 2, 0], b"xy", &[4, 0], &END]);
        assert_eq!(few.unwrap(), b"abcddddxyxy");
        // A first run of four or more changes the meaning of what is below 16.
        let text: Vec<u8> = (0..2052_u32).map(|i| (i % 251) as u8).collect();
        let zeros = [0_u8; 7];
        let run = [&[0][..], &zeros, &[(2052 - 3 - 15 - 255 * 7) as u8]].concat();
        let far = open(&[&run, &text, &[0, 0], &END]).unwrap();
        assert_eq!(far[2052..], text[3..6]);
    }

    #[test]
    fn distances_beyond_16_kib_and_long_lengths() {
        let text: Vec<u8> = (0..20_000_u32).map(|i| (i * i % 253) as u8).collect();
        let length = 20_000 - 3 - 15;
        let run = [vec![0; 1 + length / 255], vec![(length % 255) as u8]].concat();
        // Distance 0x4000 + 100, length 2 + 7 + 255 + 5.
        let word = (100_u16 << 2).to_le_bytes();
        let out = open(&[&run, &text, &[0x10, 0, 5], &word, &END]).unwrap();
        let from = 20_000 - 0x4000 - 100;
        assert_eq!(out[20_000..], text[from..from + 2 + 7 + 255 + 5]);
    }

    #[test]
    fn damage_is_named() {
        assert_eq!(open(&[&[17 + 3], b"ab"]), Err(Damage::Cut));
        assert_eq!(open(&[&[]]), Err(Damage::Cut));
        assert_eq!(open(&[&[17 + 4], b"abcd", &[0x4c, 1], &END]), Err(Damage::Lookbehind));
        assert_eq!(open(&[&[17 + 3], b"abc", &END, &[0]]), Err(Damage::Trailing));
        let bomb = [&[17 + 4][..], b"abcd", &[0x20], &[0; 300], &[1, 0, 0], &END].concat();
        assert_eq!(open(&[&bomb]), Err(Damage::TooLong));
    }
}
