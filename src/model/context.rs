//! Where and how a record was seen, beside what its IP headers say.

use super::{Exporter, FlowObservation};

/// What is known of a record apart from its IP packet. Facts that no breakdown
/// asks for are left at their default.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Context {
    /// The input, by its place among those of the run.
    pub input: u32,
    /// The interface within its section of a capture, or the one by which a flow
    /// came in.
    pub interface: Option<u32>,
    /// Who exported a flow record.
    pub exporter: Option<Exporter>,
    /// Whether it stands for many packets, whose sizes it does not tell.
    pub is_flow: bool,
    /// What the link layer says.
    pub link: LinkFacts,
}

impl Context {
    /// That of a flow record.
    #[must_use]
    pub fn of_flow(flow: &FlowObservation) -> Self {
        Self {
            input: flow.origin,
            interface: flow.input,
            exporter: flow.exporter,
            is_flow: true,
            link: LinkFacts::default(),
        }
    }
}

/// What the headers between the start of the frame and the outermost IP header
/// say about who sent it to whom.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LinkFacts {
    /// Source and destination address of the first Ethernet header (IEEE 802.3).
    pub macs: Option<[[u8; 6]; 2]>,
    /// The VLAN tags.
    pub vlan: VlanTags,
}

/// The identifiers of the two outermost VLAN tags (IEEE 802.1Q, 802.1ad),
/// outermost first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct VlanTags {
    /// Of the outermost tag; `None` without one.
    pub outer: Option<u16>,
    /// Of the tag behind it.
    pub inner: Option<u16>,
}

impl VlanTags {
    /// Adds the tag that follows; what is deeper than two is left out.
    pub fn push(&mut self, id: u16) {
        match (self.outer, self.inner) {
            (None, _) => self.outer = Some(id),
            (Some(_), None) => self.inner = Some(id),
            (Some(_), Some(_)) => {}
        }
    }
}
