//! Tables from files: of each kind, compressed, damaged and none at all.

use super::*;
use crate::model::{IpAddress, IpVersion, Origin, Subject};
use std::fs;
use std::io::Write;
use std::slice::from_ref;

struct Folder(tempfile::TempDir);

impl Folder {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn file(&self, name: &str, bytes: &[u8]) -> Source {
        let path = self.0.path().join(name);
        fs::write(&path, bytes).unwrap();
        Source { name: name.into(), ..Source::at(path) }
    }
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn read(networks: Option<Source>, tables: &[Source]) -> Result<Networks, Vec<String>> {
    read_in(1, networks, tables)
}

fn read_in(
    threads: usize,
    networks: Option<Source>,
    tables: &[Source],
) -> Result<Networks, Vec<String>> {
    let inputs = NetworkInputs { networks, tables: tables.to_vec(), threads };
    read_networks(&inputs, &Control::default())
        .map_err(|errors| errors.iter().map(ToString::to_string).collect())
}

const V4: IpAddress = IpAddress::from_v4([192, 0, 2, 1]);
const PREFIXES: &[u8] = b"; Original file : rib.20140513.0600.bz2\n192.0.2.0/24\t64497_64496\n";

#[test]
fn tables_of_all_kinds_answer_together() {
    let folder = Folder::new();
    let networks = folder.file("ours", b"label,prefix,local\nus,192.0.2.0/25,yes\n");
    let prefixes = folder.file("prefixes", &gzip(PREFIXES));
    let all = read(Some(networks), &[prefixes]).unwrap();
    let resolver = &all.resolver;
    let label = resolver.label(IpVersion::V4, V4).unwrap();
    assert_eq!(resolver.labels()[label.index()].name, "us");
    let origin = resolver.origin(IpVersion::V4, V4).unwrap();
    assert_eq!(resolver.origins()[origin.index()].to_string(), "64496_64497");
    assert!(resolver.knows(Subject::Local) && !resolver.knows(Subject::Country));
    assert!(all.notes.is_empty() && all.memory > 0);
    let [ours, prefixes] = &all.tables[..] else { panic!("two tables") };
    assert_eq!((ours.kind, ours.prefixes, ours.date), (NetworkTableKind::Networks, [1, 0], None));
    assert_eq!((prefixes.kind, prefixes.prefixes), (NetworkTableKind::PrefixToAs, [1, 0]));
    // The digest is that of the content, without compression.
    let digest: String =
        Sha256::digest(PREFIXES).iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(prefixes.sha256, digest);
}

/// One of more than a million octets, which several threads read.
#[test]
fn a_large_table_says_the_same_in_any_number_of_threads() {
    let folder = Folder::new();
    let line = |at: u32| {
        let net = std::net::Ipv4Addr::from_bits(at << 8);
        if at.is_multiple_of(1000) {
            format!("{net}/24\t{at}_7\n")
        } else {
            format!("{net}/24\t{}\n", at % 977)
        }
    };
    let text: String = (0..80_000).map(line).collect();
    assert!(is_large(text.as_bytes()));
    let table = folder.file("table", text.as_bytes());
    let all = [1, 2, 3].map(|threads| read_in(threads, None, from_ref(&table)).unwrap());
    for at in 0..80_000 {
        let address = IpAddress::from_bits(u128::from(at) << 104 | 1);
        let said = |all: &Networks| {
            let origin = all.resolver.origin(IpVersion::V4, address).unwrap();
            all.resolver.origins()[origin.index()].to_string()
        };
        let want = line(at).trim().split_once('\t').unwrap().1.parse::<Origin>().unwrap();
        assert!(all.iter().all(|all| said(all) == want.to_string()), "{at}");
    }
    assert!(all.iter().all(|other| other.tables == all[0].tables));
    let bad = folder.file("bad", (text + "1.2.3.4/8 9\n").as_bytes());
    for threads in [1, 3] {
        let errors = read_in(threads, None, from_ref(&bad)).unwrap_err();
        assert!(errors[0].starts_with("bad: in line 80001: "), "{errors:?}");
    }
}

/// Each part of a table has a thread of its own.
#[test]
fn no_more_threads_read_a_table_than_inputs() {
    assert_eq!(Reading::new(&Control::default(), usize::MAX).threads, MAX_THREADS);
}

#[test]
fn a_table_far_from_the_traffic_is_told() {
    let folder = Folder::new();
    let all = read(None, &[folder.file("prefixes", PREFIXES)]).unwrap();
    let at = |seconds: i64| {
        let time = Timestamp::from_nanoseconds(seconds * 1_000_000_000);
        all.age_notes(TimeSpan { first: time, last: time })
    };
    let dump = 1_399_960_800;
    assert!(at(dump).is_empty() && at(dump + 31 * 86_400).is_empty());
    assert_eq!(
        at(dump + 40 * 86_400),
        [
            "prefixes: this prefix-to-AS table is of 2014-05-13, 40 days before the traffic: addresses may have changed hands; take a table of that time"
        ]
    );
    assert!(at(dump - 40 * 86_400)[0].contains("40 days after the traffic"));
}

#[test]
fn the_name_tells_the_date_where_the_content_does_not() {
    let folder = Folder::new();
    let name = "routeviews-rv2-20140513-1200.pfx2as";
    let all = read(None, &[folder.file(name, b"192.0.2.0\t24\t64496\n")]).unwrap();
    assert_eq!(all.tables[0].date.unwrap().to_string(), "2014-05-13T12:00:00.000000000Z");
}

#[test]
fn each_table_that_fails_is_told() {
    let folder = Folder::new();
    let whole = gzip(PREFIXES);
    let tables = [
        folder.file("text", b"hello world\nthis is none\n"),
        folder.file("bad", b"192.0.2.0/24 1\n192.0.2.0/33 1\n"),
        folder.file("cut", &whole[..whole.len() - 12]),
        folder.file("binary", &[0; 100]),
        folder.file("empty", b""),
        Source::at(folder.0.path().join("absent")),
    ];
    let errors = read(Some(folder.file("ours", b"label\n")), &tables).unwrap_err();
    let want = [
        "ours: in line 1: neither TOML nor CSV",
        "text: not a table of networks",
        "bad: in line 2: \"192.0.2.0/33\": the length is beyond",
        "cut: ",
        "binary: not a table of networks: it looks like all zero bytes (give prefix-to-AS text",
        "empty: the input is empty",
    ];
    assert_eq!(errors.len(), want.len() + 1);
    for (error, want) in errors.iter().zip(want) {
        assert!(error.starts_with(want), "{error}");
    }
    assert!(errors[3].contains("gzip stream is damaged or cut short"), "{}", errors[3]);
}

#[test]
fn registries_say_countries_in_their_place() {
    let folder = Folder::new();
    let statistics = b"2|ripencc|20140630|3|19830705|20140630|+0200\n\
        ripencc|CH|ipv4|192.0.2.0|200|20140101|allocated\n\
        ripencc|EU|ipv6|2001:db8::|32|20140101|assigned\n\
        ripencc||ipv4|198.51.100.0|256||available\nripencc|x\n";
    let all = read(None, &[folder.file("statistics", statistics)]).unwrap();
    let country = |version, address| {
        all.resolver.country(version, address).map(|country| country.to_string())
    };
    let v4 = |a, b, c, d| country(IpVersion::V4, IpAddress::from_v4([a, b, c, d]));
    assert_eq!(v4(192, 0, 2, 199).as_deref(), Some("CH"));
    assert_eq!((v4(192, 0, 2, 200), v4(198, 51, 100, 1)), (None, None));
    let v6 = IpAddress::from_bits(0x2001_0db8 << 96);
    assert_eq!(country(IpVersion::V6, v6).as_deref(), Some("EU"));
    assert!(all.resolver.knows(Subject::Country) && !all.resolver.knows(Subject::Origin));
    let table = &all.tables[0];
    assert_eq!((table.kind, table.prefixes), (NetworkTableKind::Delegated, [2, 1]));
    assert_eq!(table.date.unwrap().to_string(), "2014-06-30T00:00:00.000000000Z");
    assert!(
        all.notes[0]
            .starts_with("statistics: 1 of its lines could not be read; the first is line 5")
    );
}
