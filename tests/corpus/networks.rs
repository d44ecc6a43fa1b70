//! Tables of networks against readers of the test's own: every prefix of every
//! table, and addresses in, before and behind each of them.
//!
//! The oracle of a look-up is as plain as can be: a map by prefix for each length,
//! asked from the longest to the shortest. That of MRT walks the bytes itself.

use crate::oracle::corpus;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fs;
use std::io::Read;
use std::net::IpAddr;
use std::path::{Path, PathBuf};
use v6share::input::Source;
use v6share::model::{IpAddress, IpVersion, NetworkTableKind};
use v6share::pipeline::{Control, NetworkInputs, Networks, read_networks};

/// Origins by prefix: left-aligned bits and length, IPv4 and IPv6.
type Announced = [BTreeMap<(u8, u128), BTreeSet<String>>; 2];

fn read(path: &Path) -> Result<Networks, String> {
    let tables = vec![Source::at(path.to_owned())];
    let inputs = NetworkInputs { networks: None, tables, threads: 2 };
    read_networks(&inputs, &Control::default()).map_err(|errors| errors[0].to_string())
}

fn content(path: &Path) -> Vec<u8> {
    let stored = fs::read(path).unwrap();
    let mut bytes = Vec::new();
    // A file that is cut gives what comes before.
    let _ = match stored.first_chunk::<2>() {
        Some([0x1f, 0x8b]) => {
            flate2::read::MultiGzDecoder::new(&stored[..]).read_to_end(&mut bytes)
        }
        Some(b"BZ") => bzip2::read::MultiBzDecoder::new(&stored[..]).read_to_end(&mut bytes),
        _ => (&stored[..]).read_to_end(&mut bytes),
    };
    bytes
}

fn bits(address: IpAddr) -> (IpVersion, u128) {
    match address {
        IpAddr::V4(v4) => (IpVersion::V4, u128::from(u32::from(v4)) << 96),
        IpAddr::V6(v6) => (IpVersion::V6, u128::from(v6)),
    }
}

fn masked(bits: u128, len: u8) -> u128 {
    bits & u128::MAX.checked_shl(128 - u32::from(len)).unwrap_or(0)
}

/// By the longest prefix, tried one length after the other.
fn naive(announced: &HashMap<(u8, u128), String>, lens: &[u8], bits: u128) -> Option<String> {
    lens.iter().rev().find_map(|len| announced.get(&(*len, masked(bits, *len))).cloned())
}

fn shown(origins: &BTreeSet<String>) -> String {
    let text = origins.iter().cloned().collect::<Vec<_>>().join("_");
    text.parse::<v6share::model::Origin>().unwrap().to_string()
}

/// Every prefix is there, and every address says what the oracle says; how many
/// addresses were asked.
fn compare(networks: &Networks, announced: &Announced, what: &str) -> usize {
    let counts = [announced[0].len() as u64, announced[1].len() as u64];
    assert_eq!(networks.tables[0].prefixes, counts, "{what}");
    let mut asked = 0;
    for (version, prefixes) in IpVersion::ALL.into_iter().zip(announced) {
        let step = 1_u128 << (128 - u32::from(version.address_bits()));
        let lens: BTreeSet<u8> = prefixes.keys().map(|(len, _)| *len).collect();
        let lens: Vec<u8> = lens.into_iter().collect();
        let flat: HashMap<(u8, u128), String> =
            prefixes.iter().map(|(key, origins)| (*key, shown(origins))).collect();
        for (len, first) in prefixes.keys() {
            let last = first | (u128::MAX.checked_shr(u32::from(*len)).unwrap_or(0) & !(step - 1));
            let middle = masked(first + ((last - first) >> 1), version.address_bits());
            for bits in [*first, last, middle, first.wrapping_sub(step), last.wrapping_add(step)] {
                let address = IpAddress::from_bits(bits);
                let got = networks.resolver.origin(version, address);
                let got = got.map(|id| networks.resolver.origins()[id.index()].to_string());
                let want = naive(&flat, &lens, bits);
                assert_eq!(got, want, "{what}: {}", address.to_std(version));
                asked += 1;
            }
        }
    }
    asked
}

#[test]
fn every_prefix_of_prefix_to_as_tables() {
    let Some(corpus) = corpus() else { return };
    let folder = corpus.join("flows/pfx2as/pyasn/data");
    let mut asked = 0;
    for (name, date) in [
        ("ipasn_20080501_v12.dat.gz", Some("2008-05-01T06:44")),
        ("ipasn_20140513.dat.gz", Some("2014-05-13T06:00")),
        ("ipasn_20140513_v12.dat.gz", Some("2014-05-13T06:00")),
        ("ipasn.fake", None),
    ] {
        let path = folder.join(name);
        let text = String::from_utf8(content(&path)).unwrap();
        let mut announced = Announced::default();
        for line in text.lines().filter(|line| !line.starts_with(';') && !line.is_empty()) {
            let (prefix, origin) = line.split_once('\t').unwrap();
            let (address, len) = prefix.split_once('/').unwrap();
            let (version, bits) = bits(address.parse().unwrap());
            let key = (len.parse().unwrap(), bits);
            announced[version.index()].entry(key).or_default().insert(origin.to_owned());
        }
        let networks = read(&path).unwrap();
        assert_eq!(networks.tables[0].kind, NetworkTableKind::PrefixToAs);
        let got = networks.tables[0].date.map(|date| date.to_string()[..16].to_owned());
        assert_eq!(got.as_deref(), date, "{name}");
        asked += compare(&networks, &announced, name);
    }
    assert!(asked > 6_000_000, "{asked}");
}

/// A reader of bytes for the oracle.
struct Bytes<'b>(&'b [u8]);

impl<'b> Bytes<'b> {
    fn take(&mut self, len: usize) -> &'b [u8] {
        let (taken, rest) = self.0.split_at(len);
        self.0 = rest;
        taken
    }

    fn number(&mut self, len: usize) -> usize {
        self.take(len).iter().fold(0, |number, octet| number << 8 | usize::from(*octet))
    }
}

/// The origin in path attributes with AS numbers of `wide` octets.
fn origin(attributes: &[u8], wide: usize, peer: usize) -> Option<String> {
    let (mut bytes, mut paths) = (Bytes(attributes), [None, None]);
    while !bytes.0.is_empty() {
        let (flags, kind) = (bytes.number(1), bytes.number(1));
        let len = bytes.number(if flags & 0x10 != 0 { 2 } else { 1 });
        let value = bytes.take(len);
        match kind {
            2 => paths[0] = Some((value, wide)),
            17 => paths[1] = Some((value, 4)),
            _ => {}
        }
    }
    // Both end in the same origin, but for AS_TRANS in the narrow one.
    let (path, wide) = paths[1].or(paths[0])?;
    let mut bytes = Bytes(path);
    let mut last = peer.to_string();
    while !bytes.0.is_empty() {
        let (kind, count) = (bytes.number(1), bytes.number(1));
        let members: Vec<usize> = (0..count).map(|_| bytes.number(wide)).collect();
        match kind {
            1 => {
                let members: Vec<String> = members.iter().map(usize::to_string).collect();
                last = format!("{{{}}}", members.join(","));
            }
            2 => last = members.last().unwrap().to_string(),
            _ => {}
        }
    }
    Some(last)
}

/// All unicast prefixes of a table dump with their origins; what is left of a
/// record that is cut off at the end is not looked at.
/// Lengths of records may leave out `short` octets, as the first writers did.
fn walked(content: &[u8], short: usize) -> Announced {
    let mut announced = Announced::default();
    let mut bytes = Bytes(content);
    let mut peers = Vec::new();
    while bytes.0.len() >= 12 {
        let (_, kind, subtype, len) =
            (bytes.number(4), bytes.number(2), bytes.number(2), bytes.number(4) + short);
        if bytes.0.len() < len {
            break;
        }
        let mut body = Bytes(bytes.take(len));
        match (kind, subtype) {
            (12, 1 | 2) => {
                let octets = if subtype == 1 { 4 } else { 16 };
                body.take(4);
                while !body.0.is_empty() {
                    let prefix = body.take(octets);
                    let len = u8::try_from(body.number(1)).unwrap();
                    body.take(5 + octets);
                    let (peer, len_of_attributes) = (body.number(2), body.number(2));
                    let origin = origin(body.take(len_of_attributes), 2, peer);
                    add(&mut announced, subtype == 2, prefix, len, origin);
                }
            }
            (13, 1) => peers = peer_index(&mut body),
            (13, 2 | 4 | 8 | 10) => {
                body.take(4);
                let len = u8::try_from(body.number(1)).unwrap();
                let prefix = body.take(usize::from(len).div_ceil(8));
                for _ in 0..body.number(2) {
                    let peer = peers[body.number(2)];
                    body.take(if subtype < 8 { 4 } else { 8 });
                    let attributes = body.number(2);
                    let origin = origin(body.take(attributes), 4, peer);
                    add(&mut announced, matches!(subtype, 4 | 10), prefix, len, origin);
                }
            }
            (13, 6) => {}
            other => panic!("{other:?}"),
        }
    }
    announced
}

fn peer_index(body: &mut Bytes<'_>) -> Vec<usize> {
    body.take(4);
    let name = body.number(2);
    body.take(name);
    (0..body.number(2))
        .map(|_| {
            let kind = body.number(1);
            body.take(4 + if kind & 1 == 0 { 4 } else { 16 });
            body.number(if kind & 2 == 0 { 2 } else { 4 })
        })
        .collect()
}

fn add(announced: &mut Announced, v6: bool, prefix: &[u8], len: u8, origin: Option<String>) {
    // A prefix of which no path says an origin belongs to nobody.
    let Some(origin) = origin else { return };
    let mut octets = [0; 16];
    octets[..prefix.len()].copy_from_slice(prefix);
    let key = (len, masked(u128::from_be_bytes(octets), len));
    announced[usize::from(v6)].entry(key).or_default().insert(origin);
}

#[test]
fn every_prefix_of_table_dumps() {
    let Some(corpus) = corpus() else { return };
    let folder = corpus.join("flows/mrt");
    let whole = tempfile::tempdir().unwrap();
    let mut asked = 0;
    for (name, is_cut) in [
        ("bgpkit-parser/tests/fixtures/ripe/rrc00/2000.01/bview.20000111.0032.gz", false),
        ("mrtparse/samples/bird-mrtdump_rib", false),
        ("mrtparse/samples/bird6-mrtdump_rib", false),
        ("mrtparse/samples/openbgpd_rib_table-v2", false),
        ("pyasn/data/rib.20140523.0600_firstMB.bz2", true),
        ("pyasn/data/rib6.20151101.0600_firstMB.bz2", true),
    ] {
        let path = folder.join(name);
        let mut content = content(&path);
        let networks = if is_cut {
            let message = read(&path).unwrap_err();
            assert!(message.contains("cut short"), "{name}: {message}");
            content.truncate(end_of_records(&content));
            let repaired = whole.path().join("whole");
            fs::write(&repaired, &content).unwrap();
            read(&repaired)
        } else {
            read(&path)
        };
        let networks = networks.unwrap();
        assert_eq!(networks.tables[0].kind, NetworkTableKind::Mrt);
        println!("{name}: {:?} {:?}", networks.tables[0].prefixes, networks.notes);
        asked += compare(
            &networks,
            &walked(&content, if name.contains("20000111") { 4 } else { 0 }),
            name,
        );
    }
    assert!(asked > 300_000, "{asked}");
}

/// Where the last whole record ends.
fn end_of_records(content: &[u8]) -> usize {
    let mut at = 0;
    while let Some(header) = content.get(at..at + 12) {
        let next = at + 12 + Bytes(&header[8..]).number(4);
        if next > content.len() {
            break;
        }
        at = next;
    }
    at
}

#[test]
fn updates_are_told_from_tables() {
    let Some(corpus) = corpus() else { return };
    let mut told = 0;
    for path in files(&corpus.join("flows/mrt")) {
        let name = path.file_name().unwrap().to_str().unwrap();
        if name.starts_with("updates.") || name.ends_with("_bgp") {
            let message = read(&path).unwrap_err();
            assert!(message.contains("BGP messages (updates), not a table"), "{name}: {message}");
            told += 1;
        }
    }
    assert!(told >= 8, "{told}");
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { files.extend(self::files(&path)) } else { files.push(path) }
    }
    files.sort();
    files
}

/// Each network of a database, as its own library looks it up.
fn by_library(bytes: &[u8]) -> Vec<(IpAddr, Option<String>, Option<String>)> {
    let reader = maxminddb::Reader::from_source(bytes).unwrap();
    let mut all = Vec::new();
    for network in reader.networks(maxminddb::WithinOptions::default()).unwrap() {
        let network = network.unwrap();
        let value: serde_json::Value = network.decode().unwrap().unwrap_or_default();
        let text = |pointer: &str| match value.pointer(pointer)? {
            serde_json::Value::String(text) => Some(text.clone()),
            serde_json::Value::Number(number) => Some(number.to_string()),
            _ => None,
        };
        let asn = ["/autonomous_system_number", "/asn", "/as/asn"].into_iter().find_map(text);
        let asn = asn.map(|asn| asn.trim_start_matches("AS").to_owned());
        let country = [
            "/country_code",
            "/country/iso_code",
            "/country",
            "/geo/country_code",
            "/registered_country/iso_code",
        ];
        let country = country.into_iter().filter_map(text).find(|code| code.len() == 2);
        all.push((
            network.network().unwrap().network(),
            asn.filter(|asn| !asn.is_empty()),
            country,
        ));
    }
    all
}

#[test]
fn databases_say_what_their_library_says_or_are_refused() {
    let Some(corpus) = corpus() else { return };
    let (mut read_whole, mut refused, mut asked) = (0, Vec::new(), 0);
    for path in files(&corpus.join("flows/mmdb")) {
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        match read(&path) {
            Err(message) => {
                let why = ["damaged", "says neither", "not a table", "empty"];
                assert!(why.iter().any(|why| message.contains(why)), "{message}");
                refused.push(format!("{name}: {}", message.rsplit('/').next().unwrap()));
            }
            Ok(networks) => {
                assert_eq!(networks.tables[0].kind, NetworkTableKind::Mmdb);
                assert!(!path.to_str().unwrap().contains("bad-data"), "{name} was read");
                for (address, asn, country) in by_library(&content(&path)) {
                    let (version, bits) = bits(address);
                    let address = IpAddress::from_bits(bits);
                    let resolver = &networks.resolver;
                    let origin = resolver.origin(version, address);
                    let origin = origin.map(|id| resolver.origins()[id.index()].to_string());
                    let got = resolver.country(version, address).map(|code| code.to_string());
                    let at = format!("{name}: {}", address.to_std(version));
                    assert_eq!((origin, got), (asn, country), "{at}");
                    asked += 1;
                }
                read_whole += 1;
            }
        }
    }
    println!("{read_whole} read, {} refused: {refused:#?}", refused.len());
    assert_eq!(read_whole + refused.len(), 48);
    assert!(read_whole >= 14 && asked > 4_500, "{read_whole} {asked}");
}

#[test]
fn registries_files_say_the_countries_of_their_records() {
    let Some(corpus) = corpus() else { return };
    let mut asked = 0;
    for path in files(&corpus.join("flows/rir-delegated")) {
        if path.extension().is_some_and(|extension| extension == "md5") {
            assert!(read(&path).unwrap_err().contains("not a table"), "{}", path.display());
            continue;
        }
        let networks = read(&path).unwrap();
        for line in String::from_utf8(content(&path)).unwrap().lines() {
            let fields: Vec<&str> = line.split('|').collect();
            let [_, country, "ipv4" | "ipv6", start, _, _, "allocated" | "assigned", ..] =
                fields[..]
            else {
                continue;
            };
            let (version, bits) = bits(start.parse().unwrap());
            let got = networks.resolver.country(version, IpAddress::from_bits(bits));
            assert_eq!(got.map(|code| code.to_string()).as_deref(), Some(country), "{line}");
            asked += 1;
        }
    }
    assert!(asked > 100_000, "{asked}");
}
