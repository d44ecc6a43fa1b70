//! What a table is, by its content.

use super::{delegated, mmdb, mrt, prefix_to_as};
use crate::model::NetworkTableKind;

/// Bytes from the start that are enough to tell what a table is.
pub const DECISIVE: usize = 64 << 10;

/// What a table that begins with these bytes is, where they say it: all but an
/// mmdb database, whose mark stands at the end.
#[must_use]
pub fn by_first_bytes(first: &[u8]) -> Option<NetworkTableKind> {
    if mrt::begins(first) {
        return Some(NetworkTableKind::Mrt);
    }
    let text = whole_lines(first)?;
    if delegated::begins(text) {
        return Some(NetworkTableKind::Delegated);
    }
    prefix_to_as::begins(text).then_some(NetworkTableKind::PrefixToAs)
}

/// Whether a file that ends with these bytes is an mmdb database.
#[must_use]
pub fn is_mmdb(last: &[u8]) -> bool {
    mmdb::ends(last)
}

/// The text up to the last line that is whole, where it is text; a text without
/// an end of line is one line.
fn whole_lines(first: &[u8]) -> Option<&str> {
    let end = memchr::memrchr(b'\n', first).map_or(first.len(), |end| end + 1);
    std::str::from_utf8(&first[..end]).ok().map(|text| text.trim_start_matches('\u{feff}'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_are_told_by_their_first_bytes() {
        use NetworkTableKind::{Delegated, Mrt, PrefixToAs};
        let mut dump = vec![0x53, 0x71, 0xb0, 0x40, 0, 13, 0, 1, 0, 0, 0, 8];
        dump.extend([0xff; 8]);
        for (bytes, kind) in [
            (&b"; IP-ASN32-DAT file\n192.0.2.0/24\t64496\n198.51"[..], Some(PrefixToAs)),
            (b"\xef\xbb\xbf192.0.2.0\t24\t1_2", Some(PrefixToAs)),
            (b"# note\n2.3|lacnic|20230323|86237|19870101|20230322|-0300\n", Some(Delegated)),
            (b"2|afrinic|20140630|4024|00000000|20140630|00000\n", Some(Delegated)),
            (&dump, Some(Mrt)),
            (b"label,prefix\na,192.0.2.0/24\n", None),
            (b"\x00\x00\x01\x00\x00\x0c\x00\x00\x00\x00\x00\x00", None),
            (b"", None),
        ] {
            assert_eq!(by_first_bytes(bytes), kind, "{:?}", String::from_utf8_lossy(bytes));
        }
        assert!(is_mmdb(b"...\xab\xcd\xefMaxMind.com...") && !is_mmdb(b"MaxMind.com"));
    }
}
