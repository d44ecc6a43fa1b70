//! Dumps made record by record, whole and damaged.

use super::super::origins::Origins;
use super::*;

/// A record of the given type and subtype, of 2014-05-13T06:00:00Z.
fn record(kind: u16, subtype: u16, body: &[u8]) -> Vec<u8> {
    let mut bytes = 1_399_960_800_u32.to_be_bytes().to_vec();
    bytes.extend(kind.to_be_bytes());
    bytes.extend(subtype.to_be_bytes());
    bytes.extend(u32::try_from(body.len()).unwrap().to_be_bytes());
    bytes.extend(body);
    bytes
}

/// Attributes: ORIGIN, AS_PATH of these segments, NEXT_HOP.
fn attributes(segments: &[(u8, &[u32])]) -> Vec<u8> {
    let mut path = Vec::new();
    for (kind, members) in segments {
        path.extend([*kind, u8::try_from(members.len()).unwrap()]);
        members.iter().for_each(|asn| path.extend(asn.to_be_bytes()));
    }
    let mut bytes = vec![0x40, 1, 1, 0, 0x40, 2, u8::try_from(path.len()).unwrap()];
    bytes.extend(path);
    bytes.extend([0x40, 3, 4, 192, 0, 2, 1]);
    bytes
}

/// PEER_INDEX_TABLE with one peer, AS 64500.
fn peers() -> Vec<u8> {
    let mut body = vec![192, 0, 2, 9, 0, 0, 0, 1, 2];
    body.extend([192, 0, 2, 9, 192, 0, 2, 1]);
    body.extend(64500_u32.to_be_bytes());
    record(13, 1, &body)
}

/// A record of a prefix and its paths.
fn rib(subtype: u16, len: u8, prefix: &[u8], paths: &[Vec<u8>]) -> Vec<u8> {
    let mut body = vec![0, 0, 0, 1, len];
    body.extend(prefix);
    body.extend(u16::try_from(paths.len()).unwrap().to_be_bytes());
    for path in paths {
        body.extend([0, 0, 0x53, 0x71, 0xb0, 0x40]);
        if matches!(subtype, 8 | 10) {
            body.extend([0, 0, 0, 7]);
        }
        body.extend(u16::try_from(path.len()).unwrap().to_be_bytes());
        body.extend(path);
    }
    record(13, subtype, &body)
}

const SEQUENCE: u8 = 2;
const SET: u8 = 1;
const CONFED: u8 = 3;

fn dump() -> Vec<u8> {
    let path = |segments: &[(u8, &[u32])]| attributes(segments);
    [
        peers(),
        // One origin by two ways, then two origins.
        rib(
            2,
            24,
            &[192, 0, 2],
            &[path(&[(SEQUENCE, &[1, 64496])]), path(&[(SEQUENCE, &[2, 64496])])],
        ),
        rib(
            4,
            32,
            &[0x20, 1, 0xd, 0xb8],
            &[path(&[(SEQUENCE, &[64497])]), path(&[(SEQUENCE, &[70_000])])],
        ),
        // An aggregate; behind a confederation; of the peer itself.
        rib(8, 25, &[192, 0, 2, 128], &[path(&[(SEQUENCE, &[1]), (SET, &[9, 8])])]),
        rib(10, 33, &[0x20, 1, 0xd, 0xb8, 0x80], &[path(&[(SEQUENCE, &[5]), (CONFED, &[65001])])]),
        rib(2, 8, &[10], &[path(&[])]),
        // Multicast is another table.
        rib(3, 8, &[11], &[path(&[(SEQUENCE, &[1])])]),
        rib(2, 0, &[], &[path(&[(SEQUENCE, &[3])])]),
    ]
    .concat()
}

/// Each prefix with its origin.
fn said(bytes: &[u8], asked: &[&str]) -> (Result<Facts, String>, Vec<String>) {
    let mut origins = Origins::default();
    let mut builder = OriginBuilder::new(&mut origins);
    let facts = read(bytes, &mut builder).map_err(|error| error.into_error("dump").to_string());
    let table = builder.build();
    let says = |text: &&str| {
        let (version, address) = match text.parse().unwrap() {
            std::net::IpAddr::V4(v4) => (IpVersion::V4, IpAddress::from_v4(v4.octets())),
            std::net::IpAddr::V6(v6) => (IpVersion::V6, IpAddress::from_v6(v6.octets())),
        };
        let id = table.lookup(version, address);
        id.map_or_else(|| "-".into(), |id| origins.list()[id.index()].to_string())
    };
    let said = asked.iter().map(says).collect();
    (facts, said)
}

#[test]
fn origins_are_those_of_all_paths() {
    assert!(begins(&dump()));
    let asked =
        ["192.0.2.1", "192.0.2.200", "2001:db8::", "2001:db8:8000::", "10.1.1.1", "11.1.1.1"];
    let (facts, said) = said(&dump(), &asked);
    assert_eq!(said, ["64496", "{8,9}", "64497_70000", "5", "64500", "3"]);
    let facts = facts.unwrap();
    assert_eq!((facts.records, facts.other, facts.damaged, facts.without_origin), (6, 1, 0, 0));
    assert_eq!(facts.date.unwrap().to_string(), "2014-05-13T06:00:00.000000000Z");
    assert_eq!(
        facts.notes(),
        ["1 of its records are of kinds that are not read (multicast, generic)"]
    );
}

#[test]
fn version_1_holds_one_path_a_record() {
    let entry = |path: u8, wide: &[u8]| {
        let mut body = vec![0, 0, 0, 1, 192, 0, 2, 0, 24, 1, 0, 0, 0, 0, 192, 0, 2, 9, 0xfb, 0xf4];
        let mut attributes = vec![0x40, 1, 1, 0, 0x40, 2, 6, 2, 2, 0, 1, 0, path];
        attributes.extend(wide);
        attributes.extend([0x40, 3, 4, 192, 0, 2, 1]);
        body.extend(u16::try_from(attributes.len()).unwrap().to_be_bytes());
        body.extend(attributes);
        record(12, 1, &body)
    };
    let wide = [0xc0, 17, 6, 2, 1, 0, 1, 0x11, 0x70];
    let (facts, said) =
        said(&[entry(7, &[]), entry(6, &wide), entry(7, &[])].concat(), &["192.0.2.1"]);
    assert_eq!(said, ["7_70000"]);
    assert_eq!(facts.unwrap().records, 3);
}

#[test]
fn updates_are_no_table() {
    let (facts, _) = said(&record(16, 4, &[0; 24]), &[]);
    let message = facts.unwrap_err();
    assert!(
        message.starts_with("dump: an MRT file of BGP messages (updates), not a table"),
        "{message}"
    );
    let (facts, _) = said(&peers(), &[]);
    assert!(facts.unwrap_err().contains("there is no unicast prefix"));
}

#[test]
fn a_record_whose_entries_end_early_is_counted() {
    let path = attributes(&[(SEQUENCE, &[1])]);
    let mut body = rib(2, 8, &[10], &[path])[12..].to_vec();
    body[7] = 2;
    let (facts, said) = said(&record(13, 2, &body), &["10.0.0.1"]);
    assert_eq!(said, ["1"]);
    assert_eq!(facts.unwrap().damaged, 1);
}

#[test]
fn a_dump_that_is_cut_is_an_error_at_its_record() {
    let whole = dump();
    let last = whole.len() - rib(2, 0, &[], &[attributes(&[(SEQUENCE, &[3])])]).len();
    for end in last + 1..whole.len() {
        let (facts, _) = said(&whole[..end], &[]);
        let message = facts.unwrap_err();
        assert!(message.starts_with(&format!("dump: at byte {last}: cut short")), "{message}");
    }
    assert!(said(&whole[..last], &[]).0.is_ok());
}

#[test]
fn no_cut_and_no_flipped_byte_makes_it_panic() {
    let whole = dump();
    for at in 0..whole.len() {
        let _ = said(&whole[..at], &[]);
        for flip in [0x01, 0x80, 0xff] {
            let mut bytes = whole.clone();
            bytes[at] ^= flip;
            let _ = said(&bytes, &["192.0.2.1", "2001:db8::"]);
        }
    }
}
