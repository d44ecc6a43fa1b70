//! Protocol numbers of the IP header.

use std::fmt;

/// A protocol number (IPv4 Protocol, IPv6 Next Header; IPFIX
/// `protocolIdentifier`, IE 4), as assigned by IANA. Unknown values are kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct IpProtocol(pub u8);

macro_rules! protocols {
    ($($(#[$doc:meta])* $constant:ident = $number:literal $name:literal;)*) => {
        impl IpProtocol {
            $($(#[$doc])* pub const $constant: Self = Self($number);)*

            /// The lower-case keyword, where the number has one here.
            #[must_use]
            pub fn keyword(self) -> Option<&'static str> {
                match self.0 {
                    $($number => Some($name),)*
                    _ => None,
                }
            }
        }
    };
}

protocols! {
    /// IPv6 Hop-by-Hop Options (RFC 8200).
    HOPOPT = 0 "hopopt";
    /// Internet Control Message (RFC 792).
    ICMP = 1 "icmp";
    /// Internet Group Management (RFC 1112).
    IGMP = 2 "igmp";
    /// Gateway-to-Gateway (RFC 823).
    GGP = 3 "ggp";
    /// IPv4 encapsulation (RFC 2003).
    IPV4 = 4 "ipv4";
    /// Stream (RFC 1190).
    ST = 5 "st";
    /// Transmission Control (RFC 9293).
    TCP = 6 "tcp";
    /// Exterior Gateway Protocol (RFC 888).
    EGP = 8 "egp";
    /// Any private interior gateway.
    IGP = 9 "igp";
    /// User Datagram (RFC 768).
    UDP = 17 "udp";
    /// Datagram Congestion Control Protocol (RFC 4340).
    DCCP = 33 "dccp";
    /// IPv6 encapsulation (RFC 2473, RFC 4213).
    IPV6 = 41 "ipv6";
    /// Routing header for IPv6 (RFC 8200).
    IPV6_ROUTE = 43 "ipv6-route";
    /// Fragment header for IPv6 (RFC 8200).
    IPV6_FRAG = 44 "ipv6-frag";
    /// Reservation Protocol (RFC 2205).
    RSVP = 46 "rsvp";
    /// Generic Routing Encapsulation (RFC 2784).
    GRE = 47 "gre";
    /// Encapsulating Security Payload (RFC 4303).
    ESP = 50 "esp";
    /// Authentication Header (RFC 4302).
    AH = 51 "ah";
    /// IP Mobility (RFC 2004).
    MOBILE = 55 "mobile";
    /// ICMP for IPv6 (RFC 4443).
    ICMPV6 = 58 "icmpv6";
    /// No Next Header for IPv6 (RFC 8200).
    IPV6_NONXT = 59 "ipv6-nonxt";
    /// Destination Options for IPv6 (RFC 8200).
    IPV6_OPTS = 60 "ipv6-opts";
    /// Enhanced Interior Gateway Routing Protocol (RFC 7868).
    EIGRP = 88 "eigrp";
    /// Open Shortest Path First (RFC 2328, RFC 5340).
    OSPF = 89 "ospf";
    /// IP-within-IP encapsulation protocol.
    IPIP = 94 "ipip";
    /// Ethernet-within-IP encapsulation (RFC 3378).
    ETHERIP = 97 "etherip";
    /// Protocol Independent Multicast (RFC 7761).
    PIM = 103 "pim";
    /// IP Payload Compression Protocol (RFC 3173).
    IPCOMP = 108 "ipcomp";
    /// Virtual Router Redundancy Protocol (RFC 9568).
    VRRP = 112 "vrrp";
    /// Layer Two Tunneling Protocol version 3 (RFC 3931).
    L2TP = 115 "l2tp";
    /// Intermediate System to Intermediate System over IPv4.
    ISIS = 124 "isis";
    /// Stream Control Transmission Protocol (RFC 9260).
    SCTP = 132 "sctp";
    /// Mobility header for IPv6 (RFC 6275).
    MOBILITY = 135 "mobility";
    /// UDP-Lite (RFC 3828).
    UDPLITE = 136 "udplite";
    /// MPLS-in-IP (RFC 4023).
    MPLS_IN_IP = 137 "mpls-in-ip";
    /// MANET protocols (RFC 5498).
    MANET = 138 "manet";
    /// Host Identity Protocol (RFC 7401).
    HIP = 139 "hip";
    /// Shim6 (RFC 5533).
    SHIM6 = 140 "shim6";
    /// Wrapped Encapsulating Security Payload (RFC 5840).
    WESP = 141 "wesp";
    /// Robust Header Compression (RFC 5858).
    ROHC = 142 "rohc";
    /// Ethernet (RFC 8986).
    ETHERNET = 143 "ethernet";
    /// AGGFRAG encapsulation payload for ESP (RFC 9347).
    AGGFRAG = 144 "aggfrag";
    /// Network Service Header.
    NSH = 145 "nsh";
    /// Reserved.
    RESERVED = 255 "reserved";
}

impl IpProtocol {
    /// True for protocols whose headers begin with two ports.
    #[inline]
    #[must_use]
    pub const fn has_ports(self) -> bool {
        matches!(self, Self::TCP | Self::UDP | Self::DCCP | Self::SCTP | Self::UDPLITE)
    }
}

impl fmt::Display for IpProtocol {
    /// The keyword, or `protocol-N` where there is none.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.keyword() {
            Some(name) => f.pad(name),
            None => f.pad(&format!("protocol-{}", self.0)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unknown_numbers_are_kept() {
        assert_eq!(IpProtocol(253).to_string(), "protocol-253");
        assert_eq!(IpProtocol::TCP.to_string(), "tcp");
    }

    #[test]
    fn five_protocols_have_ports() {
        let with_ports: Vec<u8> =
            (0..=255).filter(|number| IpProtocol(*number).has_ports()).collect();
        assert_eq!(with_ports, [6, 17, 33, 132, 136]);
    }
}
