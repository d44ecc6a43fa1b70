//! Prefix-to-AS text: a prefix and its origin a line, as CAIDA and pyasn write
//! it.
//!
//! pyasn: `192.0.2.0/24<TAB>64496` after comments that begin with `;`. CAIDA:
//! `192.0.2.0<TAB>24<TAB>64496`, several origins joined by `_`, the members of a
//! set by `,`.

use super::date;
use super::origins::OriginBuilder;
use super::reading::{Line, Lines, Trouble};
use crate::fields::{address_at, leading_digits};
use crate::model::{Asn, Origin, Prefix, Timestamp};
use std::io::Read;
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
    let mut facts = Facts::default();
    let (mut of_table, mut of_conversion) = (None, None);
    let mut lines = Lines::new(input);
    while let Some(read) = lines.next()? {
        if let Some((prefix, asn)) = usual(&read) {
            table.insert_single(prefix, asn);
            facts.lines += 1;
            continue;
        }
        let (number, line) = (read.number, read.text()?);
        if let Some(comment) = comment(line) {
            of_table = of_table.or_else(|| date::in_dump_name(comment));
            of_conversion = of_conversion.or_else(|| date::in_words(comment));
        } else if !line.trim().is_empty() {
            let (prefix, origin) = entry(line).map_err(|why| Trouble::at_line(number, why))?;
            table.insert(prefix, &origin);
            facts.lines += 1;
        }
    }
    facts.date = of_table.or(of_conversion);
    Ok(facts)
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
