//! Counts and tallies: what a cell of any table holds.

use super::{IpVersion, Measure, View};
use std::ops::{AddAssign, Index, IndexMut};

/// How much: the four measures, each an integer until the report is made.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Count {
    /// Packets (IPFIX IE 2).
    pub packets: u128,
    /// IP-layer octets (IPFIX `octetDeltaCount`, IE 1), headers included.
    pub octets: u128,
    /// Original lengths of the frames (layer 2, IPFIX IE 352).
    pub wire_octets: u128,
    /// Flow records.
    pub flows: u64,
}

impl Count {
    /// The count under one measure.
    #[must_use]
    pub fn get(&self, measure: Measure) -> u128 {
        match measure {
            Measure::Packets => self.packets,
            Measure::Octets => self.octets,
            Measure::WireOctets => self.wire_octets,
            Measure::Flows => u128::from(self.flows),
        }
    }

    /// Takes `other` away again.
    ///
    /// # Panics
    /// When more is taken than there is: what is taken back was added before.
    pub fn retract(&mut self, other: &Self) {
        let kept = "what is taken back was added before";
        self.packets = self.packets.checked_sub(other.packets).expect(kept);
        self.octets = self.octets.checked_sub(other.octets).expect(kept);
        self.wire_octets = self.wire_octets.checked_sub(other.wire_octets).expect(kept);
        self.flows = self.flows.checked_sub(other.flows).expect(kept);
    }

    /// True when nothing was counted.
    #[must_use]
    pub fn is_zero(&self) -> bool {
        *self == Self::default()
    }
}

impl AddAssign<&Count> for Count {
    fn add_assign(&mut self, other: &Count) {
        self.packets += other.packets;
        self.octets += other.octets;
        self.wire_octets += other.wire_octets;
        self.flows += other.flows;
    }
}

/// One count for each family.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// What counts as IPv4.
    pub v4: Count,
    /// What counts as IPv6.
    pub v6: Count,
}

impl Tally {
    /// IPv4 and IPv6 together.
    #[must_use]
    pub fn both(&self) -> Count {
        let mut sum = self.v4;
        sum += &self.v6;
        sum
    }

    /// Takes `other` away again; panics as [`Count::retract`] does.
    pub fn retract(&mut self, other: &Self) {
        self.v4.retract(&other.v4);
        self.v6.retract(&other.v6);
    }

    /// True when nothing was counted.
    #[must_use]
    pub fn is_zero(&self) -> bool {
        self.v4.is_zero() && self.v6.is_zero()
    }
}

impl AddAssign<&Tally> for Tally {
    fn add_assign(&mut self, other: &Tally) {
        self.v4 += &other.v4;
        self.v6 += &other.v6;
    }
}

impl Index<IpVersion> for Tally {
    type Output = Count;
    fn index(&self, version: IpVersion) -> &Count {
        match version {
            IpVersion::V4 => &self.v4,
            IpVersion::V6 => &self.v6,
        }
    }
}

impl IndexMut<IpVersion> for Tally {
    fn index_mut(&mut self, version: IpVersion) -> &mut Count {
        match version {
            IpVersion::V4 => &mut self.v4,
            IpVersion::V6 => &mut self.v6,
        }
    }
}

/// One value for each view.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PerView<T> {
    /// What the network carries: by the outer IP header.
    pub transport: T,
    /// What the two ends speak: by the inner IP header.
    pub end_to_end: T,
}

impl<T> PerView<T> {
    /// Makes a value for each view out of that view's own.
    pub fn map<U>(&self, make: impl Fn(T) -> U) -> PerView<U>
    where
        T: Copy,
    {
        PerView { transport: make(self.transport), end_to_end: make(self.end_to_end) }
    }
}

impl<T> Index<View> for PerView<T> {
    type Output = T;
    fn index(&self, view: View) -> &T {
        match view {
            View::Transport => &self.transport,
            View::EndToEnd => &self.end_to_end,
        }
    }
}

impl<T> IndexMut<View> for PerView<T> {
    fn index_mut(&mut self, view: View) -> &mut T {
        match view {
            View::Transport => &mut self.transport,
            View::EndToEnd => &mut self.end_to_end,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn retract_undoes_add() {
        let one = Count { packets: 1, octets: 60, wire_octets: 74, flows: 0 };
        let mut sum = one;
        sum += &one;
        sum.retract(&one);
        assert_eq!(sum, one);
    }

    #[test]
    #[should_panic(expected = "added before")]
    fn retract_below_zero_is_a_defect() {
        Count::default().retract(&Count { packets: 1, ..Count::default() });
    }
}
