//! The key of a row: a value for each dimension of its breakdown.

use super::{
    Country, Direction, Encapsulation, Exporter, IpProtocol, IpVersion, Origin, Prefix,
    ServicePort, SizeClass, Timestamp, TrafficClass, TunnelPath, VlanTags,
};
use std::cmp::Ordering;
use std::fmt;
use std::sync::Arc;

/// What one dimension is of a row. The order is the tie-break of equal rows; what
/// is not known comes last.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Value {
    /// A protocol number.
    Protocol(IpProtocol),
    /// A name: of a service, an input, a label.
    Text(Arc<str>),
    /// A port of TCP or of UDP.
    Port(ServicePort),
    /// A mechanism, the family of the transport view, and that of the end-to-end
    /// view; `None` where the inside cannot be seen.
    Encapsulation(Encapsulation, IpVersion, Option<IpVersion>),
    /// The layers between the headers, and the two families as above.
    Path(TunnelPath, IpVersion, Option<IpVersion>),
    /// A prefix.
    Prefix(Prefix),
    /// By whom an address is announced.
    Origin(Origin),
    /// A country.
    Country(Country),
    /// Which way traffic goes.
    Direction(Direction),
    /// Where a bin of time begins.
    Time(Timestamp),
    /// The number of an interface.
    Interface(u32),
    /// Who exported.
    Exporter(Exporter),
    /// An Ethernet address.
    Mac([u8; 6]),
    /// VLAN tags; without any, [`VlanTags::default`].
    Vlan(VlanTags),
    /// A class of sizes.
    Size(SizeClass),
    /// A code point.
    TrafficClass(TrafficClass),
    /// What cannot be told: a protocol or an address that was cut away, what has
    /// no port, no label, no time.
    Unknown,
    /// What is folded into one row: because it rests on too few addresses, or
    /// because it carries too little to be an automatic prefix.
    Others,
}

impl Value {
    /// A name.
    #[must_use]
    pub fn text(name: &str) -> Self {
        Self::Text(name.into())
    }
}

impl fmt::Display for Value {
    /// As the flat formats have it; nothing for what is unknown.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Protocol(protocol) => protocol.fmt(f),
            Self::Port(port) => port.fmt(f),
            Self::Encapsulation(mechanism, _, _) => f.write_str(mechanism.key()),
            // A translated packet has one header as a native one has, but is none.
            Self::Path(path, outer, inner) if path.is_native() && *inner != Some(*outer) => {
                f.write_str("translated")
            }
            Self::Path(path, _, _) => path.fmt(f),
            Self::Prefix(prefix) => prefix.fmt(f),
            Self::Text(text) => f.write_str(text),
            Self::Origin(origin) => origin.fmt(f),
            Self::Country(country) => country.fmt(f),
            Self::Direction(direction) => f.write_str(direction.key()),
            Self::Time(time) => time.fmt(f),
            Self::Interface(number) => number.fmt(f),
            Self::Exporter(exporter) => match exporter.address {
                Some((version, address)) => {
                    write!(f, "{}/{}", address.to_std(version), exporter.domain)
                }
                None => write!(f, "/{}", exporter.domain),
            },
            Self::Mac([a, b, c, d, e, g]) => {
                write!(f, "{a:02x}:{b:02x}:{c:02x}:{d:02x}:{e:02x}:{g:02x}")
            }
            Self::Vlan(tags) => match (tags.outer, tags.inner) {
                (None, _) => f.write_str("untagged"),
                (Some(outer), None) => outer.fmt(f),
                (Some(outer), Some(inner)) => write!(f, "{outer}.{inner}"),
            },
            Self::Size(class) => class.fmt(f),
            Self::TrafficClass(class) => class.fmt(f),
            Self::Unknown => Ok(()),
            Self::Others => f.write_str("others"),
        }
    }
}

/// The values of a row, in the order of its breakdown's dimensions.
///
/// Nearly all have one, and there may be millions of them: one lies in the key
/// itself.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Key(Values);

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Values {
    One(Value),
    Many(Box<[Value]>),
}

impl Key {
    /// The values.
    #[must_use]
    pub fn values(&self) -> &[Value] {
        match &self.0 {
            Values::One(value) => std::slice::from_ref(value),
            Values::Many(values) => values,
        }
    }

    /// The key of a packet under the values of each of its two ends, for what is
    /// decided about them later: those of one where both are the same, else those
    /// of the lesser one and then of the other.
    #[must_use]
    pub fn of_ends(one: Vec<Value>, other: Vec<Value>) -> Self {
        if one == other {
            return one.into_iter().collect();
        }
        let [first, second] = if one < other { [one, other] } else { [other, one] };
        first.into_iter().chain(second).collect()
    }
}

impl From<Value> for Key {
    fn from(value: Value) -> Self {
        Self(Values::One(value))
    }
}

impl FromIterator<Value> for Key {
    fn from_iter<I: IntoIterator<Item = Value>>(values: I) -> Self {
        let mut values: Vec<_> = values.into_iter().collect();
        match values.len() {
            1 => Self(Values::One(values.swap_remove(0))),
            _ => Self(Values::Many(values.into())),
        }
    }
}

impl Ord for Key {
    fn cmp(&self, other: &Self) -> Ordering {
        self.values().cmp(other.values())
    }
}

impl PartialOrd for Key {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl fmt::Display for Key {
    /// The values with ` | ` between them.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, value) in self.values().iter().enumerate() {
            if at > 0 {
                f.write_str(" | ")?;
            }
            value.fmt(f)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::IpAddress;

    #[test]
    fn keys_are_ordered_by_their_values_and_the_unknown_comes_last() {
        let tcp = || Value::Protocol(IpProtocol::TCP);
        let udp = || Value::Protocol(IpProtocol::UDP);
        let key = |values: &[Value]| Key::from_iter(values.iter().cloned());
        let mut keys = [
            key(&[Value::Unknown, tcp()]),
            key(&[udp(), tcp()]),
            key(&[tcp(), Value::Unknown]),
            key(&[tcp(), udp()]),
        ];
        keys.sort();
        let shown: Vec<_> = keys.iter().map(Key::to_string).collect();
        assert_eq!(shown, ["tcp | udp", "tcp | ", "udp | tcp", " | tcp"]);
    }

    #[test]
    fn values_read_as_people_write_them() {
        let mac = Value::Mac([0, 0x1b, 0x21, 0xab, 0, 1]);
        assert_eq!(mac.to_string(), "00:1b:21:ab:00:01");
        let vlan = |outer, inner| Value::Vlan(VlanTags { outer, inner }).to_string();
        assert_eq!(vlan(Some(100), Some(7)), "100.7");
        assert_eq!(vlan(Some(100), None), "100");
        assert_eq!(vlan(None, None), "untagged");
        let address = Some((IpVersion::V4, IpAddress::from_v4([192, 0, 2, 1])));
        assert_eq!(Value::Exporter(Exporter { address, domain: 7 }).to_string(), "192.0.2.1/7");
    }

    #[test]
    fn a_key_of_one_value_takes_no_more_than_a_prefix_does() {
        assert!(size_of::<Key>() <= 48, "{}", size_of::<Key>());
    }
}
