//! Packets by size: a flat array that a histogram is made of at the end. A
//! histogram filled packet by packet costs five times as much.

use std::collections::BTreeMap;

/// Sizes with a place in the array: every one that is no jumbogram.
const FLAT: usize = 65_536 + 40;

/// Packets by their IP-layer octets.
#[derive(Clone, Debug, Default)]
pub(super) struct SizeCells {
    /// Empty until the first packet, so that a family that is not there costs
    /// nothing.
    flat: Vec<u64>,
    jumbo: BTreeMap<u64, u64>,
}

impl SizeCells {
    /// Adds one packet.
    #[inline(always)]
    pub(super) fn add(&mut self, octets: u64) {
        let place = usize::try_from(octets).unwrap_or(usize::MAX);
        match self.flat.get_mut(place) {
            Some(packets) => *packets += 1,
            None => self.add_rare(octets, place),
        }
    }

    #[cold]
    fn add_rare(&mut self, octets: u64, place: usize) {
        if place < FLAT {
            self.flat = vec![0; FLAT];
            self.flat[place] += 1;
        } else {
            *self.jumbo.entry(octets).or_default() += 1;
        }
    }

    /// Gives every (octets, packets) and forgets them.
    pub(super) fn drain(&mut self, mut take: impl FnMut(u64, u64)) {
        for (octets, packets) in (0..).zip(&mut self.flat) {
            if *packets > 0 {
                take(octets, std::mem::take(packets));
            }
        }
        for (octets, packets) in std::mem::take(&mut self.jumbo) {
            take(octets, packets);
        }
    }
}
