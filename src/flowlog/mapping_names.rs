//! Names that tools give to the columns of flow records. A name is compared
//! without regard to case and to what stands between its words.
//!
//! Sources: the IANA registry of IPFIX elements; `nfdump -o csv` (1.6 and 1.7)
//! and its JSON; goflow2 (v1, v2) and Akvorado; pmacct; ntopng and nProbe
//! (NetFlow v9 names); Elastic Common Schema; Zeek; AWS VPC; `ra`, `rwcut`,
//! `yafscii` and super_mediator.

use super::Column;

/// Which of several names for one column goes before the others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Rank {
    /// Sums of both directions: where there is one, the directions are not added.
    Total,
    /// The usual names.
    Usual,
    /// What stands in where nothing better is there.
    Fallback,
}

/// What the column called `name` holds, where that is known, and how well.
pub(super) fn meaning(name: &str) -> Option<(Rank, Column)> {
    let mut plain = [0; 40];
    let mut len = 0;
    // ipfixcol2 and super_mediator put the registry before the element.
    let name = name.trim().strip_prefix("iana:").unwrap_or(name.trim());
    for byte in name.bytes().filter(u8::is_ascii_alphanumeric) {
        *plain.get_mut(len)? = byte.to_ascii_lowercase();
        len += 1;
    }
    let plain = &plain[..len];
    let known = |names: &str| names.split(' ').any(|known| known.as_bytes() == plain);
    let usual = USUAL.iter().find(|(_, names)| known(names)).map(|row| (Rank::Usual, row.0));
    let total = || TOTAL.iter().find(|(_, names)| known(names)).map(|row| (Rank::Total, row.0));
    let last =
        || FALLBACK.iter().find(|(_, names)| known(names)).map(|row| (Rank::Fallback, row.0));
    usual.or_else(total).or_else(last)
}

const TOTAL: [(Column, &str); 2] = [
    (Column::Packets, "totpkts totpackets totalpackets networkpackets"),
    (Column::Octets, "totbytes totalbytes networkbytes"),
];

const FALLBACK: [(Column, &str); 3] = [
    (Column::Start, "timereceived timereceivedns timestamp time datetime date stampinserted"),
    (Column::End, "stampupdated"),
    (Column::Exporter, "observer observerip agent agentip hostip"),
];

/// Lower case, letters and digits alone.
const USUAL: [(Column, &str); 42] = [
    (Column::Source, "src srcip srcaddr srcaddress srchost source sourceip sourceaddr"),
    (Column::Source, "sa sip saddr ipsrc srcipv4 srcip4 src4addr sourceipv4 sourceipv4address"),
    (Column::Source, "ipv4srcaddr ipv4src idorigh orighost srcipaddr sourceipaddress clientip"),
    (Column::Source, "sourceaddress"),
    (Column::Destination, "dst dstip dstaddr dstaddress dsthost dest destip destaddr destaddress"),
    (Column::Destination, "destination destinationip destinationaddr destinationaddress da dip"),
    (Column::Destination, "ipdst dstipv4 dstip4 dst4addr destinationipv4 destinationipv4address"),
    (Column::Destination, "ipv4dstaddr ipv4dst idresph resphost dstipaddr destinationipaddress"),
    (Column::Destination, "daddr serverip"),
    (Column::Source6, "sourceipv6address ipv6srcaddr src6addr srcipv6 srcip6 sourceipv6 ipv6src"),
    (Column::Destination6, "destinationipv6address ipv6dstaddr dst6addr dstipv6 dstip6"),
    (Column::Destination6, "destinationipv6 ipv6dst"),
    (Column::Protocol, "proto protocol pr pro prot protocolidentifier ipproto ipprotocol"),
    (Column::Protocol, "networkianannumber networktransport transportprotocol networkiananumber"),
    (Column::Packets, "packets pkts pkt packetcount ipkt inpkts inpackets npackets numpackets"),
    (Column::Packets, "packetdeltacount packettotalcount dpkts srcpkts spkts sourcepackets"),
    (Column::Packets, "origpkts packetssent"),
    (Column::Octets, "bytes octets byt oct bytecount octetcount ibyt inbytes nbytes numbytes"),
    (Column::Octets, "octetdeltacount octettotalcount srcbytes sbytes sourcebytes origipbytes"),
    (Column::Octets, "doctets bytessent"),
    (Column::ReversePackets, "opkt outpkts outpackets dstpkts destinationpackets resppkts rpkt"),
    (Column::ReversePackets, "reversepacketdeltacount reversepackettotalcount rpackets"),
    (Column::ReverseOctets, "obyt outbytes dstbytes dbytes destinationbytes respipbytes roct"),
    (Column::ReverseOctets, "reverseoctetdeltacount reverseoctettotalcount rbytes"),
    (Column::WireOctets, "layer2octetdeltacount layer2octettotalcount wirebytes wireoctets"),
    (Column::Start, "start starttime stime ts first firstseen firstswitched flowstart eventstart"),
    (Column::Start, "timeflowstart timeflowstartns timeflowstartms timestampstart tfirst"),
    (Column::Start, "flowstartseconds flowstartmilliseconds flowstartmicroseconds"),
    (
        Column::End,
        "end endtime etime te last lastseen lastswitched ltime lasttime flowend eventend",
    ),
    (Column::End, "timeflowend timeflowendns timeflowendms timestampend tlast flowendseconds"),
    (Column::End, "flowendmilliseconds flowendmicroseconds"),
    (Column::Duration, "duration dur td"),
    (Column::Sampling, "sampling samplingrate samplinginterval samplingpacketinterval"),
    (
        Column::SourcePort,
        "sport srcport sp sourceport sourcetransportport l4srcport portsrc idorigp",
    ),
    (
        Column::DestinationPort,
        "dport dstport dp destport destinationport portdst idrespp l4dstport",
    ),
    (Column::DestinationPort, "destinationtransportport"),
    (
        Column::Input,
        "in inputsnmp inif ingressinterface ifacein input iniface inputif inputinterface",
    ),
    (Column::Output, "out outputsnmp outif egressinterface ifaceout output outiface outputif"),
    (Column::Exporter, "exporter exporteraddress exporterip sampleraddress samplerip peeripsrc"),
    (Column::Domain, "observationdomainid observationdomain domain sourceid"),
    (Column::Family, "family ipversion ipv ipfamily addressfamily af networktype"),
    (Column::EtherType, "etype ethertype ethernettype"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_plain_and_mean_one_thing() {
        let rows = TOTAL.iter().chain(&FALLBACK).chain(&USUAL);
        let mut names: Vec<&str> = rows.flat_map(|row| row.1.split(' ')).collect();
        let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit();
        assert!(names.iter().all(|name| !name.is_empty() && name.bytes().all(plain)));
        let all = names.len();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), all);
    }

    #[test]
    fn spelling_does_not_matter() {
        for name in ["src_addr", "SrcAddr", "SRC ADDR", " src-addr ", "iana:sourceIPv4Address"] {
            assert_eq!(meaning(name), Some((Rank::Usual, Column::Source)), "{name}");
        }
        assert_eq!(meaning("source.ip"), Some((Rank::Usual, Column::Source)));
        assert_eq!(meaning("TotBytes"), Some((Rank::Total, Column::Octets)));
        assert_eq!(meaning(&"x".repeat(1000)), None);
        assert_eq!(meaning(""), None);
    }
}
