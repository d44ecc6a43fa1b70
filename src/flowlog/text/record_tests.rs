//! What a row means, column by column.

use super::*;
use std::net::IpAddr;

fn row<'a>(values: &[(Column, &'a str)]) -> Row<'a> {
    let mut row = Row::default();
    for (column, text) in values {
        row[*column as usize] = Value::Text(text.as_bytes());
    }
    row
}

fn flow_of(values: &[(Column, &str)]) -> FlowRecord {
    match outcome(&row(values), Rules::default()) {
        Outcome::Flow(record) => record,
        other => panic!("{other:?}"),
    }
}

fn shown(record: &FlowRecord) -> (Option<IpAddr>, Option<IpAddr>) {
    let of = |a: Option<IpAddress>| a.map(|a| a.to_std(record.family.unwrap()));
    (of(record.source), of(record.destination))
}

#[test]
fn the_family_is_stated_or_that_of_an_address_or_the_ether_type() {
    use Column::{Destination, Destination6, EtherType, Family, Source, Source6};
    let family = |values: &[(Column, &str)]| flow_of(values).family;
    let (v4, v6) = (Some(IpVersion::V4), Some(IpVersion::V6));
    assert_eq!(family(&[(Source, "192.0.2.1")]), v4);
    assert_eq!(family(&[(Source, "::"), (Destination, "ff02::1")]), v6);
    assert_eq!(family(&[(Source, "::ffff:192.0.2.1")]), v4);
    assert_eq!(family(&[(Source, "0.0.0.0"), (Source6, "2001:db8::1")]), v6);
    assert_eq!(family(&[(Source, "192.0.2.1"), (Source6, "::")]), v4);
    assert_eq!(family(&[(Family, "6"), (Source, "0.0.0.0")]), v6);
    assert_eq!(family(&[(Family, "IPv4")]), v4);
    assert_eq!(family(&[(Family, "0"), (EtherType, "86dd")]), v6);
    assert_eq!(family(&[(EtherType, "2048"), (Destination, "0.0.0.0")]), v4);
    assert_eq!(family(&[(Destination6, "::"), (Destination, "0.0.0.0")]), None);
    assert_eq!(family(&[]), None);
}

#[test]
fn what_is_called_icmp_over_ipv6_is_icmpv6() {
    let protocol = |source: &str, word: &str| {
        flow_of(&[(Column::Source, source), (Column::Protocol, word)]).protocol
    };
    assert_eq!(protocol("2001:db8::1", "icmp"), Some(IpProtocol::ICMPV6));
    assert_eq!(protocol("192.0.2.1", "icmp"), Some(IpProtocol::ICMP));
    assert_eq!(protocol("2001:db8::1", "1"), Some(IpProtocol::ICMP));
}

#[test]
fn addresses_are_those_of_the_family() {
    use Column::{Destination, Destination6, Source, Source6};
    let both = flow_of(&[
        (Source, "0.0.0.0"),
        (Destination, "192.0.2.9"),
        (Source6, "2001:db8::1"),
        (Destination6, "2001:db8::2"),
    ]);
    let expected = (Some("2001:db8::1".parse().unwrap()), Some("2001:db8::2".parse().unwrap()));
    assert_eq!(shown(&both), expected);
    let preferred =
        flow_of(&[(Source, "10.0.0.1"), (Source6, "192.0.2.1"), (Destination, "10.0.0.2")]);
    assert_eq!(shown(&preferred).0, Some("192.0.2.1".parse().unwrap()));
}

#[test]
fn both_directions_are_added_within_the_limits_of_a_counter() {
    use Column::{Octets, Packets, ReverseOctets, ReversePackets};
    let record =
        flow_of(&[(Packets, "3"), (ReversePackets, "4"), (Octets, "100"), (ReverseOctets, "-")]);
    assert_eq!((record.packets, record.octets), (7, 100));
    let largest = u64::MAX.to_string();
    let over = row(&[(Octets, &largest), (ReverseOctets, "1")]);
    assert_eq!(outcome(&over, Rules::default()), Outcome::Unreadable(ReverseOctets));
}

#[test]
fn ports_are_of_protocols_that_have_them() {
    use Column::{DestinationPort, Protocol, SourcePort};
    let ports = |protocol, source, destination| {
        flow_of(&[(Protocol, protocol), (SourcePort, source), (DestinationPort, destination)]).ports
    };
    assert_eq!(ports("tcp", "1", "2"), Some((1, 2)));
    assert_eq!(ports("1", "8", "0"), None);
    assert_eq!(ports("17", "1", "8.0"), None);
    assert_eq!(ports("-", "1", "2"), Some((1, 2)));
    assert_eq!(ports("udp", "1", "65536"), None);
}

#[test]
fn times_come_from_a_duration_too() {
    use Column::{Duration, End, Start};
    let record = flow_of(&[(Start, "1517336042.5"), (Duration, "3.000001")]);
    assert_eq!(record.end.unwrap().to_string(), "2018-01-30T18:14:05.500001000Z");
    let record = flow_of(&[(Start, "never"), (End, "1517336042"), (Duration, "3")]);
    assert_eq!((record.start, record.end.is_some()), (None, true));
}

#[test]
fn what_cannot_be_is_told_with_its_column() {
    for (column, text) in [
        (Column::Source, "192.0.2"),
        (Column::Destination6, "host.example"),
        (Column::Protocol, "300"),
        (Column::Packets, "1.5"),
        (Column::Octets, "1k"),
        (Column::WireOctets, "x"),
        (Column::Sampling, "1:100"),
        (Column::Family, "5"),
        (Column::EtherType, "65536"),
    ] {
        let read = outcome(&row(&[(column, text)]), Rules::default());
        assert_eq!(read, Outcome::Unreadable(column), "{text}");
    }
}

#[test]
fn what_is_not_ip_is_told_by_its_ether_type() {
    for (column, text) in [(Column::EtherType, "0x0806"), (Column::Protocol, "arp")] {
        let read = outcome(&row(&[(column, text)]), Rules::default());
        assert_eq!(read, Outcome::NotIp(NotIp::EtherType(EtherType(0x0806))));
    }
}

#[test]
fn gaps_and_rejections_are_excluded() {
    let of = |column, text, include_rejected| {
        let rules = Rules { include_rejected, ..Rules::default() };
        outcome(&row(&[(column, text), (Column::Source, "192.0.2.1")]), rules)
    };
    let rejected = Outcome::Excluded(Excluded::Rejected);
    assert_eq!(of(Column::Status, "NODATA", true), Outcome::Excluded(Excluded::NoData));
    assert_eq!(of(Column::Status, "SKIPDATA", true), Outcome::Excluded(Excluded::SkippedData));
    for word in ["REJECT", "Deny", "dropped"] {
        assert_eq!(of(Column::Action, word, false), rejected, "{word}");
        assert!(matches!(of(Column::Action, word, true), Outcome::Flow(_)));
    }
    assert!(matches!(of(Column::Action, "ACCEPT", false), Outcome::Flow(_)));
}

#[test]
fn sampling_is_what_the_record_says_else_what_the_format_knows() {
    let rules = Rules { sampling: Sampling::Every, ..Rules::default() };
    let of = |text| match outcome(&row(&[(Column::Sampling, text)]), rules) {
        Outcome::Flow(record) => record.sampling,
        other => panic!("{other:?}"),
    };
    assert_eq!(of("1000"), Sampling::one_in(1000));
    assert_eq!(of("0"), Sampling::Unknown);
    assert_eq!(of("-"), Sampling::Every);
}
