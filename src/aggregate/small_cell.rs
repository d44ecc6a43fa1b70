//! A count of one prefix among millions, in a third of the room of a [`Cell`].

use super::cell::Cell;
use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout};

/// Packets, and octets of the IP layer and of the wire, in 64 bits; or where else the
/// count stands.
///
/// From the lower bits up: 24 of wire octets, 24 of octets, 13 of packets, and above each
/// of them a bit that is 0: it takes what an addition carries, so all three are added at
/// once, and one comparison tells whether one has become too large. The uppermost bit is
/// set where the others are the number of a cell.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, FromBytes, IntoBytes, Immutable, KnownLayout,
)]
#[repr(transparent)]
pub(super) struct SmallCell(u64);

/// Bits of octets, of either kind.
const OCTET_BITS: u32 = 24;

/// The octets that there is room for.
const OCTETS: u64 = (1 << OCTET_BITS) - 1;

const PACKETS_AT: u32 = 2 * (OCTET_BITS + 1);
const OCTETS_AT: u32 = OCTET_BITS + 1;

/// The uppermost bit.
const ELSEWHERE: u64 = 1 << 63;

/// What is set where an addition was carried beyond its bits.
const CARRIED: u64 = ELSEWHERE | 1 << (PACKETS_AT - 1) | 1 << OCTET_BITS;

impl SmallCell {
    /// One packet; where there is no room for its octets, neither is there for a sum of
    /// this and another.
    #[inline(always)]
    pub(super) fn packet(octets: u64, wire_octets: u64) -> Self {
        let has_room = (octets | wire_octets) <= OCTETS;
        let packet = 1 << PACKETS_AT | octets << OCTETS_AT | wire_octets;
        Self(if has_room { packet } else { CARRIED })
    }

    /// One packet with the lower bits of its octets, and the octets that are left out.
    pub(super) fn packet_in_parts(octets: u64, wire_octets: u64) -> (Self, Cell) {
        let left_out = Cell::of(0, octets & !OCTETS, wire_octets & !OCTETS);
        (Self::packet(octets & OCTETS, wire_octets & OCTETS), left_out)
    }

    /// What a cell holds; `None` where there is no room for it.
    pub(super) fn of(cell: &Cell) -> Option<Self> {
        let [packets, octets, wire_octets] = cell.parts();
        let has_room =
            packets >> (63 - PACKETS_AT) == 0 && (octets | wire_octets) >> OCTET_BITS == 0;
        has_room.then_some(Self(packets << PACKETS_AT | octets << OCTETS_AT | wire_octets))
    }

    /// The sum of two that stand here; `None` where there is no room for it.
    #[inline(always)]
    pub(super) fn plus(self, other: Self) -> Option<Self> {
        let sum = self.0.wrapping_add(other.0);
        (sum & CARRIED == 0).then_some(Self(sum))
    }

    /// The count of the cell with this number.
    pub(super) fn elsewhere(number: usize) -> Self {
        Self(ELSEWHERE | number as u64)
    }

    /// The number of the cell where the count stands, where that is not here.
    pub(super) fn number(self) -> Option<usize> {
        (self.0 & ELSEWHERE != 0).then_some((self.0 & !ELSEWHERE) as usize)
    }

    /// The count, which stands here.
    pub(super) fn cell(self) -> Cell {
        Cell::of(self.0 >> PACKETS_AT, self.0 >> OCTETS_AT & OCTETS, self.0 & OCTETS)
    }

    /// Nothing was counted, here or elsewhere.
    #[inline(always)]
    pub(super) fn is_zero(self) -> bool {
        self.0 == 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn near(limit: u64) -> impl Strategy<Value = u64> {
        prop_oneof![0..limit, limit - 3..limit + 3, any::<u64>()]
    }

    fn cells() -> impl Strategy<Value = Cell> {
        let parts = (near(1 << 13), near(1 << 24), near(1 << 24));
        parts.prop_map(|(packets, octets, wire_octets)| Cell::of(packets, octets, wire_octets))
    }

    proptest! {
        /// Nothing is lost: a small cell is the cell that it was made of, and so is a sum.
        #[test]
        fn what_is_small_is_what_it_was_made_of(one in cells(), other in cells()) {
            let has_room = |cell: &Cell| {
                let [packets, octets, wire_octets] = cell.parts();
                packets < 1 << 13 && octets < 1 << 24 && wire_octets < 1 << 24
            };
            let small = SmallCell::of(&one);
            prop_assert_eq!(small.map(SmallCell::cell), Some(one).filter(has_room));
            prop_assert_eq!(small.and_then(SmallCell::number), None);
            if let (Some(small), Some(others)) = (small, SmallCell::of(&other)) {
                let sum = one.checked_add(&other).filter(has_room);
                prop_assert_eq!(small.plus(others).map(SmallCell::cell), sum);
            }
        }

        #[test]
        fn a_packet_is_what_there_is_room_for_and_what_is_left_out(
            octets in near(1 << 24), wire_octets in near(1 << 24),
        ) {
            let (small, left_out) = SmallCell::packet_in_parts(octets, wire_octets);
            let sum = small.cell().checked_add(&left_out);
            prop_assert_eq!(sum, Some(Cell::of(1, octets, wire_octets)));
            let has_room = left_out == Cell::default();
            let packet = SmallCell::packet(octets, wire_octets);
            prop_assert_eq!(SmallCell::default().plus(packet), Some(small).filter(|_| has_room));
        }
    }

    #[test]
    fn a_number_is_no_count() {
        for number in [0, 1, 1 << 40] {
            let cell = SmallCell::elsewhere(number);
            assert_eq!(cell.number(), Some(number));
            assert!(!cell.is_zero());
        }
    }
}
