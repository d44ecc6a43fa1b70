//! The decoder: its configuration, and which path a frame takes.

use super::short::{self, Plain};
use super::{ETHERNET, general};
use crate::model::{
    Decoded, Frame, IpAddress, IpVersion, Prefix, TunnelOptions, UdpTunnel, Verdict,
};
use std::sync::LazyLock;

/// Decodes frames. It has no state but its configuration.
#[derive(Clone, Debug)]
pub struct Decoder {
    options: TunnelOptions,
    /// A bit for each UDP port of a tunnel.
    ports: Box<[u64; 1024]>,
    /// True where a prefix of a translator is configured.
    translators: bool,
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
        for port in options.ports.keys() {
            ports[usize::from(port / 64)] |= 1 << (port % 64);
        }
        let lists = [&options.nat64, &options.map_t, &options.xlat464, &options.siit_dc];
        let translators = lists.iter().any(|list| !list.is_empty());
        Self { options, ports, translators }
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

    /// Decodes a plain frame by the short path; `None` for
    /// [`Decoder::decode_general`].
    ///
    /// Inlined into the loop that reads the records, so that what it gives is
    /// never written to memory.
    #[inline(always)]
    #[must_use]
    pub fn decode_plain<'a>(&self, frame: &Frame<'a>) -> Option<Plain<'a>> {
        if frame.link_type == Some(ETHERNET) { short::ethernet(self, frame) } else { None }
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
    pub(super) fn udp_tunnel(&self, source: u16, destination: u16) -> Option<UdpTunnel> {
        let ports = &self.options.ports;
        ports.get(&destination).or_else(|| ports.get(&source)).copied()
    }

    /// True where a packet without a tunnel may be of a configured translator.
    #[inline(always)]
    pub(super) fn has_translators(&self) -> bool {
        self.translators
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
