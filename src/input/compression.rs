//! Which compression a file has, by its first bytes.

/// Bytes that decide; fewer are enough where the input has no more.
pub(super) const DECISIVE: usize = 8;

/// A compression that is undone while reading.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Compression {
    /// RFC 1952, also of many members.
    Gzip,
    /// RFC 8878, also of many frames.
    Zstd,
    /// The .xz format, also of many streams.
    Xz,
    /// bzip2, also of many streams.
    Bzip2,
    /// The LZ4 frame format, also the legacy one, also of many frames.
    Lz4,
}

impl Compression {
    /// The name in the report.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::Gzip => "gzip",
            Self::Zstd => "zstd",
            Self::Xz => "xz",
            Self::Bzip2 => "bzip2",
            Self::Lz4 => "lz4",
        }
    }

    /// Where in these bytes a member of this compression seems to begin, by its
    /// first [`DECISIVE`] bytes. A guess: compressed bytes may look like that.
    pub(super) fn member_in(self, bytes: &[u8]) -> Option<usize> {
        let magic: &[u8] = match self {
            Self::Gzip => &[0x1f, 0x8b, 8],
            Self::Bzip2 => b"BZh",
            // Their members are read in order alone.
            Self::Zstd | Self::Xz | Self::Lz4 => return None,
        };
        memchr::memmem::find_iter(bytes, magic).find(|at| {
            let first = &bytes[*at..];
            // Of the flags of gzip the upper three are zero (RFC 1952 section 2.3.1.2).
            let sound = self != Self::Gzip || first.get(3).is_some_and(|flags| flags & 0xe0 == 0);
            first.len() >= DECISIVE && sound && Self::detect(first) == Some(self)
        })
    }

    /// The compression that starts with these bytes.
    pub(super) fn detect(first: &[u8]) -> Option<Self> {
        match first {
            // The method is always 8, deflate.
            [0x1f, 0x8b, 8, ..] => Some(Self::Gzip),
            [0x28, 0xb5, 0x2f, 0xfd, ..] => Some(Self::Zstd),
            [0xfd, b'7', b'z', b'X', b'Z', 0, ..] => Some(Self::Xz),
            [b'B', b'Z', b'h', b'1'..=b'9', rest @ ..] if is_bzip2_block(rest) => Some(Self::Bzip2),
            [0x04, 0x22, 0x4d, 0x18, ..] | [0x02, 0x21, 0x4c, 0x18, ..] => Some(Self::Lz4),
            _ => None,
        }
    }
}

/// "BZh" alone is a word that a text may start with: the magic of a block (pi)
/// or of the end (its square root) follows, as far as the bytes go.
fn is_bzip2_block(rest: &[u8]) -> bool {
    const BLOCK: [u8; 4] = [0x31, 0x41, 0x59, 0x26];
    const END: [u8; 4] = [0x17, 0x72, 0x45, 0x38];
    let known = rest.len().min(BLOCK.len());
    rest[..known] == BLOCK[..known] || rest[..known] == END[..known]
}

/// The length of the user data if these bytes start a skippable frame, which
/// zstd and LZ4 have in common (0x184D2A50 to 0x184D2A5F, then the length).
pub(super) fn skippable(first: &[u8]) -> Option<u32> {
    match *first {
        [0x50..=0x5f, 0x2a, 0x4d, 0x18, a, b, c, d, ..] => Some(u32::from_le_bytes([a, b, c, d])),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_each_by_its_magic() {
        let cases: [(&[u8], Compression); 7] = [
            (&[0x1f, 0x8b, 8, 0, 0, 0, 0, 0], Compression::Gzip),
            (&[0x28, 0xb5, 0x2f, 0xfd, 0, 0, 0, 0], Compression::Zstd),
            (b"\xfd7zXZ\0\0\x04", Compression::Xz),
            (b"BZh9\x31\x41\x59\x26", Compression::Bzip2),
            (b"BZh1\x17\x72\x45\x38", Compression::Bzip2),
            (&[0x04, 0x22, 0x4d, 0x18, 0, 0, 0, 0], Compression::Lz4),
            (&[0x02, 0x21, 0x4c, 0x18, 0, 0, 0, 0], Compression::Lz4),
        ];
        for (first, compression) in cases {
            assert_eq!(Compression::detect(first), Some(compression));
        }
    }

    #[test]
    fn captures_and_texts_are_not_compressed() {
        let cases: [&[u8]; 6] = [
            b"",
            &[0xa1, 0xb2, 0xc3, 0xd4, 0, 2, 0, 4],
            &[0xd4, 0xc3, 0xb2, 0xa1, 2, 0, 4, 0],
            &[0x0a, 0x0d, 0x0d, 0x0a, 0, 0, 0, 28],
            b"BZh9 is a magic number",
            &[0x1f, 0x8b],
        ];
        for first in cases {
            assert_eq!(Compression::detect(first), None);
        }
    }

    #[test]
    fn a_member_is_found_among_other_bytes() {
        let mut bytes = vec![7; 40];
        bytes[3..7].copy_from_slice(&[0x1f, 0x8b, 8, 0x20]);
        bytes[9..12].copy_from_slice(b"BZh");
        assert_eq!(Compression::Gzip.member_in(&bytes), None);
        assert_eq!(Compression::Bzip2.member_in(&bytes), None);
        bytes[20..24].copy_from_slice(&[0x1f, 0x8b, 8, 0x1f]);
        bytes[30..38].copy_from_slice(b"BZh9\x31\x41\x59\x26");
        assert_eq!(Compression::Gzip.member_in(&bytes), Some(20));
        assert_eq!(Compression::Gzip.member_in(&bytes[..28]), Some(20));
        assert_eq!(Compression::Gzip.member_in(&bytes[..27]), None, "too few to decide");
        assert_eq!(Compression::Bzip2.member_in(&bytes), Some(30));
    }

    #[test]
    fn a_skippable_frame_has_a_length() {
        assert_eq!(skippable(&[0x5a, 0x2a, 0x4d, 0x18, 1, 1, 0, 0]), Some(257));
        assert_eq!(skippable(&[0x60, 0x2a, 0x4d, 0x18, 1, 1, 0, 0]), None);
        assert_eq!(skippable(&[0x5a, 0x2a, 0x4d, 0x18, 1]), None);
    }
}
