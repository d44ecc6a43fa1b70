//! The well-known port of a flow, and the service that it stands for.

use super::{IpHeader, IpProtocol};
use std::collections::HashMap;
use std::fmt;
use std::sync::LazyLock;

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
    #[inline]
    #[must_use]
    pub fn of(protocol: IpProtocol, ports: (u16, u16)) -> Self {
        Self { protocol, port: WellKnown::default().of(protocol == IpProtocol::UDP, ports) }
    }

    /// That of a header; `None` where it has no ports of TCP or UDP.
    #[must_use]
    pub fn of_header(header: &IpHeader) -> Option<Self> {
        match (header.protocol, header.ports) {
            (Some(protocol @ (IpProtocol::TCP | IpProtocol::UDP)), Some(ports)) => {
                Some(Self::of(protocol, ports))
            }
            _ => None,
        }
    }

    /// The first of the ports that have the same name of a service, TCP before UDP;
    /// the port itself where it has none.
    #[must_use]
    pub fn first_of_service(self) -> Self {
        let firsts = &FIRSTS[usize::from(self.protocol == IpProtocol::UDP)];
        firsts.get(&self.port).copied().unwrap_or(self)
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

/// What tells the well-known one of two ports: got once, where there are many to tell.
#[derive(Clone, Copy, Debug)]
pub struct WellKnown {
    classes: &'static [Classes; 2],
}

impl Default for WellKnown {
    #[inline]
    fn default() -> Self {
        Self { classes: &CLASSES }
    }
}

impl WellKnown {
    /// The well-known one of two ports, as [`ServicePort::of`] says it.
    ///
    /// Which end has it cannot be foretold, so nothing here branches on it.
    #[inline(always)]
    #[must_use]
    #[expect(clippy::cast_possible_truncation, reason = "the lower 16 bits are the port")]
    pub fn of(self, is_udp: bool, (source, destination): (u16, u16)) -> u16 {
        let classes = &self.classes[usize::from(is_udp)];
        let ranked = |port: u16| u32::from(classes[usize::from(port)]) << 16 | u32::from(port);
        ranked(source).min(ranked(destination)) as u16
    }
}

/// The class of each port: what is named comes first (0), then what is registered (1),
/// then what is dynamic (2).
type Classes = [u8; 1 << 16];

/// Those of TCP and of UDP: to look for the name of both ports of each packet costs
/// ten times as much.
static CLASSES: LazyLock<Box<[Classes; 2]>> = LazyLock::new(|| {
    let mut all = Box::new([[0; 1 << 16]; 2]);
    for (classes, protocol) in all.iter_mut().zip([IpProtocol::TCP, IpProtocol::UDP]) {
        for (port, class) in (0..=u16::MAX).zip(classes) {
            *class = match name(protocol, port) {
                Some(_) => 0,
                None => 1 + u8::from(port >= 49_152),
            };
        }
    }
    all
});

/// Of TCP and of UDP: the ports that have a name, with the first port that has it.
static FIRSTS: LazyLock<[HashMap<u16, ServicePort>; 2]> = LazyLock::new(|| {
    let mut first = HashMap::new();
    [IpProtocol::TCP, IpProtocol::UDP].map(|protocol| {
        let named = (0..=u16::MAX).filter_map(|port| Some((port, name(protocol, port)?)));
        let firsts = named.map(|(port, name)| {
            (port, *first.entry(name).or_insert(ServicePort { protocol, port }))
        });
        firsts.collect()
    })
});

/// Names after the registry of service names and ports (RFC 6335).
fn name(protocol: IpProtocol, port: u16) -> Option<&'static str> {
    let own = if protocol == IpProtocol::UDP { udp(port) } else { tcp(port) };
    own.or_else(|| either(port))
}

/// Ports of UDP. `quic` is UDP 443 (RFC 9000 gives it no other name).
fn udp(port: u16) -> Option<&'static str> {
    Some(match port {
        443 => "quic",
        67 | 68 => "dhcp",
        546 | 547 => "dhcpv6",
        69 => "tftp",
        137 => "netbios-ns",
        138 => "netbios-dgm",
        161 | 162 => "snmp",
        500 => "isakmp",
        514 => "syslog",
        520 => "rip",
        521 => "ripng",
        1701 => "l2tp",
        1812 | 1813 => "radius",
        1900 => "ssdp",
        2152 => "gtp-u",
        2055 => "netflow",
        3544 => "teredo",
        4500 => "ipsec-nat-t",
        4739 => "ipfix",
        4789 => "vxlan",
        5353 => "mdns",
        5355 => "llmnr",
        6081 => "geneve",
        6343 => "sflow",
        51_820 => "wireguard",
        _ => return None,
    })
}

/// Ports of TCP.
fn tcp(port: u16) -> Option<&'static str> {
    Some(match port {
        20 => "ftp-data",
        21 => "ftp",
        22 => "ssh",
        23 => "telnet",
        25 => "smtp",
        43 => "whois",
        80 => "http",
        110 => "pop3",
        119 => "nntp",
        139 => "netbios-ssn",
        143 => "imap",
        179 => "bgp",
        443 => "https",
        445 => "microsoft-ds",
        465 => "submissions",
        587 => "submission",
        636 => "ldaps",
        873 => "rsync",
        989 => "ftps-data",
        990 => "ftps",
        993 => "imaps",
        995 => "pop3s",
        1433 => "ms-sql-s",
        1723 => "pptp",
        1883 => "mqtt",
        1935 => "rtmp",
        3306 => "mysql",
        3389 => "rdp",
        5222 => "xmpp-client",
        5432 => "postgresql",
        6379 => "redis",
        6881 => "bittorrent",
        8080 => "http-alt",
        8443 => "https-alt",
        8883 => "secure-mqtt",
        _ => return None,
    })
}

/// Ports that stand for the same in both.
fn either(port: u16) -> Option<&'static str> {
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
