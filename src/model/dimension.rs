//! What traffic is broken down by: the words of `--by`.

use super::{PrefixLens, Side, auto_leaves};
use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

/// One part of the key of a breakdown's rows.
///
/// Where a dimension goes by an address, its [`Side`] says whose: `Both` for
/// each of the two ends, where the words do not name one.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Dimension {
    /// The protocol of the view's header.
    Protocol,
    /// The well-known port of a flow, TCP and UDP apart.
    Port,
    /// The service that the port stands for.
    Service,
    /// The mechanism of a tunnel or translation, with its families.
    Encapsulation,
    /// The layers from the outer header to the inner one.
    EncapsulationPath,
    /// The prefix of an address of the view's header.
    Prefix(Side, PrefixCut),
    /// The label of the network that an address lies in.
    Label(Side),
    /// An attribute of that network, by its name.
    Attribute(Side, Arc<str>),
    /// The autonomous system that announces an address.
    Asn(Side),
    /// The country that an address belongs to.
    Country(Side),
    /// The holder that a registry delegated an address to.
    Holder(Side),
    /// The host that a rule ties an address to, by its IPv4 address.
    Host(Side),
    /// Whether traffic goes into the local networks, out of them, within them or
    /// past them.
    Direction,
    /// The bin of time.
    Time,
    /// The input that was read.
    Input,
    /// The interface within its input or exporter.
    Interface,
    /// Who exported a flow record.
    Exporter,
    /// An address of the first Ethernet header.
    Mac(Side),
    /// The VLAN tags.
    Vlan,
    /// The class of sizes that a packet is of.
    PacketSize,
    /// The differentiated services code point of the view's header.
    TrafficClass,
}

/// To what the addresses of a breakdown by prefix are cut.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PrefixCut {
    /// To the same lengths for all.
    Lens(PrefixLens),
    /// To the prefixes that carry enough of the traffic, found at the end among all
    /// that are no longer than these leaves.
    Auto(PrefixLens),
}

/// The words without a side, and those that go by an address with one.
const PLAIN: [(&str, Dimension); 12] = [
    ("protocol", Dimension::Protocol),
    ("port", Dimension::Port),
    ("service", Dimension::Service),
    ("encapsulation", Dimension::Encapsulation),
    ("encapsulation-path", Dimension::EncapsulationPath),
    ("direction", Dimension::Direction),
    ("time", Dimension::Time),
    ("input", Dimension::Input),
    ("interface", Dimension::Interface),
    ("exporter", Dimension::Exporter),
    ("vlan", Dimension::Vlan),
    ("packet-size", Dimension::PacketSize),
];

impl Dimension {
    /// The word in JSON, CSV and on the command line, without lengths.
    #[must_use]
    pub fn word(&self) -> String {
        let sided = |side: Side, word: &str| match side {
            Side::Both => word.to_owned(),
            Side::Source => format!("source-{word}"),
            Side::Destination => format!("destination-{word}"),
        };
        match self {
            Self::Prefix(side, _) => sided(*side, "prefix"),
            Self::Label(side) => sided(*side, "label"),
            Self::Attribute(side, name) => sided(*side, &format!("label.{name}")),
            Self::Asn(side) => sided(*side, "asn"),
            Self::Country(side) => sided(*side, "country"),
            Self::Holder(side) => sided(*side, "holder"),
            Self::Host(side) => sided(*side, "host"),
            Self::Mac(side) => sided(*side, "mac"),
            Self::TrafficClass => "traffic-class".to_owned(),
            plain => PLAIN
                .iter()
                .find(|(_, dimension)| dimension == plain)
                .map_or_else(String::new, |(word, _)| (*word).to_owned()),
        }
    }

    /// The side that the word names: `Both` where it goes by both ends or names
    /// none; `None` where it does not go by an address.
    #[must_use]
    pub fn side(&self) -> Option<Side> {
        match self {
            Self::Prefix(side, _)
            | Self::Label(side)
            | Self::Attribute(side, _)
            | Self::Asn(side)
            | Self::Country(side)
            | Self::Holder(side)
            | Self::Host(side)
            | Self::Mac(side) => Some(*side),
            _ => None,
        }
    }

    /// The same by one side, where it goes by an IP address and names none.
    #[must_use]
    pub fn or_side(&self, side: Side) -> Self {
        match self {
            Self::Prefix(Side::Both, cut) => Self::Prefix(side, *cut),
            Self::Label(Side::Both) => Self::Label(side),
            Self::Attribute(Side::Both, name) => Self::Attribute(side, Arc::clone(name)),
            Self::Asn(Side::Both) => Self::Asn(side),
            Self::Country(Side::Both) => Self::Country(side),
            Self::Holder(Side::Both) => Self::Holder(side),
            Self::Host(Side::Both) => Self::Host(side),
            other => other.clone(),
        }
    }

    /// Whether its prefixes are found at the end.
    #[must_use]
    pub fn is_auto(&self) -> bool {
        self.leaves().is_some()
    }

    /// The lengths of the leaves among which its prefixes are found at the end. Two
    /// dimensions of one breakdown that have any have the same.
    #[must_use]
    pub fn leaves(&self) -> Option<PrefixLens> {
        match self {
            Self::Prefix(_, PrefixCut::Auto(leaves)) => Some(*leaves),
            _ => None,
        }
    }

    /// Whether a packet may be in two rows: one for each end.
    #[must_use]
    pub fn has_both_ends(&self) -> bool {
        self.side() == Some(Side::Both)
    }
}

/// Whether a key of a breakdown is one of both ends together
/// ([`Key::of_ends`](super::Key::of_ends)): with automatic prefixes, where any
/// dimension goes by both.
#[must_use]
pub fn is_of_pairs(by: &[Dimension]) -> bool {
    by.iter().any(Dimension::is_auto) && by.iter().any(Dimension::has_both_ends)
}

/// Whether all automatic prefixes of a breakdown have the same leaves.
#[must_use]
pub fn leaves_agree<'a>(by: impl IntoIterator<Item = &'a Dimension>) -> bool {
    let mut leaves = by.into_iter().filter_map(Dimension::leaves);
    leaves.next().is_none_or(|first| leaves.all(|other| other == first))
}

/// The word is no dimension.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidDimension {
    /// Nothing is called so.
    #[error(
        "no dimension is called {0:?}; there are protocol, port, service, prefix, label, \
         label.ATTRIBUTE, asn, country, holder, host, direction, time, input, interface, exporter, mac, \
         vlan, packet-size, traffic-class, encapsulation and encapsulation-path, and source- or \
         destination- before prefix, label, asn, country, holder, host and mac"
    )]
    Unknown(String),
    /// What stands behind `=` is no pair of lengths.
    #[error(
        "expected prefix=V4/V6 with two lengths, such as prefix=24/48, or prefix=auto, or \
         prefix=auto:V4/V6 with the longest lengths that are told apart"
    )]
    Lengths,
    /// Only prefixes have something behind `=`.
    #[error("{0} takes no value; only prefix does, such as prefix=24/48 or prefix=auto")]
    Value(String),
}

impl FromStr for Dimension {
    type Err = InvalidDimension;

    /// A word of [`Dimension::word`], behind `prefix` with `=24/48`, `=auto`,
    /// `=auto:32/64` or nothing, which stands for the default lengths.
    fn from_str(text: &str) -> Result<Self, InvalidDimension> {
        let unknown = || InvalidDimension::Unknown(text.to_owned());
        let (word, value) = match text.split_once('=') {
            Some((word, value)) => (word, Some(value)),
            None => (text, None),
        };
        let plain = PLAIN.iter().find(|(plain, _)| *plain == word).map(|(_, plain)| plain.clone());
        let dimension = match plain {
            Some(plain) => plain,
            None if word == "traffic-class" => Self::TrafficClass,
            None => {
                let (side, sided) = match word.split_once('-') {
                    Some(("source", rest)) => (Side::Source, rest),
                    Some(("destination", rest)) => (Side::Destination, rest),
                    _ => (Side::Both, word),
                };
                match sided {
                    "prefix" => return Ok(Self::Prefix(side, cut(value)?)),
                    "label" => Self::Label(side),
                    "asn" => Self::Asn(side),
                    "country" => Self::Country(side),
                    "holder" => Self::Holder(side),
                    "host" => Self::Host(side),
                    "mac" => Self::Mac(side),
                    other => match other.strip_prefix("label.") {
                        Some(name) if !name.is_empty() => Self::Attribute(side, name.into()),
                        _ => return Err(unknown()),
                    },
                }
            }
        };
        if value.is_some() {
            return Err(InvalidDimension::Value(word.to_owned()));
        }
        Ok(dimension)
    }
}

fn cut(value: Option<&str>) -> Result<PrefixCut, InvalidDimension> {
    let Some(value) = value else { return Ok(PrefixCut::Lens(PrefixLens::default())) };
    match value.strip_prefix("auto") {
        Some("") => Ok(PrefixCut::Auto(auto_leaves())),
        Some(leaves) => {
            let leaves = leaves.strip_prefix(':').ok_or(InvalidDimension::Lengths)?;
            lens(leaves).map(PrefixCut::Auto)
        }
        None => lens(value).map(PrefixCut::Lens),
    }
}

fn lens(text: &str) -> Result<PrefixLens, InvalidDimension> {
    let (v4, v6) = text.split_once('/').ok_or(InvalidDimension::Lengths)?;
    match (v4.parse(), v6.parse()) {
        (Ok(v4), Ok(v6)) => PrefixLens::new(v4, v6).map_err(|_| InvalidDimension::Lengths),
        _ => Err(InvalidDimension::Lengths),
    }
}

impl fmt::Display for Dimension {
    /// The word.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.word())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_come_back() {
        for word in [
            "protocol",
            "traffic-class",
            "prefix",
            "source-prefix",
            "destination-asn",
            "label",
            "source-label.region",
            "country",
            "destination-holder",
            "mac",
            "encapsulation-path",
            "packet-size",
        ] {
            assert_eq!(word.parse::<Dimension>().expect(word).word(), word);
        }
        assert!(matches!("colour".parse::<Dimension>(), Err(InvalidDimension::Unknown(_))));
        assert!(matches!("source-vlan".parse::<Dimension>(), Err(InvalidDimension::Unknown(_))));
        assert!(matches!("label.".parse::<Dimension>(), Err(InvalidDimension::Unknown(_))));
    }

    #[test]
    fn prefixes_have_lengths_of_their_own() {
        let lens = PrefixCut::Lens(PrefixLens::new(16, 32).expect("valid"));
        assert_eq!("prefix=16/32".parse(), Ok(Dimension::Prefix(Side::Both, lens)));
        assert_eq!(
            "source-prefix=auto".parse(),
            Ok(Dimension::Prefix(Side::Source, PrefixCut::Auto(auto_leaves())))
        );
        let whole = PrefixCut::Auto(PrefixLens::new(32, 128).expect("valid"));
        assert_eq!("prefix=auto:32/128".parse(), Ok(Dimension::Prefix(Side::Both, whole)));
        for bad in ["prefix=24", "prefix=24/129", "prefix=", "prefix=a/b", "prefix=auto24/48"] {
            assert_eq!(bad.parse::<Dimension>(), Err(InvalidDimension::Lengths), "{bad}");
        }
        assert!(matches!("port=443".parse::<Dimension>(), Err(InvalidDimension::Value(_))));
    }

    #[test]
    fn a_side_is_given_to_what_names_none() {
        let by = |word: &str| word.parse::<Dimension>().expect(word);
        assert_eq!(by("asn").or_side(Side::Source), by("source-asn"));
        assert_eq!(by("destination-asn").or_side(Side::Source), by("destination-asn"));
        assert_eq!(by("mac").or_side(Side::Source), by("mac"), "no IP address");
        assert!(by("mac").has_both_ends() && !by("source-mac").has_both_ends());
        assert!(!by("vlan").has_both_ends());
    }
}
