//! The keys of a packet in one breakdown.

use super::facts::{EndFacts, PacketFacts};
use super::layout::{Code, Layout, WORDS, cut_len};
use crate::model::{
    Context, Dimension, Direction, HostRule, IpAddress, IpHeader, IpVersion, Key, LeafLens,
    Observation, PrefixCut, ServicePort, Side, Value, auto_leaves,
};

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
/// Where automatic prefixes go by both ends, a packet has one key for both: two
/// keys one behind the other, the lesser first, or the same twice. Only so it is
/// known later whether both ends came into one row.
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
    /// Whether one of those goes by both ends.
    in_pairs: bool,
    /// To which lengths automatic prefixes are cut.
    leaves: LeafLens,
}

/// The ends of a packet by their place: source, destination.
const ENDS: [usize; 2] = [0, 1];

impl Keys {
    pub(super) fn new(dimensions: &[Dimension]) -> Self {
        let both = |dimension: &&Dimension| dimension.has_both_ends();
        let is_mac = |dimension: &Dimension| matches!(dimension, Dimension::Mac(_));
        let leaves = dimensions.iter().find_map(|dimension| match dimension {
            Dimension::Prefix(_, PrefixCut::Auto(leaves)) => Some(*leaves),
            _ => None,
        });
        Self {
            layout: Layout::new(dimensions),
            by_address: dimensions.iter().filter(both).any(|dimension| !is_mac(dimension)),
            by_mac: dimensions.iter().filter(both).any(is_mac),
            by_time: dimensions.contains(&Dimension::Time),
            is_auto: leaves.is_some(),
            in_pairs: dimensions.iter().filter(both).any(Dimension::is_auto),
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
        self.layout.pack(key, |dimension| code(dimension, shown, end, self.leaves));
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

/// The end that a dimension goes by, where the key is that of `end`.
fn end_of(side: Side, end: usize) -> usize {
    match side {
        Side::Both => end,
        Side::Source => ENDS[0],
        Side::Destination => ENDS[1],
    }
}

/// What one dimension says of a packet.
#[inline(always)]
fn code(dimension: &Dimension, shown: &Shown<'_>, end: usize, leaves: LeafLens) -> Code {
    let Shown { observation, header, context, facts, hosts } = *shown;
    match dimension {
        Dimension::Protocol => Code::protocol(header.protocol),
        Dimension::Port | Dimension::Service => Code::port(ServicePort::of_header(header)),
        Dimension::Encapsulation => {
            let (outer, inner) = families(observation);
            Code::encapsulation(observation.encapsulation, outer, inner)
        }
        Dimension::EncapsulationPath => {
            let (outer, inner) = families(observation);
            Code::path(observation.path, outer, inner)
        }
        Dimension::Prefix(side, cut) => {
            let len = cut_len(header.version, *cut, leaves);
            address(header, end_of(*side, end))
                .map_or_else(Code::default, |address| Code::prefix(header.version, address, len))
        }
        Dimension::Input => Code::number(context.input),
        Dimension::Interface => context.interface.map_or_else(Code::default, Code::number),
        Dimension::Mac(side) => Code::mac(context.link.macs.map(|macs| macs[end_of(*side, end)])),
        Dimension::Vlan => Code::vlan(context.link.vlan),
        Dimension::PacketSize if context.is_flow => Code::default(),
        Dimension::PacketSize => Code::size(header.octets),
        Dimension::Exporter => Code::exporter(context.exporter),
        Dimension::TrafficClass => Code::traffic_class(header.traffic_class),
        Dimension::Label(side) | Dimension::Attribute(side, _) => {
            of_end(facts, *side, end, |end| end.label)
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
