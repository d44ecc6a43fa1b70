//! What an address is, whosever it is: the prefixes that name a mechanism or a
//! scope, and where IPv4 addresses lie in IPv6 ones.

use crate::model::{IpVersion, Prefix, TunnelOptions};

/// Interface identifiers of ISATAP begin so (RFC 5214 section 6.1), with the
/// universal bit clear or set.
const ISATAP: [u32; 2] = [0x0000_5efe, 0x0200_5efe];

/// A prefix of IPv6 that stays what it is, and what is known of the bits behind
/// it.
#[derive(Clone, Copy, Debug)]
struct Class {
    bits: u128,
    len: u32,
    embedded: Embedded,
}

/// Where IPv4 addresses lie.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Embedded {
    /// Nowhere that is known.
    No,
    /// From this bit on, in one piece.
    At(u32),
    /// As RFC 6052 section 2.2 has it for this length of prefix: around bits 64
    /// to 71, which are zero.
    Around(u32),
    /// Of the server and of the client, whose bits are inverted (RFC 4380 section
    /// 4).
    Teredo,
}

/// A run of bits of an IPv4 address within an IPv6 one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Run {
    /// Its first bit within the IPv6 address.
    pub(super) at: u32,
    /// Its first bit within the IPv4 address.
    pub(super) of: u32,
    pub(super) len: u32,
}

/// An IPv4 address within an IPv6 one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Inside {
    /// Left-aligned, as it is when it stands alone.
    pub(super) bits: u128,
    pub(super) runs: [Option<Run>; 2],
}

/// All classes that are known in a run.
#[derive(Clone, Debug)]
pub(super) struct Classes(Vec<Class>);

impl Classes {
    /// Those of the protocols, and those that are configured.
    pub(super) fn new(configured: &TunnelOptions) -> Self {
        let class = |high: u64, low: u64, len, embedded| Class {
            bits: u128::from(high) << 64 | u128::from(low),
            len,
            embedded,
        };
        let mut classes = vec![
            class(0x2002 << 48, 0, 16, Embedded::At(16)),
            class(0x2001 << 48, 0, 32, Embedded::Teredo),
            class(0x0064_ff9b_0000_0000, 0, 96, Embedded::At(96)),
            class(0x0064_ff9b_0001_0000, 0, 48, Embedded::No),
            class(0xfe80 << 48, 0, 10, Embedded::No),
            class(0xff00 << 48, 0, 8, Embedded::No),
            class(0, 0xffff << 32, 96, Embedded::At(96)),
        ];
        let translators = [&configured.nat64, &configured.xlat464, &configured.siit_dc];
        let translators = translators.into_iter().flatten().map(|prefix| (prefix, true));
        let others = [
            &configured.six_rd,
            &configured.map_t,
            &configured.map_e,
            &configured.ds_lite,
            &configured.lw4o6,
        ];
        let others = others.into_iter().flatten().map(|prefix| (prefix, false));
        classes.extend(translators.chain(others).filter_map(|(prefix, is_translator)| {
            let len = u32::from(prefix.len());
            let embedded = match len {
                96 if is_translator => Embedded::At(96),
                32 | 40 | 48 | 56 | 64 if is_translator => Embedded::Around(len),
                _ => Embedded::No,
            };
            let bits = prefix.address().bits();
            (prefix.version() == IpVersion::V6).then_some(Class { bits, len, embedded })
        }));
        Self(classes)
    }

    /// How many bits of an address stay as they are, so that it is in the same
    /// classes afterwards: those of every class that it is in, and up to the first
    /// bit that keeps it out of any other.
    pub(super) fn kept(&self, address: u128) -> u32 {
        self.0
            .iter()
            .map(|class| ((address ^ class.bits).leading_zeros() + 1).min(class.len))
            .max()
            .unwrap_or(0)
    }

    /// The IPv4 addresses within an address: of the longest class that it is in,
    /// and of an ISATAP identifier.
    pub(super) fn inside(&self, address: u128) -> [Option<Inside>; 2] {
        let whole = |at| inside(address, [Some(Run { at, of: 0, len: 32 }), None]);
        let embedded = self.embedded(address);
        let isatap = embedded.may_be_isatap() && isatap_kept(address) == 32;
        let isatap = isatap.then(|| whole(96));
        match embedded {
            Embedded::At(at) => [Some(whole(at)), isatap],
            Embedded::Around(at) => [Some(inside(address, around(at))), None],
            Embedded::Teredo => {
                let mut client = whole(96);
                client.bits ^= u128::from(u32::MAX) << 96;
                [Some(whole(32)), Some(client)]
            }
            Embedded::No => [isatap, None],
        }
    }

    fn embedded(&self, address: u128) -> Embedded {
        let holding = self.0.iter().filter(|class| class.holds(address));
        let embedding = holding.filter(|class| class.embedded != Embedded::No);
        embedding.max_by_key(|class| class.len).map_or(Embedded::No, |class| class.embedded)
    }

    /// The bits of an address, beside the first, that stay as they are: of an
    /// identifier of ISATAP, up to the bit that keeps it from being one; those
    /// that RFC 6052 has zero.
    pub(super) fn also_kept(&self, address: u128) -> u128 {
        match self.embedded(address) {
            Embedded::Around(_) => ones(64, 8),
            embedded if embedded.may_be_isatap() => ones(64, isatap_kept(address)),
            _ => 0,
        }
    }
}

impl Embedded {
    /// Whether the interface identifier is free to be one of ISATAP.
    fn may_be_isatap(self) -> bool {
        match self {
            Self::No => true,
            Self::At(at) => at + 32 <= 64,
            Self::Around(_) | Self::Teredo => false,
        }
    }
}

impl Class {
    fn holds(&self, address: u128) -> bool {
        (address ^ self.bits).leading_zeros() >= self.len
    }
}

/// Bits `at` to `at + len`, counted from the left.
pub(super) fn ones(at: u32, len: u32) -> u128 {
    let from = u128::MAX.checked_shr(at).unwrap_or(0);
    from & !u128::MAX.checked_shr(at + len).unwrap_or(0)
}

/// The first bits of the interface identifier that it shares with one of ISATAP,
/// and the one after; 32 where it is one.
#[expect(clippy::cast_possible_truncation, reason = "32 bits are left")]
fn isatap_kept(address: u128) -> u32 {
    let identifier = (address >> 32) as u32;
    let kept = ISATAP.map(|isatap| ((identifier ^ isatap).leading_zeros() + 1).min(32));
    kept[0].max(kept[1])
}

/// The runs behind a prefix of `at` bits (RFC 6052 section 2.2).
fn around(at: u32) -> [Option<Run>; 2] {
    let before = 64 - at.min(64);
    let run = |at, of, len| (len > 0).then_some(Run { at, of, len });
    [run(at, 0, before.min(32)), run(72, before, 32_u32.saturating_sub(before))]
}

/// The address in these runs.
fn inside(address: u128, runs: [Option<Run>; 2]) -> Inside {
    let mut bits = 0;
    for run in runs.into_iter().flatten() {
        bits |= (address & ones(run.at, run.len)) << run.at >> run.of;
    }
    Inside { bits, runs }
}

/// How many bits of a prefix may stay where IPv4 addresses are cut to `v4` bits:
/// an address that lies in the first bits must not be told in full.
pub(super) fn cut(classes: &Classes, prefix: Prefix, v4: u8) -> u8 {
    if prefix.version() == IpVersion::V4 {
        return prefix.len().min(v4);
    }
    let mut len = u32::from(prefix.len());
    for inside in classes.inside(prefix.address().bits()).into_iter().flatten() {
        for run in inside.runs.into_iter().flatten() {
            let left = u32::from(v4).saturating_sub(run.of);
            if left < run.len {
                len = len.min(run.at + left);
            }
        }
    }
    u8::try_from(len).expect("no longer than it was")
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::Ipv6Addr;

    fn bits(text: &str) -> u128 {
        text.parse::<Ipv6Addr>().unwrap().into()
    }

    fn classes() -> Classes {
        let nat64 = [
            "2001:db8::/32",
            "2001:db8:100::/40",
            "2001:db8:122::/48",
            "2001:db8:122:300::/56",
            "2001:db8:122:344::/64",
            "2001:db8:122:344::/96",
        ];
        let nat64 = nat64.iter().map(|prefix| prefix.parse().unwrap()).collect();
        Classes::new(&TunnelOptions { nat64, ..TunnelOptions::default() })
    }

    #[test]
    fn ipv4_addresses_are_found_where_they_are() {
        // The last six are the examples of RFC 6052 section 2.4.
        for (text, want) in [
            ("2002:c000:221::1", &["192.0.2.33"][..]),
            ("2001:0:c000:201:0:ffff:3fff:fdde", &["192.0.2.1", "192.0.2.33"]),
            ("64:ff9b::192.0.2.33", &["192.0.2.33"]),
            ("::ffff:192.0.2.33", &["192.0.2.33"]),
            ("2001:67c::5efe:192.0.2.33", &["192.0.2.33"]),
            ("2001:67c::200:5efe:192.0.2.33", &["192.0.2.33"]),
            ("2001:67c::192.0.2.33", &[]),
            ("2001:db8:c000:221::", &["192.0.2.33"]),
            ("2001:db8:1c0:2:21::", &["192.0.2.33"]),
            ("2001:db8:122:c000:2:2100::", &["192.0.2.33"]),
            ("2001:db8:122:3c0:0:221::", &["192.0.2.33"]),
            ("2001:db8:122:344:c0:2:2100::", &["192.0.2.33"]),
            ("2001:db8:122:344::192.0.2.33", &["192.0.2.33"]),
        ] {
            let found: Vec<_> = classes().inside(bits(text)).into_iter().flatten().collect();
            let shown: Vec<_> = found
                .iter()
                .map(|inside| {
                    let [a, b, c, d, ..] = inside.bits.to_be_bytes();
                    format!("{a}.{b}.{c}.{d}")
                })
                .collect();
            assert_eq!(shown, want, "{text}");
        }
    }

    #[test]
    fn what_keeps_an_address_out_of_a_class_stays() {
        let classes = Classes::new(&TunnelOptions::default());
        assert_eq!(classes.kept(bits("2002:c000::")), 16);
        assert_eq!(classes.kept(bits("2001::1")), 32);
        // Bit 20 is the first in which 2001:db8:: is not Teredo's.
        assert_eq!(classes.kept(bits("2001:db8::")), 21);
        assert_eq!(classes.kept(bits("64:ff9b::1")), 96);
        assert_eq!(classes.kept(bits("64:ff9b:1::")), 48);
        assert_eq!(classes.kept(bits("8000::")), 2);
    }

    #[test]
    fn a_cut_shortens_what_is_inside_too() {
        let classes = classes();
        let cut = |prefix: &str| cut(&classes, prefix.parse().unwrap(), 24);
        assert_eq!(cut("192.0.2.33/32"), 24);
        assert_eq!(cut("192.0.0.0/16"), 16);
        assert_eq!(cut("2002:c000:221::/48"), 40);
        assert_eq!(cut("2002:c000::/32"), 32);
        assert_eq!(cut("2001:67c::/48"), 48);
        assert_eq!(cut("64:ff9b::192.0.2.33/128"), 120);
        assert_eq!(cut("2001:db8:122:3c0:0:221::/96"), 88);
    }
}
