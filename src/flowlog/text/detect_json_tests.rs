//! Objects by common keys and by a mapping.

use super::super::super::FlowReader;
use super::super::TextOptions;
use super::super::testing::{detect_all, read_all, read_in_windows};

#[test]
fn objects_of_collectors_are_known_by_their_keys() {
    for (name, line) in [
        (
            "goflow2",
            r#"{"type":"NETFLOW_V9","time_received_ns":1681583295157626000,"sampling_rate":100,"sampler_address":"192.0.2.9","time_flow_start_ns":1681583295157626000,"bytes":1500,"packets":1,"src_addr":"2001:db8::1","dst_addr":"2001:db8::2","etype":"IPv6","proto":"TCP","src_port":1,"dst_port":2,"in_if":3,"out_if":4}"#,
        ),
        (
            "goflow 1",
            r#"{"Type":"SFLOW_5","SamplingRate":100,"SamplerAddress":"192.0.2.9","TimeFlowStart":1681583295,"Bytes":1500,"Packets":1,"SrcAddr":"2001:db8::1","DstAddr":"2001:db8::2","Etype":34525,"Proto":6,"SrcPort":1,"DstPort":2,"InIf":3,"OutIf":4}"#,
        ),
        (
            "akvorado",
            r#"{"TimeReceived":1681583295,"SamplingRate":100,"ExporterAddress":"::ffff:192.0.2.9","SrcAddr":"2001:db8::1","DstAddr":"2001:db8::2","EType":34525,"Proto":6,"SrcPort":1,"DstPort":2,"Bytes":1500,"Packets":1}"#,
        ),
        (
            "pmacct",
            r#"{"event_type": "purge", "label": {"nkey": "100.3"}, "sampling_rate": 100, "peer_ip_src": "192.0.2.9", "iface_in": 3, "iface_out": 4, "ip_src": "2001:db8::1", "ip_dst": "2001:db8::2", "port_src": 1, "port_dst": 2, "tcp_flags": ["ACK"], "ip_proto": "tcp", "timestamp_start": "1681583295.000000", "packets": 1, "flows": null, "bytes": 1500, "writer_id": "x"}"#,
        ),
        (
            "nfdump",
            r#"{"first": "2023-04-15T18:28:15.157", "exporter": "192.0.2.9", "sampling": 100, "src4_addr": "", "src6_addr": "2001:db8::1", "dst6_addr": "2001:db8::2", "src_port": 1, "dst_port": 2, "proto": 6, "in_packets": 1, "in_bytes": 1500}"#,
        ),
        (
            "ECS",
            r#"{"@timestamp":"2023-04-15T18:28:15Z","event.start":"2023-04-15T18:28:15Z","source":{"ip":"2001:db8::1","port":1},"destination":{"ip":"2001:db8::2","port":2},"network":{"bytes":1500,"packets":1,"iana_number":"6"},"sampling":100,"exporter":"192.0.2.9"}"#,
        ),
        (
            "IPFIX",
            r#"{"iana:sourceIPv6Address":"2001:db8::1","iana:destinationIPv6Address":"2001:db8::2","iana:octetDeltaCount":1500,"iana:packetDeltaCount":1,"iana:protocolIdentifier":6,"iana:sourceTransportPort":1,"iana:destinationTransportPort":2,"iana:flowStartMilliseconds":1681583295157,"exporter":"192.0.2.9","sampling":100}"#,
        ),
    ] {
        let text = format!("{line}\n{line}\n");
        let (reader, seen) = read_all(text.as_bytes(), &TextOptions::default());
        assert_eq!((reader.format(), seen.flows), ("json", [0, 2]), "{name}: {:?}", seen.remarks);
        let octets = if name == "goflow 1" { seen.wire_octets } else { seen.octets };
        assert_eq!((seen.packets[1], octets[1]), (2, 3000), "{name}");
        let last = seen.last.unwrap();
        assert_eq!(last.ports, Some((1, 2)), "{name}");
        assert!(last.start.unwrap().to_string().starts_with("2023-04-15T18:28:15"), "{name}");
        assert_eq!(last.sampling, crate::model::Sampling::one_in(100), "{name}");
        assert_eq!(seen.exporters.len(), 1, "{name}");
        assert!(reader.mapping().is_some(), "{name}");
        assert_eq!(read_in_windows(text.as_bytes(), 97, &TextOptions::default()), seen, "{name}");
    }
}

#[test]
fn a_mapping_reads_any_keys() {
    let text =
        "{\"conn\":{\"from\":\"2001:db8::1\",\"to\":\"2001:db8::2\"},\"vol\":7}\n{\"vol\":5}\n";
    assert!(!detect_all(text.as_bytes()));
    let mapping = "src=conn.from,dst=conn.to,octets=vol".parse().unwrap();
    let options = TextOptions { mapping: Some(mapping), include_rejected: false };
    let (_, seen) = read_all(text.as_bytes(), &options);
    assert_eq!((seen.flows, seen.unknown, seen.octets), ([0, 1], 1, [0, 7]));
}

#[test]
fn a_family_of_its_own_keys_is_seen_in_later_records() {
    let text = "{\"src4_addr\":\"192.0.2.1\",\"dst4_addr\":\"192.0.2.2\",\"bytes\":1}\n\
        {\"src6_addr\":\"2001:db8::1\",\"dst6_addr\":\"2001:db8::2\",\"bytes\":2}\n";
    let (_, seen) = read_all(text.as_bytes(), &TextOptions::default());
    assert_eq!((seen.flows, seen.octets), ([1, 1], [1, 2]));
}

#[test]
fn values_over_several_lines_are_read() {
    let text = "{\n \"src_ip\": \"2001:db8::1\",\n \"dst_ip\": \"2001:db8::2\",\n \"bytes\": 7\n}\n\
        {\n \"src_ip\": \"192.0.2.1\",\n \"dst_ip\": \"192.0.2.2\",\n \"bytes\": 7.5\n}\n";
    let (_, seen) = read_all(text.as_bytes(), &TextOptions::default());
    assert_eq!((seen.flows, seen.undecodable), ([0, 1], 1));
    assert_eq!(seen.remarks[0].1, "7.5 is no number of octets");
    for size in [1, 10, 100] {
        assert_eq!(read_in_windows(text.as_bytes(), size, &TextOptions::default()), seen);
    }
}

#[test]
fn a_byte_order_mark_is_passed_over() {
    let text = "\u{feff}{\"src\":\"192.0.2.1\",\"dst\":\"192.0.2.2\",\"bytes\":1}\n";
    assert_eq!(read_all(text.as_bytes(), &TextOptions::default()).1.flows, [1, 0]);
    let text = "\u{feff}src,dst,bytes\n192.0.2.1,192.0.2.2,1\n";
    assert_eq!(read_all(text.as_bytes(), &TextOptions::default()).1.flows, [1, 0]);
}

#[test]
fn other_json_is_not_claimed() {
    for text in [
        "{\"a\":1}\n",
        "[1,2,3]",
        "{\"ts\":1.5,\"uid\":\"C1\",\"id.orig_h\":\"192.0.2.1\",\"id.resp_h\":\"192.0.2.2\",\"query\":\"x\"}",
        "{\"message\":\"hello\"}",
        "{\"records\":[{\"category\":\"Administrative\"}]}",
        "[[[[[[",
        "{",
    ] {
        assert!(!detect_all(text.as_bytes()), "{text}");
    }
}
