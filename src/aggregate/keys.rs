//! The keys of a packet in one breakdown.

use super::facts::{EndFacts, PacketFacts};
use super::layout::{Code, Layout, WORDS, cut_len};
use crate::model::{
    Context, Dimension, Direction, HostRule, IpAddress, IpHeader, IpVersion, Key, Label, LeafLens,
    Observation, Resolver, ServicePort, Side, Value, auto_leaves, is_of_pairs,
};
use std::collections::HashMap;
use std::sync::Arc;

/// What a packet shows to the breakdowns of one view.
#[derive(Clone, Copy, Debug)]
pub(super) struct Shown<'a> {
    pub(super) observation: &'a Observation,
    /// The header of the view.
    pub(super) header: &'a IpHeader,
    pub(super) context: &'a Context,
    /// What the tables say of it.
    pub(super) facts: &'a PacketFacts,
    /// What ties addresses of both families.
    pub(super) hosts: &'a [HostRule],
}

/// Makes the keys of one breakdown.
///
/// Where there are automatic prefixes and any dimension goes by both ends, a packet
/// has one key for both: two keys one behind the other, the lesser first, or the
/// same twice. Only so it is known later whether both ends came into one row, and
/// what a prefix carries, each packet once.
///
/// Where there are automatic prefixes, the bound of a table is one of keys, so that
/// two keys must never be the same row: a key has one number for all ports of a
/// service, and one for all labels with the same attribute.
#[derive(Clone, Debug)]
pub(super) struct Keys {
    layout: Layout,
    /// Whether a dimension goes by each of the two IP addresses.
    by_address: bool,
    /// Whether one goes by each of the two Ethernet addresses.
    by_mac: bool,
    /// Whether one goes by time.
    pub(super) by_time: bool,
    /// Whether one is an automatic prefix.
    pub(super) is_auto: bool,
    /// Whether a key is one of both ends.
    in_pairs: bool,
    /// Of each attribute by its name: for the number of a label that of the first
    /// label with the same, 0 where a label has none.
    attributes: Vec<(Arc<str>, Box<[u32]>)>,
    /// To which lengths automatic prefixes are cut.
    leaves: LeafLens,
}

/// The ends of a packet by their place: source, destination.
const ENDS: [usize; 2] = [0, 1];

impl Keys {
    pub(super) fn new(dimensions: &[Dimension], resolver: Option<&dyn Resolver>) -> Self {
        let both = |dimension: &&Dimension| dimension.has_both_ends();
        let is_mac = |dimension: &Dimension| matches!(dimension, Dimension::Mac(_));
        let leaves = dimensions.iter().find_map(Dimension::leaves);
        let labels = resolver.map_or(&[][..], Resolver::labels);
        let attributes = dimensions.iter().filter_map(|dimension| match dimension {
            Dimension::Attribute(_, name) => Some((Arc::clone(name), first_labels(labels, name))),
            _ => None,
        });
        Self {
            layout: Layout::new(dimensions),
            by_address: dimensions.iter().filter(both).any(|dimension| !is_mac(dimension)),
            by_mac: dimensions.iter().filter(both).any(is_mac),
            by_time: dimensions.contains(&Dimension::Time),
            is_auto: leaves.is_some(),
            in_pairs: is_of_pairs(dimensions),
            attributes: attributes.collect(),
            leaves: leaves.unwrap_or_else(auto_leaves).into(),
        }
    }

    /// Words of a key.
    pub(super) fn stride(&self) -> usize {
        self.layout.stride() * if self.in_pairs { 2 } else { 1 }
    }

    /// Calls `take` for each key of a packet: for the one that it has, or for
    /// those of its two ends, once where they are the same. An end that was cut
    /// away has none, unless both were.
    #[inline(always)]
    pub(super) fn each(&self, shown: &Shown<'_>, mut take: impl FnMut(&[u64])) {
        let stride = self.layout.stride();
        let mut keys = [[0; WORDS]; 2];
        if !self.by_address && !self.by_mac {
            self.pack(&mut keys[0], shown, 0);
            take(&keys[0][..stride]);
            return;
        }
        let is_there = |end: usize| match self.by_address {
            true => address(shown.header, end).is_some(),
            false => shown.context.link.macs.is_some(),
        };
        let first = if is_there(0) || !is_there(1) { 0 } else { 1 };
        self.pack(&mut keys[0], shown, first);
        let two = first == 0 && is_there(1);
        if two {
            self.pack(&mut keys[1], shown, 1);
        }
        if self.in_pairs {
            let other = usize::from(two);
            self.pair([&keys[0][..stride], &keys[other][..stride]], take);
            return;
        }
        take(&keys[0][..stride]);
        if two && keys[0][..stride] != keys[1][..stride] {
            take(&keys[1][..stride]);
        }
    }

    #[inline(always)]
    fn pack(&self, key: &mut [u64; WORDS], shown: &Shown<'_>, end: usize) {
        self.layout.pack(key, |dimension| self.code(dimension, shown, end));
    }

    /// What one dimension says of a packet.
    #[inline(always)]
    fn code(&self, dimension: &Dimension, shown: &Shown<'_>, end: usize) -> Code {
        let Shown { observation, header, context, facts, hosts } = *shown;
        match dimension {
            Dimension::Protocol => Code::protocol(header.protocol),
            Dimension::Port => Code::port(ServicePort::of_header(header)),
            Dimension::Service => {
                Code::port(ServicePort::of_header(header).map(ServicePort::first_of_service))
            }
            Dimension::Encapsulation => {
                let (outer, inner) = families(observation);
                Code::encapsulation(observation.encapsulation, outer, inner)
            }
            Dimension::EncapsulationPath => {
                let (outer, inner) = families(observation);
                Code::path(observation.path, outer, inner)
            }
            Dimension::Prefix(side, cut) => {
                let len = cut_len(header.version, *cut, self.leaves);
                address(header, end_of(*side, end)).map_or_else(Code::default, |address| {
                    Code::prefix(header.version, address, len)
                })
            }
            Dimension::Input => Code::number(context.input),
            Dimension::Interface => context.interface.map_or_else(Code::default, Code::number),
            Dimension::Mac(side) => {
                Code::mac(context.link.macs.map(|macs| macs[end_of(*side, end)]))
            }
            Dimension::Vlan => Code::vlan(context.link.vlan),
            Dimension::PacketSize if context.is_flow => Code::default(),
            Dimension::PacketSize => Code::size(header.octets),
            Dimension::Exporter => Code::exporter(context.exporter),
            Dimension::TrafficClass => Code::traffic_class(header.traffic_class),
            Dimension::Label(side) => of_end(facts, *side, end, |end| end.label),
            Dimension::Attribute(side, name) => {
                let first = self.attributes.iter().find(|(other, _)| other == name);
                of_end(facts, *side, end, |end| {
                    first.and_then(|(_, first)| first.get(end.label as usize)).copied().unwrap_or(0)
                })
            }
            Dimension::Asn(side) => of_end(facts, *side, end, |end| end.origin),
            Dimension::Country(side) => of_end(facts, *side, end, |end| end.country),
            Dimension::Holder(side) => of_end(facts, *side, end, |end| end.holder),
            Dimension::Host(side) => {
                let host = |address| HostRule::first(hosts, header.version, address);
                let host = address(header, end_of(*side, end)).and_then(host);
                host.map_or_else(Code::default, |host| Code::prefix(IpVersion::V4, host, 32))
            }
            Dimension::Direction => match facts.ends {
                [Some(source), Some(destination)] => {
                    Code::direction(Direction::of(source.is_local, destination.is_local))
                }
                _ => Code::default(),
            },
            Dimension::Time => Code::time(facts.bin),
        }
    }

    /// The one key of a packet's two ends.
    #[inline]
    fn pair(&self, mut ends: [&[u64]; 2], mut take: impl FnMut(&[u64])) {
        let stride = self.layout.stride();
        ends.sort_unstable();
        let mut key = [0; 2 * WORDS];
        key[..stride].copy_from_slice(ends[0]);
        key[stride..2 * stride].copy_from_slice(ends[1]);
        take(&key[..2 * stride]);
    }

    /// The key of a code, where there is one dimension.
    pub(super) fn of_code(&self, code: Code) -> Vec<u64> {
        let mut key = [0; WORDS];
        self.layout.pack(&mut key, |_| code);
        key[..self.layout.stride()].to_vec()
    }

    /// To which lengths automatic prefixes are cut.
    pub(super) fn leaves(&self) -> LeafLens {
        self.leaves
    }

    /// Cuts automatic prefixes of a family shorter from now on.
    pub(super) fn shorten(&mut self, version: IpVersion, len: u8) {
        self.leaves.shorten(version, len);
    }

    /// The family of a key's automatic prefixes.
    pub(super) fn family(&self, key: &[u64]) -> Option<IpVersion> {
        self.layout.family(key)
    }

    /// Hands on a key as it is with automatic prefixes of the lengths now in force,
    /// which are no longer than they were.
    pub(super) fn cut(&self, key: &[u64], mut take: impl FnMut(&[u64])) {
        let stride = self.layout.stride();
        let mut halves = [[0; WORDS]; 2];
        for (half, words) in halves.iter_mut().zip(key.chunks_exact(stride)) {
            half[..stride].copy_from_slice(words);
            self.layout.cut(&mut half[..stride], self.leaves);
        }
        match self.in_pairs {
            true => self.pair([&halves[0][..stride], &halves[1][..stride]], take),
            false => take(&halves[0][..stride]),
        }
    }

    /// The values of a key, where `named` gives those that stand for a table of
    /// the run by their number.
    pub(super) fn unpack(&self, key: &[u64], named: &dyn Fn(&Dimension, Code) -> Value) -> Key {
        let values = |half: &[u64]| self.layout.unpack(half, self.leaves, named);
        let (first, second) = key.split_at(self.layout.stride().min(key.len()));
        match self.in_pairs {
            true => Key::of_ends(values(first), values(second)),
            false => values(first).into_iter().collect(),
        }
    }
}

fn address(header: &IpHeader, end: usize) -> Option<IpAddress> {
    if end == 0 { header.source } else { header.destination }
}

/// For the number of each label (one more than its place), that of the first label
/// with the same attribute; 0 for those without it.
pub(super) fn first_labels(labels: &[Label], attribute: &str) -> Box<[u32]> {
    let mut first = HashMap::new();
    let numbers = labels.iter().zip(1..).map(|(label, number)| {
        label.attributes.get(attribute).map_or(0, |value| *first.entry(value).or_insert(number))
    });
    std::iter::once(0).chain(numbers).collect()
}

/// The end that a dimension goes by, where the key is that of `end`.
fn end_of(side: Side, end: usize) -> usize {
    match side {
        Side::Both => end,
        Side::Source => ENDS[0],
        Side::Destination => ENDS[1],
    }
}

/// What the tables say of one end, by a number that is 0 for nothing.
fn of_end(facts: &PacketFacts, side: Side, end: usize, what: impl Fn(&EndFacts) -> u32) -> Code {
    let narrow = facts.ends[end_of(side, end)].as_ref().map_or(0, what);
    Code { wide: 0, narrow: narrow.into() }
}

/// The families of the two views; the inner one is `None` where it cannot be
/// seen.
fn families(observation: &Observation) -> (IpVersion, Option<IpVersion>) {
    let inner = (!observation.inner_unknown).then(|| observation.end_to_end());
    (observation.outer.version, inner)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Encapsulation, IpProtocol, LinkFacts, TunnelPath};
    use std::collections::BTreeSet;

    /// The keys of a UDP packet from an address and port to another.
    fn keys(keys: &Keys, ports: (u16, u16), facts: &PacketFacts) -> Vec<Vec<u64>> {
        let header = IpHeader {
            version: IpVersion::V4,
            source: Some(IpAddress::from_v4([192, 0, 2, 1])),
            destination: Some(IpAddress::from_v4([192, 0, 2, 2])),
            protocol: Some(IpProtocol::UDP),
            ports: Some(ports),
            octets: 40,
            traffic_class: None,
        };
        let observation = Observation {
            timestamp: None,
            wire_octets: 54,
            outer: header,
            inner: None,
            encapsulation: Encapsulation::Native,
            path: TunnelPath::NATIVE,
            inner_unknown: false,
        };
        let link = LinkFacts { macs: Some([[1; 6], [2; 6]]), ..LinkFacts::default() };
        let context = Context { link, ..Context::default() };
        let shown = Shown {
            observation: &observation,
            header: &observation.outer,
            context: &context,
            facts,
            hosts: &[],
        };
        let mut all = Vec::new();
        keys.each(&shown, |key| all.push(key.to_vec()));
        all
    }

    fn by(words: &[&str]) -> Keys {
        let by: Vec<_> = words.iter().map(|word| word.parse().expect("a dimension")).collect();
        Keys::new(&by, None)
    }

    /// Counted under both MAC addresses, a source would carry each packet twice, and
    /// be found with half of what was asked for.
    #[test]
    fn beside_automatic_prefixes_a_packet_has_one_key_whatever_goes_by_both_ends() {
        let facts = PacketFacts::default();
        let count = |words: &[&str]| keys(&by(words), (1, 2), &facts).len();
        assert_eq!(count(&["mac"]), 2);
        assert_eq!(count(&["source-prefix=24/48", "mac"]), 2);
        assert_eq!(count(&["source-prefix=auto", "mac"]), 1);
        assert_eq!(count(&["source-prefix=auto", "asn"]), 1);
        assert_eq!(count(&["prefix=auto"]), 1);
        assert_eq!(count(&["source-prefix=auto", "destination-mac"]), 1);
    }

    /// The bound of a table with automatic prefixes is one of keys: where two keys
    /// were one row, parts that are merged would be cut less than the whole.
    #[test]
    fn what_is_one_row_has_one_key() {
        let facts = PacketFacts::default();
        let by_service = by(&["service", "prefix=auto"]);
        let services: BTreeSet<_> =
            [(67, 40_000), (68, 40_000)].iter().map(|at| keys(&by_service, *at, &facts)).collect();
        assert_eq!(services.len(), 1);
        let label = |name: &str, region: Option<&str>| Label {
            name: name.to_owned(),
            attributes: region
                .map(|region| ("region".to_owned(), region.to_owned()))
                .into_iter()
                .collect(),
            local: false,
        };
        let labels = [
            label("a", Some("north")),
            label("b", None),
            label("c", Some("south")),
            label("d", Some("north")),
        ];
        assert_eq!(*first_labels(&labels, "region"), [0, 1, 0, 3, 1]);
        let by_region = Keys {
            attributes: vec![("region".into(), first_labels(&labels, "region"))],
            ..by(&["source-label.region", "source-prefix=auto"])
        };
        let of = |label: u32| {
            let end = EndFacts { label, ..EndFacts::default() };
            let facts = PacketFacts { ends: [Some(end), None], bin: None };
            keys(&by_region, (1, 2), &facts)
        };
        assert_eq!(of(1), of(4));
        assert_eq!(of(0), of(2));
        assert_ne!(of(1), of(3));
        assert_ne!(of(1), of(2));
    }
}
