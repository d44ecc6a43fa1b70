//! One layer of a packet: how its bytes lie around those of the next one.

use std::net::{Ipv4Addr, Ipv6Addr};

/// The order of the bytes of a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ByteOrder {
    Little,
    Big,
}

impl ByteOrder {
    pub const BOTH: [Self; 2] = [Self::Little, Self::Big];

    pub fn u16(self, number: u16) -> [u8; 2] {
        if self == Self::Little { number.to_le_bytes() } else { number.to_be_bytes() }
    }

    pub fn u32(self, number: u32) -> [u8; 4] {
        if self == Self::Little { number.to_le_bytes() } else { number.to_be_bytes() }
    }

    pub fn u64(self, number: u64) -> [u8; 8] {
        if self == Self::Little { number.to_le_bytes() } else { number.to_be_bytes() }
    }
}

/// What a packet is made of.
#[derive(Clone, Debug)]
pub enum Layer {
    /// `None`: the EtherType of the next layer.
    Ethernet {
        ether_type: Option<u16>,
    },
    /// IEEE 802.3 with LLC and SNAP.
    Ieee8023,
    Tag {
        protocol: u16,
        id: u16,
    },
    Mpls {
        label: u32,
    },
    Pppoe,
    Ppp,
    Sll,
    Sll2,
    Null(ByteOrder),
    Arp,
    Ipv4(Ipv4),
    Ipv6(Ipv6),
    Extension {
        number: u8,
        body: Vec<u8>,
        units: Option<u8>,
    },
    Fragment {
        offset: u16,
        more: bool,
        next: Option<u8>,
    },
    Ah {
        check_value: usize,
    },
    Udp {
        source: u16,
        destination: u16,
    },
    Tcp {
        source: u16,
        destination: u16,
    },
    Sctp {
        source: u16,
        destination: u16,
    },
    Icmp {
        protocol: u8,
        kind: u8,
    },
    Esp,
    Data(Vec<u8>),
}

/// The fields of an IPv4 header that tests choose.
#[derive(Clone, Debug)]
pub struct Ipv4 {
    pub source: Ipv4Addr,
    pub destination: Ipv4Addr,
    pub version: u8,
    pub header_words: Option<u8>,
    pub total_length: Option<u16>,
    /// Flags and offset.
    pub fragment: u16,
    pub protocol: Option<u8>,
    pub options: Vec<u8>,
}

/// The fields of an IPv6 header that tests choose.
#[derive(Clone, Debug)]
pub struct Ipv6 {
    pub source: Ipv6Addr,
    pub destination: Ipv6Addr,
    pub version: u8,
    pub payload_length: Option<u16>,
    pub next_header: Option<u8>,
}

/// No Next Header (RFC 8200 section 4.7).
const NO_NEXT_HEADER: u8 = 59;
/// Use for experimentation and testing (RFC 3692).
const EXPERIMENT: u8 = 253;
/// IEEE 802 local experimental EtherType.
const LOCAL_EXPERIMENT: u16 = 0x88b5;
/// Addresses of the Ethernet header: locally administered, and not beginning
/// with 4 or 6, which would look like an IP version.
const ADDRESSES: [u8; 12] = [2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 1];

impl Layer {
    /// This layer's bytes around those of the `next` one.
    pub fn around(&self, next: Option<&Self>, inner: Vec<u8>) -> Vec<u8> {
        let mut bytes = self.header(next, &inner);
        bytes.extend(inner);
        bytes
    }

    fn header(&self, next: Option<&Self>, inner: &[u8]) -> Vec<u8> {
        match self {
            Self::Ipv4(header) => header.bytes(protocol_of(next), inner.len()),
            Self::Ipv6(header) => header.bytes(protocol_of(next), inner.len()),
            Self::Arp => arp(),
            Self::Data(bytes) => bytes.clone(),
            Self::Extension { .. } | Self::Fragment { .. } | Self::Ah { .. } => {
                self.extension(protocol_of(next))
            }
            Self::Udp { .. } | Self::Tcp { .. } | Self::Sctp { .. } => self.transport(inner.len()),
            Self::Icmp { kind, .. } => vec![*kind, 0, 0, 0, 0, 0, 0, 0],
            Self::Esp => vec![0, 0, 0x10, 0, 0, 0, 0, 1],
            _ => self.link(next, inner.len()),
        }
    }

    fn link(&self, next: Option<&Self>, inner: usize) -> Vec<u8> {
        let named = ether_type_of(next).to_be_bytes();
        match self {
            Self::Ethernet { ether_type } => {
                let named = ether_type.map_or(named, u16::to_be_bytes);
                [&ADDRESSES[..], &named].concat()
            }
            Self::Ieee8023 => {
                let length = number(inner + 8).to_be_bytes();
                [&ADDRESSES[..], &length, &[0xaa, 0xaa, 3, 0, 0, 0], &named].concat()
            }
            Self::Tag { id, .. } => [id.to_be_bytes(), named].concat(),
            Self::Mpls { label } => {
                let bottom = u32::from(!matches!(next, Some(Self::Mpls { .. })));
                (label << 12 | bottom << 8 | 64).to_be_bytes().to_vec()
            }
            Self::Pppoe => {
                let length = number(inner + 2).to_be_bytes();
                [&[0x11, 0, 0, 1], &length[..], &ppp_protocol_of(next).to_be_bytes()].concat()
            }
            Self::Ppp => [[0xff, 3], ppp_protocol_of(next).to_be_bytes()].concat(),
            Self::Sll => [&[0, 0, 0, 1, 0, 6], &ADDRESSES[6..], &[0, 0], &named].concat(),
            Self::Sll2 => {
                [&named[..], &[0, 0, 0, 0, 0, 3, 0, 1, 0, 6], &ADDRESSES[6..], &[0, 0]].concat()
            }
            Self::Null(order) => {
                let family = if matches!(next, Some(Self::Ipv6(_))) { 30 } else { 2 };
                order.u32(family).to_vec()
            }
            other => unreachable!("{other:?} is no link layer"),
        }
    }

    fn extension(&self, next: u8) -> Vec<u8> {
        match self {
            Self::Extension { body, units, .. } => {
                let whole = (body.len() + 2).next_multiple_of(8);
                let length = units.unwrap_or_else(|| byte(whole / 8 - 1));
                let mut bytes = vec![next, length];
                bytes.extend(body);
                // Pad1 options.
                bytes.resize(whole, 0);
                bytes
            }
            Self::Fragment { offset, more, next: named } => {
                let field = (offset << 3 | u16::from(*more)).to_be_bytes();
                vec![named.unwrap_or(next), 0, field[0], field[1], 0, 0, 0, 7]
            }
            Self::Ah { check_value } => {
                let whole = 12 + check_value;
                assert!(whole % 4 == 0, "an AH is made of words");
                let mut bytes = vec![next, byte(whole / 4 - 2), 0, 0, 0, 0, 0x10, 0, 0, 0, 0, 1];
                bytes.resize(whole, 0xa5);
                bytes
            }
            other => unreachable!("{other:?} is no extension header"),
        }
    }

    fn transport(&self, inner: usize) -> Vec<u8> {
        let ports = |source: u16, destination: u16| {
            [source.to_be_bytes(), destination.to_be_bytes()].concat()
        };
        match self {
            Self::Udp { source, destination } => {
                let length = number(inner + 8).to_be_bytes();
                [&ports(*source, *destination)[..], &length, &[0, 0]].concat()
            }
            Self::Tcp { source, destination } => {
                let rest = [0, 0, 0, 1, 0, 0, 0, 1, 0x50, 0x10, 0x20, 0, 0, 0, 0, 0];
                [&ports(*source, *destination)[..], &rest].concat()
            }
            Self::Sctp { source, destination } => {
                [&ports(*source, *destination)[..], &[0; 8]].concat()
            }
            other => unreachable!("{other:?} has no ports"),
        }
    }
}

impl Ipv4 {
    pub fn new(source: Ipv4Addr, destination: Ipv4Addr) -> Self {
        Self {
            source,
            destination,
            version: 4,
            header_words: None,
            total_length: None,
            fragment: 0,
            protocol: None,
            options: Vec::new(),
        }
    }

    fn bytes(&self, next: u8, inner: usize) -> Vec<u8> {
        let mut options = self.options.clone();
        options.resize(options.len().next_multiple_of(4), 0);
        let len = 20 + options.len();
        let words = self.header_words.unwrap_or_else(|| byte(len / 4));
        let total = self.total_length.unwrap_or_else(|| number(len + inner)).to_be_bytes();
        let fragment = self.fragment.to_be_bytes();
        let mut bytes = vec![self.version << 4 | words, 0, total[0], total[1], 0, 7];
        bytes.extend([fragment[0], fragment[1], 64, self.protocol.unwrap_or(next), 0, 0]);
        bytes.extend(self.source.octets());
        bytes.extend(self.destination.octets());
        bytes.extend(options);
        let checksum = checksum(&bytes).to_be_bytes();
        bytes[10..12].copy_from_slice(&checksum);
        bytes
    }
}

impl Ipv6 {
    pub fn new(source: Ipv6Addr, destination: Ipv6Addr) -> Self {
        Self { source, destination, version: 6, payload_length: None, next_header: None }
    }

    fn bytes(&self, next: u8, inner: usize) -> Vec<u8> {
        let payload = self.payload_length.unwrap_or_else(|| number(inner)).to_be_bytes();
        let next = self.next_header.unwrap_or(next);
        let mut bytes = vec![self.version << 4, 0, 0, 0, payload[0], payload[1], next, 64];
        bytes.extend(self.source.octets());
        bytes.extend(self.destination.octets());
        bytes
    }
}

/// By which EtherType a layer is named.
fn ether_type_of(layer: Option<&Layer>) -> u16 {
    match layer {
        Some(Layer::Ipv4(_)) => 0x0800,
        Some(Layer::Ipv6(_)) => 0x86dd,
        Some(Layer::Arp) => 0x0806,
        Some(Layer::Tag { protocol, .. }) => *protocol,
        Some(Layer::Mpls { .. }) => 0x8847,
        Some(Layer::Pppoe) => 0x8864,
        _ => LOCAL_EXPERIMENT,
    }
}

/// By which PPP protocol a layer is named; LCP is what is none of IP.
fn ppp_protocol_of(layer: Option<&Layer>) -> u16 {
    match layer {
        Some(Layer::Ipv4(_)) => 0x0021,
        Some(Layer::Ipv6(_)) => 0x0057,
        Some(Layer::Mpls { .. }) => 0x0281,
        _ => 0xc021,
    }
}

/// By which IP protocol number a layer is named.
fn protocol_of(layer: Option<&Layer>) -> u8 {
    match layer {
        Some(Layer::Ipv4(_)) => 4,
        Some(Layer::Ipv6(_)) => 41,
        Some(Layer::Extension { number, .. }) => *number,
        Some(Layer::Fragment { .. }) => 44,
        Some(Layer::Ah { .. }) => 51,
        Some(Layer::Udp { .. }) => 17,
        Some(Layer::Tcp { .. }) => 6,
        Some(Layer::Sctp { .. }) => 132,
        Some(Layer::Icmp { protocol, .. }) => *protocol,
        Some(Layer::Esp) => 50,
        None => NO_NEXT_HEADER,
        Some(_) => EXPERIMENT,
    }
}

/// Who has 192.0.2.2? Tell 192.0.2.1 (RFC 826).
fn arp() -> Vec<u8> {
    let mut bytes = vec![0, 1, 8, 0, 6, 4, 0, 1];
    bytes.extend(&ADDRESSES[6..]);
    bytes.extend([192, 0, 2, 1, 0, 0, 0, 0, 0, 0, 192, 0, 2, 2]);
    bytes
}

/// The Internet checksum (RFC 1071) over an even number of octets.
fn checksum(bytes: &[u8]) -> u16 {
    let words = bytes.chunks_exact(2).map(|pair| u32::from(u16::from_be_bytes([pair[0], pair[1]])));
    let sum: u32 = words.sum();
    let folded = (sum & 0xffff) + (sum >> 16);
    let folded = (folded & 0xffff) + (folded >> 16);
    !u16::try_from(folded).expect("it is folded to 16 bits")
}

/// A length in its field of 16 bits. What does not fit, wraps: who builds such
/// a packet sets the field.
fn number(length: usize) -> u16 {
    u16::try_from(length & 0xffff).expect("it is masked")
}

fn byte(length: usize) -> u8 {
    u8::try_from(length).expect("the length fits its field")
}
