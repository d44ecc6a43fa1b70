//! Calendar dates as the registries write them: eight digits.

use std::fmt;
use std::num::NonZeroU32;
use std::str::FromStr;

/// A day of the Gregorian calendar, in the years 1900 to 2999.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date(NonZeroU32);

impl Date {
    /// The day, if there is such a one.
    #[must_use]
    pub fn new(year: u32, month: u32, day: u32) -> Option<Self> {
        let valid = (1900..3000).contains(&year)
            && (1..=12).contains(&month)
            && (1..=days_in(year, month)).contains(&day);
        NonZeroU32::new(year * 10_000 + month * 100 + day).filter(|_| valid).map(Self)
    }

    /// The date that eight digits spell.
    #[must_use]
    pub(super) fn of_digits(digits: &[u8]) -> Option<Self> {
        if digits.len() != 8 || !digits.iter().all(u8::is_ascii_digit) {
            return None;
        }
        let number = digits.iter().fold(0_u32, |sum, d| sum * 10 + u32::from(d - b'0'));
        Self::new(number / 10_000, number / 100 % 100, number % 100)
    }

    /// The UTC day of a count of seconds since 1970.
    #[must_use]
    pub(super) fn of_unix_seconds(seconds: u64) -> Option<Self> {
        let days = i64::try_from(seconds / 86_400).ok()?;
        Self::of_days(days)
    }

    /// The day that lies so many days after 1 January 1970 (Howard Hinnant's
    /// civil calendar).
    fn of_days(days: i64) -> Option<Self> {
        let shifted = days.checked_add(719_468)?;
        let era = shifted.div_euclid(146_097);
        let of_era = shifted.rem_euclid(146_097);
        let year_of_era = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
        let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let shifted_month = (5 * of_year + 2) / 153;
        let day = of_year - (153 * shifted_month + 2) / 5 + 1;
        let month = if shifted_month < 10 { shifted_month + 3 } else { shifted_month - 9 };
        let year = era.checked_mul(400)?.checked_add(year_of_era)? + i64::from(month <= 2);
        let small = |number: i64| u32::try_from(number).ok();
        Self::new(small(year)?, small(month)?, small(day)?)
    }

    /// Days since 1 January 1970; negative before.
    #[must_use]
    pub fn days(self) -> i64 {
        let (month, day) = (i64::from(self.month()), i64::from(self.day()));
        let year = i64::from(self.year()) - i64::from(month <= 2);
        let era = year.div_euclid(400);
        let year_of_era = year.rem_euclid(400);
        let shifted_month = (month + 9) % 12;
        let of_year = (153 * shifted_month + 2) / 5 + day - 1;
        let of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + of_year;
        era * 146_097 + of_era - 719_468
    }

    /// The last day of a year; of 2999 for those beyond.
    #[must_use]
    pub fn end_of_year(year: u32) -> Self {
        const LAST: Date = match NonZeroU32::new(29_991_231) {
            Some(number) => Date(number),
            None => unreachable!(),
        };
        Self::new(year, 12, 31).unwrap_or(LAST)
    }

    /// The year.
    #[must_use]
    pub fn year(self) -> u32 {
        self.0.get() / 10_000
    }

    /// The month, from 1.
    #[must_use]
    pub fn month(self) -> u32 {
        self.0.get() / 100 % 100
    }

    /// The day of the month, from 1.
    #[must_use]
    pub fn day(self) -> u32 {
        self.0.get() % 100
    }
}

fn days_in(year: u32, month: u32) -> u32 {
    match month {
        2 if year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400)) => {
            29
        }
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// The text is no date.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected a date as YYYY-MM-DD or YYYYMMDD")]
pub struct InvalidDate;

impl FromStr for Date {
    type Err = InvalidDate;

    fn from_str(text: &str) -> Result<Self, InvalidDate> {
        let digits: String = text.trim().chars().filter(|c| *c != '-').collect();
        Self::of_digits(digits.as_bytes()).ok_or(InvalidDate)
    }
}

impl fmt::Display for Date {
    /// `2023-03-22` (RFC 3339).
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year(), self.month(), self.day())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_and_dates_are_each_other() {
        let mut days = Date::new(1900, 1, 1).expect("a day").days();
        assert_eq!(days, -25_567);
        let mut last: Option<Date> = None;
        while let Some(date) = Date::of_days(days) {
            assert_eq!(date.days(), days);
            assert!(last.is_none_or(|last| last < date));
            last = Some(date);
            days += 1;
        }
        assert_eq!(last.map(|last| last.to_string()).as_deref(), Some("2999-12-31"));
    }

    #[test]
    fn what_is_no_day_is_no_date() {
        for text in ["20230229", "20231301", "2023123", "202301011", "00000000", "2023o101", ""] {
            assert_eq!(Date::of_digits(text.as_bytes()), None, "{text}");
        }
        assert_eq!("2024-02-29".parse(), Date::new(2024, 2, 29).ok_or(InvalidDate));
        assert_eq!(Date::of_unix_seconds(1_404_165_599), Date::new(2014, 6, 30));
    }
}
