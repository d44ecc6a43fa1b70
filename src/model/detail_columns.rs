//! What plain packets show beside their ends, field by field.

use super::HEADS;

/// Which of the [`DetailColumns`] are wanted.
#[derive(Clone, Copy, Debug, Default)]
pub struct WantedDetails {
    /// The times.
    pub times: bool,
    /// The ports.
    pub ports: bool,
    /// The lower halves of the addresses.
    pub low: bool,
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
}

impl Default for DetailColumns {
    fn default() -> Self {
        Self { times: [0; HEADS], ports: [None; HEADS], low: [[0; 2]; HEADS] }
    }
}

impl DetailColumns {
    /// Takes out packets of so many: into each of these places comes the last one that
    /// is left. The places are in descending order.
    pub fn take_out(&mut self, packets: usize, places: &[u8]) {
        let lasts = (0..packets.min(HEADS)).rev();
        for (place, last) in places.iter().map(|place| usize::from(*place)).zip(lasts) {
            self.times[place] = self.times[last];
            self.ports[place] = self.ports[last];
            self.low[place] = self.low[last];
        }
    }
}
