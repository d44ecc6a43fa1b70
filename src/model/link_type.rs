//! Link types of capture interfaces.

use std::fmt;

/// A LINKTYPE_ value as assigned by tcpdump.org. Unknown values are kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LinkType(pub u16);

impl LinkType {
    /// LINKTYPE_ETHERNET.
    pub const ETHERNET: Self = Self(1);
    /// LINKTYPE_PPP.
    pub const PPP: Self = Self(9);
    /// LINKTYPE_RAW: an IP packet.
    pub const RAW: Self = Self(101);
    /// LINKTYPE_C_HDLC, Cisco's HDLC.
    pub const C_HDLC: Self = Self(104);
    /// LINKTYPE_LINUX_SLL, a cooked capture.
    pub const LINUX_SLL: Self = Self(113);
    /// LINKTYPE_ERF: a record of a DAG card.
    pub const ERF: Self = Self(197);
    /// LINKTYPE_IPV4: an IPv4 packet.
    pub const IPV4: Self = Self(228);
    /// LINKTYPE_IPV6: an IPv6 packet.
    pub const IPV6: Self = Self(229);
    /// LINKTYPE_LINUX_SLL2, version 2 of it.
    pub const LINUX_SLL2: Self = Self(276);

    /// The name without the LINKTYPE_ prefix, where it is known here.
    #[must_use]
    pub fn name(self) -> Option<&'static str> {
        super::link_type_names::NAMES
            .binary_search_by_key(&self.0, |entry| entry.0)
            .ok()
            .map(|at| super::link_type_names::NAMES[at].1)
    }
}

impl fmt::Display for LinkType {
    /// `ETHERNET (1)`, or `unassigned (N)`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", self.name().unwrap_or("unassigned"), self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_sorted_and_found() {
        let names = crate::model::link_type_names::NAMES;
        assert!(names.windows(2).all(|pair| pair[0].0 < pair[1].0));
        assert_eq!(LinkType(1).to_string(), "ETHERNET (1)");
        assert_eq!(LinkType(147).name(), Some("USER0"));
        assert_eq!(LinkType(9999).to_string(), "unassigned (9999)");
    }
}
