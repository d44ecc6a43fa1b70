//! The decoder: its configuration, and which path a frame takes.

use super::general;
use super::short::{self, Plain};
use super::tunnel::{self, PlainTunnel};
use crate::model::{
    Decoded, Frame, Head, IpAddress, IpVersion, Prefix, TunnelOptions, UdpTunnel, Verdict,
};
use std::sync::LazyLock;

/// Decodes frames. It has no state but its configuration.
#[derive(Clone, Debug)]
pub struct Decoder {
    options: TunnelOptions,
    /// A bit for each UDP port of a tunnel.
    ports: Box<[u64; 1024]>,
    /// The tunnel of each UDP port.
    tunnels: Box<[Option<UdpTunnel>]>,
    /// True where a prefix of a translator is configured.
    translators: bool,
    /// True where a prefix of a softwire is configured.
    softwires: bool,
}

impl Default for Decoder {
    fn default() -> Self {
        Self::new(TunnelOptions::default())
    }
}

impl Decoder {
    /// A decoder of this configuration.
    #[must_use]
    pub fn new(options: TunnelOptions) -> Self {
        let mut ports = Box::new([0; 1024]);
        let mut tunnels = vec![None; 1 << 16].into_boxed_slice();
        for (port, tunnel) in &options.ports {
            ports[usize::from(port / 64)] |= 1 << (port % 64);
            tunnels[usize::from(*port)] = Some(*tunnel);
        }
        let lists = [&options.nat64, &options.map_t, &options.xlat464, &options.siit_dc];
        let translators = lists.iter().any(|list| !list.is_empty());
        let lists = [&options.ds_lite, &options.lw4o6, &options.map_e];
        let softwires = lists.iter().any(|list| !list.is_empty());
        Self { options, ports, tunnels, translators, softwires }
    }

    /// The configuration.
    #[must_use]
    pub fn options(&self) -> &TunnelOptions {
        &self.options
    }

    /// Decodes one frame.
    #[must_use]
    pub fn decode(&self, frame: &Frame<'_>) -> Decoded {
        match self.decode_plain(frame) {
            Some(plain) => Verdict::Ip(plain.observation(frame)).into(),
            None => self.decode_general(frame),
        }
    }

    /// Decodes the start of a plain frame by the short path; `None` for
    /// [`Decoder::decode_general`].
    ///
    /// Inlined into the loop that reads the records, so that what it gives is
    /// never written to memory.
    #[inline(always)]
    #[must_use]
    pub fn decode_head(&self, head: &Head<'_>) -> Option<Plain> {
        short::plain(self, head)
    }

    /// The same of an Ethernet frame that [seems](Head::family) to be a plain packet of
    /// a family, IPv6 where `SIX`, and of which [`Head::PLAIN`] bytes at least were
    /// captured, at most as many as it had, and at most four of its octets are a frame
    /// check sequence. Of other frames it may say anything.
    #[inline(always)]
    #[must_use]
    pub fn decode_family<const SIX: bool>(&self, head: &Head<'_>) -> Option<Plain> {
        short::of_family::<SIX>(self, head)
    }

    /// The same of a whole frame.
    #[inline]
    #[must_use]
    pub fn decode_plain(&self, frame: &Frame<'_>) -> Option<Plain> {
        let link_type = frame.link_type.filter(|link_type| Head::covers(*link_type))?;
        let captured = frame.captured;
        let mut padded = [0; Head::LEN];
        let bytes = captured.first_chunk().unwrap_or_else(|| {
            padded[..captured.len()].copy_from_slice(captured);
            &padded
        });
        self.decode_head(&Head {
            bytes,
            front: bytes.first_chunk()?,
            tags_left_out: 0,
            link_type,
            interface: frame.interface,
            captured_len: u32::try_from(captured.len()).ok()?,
            original_len: frame.original_len,
            fcs_len: frame.fcs_len,
            timestamp: frame.timestamp?,
        })
    }

    /// Decodes a frame that [`Decoder::decode_plain`] declined by the short path
    /// through one tunnel; `None` for [`Decoder::decode_general`].
    #[inline(always)]
    #[must_use]
    pub fn decode_plain_tunnel(&self, frame: &Frame<'_>) -> Option<PlainTunnel> {
        tunnel::plain(self, frame)
    }

    /// Decodes one frame by the general path alone: the oracle of
    /// [`Decoder::decode`].
    #[must_use]
    pub fn decode_general(&self, frame: &Frame<'_>) -> Decoded {
        general::decode(self, frame)
    }

    /// Whether a UDP port may be that of a tunnel.
    #[inline(always)]
    pub(super) fn is_tunnel_port(&self, port: u16) -> bool {
        self.ports[usize::from(port / 64)] >> (port % 64) & 1 != 0
    }

    /// The tunnel that a pair of UDP ports stands for: the destination's before
    /// the source's.
    #[inline]
    pub(super) fn udp_tunnel(&self, source: u16, destination: u16) -> Option<UdpTunnel> {
        let [source, destination] = [source, destination].map(|port| {
            self.is_tunnel_port(port).then(|| self.tunnels[usize::from(port)]).flatten()
        });
        destination.or(source)
    }

    /// True where a packet without a tunnel may be of a configured translator.
    #[inline(always)]
    pub(super) fn has_translators(&self) -> bool {
        self.translators
    }

    /// True where IPv4 in IPv6 may be of a configured softwire.
    pub(super) fn has_softwires(&self) -> bool {
        self.softwires
    }
}

/// Whether a list of configured prefixes holds an IPv6 address.
pub(super) fn any_holds(list: &[Prefix], address: IpAddress) -> bool {
    list.iter().any(|prefix| prefix.contains(IpVersion::V6, address))
}

/// The decoder of the default configuration.
static DEFAULT: LazyLock<Decoder> = LazyLock::new(Decoder::default);

/// Decodes one frame in the default configuration.
#[must_use]
pub fn decode(frame: &Frame<'_>) -> Decoded {
    DEFAULT.decode(frame)
}

/// Decodes one frame in the default configuration, by the general path alone.
#[must_use]
pub fn decode_general(frame: &Frame<'_>) -> Decoded {
    DEFAULT.decode_general(frame)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decode::link;
    use crate::model::{Details, IpHeader, LinkFacts, LinkType, Observation, Timestamp};
    use proptest::prelude::*;

    /// Link types with heads, and what stands before the IP header, an EtherType of
    /// 0xffff for that of the family.
    fn links() -> Vec<(LinkType, Vec<u8>)> {
        let addresses: Vec<u8> = (1..=12).collect();
        let tagged = |tags: &[u8]| [&addresses, tags, &[0xff, 0xff]].concat();
        let sll = |hardware: u8| [&[0, 0, 3, hardware], &[0; 10][..], &[0xff, 0xff]].concat();
        let sll2 = [&[0xff, 0xff][..], &[0; 7], &[1], &[0; 10]].concat();
        vec![
            (LinkType::ETHERNET, tagged(&[])),
            (LinkType::ETHERNET, tagged(&[0x81, 0, 0xe1, 7])),
            (LinkType::ETHERNET, tagged(&[0x88, 0xa8, 0, 7, 0x81, 0, 0x3f, 9])),
            (LinkType::RAW, Vec::new()),
            (LinkType::LINUX_SLL, sll(4)),
            // Netlink, whose protocol says nothing.
            (LinkType::LINUX_SLL, sll(0x38)),
            (LinkType::LINUX_SLL2, sll2),
            (LinkType::RAW, vec![2; 12]),
        ]
    }

    /// What a packet shows beside its ends.
    fn details(observation: &Observation, link: LinkFacts) -> Details {
        let IpHeader { source, destination, ports, traffic_class, .. } = observation.outer;
        Details {
            ports,
            low: [source, destination].map(|address| address.unwrap().low()),
            class: traffic_class.unwrap(),
            link,
            interface: Some(7),
            ..Details::at(observation.timestamp.unwrap())
        }
    }

    proptest! {
        /// A head is followed by bytes that are not the frame's: they must not
        /// matter.
        #[test]
        fn what_lies_behind_the_frame_changes_nothing(
            (link_type, before) in prop::sample::select(links()),
            six in any::<bool>(),
            protocol in prop::sample::select(vec![1_u8, 6, 17, 41, 44, 47]),
            port in prop::sample::select(vec![9_u16, 443, 3544, 4789]),
            mut bytes in prop::array::uniform32(any::<u8>()),
            len in 0_usize..=Head::LEN,
            octets in 0_u16..80,
        ) {
            bytes[0] = 0;
            let at = before.len();
            let mut head = [0; Head::LEN];
            head[Head::LEN - 32..].copy_from_slice(&bytes);
            head[..at].copy_from_slice(&before);
            // Of the EtherType, where there is one, the family is left open.
            for place in before.windows(2).enumerate().filter(|(_, two)| *two == [0xff; 2]) {
                let ether_type = if six { [0x86, 0xdd] } else { [8, 0] };
                head[place.0..place.0 + 2].copy_from_slice(&ether_type);
            }
            let fixed: &[(usize, u16)] = if six {
                &[(0, 0x6000), (4, octets), (6, u16::from_be_bytes([protocol, 64])), (42, port)]
            } else {
                &[(0, 0x4500), (2, octets), (8, u16::from_be_bytes([64, protocol])), (22, port)]
            };
            for (place, value) in fixed {
                head[at + place..at + place + 2].copy_from_slice(&value.to_be_bytes());
            }
            let frame = Frame {
                link_type: Some(link_type),
                timestamp: Some(Timestamp::from_nanoseconds(1)),
                captured: &head[..len],
                original_len: 94,
                fcs_len: 0,
                interface: 7,
            };
            let decoder = Decoder::default();
            let head = Head {
                bytes: &head,
                front: head.first_chunk().unwrap(),
                tags_left_out: 0,
                link_type,
                interface: frame.interface,
                captured_len: u32::try_from(len).unwrap(),
                original_len: 94,
                fcs_len: 0,
                timestamp: Timestamp::from_nanoseconds(1),
            };
            let by_head = decoder.decode_head(&head);
            let shown = by_head.map(|plain| plain.observation(&frame));
            prop_assert_eq!(shown, decoder.decode_plain(&frame).map(|plain| plain.observation(&frame)));
            if let Some(observation) = shown {
                prop_assert_eq!(Decoded::from(Verdict::Ip(observation)), decoder.decode_general(&frame));
                let link = link::facts(link_type, frame.captured);
                prop_assert_eq!(by_head.unwrap().details(&head), details(&observation, link));
            }
        }
    }
}
