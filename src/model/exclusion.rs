//! Why a record is in neither family: it is not IP, it cannot be told, or it is
//! no traffic.

use super::LinkType;
use std::fmt;

/// An EtherType (IEEE 802.3, IANA). Unknown values are kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EtherType(pub u16);

impl EtherType {
    /// Whether it stands before a VLAN tag (IEEE 802.1Q, 802.1ad, and the numbers of
    /// before them).
    #[inline]
    #[must_use]
    pub fn is_vlan(self) -> bool {
        matches!(self.0, 0x8100 | 0x88a8 | 0x9100 | 0x9200 | 0x9300)
    }
}

/// What a frame that carries no IP packet is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum NotIp {
    /// Another EtherType.
    EtherType(EtherType),
    /// An LLC service access point other than SNAP (IEEE 802.2).
    Llc(u8),
    /// Another PPP protocol (RFC 1661).
    Ppp(u16),
    /// Another network layer protocol identifier (ISO/IEC TR 9577).
    Nlpid(u8),
    /// What has no number of these kinds: the words say what it is.
    Named(&'static str),
}

impl fmt::Display for NotIp {
    /// The key in `not_ip_by_ethertype`: `0x0806`, `llc:0x42`, `ppp:0x8021`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::EtherType(EtherType(number)) => write!(f, "0x{number:04x}"),
            Self::Llc(sap) => write!(f, "llc:0x{sap:02x}"),
            Self::Ppp(number) => write!(f, "ppp:0x{number:04x}"),
            Self::Nlpid(number) => write!(f, "nlpid:0x{number:02x}"),
            Self::Named(words) => f.write_str(words),
        }
    }
}

macro_rules! undecodable {
    ($($(#[$doc:meta])* $name:ident = $key:literal;)*) => {
        /// Why nobody can say whether a record carries IPv4 or IPv6.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Undecodable {
            /// The link type of the interface is not supported; its number is kept.
            UnsupportedLinkType(LinkType),
            $($(#[$doc])* $name,)*
        }

        impl Undecodable {
            /// Every reason but the link type, which has a number beside it.
            pub const WITHOUT_NUMBER: &[Self] = &[$(Self::$name,)*];

            /// The key in `undecodable_by_reason`.
            #[must_use]
            pub fn key(self) -> &'static str {
                match self {
                    Self::UnsupportedLinkType(_) => "unsupported_link_type",
                    $(Self::$name => $key,)*
                }
            }
        }
    };
}

undecodable! {
    /// The frame is cut before the field that names its payload.
    TruncatedLinkHeader = "truncated_link_header";
    /// The link layer contradicts itself (a length that cannot be, say).
    MalformedLinkHeader = "malformed_link_header";
    /// EtherType (or link type) and the version nibble disagree.
    VersionMismatch = "version_mismatch";
    /// The link type leaves the family to the version nibble, and that is
    /// neither 4 nor 6.
    UnknownVersion = "unknown_version";
    /// The link layer is encrypted (IEEE 802.11 protected data, MACsec, PPP
    /// with ECP).
    EncryptedLink = "encrypted_link";
    /// The link layer is compressed (PPP with CCP or RFC 1144).
    CompressedLink = "compressed_link";
    /// A pcapng packet names an interface that its section does not describe.
    UnknownInterface = "unknown_interface";
    /// Flow data whose template never came.
    MissingTemplate = "missing_template";
    /// A flow record (or a datagram, a block of them) that contradicts its
    /// format.
    MalformedRecord = "malformed_record";
    /// A line of a flow log (or a record within one that is text) that cannot be
    /// read.
    BadLine = "bad_line";
    /// A flow record that tells neither family.
    UnknownFamily = "unknown_family";
}

macro_rules! excluded {
    ($($(#[$doc:meta])* $name:ident = $key:literal;)*) => {
        /// Why what was read is no traffic. It is counted beside the records, never
        /// among them (MEASURE section 6).
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Excluded { $($(#[$doc])* $name,)* }

        impl Excluded {
            /// Every reason.
            pub const ALL: &[Self] = &[$(Self::$name,)*];

            /// The key in `excluded_by_reason`.
            #[must_use]
            pub fn key(self) -> &'static str {
                match self { $(Self::$name => $key,)* }
            }
        }
    };
}

excluded! {
    /// A copy of a frame seen just before.
    Duplicate = "duplicate";
    /// Traffic that a security group or a firewall did not let through.
    Rejected = "rejected";
    /// A flow log says that it saw nothing in this interval: a gap.
    NoData = "no_data";
    /// A flow log says that it left records out in this interval: a gap.
    SkippedData = "skipped_data";
    /// A record of options: about the exporter, not about traffic.
    OptionsRecord = "options_record";
    /// A record of counters of an interface or a device.
    CounterRecord = "counter_record";
    /// An event of a NAT or a firewall, which carries no traffic.
    Event = "event";
    /// A packet that the device threw away, told as such (sFlow
    /// `discarded_packet`): a notice, not a sample of the traffic.
    DiscardedPacket = "discarded_packet";
    /// A record of another kind than flows, in a log that mixes them.
    OtherRecord = "other_record";
    /// The same flow as seen at the other side of the device.
    DuplicateDirection = "duplicate_direction";
    /// The same flow as reported by the other end.
    DuplicateReporter = "duplicate_reporter";
    /// The same flow as exported by another observation point.
    DuplicateObservationPoint = "duplicate_observation_point";
    /// The outside of a tunnel whose inside has records of its own.
    TunnelOutside = "tunnel_outside";
    /// A record that carries no export, in a capture read for its exports.
    NoExport = "no_export";
    /// A record before or after the time that is measured.
    OutsideTime = "outside_time";
    /// A record without a time, where a stretch of time is measured.
    WithoutTime = "without_time";
}
