//! The heads of several frames, field by field.

use super::Head;

/// Heads that are read together, at most.
pub const HEADS: usize = 128;

/// Octets of an Ethernet header.
const ETHERNET_HEADER: u8 = 14;

/// Nanoseconds of a second.
const SECOND: u64 = 1_000_000_000;

/// The start of a frame as it stands in a capture: what [`HeadColumns`] take of a
/// [`Head`], before anything is made of it.
#[derive(Clone, Copy, Debug)]
pub struct RawHead<'a> {
    /// The first bytes of the frame, without its VLAN tags: see [`Head::bytes`].
    pub bytes: &'a [u8; Head::LEN],
    /// When it was seen, by the [`Clock`] of the capture.
    pub time: u64,
    /// Captured length in the lower half, original length in the upper.
    pub lens: u64,
    /// Octets of the frame that are no packet's, beside its Ethernet header.
    pub overhead: u8,
}

impl RawHead<'_> {
    /// Captured and original length.
    #[inline(always)]
    #[must_use]
    pub fn lens(&self) -> (u32, u32) {
        halves(self.lens)
    }
}

/// The lower and the upper half of a number.
#[inline(always)]
#[expect(clippy::cast_possible_truncation, reason = "halves are meant")]
fn halves(number: u64) -> (u32, u32) {
    (number as u32, (number >> 32) as u32)
}

/// What the numbers are that tell times.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Clock {
    /// Nanoseconds since the epoch, below 2^63.
    Nanoseconds,
    /// Seconds in the lower half, and in the upper half units of so many nanoseconds: a
    /// second of them or more is no time.
    Split(u32),
}

impl Clock {
    /// The nanoseconds of a time, and whether it is one.
    #[inline(always)]
    #[must_use]
    pub fn nanoseconds(self, time: u64) -> (i64, bool) {
        match self {
            Self::Nanoseconds => (time.cast_signed(), true),
            Self::Split(unit) => {
                let fraction = (time >> 32) * u64::from(unit);
                // The first product is below 2^62. Where the other is a second or more, what
                // comes of it does not matter.
                let seconds = (time & u64::from(u32::MAX)) * SECOND;
                (seconds.wrapping_add(fraction).cast_signed(), fraction < SECOND)
            }
        }
    }
}

/// Fields of the heads of Ethernet frames which [seem](Head::family) to be plain packets,
/// without VLAN tags: those of several are read at once where a processor has wide
/// vectors. Numbers of 64 bits hold octets in the order of the frame but where it says
/// otherwise.
#[derive(Clone, Debug)]
pub struct HeadColumns<const N: usize> {
    clock: Clock,
    times: [u64; N],
    lens: [u64; N],
    overhead: [u8; N],
    start: [u64; N],
    source: [u64; N],
    destination: [u64; N],
}

impl<const N: usize> HeadColumns<N> {
    /// Columns without a head, of a capture with such times.
    #[must_use]
    pub const fn new(clock: Clock) -> Self {
        Self {
            clock,
            times: [0; N],
            lens: [0; N],
            overhead: [0; N],
            start: [0; N],
            source: [0; N],
            destination: [0; N],
        }
    }

    /// Puts the head of a packet of IPv4, or of IPv6 where `is_six` is 1, at a place; one
    /// that is `None` has lengths that do not agree.
    ///
    /// # Panics
    /// Where there is no such place.
    #[inline(always)]
    pub fn put(&mut self, place: usize, is_six: u8, head: Option<RawHead<'_>>) {
        let Some(head) = head else {
            self.lens[place] = 1;
            return;
        };
        let octets_at = |at: usize| {
            let mut octets = [0; 8];
            octets.copy_from_slice(&head.bytes[at..at + 8]);
            u64::from_ne_bytes(octets)
        };
        self.times[place] = head.time;
        self.lens[place] = head.lens;
        self.overhead[place] = head.overhead;
        let packet = usize::from(ETHERNET_HEADER);
        self.start[place] = octets_at(packet);
        self.source[place] = octets_at(packet + 8);
        // That of IPv4 stands eight octets behind its source address, and that of IPv6
        // sixteen.
        self.destination[place] = octets_at(packet + 16 + 8 * usize::from(is_six & 1));
    }

    /// Those of [`HEADS`] places.
    ///
    /// # Panics
    /// Where there are not so many from `first` on.
    #[inline(always)]
    #[must_use]
    pub fn from(&self, first: usize) -> HeadColumnsRef<'_> {
        HeadColumnsRef {
            clock: self.clock,
            times: part(&self.times, first),
            lens: part(&self.lens, first),
            overhead: part(&self.overhead, first),
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
pub struct HeadColumnsRef<'c> {
    /// What times are.
    pub clock: Clock,
    /// When frames were seen.
    pub times: &'c [u64; HEADS],
    /// Captured lengths in the lower half, original lengths in the upper.
    pub lens: &'c [u64; HEADS],
    /// Octets that are no packet's, beside the Ethernet headers.
    pub overhead: &'c [u8; HEADS],
    /// The first eight octets of the IP headers.
    pub start: &'c [u64; HEADS],
    /// IPv6: the upper half of the source address. IPv4: it ends with the address.
    pub source: &'c [u64; HEADS],
    /// IPv6: the upper half of the destination address. IPv4: it begins with the address.
    pub destination: &'c [u64; HEADS],
}

impl HeadColumnsRef<'_> {
    /// The time at a place in nanoseconds, and whether it is one.
    #[inline(always)]
    #[must_use]
    pub fn time(&self, place: usize) -> (i64, bool) {
        self.clock.nanoseconds(self.times[place])
    }

    /// The original length of the frame at a place.
    #[inline(always)]
    #[must_use]
    pub fn original_len(&self, place: usize) -> u32 {
        halves(self.lens[place]).1
    }

    /// The octets that the frame at a place has room for behind its Ethernet header, and
    /// whether its lengths agree.
    #[inline(always)]
    #[must_use]
    pub fn room(&self, place: usize) -> (u32, bool) {
        let (captured_len, original_len) = halves(self.lens[place]);
        let overhead = u32::from(ETHERNET_HEADER) + u32::from(self.overhead[place]);
        (original_len.wrapping_sub(overhead), captured_len <= original_len)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_of_units_is_no_time() {
        let time = |seconds: u32, units: u32| u64::from(units) << 32 | u64::from(seconds);
        let micro = Clock::Split(1000);
        assert_eq!(micro.nanoseconds(time(0, 0)), (0, true));
        assert_eq!(micro.nanoseconds(time(1, 999_999)), (1_999_999_000, true));
        assert!(!micro.nanoseconds(time(1, 1_000_000)).1);
        assert!(!micro.nanoseconds(time(u32::MAX, u32::MAX)).1);
        let last = i64::from(u32::MAX) * 1_000_000_000 + 999_999_999;
        assert_eq!(Clock::Split(1).nanoseconds(time(u32::MAX, 999_999_999)), (last, true));
        assert!(!Clock::Split(1).nanoseconds(time(0, 1_000_000_000)).1);
        assert_eq!(Clock::Nanoseconds.nanoseconds(last.cast_unsigned()), (last, true));
    }

    #[test]
    fn a_head_that_is_not_there_has_lengths_that_do_not_agree() {
        let mut columns = HeadColumns::<HEADS>::new(Clock::Nanoseconds);
        let bytes: [u8; Head::LEN] = std::array::from_fn(|at| u8::try_from(at).expect("few"));
        let head = RawHead { bytes: &bytes, time: 7, lens: 100 << 32 | 60, overhead: 4 };
        columns.put(1, 0, Some(head));
        columns.put(2, 1, Some(head));
        let there = columns.from(0);
        assert_eq!((there.room(1), there.original_len(1)), ((82, true), 100));
        assert_eq!([1, 2].map(|at| there.destination[at].to_ne_bytes()[0]), [30, 38]);
        columns.put(1, 0, None);
        assert!(!columns.from(0).room(1).1);
    }
}
