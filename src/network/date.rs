//! Of when a table is, where nothing but words say so.

use crate::model::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;

/// The time in the name of a BGP table: `rib.20140513.0600.bz2`,
/// `routeviews-rv2-20140513-1200.pfx2as.gz`, `GeoLite2-ASN_20240105.tar.gz`.
///
/// Eight digits that are a date from 1990 on, and four behind a `.`, `-` or `_`
/// that are a time; midnight without them.
#[must_use]
pub fn in_dump_name(name: &str) -> Option<Timestamp> {
    let digits = |c: char| c.is_ascii_digit();
    let mut rest = name;
    loop {
        let start = rest.find(digits)?;
        let after = &rest[start..];
        let len = after.find(|c| !digits(c)).unwrap_or(after.len());
        if len == 8
            && let Some(date) = date(&after[..8], time_of_day(&after[8..]))
        {
            return Some(date);
        }
        rest = &after[len..];
    }
}

/// The hour and minute that follow a date.
fn time_of_day(after: &str) -> (i8, i8) {
    let time = after.strip_prefix(['.', '-', '_']).and_then(|time| time.get(..4));
    let parsed = time
        .filter(|time| time.bytes().all(|b| b.is_ascii_digit()))
        .and_then(|time| Some((time[..2].parse().ok()?, time[2..].parse().ok()?)));
    parsed.filter(|(hour, minute)| *hour < 24 && *minute < 60).unwrap_or_default()
}

/// `YYYYMMDD` from 1990 on.
fn date(digits: &str, (hour, minute): (i8, i8)) -> Option<Timestamp> {
    let year: i16 = digits.get(..4)?.parse().ok()?;
    let (month, day) = (digits.get(4..6)?.parse().ok()?, digits.get(6..8)?.parse().ok()?);
    if !(1990..2200).contains(&year) {
        return None;
    }
    utc(DateTime::new(year, month, day, hour, minute, 0, 0).ok()?)
}

/// The time in words as `ctime` writes it: `Mon Sep 15 22:09:50 2014`, in UTC.
pub(super) fn in_words(text: &str) -> Option<Timestamp> {
    let words = text.split_once(':')?.1.trim();
    utc(DateTime::strptime("%a %b %d %H:%M:%S %Y", words).ok()?)
}

fn utc(time: DateTime) -> Option<Timestamp> {
    let time = time.to_zoned(TimeZone::UTC).ok()?.timestamp();
    Timestamp::from_wide(time.as_nanosecond())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_found_in_names() {
        for (name, want) in [
            ("data/rib.20140513.0600.bz2.skip", Some("2014-05-13T06:00:00")),
            ("routeviews-rv2-20140513-1200.pfx2as.gz", Some("2014-05-13T12:00:00")),
            ("GeoLite2-ASN_20240105.mmdb", Some("2024-01-05T00:00:00")),
            ("delegated-arin-extended-20230323", Some("2023-03-23T00:00:00")),
            ("123456789-20230323.9999", Some("2023-03-23T00:00:00")),
            ("20231323", None),
            ("19000101", None),
            ("", None),
            ("fake", None),
        ] {
            let got = in_dump_name(name).map(|date| date.to_string()[..19].to_owned());
            assert_eq!(got.as_deref(), want, "{name}");
        }
    }

    #[test]
    fn dates_are_found_in_words() {
        let date = in_words(" Converted on  : Mon Sep 15 22:09:50 2014").unwrap();
        assert_eq!(date.to_string(), "2014-09-15T22:09:50.000000000Z");
        assert_eq!(in_words(" Converted on  : fake"), None);
    }
}
