//! EVE logs with flow events, netflow events, and both.

use super::super::super::FlowReader;
use super::super::TextOptions;
use super::super::testing::{Counting, read_all, read_in_windows};
use super::*;

const ALERT: &str = r#"{"timestamp":"2022-09-13T08:51:07.179000+0000","flow_id":1,"event_type":"alert","src_ip":"192.0.2.1","dest_ip":"192.0.2.2","flow":{"pkts_toserver":9,"bytes_toserver":999}}"#;
const FLOW: &str = r#"{"timestamp":"2022-09-13T08:51:07.179000+0000","flow_id":1,"event_type":"flow","src_ip":"2001:db8::1","src_port":1,"dest_ip":"2001:db8::2","dest_port":2,"proto":"UDP","flow":{"pkts_toserver":3,"pkts_toclient":2,"bytes_toserver":300,"bytes_toclient":200,"start":"2022-09-13T08:44:07.185000+0000","end":"2022-09-13T08:51:07.177000+0000"}}"#;
const NETFLOW: &str = r#"{"timestamp":"2022-09-13T08:51:07.179000+0000","flow_id":1,"event_type":"netflow","src_ip":"192.0.2.1","src_port":1,"dest_ip":"192.0.2.2","dest_port":2,"proto":"TCP","netflow":{"pkts":3,"bytes":300,"start":"2022-09-13T08:44:07.185000+0000","end":"2022-09-13T08:51:07.177000+0000"}}"#;

fn seen(lines: &[&str]) -> Counting {
    let text = lines.join("\n");
    let (reader, seen) = read_all(text.as_bytes(), &TextOptions::default());
    assert_eq!(reader.format(), FORMAT);
    for size in [100, 1000] {
        let windows = read_in_windows(text.as_bytes(), size, &TextOptions::default());
        assert_eq!(windows, seen, "{size}");
    }
    assert_eq!(seen.records(), lines.len() as u64);
    seen
}

#[test]
fn a_flow_event_counts_both_directions_in_layer_2_octets() {
    let seen = seen(&[ALERT, FLOW]);
    assert_eq!((seen.flows, seen.packets), ([0, 1], [0, 5]));
    assert_eq!((seen.octets, seen.wire_octets), ([0, 0], [0, 500]));
    assert_eq!(seen.excluded["other_record"], 1);
    assert_eq!(seen.last.unwrap().start.unwrap().to_string(), "2022-09-13T08:44:07.185000000Z");
}

#[test]
fn netflow_events_count_only_where_there_are_no_flow_events() {
    let alone = seen(&[ALERT, NETFLOW, NETFLOW]);
    assert_eq!((alone.flows, alone.wire_octets), ([2, 0], [600, 0]));
    for lines in [[FLOW, NETFLOW, ALERT], [NETFLOW, ALERT, FLOW], [NETFLOW, FLOW, NETFLOW]] {
        let both = seen(&lines);
        assert_eq!((both.flows, both.excluded["other_record"]), ([0, 1], 2));
    }
}

#[test]
fn too_many_netflow_events_decide() {
    let mut text = format!("{ALERT}\n");
    for _ in 0..WAITING + 5_000 {
        text.push_str(NETFLOW);
        text.push('\n');
    }
    text.push_str(FLOW);
    let whole = read_all(text.as_bytes(), &TextOptions::default()).1;
    assert_eq!(whole.flows, [0, 1], "the rest of the input was looked at");
    let stream = read_in_windows(text.as_bytes(), 1 << 20, &TextOptions::default());
    assert_eq!(stream.flows, [WAITING as u64 + 5_000, 0]);
    assert_eq!(stream.records(), whole.records());
}

#[test]
fn stretches_of_lines_know_what_counts() {
    for lines in [[NETFLOW, ALERT, FLOW, NETFLOW], [NETFLOW, NETFLOW, ALERT, NETFLOW]] {
        let text = lines.map(|line| format!("{line}\n"));
        let whole = read_all(text.concat().as_bytes(), &TextOptions::default()).1;
        let mut parts = Counting::default();
        let all = text.concat();
        let window = |data, ended| Window { data, offset: 0, ended };
        let mut reader =
            super::super::detect(all.as_bytes(), true, &TextOptions::default()).unwrap();
        reader.read(window(text[0].as_bytes(), false), &mut parts);
        let rest = text[1..].concat();
        let stretch = reader.split(window(rest.as_bytes(), true)).unwrap();
        for line in &text[1..] {
            stretch.clone().read(window(line.as_bytes(), true), &mut parts);
        }
        // The reader of the front ends last, with what waited.
        if whole.flows[1] == 0 {
            reader.read(window(b"", true), &mut parts);
            assert_eq!((parts.flows, parts.records()), (whole.flows, whole.records()));
        }
    }
}

#[test]
fn bad_lines_are_counted() {
    let text = [FLOW, "{\"timestamp\":", FLOW].join("\n");
    let seen = read_all(text.as_bytes(), &TextOptions::default()).1;
    assert_eq!((seen.flows, seen.undecodable), ([0, 2], 1));
    assert_eq!(seen.remarks[0].0, FLOW.len() as u64 + 1);
}
