//! What holds for every format of text: damaged bytes never stop the counting,
//! each record goes one way, and any split gives the same.

use super::testing::{Counting, read_in_windows};
use super::{TextOptions, detect};
use crate::flowlog::{FlowReader, FlowStop, Window};
use proptest::prelude::*;

/// A small log of each format, with the number of its records.
fn logs() -> Vec<(&'static str, String, u64)> {
    let vpc = "2 1 eni-1 2001:db8::1 2001:db8::2 34892 22 6 54 8855 1477913708 1477913820 ACCEPT OK\n\
        2 1 eni-1 - - - - - - - 1431280876 1431280934 - NODATA\n\
        2 1 eni-1 192.0.2.1 192.0.2.2 1 2 17 20 4249 1418530010 1418530070 REJECT OK\n";
    let zeek = "#separator \\x09\n#path\tconn\n\
        #fields\tts\tuid\tid.orig_h\tid.orig_p\tid.resp_h\tid.resp_p\tproto\tservice\torig_pkts\torig_ip_bytes\ttunnel_parents\n\
        1.5\tC1\t192.0.2.1\t1\t192.0.2.2\t2\tudp\tvxlan\t1\t100\t-\n\
        1.5\tC2\t2001:db8::1\t1\t2001:db8::2\t2\ttcp\t-\t1\t50\tC1\n#close\t1\n";
    let eve = "{\"timestamp\":\"2022-09-13T08:51:07.179000+0000\",\"event_type\":\"netflow\",\"src_ip\":\"192.0.2.1\",\"dest_ip\":\
        \"192.0.2.2\",\"netflow\":{\"pkts\":1,\"bytes\":60}}\n\
        {\"timestamp\":\"2022-09-13T08:51:07.179000+0000\",\"event_type\":\"flow\",\"src_ip\":\"2001:db8::1\",\"dest_ip\":\
        \"2001:db8::2\",\"flow\":{\"pkts_toserver\":1,\"bytes_toserver\":60}}\n";
    let gcp = "{\"jsonPayload\":{\"reporter\":\"DEST\",\"src_vpc\":{},\"dest_vpc\":{},\"connection\":{\"src_ip\":\"2001:db8::1\",\
        \"dest_ip\":\"2001:db8::2\",\"protocol\":6},\"bytes_sent\":\"100\"}}\n\
        {\"jsonPayload\":{\"reporter\":\"SRC\",\"src_vpc\":{},\"dest_vpc\":{},\"connection\":{\"src_ip\":\"2001:db8::1\",\
        \"dest_ip\":\"2001:db8::2\",\"protocol\":6},\"bytes_sent\":\"100\"}}\n";
    let azure = "{\"records\":[{\"properties\":{\"flows\":[{\"flows\":[{\"flowTuples\":[\
        \"1542110402,192.0.2.1,10.5.16.4,28746,443,U,I,D,B,,,,\",\
        \"1542110379,2001:db8::1,2001:db8::2,1,443,T,O,A,E,1,66,1,66\"]}]}]}}]}\n";
    let csv = "ts;src_ip;dst_ip;proto;bytes;note\n\
        1477913708;192.0.2.1;192.0.2.2;tcp;100;\"a;b\"\n1477913708;2001:db8::1;2001:db8::2;17;5;\n";
    let plain = "[{\"src_addr\":\"192.0.2.1\",\"dst_addr\":\"192.0.2.2\",\"bytes\":1},\n\
        {\"src_addr\":\"2001:db8::1\",\"dst_addr\":\"2001:db8::2\",\"bytes\":2}]\n";
    vec![
        ("aws_vpc", vpc.to_owned(), 3),
        ("zeek_conn", zeek.to_owned(), 2),
        ("suricata_eve", eve.to_owned(), 2),
        ("gcp_vpc", gcp.to_owned(), 2),
        ("azure_flow", azure.to_owned(), 2),
        ("csv", csv.to_owned(), 2),
        ("json", plain.to_owned(), 2),
    ]
}

/// Reads what may be damaged; nothing where it is not recognised.
fn read(text: &[u8]) -> Option<(Counting, Option<FlowStop>)> {
    let mut reader = detect(text, true, &TextOptions::default())?;
    let mut seen = Counting::default();
    let progress = reader.read(Window { data: text, offset: 0, ended: true }, &mut seen);
    assert!(progress.consumed <= text.len());
    assert!(progress.stop.is_some() || progress.consumed == text.len());
    Some((seen, progress.stop))
}

#[test]
fn each_record_goes_one_way() {
    for (format, text, records) in logs() {
        let reader = detect(text.as_bytes(), true, &TextOptions::default()).unwrap();
        assert_eq!(reader.format(), format);
        let (seen, stop) = read(text.as_bytes()).unwrap();
        assert_eq!((seen.records(), seen.undecodable, stop), (records, 0, None), "{format}");
    }
}

#[test]
fn a_log_that_is_cut_anywhere_has_no_more_records() {
    for (format, text, records) in logs() {
        for cut in 0..text.len() {
            if let Some((seen, _)) = read(&text.as_bytes()[..cut]) {
                // What is left of the last record, or of what is around it.
                assert!(seen.undecodable <= 1, "{format} {cut}: {seen:?}");
                assert!(seen.records() <= records + seen.undecodable, "{format} {cut}: {seen:?}");
            }
        }
    }
}

#[test]
fn a_front_that_is_cut_gives_the_same_format_or_none() {
    for (format, text, _) in logs() {
        for cut in 0..text.len() {
            let found = detect(&text.as_bytes()[..cut], false, &TextOptions::default());
            let found = found.map(|reader| reader.format());
            let near = found.is_none_or(|found| found == format);
            assert!(near, "{format} {cut}: {found:?}");
        }
    }
}

proptest! {
    #[test]
    fn damaged_bytes_never_stop_the_counting(
        which in 0_usize..7,
        flips in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6),
    ) {
        let (_, text, records) = logs().swap_remove(which);
        let mut text = text.into_bytes();
        for (place, byte) in flips {
            let at = place.index(text.len());
            text[at] = byte;
        }
        if let Some((seen, stop)) = read(&text) {
            // A byte may become a line's end, and a line two bad ones.
            prop_assert!(seen.records() <= 2 * records + 8, "{:?}", seen);
            if stop.is_none() {
                prop_assert_eq!(read_in_windows(&text, 50, &TextOptions::default()), seen);
            }
        }
    }

    #[test]
    fn any_bytes_are_read_to_an_end(text: Vec<u8>, front in 0_usize..7) {
        let mut log = logs().swap_remove(front).1.into_bytes();
        log.extend_from_slice(&text);
        let _ = read(&log);
        let _ = read(&text);
    }

    #[test]
    fn stretches_of_lines_add_up_to_the_whole(
        kinds in proptest::collection::vec(0_usize..4, 1..80),
        cuts in proptest::collection::vec(any::<prop::sample::Index>(), 0..6),
        csv: bool,
    ) {
        let line = |kind: &usize| match (csv, kind) {
            (true, 0) => "192.0.2.1,192.0.2.2,7\n",
            (true, 1) => "2001:db8::1,2001:db8::2,9\n",
            (true, 2) => "bad\n",
            (true, _) => "\n",
            (false, 0) => "{\"src\":\"192.0.2.1\",\"dst\":\"192.0.2.2\",\"bytes\":7}\n",
            (false, 1) => "{\"src\":\"2001:db8::1\",\"dst\":\"2001:db8::2\",\"bytes\":9}\n",
            (false, 2) => "{bad\n",
            (false, _) => "\n",
        };
        let front = if csv { "src,dst,bytes\n" } else { line(&0) };
        let lines: Vec<&str> = kinds.iter().map(line).collect();
        let all = format!("{front}{}", lines.concat());
        let (whole, _) = read(all.as_bytes()).unwrap();
        let mut reader = detect(all.as_bytes(), true, &TextOptions::default()).unwrap();
        let mut parts = Counting::default();
        reader.read(Window { data: front.as_bytes(), offset: 0, ended: false }, &mut parts);
        let mut places: Vec<usize> = cuts.iter().map(|cut| cut.index(lines.len() + 1)).collect();
        places.extend([0, lines.len()]);
        places.sort_unstable();
        let mut offset = front.len() as u64;
        for pair in places.windows(2) {
            let text = lines[pair[0]..pair[1]].concat();
            let window = Window { data: text.as_bytes(), offset, ended: true };
            offset += text.len() as u64;
            reader.split(window).unwrap().read(window, &mut parts);
        }
        // Each reader tells its first bad lines in full, the others by their place.
        let places = |seen: &Counting| seen.remarks.iter().map(|told| told.0).collect::<Vec<_>>();
        prop_assert_eq!(places(&parts), places(&whole));
        parts.remarks.clone_from(&whole.remarks);
        prop_assert_eq!(parts, whole);
    }
}
