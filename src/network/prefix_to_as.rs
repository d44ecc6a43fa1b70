//! Prefix-to-AS text: a prefix and its origin a line, as CAIDA and pyasn write
//! it.
//!
//! pyasn: `192.0.2.0/24<TAB>64496` after comments that begin with `;`. CAIDA:
//! `192.0.2.0<TAB>24<TAB>64496`, several origins joined by `_`, the members of a
//! set by `,`.

use super::origins::{OriginBuilder, Singles};
use super::reading::{Line, Lines, Trouble, lines_of};
use super::{beside, date};
use crate::fields::{address_at, leading_digits};
use crate::model::{Asn, Origin, Prefix, Timestamp};
use std::io::Read;
use std::iter;
use std::str::FromStr;

/// What the text says about itself.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Facts {
    /// Of when the BGP table was, or when it was converted, where a comment says.
    pub date: Option<Timestamp>,
    /// Lines with a prefix.
    pub lines: u64,
}

/// Reads all lines into `table`.
///
/// # Errors
/// At the first line that is neither a comment nor a prefix with its origin, or
/// where the text cannot be read. What comes before is in `table`.
pub fn read(input: impl Read, table: &mut OriginBuilder<'_>) -> Result<Facts, Trouble> {
    let (mut reading, mut lines) = (Reading::default(), Lines::new(input));
    while let Some(line) = lines.next()? {
        match usual(&line) {
            Some((prefix, asn)) => {
                table.insert_single(prefix, asn);
                reading.lines += 1;
            }
            None => reading.unusual(line.number, line.text()?, table)?,
        }
    }
    Ok(reading.finish())
}

/// The same of a text that lies in memory, in so many threads at most.
///
/// Each reads the usual lines of a part of its own. The order of lines makes no
/// difference to a table, so the others are taken when all have ended.
///
/// # Errors
/// As those of [`read`], but that more may be in `table`.
pub fn read_whole(
    text: &[u8],
    threads: usize,
    table: &mut OriginBuilder<'_>,
) -> Result<Facts, Trouble> {
    let (mut reading, mut before) = (Reading::default(), 0);
    for part in read_parts(&cut(text, threads)) {
        reading.lines += part.usual.len() as u64;
        table.append(part.usual);
        for line in part.unusual {
            let line = line.numbered(before);
            reading.unusual(line.number, line.text()?, table)?;
        }
        before += part.lines;
    }
    Ok(reading.finish())
}

/// Cuts a text into so many parts of about the same size, each of whole lines.
fn cut(mut text: &[u8], parts: usize) -> Vec<&[u8]> {
    let size = text.len() / parts.max(1) + 1;
    let mut cut = Vec::new();
    while let Some(end) = text.get(size..).and_then(|rest| memchr::memchr(b'\n', rest)) {
        let (part, rest) = text.split_at(size + end + 1);
        cut.push(part);
        text = rest;
    }
    cut.push(text);
    cut
}

/// A part of a text.
struct Part<'t> {
    usual: Singles,
    unusual: Vec<Line<'t>>,
    lines: u64,
}

impl<'t> Part<'t> {
    fn read(text: &'t [u8]) -> Self {
        let mut part = Self { usual: Singles::default(), unusual: Vec::new(), lines: 0 };
        for line in lines_of(text) {
            part.lines = line.number;
            match usual(&line) {
                Some((prefix, asn)) => part.usual.insert(prefix, asn),
                None => part.unusual.push(line),
            }
        }
        part
    }
}

/// Reads parts side by side, and gives them in their order.
fn read_parts<'t>(texts: &[&'t [u8]]) -> Vec<Part<'t>> {
    match texts {
        [] => Vec::new(),
        [text] => vec![Part::read(text)],
        [first, others @ ..] => {
            let (first, others) = beside(|| Part::read(first), || read_parts(others));
            iter::once(first).chain(others).collect()
        }
    }
}

/// What was learned on the way.
#[derive(Default)]
struct Reading {
    of_table: Option<Timestamp>,
    of_conversion: Option<Timestamp>,
    lines: u64,
}

impl Reading {
    /// Takes a line that is not as nearly all are.
    fn unusual(
        &mut self,
        number: u64,
        line: &str,
        table: &mut OriginBuilder<'_>,
    ) -> Result<(), Trouble> {
        if let Some(comment) = comment(line) {
            self.of_table = self.of_table.or_else(|| date::in_dump_name(comment));
            self.of_conversion = self.of_conversion.or_else(|| date::in_words(comment));
        } else if !line.trim().is_empty() {
            let (prefix, origin) = entry(line).map_err(|why| Trouble::at_line(number, why))?;
            table.insert(prefix, &origin);
            self.lines += 1;
        }
        Ok(())
    }

    fn finish(self) -> Facts {
        Facts { date: self.of_table.or(self.of_conversion), lines: self.lines }
    }
}

/// Whether a text that begins so is one of these: its first line that is no
/// comment is a prefix with an origin.
pub(super) fn begins(text: &str) -> bool {
    let mut lines = text.lines().filter(|line| comment(line).is_none() && !line.trim().is_empty());
    lines.next().is_some_and(|line| entry(line).is_ok())
}

fn comment(line: &str) -> Option<&str> {
    line.trim_start().strip_prefix([';', '#'])
}

/// A line as nearly all are: an address, a length behind a slash or a blank, a blank,
/// and one number. What this does not know is no error yet; what it knows,
/// [`entry`] reads the same way.
#[inline]
fn usual(line: &Line<'_>) -> Option<(Prefix, Asn)> {
    let bytes = line.near.bytes;
    let (len, version, address) = address_at(bytes, line.near.start())?;
    let at = line.near.start() + len;
    let (len, at) = number_behind(bytes, at, [b'/', b'\t', b' '])?;
    let (asn, at) = number_behind(bytes, at, [b'\t', b' ', b' '])?;
    if at != line.end() {
        return None;
    }
    let len = u8::try_from(len).ok().filter(|len| *len <= version.address_bits())?;
    let prefix = Prefix::new(version, address, len);
    (prefix.address() == address).then_some((prefix, Asn(asn)))
}

/// The decimal number behind one of these bytes, and where it ends.
#[inline(always)]
fn number_behind(bytes: &[u8], at: usize, marks: [u8; 3]) -> Option<(u32, usize)> {
    let (mark, rest) = bytes.get(at..)?.split_first()?;
    let (number, digits) = leading_digits(rest);
    let is_one = marks.contains(mark) && digits > 0;
    is_one.then_some((u32::try_from(number).ok()?, at + 1 + digits))
}

fn entry(line: &str) -> Result<(Prefix, Origin), String> {
    let mut fields = line.split_ascii_whitespace();
    let mut field = || fields.next().unwrap_or_default();
    let first = field();
    let joined;
    let prefix = if first.contains('/') {
        first
    } else {
        joined = format!("{first}/{}", field());
        &joined
    };
    let origin = field();
    let prefix = Prefix::from_str(prefix).map_err(|why| format!("\"{prefix}\": {why}"))?;
    let origin = Origin::from_str(origin).map_err(|why| format!("\"{origin}\": {why}"))?;
    match fields.next() {
        None => Ok((prefix, origin)),
        Some(more) => Err(format!("\"{more}\" after the origin: expected PREFIX ORIGIN alone")),
    }
}

#[cfg(test)]
mod tests {
    use super::super::origins::Origins;
    use super::*;
    use crate::model::{IpAddress, IpVersion};
    use proptest::prelude::*;
    use std::net::Ipv6Addr;

    /// A line among others, read in the short way.
    fn usual_of(line: &str) -> Option<(Prefix, Asn)> {
        let (before, behind) = ("1.2.3.4/5 6\n".repeat(2), "\n7::/8 9".repeat(12));
        let text = format!("{before}{line}{behind}");
        usual(&Line::new(1, text.as_bytes(), before.len(), before.len() + line.len()))
    }

    /// Texts near those of a table.
    fn near() -> impl Strategy<Value = String> {
        let part = prop_oneof![
            (0..300_u32).prop_map(|part| part.to_string()),
            (0..300_u32).prop_map(|part| format!("{part:02}")),
        ];
        let v4 = prop::collection::vec(part, 3..6).prop_map(|parts| parts.join("."));
        let v6 = any::<u128>()
            .prop_map(|bits| Ipv6Addr::from_bits(bits >> (bits % 128) << (bits % 128)).to_string());
        let masked = (any::<u32>(), 0..33_u32).prop_map(|(bits, len)| {
            let bits = bits & u32::MAX.checked_shl(32 - len).unwrap_or(0);
            format!("{}/{len}", std::net::Ipv4Addr::from_bits(bits))
        });
        let address =
            prop_oneof![v4, v6, masked, Just("::".to_owned()), Just("::1.2.3.4".to_owned())];
        let blank = || prop::sample::select(vec!["\t", " ", "/", "  ", ".", ""]);
        let number = prop_oneof![
            (0..140_u64).prop_map(|number| number.to_string()),
            any::<u64>().prop_map(|number| (number >> (number % 64)).to_string()),
            Just("AS3".to_owned()),
            Just("1_2".to_owned()),
            Just("01".to_owned()),
            Just("+1".to_owned()),
        ];
        let number = || number.clone().boxed();
        let number2 = number();
        (
            address,
            blank(),
            number(),
            blank(),
            number2,
            prop::sample::select(vec!["", " ", "\r", "x"]),
        )
            .prop_map(|(address, a, len, b, asn, end)| format!("{address}{a}{len}{b}{asn}{end}"))
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 4000, failure_persistence: None, ..ProptestConfig::default() })]

        /// What the short way knows, the long way reads the same.
        #[test]
        fn the_short_way_reads_as_the_long_one_does(line in near()) {
            if let Some((prefix, asn)) = usual_of(&line) {
                prop_assert_eq!(entry(&line), Ok((prefix, Origin::single(asn))));
            }
        }
    }

    #[test]
    fn the_short_way_knows_what_tables_are_made_of() {
        for line in [
            "192.0.2.0/24\t64496",
            "0.0.0.0\t0\t1",
            "2001:db8::\t32\t4294967295",
            "2001:DB8:1::/48 7",
        ] {
            assert!(usual_of(line).is_some(), "{line}");
        }
    }

    #[test]
    fn both_notations_are_read() {
        let text = "; IP-ASN32-DAT file\n; Original file : data/rib.20140513.0600.bz2.skip\n\
            ; Converted on  : Mon Sep 15 22:09:50 2014\n\n192.0.2.0/24\t64496\r\n\
            198.51.100.0\t24\t64497_64496\n2001:db8::\t32\t64500,64499";
        assert!(begins(text));
        let mut origins = Origins::default();
        let mut builder = OriginBuilder::new(&mut origins);
        let facts = read(text.as_bytes(), &mut builder).unwrap();
        assert_eq!(facts.lines, 3);
        assert_eq!(facts.date.unwrap().to_string(), "2014-05-13T06:00:00.000000000Z");
        let table = builder.build();
        let says = |version, address| {
            origins.list()[table.lookup(version, address).unwrap().index()].to_string()
        };
        assert_eq!(says(IpVersion::V4, IpAddress::from_v4([192, 0, 2, 9])), "64496");
        assert_eq!(says(IpVersion::V4, IpAddress::from_v4([198, 51, 100, 9])), "64496_64497");
        let v6 = IpAddress::from_bits(0x2001_0db8 << 96);
        assert_eq!(says(IpVersion::V6, v6), "{64499,64500}");
    }

    /// What a table says of each prefix, or what was wrong.
    type Said = Result<(Facts, Vec<(Prefix, Option<String>)>), String>;

    fn said(read: impl FnOnce(&mut OriginBuilder<'_>) -> Result<Facts, Trouble>) -> Said {
        let mut origins = Origins::default();
        let mut builder = OriginBuilder::new(&mut origins);
        let facts = read(&mut builder).map_err(|trouble| trouble.into_error("t").to_string())?;
        let mut prefixes: Vec<_> = builder.prefixes().collect();
        prefixes.sort();
        let table = builder.build();
        let says = |prefix: Prefix| {
            let id = table.lookup(prefix.version(), prefix.address());
            (prefix, id.map(|id| origins.list()[id.index()].to_string()))
        };
        Ok((facts, prefixes.into_iter().map(says).collect()))
    }

    proptest! {
        /// In how many threads a text is read makes no difference.
        #[test]
        fn parts_are_read_as_the_whole(
            lines in prop::collection::vec(
                prop_oneof![
                    20 => (0_u32..40, 16_u8..25, 0_u32..5).prop_map(|(net, len, asn)| {
                        format!("{}/{len}\t{asn}", std::net::Ipv4Addr::from_bits(net << 16))
                    }),
                    10 => (0_u128..20, 0_u32..5).prop_map(|(net, asn)| {
                        format!("{}\t32\t{asn}\r", Ipv6Addr::from_bits(net << 96))
                    }),
                    4 => (0_u32..40).prop_map(|net| {
                        format!("{}/16 7_{{8,9}}_3", std::net::Ipv4Addr::from_bits(net << 16))
                    }),
                    2 => Just("; Original file : data/rib.20140513.0600.bz2.skip".to_owned()),
                    1 => Just("# bgpdata.20150101.0000.bz2".to_owned()),
                    1 => Just(String::new()),
                ],
                0..60,
            ),
            bad in prop::option::weighted(0.2, (any::<prop::sample::Index>(), Just("1.2.3.4/8 9"))),
            threads in 0_usize..9,
            ends: bool,
        ) {
            let mut lines = lines;
            if let Some((at, bad)) = bad {
                lines.insert(at.index(lines.len() + 1), bad.to_owned());
            }
            let text = lines.join("\n") + if ends { "\n" } else { "" };
            let whole = said(|table| read(text.as_bytes(), table));
            prop_assert_eq!(said(|table| read_whole(text.as_bytes(), threads, table)), whole);
        }
    }

    #[test]
    fn a_bad_line_is_told_by_its_number() {
        for (line, why) in [
            ("192.0.2.1/24 1", "behind the prefix length"),
            ("192.0.2.0 1", "behind the prefix length"),
            ("192.0.2.0 33 1", "beyond that of the address"),
            ("192.0.2.0/24", "expected an AS number"),
            ("192.0.2.0/24 x", "\"x\": expected an AS number"),
            ("192.0.2.0/24 1 2", "\"2\" after the origin"),
            ("hello", "expected ADDRESS/LENGTH"),
        ] {
            assert!(!begins(line), "{line}");
            let text = format!("# a comment\n10.0.0.0/8 1\n{line}\n");
            let trouble = read(text.as_bytes(), &mut OriginBuilder::new(&mut Origins::default()))
                .unwrap_err();
            let message = trouble.into_error("table").to_string();
            assert!(message.starts_with("table: in line 3: "), "{message}");
            assert!(message.contains(why), "{message}");
        }
    }
}
