//! The forms in which a template tells a time.

use super::clock::Clock;
use super::element::Slot;
use super::plan::{Plan, Values};
use crate::model::Timestamp;

/// Seconds from 1900 to 1970: NTP's epoch to ours.
const NTP_TO_UNIX: u64 = 2_208_988_800;

/// Where a time stands, and in what form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Moment {
    /// Nowhere.
    Nowhere,
    /// Milliseconds of the device's uptime (IE 21, 22).
    Uptime(Slot),
    /// Seconds since 1970.
    Seconds(Slot),
    /// Milliseconds since 1970.
    Milliseconds(Slot),
    /// The 64 bits of NTP (RFC 7011 section 6.1.9), meant to hold microseconds.
    Microseconds(Slot),
    /// The 64 bits of NTP, meant to hold nanoseconds.
    Nanoseconds(Slot),
    /// Microseconds before the export (IE 158, 159).
    Before(Slot),
}

/// The forms of the start of a flow, the most exact first.
const STARTS: [Moment; 7] = [
    Moment::Nanoseconds(Slot::StartNanoseconds),
    Moment::Microseconds(Slot::StartMicroseconds),
    Moment::Milliseconds(Slot::StartMilliseconds),
    Moment::Before(Slot::StartDelta),
    Moment::Uptime(Slot::StartUptime),
    Moment::Seconds(Slot::StartSeconds),
    Moment::Nowhere,
];
/// Those of its end.
const ENDS: [Moment; 7] = [
    Moment::Nanoseconds(Slot::EndNanoseconds),
    Moment::Microseconds(Slot::EndMicroseconds),
    Moment::Milliseconds(Slot::EndMilliseconds),
    Moment::Before(Slot::EndDelta),
    Moment::Uptime(Slot::EndUptime),
    Moment::Seconds(Slot::EndSeconds),
    Moment::Nowhere,
];
/// Those of an observation, which is both.
const OBSERVED: [Moment; 5] = [
    Moment::Nanoseconds(Slot::ObservedNanoseconds),
    Moment::Microseconds(Slot::ObservedMicroseconds),
    Moment::Milliseconds(Slot::ObservedMilliseconds),
    Moment::Seconds(Slot::ObservedSeconds),
    Moment::Nowhere,
];

/// How a template tells the time of a flow.
#[derive(Clone, Copy, Debug)]
pub(super) struct Moments {
    start: Moment,
    end: Moment,
    lasts: bool,
}

impl Moments {
    pub(super) fn of(plan: &Plan) -> Self {
        let first = |forms: &[Moment]| {
            let there = |form: &&Moment| form.slot().is_some_and(|slot| plan.has(slot));
            forms.iter().find(there).copied().unwrap_or(Moment::Nowhere)
        };
        let (mut start, mut end) = (first(&STARTS), first(&ENDS));
        if (start, end) == (Moment::Nowhere, Moment::Nowhere) {
            start = first(&OBSERVED);
            end = start;
        }
        let lasts = plan.has_any(&[Slot::DurationMilliseconds, Slot::DurationMicroseconds]);
        let lasts = lasts && (start == Moment::Nowhere) != (end == Moment::Nowhere);
        Self { start, end, lasts }
    }

    /// Start and end of a record. `init` is when the device started, in
    /// milliseconds since 1970, where options told it.
    #[inline]
    pub(super) fn read(
        &self,
        values: &Values,
        clock: &Clock,
        init: Option<u64>,
    ) -> (Option<Timestamp>, Option<Timestamp>) {
        let start = self.start.read(values, clock, init);
        let end = self.end.read(values, clock, init);
        if self.lasts { lasting(start, end, values) } else { (start, end) }
    }
}

/// The end from the start and the duration, or the other way round.
fn lasting(
    start: Option<Timestamp>,
    end: Option<Timestamp>,
    values: &Values,
) -> (Option<Timestamp>, Option<Timestamp>) {
    let fine = values.of(Slot::DurationMicroseconds);
    let coarse = values.of(Slot::DurationMilliseconds).saturating_mul(1000);
    let lasted = if fine > 0 { fine } else { coarse };
    let Some(lasted) = i64::try_from(lasted).ok().and_then(|lasted| lasted.checked_mul(1000))
    else {
        return (start, end);
    };
    let moved = |time: Timestamp, by: i64| {
        time.nanoseconds().checked_add(by).map(Timestamp::from_nanoseconds)
    };
    (
        start.or_else(|| end.and_then(|end| moved(end, -lasted))),
        end.or_else(|| start.and_then(|start| moved(start, lasted))),
    )
}

impl Moment {
    fn slot(self) -> Option<Slot> {
        match self {
            Self::Nowhere => None,
            Self::Uptime(slot)
            | Self::Seconds(slot)
            | Self::Milliseconds(slot)
            | Self::Microseconds(slot)
            | Self::Nanoseconds(slot)
            | Self::Before(slot) => Some(slot),
        }
    }

    #[inline]
    fn read(self, values: &Values, clock: &Clock, init: Option<u64>) -> Option<Timestamp> {
        let told = |slot: Slot| Some(values.of(slot)).filter(|value| *value != 0);
        match self {
            Self::Nowhere => None,
            Self::Uptime(slot) => uptime(values.of(slot), values, clock, init),
            Self::Seconds(slot) => since_1970(told(slot)?, 1_000_000_000),
            Self::Milliseconds(slot) => since_1970(told(slot)?, 1_000_000),
            Self::Microseconds(slot) => ntp(told(slot)?, 1000),
            Self::Nanoseconds(slot) => ntp(told(slot)?, 1),
            Self::Before(slot) => {
                let before = i64::try_from(values.of(slot)).ok()?.checked_mul(1000)?;
                clock.sent?.checked_sub(before).map(Timestamp::from_nanoseconds)
            }
        }
    }
}

#[inline]
fn since_1970(value: u64, unit: i64) -> Option<Timestamp> {
    i64::try_from(value).ok()?.checked_mul(unit).map(Timestamp::from_nanoseconds)
}

/// A time of NTP: seconds since 1900 and a fraction of 2^32. Some exporters put a
/// plain number of units since 1970 there, which read so lies before 1970: no
/// flow does.
fn ntp(value: u64, unit: i64) -> Option<Timestamp> {
    let Some(seconds) = (value >> 32).checked_sub(NTP_TO_UNIX) else {
        return since_1970(value, unit);
    };
    let fraction = ((value & 0xffff_ffff) * 1_000_000_000) >> 32;
    since_1970(seconds * 1_000_000_000 + fraction, 1)
}

/// A time of the device's uptime: by the header's, where it has one, else by when
/// the device started (IE 160, in the record or from options).
#[inline]
fn uptime(
    milliseconds: u64,
    values: &Values,
    clock: &Clock,
    init: Option<u64>,
) -> Option<Timestamp> {
    if clock.uptime.is_some() {
        return clock.at_uptime(u32::try_from(milliseconds).ok()?);
    }
    let in_record = Some(values.of(Slot::SystemInit)).filter(|init| *init != 0);
    let at = in_record.or(init)?.checked_add(milliseconds)?;
    // The counter turns over every 2^32 ms: the last turn before the export holds.
    let sent = u64::try_from(clock.sent?).ok()? / 1_000_000;
    let turns = sent.saturating_sub(at) >> 32;
    since_1970(at.checked_add(turns << 32)?, 1_000_000)
}
