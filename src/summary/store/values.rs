//! The values of a breakdown's keys as text, and back. What kind a value is,
//! its dimension says.

use super::words::Word;
use crate::model::{
    Dimension, Direction, Encapsulation, Exporter, IpAddress, IpProtocol, IpVersion, Prefix,
    ServicePort, SizeClass, Timestamp, TrafficClass, TunnelPath, Value, VlanTags,
};
use std::net::IpAddr;

/// The row of what was folded: no other value is written so.
const OTHERS: &str = "(others)";

/// The text of a value; `None` for what is not known.
pub(super) fn text(value: &Value) -> Option<String> {
    let with_families = |word: String, outer: IpVersion, inner: Option<IpVersion>| {
        format!("{word} {} {}", outer.key(), inner.map_or("-", IpVersion::key))
    };
    Some(match value {
        Value::Unknown => return None,
        Value::Others => OTHERS.to_owned(),
        Value::Encapsulation(mechanism, outer, inner) => {
            with_families(mechanism.word(), *outer, *inner)
        }
        Value::Path(path, outer, inner) => with_families(path.word(), *outer, *inner),
        other => other.to_string(),
    })
}

/// The value of a text; `None` where it is none of the dimension.
pub(super) fn read(dimension: &Dimension, text: Option<&str>) -> Option<Value> {
    let Some(text) = text else { return Some(Value::Unknown) };
    if text == OTHERS {
        return Some(Value::Others);
    }
    match dimension {
        Dimension::Protocol => IpProtocol::read(text).map(Value::Protocol),
        Dimension::Port => ServicePort::read(text).map(Value::Port),
        Dimension::Service => {
            Some(ServicePort::read(text).map_or_else(|| Value::text(text), Value::Port))
        }
        Dimension::Encapsulation => {
            let (word, outer, inner) = families(text)?;
            Some(Value::Encapsulation(Encapsulation::read(word)?, outer, inner))
        }
        Dimension::EncapsulationPath => {
            let (word, outer, inner) = families(text)?;
            Some(Value::Path(TunnelPath::read(word)?, outer, inner))
        }
        Dimension::Prefix(..) | Dimension::Host(_) => Prefix::read(text).map(Value::Prefix),
        Dimension::Time => time(text),
        Dimension::Interface => text.parse().ok().map(Value::Interface),
        Dimension::Exporter => exporter(text).map(Value::Exporter),
        Dimension::Mac(_) => mac(text).map(Value::Mac),
        Dimension::Vlan => vlan(text).map(Value::Vlan),
        Dimension::PacketSize => (0..SizeClass::NUMBER)
            .map(SizeClass::from_number)
            .find(|class| class.to_string() == text)
            .map(Value::Size),
        Dimension::TrafficClass => (0..64)
            .map(TrafficClass::from_code_point)
            .find(|class| class.to_string() == text)
            .map(Value::TrafficClass),
        Dimension::Asn(_) => text.parse().ok().map(Value::Origin),
        Dimension::Country(_) => text.parse().ok().map(Value::Country),
        Dimension::Direction => {
            let found = Direction::ALL.into_iter().find(|direction| direction.key() == text);
            found.map(Value::Direction)
        }
        Dimension::Label(_)
        | Dimension::Attribute(..)
        | Dimension::Holder(_)
        | Dimension::Input => Some(Value::text(text)),
    }
}

/// `6in4 ipv4 ipv6`, or `-` for an inside that cannot be seen.
fn families(text: &str) -> Option<(&str, IpVersion, Option<IpVersion>)> {
    let mut parts = text.split(' ');
    let (word, outer, inner) = (parts.next()?, parts.next()?, parts.next()?);
    let family = super::row::family;
    let inner = if inner == "-" { None } else { Some(family(inner)?) };
    parts.next().is_none().then_some((word, family(outer)?, inner))
}

fn time(text: &str) -> Option<Value> {
    let time: jiff::Timestamp = text.parse().ok()?;
    Timestamp::from_wide(time.as_nanosecond()).map(Value::Time)
}

/// `192.0.2.1/0`: address and domain; nothing before the stroke where the
/// address is not known.
fn exporter(text: &str) -> Option<Exporter> {
    let (address, domain) = text.rsplit_once('/')?;
    let address = match address {
        "" => None,
        address => Some(match address.parse().ok()? {
            IpAddr::V4(v4) => (IpVersion::V4, IpAddress::from_v4(v4.octets())),
            IpAddr::V6(v6) => (IpVersion::V6, IpAddress::from_v6(v6.octets())),
        }),
    };
    Some(Exporter { address, domain: domain.parse().ok()? })
}

fn mac(text: &str) -> Option<[u8; 6]> {
    let mut mac = [0; 6];
    let mut parts = text.split(':');
    for octet in &mut mac {
        *octet = u8::from_str_radix(parts.next()?, 16).ok()?;
    }
    parts.next().is_none().then_some(mac)
}

fn vlan(text: &str) -> Option<VlanTags> {
    if text == "untagged" {
        return Some(VlanTags::default());
    }
    let (outer, inner) = match text.split_once('.') {
        Some((outer, inner)) => (outer, Some(inner.parse().ok()?)),
        None => (text, None),
    };
    Some(VlanTags { outer: Some(outer.parse().ok()?), inner })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{PrefixCut, PrefixLens, Side};

    fn back(dimension: &Dimension, value: &Value) {
        assert_eq!(read(dimension, text(value).as_deref()).as_ref(), Some(value), "{dimension}");
    }

    #[test]
    fn every_kind_of_value_is_read_back() {
        let (v4, v6) = (IpVersion::V4, IpVersion::V6);
        let quic = ServicePort { protocol: IpProtocol::UDP, port: 443 };
        let address = IpAddress::from_v6([0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1]);
        let values = [
            (Dimension::Protocol, Value::Protocol(IpProtocol(253))),
            (Dimension::Port, Value::Port(quic)),
            (Dimension::Service, Value::Port(quic)),
            (Dimension::Service, Value::text("https")),
            (Dimension::Encapsulation, Value::Encapsulation(Encapsulation::Esp, v4, None)),
            (
                Dimension::EncapsulationPath,
                Value::Path("ipv4/gre/ipv6".parse().unwrap(), v4, Some(v6)),
            ),
            (Dimension::EncapsulationPath, Value::Path(TunnelPath::NATIVE, v6, Some(v4))),
            (Dimension::Time, Value::Time(Timestamp::from_nanoseconds(1_767_225_600_123_456_789))),
            (Dimension::Interface, Value::Interface(u32::MAX)),
            (
                Dimension::Exporter,
                Value::Exporter(Exporter { address: Some((v6, address)), domain: 7 }),
            ),
            (Dimension::Exporter, Value::Exporter(Exporter { address: None, domain: 7 })),
            (Dimension::Mac(Side::Both), Value::Mac([0, 1, 2, 0xff, 4, 5])),
            (Dimension::Vlan, Value::Vlan(VlanTags::default())),
            (Dimension::Vlan, Value::Vlan(VlanTags { outer: Some(4095), inner: Some(2) })),
            (Dimension::Direction, Value::Direction(Direction::Transit)),
            (Dimension::Country(Side::Source), Value::Country("CH".parse().unwrap())),
            (Dimension::Asn(Side::Both), Value::Origin("64496_{64497,64498}".parse().unwrap())),
            (Dimension::Label(Side::Both), Value::text("a / b, c")),
            (
                Dimension::Prefix(Side::Both, PrefixCut::Auto(PrefixLens::default())),
                Value::Prefix("2001:db8::/48".parse().unwrap()),
            ),
        ];
        for (dimension, value) in &values {
            back(dimension, value);
            back(dimension, &Value::Unknown);
            back(dimension, &Value::Others);
        }
        (0..SizeClass::NUMBER)
            .for_each(|n| back(&Dimension::PacketSize, &Value::Size(SizeClass::from_number(n))));
        for code_point in 0..64 {
            let class = TrafficClass::from_code_point(code_point);
            back(&Dimension::TrafficClass, &Value::TrafficClass(class));
        }
    }

    #[test]
    fn what_is_no_value_is_told() {
        assert_eq!(read(&Dimension::Mac(Side::Both), Some("00:01")), None);
        assert_eq!(read(&Dimension::Encapsulation, Some("gre")), None);
        assert_eq!(read(&Dimension::Interface, Some("-1")), None);
    }
}
