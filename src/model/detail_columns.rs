//! What plain packets show beside their ends, field by field.

use super::{HEADS, LinkFacts, Timestamp};

/// Which of the [`DetailColumns`] are wanted.
#[derive(Clone, Copy, Debug, Default)]
#[expect(clippy::struct_excessive_bools, reason = "each column is wanted or not")]
pub struct WantedDetails {
    /// The times.
    pub times: bool,
    /// The ports.
    pub ports: bool,
    /// The lower halves of the addresses.
    pub low: bool,
    /// The octets of the traffic class.
    pub class: bool,
    /// What the link layer says.
    pub link: bool,
    /// The interfaces.
    pub interface: bool,
}

/// What a plain packet shows beside its [`Ends`](super::Ends).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Details {
    /// When.
    pub time: Timestamp,
    /// Source and destination port, where it has any.
    pub ports: Option<(u16, u16)>,
    /// The lower 64 bits of the source and of the destination address.
    pub low: [u64; 2],
    /// The octet of Type of Service or Traffic Class.
    pub class: u8,
    /// What the link layer says.
    pub link: LinkFacts,
    /// The interface by which it came.
    pub interface: Option<u32>,
    /// Who exported it, where it is a flow record, by a number of the table that counts it:
    /// 0 for nobody.
    pub exporter: u32,
}

impl Details {
    /// Those of what shows nothing but when it was.
    #[inline(always)]
    #[must_use]
    pub fn at(time: Timestamp) -> Self {
        let link = LinkFacts::default();
        Self { time, ports: None, low: [0; 2], class: 0, link, interface: None, exporter: 0 }
    }
}

/// What packets of one family show beside their [`Ends`](super::Ends). What nobody wants
/// stays as it was.
#[derive(Clone, Debug)]
pub struct DetailColumns {
    /// When, in nanoseconds since the epoch.
    pub times: [i64; HEADS],
    /// Source and destination port, where there are any.
    pub ports: [Option<(u16, u16)>; HEADS],
    /// The lower 64 bits of the source and of the destination address.
    pub low: [[u64; 2]; HEADS],
    /// The octet of Type of Service or Traffic Class.
    pub class: [u8; HEADS],
    /// What the link layer says.
    pub link: [LinkFacts; HEADS],
    /// The interface by which it came.
    pub interface: [Option<u32>; HEADS],
    /// Who exported it, by a number.
    pub exporter: [u32; HEADS],
}

impl Default for DetailColumns {
    fn default() -> Self {
        Self {
            times: [0; HEADS],
            ports: [None; HEADS],
            low: [[0; 2]; HEADS],
            class: [0; HEADS],
            link: [LinkFacts::default(); HEADS],
            interface: [None; HEADS],
            exporter: [0; HEADS],
        }
    }
}

impl DetailColumns {
    /// Puts those of a packet at a place.
    ///
    /// # Panics
    /// Where there is no such place.
    #[inline(always)]
    pub fn put(&mut self, at: usize, details: &Details) {
        self.times[at] = details.time.nanoseconds();
        self.ports[at] = details.ports;
        self.low[at] = details.low;
        self.class[at] = details.class;
        self.link[at] = details.link;
        self.interface[at] = details.interface;
        self.exporter[at] = details.exporter;
    }

    /// Takes out packets of so many: into each of these places comes the last one that
    /// is left. The places are in descending order.
    pub fn take_out(&mut self, packets: usize, places: &[u8]) {
        let lasts = (0..packets.min(HEADS)).rev();
        for (place, last) in places.iter().map(|place| usize::from(*place)).zip(lasts) {
            self.times[place] = self.times[last];
            self.ports[place] = self.ports[last];
            self.low[place] = self.low[last];
            self.class[place] = self.class[last];
            self.link[place] = self.link[last];
            self.interface[place] = self.interface[last];
            self.exporter[place] = self.exporter[last];
        }
    }
}
