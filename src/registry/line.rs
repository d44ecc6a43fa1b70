//! One line: what it is, and its fields as they stand.
//!
//! ```text
//! version|registry|serial|records|startdate|enddate|UTCoffset
//! registry|*|type|*|count|summary
//! registry|cc|type|start|value|date|status[|opaque-id[|extensions...]]
//! ```
//!
//! The format is that of the RIRs' joint document *RIR statistics exchange
//! format*, versions 1 to 2.3.

use super::country::CountryCode;
use super::date::Date;
use super::fault::Fault;
use super::record::{Kind, Status};
use std::net::Ipv6Addr;

/// Fields that are looked at; those behind are extensions.
const FIELDS: usize = 8;

/// A line by what it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Line<'a> {
    Blank,
    Comment,
    Version(VersionLine<'a>),
    Summary { registry: &'a [u8], kind: Kind, count: u64 },
    Record(RecordLine<'a>),
    Bad(Fault),
}

/// The fields of a version line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct VersionLine<'a> {
    pub(super) version: &'a [u8],
    pub(super) registry: &'a [u8],
    pub(super) serial: &'a [u8],
    pub(super) records: Option<u64>,
    pub(super) end: &'a [u8],
    pub(super) offset: &'a [u8],
}

/// The fields of a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct RecordLine<'a> {
    pub(super) registry: &'a [u8],
    /// `Err` where it is neither empty nor two letters.
    pub(super) country: Result<Option<CountryCode>, ()>,
    pub(super) kind: Kind,
    pub(super) first: u128,
    pub(super) last: u128,
    /// `Err` where it is neither empty nor a date.
    pub(super) date: Result<Option<Date>, ()>,
    pub(super) status: Status,
    pub(super) holder: &'a [u8],
}

impl<'a> Line<'a> {
    /// Reads a line, without its end.
    pub(super) fn parse(line: &'a [u8]) -> Self {
        let line = line.trim_ascii();
        match line.first() {
            None => return Self::Blank,
            Some(b'#') => return Self::Comment,
            Some(_) => {}
        }
        let mut fields: [&[u8]; FIELDS] = [&[]; FIELDS];
        let mut count = 0;
        let mut start = 0;
        for at in memchr::memchr_iter(b'|', line).chain([line.len()]) {
            if count < FIELDS {
                fields[count] = line[start..at].trim_ascii();
            }
            count += 1;
            start = at + 1;
        }
        if fields[0].first().is_some_and(u8::is_ascii_digit) {
            return version(&fields, count);
        }
        if count >= 6 && fields[1] == b"*" && fields[5].eq_ignore_ascii_case(b"summary") {
            return summary(&fields);
        }
        if count < 7 {
            return Self::Bad(Fault::Fields);
        }
        record(&fields).map_or_else(Self::Bad, Self::Record)
    }
}

fn version<'a>(fields: &[&'a [u8]; FIELDS], count: usize) -> Line<'a> {
    let [version, registry, serial, records, _, end, offset, _] = *fields;
    if count < 6 || registry.is_empty() {
        return Line::Bad(Fault::Fields);
    }
    Line::Version(VersionLine { version, registry, serial, records: number(records), end, offset })
}

fn summary<'a>(fields: &[&'a [u8]; FIELDS]) -> Line<'a> {
    match (Kind::of_word(fields[2]), number(fields[4])) {
        (Some(kind), Some(count)) => Line::Summary { registry: fields[0], kind, count },
        (None, _) => Line::Bad(Fault::Kind),
        (_, None) => Line::Bad(Fault::Value),
    }
}

fn record<'a>(fields: &[&'a [u8]; FIELDS]) -> Result<RecordLine<'a>, Fault> {
    let [registry, country, kind, start, value, date, status, holder] = *fields;
    let kind = Kind::of_word(kind).ok_or(Fault::Kind)?;
    let (first, last) = block(kind, start, value)?;
    let country = match country {
        b"" | b"*" => Ok(None),
        letters => CountryCode::new(letters).map(Some).ok_or(()),
    };
    let date = match date {
        b"" | b"00000000" => Ok(None),
        digits => Date::of_digits(digits).map(Some).ok_or(()),
    };
    let status = Status::of_word(status);
    Ok(RecordLine { registry, country, kind, first, last, date, status, holder })
}

/// First and last address or number. IPv4 values are counts, and need be no
/// CIDR block; IPv6 values are prefix lengths.
fn block(kind: Kind, start: &[u8], value: &[u8]) -> Result<(u128, u128), Fault> {
    let value = number(value).filter(|_| value.len() <= 20).ok_or(Fault::Value)?;
    if kind == Kind::Ipv6 {
        let text = std::str::from_utf8(start).map_err(|_| Fault::Start)?;
        let first: Ipv6Addr = text.parse().map_err(|_| Fault::Start)?;
        let first = u128::from(first);
        let host = match value {
            0 => u128::MAX,
            128 => 0,
            1..128 => u128::MAX >> value,
            _ => return Err(Fault::Value),
        };
        return if first & host == 0 { Ok((first, first | host)) } else { Err(Fault::HostBits) };
    }
    let first = match kind {
        Kind::Ipv4 => ipv4(start),
        _ => number(start).and_then(|number| u32::try_from(number).ok()),
    };
    let first = u64::from(first.ok_or(Fault::Start)?);
    let last = value.checked_sub(1).ok_or(Fault::Value)?.checked_add(first).ok_or(Fault::Beyond)?;
    if last > u64::from(u32::MAX) {
        return Err(Fault::Beyond);
    }
    Ok((first.into(), last.into()))
}

/// A dotted address.
fn ipv4(text: &[u8]) -> Option<u32> {
    let mut address: u32 = 0;
    let mut octets = 0;
    for octet in text.split(|byte| *byte == b'.') {
        let octet = number(octet).filter(|_| octet.len() <= 3)?;
        address = address << 8 | u32::from(u8::try_from(octet).ok()?);
        octets += 1;
        if octets > 4 {
            return None;
        }
    }
    (octets == 4).then_some(address)
}

/// A decimal number without a sign.
fn number(digits: &[u8]) -> Option<u64> {
    if digits.is_empty() {
        return None;
    }
    digits.iter().try_fold(0_u64, |sum, byte| {
        let digit = byte.wrapping_sub(b'0');
        if digit > 9 {
            return None;
        }
        sum.checked_mul(10)?.checked_add(digit.into())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> RecordLine<'_> {
        match Line::parse(text.as_bytes()) {
            Line::Record(record) => record,
            other => panic!("{text}: {other:?}"),
        }
    }

    #[test]
    fn records_of_each_type_are_read() {
        let v4 = read("afrinic|ZA|ipv4|196.1.2.0|768|19910301|assigned|F36B9F4B");
        assert_eq!((v4.first, v4.last), (0xc401_0200, 0xc401_04ff));
        assert_eq!((v4.holder, v4.status), (&b"F36B9F4B"[..], Status::Assigned));
        assert_eq!(v4.country, Ok(CountryCode::new(b"ZA")));
        assert_eq!(v4.date, Ok(Date::new(1991, 3, 1)));
        let v6 = read("apnic|JP|ipv6|2001:200::|35|19990813|allocated");
        assert_eq!((v6.first, v6.span()), (0x2001_0200 << 96, (1 << 93) - 1));
        let asn = read("arin||asn|4294967290|6||reserved|");
        assert_eq!((asn.first, asn.last), (4_294_967_290, 4_294_967_295));
        assert_eq!((asn.country, asn.date), (Ok(None), Ok(None)));
        let nro = read("iana|ZZ|asn|0|1|20140311|reserved|ietf|iana\r");
        assert_eq!((nro.holder, nro.first), (&b"ietf"[..], 0));
    }

    impl RecordLine<'_> {
        fn span(&self) -> u128 {
            self.last - self.first
        }
    }

    #[test]
    fn other_lines_are_told_apart() {
        let line = |text: &'static str| Line::parse(text.as_bytes());
        assert_eq!(line("  \r"), Line::Blank);
        assert_eq!(line("# text|text"), Line::Comment);
        let summary = Line::Summary { registry: b"apnic", kind: Kind::Asn, count: 7 };
        assert_eq!(line("apnic|*|asn|*|7|summary"), summary);
        let Line::Version(version) = line("2.3|lacnic|20230323|86237|19870101|20230322|-0300")
        else {
            panic!("a version line")
        };
        assert_eq!((version.version, version.records), (&b"2.3"[..], Some(86_237)));
    }

    #[test]
    fn what_is_wrong_has_a_name() {
        for (text, fault) in [
            ("afrinic|ZA|ipv4|196.1.2.0|768", Fault::Fields),
            ("afrinic|ZA|ipv5|196.1.2.0|768|19910301|assigned", Fault::Kind),
            ("afrinic|ZA|ipv4|196.1.2|768|19910301|assigned", Fault::Start),
            ("afrinic|ZA|ipv4|196.1.2.3.4|768|19910301|assigned", Fault::Start),
            ("afrinic|ZA|ipv4|196.1.2.256|768|19910301|assigned", Fault::Start),
            ("afrinic|ZA|ipv4|196.1.2.0|0|19910301|assigned", Fault::Value),
            ("afrinic|ZA|ipv4|196.1.2.0|-1|19910301|assigned", Fault::Value),
            ("afrinic|ZA|ipv4|255.255.255.0|257|19910301|assigned", Fault::Beyond),
            ("afrinic|ZA|ipv4|1.0.0.0|18446744073709551615|19910301|assigned", Fault::Beyond),
            ("afrinic|ZA|ipv6|2001:4200::|129|19910301|assigned", Fault::Value),
            ("afrinic|ZA|ipv6|2001:4200::1|32|19910301|assigned", Fault::HostBits),
            ("afrinic|ZA|ipv6|196.1.2.0|32|19910301|assigned", Fault::Start),
            ("afrinic|ZA|asn|4294967296|1|19910301|assigned", Fault::Start),
            ("afrinic|*|ipv9|*|7|summary", Fault::Kind),
            ("2|afrinic", Fault::Fields),
        ] {
            assert_eq!(Line::parse(text.as_bytes()), Line::Bad(fault), "{text}");
        }
    }

    #[test]
    fn odd_dates_and_countries_do_not_cost_the_record() {
        let odd = read("afrinic|ZAF|ipv4|196.1.2.0|256|2019xx01|leased|id");
        assert_eq!((odd.country, odd.date, odd.status), (Err(()), Err(()), Status::Other));
        let none = read("afrinic|za|ipv4|196.1.2.0|256|00000000|ALLOCATED|");
        assert_eq!(none.country, Ok(CountryCode::new(b"ZA")));
        assert_eq!((none.date, none.status), (Ok(None), Status::Allocated));
    }

    #[test]
    fn the_whole_of_ipv6_is_a_block() {
        let all = read("iana|ZZ|ipv6|::|0||available");
        assert_eq!((all.first, all.last), (0, u128::MAX));
        let one = read("iana|ZZ|ipv6|::1|128||available");
        assert_eq!((one.first, one.last), (1, 1));
    }
}
