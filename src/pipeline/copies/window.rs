//! The packets seen within a window.

use super::fingerprint::Fingerprints;
use crate::model::{DedupWindow, Frame};
use foldhash::fast::RandomState;
use hashbrown::HashMap;
use std::collections::VecDeque;

/// Packets remembered at the most: 4 million, about 400 MB. A window in time
/// that holds more is cut short, and that is told.
const MAX_REMEMBERED: usize = 4 << 20;

/// What was seen of one input.
#[derive(Debug)]
pub(in crate::pipeline) struct Seen {
    window: DedupWindow,
    fingerprints: Fingerprints,
    /// Where each packet was seen last.
    last: HashMap<u128, Place, RandomState>,
    /// The sightings in their order, those that were renewed since among them.
    sightings: VecDeque<(u128, Place)>,
    records: u64,
    /// The latest time so far, in nanoseconds.
    latest: i64,
    limit: usize,
    cut: bool,
}

/// When a packet was seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Place {
    record: u64,
    time: i64,
}

/// What became of one frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::pipeline) enum Sighting {
    /// It was not seen within the window.
    First,
    /// It is a copy.
    Copy,
    /// It cannot be compared: no IP packet, or no time in a window of time.
    Incomparable,
}

impl Seen {
    pub(in crate::pipeline) fn new(window: DedupWindow) -> Self {
        Self {
            window,
            fingerprints: Fingerprints::new(),
            last: HashMap::default(),
            sightings: VecDeque::new(),
            records: 0,
            latest: i64::MIN,
            limit: MAX_REMEMBERED,
            cut: false,
        }
    }

    /// Takes the next frame. A copy renews what it is a copy of: the window goes
    /// from one copy to the next.
    pub(in crate::pipeline) fn see(&mut self, frame: &Frame<'_>) -> Sighting {
        self.records += 1;
        let time = match (self.window, frame.timestamp) {
            (DedupWindow::Time(_), None) => return Sighting::Incomparable,
            (_, time) => time.map_or(0, crate::model::Timestamp::nanoseconds),
        };
        let Some(fingerprint) = self.fingerprints.of(frame) else { return Sighting::Incomparable };
        self.latest = self.latest.max(time);
        self.cut = false;
        self.forget();
        let here = Place { record: self.records, time };
        self.sightings.push_back((fingerprint, here));
        match self.last.insert(fingerprint, here) {
            Some(before) if self.is_within(before, here) => Sighting::Copy,
            _ => Sighting::First,
        }
    }

    /// True where the last frame was compared with less than the window holds.
    pub(in crate::pipeline) fn is_cut(&self) -> bool {
        self.cut
    }

    fn is_within(&self, before: Place, here: Place) -> bool {
        match self.window {
            DedupWindow::Packets(packets) => here.record - before.record <= packets.into(),
            DedupWindow::Time(window) => here.time.abs_diff(before.time) <= window,
        }
    }

    /// Forgets what no later frame can be a copy of, and what is too much to
    /// remember.
    fn forget(&mut self) {
        while let Some((fingerprint, place)) = self.sightings.front().copied() {
            let gone = match self.window {
                DedupWindow::Packets(packets) => self.records - place.record > packets.into(),
                DedupWindow::Time(window) => {
                    self.latest > place.time && self.latest.abs_diff(place.time) > window
                }
            };
            if !gone && self.sightings.len() < self.limit {
                return;
            }
            self.cut |= !gone;
            self.sightings.pop_front();
            if self.last.get(&fingerprint) == Some(&place) {
                self.last.remove(&fingerprint);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{LinkType, Timestamp};

    /// An IPv4 packet behind a VLAN tag or none, with padding.
    fn ipv4(id: u8, ttl: u8, tagged: bool, padding: usize) -> Vec<u8> {
        let mut frame = vec![if tagged { 4 } else { 2 }; 12];
        frame.extend(if tagged { &[0x81, 0, 0, 5, 8, 0][..] } else { &[8, 0][..] });
        let header =
            [0x45, 0, 0, 24, 0, id, 0, 0, ttl, 17, 0xff - ttl, 0, 192, 0, 2, 1, 192, 0, 2, 2];
        frame.extend(header);
        frame.extend([1, 2, 3, 4]);
        frame.extend(vec![0xee; padding]);
        frame
    }

    fn ipv6(hop_limit: u8, payload: u8) -> Vec<u8> {
        let mut frame = vec![2; 12];
        frame.extend([0x86, 0xdd, 0x60, 0, 0, 0, 0, 1, 59, hop_limit]);
        frame.extend([7; 32]);
        frame.push(payload);
        frame
    }

    fn see(seen: &mut Seen, captured: &[u8], time: Option<i64>) -> Sighting {
        seen.see(&Frame {
            link_type: Some(LinkType(1)),
            timestamp: time.map(Timestamp::from_nanoseconds),
            captured,
            original_len: 1500,
            fcs_len: 0,
            interface: 0,
        })
    }

    #[test]
    fn copies_differ_in_what_a_router_and_a_switch_change() {
        let mut seen = Seen::new(DedupWindow::Packets(100));
        assert_eq!(see(&mut seen, &ipv4(1, 64, false, 0), None), Sighting::First);
        assert_eq!(see(&mut seen, &ipv4(1, 63, false, 0), None), Sighting::Copy, "hop");
        assert_eq!(see(&mut seen, &ipv4(1, 64, true, 22), None), Sighting::Copy, "tag and padding");
        assert_eq!(see(&mut seen, &ipv4(2, 64, false, 0), None), Sighting::First, "identification");
        let mut other = ipv4(1, 64, false, 0);
        *other.last_mut().unwrap() ^= 1;
        assert_eq!(see(&mut seen, &other, None), Sighting::First, "payload");
        let cut = ipv4(1, 64, false, 0);
        assert_eq!(see(&mut seen, &cut[..cut.len() - 1], None), Sighting::First, "snap length");
        assert_eq!(see(&mut seen, &ipv6(9, 1), None), Sighting::First);
        assert_eq!(see(&mut seen, &ipv6(8, 1), None), Sighting::Copy);
        assert_eq!(see(&mut seen, &ipv6(8, 2), None), Sighting::First);
    }

    #[test]
    fn what_is_no_packet_is_not_compared() {
        let mut seen = Seen::new(DedupWindow::Packets(100));
        let arp = [&[2; 12][..], &[8, 6], &[0; 28]].concat();
        let mismatch = [&[2; 12][..], &[8, 0], &[0x60; 40]].concat();
        for frame in [&arp[..], &arp, &arp[..3], &arp[..3], &[], &[], &mismatch, &mismatch] {
            assert_ne!(see(&mut seen, frame, None), Sighting::Copy);
        }
    }

    #[test]
    fn a_window_of_packets_goes_from_copy_to_copy() {
        let mut seen = Seen::new(DedupWindow::Packets(3));
        let (frame, other) = (ipv6(9, 1), |at: u8| ipv6(9, 100 + at));
        assert_eq!(see(&mut seen, &frame, None), Sighting::First);
        see(&mut seen, &other(1), None);
        see(&mut seen, &other(2), None);
        assert_eq!(see(&mut seen, &frame, None), Sighting::Copy, "the third after it");
        see(&mut seen, &other(3), None);
        see(&mut seen, &other(4), None);
        assert_eq!(see(&mut seen, &frame, None), Sighting::Copy, "the third after the copy");
        for at in 5..8 {
            see(&mut seen, &other(at), None);
        }
        assert_eq!(see(&mut seen, &frame, None), Sighting::First, "the fourth");
        assert!(seen.last.len() <= 4 && seen.sightings.len() <= 4, "{seen:?}");
    }

    #[test]
    fn a_window_of_time_needs_times_and_no_order() {
        let mut seen = Seen::new(DedupWindow::Time(10));
        let frame = ipv6(9, 1);
        assert_eq!(see(&mut seen, &frame, None), Sighting::Incomparable);
        assert_eq!(see(&mut seen, &frame, Some(100)), Sighting::First);
        assert_eq!(see(&mut seen, &frame, Some(110)), Sighting::Copy);
        assert_eq!(
            see(&mut seen, &frame, Some(105)),
            Sighting::Copy,
            "earlier than the one before"
        );
        assert_eq!(see(&mut seen, &frame, Some(121)), Sighting::First);
        assert_eq!(see(&mut seen, &frame, None), Sighting::Incomparable);
        for time in [i64::MIN, i64::MAX, 0] {
            assert_eq!(see(&mut seen, &frame, Some(time)), Sighting::First);
        }
    }

    #[test]
    fn what_is_remembered_is_limited_and_that_shows() {
        let mut seen = Seen { limit: 4, ..Seen::new(DedupWindow::Time(1000)) };
        for at in 0..4 {
            assert_eq!(see(&mut seen, &ipv6(9, at), Some(0)), Sighting::First);
            assert!(!seen.is_cut());
        }
        assert_eq!(see(&mut seen, &ipv6(9, 9), Some(0)), Sighting::First);
        assert!(seen.is_cut() && seen.sightings.len() == 4);
        assert_eq!(see(&mut seen, &ipv6(9, 0), Some(0)), Sighting::First, "it was forgotten");
    }
}
