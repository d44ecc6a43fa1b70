//! What the user may choose: measure, view, profile and side.

/// Which count a share, an order or a headline is made of.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Measure {
    /// IP-layer octets: the default.
    #[default]
    Octets,
    /// Packets.
    Packets,
    /// Original lengths of the frames.
    WireOctets,
    /// Flow records.
    Flows,
}

impl Measure {
    /// All measures in the order of the JSON report.
    pub const ALL: [Self; 4] = [Self::Packets, Self::Octets, Self::WireOctets, Self::Flows];

    /// The key in JSON, CSV and on the command line.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::Packets => "packets",
            Self::Octets => "octets",
            Self::WireOctets => "wire_octets",
            Self::Flows => "flows",
        }
    }

    /// The words for people.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Packets => "packets",
            Self::Octets => "octets",
            Self::WireOctets => "wire octets",
            Self::Flows => "flows",
        }
    }
}

/// Whose header decides the family (MEASURE section 2).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum View {
    /// The outer IP header: what the network carries.
    #[default]
    Transport,
    /// The inner IP header: what the two ends speak.
    EndToEnd,
}

impl View {
    /// Both views in the order of every output.
    pub const ALL: [Self; 2] = [Self::Transport, Self::EndToEnd];

    /// The key in JSON and CSV.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::Transport => "transport",
            Self::EndToEnd => "end_to_end",
        }
    }

    /// The name for people.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Transport => "transport",
            Self::EndToEnd => "end-to-end",
        }
    }
}

/// Which views the breakdowns are given in. The totals always have both.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Views {
    /// One view.
    One(View),
    /// Both, transport first.
    Both,
}

impl Default for Views {
    fn default() -> Self {
        Self::One(View::Transport)
    }
}

impl Views {
    /// The views chosen, in order.
    #[must_use]
    pub fn list(self) -> &'static [View] {
        match self {
            Self::One(View::Transport) => &[View::Transport],
            Self::One(View::EndToEnd) => &[View::EndToEnd],
            Self::Both => &View::ALL,
        }
    }

    /// The view of the headline.
    #[must_use]
    pub fn first(self) -> View {
        self.list()[0]
    }
}

/// The named denominator of a share (MEASURE section 6).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Profile {
    /// v6 / (v4 + v6): the default.
    #[default]
    IpOnly,
    /// v6 / all frames, those that are not IP too.
    AllFrames,
    /// Native v6 / (native v4 + native v6).
    NativeOnly,
    /// `ip-only` without control traffic.
    UserTraffic,
}

impl Profile {
    /// All profiles.
    pub const ALL: [Self; 4] = [Self::IpOnly, Self::AllFrames, Self::NativeOnly, Self::UserTraffic];

    /// The name on the command line and in the report.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::IpOnly => "ip-only",
            Self::AllFrames => "all-frames",
            Self::NativeOnly => "native-only",
            Self::UserTraffic => "user-traffic",
        }
    }

    /// The definition that is printed with the share.
    #[must_use]
    pub fn definition(self) -> &'static str {
        match self {
            Self::IpOnly => "IPv6 / (IPv4 + IPv6)",
            Self::AllFrames => {
                "IPv6 / all frames, non-IP and undecodable ones too; by packets and wire octets only"
            }
            Self::NativeOnly => {
                "native IPv6 / (native IPv4 + native IPv6), without tunnels and translated packets"
            }
            Self::UserTraffic => {
                "IPv6 / (IPv4 + IPv6) without ICMP, ICMPv6, IGMP, OSPF, EIGRP, PIM, VRRP, and without \
                 TCP and UDP where either port is 53, 67, 68, 123, 161, 162, 179, 520, 521, 546, 547, \
                 853, 5353 or 5355"
            }
        }
    }
}

/// Whose address puts a packet into a row: that of which of its two ends.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Side {
    /// Source or destination; once where both give the same row.
    #[default]
    Both,
    /// The source address alone.
    Source,
    /// The destination address alone.
    Destination,
}

impl Side {
    /// The name on the command line and in the report.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::Both => "both",
            Self::Source => "source",
            Self::Destination => "destination",
        }
    }
}
