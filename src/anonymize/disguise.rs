//! What becomes of the addresses in a result that is handed on.

use super::anonymizer::Anonymizer;
use super::classes::{Classes, cut};
use super::key::SecretKey;
use crate::model::{IpAddress, IpVersion, Prefix, PrefixLens, TunnelOptions};

/// Addresses are cut, then anonymised; either may be left out.
#[derive(Debug)]
pub struct Disguise {
    anonymizer: Option<Anonymizer>,
    truncate: Option<(PrefixLens, Classes)>,
}

impl Disguise {
    /// With a key, with lengths to cut to, with both or neither.
    #[must_use]
    pub fn new(
        key: Option<&SecretKey>,
        truncate: Option<PrefixLens>,
        configured: &TunnelOptions,
    ) -> Self {
        Self {
            anonymizer: key.map(|key| Anonymizer::new(key, configured)),
            truncate: truncate.map(|lens| (lens, Classes::new(configured))),
        }
    }

    /// What a prefix becomes. One that is cut is shorter; where an IPv4 address
    /// lies within an IPv6 one, as much of it goes as of one that stands alone.
    #[must_use]
    pub fn prefix(&self, prefix: Prefix) -> Prefix {
        let (version, address) = (prefix.version(), prefix.address());
        let cut_to = self.truncate.as_ref().map_or(prefix.len(), |(lens, classes)| {
            let short = Prefix::new(version, address, prefix.len().min(lens.len(version)));
            cut(classes, short, lens.len(IpVersion::V4))
        });
        let prefix = Prefix::new(version, address, cut_to);
        self.anonymizer.as_ref().map_or(prefix, |anonymizer| anonymizer.prefix(prefix))
    }

    /// What an address becomes: where it is cut, the first of its prefix.
    #[must_use]
    pub fn address(&self, version: IpVersion, address: IpAddress) -> IpAddress {
        self.prefix(Prefix::new(version, address, version.address_bits())).address()
    }

    /// What an Ethernet address becomes: it is anonymised, and where addresses are
    /// only cut, the half that its maker numbers is zero.
    #[must_use]
    pub fn mac(&self, mac: [u8; 6]) -> [u8; 6] {
        match (&self.anonymizer, &self.truncate) {
            (Some(anonymizer), _) => anonymizer.mac(mac),
            (None, Some(_)) => [mac[0], mac[1], mac[2], 0, 0, 0],
            (None, None) => mac,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn disguise(with_key: bool) -> Disguise {
        let key: [u8; 32] = std::array::from_fn(|at| u8::try_from(at).unwrap());
        let lens = PrefixLens::new(24, 48).unwrap();
        let key = SecretKey::from(key);
        Disguise::new(with_key.then_some(&key), Some(lens), &TunnelOptions::default())
    }

    #[test]
    fn prefixes_are_cut_to_the_lengths_and_no_longer() {
        let cut = |prefix: &str| disguise(false).prefix(prefix.parse().unwrap()).to_string();
        assert_eq!(cut("192.0.2.1/32"), "192.0.2.0/24");
        assert_eq!(cut("192.0.0.0/16"), "192.0.0.0/16");
        assert_eq!(cut("2001:db8:1:2::3/128"), "2001:db8:1::/48");
        assert_eq!(cut("2002:c000:221::/48"), "2002:c000:200::/40");
    }

    #[test]
    fn what_is_cut_is_anonymised_afterwards() {
        let both = disguise(true);
        let one = both.prefix("192.0.2.1/32".parse().unwrap());
        assert_eq!(one, both.prefix("192.0.2.200/32".parse().unwrap()));
        assert_eq!((one.len(), one.to_string().as_str()), (24, "2.90.93.0/24"));
        let mac = both.mac([0x02, 0, 0x5e, 1, 2, 3]);
        assert_eq!(mac[0] & 3, 2);
        assert_ne!(mac, [0x02, 0, 0x5e, 1, 2, 3]);
        assert_eq!(disguise(false).mac([1, 2, 3, 4, 5, 6]), [1, 2, 3, 0, 0, 0]);
    }
}
