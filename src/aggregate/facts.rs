//! What is asked of tables for each packet: whose its addresses are, and in which
//! bin of time it lies. Only what the plan wants is looked up.

use super::Plan;
use crate::model::{
    Bin, BinCache, Dimension, IpAddress, IpHeader, IpVersion, Prefix, PrefixLens, Resolver,
    TimeBins, Timestamp,
};
use std::sync::Arc;

/// Answers that a worker keeps, a power of two: 8,192 of 48 octets lie in the
/// second level of cache, and a look-up in a full table costs 50 times as much as
/// one here.
const PLACES: usize = 8192;

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
    /// Answers by a hash of the address.
    kept: Box<[Option<Kept>]>,
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

#[derive(Clone, Copy, Debug)]
struct Kept {
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
        let places = if resolver.is_some() { PLACES } else { 0 };
        Self {
            resolver,
            wants,
            kept: vec![None; places].into(),
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
        let at = place(address);
        match &self.kept[at] {
            Some(kept) if kept.address == address && kept.version == version => kept.facts,
            _ => {
                let facts = self.ask(version, address);
                self.kept[at] = Some(Kept { version, address, facts });
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

/// The upper bits of a folded product. Whoever chose addresses that meet in one
/// place would cost look-ups alone.
#[expect(clippy::cast_possible_truncation, reason = "both halves are meant")]
fn place(address: IpAddress) -> usize {
    let bits = address.bits();
    let folded = ((bits >> 64) as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ bits as u64;
    (folded.wrapping_mul(0xd6e8_feb8_6659_fd93) >> 51) as usize % PLACES
}
