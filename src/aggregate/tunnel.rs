//! Packets in tunnels, and translated ones, by mechanism and path.

use crate::model::{Encapsulation, IpVersion, Observation, TunnelPath};
use foldhash::fast::RandomState;
use hashbrown::HashMap;

/// What a row of tunnels stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TunnelKey {
    /// The mechanism of the outermost tunnel.
    pub encapsulation: Encapsulation,
    /// The layers from the outer header to the inner one.
    pub path: TunnelPath,
    /// The family of the transport view.
    pub outer: IpVersion,
    /// The family of the end-to-end view; `None` where something is carried
    /// inside that cannot be seen.
    pub inner: Option<IpVersion>,
    /// The family that the packet counts as end to end: `inner`, or where that
    /// is not known the innermost family that is.
    pub counted: IpVersion,
}

/// How much of it there is. Sums of a whole run: in full width.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TunnelCount {
    /// Packets.
    pub packets: u128,
    /// Octets of the outer headers' packets.
    pub outer_octets: u128,
    /// Octets of the inner headers' packets (of the innermost one known).
    pub inner_octets: u128,
    /// Original lengths of the frames.
    pub wire_octets: u128,
    /// Flow records.
    pub flows: u64,
}

impl TunnelCount {
    /// Adds another count.
    pub fn add(&mut self, other: &Self) {
        self.packets += other.packets;
        self.outer_octets += other.outer_octets;
        self.inner_octets += other.inner_octets;
        self.wire_octets += other.wire_octets;
        self.flows += other.flows;
    }

    /// Takes another count away again.
    ///
    /// # Panics
    /// When more is taken than there is: what is taken back was added before.
    pub(super) fn retract(&mut self, other: &Self) {
        let kept = "what is taken back was added before";
        self.packets = self.packets.checked_sub(other.packets).expect(kept);
        self.outer_octets = self.outer_octets.checked_sub(other.outer_octets).expect(kept);
        self.inner_octets = self.inner_octets.checked_sub(other.inner_octets).expect(kept);
        self.wire_octets = self.wire_octets.checked_sub(other.wire_octets).expect(kept);
        self.flows = self.flows.checked_sub(other.flows).expect(kept);
    }
}

/// Tunnels by key. The number of keys is bounded by the mechanisms and by the
/// limited depth of paths, not by the traffic.
///
/// Most captures hold a few keys, so a few places in front of the map, found by
/// the path alone, spare most packets its hash.
#[derive(Clone, Debug)]
pub(super) struct TunnelCells {
    recent: Box<[(Option<TunnelKey>, TunnelCell); RECENT]>,
    rest: HashMap<TunnelKey, TunnelCount, RandomState>,
}

impl Default for TunnelCells {
    fn default() -> Self {
        let none = (None, TunnelCell::default());
        Self { recent: Box::new([none; RECENT]), rest: HashMap::default() }
    }
}

/// Places in front of the map: a power of two.
const RECENT: usize = 64;

/// A count in 64 bits each; see [`super::cell::Cell`] for why that is enough.
#[derive(Clone, Copy, Debug, Default)]
struct TunnelCell {
    packets: u64,
    outer_octets: u64,
    inner_octets: u64,
    wire_octets: u64,
}

impl TunnelCell {
    fn count(&self) -> TunnelCount {
        TunnelCount {
            packets: self.packets.into(),
            outer_octets: self.outer_octets.into(),
            inner_octets: self.inner_octets.into(),
            wire_octets: self.wire_octets.into(),
            flows: 0,
        }
    }
}

impl TunnelCells {
    /// Counts one packet that is not native.
    pub(super) fn observe(&mut self, observation: &Observation) {
        let counted = observation.end_to_end();
        let key = TunnelKey {
            encapsulation: observation.encapsulation,
            path: observation.path,
            outer: observation.outer.version,
            inner: (!observation.inner_unknown).then_some(counted),
            counted,
        };
        let octets = [observation.outer.octets, observation.innermost().octets];
        self.add(&key, octets, observation.wire_octets);
    }

    /// Counts one packet of the key, of so many octets outside and inside.
    #[inline]
    pub(super) fn add(&mut self, key: &TunnelKey, octets: [u64; 2], wire_octets: u64) {
        let place = key.path.place() ^ (key.encapsulation as usize);
        let (kept, cell) = &mut self.recent[place % RECENT];
        if kept.as_ref() != Some(key) {
            Self::change_places(kept, cell, key, &mut self.rest);
        }
        cell.packets += 1;
        cell.outer_octets += octets[0];
        cell.inner_octets += octets[1];
        cell.wire_octets += wire_octets;
    }

    /// Brings what is counted in a place away, for another key.
    #[cold]
    fn change_places(
        kept: &mut Option<TunnelKey>,
        cell: &mut TunnelCell,
        key: &TunnelKey,
        rest: &mut HashMap<TunnelKey, TunnelCount, RandomState>,
    ) {
        if let Some(other) = kept.replace(*key) {
            rest.entry(other).or_default().add(&std::mem::take(cell).count());
        }
    }

    /// Gives every row and forgets it.
    pub(super) fn drain(&mut self) -> impl Iterator<Item = (TunnelKey, TunnelCount)> + '_ {
        for (key, cell) in &mut *self.recent {
            if let Some(key) = key.take() {
                self.rest.entry(key).or_default().add(&std::mem::take(cell).count());
            }
        }
        self.rest.drain()
    }
}
