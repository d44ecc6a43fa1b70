//! Addresses: distinct prefixes spread over unicast space, and hosts in them.

use super::Recipe;
use super::kind::carriages;
use super::rng::Rng;
use crate::model::{IpAddress, IpVersion};

/// Prefixes that a recipe may ask for. There are 14 million unicast /24.
pub(super) const MAX_PREFIXES: u32 = 1 << 23;

/// Up to so many /48 all lie in 2001:db8::/32, the space of documentation.
const DOCUMENTATION: u32 = 1 << 16;

/// The prefixes of a capture, all distinct.
pub(super) struct Pools {
    /// The upper 24 bits of IPv4 addresses.
    v4: Vec<u32>,
    /// The upper 48 bits of IPv6 addresses.
    v6: Vec<u64>,
    /// Ends given so far, by family.
    turns: [usize; 2],
}

/// Source and destination of one IP header.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Ends {
    pub(super) version: IpVersion,
    pub(super) source: IpAddress,
    pub(super) destination: IpAddress,
}

impl Pools {
    /// The prefixes of a checked recipe, shared between the families by their
    /// parts of the headers.
    pub(super) fn new(recipe: &Recipe, rng: &mut Rng) -> Self {
        let six = share_of_six(recipe);
        let four = recipe.prefixes - six;
        let mut counter = u32::from_be_bytes(rng.octets());
        let mut v4 = Vec::with_capacity(four as usize);
        while v4.len() < four as usize {
            let prefix = shuffle24(counter & 0x00ff_ffff);
            if !is_reserved(prefix) {
                v4.push(prefix);
            }
            counter = counter.wrapping_add(1);
        }
        let first = rng.bits() >> 28;
        let v6 = (0..six).map(|index| prefix48(index, six, first)).collect();
        Self { v4, v6, turns: [0; 2] }
    }

    /// The ends of a new flow. Sources go through all prefixes in turn, so that
    /// all are in use; destinations are drawn.
    pub(super) fn ends(&mut self, version: IpVersion, rng: &mut Rng) -> Ends {
        let turn = &mut self.turns[version.index()];
        let number = *turn;
        *turn += 1;
        let (source, destination) = match version {
            IpVersion::V4 => {
                let (from, to) = (number % self.v4.len(), rng.index(self.v4.len()));
                (host4(self.v4[from], rng), host4(self.v4[to], rng))
            }
            IpVersion::V6 => {
                let (from, to) = (number % self.v6.len(), rng.index(self.v6.len()));
                (host6(self.v6[from], rng), host6(self.v6[to], rng))
            }
        };
        Ends { version, source, destination }
    }
}

/// The mean number of headers of each family in an IP packet.
pub(super) fn families(recipe: &Recipe) -> [f64; 2] {
    let mut parts = [0.0; 2];
    for ((carriage, _), part) in carriages(recipe) {
        parts[carriage.outer.index()] += part;
        if carriage.is_tunnel() {
            parts[carriage.inner.index()] += part;
        }
    }
    parts
}

/// How many of the prefixes are /48.
#[expect(clippy::cast_possible_truncation, reason = "a part of a u32")]
#[expect(clippy::cast_sign_loss, reason = "parts are not negative")]
fn share_of_six(recipe: &Recipe) -> u32 {
    let [four, six] = families(recipe);
    if recipe.prefixes == 0 || six == 0.0 {
        0
    } else if four == 0.0 {
        recipe.prefixes
    } else {
        let wanted = f64::from(recipe.prefixes) * six / (four + six);
        (wanted.round() as u32).clamp(1, recipe.prefixes - 1)
    }
}

/// A bijection of 24 bits: neighbours come far apart, and none comes twice.
fn shuffle24(x: u32) -> u32 {
    let mut x = x.wrapping_mul(0x009e_3779) & 0x00ff_ffff;
    x ^= x >> 13;
    x = x.wrapping_mul(0x0045_d9f3) & 0x00ff_ffff;
    x ^ (x >> 11)
}

/// The /48 of an index among `count`. A bijection of 36 bits spreads many over
/// 2a00::/12.
fn prefix48(index: u32, count: u32, first: u64) -> u64 {
    if count <= DOCUMENTATION {
        return 0x2001_0db8_0000 | u64::from(index);
    }
    const MASK: u64 = (1 << 36) - 1;
    let mut x = (first + u64::from(index)).wrapping_mul(0x9e37_79b9_7f4a_7c15) & MASK;
    x ^= x >> 19;
    x = x.wrapping_mul(0xbf58_476d_1ce4_e5b9) & MASK;
    x ^= x >> 17;
    0x2a00_0000_0000 | x
}

/// True for a /24 that is not ordinary unicast space (RFC 6890, RFC 7526).
fn is_reserved(prefix: u32) -> bool {
    let [_, a, b, c] = prefix.to_be_bytes();
    match a {
        0 | 10 | 127 | 224.. => true,
        100 => (64..128).contains(&b),
        169 => b == 254,
        172 => (16..32).contains(&b),
        192 => b == 168 || (b, c) == (0, 0) || (b, c) == (0, 2) || (b, c) == (88, 99),
        198 => b == 18 || b == 19 || (b, c) == (51, 100),
        203 => (b, c) == (0, 113),
        _ => false,
    }
}

/// A host of a /24: not the network's address, nor its broadcast.
#[expect(clippy::cast_possible_truncation, reason = "below 255")]
fn host4(prefix: u32, rng: &mut Rng) -> IpAddress {
    let [_, a, b, c] = prefix.to_be_bytes();
    IpAddress::from_v4([a, b, c, 1 + rng.below(254) as u8])
}

/// A host of a /48. The interface identifier is never one of ISATAP, whose
/// upper half is 0000:5efe or 0200:5efe.
fn host6(prefix: u64, rng: &mut Rng) -> IpAddress {
    let subnet = rng.bits() >> 48;
    let interface = rng.bits() | (1 << 62);
    IpAddress::from_bits((u128::from(prefix << 16 | subnet) << 64) | u128::from(interface))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::synth::rng::Stream;
    use std::collections::HashSet;

    fn pools(prefixes: u32, ipv6_share: f64) -> Pools {
        let recipe = Recipe { prefixes, ipv6_share, ..Recipe::default() };
        Pools::new(&recipe, &mut Rng::new(9, Stream::Flows))
    }

    #[test]
    fn prefixes_are_distinct_and_as_many_as_asked() {
        let pools = pools(200_000, 0.5);
        assert_eq!((pools.v4.len(), pools.v6.len()), (100_000, 100_000));
        assert_eq!(pools.v4.iter().collect::<HashSet<_>>().len(), 100_000);
        assert_eq!(pools.v6.iter().collect::<HashSet<_>>().len(), 100_000);
        assert!(pools.v4.iter().all(|&prefix| !is_reserved(prefix)));
        assert!(pools.v6.iter().all(|prefix| prefix >> 36 == 0x2a0));
        let blocks: HashSet<_> = pools.v4.iter().map(|prefix| prefix >> 16).collect();
        assert!(blocks.len() > 200, "spread over {} of 256 /8", blocks.len());
    }

    #[test]
    fn as_many_flows_as_prefixes_use_them_all() {
        let mut pools = pools(60, 0.5);
        let mut rng = Rng::new(9, Stream::Flows);
        for version in IpVersion::ALL {
            let sources: HashSet<_> =
                (0..30).map(|_| pools.ends(version, &mut rng).source.bits() >> 80).collect();
            assert_eq!(sources.len(), 30);
        }
    }

    #[test]
    fn few_prefixes_of_ipv6_are_documentation() {
        let pools = pools(100, 1.0);
        assert!(pools.v4.is_empty());
        assert!(pools.v6.iter().all(|prefix| prefix >> 16 == 0x2001_0db8));
    }

    #[test]
    fn each_family_in_use_has_a_prefix() {
        let pools = pools(2, 0.0001);
        assert_eq!((pools.v4.len(), pools.v6.len()), (1, 1));
    }
}
