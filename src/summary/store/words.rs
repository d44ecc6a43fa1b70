//! The keys of a stored summary as text, and back: whatever stands in a row's
//! key can be read by a person, and gives the same value again.

use crate::model::{
    Anomaly, Encapsulation, EtherType, Excluded, IpProtocol, LinkType, NotIp, Prefix, PrefixLens,
    ServicePort, TunnelPath, Undecodable, kept_word,
};

/// A value that stands in a column of text.
pub(super) trait Word: Sized {
    /// The text.
    fn word(&self) -> String;
    /// The value of a text; `None` where it is none.
    fn read(text: &str) -> Option<Self>;
}

impl Word for IpProtocol {
    fn word(&self) -> String {
        self.to_string()
    }

    fn read(text: &str) -> Option<Self> {
        match text.strip_prefix("protocol-") {
            Some(number) => number.parse().ok().map(Self),
            None => (0..=u8::MAX).map(Self).find(|protocol| protocol.keyword() == Some(text)),
        }
    }
}

impl Word for Prefix {
    fn word(&self) -> String {
        self.to_string()
    }

    fn read(text: &str) -> Option<Self> {
        text.parse().ok()
    }
}

impl Word for PrefixLens {
    fn word(&self) -> String {
        use crate::model::IpVersion::{V4, V6};
        format!("{},{}", self.len(V4), self.len(V6))
    }

    fn read(text: &str) -> Option<Self> {
        text.parse().ok()
    }
}

impl Word for ServicePort {
    fn word(&self) -> String {
        self.to_string()
    }

    fn read(text: &str) -> Option<Self> {
        let (protocol, port) = text.split_once('/')?;
        Some(Self { protocol: IpProtocol::read(protocol)?, port: port.parse().ok()? })
    }
}

impl Word for Encapsulation {
    fn word(&self) -> String {
        self.key().to_owned()
    }

    fn read(text: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|mechanism| mechanism.key() == text)
    }
}

impl Word for TunnelPath {
    fn word(&self) -> String {
        self.to_string()
    }

    fn read(text: &str) -> Option<Self> {
        text.parse().ok()
    }
}

impl Word for Anomaly {
    fn word(&self) -> String {
        self.key().to_owned()
    }

    fn read(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|anomaly| anomaly.key() == text)
    }
}

impl Word for Excluded {
    fn word(&self) -> String {
        self.key().to_owned()
    }

    fn read(text: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|why| why.key() == text)
    }
}

impl Word for Undecodable {
    /// The key of the report; the number of the link type behind it.
    fn word(&self) -> String {
        match self {
            Self::UnsupportedLinkType(LinkType(number)) => format!("{}:{number}", self.key()),
            _ => self.key().to_owned(),
        }
    }

    fn read(text: &str) -> Option<Self> {
        if let Some((key, number)) = text.split_once(':') {
            let link_type = Self::UnsupportedLinkType(LinkType(number.parse().ok()?));
            return (link_type.key() == key).then_some(link_type);
        }
        Self::WITHOUT_NUMBER.iter().copied().find(|why| why.key() == text)
    }
}

impl Word for NotIp {
    fn word(&self) -> String {
        self.to_string()
    }

    fn read(text: &str) -> Option<Self> {
        let hex = |digits: &str| u16::from_str_radix(digits, 16).ok();
        let short = |digits: &str| u8::from_str_radix(digits, 16).ok();
        let read = match text.split_once("0x") {
            Some(("", digits)) => hex(digits).map(|number| Self::EtherType(EtherType(number))),
            Some(("llc:", digits)) => short(digits).map(Self::Llc),
            Some(("ppp:", digits)) => hex(digits).map(Self::Ppp),
            Some(("nlpid:", digits)) => short(digits).map(Self::Nlpid),
            _ => None,
        };
        read.or_else(|| kept_word(text).map(Self::Named))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn back<W: Word + PartialEq + std::fmt::Debug>(values: impl IntoIterator<Item = W>) {
        for value in values {
            assert_eq!(W::read(&value.word()), Some(value));
        }
    }

    #[test]
    fn every_value_is_read_back() {
        back((0..=u8::MAX).map(IpProtocol));
        back(Encapsulation::ALL.iter().copied());
        back(Anomaly::ALL);
        back(Excluded::ALL.iter().copied());
        back(Undecodable::WITHOUT_NUMBER.iter().copied());
        back([Undecodable::UnsupportedLinkType(LinkType(147))]);
        back([NotIp::EtherType(EtherType(0x806)), NotIp::Llc(0x42), NotIp::Ppp(0x8021)]);
        back([NotIp::Nlpid(0x81), NotIp::Named("wlan:fragment")]);
        back([ServicePort { protocol: IpProtocol::UDP, port: 443 }]);
        back([PrefixLens::default()]);
        back(["2001:db8::/48".parse::<Prefix>().unwrap(), "192.0.2.0/24".parse().unwrap()]);
    }

    #[test]
    fn what_is_no_value_is_told() {
        assert_eq!(IpProtocol::read("protocol-256"), None);
        assert_eq!(Encapsulation::read("6in9"), None);
        assert_eq!(Prefix::read("2001:db8::1/48"), None);
        assert_eq!(Undecodable::read("unsupported_link_type:x"), None);
        assert_eq!(ServicePort::read("tcp"), None);
    }
}
