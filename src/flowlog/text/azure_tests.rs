//! Flow logs of Azure in their three versions, whole, cut and one record a line.

use super::super::super::FlowReader;
use super::super::TextOptions;
use super::super::testing::{Counting, read_all, read_in_windows};
use super::*;

fn nsg(version: u8, tuples: &[&str]) -> String {
    let tuples = tuples.iter().map(|tuple| format!("\"{tuple}\"")).collect::<Vec<_>>().join(",");
    format!(
        "{{\"time\":\"2018-11-13T12:00:35.3899262Z\",\"category\":\"NetworkSecurityGroupFlowEvent\",\"properties\":\
         {{\"Version\":{version},\"flows\":[{{\"rule\":\"A\",\"flows\":[{{\"mac\":\"000D3AF87856\",\"flowTuples\":[{tuples}]}}]}}]}}}}"
    )
}

fn vnet(tuples: &[&str]) -> String {
    let tuples = tuples.iter().map(|tuple| format!("\"{tuple}\"")).collect::<Vec<_>>().join(",");
    format!(
        "{{\"time\":\"2022-09-14T09:00:52.5625085Z\",\"category\":\"FlowLogFlowEvent\",\"flowRecords\":{{\"flows\":\
         [{{\"aclID\":\"x\",\"flowGroups\":[{{\"rule\":\"A\",\"flowTuples\":[{tuples}]}}]}}]}}}}"
    )
}

fn document(records: &[String]) -> String {
    format!("{{\"records\":[{}]}}", records.join(","))
}

fn seen(text: &str, include_rejected: bool) -> Counting {
    let options = TextOptions { mapping: None, include_rejected };
    let (reader, seen) = read_all(text.as_bytes(), &options);
    assert_eq!(reader.format(), FORMAT);
    for size in [64, 500] {
        assert_eq!(read_in_windows(text.as_bytes(), size, &options), seen, "{size}");
    }
    seen
}

const DENIED: &str = "1542110402,192.0.2.1,10.5.16.4,28746,443,U,I,D,B,,,,";
const BEGUN: &str = "1542110377,10.5.16.4,192.0.2.2,59831,443,T,O,A,B,,,,";
const ENDED: &str = "1542110379,2001:db8::1,2001:db8::2,59932,443,T,O,A,E,30,16978,24,14008";

#[test]
fn both_directions_of_a_security_groups_flow_are_added() {
    let text = document(&[nsg(2, &[DENIED, BEGUN]), nsg(2, &[ENDED])]);
    let seen_ = seen(&text, false);
    assert_eq!((seen_.flows, seen_.packets, seen_.octets), ([1, 1], [0, 54], [0, 30986]));
    assert_eq!(seen_.excluded["rejected"], 1);
    assert_eq!(seen_.last.unwrap().start.unwrap().to_string(), "2018-11-13T11:59:39.000000000Z");
    assert_eq!(seen_.last.unwrap().ports, Some((59932, 443)));
    assert_eq!(seen(&text, true).flows, [2, 1]);
}

#[test]
fn version_1_has_flows_and_no_counts() {
    let text = document(&[nsg(1, &["1542110377,10.5.16.4,192.0.2.2,59831,443,T,O,A"])]);
    let seen = seen(&text, false);
    assert_eq!((seen.flows, seen.packets), ([1, 0], [0, 0]));
}

#[test]
fn a_virtual_networks_flow_has_its_encryption_before_the_counts() {
    let text = document(&[vnet(&[
        "1663146003599,10.0.0.6,192.0.2.2,23956,443,6,O,B,NX,0,0,0,0",
        "1663146003606,10.0.0.6,192.0.2.2,23956,443,6,O,E,NX,3,767,2,1580",
        "1663145989563,192.0.2.3,10.0.0.6,50557,44357,17,I,D,NX,0,0,0,0",
    ])]);
    let seen = seen(&text, false);
    assert_eq!((seen.flows, seen.packets, seen.octets), ([2, 0], [5, 0], [2347, 0]));
    assert_eq!(seen.excluded["rejected"], 1);
}

#[test]
fn records_may_stand_in_lines_and_documents_one_after_the_other() {
    let lines = [nsg(2, &[ENDED]), nsg(2, &[BEGUN])].join("\n");
    assert_eq!(seen(&lines, false).flows, [1, 1]);
    let documents = [document(&[nsg(2, &[ENDED])]), document(&[nsg(2, &[BEGUN])])].join("\r\n");
    assert_eq!(seen(&documents, false).flows, [1, 1]);
    let more =
        format!("{{\"a\":[1,\"]\"],\"records\":[{}],\"b\":{{\"c\":\"}}\"}}}}", nsg(2, &[ENDED]));
    assert_eq!(seen(&more, false).flows, [0, 1]);
}

#[test]
fn bad_tuples_and_bad_records_cost_only_themselves() {
    let text = document(&[
        nsg(
            2,
            &["nonsense", ENDED, "1542110379,x,192.0.2.2,1,2,T,O,A,B,,,,", "1,2,3,4,5,6,7,8,9,10"],
        ),
        "{\"flowTuples\":tru}".to_owned(),
        "{\"category\":\"Other\"}".to_owned(),
        nsg(2, &[ENDED]),
    ]);
    let seen = seen(&text, false);
    assert_eq!((seen.flows, seen.undecodable), ([0, 2], 4));
    assert_eq!(seen.excluded["other_record"], 1);
}

#[test]
fn a_document_that_is_cut_keeps_what_came_before() {
    let text = document(&[nsg(2, &[ENDED]), nsg(2, &[ENDED])]);
    for cut in 1..text.len() - 20 {
        let options = TextOptions::default();
        let Some(_) = super::super::detect(&text.as_bytes()[..cut], true, &options) else {
            continue;
        };
        let (_, seen) = read_all(&text.as_bytes()[..cut], &options);
        assert!(seen.flows[1] <= 2 && seen.flows[0] == 0, "{cut}");
    }
    let seen = seen(&text[..text.len() - 60], false);
    assert!(seen.flows[1] >= 1 && seen.undecodable == 1, "{seen:?}");
}
