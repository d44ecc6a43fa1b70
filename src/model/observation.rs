//! What a record becomes: from here on nobody knows whether it was a packet or
//! a flow record.

use super::{
    Anomalies, Encapsulation, IpAddress, IpProtocol, IpVersion, NotIp, Timestamp, TunnelPath,
    Undecodable,
};

/// What one IP header says, as far as it was captured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct IpHeader {
    /// The family.
    pub version: IpVersion,
    /// Source address, where it was captured whole.
    pub source: Option<IpAddress>,
    /// Destination address, where it was captured whole.
    pub destination: Option<IpAddress>,
    /// The protocol after all extension headers; `None` when it is cut away.
    pub protocol: Option<IpProtocol>,
    /// Source and destination port of TCP, UDP, SCTP, DCCP and UDP-Lite; `None`
    /// for other protocols, for later fragments and where they are cut away.
    pub ports: Option<(u16, u16)>,
    /// IP-layer octets by MEASURE section 1.
    pub octets: u64,
    /// The octet of Type of Service (RFC 791) or Traffic Class (RFC 8200), as RFC
    /// 2474 and 3168 read it; `None` where it is cut away or not told.
    pub traffic_class: Option<u8>,
}

/// An IP packet (or the packets of a flow record) with all that is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Observation {
    /// When; `None` when there is no time or an impossible one.
    pub timestamp: Option<Timestamp>,
    /// Original length of the frame.
    pub wire_octets: u64,
    /// The first IP header reached from the link layer.
    pub outer: IpHeader,
    /// The last IP header reached by opening tunnels; `None` where that is the
    /// outer one.
    pub inner: Option<IpHeader>,
    /// The mechanism: that of the outermost tunnel, or of a translation.
    pub encapsulation: Encapsulation,
    /// The layers from the outer header to the inner one.
    pub path: TunnelPath,
    /// True where something is carried inside that cannot be seen: the inner
    /// header is the innermost one known.
    pub inner_unknown: bool,
}

impl Observation {
    /// The header of the end-to-end view.
    #[must_use]
    pub fn innermost(&self) -> &IpHeader {
        self.inner.as_ref().unwrap_or(&self.outer)
    }

    /// The family that the packet counts as end to end: that of the inner
    /// header, and IPv4 for what was translated.
    #[must_use]
    pub fn end_to_end(&self) -> IpVersion {
        if self.encapsulation.is_translation() { IpVersion::V4 } else { self.innermost().version }
    }
}

/// What decoding makes of a frame: a verdict, and what was odd on the way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Decoded {
    /// In which class the record is.
    pub verdict: Verdict,
    /// What was odd.
    pub anomalies: Anomalies,
    /// Octets by which a header's length exceeds what the frame can hold.
    pub excess_octets: u64,
}

/// The class of a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(
    clippy::large_enum_variant,
    reason = "there is one at a time, nearly always of the large variant, and a box for each packet costs more"
)]
pub enum Verdict {
    /// An IP packet.
    Ip(Observation),
    /// Something else.
    NotIp(NotIp),
    /// Nobody can say.
    Undecodable(Undecodable),
}

impl From<Verdict> for Decoded {
    fn from(verdict: Verdict) -> Self {
        Self { verdict, anomalies: Anomalies::NONE, excess_octets: 0 }
    }
}
