//! What stands in the files, octet by octet, where that is short; and that their
//! truth is that of the capture.

use super::{FlowFormat, write_flows};
use crate::model::{IpVersion, View};
use crate::synth::{Recipe, SynthError, write};

const FORMATS: [FlowFormat; 8] = [
    FlowFormat::Ipfix,
    FlowFormat::NetFlow9,
    FlowFormat::NetFlow5,
    FlowFormat::Nfcapd,
    FlowFormat::Vpc,
    FlowFormat::Zeek,
    FlowFormat::Csv,
    FlowFormat::JsonLines,
];

fn recipe() -> Recipe {
    let mut recipe = Recipe {
        packets: 5_000,
        flows: 300,
        prefixes: 40,
        extension_headers: 0.1,
        fragments: 0.1,
        vlan: 0.2,
        non_ip: 0.1,
        ..Recipe::default()
    };
    recipe.tunnels.six_in_four = 0.1;
    recipe.tunnels.vxlan = 0.1;
    recipe
}

#[test]
fn the_truth_is_that_of_the_packets() {
    let recipe = recipe();
    let capture = write(&recipe, &mut Vec::new()).unwrap();
    for format in FORMATS {
        for record_packets in [0, 1, 7] {
            let mut file = Vec::new();
            let truth = write_flows(&recipe, format, record_packets, &mut file).unwrap();
            assert_eq!(truth.file_octets, file.len() as u64, "{format:?}");
            assert!(truth.account.closed());
            let records = truth.account.records;
            let mut flows = 0;
            for version in IpVersion::ALL {
                let (ours, theirs) = (
                    truth.totals[View::Transport][version],
                    capture.totals[View::Transport][version],
                );
                flows += ours.flows;
                assert_eq!(ours.wire_octets, 0);
                if format.carries(version) {
                    assert_eq!(
                        (ours.packets, ours.octets),
                        (theirs.packets, theirs.octets),
                        "{format:?} {version:?}"
                    );
                } else {
                    assert_eq!((ours.packets, ours.flows), (0, 0));
                }
            }
            assert_eq!(flows, records);
            let packets = capture.account.ipv4 + capture.account.ipv6;
            match (record_packets, format) {
                (1, FlowFormat::NetFlow5) => assert_eq!(records, capture.account.ipv4),
                (1, _) => assert_eq!(records, packets),
                (0, _) => assert_eq!(records, truth.flows),
                _ => assert!(records > truth.flows && records < packets / 2),
            }
        }
    }
}

#[test]
fn the_same_recipe_gives_the_same_bytes() {
    for format in FORMATS {
        let file = |seed| {
            let mut file = Vec::new();
            write_flows(&Recipe { seed, ..recipe() }, format, 3, &mut file).unwrap();
            file
        };
        assert_eq!(file(1), file(1));
        assert_ne!(file(1), file(2));
    }
}

#[test]
fn datagrams_tell_their_lengths_and_counts() {
    let mut ipfix = Vec::new();
    let truth = write_flows(&recipe(), FlowFormat::Ipfix, 1, &mut ipfix).unwrap();
    let (mut rest, mut last) = (&ipfix[..], 0);
    while !rest.is_empty() {
        assert_eq!(rest[..2], [0, 10]);
        let length = usize::from(u16::from_be_bytes([rest[2], rest[3]]));
        assert!(length <= 1400);
        let sequence = u32::from_be_bytes(rest[8..12].try_into().unwrap());
        assert!(sequence > last || last == 0);
        last = sequence;
        rest = &rest[length..];
    }
    assert!(u64::from(last) < truth.account.records);
    let mut netflow = Vec::new();
    let truth = write_flows(&recipe(), FlowFormat::NetFlow5, 1, &mut netflow).unwrap();
    let (mut rest, mut records) = (&netflow[..], 0);
    while !rest.is_empty() {
        assert_eq!(rest[..2], [0, 5]);
        let count = u16::from_be_bytes([rest[2], rest[3]]);
        assert_eq!(u32::from_be_bytes(rest[16..20].try_into().unwrap()), records);
        records += u32::from(count);
        rest = &rest[24 + 48 * usize::from(count)..];
    }
    assert_eq!(u64::from(records), truth.account.records);
}

#[test]
fn ports_are_those_that_an_exporter_sees() {
    let ports = |set: fn(&mut Recipe)| {
        let mut recipe = Recipe { packets: 300, flows: 50, prefixes: 20, ..Recipe::default() };
        set(&mut recipe);
        let mut file = Vec::new();
        write_flows(&recipe, FlowFormat::Csv, 0, &mut file).unwrap();
        let lines = String::from_utf8(file).unwrap();
        let fields = |line: &str| line.split(',').map(str::to_owned).collect::<Vec<_>>();
        lines.lines().skip(1).map(fields).map(|f| (f[5].clone(), f[6].clone())).collect()
    };
    let all = |of: Vec<(String, String)>, port: &str, protocol: &str| {
        assert!(of.iter().all(|found| *found == (port.into(), protocol.into())), "{of:?}");
    };
    all(ports(|recipe| recipe.tunnels.wire_guard = 1.0), "51820", "17");
    all(ports(|recipe| recipe.tunnels.vxlan = 1.0), "4789", "17");
    all(ports(|recipe| recipe.tunnels.ip_comp = 1.0), "0", "108");
    all(ports(|recipe| recipe.tunnels.six_rd = 1.0), "0", "41");
    let translated: Vec<_> = ports(|recipe| recipe.tunnels.siit_dc = 1.0);
    assert!(translated.iter().any(|(port, protocol)| port == "443" && protocol == "6"));
}

#[test]
fn what_a_device_s_clock_cannot_hold_is_refused_before_anything_is_written() {
    let long = Recipe { interval_ns: 1_000_000_000, packets: 10_000_000, ..recipe() };
    let mut file = Vec::new();
    let refused = write_flows(&long, FlowFormat::NetFlow5, 0, &mut file);
    assert!(matches!(refused, Err(SynthError::TimeOutOfRange)));
    assert!(file.is_empty());
}
