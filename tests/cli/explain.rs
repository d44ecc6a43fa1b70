//! `v6share explain`: what it says of a packet is what a run counts.

use crate::capture::{ipv4, ipv6, pcap};
use crate::program::{Ran, json, program, run};
use serde_json::Value;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

fn explain(arguments: &[&str]) -> Ran {
    run(program().arg("explain").args(arguments))
}

/// The packets as JSON objects.
fn objects(ran: &Ran) -> Vec<Value> {
    ran.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// The captures among them: flow records have no packets to explain.
fn fixtures() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
    let folders = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let name = |path: &Path| path.file_name().unwrap().to_str().unwrap().to_owned();
    let captures = folders.filter(|path| path.is_dir() && !name(path).starts_with("flows-"));
    let files = captures.flat_map(|path| fs::read_dir(path).unwrap());
    let inputs = files.map(|entry| entry.unwrap().path());
    inputs.filter(|path| name(path).starts_with("input")).collect()
}

/// For each class, and for each view and family, what a list of packets adds up
/// to.
fn sums(packets: &[Value]) -> BTreeMap<String, u64> {
    let mut sums = BTreeMap::new();
    for packet in packets {
        *sums.entry(packet["class"].as_str().unwrap().to_owned()).or_default() += 1;
        for view in ["transport", "end_to_end"] {
            if let Some(family) = packet[view]["family"].as_str() {
                let octets = packet[view]["octets"].as_u64().unwrap();
                *sums.entry(format!("{view}/{family}")).or_default() += octets;
            }
        }
    }
    sums.retain(|_, sum| *sum > 0);
    sums
}

#[test]
fn all_packets_of_every_fixture_add_up_to_the_report() {
    let fixtures = fixtures();
    assert!(fixtures.len() > 10, "{fixtures:?}");
    for path in fixtures {
        let path = path.to_str().unwrap();
        let report = json([path]).json();
        let account = &report["account"];
        let records = account["records"].as_u64().unwrap();
        if records == 0 {
            continue;
        }
        let ran = explain(&[path, "-p", &format!("1-{records}"), "--format", "json"]);
        ran.ends_with(0);
        let packets = objects(&ran);
        assert_eq!(packets.len() as u64, records, "{path}");
        let mut want = BTreeMap::new();
        for class in ["ipv4", "ipv6", "not_ip", "undecodable"] {
            want.insert(class.to_owned(), account[class].as_u64().unwrap());
        }
        for view in ["transport", "end_to_end"] {
            for family in ["ipv4", "ipv6"] {
                let octets = report["totals"][view][family]["octets"].as_u64().unwrap();
                want.insert(format!("{view}/{family}"), octets);
            }
        }
        want.retain(|_, sum| *sum > 0);
        assert_eq!(sums(&packets), want, "{path}");
        for packet in packets {
            let mut end = 0;
            for layer in packet["layers"].as_array().unwrap() {
                assert_eq!(layer["offset"], end, "{path}: {packet}");
                end += layer["length"].as_u64().unwrap();
            }
            assert_eq!(packet["captured_length"], end, "{path}: {packet}");
        }
    }
}

#[test]
fn a_packet_is_told_with_its_layers_and_cells() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("two.pcap");
    fs::write(&path, pcap(&[ipv4(1, 60), ipv6(1, 80)])).unwrap();
    let ran = explain(&[path.to_str().unwrap(), "--packet", "2"]);
    let text = &ran.is_quiet().stdout;
    assert!(text.starts_with("packet 2: "), "{text}");
    assert!(text.contains("link type ETHERNET (1)"), "{text}");
    for line in ["0 +14    Ethernet", "14 +40    IPv6: source ", "  transport: IPv6, 80 octets, "] {
        assert!(text.contains(line), "{line:?} in {text}");
    }
    assert!(text.contains("profiles ip-only, all-frames, native-only, "), "{text}");
    assert!(text.ends_with("  encapsulation: native\n"), "{text}");
}

#[test]
fn a_place_in_the_file_is_that_of_the_frame() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("two.pcap");
    let bytes = pcap(&[ipv4(1, 60), ipv6(1, 80)]);
    fs::write(&path, &bytes).unwrap();
    let ran = explain(&[path.to_str().unwrap(), "-p", "1-2", "--format", "json"]);
    for packet in objects(ran.is_quiet()) {
        let at = usize::try_from(packet["at_byte"].as_u64().unwrap()).unwrap();
        let version = if packet["class"] == "ipv4" { 4 } else { 6 };
        assert_eq!(bytes[at + 14] >> 4, version, "{packet}");
    }
}

#[test]
fn a_pipe_says_the_same_without_places_in_a_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("two.pcap");
    let bytes = pcap(&[ipv4(1, 60), ipv6(1, 80)]);
    fs::write(&path, &bytes).unwrap();
    let of_file = explain(&[path.to_str().unwrap(), "-p", "1,2", "--format", "json"]);
    let mut command = program();
    command.args(["explain", "-", "-p", "1,2", "--format", "json"]);
    let mut command = assert_cmd::Command::from_std(command);
    let of_pipe: Ran = command.write_stdin(bytes).output().unwrap().into();
    let without_place = |ran: &Ran| {
        let mut packets = objects(ran.is_quiet());
        packets.iter_mut().for_each(|packet| packet["at_byte"] = Value::Null);
        packets
    };
    assert_eq!(without_place(&of_pipe), without_place(&of_file));
}

#[test]
fn what_cannot_be_explained_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("two.pcap");
    fs::write(&path, pcap(&[ipv4(1, 60), ipv6(1, 80)])).unwrap();
    let path = path.to_str().unwrap();
    let beyond = explain(&[path, "-p", "2-3"]);
    assert!(beyond.stdout.starts_with("packet 2: "), "{beyond:?}");
    let message = beyond.ends_with(2).message();
    assert!(message.contains("there is no packet 3: the capture has 2"), "{message}");
    for packets in ["0", "x", "3-2"] {
        let wrong = explain(&[path, "-p", packets]);
        assert!(wrong.ends_with(2).stderr.contains("give numbers from 1"), "{wrong:?}");
    }
    let empty = folder.path().join("empty");
    fs::write(&empty, b"").unwrap();
    let nothing = explain(&[empty.to_str().unwrap(), "-p", "1"]);
    assert!(nothing.ends_with(2).message().contains("the input is empty"), "{nothing:?}");
    let many = explain(&[folder.path().to_str().unwrap(), "-p", "1"]);
    assert!(many.ends_with(2).message().contains("2 captures were given"), "{many:?}");
    let text = folder.path().join("text");
    fs::write(&text, b"no capture at all, but text of some length").unwrap();
    let other = explain(&[text.to_str().unwrap(), "-p", "1"]);
    assert!(other.ends_with(2).message().contains("not a capture"), "{other:?}");
    let flows = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/flows-zeek/input.log");
    let flows = explain(&[flows.to_str().unwrap(), "-p", "1"]);
    assert!(
        flows.ends_with(2).message().contains("holds no packets (give the capture"),
        "{flows:?}"
    );
}

#[test]
fn a_cut_capture_gives_the_packets_before_the_cut() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("cut.pcap");
    let bytes = pcap(&[ipv4(1, 60), ipv6(1, 80)]);
    fs::write(&path, &bytes[..bytes.len() - 1]).unwrap();
    let path = path.to_str().unwrap();
    explain(&[path, "-p", "1"]).is_quiet();
    let cut = explain(&[path, "-p", "1-2"]);
    assert!(cut.stdout.starts_with("packet 1: "), "{cut:?}");
    assert!(cut.ends_with(2).message().contains("cut short"), "{cut:?}");
}
