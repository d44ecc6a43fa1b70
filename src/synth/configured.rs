//! Prefixes of the mechanisms that packets alone do not tell apart: they stand
//! for what operators configure, and who analyses a generated capture must be
//! told them.
//!
//! All lie in 3fff::/20, which is for documentation (RFC 9637), and no other
//! generated address does.

use crate::model::{IpAddress, IpVersion, Prefix, TunnelOptions};

/// A 6rd domain (RFC 5969): behind the prefix stands the whole IPv4 address.
pub const SIX_RD_PREFIX: Prefix = documentation(0x6d, 32);
/// Where DS-Lite tunnels end (RFC 6333).
pub const DS_LITE_PREFIX: Prefix = documentation(0xd5, 48);
/// Where lw4o6 tunnels end (RFC 7596).
pub const LW4O6_PREFIX: Prefix = documentation(0x46, 48);
/// Where tunnels of a MAP-E domain end (RFC 7597).
pub const MAP_E_PREFIX: Prefix = documentation(0xae, 48);
/// IPv4 hosts as a MAP-T domain sees them (RFC 7599).
pub const MAP_T_PREFIX: Prefix = documentation(0xa7, 96);
/// IPv4 hosts as 464XLAT translators see them (RFC 6877).
pub const XLAT464_PREFIX: Prefix = documentation(0x464, 96);
/// IPv4 hosts as SIIT-DC translators see them (RFC 7755).
pub const SIIT_DC_PREFIX: Prefix = documentation(0xdc, 96);

/// What an analysis must be told to find every mechanism that is generated; else
/// 6rd is `6in4`, DS-Lite, lw4o6 and MAP-E are `4in6`, and what goes to the
/// translators is native IPv6. For the program
/// `fixtures/tunnels-configured/config.toml` says the same.
#[must_use]
pub fn tunnel_options() -> TunnelOptions {
    TunnelOptions {
        six_rd: vec![SIX_RD_PREFIX],
        ds_lite: vec![DS_LITE_PREFIX],
        lw4o6: vec![LW4O6_PREFIX],
        map_e: vec![MAP_E_PREFIX],
        map_t: vec![MAP_T_PREFIX],
        xlat464: vec![XLAT464_PREFIX],
        siit_dc: vec![SIIT_DC_PREFIX],
        ..TunnelOptions::default()
    }
}

/// 3fff:GROUP::/LEN.
const fn documentation(group: u16, len: u8) -> Prefix {
    assert!(group < 0x1000 && len >= 32, "3fff::/20 is for documentation");
    let bits = (0x3fff_u128 << 112) | ((group as u128) << 96);
    Prefix::new(IpVersion::V6, IpAddress::from_bits(bits), len)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_prefixes_are_disjoint_and_lie_in_the_space_of_documentation() {
        let space: Prefix = "3fff::/20".parse().unwrap();
        let all = [
            (SIX_RD_PREFIX, "3fff:6d::/32"),
            (DS_LITE_PREFIX, "3fff:d5::/48"),
            (LW4O6_PREFIX, "3fff:46::/48"),
            (MAP_E_PREFIX, "3fff:ae::/48"),
            (MAP_T_PREFIX, "3fff:a7::/96"),
            (XLAT464_PREFIX, "3fff:464::/96"),
            (SIIT_DC_PREFIX, "3fff:dc::/96"),
        ];
        for (place, (prefix, text)) in all.into_iter().enumerate() {
            assert_eq!(prefix.to_string(), text);
            assert!(space.covers(prefix));
            assert!(all[place + 1..].iter().all(|(other, _)| !prefix.covers(*other)));
            assert!(all[place + 1..].iter().all(|(other, _)| !other.covers(prefix)));
        }
    }
}
