//! What is asked of tables for each packet: whose its addresses are, and in which
//! bin of time it lies. Only what the plan wants is looked up.

use super::Plan;
use crate::cache;
use crate::model::{
    Bin, BinCache, Dimension, IpAddress, IpHeader, IpVersion, Prefix, Resolver, TimeBins, Timestamp,
};
use std::sync::Arc;

/// Answers that a worker keeps, a power of two: 8,192 of 48 octets lie in the
/// second level of cache, and a look-up in a full table costs 50 times as much as
/// one here.
const PLACES: usize = 8192;

/// What the tables say of one address. Numbers are one more than they are, so that
/// 0 stands for none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
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
    /// Answers by a hash of the block.
    blocks: Box<[Place]>,
    pub(super) bins: TimeBins,
    pub(super) bin_cache: BinCache,
}

/// Places of the blocks of addresses whose answers a worker keeps, of four each, a
/// power of two: 4 MiB, of which traffic of 20,000 networks uses a third. With half
/// as many places of two, a tenth of those networks had to be asked for again and
/// again.
const BLOCKS: usize = 1 << 15;

/// What the tables say of a block of addresses: a /24 of IPv4, a /48 of IPv6.
#[derive(Clone, Copy, Debug, Default)]
struct Block {
    /// Its upper bits and its family; 0 where there is none.
    name: u64,
    facts: EndFacts,
    /// Whether its addresses differ: then each is asked for.
    is_mixed: bool,
}

/// Four blocks on two lines of the cache, the newest one first.
#[derive(Clone, Copy, Debug, Default)]
#[repr(align(64))]
struct Place([Block; 4]);

/// A block that is asked for: its name, and the place of its answer, which is on
/// its way from memory.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Fetched {
    name: u64,
    place: usize,
}

/// Bits of a block.
fn block_bits(version: IpVersion) -> u8 {
    match version {
        IpVersion::V4 => 24,
        IpVersion::V6 => 48,
    }
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

    fn addresses(self) -> bool {
        self.label || self.origin || self.country || self.holder || self.local
    }
}

impl Facts {
    pub(super) fn new(plan: &Plan) -> Self {
        let wants = Wants::of(plan);
        let resolver = plan.resolver.clone().filter(|_| wants.addresses());
        let places = if resolver.is_some() { PLACES } else { 0 };
        Self {
            resolver,
            wants,
            kept: vec![None; places].into(),
            blocks: Box::default(),
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

    /// Whether anything is asked of addresses.
    pub(super) fn asks(&self) -> bool {
        self.resolver.is_some()
    }

    /// Asks for the answer of the block whose addresses have these upper bits.
    #[inline(always)]
    pub(super) fn fetch_block(&mut self, version: IpVersion, high: u64) -> Fetched {
        // Never 0: the lowest bit is that of IPv4, the one above it that of IPv6.
        let name = (high >> (64 - block_bits(version))) << 2 | 1 << version as u64;
        if self.blocks.is_empty() {
            self.blocks = vec![Place::default(); BLOCKS].into();
        }
        let place = place_of_block(name);
        cache::fetch(&self.blocks[place]);
        Fetched { name, place }
    }

    /// What is wanted of an address, by the block that it lies in and that was asked
    /// for: traffic of many addresses is of far fewer networks.
    #[inline(always)]
    pub(super) fn of_block(
        &mut self,
        version: IpVersion,
        address: IpAddress,
        fetched: Fetched,
    ) -> EndFacts {
        let mut blocks = self.blocks[fetched.place].0.iter();
        let Some(block) = blocks.find(|block| block.name == fetched.name) else {
            return self.ask_block(version, address, fetched);
        };
        match block.is_mixed {
            false => block.facts,
            true => self.of_end(version, address),
        }
    }

    #[inline(never)]
    fn ask_block(&mut self, version: IpVersion, address: IpAddress, fetched: Fetched) -> EndFacts {
        let prefix = Prefix::new(version, address, block_bits(version));
        let is_uniform = self.resolver.as_ref().is_some_and(|all| all.is_uniform(prefix));
        let facts = self.of_end(version, address);
        let Place(blocks) = &mut self.blocks[fetched.place];
        blocks.rotate_right(1);
        blocks[0] = Block { name: fetched.name, facts, is_mixed: !is_uniform };
        facts
    }

    fn of_end(&mut self, version: IpVersion, address: IpAddress) -> EndFacts {
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

/// The place of a block: upper bits of a product.
fn place_of_block(name: u64) -> usize {
    (name.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 49) as usize % BLOCKS
}

/// The upper bits of a folded product. Whoever chose addresses that meet in one
/// place would cost look-ups alone.
#[expect(clippy::cast_possible_truncation, reason = "both halves are meant")]
fn place(address: IpAddress) -> usize {
    let bits = address.bits();
    let folded = ((bits >> 64) as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ bits as u64;
    (folded.wrapping_mul(0xd6e8_feb8_6659_fd93) >> 51) as usize % PLACES
}
