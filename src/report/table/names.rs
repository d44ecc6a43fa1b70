//! Familiar names and explaining phrases: what the keys of the report mean.

use crate::model::{Anomaly, EtherType, Excluded, NotIp, Undecodable};

/// What a frame that is not IP carries: `ARP (0x0806)`.
pub(super) fn not_ip(what: &NotIp) -> String {
    let name = match what {
        NotIp::EtherType(EtherType(number)) => ethertype(*number),
        NotIp::Llc(sap) => llc(*sap),
        NotIp::Ppp(number) => ppp(*number),
        NotIp::Nlpid(_) | NotIp::Named(_) => None,
    };
    match name {
        Some(name) => format!("{name} ({what})"),
        None => what.to_string(),
    }
}

/// EtherTypes that an operator meets (IEEE registration authority).
fn ethertype(number: u16) -> Option<&'static str> {
    Some(match number {
        0x0806 => "ARP",
        0x0842 => "Wake-on-LAN",
        0x22f0 => "AVTP",
        0x22f3 => "TRILL",
        0x4305 => "B.A.T.M.A.N.",
        0x6003 => "DECnet",
        0x8035 => "RARP",
        0x809b => "AppleTalk",
        0x80f3 => "AppleTalk ARP",
        0x8100 | 0x88a8 | 0x9100 => "VLAN tag",
        0x8137 => "IPX",
        0x8808 => "Ethernet flow control",
        0x8809 => "slow protocols (LACP)",
        0x8847 | 0x8848 => "MPLS",
        0x8863 => "PPPoE discovery",
        0x8864 => "PPPoE session",
        0x886d => "Intel ANS",
        0x887b => "HomePlug 1.0",
        0x888e => "EAPOL (802.1X)",
        0x8892 => "PROFINET",
        0x8899 => "Realtek remote control",
        0x889a => "HyperSCSI",
        0x88a2 => "ATA over Ethernet",
        0x88a4 => "EtherCAT",
        0x88b8 => "GOOSE",
        0x88ba => "IEC 61850 sampled values",
        0x88c7 => "802.11 pre-authentication",
        0x88cc => "LLDP",
        0x88e1 => "HomePlug AV",
        0x88e3 => "MRP (media redundancy)",
        0x88e5 => "MACsec",
        0x88e7 => "provider backbone bridging",
        0x88f5 => "MVRP",
        0x88f6 => "MMRP",
        0x88f7 => "PTP",
        0x88fb => "PRP",
        0x8902 => "CFM",
        0x8906 => "FCoE",
        0x8914 => "FCoE initialisation",
        0x8915 => "RoCE",
        0x892f => "HSR",
        0x893a => "IEEE 1905",
        0x9000 => "Ethernet loopback",
        _ => return None,
    })
}

/// Service access points (IEEE 802.2).
fn llc(sap: u8) -> Option<&'static str> {
    Some(match sap {
        0x00 => "null SAP",
        0x42 => "spanning tree",
        0xaa => "SNAP",
        0xe0 | 0xff => "IPX",
        0xf0 => "NetBIOS",
        0xfe => "OSI (IS-IS)",
        _ => return None,
    })
}

/// PPP protocols (RFC 1661 and the IANA registry).
fn ppp(number: u16) -> Option<&'static str> {
    Some(match number {
        0x002b => "IPX",
        0x0031 => "bridging",
        0x003d => "multilink",
        0x00fd => "compressed datagram",
        0x8021 => "IPCP",
        0x8057 => "IPv6CP",
        0x80fd => "CCP",
        0x8281 => "MPLSCP",
        0xc021 => "LCP",
        0xc023 => "PAP",
        0xc025 => "LQR",
        0xc223 => "CHAP",
        _ => return None,
    })
}

/// Why nobody can say what a record is, in words.
pub(super) fn undecodable(why: Undecodable) -> &'static str {
    match why {
        Undecodable::UnsupportedLinkType(_) => "the link type of the interface",
        Undecodable::TruncatedLinkHeader => "cut before the field that names the payload",
        Undecodable::MalformedLinkHeader => "the link layer contradicts itself",
        Undecodable::VersionMismatch => "EtherType and version nibble disagree",
        Undecodable::UnknownVersion => "the version nibble is neither 4 nor 6",
        Undecodable::EncryptedLink => "the link layer is encrypted",
        Undecodable::CompressedLink => "the link layer is compressed",
        Undecodable::UnknownInterface => "its interface is not described",
        Undecodable::MissingTemplate => "flow data whose template never came",
        Undecodable::MalformedRecord => "a flow record that contradicts its format",
        Undecodable::BadLine => "a line of a flow log that cannot be read",
        Undecodable::UnknownFamily => "a flow record that tells neither family",
    }
}

/// Why something is no traffic, in words.
pub(super) fn excluded(why: Excluded) -> &'static str {
    match why {
        Excluded::Duplicate => "a copy of a frame seen just before",
        Excluded::Rejected => "rejected by a security group or a firewall",
        Excluded::NoData => "nothing was seen in this interval: a gap",
        Excluded::SkippedData => "records were left out in this interval: a gap",
        Excluded::OptionsRecord => "about the exporter, not about traffic",
        Excluded::CounterRecord => "counters of an interface or a device",
        Excluded::Event => "an event of a NAT or a firewall",
        Excluded::OtherRecord => "not a flow, in a log that mixes kinds",
        Excluded::DuplicateDirection => "seen at the other side of the device too",
        Excluded::DuplicateReporter => "reported by the other end too",
        Excluded::DuplicateObservationPoint => "exported by another observation point too",
        Excluded::TunnelOutside => "the outside of a tunnel whose inside is counted",
        Excluded::DiscardedPacket => "packets that a device threw away",
        Excluded::NoExport => "carries no flow export",
        Excluded::OutsideTime => "before or after the time that is measured",
        Excluded::WithoutTime => "has no time, so that it cannot be known to lie within",
    }
}

/// What an anomaly is and how it was counted, in words.
pub(super) fn anomaly(what: Anomaly) -> &'static str {
    match what {
        Anomaly::CapturedExceedsOriginal => {
            "more bytes stored than were on the wire; the length on the wire counts"
        }
        Anomaly::TruncatedHeader => "the IP header is cut; without its length field 0 octets count",
        Anomaly::TruncatedExtensionHeader => {
            "the chain of extension headers is cut before it names the protocol"
        }
        Anomaly::BadHeaderLength => "the IPv4 header length cannot be",
        Anomaly::TotalLengthZero => {
            "IPv4 Total Length 0 (segmentation offload); the frame's length counts"
        }
        Anomaly::PayloadLengthZero => {
            "IPv6 Payload Length 0 (segmentation offload); the frame's length counts"
        }
        Anomaly::Jumbogram => "the Jumbo Payload option gives the length (RFC 2675)",
        Anomaly::LengthExceedsFrame => {
            "the header claims more than the frame can hold; the header's length counts"
        }
        Anomaly::NoTimestamp => "no time, or one that cannot be; not in the time span",
        Anomaly::FragmentedTunnel => "a later fragment of a tunnel packet; its outer header counts",
        Anomaly::DedupWindowCut => {
            "compared with fewer packets than the window holds; more are not remembered"
        }
        Anomaly::TooDeep => "more headers within headers than the limit; the rest is not seen",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn familiar_names_keep_their_number() {
        assert_eq!(not_ip(&NotIp::EtherType(EtherType(0x0806))), "ARP (0x0806)");
        assert_eq!(not_ip(&NotIp::EtherType(EtherType(0x1234))), "0x1234");
        assert_eq!(not_ip(&NotIp::Llc(0x42)), "spanning tree (llc:0x42)");
        assert_eq!(not_ip(&NotIp::Ppp(0xc021)), "LCP (ppp:0xc021)");
        assert_eq!(not_ip(&NotIp::Named("802.11 management")), "802.11 management");
    }
}
