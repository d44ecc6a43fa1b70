//! What is asked of tables for each packet: whose its addresses are, and in which
//! bin of time it lies. Only what the plan wants is looked up.

use super::Plan;
use super::prefix::high_mask;
use crate::model::{
    Bin, BinCache, Dimension, IpAddress, IpHeader, IpVersion, Prefix, PrefixLens, Resolver,
    TimeBins, Timestamp,
};
use std::sync::Arc;

/// Answers that a worker keeps for prefixes at first and at most, powers of two: 8 MiB. A
/// look-up in a full table costs 50 times as much as one here.
const PREFIXES: usize = 1 << 13;
const MOST_PREFIXES: usize = 1 << 18;

/// Where answers keep replacing each other, one prefix in so many is asked for all the
/// same, and of the others the address alone: a prefix costs twice as much.
const ALONE: usize = 16;

/// Answers that it keeps for addresses of prefixes in which they differ, a power of two.
const ADDRESSES: usize = 1 << 13;

/// What the tables say of one address. Numbers are one more than they are, so that
/// 0 stands for none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(super) struct EndFacts {
    pub(super) label: u32,
    pub(super) origin: u32,
    /// Two letters.
    pub(super) country: u32,
    pub(super) holder: u32,
    pub(super) is_local: bool,
}

/// What a packet's header and time say by the tables.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct PacketFacts {
    /// Of the source and of the destination; `None` where it was cut away.
    pub(super) ends: [Option<EndFacts>; 2],
    pub(super) bin: Option<Bin>,
}

/// The tables of a run as one worker asks them.
#[derive(Clone, Debug)]
pub(super) struct Facts {
    resolver: Option<Arc<dyn Resolver>>,
    wants: Wants,
    /// Answers by a hash of the /24 or /48 that an address lies in.
    of_prefixes: Vec<OfPrefix>,
    /// Answers that others replaced, since there were so many places.
    replaced: usize,
    /// Addresses that were asked for alone since a prefix was; see [`ALONE`].
    alone: usize,
    /// Answers by a hash of the address, where those of its prefix differ; empty before
    /// there is such a prefix.
    of_addresses: Box<[Option<OfAddress>]>,
    pub(super) bins: TimeBins,
    pub(super) bin_cache: BinCache,
}

/// The facts that the plan wants.
#[derive(Clone, Copy, Debug, Default)]
#[expect(clippy::struct_excessive_bools, reason = "each is a question that is asked or not")]
struct Wants {
    label: bool,
    origin: bool,
    country: bool,
    holder: bool,
    local: bool,
    time: bool,
}

/// What is known of a prefix.
#[derive(Clone, Copy, Debug, Default)]
struct OfPrefix {
    /// See [`prefix_key`]; 0 where there is none.
    key: u64,
    /// `None` where its addresses differ.
    facts: Option<EndFacts>,
}

/// What is known of an address.
#[derive(Clone, Copy, Debug)]
struct OfAddress {
    version: IpVersion,
    address: IpAddress,
    facts: EndFacts,
}

impl Wants {
    fn of(plan: &Plan) -> Self {
        let mut wants = Self::default();
        for dimension in plan.keyed.iter().flatten() {
            match dimension {
                Dimension::Label(_) | Dimension::Attribute(..) => wants.label = true,
                Dimension::Asn(_) => wants.origin = true,
                Dimension::Country(_) => wants.country = true,
                Dimension::Holder(_) => wants.holder = true,
                Dimension::Direction => wants.local = true,
                Dimension::Time => wants.time = true,
                _ => {}
            }
        }
        wants
    }

    /// How many questions are asked of an address.
    fn of_addresses(self) -> usize {
        [self.label, self.origin, self.country, self.holder, self.local]
            .map(usize::from)
            .iter()
            .sum()
    }
}

/// How many questions a plan asks of an address, where it has tables to ask.
pub(super) fn questions(plan: &Plan) -> usize {
    plan.resolver.as_ref().map_or(0, |_| Wants::of(plan).of_addresses())
}

impl Facts {
    pub(super) fn new(plan: &Plan) -> Self {
        let wants = Wants::of(plan);
        let resolver = plan.resolver.clone().filter(|_| questions(plan) > 0);
        let places = if resolver.is_some() { PREFIXES } else { 0 };
        Self {
            resolver,
            wants,
            of_prefixes: vec![OfPrefix::default(); places],
            replaced: 0,
            alone: 0,
            of_addresses: Box::default(),
            bins: plan.bins.clone(),
            bin_cache: BinCache::default(),
        }
    }

    /// What is wanted of a packet with this header.
    #[inline]
    pub(super) fn of(&mut self, header: &IpHeader, time: Option<Timestamp>) -> PacketFacts {
        let bin = match time {
            Some(time) if self.wants.time => Some(self.bin_cache.of(&self.bins, time)),
            _ => None,
        };
        let ends = match self.resolver {
            Some(_) => [header.source, header.destination]
                .map(|address| address.map(|address| self.of_end(header.version, address))),
            None => [None; 2],
        };
        PacketFacts { ends, bin }
    }

    /// Whether one question alone is asked of an address.
    pub(super) fn asks_one(&self) -> bool {
        self.wants.of_addresses() == 1
    }

    /// What is wanted of all addresses of the prefix that an address lies in, by its
    /// upper 64 bits; `None` where they differ.
    pub(super) fn of_prefix(
        &self,
        version: IpVersion,
        high: u64,
        lens: PrefixLens,
    ) -> Option<EndFacts> {
        let address = IpAddress::from_bits(u128::from(high) << 64);
        let prefix = Prefix::new(version, address, lens.len(version));
        let is_uniform = self.resolver.as_ref().is_none_or(|all| all.is_uniform(prefix));
        is_uniform.then(|| self.ask(version, prefix.address()))
    }

    /// What is wanted of an address.
    pub(super) fn of_end(&mut self, version: IpVersion, address: IpAddress) -> EndFacts {
        let key = prefix_key(version, address);
        let known = match self.of_prefixes.get(self.place_of(key)) {
            Some(known) if known.key == key => known.facts,
            _ => self.learn(version, address, key),
        };
        known.unwrap_or_else(|| self.of_address(version, address))
    }

    /// Asks for the prefix that an address lies in, and keeps what is said. Where many
    /// answers are replaced by others, there is room for more from then on; where that
    /// does not help, most often of no more than this address; see [`ALONE`].
    #[inline(never)]
    fn learn(&mut self, version: IpVersion, address: IpAddress, key: u64) -> Option<EndFacts> {
        let places = self.of_prefixes.len();
        if self.replaced > MOST_PREFIXES {
            self.alone = (self.alone + 1) % ALONE;
            if self.alone != 0 {
                return Some(self.ask(version, address));
            }
        }
        let facts = self.of_prefix(version, address.high(), PrefixLens::default());
        if self.replaced > places / 4 && places < MOST_PREFIXES {
            self.replaced = 0;
            let old =
                std::mem::replace(&mut self.of_prefixes, vec![OfPrefix::default(); 2 * places]);
            old.into_iter().filter(|kept| kept.key != 0).for_each(|kept| self.keep(kept));
        }
        self.keep(OfPrefix { key, facts });
        facts
    }

    /// Where the answer for a prefix is kept.
    #[inline(always)]
    fn place_of(&self, key: u64) -> usize {
        place(key) & self.of_prefixes.len().wrapping_sub(1)
    }

    fn keep(&mut self, answer: OfPrefix) {
        let at = self.place_of(answer.key);
        if let Some(place) = self.of_prefixes.get_mut(at) {
            self.replaced += usize::from(place.key != 0);
            *place = answer;
        }
    }

    /// The same of an address whose prefix says nothing.
    fn of_address(&mut self, version: IpVersion, address: IpAddress) -> EndFacts {
        if self.of_addresses.is_empty() {
            self.of_addresses = vec![None; ADDRESSES].into();
        }
        let at = place(address.high() ^ address.low().rotate_left(32)) % ADDRESSES;
        match &self.of_addresses[at] {
            Some(kept) if kept.address == address && kept.version == version => kept.facts,
            _ => {
                let facts = self.ask(version, address);
                self.of_addresses[at] = Some(OfAddress { version, address, facts });
                facts
            }
        }
    }

    #[inline(never)]
    fn ask(&self, version: IpVersion, address: IpAddress) -> EndFacts {
        let mut facts = EndFacts::default();
        let Some(resolver) = &self.resolver else { return facts };
        if self.wants.label {
            facts.label = resolver.label(version, address).map_or(0, |label| label.0 + 1);
        }
        if self.wants.origin {
            facts.origin = resolver.origin(version, address).map_or(0, |origin| origin.0 + 1);
        }
        if self.wants.country {
            let code = resolver.country(version, address);
            facts.country = code.map_or(0, |country| {
                country.code().bytes().fold(0, |code, letter| code << 8 | u32::from(letter))
            });
        }
        if self.wants.holder {
            facts.holder = resolver.holder(version, address).map_or(0, |holder| holder.0 + 1);
        }
        facts.is_local = self.wants.local && resolver.is_local(version, address);
        facts
    }
}

/// The /24 or /48 that an address lies in, and its family, in one number that is not 0.
fn prefix_key(version: IpVersion, address: IpAddress) -> u64 {
    // 16 bits and more are left of either.
    let high = address.high() & high_mask(PrefixLens::default().len(version));
    high | (version as u64) << 1 | 1
}

/// The upper bits of a folded product. Whoever chose addresses that meet in one
/// place would cost look-ups alone.
fn place(bits: u64) -> usize {
    let product = bits.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    ((product ^ product >> 32).wrapping_mul(0xd6e8_feb8_6659_fd93) >> 40) as usize
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Asn, Country, HolderId, Label, LabelId, Origin, OriginId, Subject};

    /// The origin of an address is told by its first two octets, but in one /16 of
    /// each family by all of them.
    #[derive(Debug)]
    struct Numbers;

    impl Resolver for Numbers {
        fn knows(&self, subject: Subject) -> bool {
            subject == Subject::Origin
        }
        fn label(&self, _: IpVersion, _: IpAddress) -> Option<LabelId> {
            None
        }
        fn origin(&self, version: IpVersion, address: IpAddress) -> Option<OriginId> {
            let upper = address.high() >> 48;
            let all = (address.bits() % 1_000_003) as u32 ^ (address.high() >> 32) as u32;
            let number = if upper == 7 { all } else { upper as u32 };
            (upper != 9).then_some(OriginId(number << 1 | u32::from(version == IpVersion::V6)))
        }
        fn country(&self, _: IpVersion, _: IpAddress) -> Option<Country> {
            None
        }
        fn holder(&self, _: IpVersion, _: IpAddress) -> Option<HolderId> {
            None
        }
        fn is_local(&self, _: IpVersion, _: IpAddress) -> bool {
            false
        }
        fn is_uniform(&self, prefix: Prefix) -> bool {
            prefix.address().high() >> 48 != 7
        }
        fn labels(&self) -> &[Label] {
            &[]
        }
        fn origins(&self) -> &[Origin] {
            &[]
        }
        fn holders(&self) -> &[Arc<str>] {
            &[]
        }
        fn as_name(&self, _: Asn) -> Option<&str> {
            None
        }
    }

    #[test]
    fn what_is_kept_is_what_would_be_said_again() {
        let keyed = vec![vec![Dimension::Asn(crate::model::Side::Both)]];
        let resolver: Arc<dyn Resolver> = Arc::new(Numbers);
        let plan = Plan { keyed, resolver: Some(resolver), ..Plan::default() };
        let mut facts = Facts::new(&plan);
        let mut state = 1_u64;
        for round in 0..400_000_u64 {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            // Few prefixes, some of them mixed, in both families, and many.
            let upper = (state >> 60) << 48 | (state >> 50 & 3) << 40;
            let high = if round % 3 == 0 { state & !0xffff_ffff } else { upper };
            let (version, low) = match round % 2 {
                0 => (IpVersion::V4, 0),
                _ => (IpVersion::V6, state.rotate_left(9) % 5),
            };
            let high = high | (state >> 40 & 3) << if version == IpVersion::V4 { 32 } else { 0 };
            let address = IpAddress::from_bits(u128::from(high) << 64 | u128::from(low));
            let said = facts.ask(version, address);
            assert_eq!(facts.of_end(version, address), said, "{version:?} {high:x} {low:x}");
        }
        assert!(!facts.of_addresses.is_empty());
        assert!(facts.of_prefixes.len() > PREFIXES);
    }
}
