//! Sequence numbers: what was lost on the way, and what only looks like it.

/// A step ahead of more than this is a restart, not a loss: no queue drops that
/// much and lives.
const LARGEST_GAP: i32 = 1 << 20;
/// A step back of more than this is a restart, not a datagram that came late.
const LARGEST_STEP_BACK: i32 = -(1 << 16);
/// So many late datagrams in a row are no late ones: the exporter counts anew, or
/// counts something else than its format says.
const LATE_IN_A_ROW: u8 = 3;
/// Milliseconds by which an uptime may go back between datagrams that came out
/// of order; more is a restart.
const UPTIME_SLACK: i32 = -60_000;

/// The sequence numbers of one stream.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Sequence {
    expected: Option<u32>,
    uptime: Option<u32>,
    late: u8,
    /// What one datagram stood for in datagrams, where its number counts records.
    last_units: u32,
    /// What is missing.
    pub(super) lost: u64,
}

impl Sequence {
    /// Takes the number of a datagram.
    ///
    /// `step` is by how much it moves the number on; `None` where that cannot be
    /// known, as in a message with data whose template is missing: then the next
    /// number is taken as it comes. `other` is a step that some exporters make
    /// instead (NetFlow v9 counts datagrams, some count records). An `uptime`
    /// that goes back tells a restart.
    pub(super) fn observe(
        &mut self,
        number: u32,
        step: Option<u32>,
        other: u32,
        uptime: Option<u32>,
    ) {
        let restarted = match (self.uptime, uptime) {
            (Some(before), Some(now)) => now.wrapping_sub(before).cast_signed() < UPTIME_SLACK,
            _ => false,
        };
        let ahead = self.expected.map_or(0, |expected| number.wrapping_sub(expected).cast_signed());
        if !restarted && (LARGEST_STEP_BACK..0).contains(&ahead) {
            // Late: it was counted as missing when the one after it came.
            self.late += 1;
            if self.late < LATE_IN_A_ROW {
                self.lost = self.lost.saturating_sub(step.unwrap_or(0).into());
                return;
            }
        } else if !restarted && (1..=LARGEST_GAP).contains(&ahead) {
            let counts_other = ahead.cast_unsigned() == self.last_units;
            self.lost += if counts_other { 0 } else { u64::from(ahead.cast_unsigned()) };
        }
        self.late = 0;
        self.uptime = uptime;
        self.expected = step.map(|step| number.wrapping_add(step));
        self.last_units = other.wrapping_sub(step.unwrap_or(0));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lost(numbers: &[(u32, u32)]) -> u64 {
        let mut sequence = Sequence::default();
        for (number, step) in numbers {
            sequence.observe(*number, Some(*step), 0, None);
        }
        sequence.lost
    }

    #[test]
    fn a_gap_is_what_is_missing() {
        assert_eq!(lost(&[(100, 30), (130, 30), (190, 30), (220, 1)]), 30);
        assert_eq!(lost(&[(u32::MAX - 9, 30), (20, 30), (80, 1)]), 30, "over the turn");
    }

    #[test]
    fn what_comes_late_is_not_lost() {
        assert_eq!(lost(&[(1, 1), (3, 1), (2, 1), (4, 1)]), 0);
        assert_eq!(lost(&[(0, 30), (60, 30), (30, 30), (90, 30)]), 0);
    }

    #[test]
    fn a_restart_is_no_loss() {
        assert_eq!(lost(&[(4_000_000, 30), (0, 30), (30, 30)]), 0);
        assert_eq!(lost(&[(100, 1), (0, 1), (1, 1), (2, 1), (3, 1), (5, 1)]), 1);
        let mut sequence = Sequence::default();
        sequence.observe(10, Some(1), 0, Some(900_000));
        sequence.observe(500, Some(1), 0, Some(2_000));
        assert_eq!(sequence.lost, 0, "the uptime tells it");
    }

    #[test]
    fn an_exporter_that_counts_something_else_has_lost_nothing() {
        let mut sequence = Sequence::default();
        for datagram in 0..50 {
            sequence.observe(datagram * 24, Some(1), 24, None);
        }
        assert_eq!(sequence.lost, 0, "records where datagrams belong");
        let by_one: Vec<_> = (0..50).map(|n| (n, 24)).collect();
        assert_eq!(lost(&by_one), 0, "datagrams where records belong");
    }

    #[test]
    fn nothing_is_said_after_a_step_that_is_not_known() {
        let mut sequence = Sequence::default();
        sequence.observe(10, None, 0, None);
        sequence.observe(500, Some(5), 0, None);
        assert_eq!(sequence.lost, 0);
        sequence.observe(506, Some(5), 0, None);
        assert_eq!(sequence.lost, 1);
    }
}
