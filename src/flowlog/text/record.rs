//! From a row to the record that it stands for: the same reading of addresses,
//! times and counters for every format that is text.

use super::super::Column;
use super::protocol::protocol;
use super::row::{Row, Unreadable, Value};
use crate::model::{
    EtherType, Excluded, Exporter, FlowDirection, FlowRecord, IpAddress, IpProtocol, IpVersion,
    NotIp, Sampling, Timestamp,
};

/// What a format adds to the meaning of its columns.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub(in crate::flowlog) struct Rules {
    /// What one counted packet stands for, where no column says so.
    pub sampling: Sampling,
    /// Counts also what a firewall did not let through.
    pub include_rejected: bool,
}

/// What a row is.
#[derive(Clone, Copy, Debug, PartialEq)]
#[allow(clippy::large_enum_variant, reason = "it lives for one record, on the stack")]
pub(in crate::flowlog) enum Outcome {
    /// Traffic, of a family that is known or not.
    Flow(FlowRecord),
    /// Traffic that is not IP.
    NotIp(NotIp),
    /// No traffic.
    Excluded(Excluded),
    /// The column holds what it cannot.
    Unreadable(Column),
}

impl Outcome {
    /// The same with its octets where those of layer 2 belong, for sources that
    /// count those alone.
    pub(super) fn in_layer_2(self) -> Self {
        match self {
            Self::Flow(record) => {
                Self::Flow(FlowRecord { octets: 0, wire_octets: record.octets, ..record })
            }
            other => other,
        }
    }
}

/// Reads a row.
#[inline]
pub(in crate::flowlog) fn outcome(row: &Row<'_>, rules: Rules) -> Outcome {
    let mut record = FlowRecord::default();
    other_than_flow(row, rules, &mut record).unwrap_or(Outcome::Flow(record))
}

/// Reads a row into a record, all of which is written; gives what the row is where it
/// is no flow: some of the record is then written.
#[inline]
pub(super) fn other_than_flow(
    row: &Row<'_>,
    rules: Rules,
    record: &mut FlowRecord,
) -> Option<Outcome> {
    if let Some(why) = excluded(row, rules) {
        return Some(Outcome::Excluded(why));
    }
    if let Some(other) = no_ip_protocol(row[Column::Protocol as usize]) {
        return Some(other);
    }
    match flow(row, rules, record) {
        Ok(other) => other.map(Outcome::NotIp),
        Err(column) => Some(Outcome::Unreadable(column)),
    }
}

/// Gaps, and what was not let through. Of a gap nothing else is read.
fn excluded(row: &Row<'_>, rules: Rules) -> Option<Excluded> {
    match row[Column::Status as usize].text() {
        Some(b"NODATA") => return Some(Excluded::NoData),
        Some(b"SKIPDATA") => return Some(Excluded::SkippedData),
        _ => {}
    }
    let action = row[Column::Action as usize].text()?;
    (!rules.include_rejected && is_rejection(action)).then_some(Excluded::Rejected)
}

/// True for the words of clouds and firewalls for what did not pass.
fn is_rejection(action: &[u8]) -> bool {
    const WORDS: [&str; 10] = [
        "reject",
        "rejected",
        "deny",
        "denied",
        "drop",
        "dropped",
        "block",
        "blocked",
        "discard",
        "discarded",
    ];
    WORDS.iter().any(|word| action.eq_ignore_ascii_case(word.as_bytes()))
}

/// What tools write in the place of the protocol for what is not IP, and Argus
/// for the records about itself.
#[inline]
fn no_ip_protocol(value: Value<'_>) -> Option<Outcome> {
    let Value::Text(text @ [b'A'..=b'z', ..]) = value else { return None };
    match text {
        b"arp" | b"ARP" => Some(Outcome::NotIp(NotIp::EtherType(EtherType(0x0806)))),
        b"rarp" | b"RARP" => Some(Outcome::NotIp(NotIp::EtherType(EtherType(0x8035)))),
        b"llc" => Some(Outcome::NotIp(NotIp::Named("llc"))),
        b"man" => Some(Outcome::Excluded(Excluded::OtherRecord)),
        _ => None,
    }
}

/// Reads a flow into a record, or says what it is beside IP.
fn flow(row: &Row<'_>, rules: Rules, record: &mut FlowRecord) -> Result<Option<NotIp>, Column> {
    let addresses = Addresses::of(row)?;
    let ether_type = read(row, Column::EtherType, ether_type)?;
    let stated = read(row, Column::Family, stated_family)?;
    let family = stated.or_else(|| addresses.family()).or(match ether_type {
        Some(EtherType(0x0800)) => Some(IpVersion::V4),
        Some(EtherType(0x86dd)) => Some(IpVersion::V6),
        _ => None,
    });
    if let (None, Some(other)) = (family, ether_type) {
        return Ok(Some(NotIp::EtherType(other)));
    }
    record.family = family;
    (record.source, record.destination) = addresses.of_family(family);
    record.protocol = read(row, Column::Protocol, |value| protocol_of(value, family))?;
    record.ports = ports(row, record.protocol);
    record.packets = sum(row, Column::Packets, Column::ReversePackets)?;
    record.octets = sum(row, Column::Octets, Column::ReverseOctets)?;
    record.wire_octets = read(row, Column::WireOctets, Value::number)?.unwrap_or(0);
    record.start = row[Column::Start as usize].time();
    record.end = row[Column::End as usize].time().or_else(|| {
        let span = row[Column::Duration as usize].span()?;
        let end = record.start?.nanoseconds().checked_add(span)?;
        Some(Timestamp::from_nanoseconds(end))
    });
    record.sampling =
        read(row, Column::Sampling, Value::number)?.map_or(rules.sampling, Sampling::one_in);
    record.exporter = exporter(row)?;
    record.input = interface(row[Column::Input as usize]);
    record.output = interface(row[Column::Output as usize]);
    record.direction = direction(row[Column::Direction as usize]);
    Ok(None)
}

/// Reads one column; what it cannot hold is told with its name.
#[inline]
fn read<'a, T>(
    row: &Row<'a>,
    column: Column,
    with: impl FnOnce(Value<'a>) -> Result<T, Unreadable>,
) -> Result<T, Column> {
    with(row[column as usize]).map_err(|Unreadable| column)
}

/// A counter of both directions.
#[inline]
fn sum(row: &Row<'_>, forth: Column, back: Column) -> Result<u64, Column> {
    let one = read(row, forth, Value::number)?.unwrap_or(0);
    let other = read(row, back, Value::number)?.unwrap_or(0);
    one.checked_add(other).ok_or(back)
}

/// The addresses of a row, in the order in which they tell the family.
struct Addresses {
    source: [Option<(IpVersion, IpAddress)>; 2],
    destination: [Option<(IpVersion, IpAddress)>; 2],
}

impl Addresses {
    #[inline]
    fn of(row: &Row<'_>) -> Result<Self, Column> {
        let at = |column| read(row, column, Value::address);
        Ok(Self {
            source: [at(Column::Source6)?, at(Column::Source)?],
            destination: [at(Column::Destination6)?, at(Column::Destination)?],
        })
    }

    /// The family of the first address that is not zero (MEASURE section 5).
    #[inline]
    fn family(&self) -> Option<IpVersion> {
        let mut all = self.source.iter().chain(&self.destination).flatten();
        all.find(|(_, address)| address.bits() != 0).map(|(version, _)| *version)
    }

    /// Source and destination of `family`.
    #[inline]
    fn of_family(&self, family: Option<IpVersion>) -> (Option<IpAddress>, Option<IpAddress>) {
        let pick = |of: &[Option<(IpVersion, IpAddress)>; 2]| {
            let mut fitting = of.iter().flatten().filter(|(version, _)| Some(*version) == family);
            let first = fitting.next();
            let other = fitting.next().filter(|_| first.is_some_and(|(_, a)| a.bits() == 0));
            other.or(first).map(|(_, address)| *address)
        };
        (pick(&self.source), pick(&self.destination))
    }
}

/// `ipVersion` (IE 60); an empty one, or 0, says nothing.
pub(super) fn stated_family(value: Value<'_>) -> Result<Option<IpVersion>, Unreadable> {
    match value.present() {
        Value::Absent | Value::Number(0) => Ok(None),
        Value::Number(4) => Ok(Some(IpVersion::V4)),
        Value::Number(6) => Ok(Some(IpVersion::V6)),
        Value::Text(text) => match text.to_ascii_lowercase_array() {
            Some([b'0', 0, 0, 0]) => Ok(None),
            Some([b'4', 0, 0, 0] | [b'i', b'p', b'v', b'4']) => Ok(Some(IpVersion::V4)),
            Some([b'6', 0, 0, 0] | [b'i', b'p', b'v', b'6']) => Ok(Some(IpVersion::V6)),
            _ => Err(Unreadable),
        },
        _ => Err(Unreadable),
    }
}

trait ShortText {
    /// Up to four bytes in lower case, zeros behind them.
    fn to_ascii_lowercase_array(&self) -> Option<[u8; 4]>;
}

impl ShortText for [u8] {
    fn to_ascii_lowercase_array(&self) -> Option<[u8; 4]> {
        let mut short = [0; 4];
        short.get_mut(..self.len())?.copy_from_slice(self);
        short.make_ascii_lowercase();
        Some(short)
    }
}

/// An EtherType as a number, in hexadecimal (with `0x`, or the four digits of
/// pmacct), or by name. 0 says nothing.
pub(super) fn ether_type(value: Value<'_>) -> Result<Option<EtherType>, Unreadable> {
    let number = match value.present() {
        Value::Absent => return Ok(None),
        Value::Number(number) => Some(number),
        Value::Text(b"800" | b"IPv4" | b"ipv4") => Some(0x0800),
        Value::Text(b"86dd" | b"86DD" | b"IPv6" | b"ipv6") => Some(0x86dd),
        Value::Text(text) => {
            let text = std::str::from_utf8(text).map_err(|_| Unreadable)?;
            match text.strip_prefix("0x").or_else(|| text.strip_prefix("0X")) {
                Some(digits) => u64::from_str_radix(digits, 16).ok(),
                None => text.parse().ok().or_else(|| u64::from_str_radix(text, 16).ok()),
            }
        }
        Value::Double(_) | Value::Odd | Value::Time(_) | Value::Address(..) => None,
    };
    match number.and_then(|number| u16::try_from(number).ok()) {
        Some(0) => Ok(None),
        Some(number) => Ok(Some(EtherType(number))),
        None => Err(Unreadable),
    }
}

/// The protocol of a flow of that family. What is called `icmp` over IPv6 is ICMPv6:
/// Zeek has one word for both. A number is what it is.
#[inline]
fn protocol_of(
    value: Value<'_>,
    family: Option<IpVersion>,
) -> Result<Option<IpProtocol>, Unreadable> {
    match value.present() {
        Value::Absent => Ok(None),
        Value::Text(text)
            if family == Some(IpVersion::V6) && text.eq_ignore_ascii_case(b"icmp") =>
        {
            Ok(Some(IpProtocol::ICMPV6))
        }
        Value::Text(text) => protocol(text).map_err(|()| Unreadable),
        Value::Number(number) => match u8::try_from(number) {
            Ok(number) => Ok(Some(IpProtocol(number))),
            Err(_) => Err(Unreadable),
        },
        _ => Err(Unreadable),
    }
}

/// Both ports of a protocol that has ports. Tools write other things there too
/// (ICMP types, names of services), which are none.
#[inline]
fn ports(row: &Row<'_>, protocol: Option<IpProtocol>) -> Option<(u16, u16)> {
    if !protocol.is_none_or(IpProtocol::has_ports) {
        return None;
    }
    let port = |column: Column| {
        row[column as usize].number().ok().flatten().and_then(|port| u16::try_from(port).ok())
    };
    Some((port(Column::SourcePort)?, port(Column::DestinationPort)?))
}

/// Who exported the record, where a column says so.
fn exporter(row: &Row<'_>) -> Result<Option<Exporter>, Column> {
    let address = read(row, Column::Exporter, Value::address).unwrap_or(None);
    let domain = read(row, Column::Domain, Value::number).unwrap_or(None);
    let domain = domain.and_then(|domain| u32::try_from(domain).ok());
    Ok((address.is_some() || domain.is_some())
        .then(|| Exporter { address, domain: domain.unwrap_or(0) }))
}

/// The number of an interface; a name is none.
pub(super) fn interface(value: Value<'_>) -> Option<u32> {
    value.number().ok().flatten().and_then(|number| u32::try_from(number).ok())
}

pub(super) fn direction(value: Value<'_>) -> Option<FlowDirection> {
    match value.present() {
        Value::Number(0) | Value::Text(b"0" | b"ingress" | b"INGRESS" | b"in") => {
            Some(FlowDirection::Ingress)
        }
        Value::Number(1) | Value::Text(b"1" | b"egress" | b"EGRESS" | b"out") => {
            Some(FlowDirection::Egress)
        }
        _ => None,
    }
}

#[cfg(test)]
#[path = "record_tests.rs"]
mod record_tests;
