//! What exporters have said of their sampling.

use super::element::Slot;
use super::plan::{Plan, Values};
use super::stream::StreamKey;
use crate::model::Sampling;
use hashbrown::HashMap;
use std::collections::BTreeMap;

/// Samplers and interfaces that are remembered of one domain; more are left out.
const MOST: usize = 4096;

/// The elements that give an interval.
pub(super) const INTERVALS: [Slot; 7] = [
    Slot::SamplingInterval,
    Slot::SamplerRandomInterval,
    Slot::PacketInterval,
    Slot::PacketSpace,
    Slot::SamplingSize,
    Slot::SamplingPopulation,
    Slot::SamplingProbability,
];

/// What the interval of an options record holds for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Scope {
    /// All of the observation domain.
    Domain,
    /// One sampler or selector.
    Sampler(u64),
    /// What came through one interface.
    Interface(u32),
}

/// The sampling of one observation domain.
#[derive(Debug, Default)]
pub(super) struct Samplers {
    known: HashMap<Scope, Sampling, foldhash::fast::RandomState>,
    /// How many scopes have each interval, those of interfaces left out.
    distinct: BTreeMap<Sampling, u32>,
    samplers: u32,
    interfaces: u32,
}

impl Samplers {
    /// Takes an interval that options give.
    pub(super) fn learn(&mut self, scope: Scope, sampling: Sampling) {
        if sampling == Sampling::Unknown
            || self.known.len() >= MOST && !self.known.contains_key(&scope)
        {
            return;
        }
        let before = self.known.insert(scope, sampling);
        match scope {
            Scope::Interface(_) => {
                self.interfaces += u32::from(before.is_none());
                return;
            }
            Scope::Sampler(_) => self.samplers += u32::from(before.is_none()),
            Scope::Domain => {}
        }
        *self.distinct.entry(sampling).or_default() += 1;
        if let Some(count) = before.and_then(|before| self.distinct.get_mut(&before)) {
            *count -= 1;
            self.distinct.retain(|_, count| *count > 0);
        }
    }

    /// True where the record's interface can make a difference.
    pub(super) fn by_interface(&self) -> bool {
        self.interfaces > 0
    }

    /// The sampling of a record that names `sampler`, or none (0 is none, unless
    /// there is a sampler of that number), and came in at `input`.
    pub(super) fn of(&self, sampler: Option<u64>, input: Option<u32>) -> Sampling {
        let at = |scope| self.known.get(&scope).copied();
        if let Some(id) = sampler.filter(|_| self.samplers > 0) {
            match at(Scope::Sampler(id)) {
                Some(sampling) => return sampling,
                None if id != 0 => return Sampling::Unknown,
                None => {}
            }
        }
        let interface = input.filter(|_| self.interfaces > 0).map(Scope::Interface);
        if let Some(sampling) = interface.and_then(at).or_else(|| at(Scope::Domain)) {
            return sampling;
        }
        // The domain's only one; of several that differ nobody can say which.
        match self.distinct.first_key_value() {
            Some((sampling, _)) if self.distinct.len() == 1 => *sampling,
            _ => Sampling::Unknown,
        }
    }
}

/// The interval that the values of one record give.
pub(super) fn told(plan: &Plan, values: &Values) -> Sampling {
    let of = |slot| values.of(slot);
    let algorithm = of(Slot::SelectorAlgorithm);
    if algorithm == 2 || algorithm >= 5 {
        // Time-based sampling and filters: no packet stands for a number of others
        // (RFC 5477 section 8.2.1).
        return Sampling::Unknown;
    }
    let known = |sampling: &Sampling| *sampling != Sampling::Unknown;
    let ratio = |all, taken| Some(Sampling::of(all, taken)).filter(known);
    let spaced = || {
        let taken = of(Slot::PacketInterval);
        let both = plan.has(Slot::PacketInterval) && plan.has(Slot::PacketSpace);
        if both { ratio(taken.saturating_add(of(Slot::PacketSpace)), taken) } else { None }
    };
    ratio(of(Slot::SamplingInterval), 1)
        .or_else(|| ratio(of(Slot::SamplerRandomInterval), 1))
        .or_else(spaced)
        .or_else(|| ratio(of(Slot::SamplingPopulation), of(Slot::SamplingSize)))
        .unwrap_or_else(|| probability(of(Slot::SamplingProbability)))
}

/// The ratio of a probability in floating point (IE 311), from the bits of a
/// float64, or of a float32 (RFC 7011 section 6.2 allows it). One of N is told as
/// such where that is the number nearest to it, else the ratio is exact.
fn probability(bits: u64) -> Sampling {
    let (chance, narrow) = match u32::try_from(bits) {
        Ok(bits) => (f64::from(f32::from_bits(bits)), true),
        Err(_) => (f64::from_bits(bits), false),
    };
    if !(chance > 0.0 && chance <= 1.0) {
        return Sampling::Unknown;
    }
    let inverse = (1.0 / chance).round();
    #[expect(clippy::cast_possible_truncation, reason = "compared as what was sent")]
    let same = if narrow {
        (1.0 / inverse) as f32 == chance as f32
    } else {
        (1.0 / inverse).to_bits() == chance.to_bits()
    };
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "within 1 to 2^53")]
    if same && inverse < 9e15 {
        return Sampling::one_in(inverse as u64);
    }
    exact(chance)
}

/// A number between 0 and 1 as a ratio of integers: mantissa over a power of two.
fn exact(chance: f64) -> Sampling {
    let bits = chance.to_bits();
    let exponent = bits >> 52;
    let mantissa = bits & ((1 << 52) - 1) | 1 << 52;
    let zeros = u64::from(mantissa.trailing_zeros());
    // chance = mantissa / 2^(1075 - exponent)
    let shift = 1075u64.saturating_sub(exponent).saturating_sub(zeros);
    if exponent == 0 || shift > 63 {
        return Sampling::Unknown;
    }
    Sampling::of(1 << shift, mantissa >> zeros)
}

/// The samplers of all domains of a session.
#[derive(Debug, Default)]
pub(super) struct SamplerTable {
    domains: HashMap<StreamKey, Samplers, foldhash::fast::RandomState>,
    none: Samplers,
}

impl SamplerTable {
    /// What is known of a domain: its own, or that of domain 0, which stands for
    /// the whole exporter (RFC 7011 section 3.1).
    pub(super) fn of(&self, key: &StreamKey) -> &Samplers {
        let whole = StreamKey { domain: 0, ..*key };
        self.domains.get(key).or_else(|| self.domains.get(&whole)).unwrap_or(&self.none)
    }

    /// Takes an interval; a domain that is one more than `most` is left out.
    pub(super) fn learn(&mut self, key: StreamKey, scope: Scope, sampling: Sampling, most: usize) {
        if sampling == Sampling::Unknown
            || self.domains.len() >= most && !self.domains.contains_key(&key)
        {
            return;
        }
        self.domains.entry(key).or_default().learn(scope, sampling);
    }

    /// Forgets a domain.
    pub(super) fn forget(&mut self, key: &StreamKey) {
        self.domains.remove(key);
    }
}
