//! Bins of time: by the clock of a time zone.

use super::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Span};
use std::fmt;
use std::str::FromStr;

/// How long a bin is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum BinWidth {
    /// So many seconds, which divide a day: bins begin at midnight and every so
    /// many seconds after it.
    Seconds(u32),
    /// From midnight to midnight.
    Day,
    /// A month of the calendar.
    Month,
}

/// Seconds of a day without a change of clocks.
const DAY: u32 = 86_400;
/// Seconds of an hour.
const HOUR: u32 = 3600;

impl Default for BinWidth {
    fn default() -> Self {
        Self::Seconds(HOUR)
    }
}

/// The text is no width of a bin.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "expected a time that divides a day, such as 30s, 5m or 1h, or 1d or month (24h is the same as 1d)"
)]
pub struct InvalidBinWidth;

impl FromStr for BinWidth {
    type Err = InvalidBinWidth;

    fn from_str(text: &str) -> Result<Self, InvalidBinWidth> {
        if text == "month" {
            return Ok(Self::Month);
        }
        let unit = text.chars().next_back().ok_or(InvalidBinWidth)?;
        let number: u32 =
            text[..text.len() - unit.len_utf8()].parse().map_err(|_| InvalidBinWidth)?;
        let seconds = match unit {
            's' => 1,
            'm' => 60,
            'h' => HOUR,
            'd' => DAY,
            _ => return Err(InvalidBinWidth),
        };
        match number.checked_mul(seconds) {
            Some(DAY) => Ok(Self::Day),
            Some(width @ 1..DAY) if DAY.is_multiple_of(width) => Ok(Self::Seconds(width)),
            _ => Err(InvalidBinWidth),
        }
    }
}

impl fmt::Display for BinWidth {
    /// As it is parsed.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Seconds(width) if width.is_multiple_of(HOUR) => write!(f, "{}h", width / HOUR),
            Self::Seconds(width) if width.is_multiple_of(60) => write!(f, "{}m", width / 60),
            Self::Seconds(width) => write!(f, "{width}s"),
            Self::Day => f.write_str("1d"),
            Self::Month => f.write_str("month"),
        }
    }
}

/// One bin: from its first instant to before the first of the next one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Bin {
    /// Its first instant, in seconds since the epoch.
    pub start: i64,
    /// The first instant of the next bin.
    pub end: i64,
}

/// Bins of one width in one time zone. Every instant is in one bin, and bins join
/// without gaps; where the clock is changed, a bin of an hour or less ends there,
/// and a longer one is longer or shorter than others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TimeBins {
    width: BinWidth,
    zone: TimeZone,
    name: String,
}

impl Default for TimeBins {
    fn default() -> Self {
        Self { width: BinWidth::default(), zone: TimeZone::UTC, name: "UTC".to_owned() }
    }
}

/// There is no such time zone.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "no time zone is called {0:?}; expected UTC, an IANA name such as Europe/Zurich, or an offset such as +01:00"
)]
pub struct InvalidTimeZone(String);

impl TimeBins {
    /// Bins in a zone by its IANA name or its offset.
    ///
    /// # Errors
    /// Where there is no such zone in the database that is built in.
    pub fn new(width: BinWidth, zone: &str) -> Result<Self, InvalidTimeZone> {
        let named = || jiff::tz::db().get(zone).ok();
        let offset = || {
            let text = format!("2000-01-01T00:00:00{zone}");
            let offset = jiff::fmt::temporal::Pieces::parse(&text).ok()?.to_numeric_offset()?;
            Some(TimeZone::fixed(offset))
        };
        let found = match zone {
            "UTC" | "utc" | "Z" => Some(TimeZone::UTC),
            text if text.starts_with(['+', '-']) => offset(),
            _ => named(),
        };
        let zone_found = found.ok_or_else(|| InvalidTimeZone(zone.to_owned()))?;
        Ok(Self { width, zone: zone_found, name: zone.to_owned() })
    }

    /// The width.
    #[must_use]
    pub fn width(&self) -> BinWidth {
        self.width
    }

    /// The zone as it was named.
    #[must_use]
    pub fn zone(&self) -> &str {
        &self.name
    }

    /// The bin of an instant.
    #[must_use]
    pub fn of(&self, time: Timestamp) -> Bin {
        let seconds = time.nanoseconds().div_euclid(1_000_000_000);
        match self.width {
            BinWidth::Seconds(width) if width <= HOUR => self.by_offset(seconds, width.into()),
            _ => self.by_calendar(seconds),
        }
    }

    /// The bin that follows.
    #[must_use]
    pub fn after(&self, bin: Bin) -> Bin {
        self.of(instant(bin.end))
    }

    /// An instant by the clock of the zone: `2026-01-01T01:00:00+01:00`, with `Z` in
    /// UTC.
    #[must_use]
    pub fn shown(&self, time: Timestamp) -> String {
        let zoned = stamp(time.nanoseconds().div_euclid(1_000_000_000)).to_zoned(self.zone.clone());
        let text = zoned.strftime("%Y-%m-%dT%H:%M:%S").to_string();
        if self.zone == TimeZone::UTC {
            return text + "Z";
        }
        text + &zoned.strftime("%:z").to_string()
    }

    /// Bins of up to an hour: counted from midnight by the offset in force, and cut
    /// where that changes, so that the two hours of the same name in autumn stay
    /// apart.
    fn by_offset(&self, seconds: i64, width: i64) -> Bin {
        let time = stamp(seconds);
        let offset = i64::from(self.zone.to_offset(time).seconds());
        let start = (seconds + offset).div_euclid(width) * width - offset;
        let mut bin = Bin { start, end: start + width };
        // `preceding` gives those before an instant alone.
        let before = self.zone.preceding(stamp(seconds + 1)).next();
        if let Some(change) = before {
            bin.start = bin.start.max(change.timestamp().as_second());
        }
        if let Some(change) = self.zone.following(time).next() {
            bin.end = bin.end.min(change.timestamp().as_second());
        }
        bin
    }

    /// Longer ones: from one reading of the clock to another.
    fn by_calendar(&self, seconds: i64) -> Bin {
        let local = self.zone.to_datetime(stamp(seconds));
        let day = local.date().to_datetime(jiff::civil::Time::midnight());
        let first = match self.width {
            BinWidth::Month => {
                local.date().first_of_month().to_datetime(jiff::civil::Time::midnight())
            }
            BinWidth::Day => day,
            BinWidth::Seconds(width) => {
                let since = local.duration_since(day).as_secs();
                later(day, since.div_euclid(width.into()) * i64::from(width))
            }
        };
        let next = match self.width {
            BinWidth::Month => first.checked_add(Span::new().months(1)).unwrap_or(DateTime::MAX),
            BinWidth::Day => first.checked_add(Span::new().days(1)).unwrap_or(DateTime::MAX),
            BinWidth::Seconds(width) => later(first, width.into()),
        };
        let [start, end] = [first, next].map(|local| self.second_of(local));
        // Where the clock is changed over the start of a bin, the reading alone
        // could put an instant before it.
        Bin { start: start.min(seconds), end: end.max(seconds + 1) }
    }

    fn second_of(&self, local: DateTime) -> i64 {
        let zoned = self.zone.to_ambiguous_timestamp(local).compatible();
        zoned.map_or(i64::MAX / 2_000_000_000, jiff::Timestamp::as_second)
    }
}

fn later(local: DateTime, seconds: i64) -> DateTime {
    local.checked_add(SignedDuration::from_secs(seconds)).unwrap_or(DateTime::MAX)
}

/// An instant of whole seconds; the last one where there is none.
fn stamp(seconds: i64) -> jiff::Timestamp {
    jiff::Timestamp::from_second(seconds).unwrap_or(jiff::Timestamp::MAX)
}

/// The same as our own.
fn instant(seconds: i64) -> Timestamp {
    Timestamp::from_nanoseconds(seconds.saturating_mul(1_000_000_000))
}

/// The bin that was found last, so that most records ask no calendar.
#[derive(Clone, Debug)]
pub struct BinCache {
    bin: Bin,
    /// Its first nanosecond, and the first behind it.
    from: i64,
    until: i64,
}

impl Default for BinCache {
    /// One that holds no instant.
    fn default() -> Self {
        Self { bin: Bin { start: 0, end: 0 }, from: 0, until: 0 }
    }
}

impl BinCache {
    /// Whether an instant lies in the bin that was found last.
    #[inline(always)]
    #[must_use]
    pub fn holds(&self, time: Timestamp) -> bool {
        (self.from..self.until).contains(&time.nanoseconds())
    }

    /// The bin of an instant.
    #[inline]
    pub fn of(&mut self, bins: &TimeBins, time: Timestamp) -> Bin {
        if !self.holds(time) {
            self.bin = bins.of(time);
            [self.from, self.until] =
                [self.bin.start, self.bin.end].map(|seconds| instant(seconds).nanoseconds());
        }
        self.bin
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        let time: jiff::Timestamp = text.parse().expect(text);
        Timestamp::from_wide(time.as_nanosecond()).expect("in range")
    }

    fn bins(width: &str, zone: &str) -> TimeBins {
        TimeBins::new(width.parse().expect(width), zone).expect(zone)
    }

    fn start(bins: &TimeBins, time: &str) -> String {
        bins.shown(instant(bins.of(at(time)).start))
    }

    #[test]
    fn widths_divide_a_day() {
        for text in ["30s", "5m", "1h", "6h", "1d", "month"] {
            assert_eq!(text.parse::<BinWidth>().expect(text).to_string(), text);
        }
        assert_eq!("24h".parse(), Ok(BinWidth::Day));
        for bad in ["", "5", "7m", "0m", "2d", "25h", "1y", "m", "-5m", "é"] {
            assert_eq!(bad.parse::<BinWidth>(), Err(InvalidBinWidth), "{bad}");
        }
    }

    #[test]
    fn bins_follow_the_clock_of_the_zone() {
        let zurich = bins("1d", "Europe/Zurich");
        assert_eq!(start(&zurich, "2026-01-01T23:30:00Z"), "2026-01-02T00:00:00+01:00");
        assert_eq!(start(&bins("5m", "UTC"), "2026-01-01T23:34:59.9Z"), "2026-01-01T23:30:00Z");
        assert_eq!(
            start(&bins("1h", "Asia/Kathmandu"), "2026-01-01T00:20:00Z"),
            "2026-01-01T06:00:00+05:45"
        );
        let month = bins("month", "+02:00");
        assert_eq!(start(&month, "2026-02-28T22:00:00Z"), "2026-03-01T00:00:00+02:00");
        assert!(TimeBins::new(BinWidth::Day, "Europe/Nowhere").is_err());
        assert!(TimeBins::new(BinWidth::Day, "+99:00").is_err());
    }

    #[test]
    fn the_hour_that_comes_twice_makes_two_bins() {
        let hours = bins("1h", "Europe/Zurich");
        assert_eq!(start(&hours, "2026-10-25T00:30:00Z"), "2026-10-25T02:00:00+02:00");
        assert_eq!(start(&hours, "2026-10-25T01:30:00Z"), "2026-10-25T02:00:00+01:00");
        let day = bins("1d", "Europe/Zurich").of(at("2026-10-25T12:00:00Z"));
        assert_eq!(day.end - day.start, 25 * 3600);
    }

    /// Bins join: the end of each is the start of the next, over every change of
    /// the clock, and each instant is in the bin that says so.
    #[test]
    fn bins_join_without_gaps() {
        for zone in
            ["UTC", "Europe/Zurich", "Australia/Lord_Howe", "America/St_Johns", "Pacific/Apia"]
        {
            for width in ["30m", "1h", "6h", "1d", "month"] {
                let bins = bins(width, zone);
                let mut bin = bins.of(at("2011-11-01T00:00:00Z"));
                let end = bin.start + 400 * 86_400;
                while bin.end < end {
                    let next = bins.after(bin);
                    assert_eq!(next.start, bin.end, "{zone} {width}");
                    assert!(next.start < next.end);
                    assert_eq!(bins.of(instant(next.end - 1)), next, "{zone} {width}");
                    bin = next;
                }
            }
        }
    }

    #[test]
    fn the_ends_of_time_have_bins() {
        for width in ["1s", "1h", "6h", "1d", "month"] {
            for zone in ["UTC", "Pacific/Apia", "America/Los_Angeles"] {
                for time in [i64::MIN, 0, i64::MAX] {
                    let bin = bins(width, zone).of(Timestamp::from_nanoseconds(time));
                    let seconds = time.div_euclid(1_000_000_000);
                    assert!(bin.start <= seconds && seconds < bin.end, "{width} {zone} {time}");
                }
            }
        }
    }
}
