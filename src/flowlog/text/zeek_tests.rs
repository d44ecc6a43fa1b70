//! Zeek's conn.log as Zeek writes it, as tools cut it, and joined.

use super::super::super::FlowReader;
use super::super::testing::{Counting, read_all, read_in_windows};
use super::super::{TextOptions, detect};
use super::*;

const FIELDS: &str = "ts\tuid\tid.orig_h\tid.orig_p\tid.resp_h\tid.resp_p\tproto\tservice\tduration\torig_bytes\tresp_bytes\tconn_state\torig_pkts\torig_ip_bytes\tresp_pkts\tresp_ip_bytes\ttunnel_parents";
const HEAD: &str = "#separator \\x09\n#set_separator\t,\n#empty_field\t(empty)\n#unset_field\t-\n#path\tconn\n#open\t2019-02-28-12-07-01\n";

fn line(uid: &str, ends: &str, proto: &str, service: &str, parents: &str) -> String {
    let (from, to) = ends.split_once(' ').unwrap();
    format!(
        "1517336042.090842\t{uid}\t{from}\t1\t{to}\t2\t{proto}\t{service}\t1.5\t-\t-\tSF\t3\t300\t2\t200\t{parents}\n"
    )
}

const V4: &str = "192.0.2.1 192.0.2.2";
const V6: &str = "2001:db8::1 2001:db8::2";

fn log(lines: &[String]) -> Vec<u8> {
    format!("{HEAD}#fields\t{FIELDS}\n#types\ttime\n{}#close\t2019\n", lines.concat()).into_bytes()
}

fn seen(text: &[u8]) -> Counting {
    let (reader, seen) = read_all(text, &TextOptions::default());
    assert_eq!(reader.format(), FORMAT);
    assert!(reader.split(Window { data: text, offset: 0, ended: true }).is_none());
    assert_eq!(read_in_windows(text, 50, &TextOptions::default()), seen);
    seen
}

#[test]
fn both_directions_of_a_connection_are_one_flow() {
    let seen =
        seen(&log(&[line("C1", V4, "tcp", "-", "-"), line("C2", V6, "udp", "dns", "(empty)")]));
    assert_eq!((seen.flows, seen.packets, seen.octets), ([1, 1], [5, 5], [500, 500]));
    let last = seen.last.unwrap();
    assert_eq!(last.start.unwrap().to_string(), "2018-01-30T18:14:02.090842000Z");
    assert_eq!(last.end.unwrap().to_string(), "2018-01-30T18:14:03.590842000Z");
    assert_eq!(last.ports, Some((1, 2)));
}

#[test]
fn the_outside_of_a_tunnel_is_excluded_whichever_comes_first() {
    let outside = line("COut", V4, "udp", "vxlan", "-");
    let inside = line("CIn", V6, "tcp", "http", "COther,COut");
    for lines in [[outside.clone(), inside.clone()], [inside, outside]] {
        let seen = seen(&log(&lines));
        assert_eq!(seen.flows, [0, 1]);
        assert_eq!(seen.excluded["tunnel_outside"], 1);
        assert_eq!(seen.records(), 2);
    }
}

#[test]
fn a_tunnel_without_records_inside_counts() {
    let seen =
        seen(&log(&[line("COut", V4, "udp", "vxlan", "-"), line("C2", V4, "udp", "-", "-")]));
    assert_eq!((seen.flows, seen.records()), ([2, 0], 2));
}

#[test]
fn what_waits_is_bounded_and_nothing_is_lost() {
    let many: Vec<String> =
        (0..WAITING + 10).map(|n| line(&format!("C{n}"), V4, "udp", "-", "-")).collect();
    let mut lines = many;
    lines.push(line("CIn", V6, "tcp", "-", &format!("C{},C5", WAITING)));
    let (_, seen) = read_all(&log(&lines), &TextOptions::default());
    assert_eq!(seen.records(), WAITING as u64 + 11);
    assert_eq!(seen.excluded["tunnel_outside"], 1, "C5 waited no longer");
}

#[test]
fn any_order_other_separators_and_other_words_for_nothing() {
    let text = "#separator ,\n#set_separator,|\n#unset_field,NONE\n#path,conn\n\
        #fields,resp_ip_bytes,id.resp_h,orig_ip_bytes,id.orig_h,proto,ip_proto,orig_pkts,resp_pkts,ts\n\
        NONE,2001:db8::2,10,2001:db8::1,unknown_transport,47,1,NONE,XXXXXXXXXX.XXXXXX\n";
    let seen = seen(text.as_bytes());
    assert_eq!((seen.flows, seen.packets, seen.octets), ([0, 1], [0, 1], [0, 10]));
    assert_eq!(seen.protocols[&Some(47)], 1);
    assert_eq!(seen.last.unwrap().start, None);
}

#[test]
fn joined_logs_have_headers_of_their_own() {
    let mut text = log(&[line("C1", V4, "tcp", "-", "-")]);
    text.extend_from_slice(
        b"#separator \\x09\n#path\tdns\n#fields\tts\tuid\tquery\n1\tC1\texample\n",
    );
    let other = "#path\tconn\n#fields\tid.orig_h\tid.resp_h\torig_ip_bytes\tproto\n2001:db8::1\t2001:db8::2\t7\ttcp\n";
    text.extend_from_slice(other.as_bytes());
    let seen = seen(&text);
    assert_eq!((seen.flows, seen.octets), ([1, 1], [500, 7]));
    assert_eq!(seen.last.unwrap().start, None, "that of the log before is not its own");
    assert_eq!(seen.excluded["other_record"], 1);
}

#[test]
fn a_last_line_that_is_cut_counts_in_its_family() {
    let last = line("C2", V6, "tcp", "-", "-");
    let front = log(&[line("C1", V4, "tcp", "-", "-")]);
    let front = front.strip_suffix(b"#close\t2019\n").unwrap();
    for (kept, flows, bad) in [(last.len() - 12, [1, 1], 0), (40, [1, 0], 1), (5, [1, 0], 1)] {
        let seen = seen(&[front, &last.as_bytes()[..kept]].concat());
        assert_eq!((seen.flows, seen.undecodable), (flows, bad), "{kept}");
    }
    let mut within = [front, &last.as_bytes()[..last.len() - 12]].concat();
    within.push(b'\n');
    assert_eq!(seen(&within).undecodable, 1, "it has its newline, so it was never longer");
}

#[test]
fn a_header_without_its_mark_is_one() {
    let text = format!("{FIELDS}\n{}", line("C1", V6, "tcp", "-", "-"));
    assert_eq!(seen(text.as_bytes()).flows, [0, 1]);
}

#[test]
fn other_logs_of_zeek_are_not_claimed() {
    let text = "#separator \\x09\n#path\tdns\n#fields\tts\tuid\tid.orig_h\tid.resp_h\tquery\n";
    assert!(detect(text.as_bytes(), true, &TextOptions::default()).is_none());
}

#[test]
fn json_says_the_same() {
    let of = |uid, v: &str, more: &str| {
        let (from, to) = v.split_once(' ').unwrap();
        format!(
            "{{\"ts\":1517336042.090842,\"uid\":\"{uid}\",\"id.orig_h\":\"{from}\",\"id.orig_p\":1,\"id.resp_h\":\"{to}\",\
             \"id.resp_p\":2,\"proto\":\"udp\",\"duration\":1.5,\"orig_pkts\":3,\"orig_ip_bytes\":300,\
             \"resp_pkts\":2,\"resp_ip_bytes\":200{more}}}\n"
        )
    };
    let outside = of("COut", V4, ",\"service\":\"geneve\"");
    let text = [outside, of("C1", V6, ",\"tunnel_parents\":[\"COut\"]"), of("C2", V4, "")].concat();
    let (reader, seen) = read_all(text.as_bytes(), &TextOptions::default());
    assert_eq!((reader.format(), seen.flows, seen.octets), (FORMAT, [1, 1], [500, 500]));
    assert_eq!(seen.excluded["tunnel_outside"], 1);
    let last = seen.last.unwrap();
    assert_eq!(last.start.unwrap().to_string(), "2018-01-30T18:14:02.090842000Z");
    assert_eq!(read_in_windows(text.as_bytes(), 70, &TextOptions::default()), seen);
}
