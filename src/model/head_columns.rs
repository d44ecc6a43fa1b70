//! The heads of several frames, field by field.

use super::Head;

/// Heads that are read together, at most.
pub const HEADS: usize = 128;

/// Fields of the heads of Ethernet frames which [seem](Head::family) to be plain packets,
/// without VLAN tags: those of several are read at once where a processor has wide
/// vectors. Numbers of 64 bits hold octets in the order of the frame.
#[derive(Clone, Debug)]
pub struct HeadColumns<const N: usize = HEADS> {
    /// Nanoseconds.
    pub times: [i64; N],
    /// Octets of the frames on the wire.
    pub original: [u32; N],
    /// Octets that the frames have room for behind the Ethernet header; 0 where there is
    /// no head.
    pub room: [u32; N],
    /// The first eight octets of the IP headers.
    pub start: [u64; N],
    /// IPv6: the upper half of the source address. IPv4: it ends with the address.
    pub source: [u64; N],
    /// IPv6: the upper half of the destination address. IPv4: it begins with the address.
    pub destination: [u64; N],
}

impl<const N: usize> HeadColumns<N> {
    /// Columns without a head.
    pub const EMPTY: Self = Self {
        times: [0; N],
        original: [0; N],
        room: [0; N],
        start: [0; N],
        source: [0; N],
        destination: [0; N],
    };

    /// Puts the head of a packet of IPv4, or of IPv6 where `is_six` is 1, at a place; one
    /// that is `None` leaves no room for a packet.
    ///
    /// # Panics
    /// Where there is no such place.
    #[inline(always)]
    pub fn put(&mut self, place: usize, is_six: u8, head: Option<Head<'_>>) {
        const ETHERNET_HEADER: usize = 14;
        let Some(head) = head else {
            self.room[place] = 0;
            return;
        };
        let octets_at = |at: usize| {
            let mut octets = [0; 8];
            octets.copy_from_slice(&head.bytes[at..at + 8]);
            u64::from_ne_bytes(octets)
        };
        let overhead = 14 + u32::from(head.fcs_len);
        self.times[place] = head.timestamp.nanoseconds();
        self.original[place] = head.original_len;
        self.room[place] = head.original_len.wrapping_sub(overhead);
        self.start[place] = octets_at(ETHERNET_HEADER);
        self.source[place] = octets_at(ETHERNET_HEADER + 8);
        // That of IPv4 stands eight octets behind its source address, and that of IPv6
        // sixteen.
        self.destination[place] = octets_at(ETHERNET_HEADER + 16 + 8 * usize::from(is_six & 1));
    }

    /// Those of [`HEADS`] places.
    ///
    /// # Panics
    /// Where there are not so many from `first` on.
    #[inline(always)]
    #[must_use]
    pub fn from(&self, first: usize) -> HeadColumnsRef<'_> {
        HeadColumnsRef {
            times: part(&self.times, first),
            original: part(&self.original, first),
            room: part(&self.room, first),
            start: part(&self.start, first),
            source: part(&self.source, first),
            destination: part(&self.destination, first),
        }
    }
}

/// [`HEADS`] places of a column.
#[inline(always)]
fn part<T>(column: &[T], first: usize) -> &[T; HEADS] {
    column[first..].first_chunk().expect("who asks knows how many there are")
}

/// Places of [`HeadColumns`].
#[derive(Clone, Copy, Debug)]
#[expect(missing_docs, reason = "the columns are those of the other")]
pub struct HeadColumnsRef<'c> {
    pub times: &'c [i64; HEADS],
    pub original: &'c [u32; HEADS],
    pub room: &'c [u32; HEADS],
    pub start: &'c [u64; HEADS],
    pub source: &'c [u64; HEADS],
    pub destination: &'c [u64; HEADS],
}
