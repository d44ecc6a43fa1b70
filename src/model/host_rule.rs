//! Rules that tie the addresses of a host or customer in both families.

use super::{InvalidPrefix, IpAddress, IpVersion, Prefix};
use std::fmt;
use std::str::FromStr;

/// IPv6 addresses that hold an IPv4 address in part: the bits behind the IPv6 prefix
/// are those behind the IPv4 prefix.
///
/// `2001:db8:100::/40=10.1.0.0/16` gives the customer of 10.1.2.3 the prefix
/// 2001:db8:102:300::/56; `2001:db8:64::/96=0.0.0.0/0` is for addresses that end in a
/// whole IPv4 address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HostRule {
    v6: Prefix,
    v4: Prefix,
}

impl HostRule {
    /// The IPv4 address of the host that an address is of, where the rule ties it.
    #[must_use]
    pub fn host(&self, version: IpVersion, address: IpAddress) -> Option<IpAddress> {
        match version {
            IpVersion::V4 => self.v4.contains(version, address).then_some(address),
            IpVersion::V6 if self.v6.contains(version, address) => {
                let behind = address.bits().checked_shl(self.v6.len().into()).unwrap_or(0);
                let host = IpAddress::from_bits(behind).masked(32 - self.v4.len()).bits();
                let host = host >> self.v4.len();
                Some(IpAddress::from_bits(self.v4.address().bits() | host))
            }
            IpVersion::V6 => None,
        }
    }

    /// The host of the first rule that ties an address.
    #[must_use]
    pub fn first(rules: &[Self], version: IpVersion, address: IpAddress) -> Option<IpAddress> {
        rules.iter().find_map(|rule| rule.host(version, address))
    }
}

/// The text is no rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidHostRule {
    /// Not two prefixes.
    #[error("expected V6PREFIX=V4PREFIX, such as 2001:db8:100::/40=10.1.0.0/16")]
    Syntax,
    /// One of them is none.
    #[error(transparent)]
    Prefix(#[from] InvalidPrefix),
    /// They are not of IPv6 and of IPv4, in this order.
    #[error("expected a prefix of IPv6, and one of IPv4 behind the equals sign")]
    Families,
    /// There is no room for the bits of the IPv4 address.
    #[error("behind the IPv6 prefix there are fewer bits than behind the IPv4 prefix")]
    Room,
}

impl FromStr for HostRule {
    type Err = InvalidHostRule;

    fn from_str(text: &str) -> Result<Self, InvalidHostRule> {
        let (v6, v4) = text.split_once('=').ok_or(InvalidHostRule::Syntax)?;
        let (v6, v4): (Prefix, Prefix) = (v6.parse()?, v4.parse()?);
        if (v6.version(), v4.version()) != (IpVersion::V6, IpVersion::V4) {
            return Err(InvalidHostRule::Families);
        }
        match v6.len() + (32 - v4.len()) <= 128 {
            true => Ok(Self { v6, v4 }),
            false => Err(InvalidHostRule::Room),
        }
    }
}

impl fmt::Display for HostRule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}={}", self.v6, self.v4)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn host(rule: &str, address: &str) -> Option<String> {
        let rule: HostRule = rule.parse().expect(rule);
        let (version, address) = match address.parse().expect(address) {
            std::net::IpAddr::V4(v4) => (IpVersion::V4, IpAddress::from_v4(v4.octets())),
            std::net::IpAddr::V6(v6) => (IpVersion::V6, IpAddress::from_v6(v6.octets())),
        };
        rule.host(version, address).map(|host| host.to_std(IpVersion::V4).to_string())
    }

    #[test]
    fn both_addresses_of_a_host_give_the_same() {
        let rule = "2001:db8:100::/40=10.1.0.0/16";
        assert_eq!(host(rule, "10.1.2.3").as_deref(), Some("10.1.2.3"));
        assert_eq!(host(rule, "2001:db8:102:300::7").as_deref(), Some("10.1.2.3"));
        assert_eq!(host(rule, "2001:db8:102:3ff:1::").as_deref(), Some("10.1.2.3"));
        assert_eq!(host(rule, "2001:db8:200::7"), None);
        assert_eq!(host(rule, "10.2.2.3"), None);
        let whole = "2001:db8:64::/96=0.0.0.0/0";
        assert_eq!(host(whole, "2001:db8:64::192.0.2.1").as_deref(), Some("192.0.2.1"));
        let one = "2001:db8::1/128=192.0.2.1/32";
        assert_eq!(host(one, "2001:db8::1").as_deref(), Some("192.0.2.1"));
    }

    #[test]
    fn what_is_no_rule_is_told() {
        let error = |text: &str| text.parse::<HostRule>().unwrap_err();
        assert_eq!(error("2001:db8::/32"), InvalidHostRule::Syntax);
        assert_eq!(error("10.0.0.0/8=2001:db8::/32"), InvalidHostRule::Families);
        assert_eq!(error("2001:db8::/97=0.0.0.0/0"), InvalidHostRule::Room);
        assert!(matches!(error("2001:db8::1/32=10.0.0.0/8"), InvalidHostRule::Prefix(_)));
        let text = "2001:db8:100::/40=10.1.0.0/16";
        assert_eq!(text.parse::<HostRule>().expect(text).to_string(), text);
    }
}
