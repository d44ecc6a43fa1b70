//! A packet, layer by layer, from the outermost to the innermost:
//!
//! ```text
//! Packet::ethernet().vlan(5).ipv6("2001:db8::1", "2001:db8::2").hop_by_hop(&[]).udp(5000, 53).payload(100).bytes()
//! ```
//!
//! Lengths, protocol numbers and checksums follow from the layers, unless a
//! test bends them: [`Packet::total_length`], [`Packet::payload_length`],
//! [`Packet::protocol`], [`Packet::version`] and the like change the layer that
//! was named last.

use super::Record;
use super::layer::{ByteOrder, Ipv4, Ipv6, Layer};
use std::net::{Ipv4Addr, Ipv6Addr};

/// A packet in the making.
#[derive(Clone, Debug)]
pub struct Packet {
    link_type: u16,
    layers: Vec<Layer>,
    trailer: Vec<u8>,
}

/// The link layers.
impl Packet {
    /// On LINKTYPE_ETHERNET.
    pub fn ethernet() -> Self {
        Self::on(1).layer(Layer::Ethernet { ether_type: None })
    }

    /// On LINKTYPE_RAW: the IP header comes first.
    pub fn raw() -> Self {
        Self::on(101)
    }

    /// On LINKTYPE_IPV4.
    pub fn raw_ipv4() -> Self {
        Self::on(228)
    }

    /// On LINKTYPE_IPV6.
    pub fn raw_ipv6() -> Self {
        Self::on(229)
    }

    /// On LINKTYPE_LINUX_SLL.
    pub fn sll() -> Self {
        Self::on(113).layer(Layer::Sll)
    }

    /// On LINKTYPE_LINUX_SLL2.
    pub fn sll2() -> Self {
        Self::on(276).layer(Layer::Sll2)
    }

    /// On LINKTYPE_NULL: a family in the order of the host that captured.
    pub fn null(order: ByteOrder) -> Self {
        Self::on(0).layer(Layer::Null(order))
    }

    /// On LINKTYPE_PPP with address and control.
    pub fn ppp() -> Self {
        Self::on(9).layer(Layer::Ppp)
    }

    /// On any link type, beginning with nothing.
    pub fn on(link_type: u16) -> Self {
        Self { link_type, layers: Vec::new(), trailer: Vec::new() }
    }

    /// An IEEE 802.1Q tag.
    pub fn vlan(self, id: u16) -> Self {
        self.layer(Layer::Tag { protocol: 0x8100, id })
    }

    /// An IEEE 802.1ad service tag.
    pub fn service_vlan(self, id: u16) -> Self {
        self.layer(Layer::Tag { protocol: 0x88a8, id })
    }

    /// An MPLS label; the last one is the bottom of the stack.
    pub fn mpls(self, label: u32) -> Self {
        self.layer(Layer::Mpls { label })
    }

    /// A PPPoE session with its PPP protocol field.
    pub fn pppoe(self) -> Self {
        self.layer(Layer::Pppoe)
    }

    /// An IEEE 802.3 length with LLC and SNAP in place of an EtherType.
    pub fn snap_header(mut self) -> Self {
        match self.layers.last_mut() {
            Some(layer @ Layer::Ethernet { .. }) => *layer = Layer::Ieee8023,
            other => panic!("a SNAP header stands in an Ethernet frame, not in {other:?}"),
        }
        self
    }

    /// An ARP request.
    pub fn arp(self) -> Self {
        self.layer(Layer::Arp)
    }
}

/// The network layer.
impl Packet {
    /// An IPv4 header.
    pub fn ipv4(self, source: &str, destination: &str) -> Self {
        let [source, destination] =
            [source, destination].map(|text| text.parse::<Ipv4Addr>().expect("an IPv4 address"));
        self.layer(Layer::Ipv4(Ipv4::new(source, destination)))
    }

    /// An IPv6 header.
    pub fn ipv6(self, source: &str, destination: &str) -> Self {
        let [source, destination] =
            [source, destination].map(|text| text.parse::<Ipv6Addr>().expect("an IPv6 address"));
        self.layer(Layer::Ipv6(Ipv6::new(source, destination)))
    }

    /// IPv4 options, padded to words of 32 bits.
    pub fn options(mut self, options: &[u8]) -> Self {
        self.last_ipv4().options = options.to_vec();
        self
    }

    /// A Total Length that is not the packet's own.
    pub fn total_length(mut self, octets: u16) -> Self {
        self.last_ipv4().total_length = Some(octets);
        self
    }

    /// A header length that is not the header's own, in words of 32 bits.
    pub fn header_words(mut self, words: u8) -> Self {
        self.last_ipv4().header_words = Some(words);
        self
    }

    /// A fragment of an IPv4 packet; the offset is in units of 8 octets.
    pub fn fragment_at(mut self, offset: u16, more: bool) -> Self {
        self.last_ipv4().fragment = offset | if more { 0x2000 } else { 0 };
        self
    }

    /// A Payload Length that is not the packet's own.
    pub fn payload_length(mut self, octets: u16) -> Self {
        match self.layers.last_mut() {
            Some(Layer::Ipv6(header)) => header.payload_length = Some(octets),
            other => panic!("the Payload Length is a field of IPv6, not of {other:?}"),
        }
        self
    }

    /// A protocol number that is not that of the next layer.
    pub fn protocol(mut self, number: u8) -> Self {
        match self.layers.last_mut() {
            Some(Layer::Ipv4(header)) => header.protocol = Some(number),
            Some(Layer::Ipv6(header)) => header.next_header = Some(number),
            Some(Layer::Fragment { next, .. }) => *next = Some(number),
            other => panic!("a protocol is named by IP or a Fragment header, not by {other:?}"),
        }
        self
    }

    /// A version that is not the header's own.
    pub fn version(mut self, version: u8) -> Self {
        match self.layers.last_mut() {
            Some(Layer::Ipv4(header)) => header.version = version,
            Some(Layer::Ipv6(header)) => header.version = version,
            other => panic!("a version stands in an IP header, not in {other:?}"),
        }
        self
    }

    /// A Hop-by-Hop Options header with these options.
    pub fn hop_by_hop(self, options: &[u8]) -> Self {
        self.extension(0, options)
    }

    /// A Hop-by-Hop Options header with a Jumbo Payload option (RFC 2675); the
    /// Payload Length of the header before it becomes 0.
    pub fn jumbo(mut self, octets: u32) -> Self {
        if let Some(Layer::Ipv6(header)) = self.layers.last_mut() {
            header.payload_length = Some(0);
        }
        let mut option = vec![0xc2, 4];
        option.extend(octets.to_be_bytes());
        self.hop_by_hop(&option)
    }

    /// A Destination Options header with these options.
    pub fn destination_options(self, options: &[u8]) -> Self {
        self.extension(60, options)
    }

    /// A Routing header with this type and data.
    pub fn routing(self, data: &[u8]) -> Self {
        self.extension(43, data)
    }

    /// Any IPv6 extension header; `body` follows its length and is padded to
    /// units of 8 octets.
    pub fn extension(self, number: u8, body: &[u8]) -> Self {
        self.layer(Layer::Extension { number, body: body.to_vec(), units: None })
    }

    /// A length of the extension header that is not its own, as the field says it.
    pub fn extension_length(mut self, field: u8) -> Self {
        match self.layers.last_mut() {
            Some(Layer::Extension { units, .. }) => *units = Some(field),
            other => panic!("this length is a field of an extension header, not of {other:?}"),
        }
        self
    }

    /// A Fragment header; the offset is in units of 8 octets.
    pub fn fragment(self, offset: u16, more: bool) -> Self {
        self.layer(Layer::Fragment { offset, more, next: None })
    }

    /// An Authentication Header with an integrity check value of so many octets.
    pub fn ah(self, check_value: usize) -> Self {
        self.layer(Layer::Ah { check_value })
    }
}

/// What IP carries, and the end.
impl Packet {
    /// A UDP header.
    pub fn udp(self, source: u16, destination: u16) -> Self {
        self.layer(Layer::Udp { source, destination })
    }

    /// A TCP header without options.
    pub fn tcp(self, source: u16, destination: u16) -> Self {
        self.layer(Layer::Tcp { source, destination })
    }

    /// An SCTP common header.
    pub fn sctp(self, source: u16, destination: u16) -> Self {
        self.layer(Layer::Sctp { source, destination })
    }

    /// An ICMP message.
    pub fn icmp(self, kind: u8) -> Self {
        self.layer(Layer::Icmp { protocol: 1, kind })
    }

    /// An ICMPv6 message.
    pub fn icmpv6(self, kind: u8) -> Self {
        self.layer(Layer::Icmp { protocol: 58, kind })
    }

    /// An ESP header: what follows is a secret.
    pub fn esp(self) -> Self {
        self.layer(Layer::Esp)
    }

    /// So many octets that mean nothing.
    pub fn payload(self, octets: usize) -> Self {
        self.data(&vec![0x5a; octets])
    }

    /// These octets.
    pub fn data(self, octets: &[u8]) -> Self {
        self.layer(Layer::Data(octets.to_vec()))
    }

    /// Octets behind the packet that no length counts.
    pub fn trailing(mut self, octets: usize) -> Self {
        self.trailer.extend(vec![0; octets]);
        self
    }

    /// Padding up to a length of the frame.
    pub fn padded_to(self, frame: usize) -> Self {
        let octets = frame.saturating_sub(self.bytes().len());
        self.trailing(octets)
    }

    /// The link type it is made for.
    pub fn link_type(&self) -> u16 {
        self.link_type
    }

    /// The frame.
    pub fn bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        for at in (0..self.layers.len()).rev() {
            bytes = self.layers[at].around(self.layers.get(at + 1), bytes);
        }
        bytes.extend(&self.trailer);
        bytes
    }

    /// The frame as it is captured.
    pub fn record(&self) -> Record {
        Record::of(self.bytes())
    }

    fn layer(mut self, layer: Layer) -> Self {
        self.layers.push(layer);
        self
    }

    fn last_ipv4(&mut self) -> &mut Ipv4 {
        match self.layers.last_mut() {
            Some(Layer::Ipv4(header)) => header,
            other => panic!("this is a field of IPv4, not of {other:?}"),
        }
    }
}
