//! `--exports`: flow exports out of a capture, wherever their collector listens.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use assert_cmd::Command;
use serde_json::Value;

/// One NetFlow v5 datagram with one record: 10 packets, 1,000 octets.
fn netflow5() -> Vec<u8> {
    let mut datagram = vec![0; 24 + 48];
    datagram[1] = 5; // version
    datagram[3] = 1; // records
    datagram[8..12].copy_from_slice(&1_767_225_600_u32.to_be_bytes());
    let record = &mut datagram[24..];
    record[..4].copy_from_slice(&[192, 0, 2, 1]);
    record[4..8].copy_from_slice(&[198, 51, 100, 1]);
    record[16..20].copy_from_slice(&10_u32.to_be_bytes());
    record[20..24].copy_from_slice(&1000_u32.to_be_bytes());
    record[38] = 6; // protocol
    datagram
}

/// An IPv4 packet with a UDP datagram to `port`.
fn packet(port: u16, payload: &[u8]) -> Vec<u8> {
    let udp_len = u16::try_from(8 + payload.len()).unwrap();
    let mut packet = vec![0x45, 0];
    packet.extend((20 + udp_len).to_be_bytes());
    packet.extend([0, 0, 0, 0, 64, 17, 0, 0, 203, 0, 113, 1, 203, 0, 113, 2]);
    packet.extend(50_000_u16.to_be_bytes());
    packet.extend(port.to_be_bytes());
    packet.extend(udp_len.to_be_bytes());
    packet.extend([0, 0]);
    packet.extend(payload);
    packet
}

/// A pcap file of raw IP packets.
fn capture(packets: &[Vec<u8>]) -> Vec<u8> {
    let mut file = Vec::new();
    for word in [0xa1b2_c3d4_u32, 0x0004_0002, 0, 0, 65_535, 101] {
        file.extend(word.to_le_bytes());
    }
    for packet in packets {
        let len = u32::try_from(packet.len()).unwrap();
        for word in [1_767_225_600, 0, len, len] {
            file.extend(word.to_le_bytes());
        }
        file.extend(packet);
    }
    file
}

fn analyze(arguments: &[&str]) -> Value {
    let packets = [
        packet(21_000, &netflow5()),
        packet(2055, &netflow5()),
        packet(21_000, b"\x00\x05 is no export"),
        packet(53, b"a question"),
    ];
    let mut command = Command::cargo_bin("v6share").unwrap();
    command.args(["analyze", "-q", "--format", "json", "-"]).args(arguments);
    let output = command.write_stdin(capture(&packets)).output().unwrap();
    serde_json::from_slice(&output.stdout).unwrap()
}

fn flows_and_others(report: &Value) -> (u64, u64, u64) {
    let ipv4 = &report["totals"]["transport"]["ipv4"];
    let excluded = &report["account"]["excluded_by_reason"]["no_export"];
    let number = |value: &Value| value.as_u64().unwrap_or(0);
    (number(&ipv4["flows"]), number(&ipv4["packets"]), number(excluded))
}

#[test]
fn an_export_shows_itself_on_any_port() {
    let report = analyze(&["--exports"]);
    assert_eq!(flows_and_others(&report), (2, 20, 2));
    assert_eq!(report["account"]["closed"], true);
}

#[test]
fn ports_that_are_named_are_the_only_ones_beside_the_known() {
    assert_eq!(flows_and_others(&analyze(&["--export-port", "21000"])), (2, 20, 2));
    assert_eq!(flows_and_others(&analyze(&["--export-port", "999"])), (1, 10, 3));
}

#[test]
fn without_the_option_a_capture_is_traffic() {
    assert_eq!(flows_and_others(&analyze(&[])), (0, 4, 0));
}
