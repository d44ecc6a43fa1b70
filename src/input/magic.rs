//! Puts a name to what is no capture, by its first bytes. For messages only:
//! "not a capture: it looks like a zip archive" saves the user a look.

/// Where a magic number stands, what it is, what it means.
struct Magic(usize, &'static [u8], &'static str);

/// What is mistaken for a capture, or lies beside captures. Longer numbers
/// before shorter ones that they start with.
const MAGICS: &[Magic] = &[
    Magic(0, b"PK\x03\x04", "a zip archive"),
    Magic(0, b"PK\x05\x06", "an empty zip archive"),
    Magic(0, b"7z\xbc\xaf\x27\x1c", "a 7z archive"),
    Magic(0, b"Rar!\x1a\x07", "a RAR archive"),
    Magic(257, b"ustar", "a tar archive"),
    Magic(0, b"\x1f\x9d", "a file of compress(1)"),
    Magic(0, b"LZIP", "an lzip file"),
    Magic(0, b"\x5d\x00\x00\x80\x00\xff", "an .lzma file"),
    Magic(0, b"GMBU", "a Microsoft Network Monitor capture"),
    Magic(0, b"RTSS", "a Microsoft Network Monitor 1 capture"),
    Magic(0, b"TRSNIFF data    \x1a", "a Sniffer capture"),
    Magic(0, b"XCP\x00", "a NetXRay capture"),
    Magic(0, b"5VNF", "a Visual Networks capture"),
    Magic(0, b"\x0c\xa5", "an nfcapd file (flow records of nfdump)"),
    Magic(0, b"\xa5\x0c", "an nfcapd file (flow records of nfdump, big-endian)"),
    Magic(0, b"%PDF-", "a PDF document"),
    Magic(0, b"\x7fELF", "an ELF program"),
    Magic(0, b"MZ\x90\x00", "a Windows program"),
    Magic(0, b"PAR1", "a Parquet file"),
    Magic(0, b"ARROW1", "an Arrow file"),
    Magic(0, b"ORC", "an ORC file"),
    Magic(0, b"Obj\x01", "an Avro file"),
    Magic(0, b"SQLite format 3\x00", "an SQLite database"),
    Magic(0, b"\x89PNG\r\n\x1a\n", "a PNG picture"),
    Magic(0, b"\xff\xd8\xff", "a JPEG picture"),
    Magic(0, b"version https://git-lfs", "a Git LFS pointer: the file itself was not fetched"),
    Magic(0, b"#separator ", "a Zeek log"),
    Magic(0, b"#!", "a script"),
];

/// What the first bytes look like, where that can be told; 262 of them are
/// enough. `None` for bytes that say nothing.
#[must_use]
pub fn looks_like(first: &[u8]) -> Option<&'static str> {
    if first.is_empty() {
        return None;
    }
    // One layer of compression was undone before these bytes were seen.
    if super::Compression::detect(first).is_some() {
        return Some("a compressed stream within a compressed stream");
    }
    if first.iter().all(|byte| *byte == 0) {
        return Some("all zero bytes");
    }
    MAGICS
        .iter()
        .find(|Magic(at, magic, _)| first.get(*at..).is_some_and(|rest| rest.starts_with(magic)))
        .map(|Magic(_, _, name)| *name)
        .or_else(|| kind_of_text(first))
}

fn kind_of_text(first: &[u8]) -> Option<&'static str> {
    if first.starts_with(b"\xff\xfe") || first.starts_with(b"\xfe\xff") {
        return Some("UTF-16 text");
    }
    let text = first.strip_prefix(b"\xef\xbb\xbf").unwrap_or(first);
    let text = match std::str::from_utf8(text) {
        Ok(text) => text,
        // The last character may be cut.
        Err(error) if error.error_len().is_none() => {
            std::str::from_utf8(&text[..error.valid_up_to()]).ok()?
        }
        Err(_) => return None,
    };
    if text.is_empty() || text.chars().any(|c| c.is_control() && !"\t\r\n\x0c".contains(c)) {
        return None;
    }
    let start = text.trim_start();
    let begins =
        |with: &str| start.get(..with.len()).is_some_and(|start| start.eq_ignore_ascii_case(with));
    Some(if start.starts_with(['{', '[']) {
        "JSON"
    } else if begins("<!doctype html") || begins("<html") {
        "HTML"
    } else if begins("<?xml") {
        "XML"
    } else {
        "text"
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_what_is_known() {
        let mut tar = vec![b'a'; 100];
        tar.resize(257, 0);
        tar.extend_from_slice(b"ustar\x0000");
        let cases: [(&[u8], &str); 12] = [
            (b"PK\x03\x04rest", "a zip archive"),
            (&tar, "a tar archive"),
            (b"%PDF-1.7", "a PDF document"),
            (b"\x7fELF\x02", "an ELF program"),
            (b"\x0c\xa5\x02\0", "an nfcapd file (flow records of nfdump)"),
            (b"\n <!DOCTYPE HTML>", "HTML"),
            (b"  {\"a\": 1}", "JSON"),
            ("zwölf Boxkämpfer".as_bytes(), "text"),
            (&"zwö".as_bytes()[..3], "text"),
            (&[0; 64], "all zero bytes"),
            (b"\x1f\x8b\x08\0\0\0", "a compressed stream within a compressed stream"),
            (b"SQLite format 3\0", "an SQLite database"),
        ];
        for (first, name) in cases {
            assert_eq!(looks_like(first), Some(name));
        }
    }

    #[test]
    fn is_silent_where_nothing_is_known() {
        let cases: [&[u8]; 4] = [b"", b"\x01\x02\x03", b"text\x01", b"\xc3\xc3\xc3"];
        for first in cases {
            assert_eq!(looks_like(first), None);
        }
    }
}
