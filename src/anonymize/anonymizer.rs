//! Whose an address is goes, what it is stays.

use super::classes::{Classes, Inside, ones};
use super::crypto_pan::CryptoPan;
use super::key::SecretKey;
use crate::model::{IpAddress, IpVersion, Prefix, TunnelOptions};

/// Replaces addresses and prefixes by others of the same class.
///
/// IPv4 addresses are those of Crypto-PAn, bit by bit. So are IPv6 addresses, but
/// for the bits that say what an address is: the class prefixes (6to4, Teredo,
/// NAT64, link-local, multicast, IPv4-mapped, and what is configured), the start
/// of an ISATAP identifier, and in all others the bits up to the first that keeps
/// them out of such a prefix. An IPv4 address within an IPv6 one becomes what it
/// becomes alone. The whole is a permutation, and keeps prefixes.
#[derive(Debug)]
pub struct Anonymizer {
    pan: CryptoPan,
    classes: Classes,
}

impl Anonymizer {
    /// The anonymizer of a key, under the configuration of a run.
    #[must_use]
    pub fn new(key: &SecretKey, configured: &TunnelOptions) -> Self {
        Self { pan: CryptoPan::new(key), classes: Classes::new(configured) }
    }

    /// What an address becomes.
    #[must_use]
    pub fn address(&self, version: IpVersion, address: IpAddress) -> IpAddress {
        self.prefix(Prefix::new(version, address, version.address_bits())).address()
    }

    /// What a prefix becomes: that of what its addresses become.
    #[must_use]
    pub fn prefix(&self, prefix: Prefix) -> Prefix {
        let bits = prefix.address().bits();
        let flips = match prefix.version() {
            IpVersion::V4 => self.pan.flips(bits, prefix.len()),
            IpVersion::V6 => self.flips_v6(bits, prefix.len()),
        };
        Prefix::new(prefix.version(), IpAddress::from_bits(bits ^ flips), prefix.len())
    }

    /// An Ethernet address that stands for this one: whether it is a group's and
    /// whether it is local stays.
    #[must_use]
    pub fn mac(&self, mac: [u8; 6]) -> [u8; 6] {
        const KEPT: u8 = 0x03;
        let mut other = self.pan.mac(mac);
        other[0] = other[0] & !KEPT | mac[0] & KEPT;
        other
    }

    /// The bits of the first `len` that are flipped. What an address is shows only
    /// as far as the prefix goes, so every decision is made from earlier bits.
    fn flips_v6(&self, bits: u128, len: u8) -> u128 {
        let mut flips = self.pan.flips(bits, len);
        for Inside { bits, runs } in self.classes.inside(bits).into_iter().flatten() {
            let alone = self.pan.flips(bits, 32);
            for run in runs.into_iter().flatten() {
                flips &= !ones(run.at, run.len);
                flips |= (alone & ones(run.of, run.len)) << run.of >> run.at;
            }
        }
        let kept = ones(0, self.classes.kept(bits)) | self.classes.also_kept(bits);
        flips & !kept
    }
}

#[cfg(test)]
#[path = "anonymizer_tests.rs"]
mod tests;
