//! The laws of breakdowns by any dimensions, automatic prefixes and distinct
//! addresses among them: nothing of how a run is carried out shows, the rows add up
//! to the whole, and what is kept and added up is what one run gives.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod support;

use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;
use std::ops::Range;
use std::path::PathBuf;
use support::captures::Capture;
use support::run::{self, Manner};
use support::{ByteOrder, Interface, Packet, PcapFile, PcapNgFile, Record, captures, shapes};
use tempfile::TempDir;
use v6share::model::{
    AutoOptions, Dimension, IpVersion, Measure, PerView, Profile, Side, Tally, TimeBins,
    TimeWindow, Timestamp, View, Views,
};
use v6share::summary::{DistinctWhat, Settings, Summary};

/// Dimensions that need no table.
const DIMENSIONS: [&str; 18] = [
    "protocol",
    "port",
    "service",
    "encapsulation",
    "encapsulation-path",
    "prefix=20/44",
    "source-prefix=32/128",
    "destination-prefix=8/32",
    "prefix=auto",
    "source-prefix=auto",
    "destination-prefix=auto",
    "time",
    "interface",
    "mac",
    "destination-mac",
    "vlan",
    "packet-size",
    "traffic-class",
];

/// Nanoseconds from one packet to the next.
const SPACE: i64 = 97_000_000_000;

fn write(folder: &TempDir, name: &str, bytes: &[u8]) -> PathBuf {
    let path = folder.path().join(name);
    std::fs::write(&path, bytes).unwrap();
    path
}

/// A packet between two of a few networks, or of any shape there is.
#[derive(Clone, Debug)]
enum Made {
    Between {
        v6: bool,
        source: (u8, u8),
        destination: (u8, u8),
        port: u16,
        vlan: u16,
        tunnel: bool,
    },
    Shape(usize),
}

fn address(v6: bool, (net, host): (u8, u8)) -> String {
    match v6 {
        false => format!("10.{}.{}.{host}", net / 4, net % 4),
        true => format!("2001:db8:{:x}:{:x}::{host:x}", net / 4, u16::from(net % 4) << 6),
    }
}

impl Made {
    fn record(&self, at: usize) -> Record {
        let packet = match self {
            Self::Shape(at) => {
                let shapes = shapes::ethernet();
                shapes[at % shapes.len()].1.clone()
            }
            Self::Between { v6, source, destination, port, vlan, tunnel } => {
                let packet = match vlan {
                    0 => Packet::ethernet(),
                    id => Packet::ethernet().vlan(*id),
                };
                let packet = match tunnel {
                    true => packet.ipv4(&address(false, *destination), &address(false, *source)),
                    false => packet,
                };
                let (source, destination) = (address(*v6, *source), address(*v6, *destination));
                let packet = match v6 {
                    false => packet.ipv4(&source, &destination),
                    true => packet.ipv6(&source, &destination),
                };
                packet.tcp(40_000, *port).payload(usize::from(*port))
            }
        };
        let mut record = packet.record().at(u64::try_from(at).unwrap() * SPACE.unsigned_abs());
        if let Self::Between { source, destination, .. } = self {
            // The last octet of either Ethernet address.
            [record.captured[5], record.captured[11]] = [destination.0, source.0];
        }
        record
    }
}

/// The source and the destination of a packet, and whether it is of IPv6.
type Ends = ((u8, u8), (u8, u8), bool);

fn any_ends() -> impl Strategy<Value = Ends> {
    let end = || (0..12_u8, 0..6_u8);
    (end(), end(), any::<bool>())
}

/// A profile, whether all are wanted, whether addresses are counted, and the time that is
/// measured.
fn any_scope() -> impl Strategy<Value = (Profile, bool, bool, TimeWindow)> {
    let profile =
        prop_oneof![Just(Profile::IpOnly), Just(Profile::NativeOnly), Just(Profile::UserTraffic),];
    let end = |range: Range<i64>| {
        let at = |record: i64| Timestamp::from_nanoseconds(record * SPACE);
        proptest::option::of(range.prop_map(at))
    };
    let window = (end(0..150), end(150..1000));
    let window = window.prop_map(|(from, to)| TimeWindow::new(from, to).unwrap());
    (profile, any::<bool>(), any::<bool>(), window)
}

fn any_made() -> impl Strategy<Value = Made> {
    prop_oneof![
        4 => any_between(0..3_u16),
        1 => (0..200_usize).prop_map(Made::Shape),
    ]
}

/// A packet between two ends, in one of these VLANs; a few are in a tunnel.
fn any_between(vlans: Range<u16>) -> impl Strategy<Value = Made> {
    let tunnel = prop_oneof![9 => Just(false), 1 => Just(true)];
    let between = (any_ends(), 1..500_u16, vlans, tunnel);
    between.prop_map(|((source, destination, v6), port, vlan, tunnel)| Made::Between {
        v6,
        source,
        destination,
        port,
        vlan,
        tunnel,
    })
}

fn any_settings() -> impl Strategy<Value = Settings> {
    let by = proptest::collection::btree_set(0..DIMENSIONS.len(), 1..4);
    let keys = prop_oneof![Just(1 << 20), 1..40_usize];
    let share = prop_oneof![Just("1"), Just("7.5"), Just("30")];
    let side = prop_oneof![Just(Side::Both), Just(Side::Source), Just(Side::Destination)];
    (proptest::collection::vec(by, 1..4), keys, share, side).prop_map(|(by, keys, share, side)| {
        let dimensions = |by: BTreeSet<usize>| {
            let words = by.into_iter().map(|at| DIMENSIONS[at].parse::<Dimension>().unwrap());
            words.collect::<Vec<_>>()
        };
        let mut breakdowns: Vec<_> = by.into_iter().map(dimensions).collect();
        breakdowns.sort();
        breakdowns.dedup();
        Settings {
            breakdowns,
            auto: AutoOptions { share: share.parse().unwrap(), keys },
            prefix_side: side,
            distinct: true,
            views: Views::Both,
            measure: Measure::Octets,
            bins: TimeBins::new("5m".parse().unwrap(), "UTC").unwrap(),
            ..Settings::default()
        }
    })
}

fn capture(made: &[Made]) -> Vec<u8> {
    let records = made.iter().enumerate().map(|(at, made)| made.record(at));
    PcapFile::new(1).add_all(records).bytes()
}

/// The same in pcapng, from two interfaces.
fn capture_of_interfaces(made: &[Made]) -> Vec<u8> {
    let file = PcapNgFile::new(ByteOrder::Little);
    let file = file.interface(Interface::new(1)).interface(Interface::new(1));
    let records = made.iter().enumerate().map(|(at, made)| made.record(at));
    let add = |file: PcapNgFile, record: Record| {
        let interface = u32::from(record.captured.len().is_multiple_of(3));
        file.enhanced(interface, record)
    };
    records.fold(file, add).bytes()
}

/// A packet between each of the ends.
fn capture_of(ends: &[Ends]) -> Vec<u8> {
    let between = |(source, destination, v6): &Ends| Made::Between {
        v6: *v6,
        source: *source,
        destination: *destination,
        port: 1,
        vlan: 0,
        tunnel: false,
    };
    capture(&ends.iter().map(between).collect::<Vec<_>>())
}

/// A breakdown of a report: its dimensions, its side and its view, and the octets
/// of both families in all its rows.
type Sums = (Vec<String>, Option<String>, View, [u128; 2]);

/// Those of all breakdowns but the ones of tunnels.
fn sums(summary: &Summary) -> Vec<Sums> {
    let report: serde_json::Value = serde_json::from_str(&run::json(summary)).unwrap();
    let mut all = Vec::new();
    for table in report["breakdowns"].as_array().unwrap() {
        let Some(view) = table["view"].as_str() else { continue };
        let view = View::ALL.into_iter().find(|each| each.key() == view).unwrap();
        let words = table["by"].as_array().unwrap().iter();
        let words = words.map(|word| word.as_str().unwrap().to_owned()).collect();
        let octets = |row: &serde_json::Value, family: &str| {
            u128::from(row[family]["octets"].as_u64().unwrap())
        };
        assert!(table["others"].is_null(), "all rows are there");
        let rows = table["rows"].as_array().unwrap();
        let sum = ["ipv4", "ipv6"].map(|family| rows.iter().map(|row| octets(row, family)).sum());
        let side = table["prefix_side"].as_str().map(str::to_owned);
        all.push((words, side, view, sum));
    }
    all
}

fn totals(summary: &Summary, view: View) -> [u128; 2] {
    let Tally { v4, v6 } = summary.profile_totals[view];
    [v4.octets, v6.octets]
}

/// Whether a packet may be in two rows of a breakdown.
fn has_both_ends(words: &[String], side: Option<&str>) -> bool {
    side == Some("both") || words.iter().any(|word| word == "mac")
}

fn assert_sums(summary: &Summary) {
    for (words, side, view, sum) in sums(summary) {
        let all = totals(summary, view);
        for (sum, all) in sum.into_iter().zip(all) {
            if has_both_ends(&words, side.as_deref()) {
                assert!(sum >= all && sum <= 2 * all, "{words:?} {view:?}: {sum} of {all}");
            } else {
                assert_eq!(sum, all, "{words:?} {view:?}");
            }
        }
    }
}

#[cfg(feature = "columnar")]
fn kept(summary: &Summary) -> Summary {
    use v6share::summary::store::{self, Reader};
    let mut reader = Reader::default();
    let bytes = store::to_parquet(&summary.rows().unwrap()).unwrap();
    store::read(bytes, |number, row| reader.take(number, &row)).unwrap();
    reader.finish().unwrap()
}

#[cfg(not(feature = "columnar"))]
fn kept(summary: &Summary) -> Summary {
    summary.clone()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 120, failure_persistence: None, ..ProptestConfig::default() })]

    /// Any dimensions together, in memory that is bounded or not.
    #[test]
    fn any_breakdown_of_any_capture_in_any_manner(
        made in proptest::collection::vec(any_made(), 1..90),
        settings in any_settings(),
        threads in 1..6_usize,
        piece in 1..3_000_usize,
        cut in 0..90_usize,
    ) {
        let folder = tempfile::tempdir().unwrap();
        let path = write(&folder, "capture", &capture(&made));
        let plain = run::analyze(&[&path], &settings, Manner::PLAIN);
        run::assert_law(&plain, "generated");
        assert_sums(&plain);
        let other = run::analyze(&[&path], &settings, Manner { threads, piece });
        prop_assert_eq!(&other.breakdowns, &plain.breakdowns);
        prop_assert_eq!(&other.distinct, &plain.distinct);
        prop_assert_eq!(run::json(&other), run::json(&plain));

        // In two captures: at once, and each for itself, kept and added up.
        let (first, second) = made.split_at(cut.min(made.len()));
        let parts = [write(&folder, "1", &capture(first)), write(&folder, "2", &capture(second))];
        let together = run::analyze(&parts, &settings, Manner { threads, piece });
        let mut sum = kept(&run::analyze(&parts[1..], &settings, Manner::PLAIN));
        sum.merge(kept(&run::analyze(&parts[..1], &settings, Manner { threads, piece }))).unwrap();
        prop_assert_eq!(&sum.breakdowns, &together.breakdowns);
        prop_assert_eq!(&sum.distinct, &together.distinct);
        prop_assert!(sum == together);
        prop_assert_eq!(run::json(&sum), run::json(&together));
    }

    /// With both ends, a packet counts once in each row that one of them is in.
    #[test]
    fn both_ends_count_once_a_row(
        ends in proptest::collection::vec(any_ends(), 1..80),
    ) {
        let folder = tempfile::tempdir().unwrap();
        let path = write(&folder, "capture", &capture_of(&ends));
        let mut settings = Settings { measure: Measure::Packets, ..Settings::default() };
        settings.breakdowns = vec![vec!["prefix=16/48".parse().unwrap()], vec!["prefix=auto:16/48".parse().unwrap()]];
        settings.auto.share = "0.0001".parse().unwrap();
        let summary = run::analyze(&[&path], &settings, Manner { threads: 2, piece: 500 });
        let mut want: BTreeMap<(IpVersion, u8), u128> = BTreeMap::new();
        for (source, destination, v6) in &ends {
            let version = if *v6 { IpVersion::V6 } else { IpVersion::V4 };
            for net in BTreeSet::from([source.0 / 4, destination.0 / 4]) {
                *want.entry((version, net)).or_default() += 1;
            }
        }
        let report: serde_json::Value = serde_json::from_str(&run::json(&summary)).unwrap();
        // Where every prefix carries enough, the automatic ones are all the leaves.
        for table in report["breakdowns"].as_array().unwrap() {
            let rows = table["rows"].as_array().unwrap();
            prop_assert_eq!(rows.len(), want.len());
            for ((version, net), packets) in &want {
                let (v6, len) = (*version == IpVersion::V6, if *version == IpVersion::V6 { 48 } else { 16 });
                let net = match v6 {
                    true => format!("2001:db8:{net:x}::/{len}").replace("db8:0::", "db8::"),
                    false => format!("10.{net}.0.0/{len}"),
                };
                let row = rows.iter().find(|row| row["key"]["prefix"] == net.as_str());
                let row = row.unwrap_or_else(|| panic!("no row {net}"));
                prop_assert_eq!(row[version.key()]["packets"].as_u64().map(u128::from), Some(*packets));
            }
        }
    }

    #[test]
    fn distinct_addresses_are_those_of_an_ordered_set(
        ends in proptest::collection::vec(any_ends(), 0..120),
        threads in 1..5_usize,
        piece in 1..2_000_usize,
    ) {
        let folder = tempfile::tempdir().unwrap();
        let path = write(&folder, "capture", &capture_of(&ends));
        let settings = Settings { distinct: true, ..Settings::default() };
        let summary = run::analyze(&[&path], &settings, Manner { threads, piece });
        let PerView { transport, end_to_end } = *summary.distinct.unwrap();
        prop_assert_eq!(&transport, &end_to_end);
        for what in DistinctWhat::ALL {
            let prefixes: BTreeSet<u128> = ends
                .iter()
                .filter(|(_, _, v6)| *v6 == (what.version() == IpVersion::V6))
                .flat_map(|(source, destination, v6)| [address(*v6, *source), address(*v6, *destination)])
                .map(|address| match address.parse::<IpAddr>().unwrap() {
                    IpAddr::V4(v4) => u128::from(u32::from(v4)) >> (32 - what.len()),
                    IpAddr::V6(v6) => u128::from(v6) >> (128 - what.len()),
                })
                .collect();
            prop_assert_eq!(transport.get(what).count(), prefixes.len() as u64, "{:?}", what);
        }
    }
}

/// Networks with borders within a block of addresses that is asked for as one, and
/// without.
fn networks(folder: &TempDir) -> v6share::pipeline::Networks {
    use v6share::input::Source;
    use v6share::pipeline::{Control, NetworkInputs, read_networks};
    let labels = "label,prefix,local,region\n\
        a,10.0.0.0/23,1,west\nb,10.0.1.0/29,0,\nc,2001:db8::/47,1,east\nd,2001:db8:1:40::/58,0,west\n";
    let origins = "10.0.0.0\t22\t64496\n10.0.2.3\t32\t64497_64498\n10.2.0.0\t16\t64499\n\
        2001:db8::\t32\t64500\n2001:db8:2::3\t128\t64501\n";
    let [labels, origins] = [("labels", labels), ("origins", origins)]
        .map(|(name, text)| Source::at(write(folder, name, text.as_bytes())));
    let inputs = NetworkInputs { networks: Some(labels), tables: vec![origins], threads: 2 };
    read_networks(&inputs, &Control::default()).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    /// What is counted a batch at a time, and what is counted packet by packet: beside a
    /// key with the encapsulation path all is counted the second way.
    #[test]
    fn the_quick_way_counts_as_the_general_one_does(
        made in prop_oneof![
            3 => proptest::collection::vec(any_made(), 1..400),
            1 => proptest::collection::vec(any_between(0..1), 400..1200),
            1 => proptest::collection::vec(any_between(4094..4097), 400..1200),
        ],
        side in prop_oneof![Just(Side::Both), Just(Side::Source), Just(Side::Destination)],
        // Some alone, some together: one question about an address is counted in
        // another way than several are.
        words in prop_oneof![
            1 => Just(Vec::new()),
            4 => proptest::sample::subsequence(
                vec![
                    "time", "port", "service", "asn", "source-asn", "destination-label", "label",
                    "label.region", "direction", "packet-size", "traffic-class", "input",
                    "vlan", "mac", "source-mac", "destination-mac", "asn,time", "protocol,port",
                    "label,service,packet-size", "mac,vlan", "source-prefix=20/44,direction",
                    "destination-asn,mac,traffic-class", "encapsulation,label.region",
                    "prefix=24/48,input,vlan", "source-prefix=20/44,label",
                    "interface", "interface,port", "exporter,protocol",
                ],
                1..14,
            ),
        ],
        (profile, all_profiles, distinct, window) in any_scope(),
        prefixes in proptest::sample::subsequence(
            vec!["prefix=16/32", "prefix=24/48", "source-prefix=24/48"], 0..4,
        ),
        threads in 1..4_usize,
        // In a large piece most records are handed on sorted by family.
        piece in prop_oneof![1..9_000_usize, Just(1 << 20)],
    ) {
        let folder = tempfile::tempdir().unwrap();
        let paths = [
            write(&folder, "capture", &capture(&made)),
            write(&folder, "another", &capture_of_interfaces(&made[..made.len() * 2 / 3])),
        ];
        let networks = networks(&folder);
        let by = |words: &str| words.split(',').map(|word| word.parse().unwrap()).collect::<Vec<Dimension>>();
        let mut settings = Settings {
            breakdowns: words.iter().chain(&prefixes).map(|words| by(words)).collect(),
            prefix_side: side,
            views: Views::Both,
            bins: TimeBins::new("5m".parse().unwrap(), "UTC").unwrap(),
            profile,
            all_profiles,
            distinct,
            window,
            ..Settings::default()
        };
        let run = |settings: &Settings| {
            let found = v6share::input::discover(&v6share::input::Request {
                arguments: paths.iter().map(|path| path.clone().into()).collect(),
                lists: Vec::new(),
            });
            let options = v6share::pipeline::Options {
                threads, piece, networks: Some(networks.clone()), ..Default::default()
            };
            v6share::pipeline::analyze(&found.sources, Vec::new(), settings.clone(), &options, &|_| ())
        };
        let quick = run(&settings);
        settings.breakdowns.push(by("protocol,encapsulation-path"));
        let general = run(&settings);
        prop_assert_eq!(&quick.protocols, &general.protocols);
        prop_assert_eq!(&quick.sizes, &general.sizes);
        prop_assert_eq!(&quick.totals, &general.totals);
        prop_assert_eq!(&quick.profile_totals, &general.profile_totals);
        prop_assert_eq!(&quick.tunnels, &general.tunnels);
        prop_assert_eq!(&quick.control, &general.control);
        prop_assert_eq!(&quick.distinct, &general.distinct);
        for table in &quick.breakdowns {
            prop_assert_eq!(Some(table), general.breakdown(&table.dimensions, table.view));
        }
        assert_sums(&quick);
    }
}

/// Captures that fool every guess of where a record begins: nothing that was read
/// from a wrong place remains, though it could not be taken back.
#[test]
fn what_cannot_be_taken_back_is_never_read_from_a_wrong_place() {
    let folder = tempfile::tempdir().unwrap();
    let by = |words: &str| words.split(',').map(|word| word.parse().unwrap()).collect::<Vec<_>>();
    let settings = Settings {
        breakdowns: vec![by("prefix=auto"), by("source-prefix=auto,time,port")],
        auto: AutoOptions { keys: 3, ..AutoOptions::default() },
        distinct: true,
        views: Views::Both,
        ..Settings::default()
    };
    for Capture { name, bytes, .. } in captures::all() {
        let path = write(&folder, "capture", &bytes);
        let plain = run::analyze(&[&path], &settings, Manner::PLAIN);
        assert_sums(&plain);
        for (threads, piece) in [(1, 64), (2, 100), (5, 1_000), (3, 4_096)] {
            let summary = run::analyze(&[&path], &settings, Manner { threads, piece });
            assert_eq!(summary.distinct, plain.distinct, "{name}: {threads} {piece}");
            assert_eq!(run::json(&summary), run::json(&plain), "{name}: {threads} {piece}");
        }
    }
}
