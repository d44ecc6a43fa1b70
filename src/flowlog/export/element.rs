//! Which information elements matter, and where each goes (RFC 7012, the IANA
//! registry of IPFIX entities; RFC 3954 section 8 for NetFlow v9, whose field
//! types are the same numbers).

use super::ExportFormat;

/// The enterprise number of reverse elements (RFC 5103 section 6).
const REVERSE: u32 = 29_305;

macro_rules! slots {
    ($($(#[$doc:meta])* $name:ident,)*) => {
        /// A place for one number of a record. Names are those of the elements.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[repr(u8)]
        pub(super) enum Slot { $($(#[$doc])* $name,)* }

        impl Slot {
            /// How many there are.
            pub(super) const COUNT: usize = [$(Self::$name,)*].len();
        }
    };
}

slots! {
    /// Never filled: what is not in a template is read from here, as 0.
    Nothing,
    /// Filled with what nobody reads.
    Skipped,
    OctetDelta, PacketDelta, OctetTotal, PacketTotal,
    PostOctetDelta, PostPacketDelta, PostOctetTotal, PostPacketTotal,
    Layer2OctetDelta, Layer2OctetTotal,
    InitiatorOctets, ResponderOctets, InitiatorPackets, ResponderPackets,
    ReverseOctetDelta, ReversePacketDelta, ReverseOctetTotal, ReversePacketTotal,
    ReverseLayer2OctetDelta, ReverseLayer2OctetTotal,
    Protocol, Version, EtherType, SourcePort, DestinationPort,
    Ingress, Egress, Direction,
    Source4, Destination4,
    /// An IPv6 address fills its own slot and the next one.
    Source6, Source6Low, Destination6, Destination6Low,
    StartUptime, EndUptime, StartSeconds, EndSeconds, StartMilliseconds, EndMilliseconds,
    StartMicroseconds, EndMicroseconds, StartNanoseconds, EndNanoseconds,
    StartDelta, EndDelta, DurationMilliseconds, DurationMicroseconds,
    ObservedSeconds, ObservedMilliseconds, ObservedMicroseconds, ObservedNanoseconds,
    SystemInit,
    /// `samplerId` of NetFlow v9, or `selectorId`.
    Sampler,
    SamplingInterval, SamplerRandomInterval, PacketInterval, PacketSpace,
    SamplingSize, SamplingPopulation, SamplingProbability, SelectorAlgorithm,
    NatEvent, FirewallEvent,
    FrameSize, FrameType,
    /// Scopes of options.
    ScopeDomain, ScopeInterface,
}

/// What is made of an element's value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Meaning {
    /// An unsigned number of up to 8 octets (a floating point number's bits too).
    Number(Slot),
    /// An IPv4 address: 4 octets.
    Address4(Slot),
    /// An IPv6 address: 16 octets.
    Address6(Slot),
    /// The first octets of a packet.
    Section(SectionKind),
    /// Nothing: it is skipped.
    Skipped,
}

/// Where a section of a packet begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum SectionKind {
    /// At the link layer (`dataLinkFrameSection`, `layer2packetSectionData`).
    Frame,
    /// At the IP header (`ipHeaderPacketSection`).
    Ip,
}

/// What the element `id` of `enterprise` (0 for IANA's) means in a data record.
pub(super) fn meaning(format: ExportFormat, enterprise: u32, id: u16) -> Meaning {
    match enterprise {
        0 if format == ExportFormat::NetFlow9 && id == 40_005 => {
            // NF_F_FW_EVENT of early ASA software, before it had a number at IANA.
            Meaning::Number(Slot::FirewallEvent)
        }
        0 => counter(id).or_else(|| key(id)).or_else(|| time(id)).unwrap_or_else(|| other(id)),
        REVERSE => reverse(id).map_or(Meaning::Skipped, Meaning::Number),
        _ => Meaning::Skipped,
    }
}

fn counter(id: u16) -> Option<Meaning> {
    Some(Meaning::Number(match id {
        1 => Slot::OctetDelta,
        2 => Slot::PacketDelta,
        23 => Slot::PostOctetDelta,
        24 => Slot::PostPacketDelta,
        85 => Slot::OctetTotal,
        86 => Slot::PacketTotal,
        171 => Slot::PostOctetTotal,
        172 => Slot::PostPacketTotal,
        231 => Slot::InitiatorOctets,
        232 => Slot::ResponderOctets,
        298 => Slot::InitiatorPackets,
        299 => Slot::ResponderPackets,
        352 => Slot::Layer2OctetDelta,
        353 => Slot::Layer2OctetTotal,
        _ => return None,
    }))
}

fn reverse(id: u16) -> Option<Slot> {
    Some(match id {
        1 => Slot::ReverseOctetDelta,
        2 => Slot::ReversePacketDelta,
        85 => Slot::ReverseOctetTotal,
        86 => Slot::ReversePacketTotal,
        352 => Slot::ReverseLayer2OctetDelta,
        353 => Slot::ReverseLayer2OctetTotal,
        _ => return None,
    })
}

fn key(id: u16) -> Option<Meaning> {
    Some(match id {
        4 => Meaning::Number(Slot::Protocol),
        // The ports of TCP and UDP also have elements of their own.
        7 | 180 | 182 => Meaning::Number(Slot::SourcePort),
        11 | 181 | 183 => Meaning::Number(Slot::DestinationPort),
        10 => Meaning::Number(Slot::Ingress),
        14 => Meaning::Number(Slot::Egress),
        60 => Meaning::Number(Slot::Version),
        61 => Meaning::Number(Slot::Direction),
        256 => Meaning::Number(Slot::EtherType),
        // Aggregating exporters send prefixes in place of addresses (44, 45, 169,
        // 170).
        8 | 44 => Meaning::Address4(Slot::Source4),
        12 | 45 => Meaning::Address4(Slot::Destination4),
        27 | 170 => Meaning::Address6(Slot::Source6),
        28 | 169 => Meaning::Address6(Slot::Destination6),
        _ => return None,
    })
}

fn time(id: u16) -> Option<Meaning> {
    Some(Meaning::Number(match id {
        21 => Slot::EndUptime,
        22 => Slot::StartUptime,
        150 => Slot::StartSeconds,
        151 => Slot::EndSeconds,
        152 => Slot::StartMilliseconds,
        153 => Slot::EndMilliseconds,
        154 => Slot::StartMicroseconds,
        155 => Slot::EndMicroseconds,
        156 => Slot::StartNanoseconds,
        157 => Slot::EndNanoseconds,
        158 => Slot::StartDelta,
        159 => Slot::EndDelta,
        160 => Slot::SystemInit,
        161 => Slot::DurationMilliseconds,
        162 => Slot::DurationMicroseconds,
        322 => Slot::ObservedSeconds,
        323 => Slot::ObservedMilliseconds,
        324 => Slot::ObservedMicroseconds,
        325 => Slot::ObservedNanoseconds,
        _ => return None,
    }))
}

fn other(id: u16) -> Meaning {
    Meaning::Number(match id {
        34 => Slot::SamplingInterval,
        50 => Slot::SamplerRandomInterval,
        48 | 302 => Slot::Sampler,
        304 => Slot::SelectorAlgorithm,
        305 => Slot::PacketInterval,
        306 => Slot::PacketSpace,
        309 => Slot::SamplingSize,
        310 => Slot::SamplingPopulation,
        311 => Slot::SamplingProbability,
        230 => Slot::NatEvent,
        233 => Slot::FirewallEvent,
        103 | 312 => Slot::FrameSize,
        408 => Slot::FrameType,
        104 | 315 => return Meaning::Section(SectionKind::Frame),
        313 => return Meaning::Section(SectionKind::Ip),
        _ => return Meaning::Skipped,
    })
}

/// What a field means in a record of options. In NetFlow v9 a scope has types of
/// its own (RFC 3954 section 6.1); in IPFIX it is an element.
pub(super) fn options_meaning(
    format: ExportFormat,
    enterprise: u32,
    id: u16,
    scope: bool,
) -> Meaning {
    if scope && format == ExportFormat::NetFlow9 {
        // 1 system, 2 interface, 3 line card, 4 cache, 5 template.
        return if id == 2 { Meaning::Number(Slot::ScopeInterface) } else { Meaning::Skipped };
    }
    match (enterprise, id) {
        (0, 10 | 14) => Meaning::Number(Slot::ScopeInterface),
        (0, 149) => Meaning::Number(Slot::ScopeDomain),
        _ => match meaning(format, enterprise, id) {
            Meaning::Section(_) => Meaning::Skipped,
            other => other,
        },
    }
}
