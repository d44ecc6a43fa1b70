//! Tables of several tools, as they print them.

use super::super::super::FlowReader;
use super::super::testing::{Counting, detect_all, read_all, read_in_windows};
use super::super::{TextOptions, detect};
use super::*;

#[test]
fn common_headers_need_no_mapping() {
    for (header, line, format) in [
        (
            "ts,te,td,sa,da,sp,dp,pr,flg,fwd,stos,ipkt,ibyt,opkt,obyt,in,out",
            "2022-09-13 08:51:07,2022-09-13 08:51:08,1.0,2001:db8::1,2001:db8::2,1,2,TCP,....A...,0,0,7,100,0,0,1,2",
            "csv",
        ),
        ("src_ip;dst_ip;packets;bytes", "2001:db8::1;2001:db8::2;7;100", "csv"),
        ("SrcAddr\tDstAddr\tBytes\tPackets", "2001:db8::1\t2001:db8::2\t100\t7", "tsv"),
        (
            "            sIP|            dIP|sPort|dPort|pro|   packets|     bytes|",
            "    2001:db8::1|    2001:db8::2|    1|    2|  6|         7|       100|",
            "text_table",
        ),
        ("srcaddr dstaddr packets bytes", "2001:db8::1 2001:db8::2 7 100", "text_table"),
        (
            "\"src\",\"dst\",\"packets\",\"bytes\"",
            "\"2001:db8::1\",\"2001:db8::2\",\"7\",\"100\"",
            "csv",
        ),
        (
            "#IPV6_SRC_ADDR|IPV6_DST_ADDR|IN_PKTS|IN_BYTES",
            "2001:db8::1|2001:db8::2|7|100",
            "text_table",
        ),
    ] {
        let text = format!("{header}\r\n{line}\r\n");
        let (reader, seen) = read_all(text.as_bytes(), &TextOptions::default());
        assert_eq!(reader.format(), format, "{header}");
        assert_eq!((seen.flows, seen.records()), ([0, 1], 1), "{header}: {:?}", seen.remarks);
        assert_eq!((seen.packets[1], seen.octets[1]), (7, 100), "{header}");
        assert!(reader.mapping().is_some());
    }
}

#[test]
fn the_mapping_that_was_used_gives_the_same_again() {
    let text = b"a,src,dst,bytes,pkts,exporter\n1,192.0.2.1,192.0.2.2,100,7,192.0.2.9\n";
    let (reader, first) = read_all(text, &TextOptions::default());
    let mapping = reader.mapping().unwrap().to_string();
    assert_eq!(mapping, "src=src,dst=dst,packets=pkts,octets=bytes,exporter=exporter");
    let options = TextOptions { mapping: Some(mapping.parse().unwrap()), include_rejected: false };
    let (_, second) = read_all(text, &options);
    assert_eq!(first, second);
    assert_eq!(first.exporters.len(), 1);
}

#[test]
fn numbers_name_the_fields_of_a_table_without_a_header() {
    let mapping = "src=2,dst=3,octets=4".parse().unwrap();
    let options = TextOptions { mapping: Some(mapping), include_rejected: false };
    let (_, seen) = read_all(b"x;192.0.2.1;192.0.2.2;100\ny;2001:db8::1;::;5\n", &options);
    assert_eq!((seen.flows, seen.octets), ([1, 1], [100, 5]));
}

#[test]
fn a_header_without_a_needed_column_is_told() {
    let options = TextOptions::default();
    for (header, part) in [
        ("src,dst,proto,colour\n", "no column is known for octets or packets"),
        ("src,proto,bytes\n", "no column is known for the destination address"),
    ] {
        let mut reader = detect(header.as_bytes(), true, &options).unwrap();
        let window = Window { data: header.as_bytes(), offset: 0, ended: true };
        let progress = reader.read(window, &mut Counting::default());
        let Some(FlowStop::Malformed { what, .. }) = progress.stop else { panic!("{progress:?}") };
        assert!(what.starts_with(part), "{what}");
    }
    let mapping = "src=From,dst=To,octets=Volume".parse().unwrap();
    let options = TextOptions { mapping: Some(mapping), include_rejected: false };
    let text = b"from,to,size\n";
    let mut reader = detect(text, true, &options).unwrap();
    let progress =
        reader.read(Window { data: text, offset: 0, ended: true }, &mut Counting::default());
    let Some(FlowStop::Malformed { what, .. }) = progress.stop else { panic!("{progress:?}") };
    assert!(what.contains("no column `Volume`") && what.contains("from, to, size"), "{what}");
}

#[test]
fn bad_lines_are_counted_and_the_rest_goes_on() {
    let text =
        b"src,dst,bytes\n192.0.2.1,192.0.2.2,100\nnonsense\n192.0.2.1,,x\n\n2001:db8::1,::,5";
    let (_, seen) = read_all(text, &TextOptions::default());
    assert_eq!((seen.flows, seen.undecodable), ([1, 1], 2));
    let told: Vec<&str> = seen.remarks.iter().map(|(_, what)| what.as_str()).collect();
    assert_eq!(told, ["`nonsense` has fewer than 3 fields", "`x` is no number of octets"]);
    assert_eq!(seen.remarks[0].0, 38, "where the line begins");
}

#[test]
fn the_lines_that_nfdump_prints_below_are_no_records() {
    let text = b"ts,te,sa,da,ipkt,ibyt\n0,0,192.0.2.1,192.0.2.2,1,50\nSummary\nflows,bytes,packets\n1,50,1\n";
    let (_, seen) = read_all(text, &TextOptions::default());
    assert_eq!((seen.records(), seen.flows), (1, [1, 0]));
}

#[test]
fn joined_files_have_their_header_again() {
    let text = b"src,dst,bytes\n192.0.2.1,192.0.2.2,1\nsrc,dst,bytes\n192.0.2.1,192.0.2.2,2\n";
    let (_, seen) = read_all(text, &TextOptions::default());
    assert_eq!((seen.records(), seen.octets), (2, [3, 0]));
}

#[test]
fn what_is_no_flow_log_is_not_claimed() {
    for text in [
        &b"Lorem ipsum dolor sit amet, consectetur adipiscing elit\n"[..],
        b"\xd4\xc3\xb2\xa1\x02\x00\x04\x00src,dst,bytes\n",
        b"name,size,colour\na,1,red\n",
        b"",
        b"\n\n\n",
        b"{\"a\": 1}\n",
        b"2|afrinic|20240101|1|19700101|20240101|+0000\n",
        b"1.0.0.0\t24\t13335\n",
    ] {
        assert!(!detect_all(text), "{}", String::from_utf8_lossy(text));
    }
}

#[test]
fn windows_of_any_size_give_the_same() {
    let mut text = b"src,dst,bytes\n".to_vec();
    for line in 0..50 {
        text.extend_from_slice(format!("192.0.2.{line},2001:db8::{line},{line}\nbad\n").as_bytes());
    }
    let (_, whole) = read_all(&text, &TextOptions::default());
    for size in [1, 2, 7, 40, 1000] {
        assert_eq!(read_in_windows(&text, size, &TextOptions::default()), whole, "{size}");
    }
}
