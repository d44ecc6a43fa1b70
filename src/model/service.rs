//! The well-known port of a flow, and the service that it stands for.

use super::IpProtocol;
use std::fmt;

/// The port by which a flow of TCP or UDP is told to belong to a service.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ServicePort {
    /// TCP or UDP.
    pub protocol: IpProtocol,
    /// The port.
    pub port: u16,
}

impl ServicePort {
    /// The well-known one of two ports: one that has a name here before one
    /// that has none, a registered one (below 49,152, RFC 6335 section 6) before
    /// a dynamic one, and then the lower one.
    #[must_use]
    pub fn of(protocol: IpProtocol, (source, destination): (u16, u16)) -> Self {
        let rank = |port: u16| {
            let named = name(protocol, port).is_some();
            (!named, port >= 49_152, port)
        };
        let port = if rank(source) < rank(destination) { source } else { destination };
        Self { protocol, port }
    }

    /// The name of the service, where the port has one here.
    #[must_use]
    pub fn service(self) -> Option<&'static str> {
        name(self.protocol, self.port)
    }
}

impl fmt::Display for ServicePort {
    /// `tcp/443`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.protocol, self.port)
    }
}

/// Names after the registry of service names and ports (RFC 6335); `quic` is
/// UDP 443 (RFC 9000 gives it no other name).
fn name(protocol: IpProtocol, port: u16) -> Option<&'static str> {
    if protocol == IpProtocol::UDP {
        match port {
            443 => return Some("quic"),
            67 | 68 => return Some("dhcp"),
            546 | 547 => return Some("dhcpv6"),
            69 => return Some("tftp"),
            137 => return Some("netbios-ns"),
            138 => return Some("netbios-dgm"),
            161 | 162 => return Some("snmp"),
            500 => return Some("isakmp"),
            514 => return Some("syslog"),
            520 => return Some("rip"),
            521 => return Some("ripng"),
            1701 => return Some("l2tp"),
            1812 | 1813 => return Some("radius"),
            1900 => return Some("ssdp"),
            2152 => return Some("gtp-u"),
            2055 => return Some("netflow"),
            3544 => return Some("teredo"),
            4500 => return Some("ipsec-nat-t"),
            4739 => return Some("ipfix"),
            4789 => return Some("vxlan"),
            5353 => return Some("mdns"),
            5355 => return Some("llmnr"),
            6081 => return Some("geneve"),
            6343 => return Some("sflow"),
            51_820 => return Some("wireguard"),
            _ => {}
        }
    } else {
        match port {
            20 => return Some("ftp-data"),
            21 => return Some("ftp"),
            22 => return Some("ssh"),
            23 => return Some("telnet"),
            25 => return Some("smtp"),
            43 => return Some("whois"),
            80 => return Some("http"),
            110 => return Some("pop3"),
            119 => return Some("nntp"),
            139 => return Some("netbios-ssn"),
            143 => return Some("imap"),
            179 => return Some("bgp"),
            443 => return Some("https"),
            445 => return Some("microsoft-ds"),
            465 => return Some("submissions"),
            587 => return Some("submission"),
            636 => return Some("ldaps"),
            873 => return Some("rsync"),
            989 => return Some("ftps-data"),
            990 => return Some("ftps"),
            993 => return Some("imaps"),
            995 => return Some("pop3s"),
            1433 => return Some("ms-sql-s"),
            1723 => return Some("pptp"),
            1883 => return Some("mqtt"),
            1935 => return Some("rtmp"),
            3306 => return Some("mysql"),
            3389 => return Some("rdp"),
            5222 => return Some("xmpp-client"),
            5432 => return Some("postgresql"),
            6379 => return Some("redis"),
            6881 => return Some("bittorrent"),
            8080 => return Some("http-alt"),
            8443 => return Some("https-alt"),
            8883 => return Some("secure-mqtt"),
            _ => {}
        }
    }
    Some(match port {
        53 => "domain",
        88 => "kerberos",
        111 => "sunrpc",
        123 => "ntp",
        389 => "ldap",
        853 => "domain-s",
        2049 => "nfs",
        3478 => "stun",
        3784 => "bfd-control",
        5060 => "sip",
        5061 => "sips",
        5349 => "stuns",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_well_known_port_is_the_named_then_the_registered_then_the_lower_one() {
        let of = |protocol, ports| ServicePort::of(protocol, ports).to_string();
        assert_eq!(of(IpProtocol::TCP, (443, 50_000)), "tcp/443");
        assert_eq!(of(IpProtocol::TCP, (50_000, 443)), "tcp/443");
        // A named port above an unnamed one.
        assert_eq!(of(IpProtocol::TCP, (8443, 1000)), "tcp/8443");
        assert_eq!(of(IpProtocol::UDP, (60_000, 40_000)), "udp/40000");
        assert_eq!(of(IpProtocol::UDP, (2001, 2000)), "udp/2000");
        assert_eq!(of(IpProtocol::UDP, (53, 53)), "udp/53");
    }

    #[test]
    fn quic_is_udp_443_alone() {
        let service = |protocol, port| ServicePort { protocol, port }.service();
        assert_eq!(service(IpProtocol::UDP, 443), Some("quic"));
        assert_eq!(service(IpProtocol::TCP, 443), Some("https"));
        assert_eq!(service(IpProtocol::TCP, 53), Some("domain"));
        assert_eq!(service(IpProtocol::TCP, 4242), None);
    }
}
