//! Protocols by number or by the names that tools print.

use crate::fields::unsigned;
use crate::model::IpProtocol;

/// The protocol that `text` is. A name that is not known is no error, for every
/// tool has names of its own: the protocol is then unknown. A number above 255
/// is one.
#[allow(clippy::result_unit_err, reason = "the caller knows the field")]
#[inline]
pub(super) fn protocol(text: &[u8]) -> Result<Option<IpProtocol>, ()> {
    if text.first().is_some_and(u8::is_ascii_digit) {
        let number = unsigned(text).and_then(|number| u8::try_from(number).ok());
        return number.map(|number| Some(IpProtocol(number))).ok_or(());
    }
    Ok(named(text))
}

fn named(text: &[u8]) -> Option<IpProtocol> {
    let mut lower = [0; 16];
    let lower = lower.get_mut(..text.len())?;
    lower.copy_from_slice(text);
    lower.make_ascii_lowercase();
    Some(match &*lower {
        b"tcp" => IpProtocol::TCP,
        b"udp" => IpProtocol::UDP,
        b"icmp" | b"icmp4" => IpProtocol::ICMP,
        b"icmp6" | b"ipv6-icmp" | b"icmpv6" | b"ipv6icmp" | b"icmp-v6" => IpProtocol::ICMPV6,
        b"ipencap" | b"ip-encap" | b"ipnip" => IpProtocol::IPV4,
        b"ospfigp" | b"ospfigp6" => IpProtocol::OSPF,
        b"udp-lite" => IpProtocol::UDPLITE,
        b"ipv6-nonxt" | b"ipv6-no" => IpProtocol::IPV6_NONXT,
        b"ipcomp" | b"ipcomp6" => IpProtocol::IPCOMP,
        known => {
            let mut numbers = (0..=u8::MAX).map(IpProtocol);
            return numbers.find(|p| p.keyword().is_some_and(|word| word.as_bytes() == known));
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_names_are_known() {
        assert_eq!(protocol(b"6"), Ok(Some(IpProtocol::TCP)));
        assert_eq!(protocol(b"TCP"), Ok(Some(IpProtocol::TCP)));
        assert_eq!(protocol(b"IPv6-ICMP"), Ok(Some(IpProtocol::ICMPV6)));
        assert_eq!(protocol(b"gre"), Ok(Some(IpProtocol::GRE)));
        assert_eq!(protocol(b"253"), Ok(Some(IpProtocol(253))));
        assert_eq!(protocol(b"unknown_transport"), Ok(None));
        assert_eq!(protocol(b"a name that is much too long"), Ok(None));
        assert_eq!(protocol(b"256"), Err(()));
        assert_eq!(protocol(b"6x"), Err(()));
    }
}
