//! ESP over IP and over UDP (RFC 3948): a secret, unless it is only
//! authenticated and that is certain.

use super::super::link::Family;
use super::inner::{self, Found, ZeroLength};
use super::inside::{Inside, Opened, Proof};
use super::span::Span;
use crate::model::{Encapsulation, IpProtocol, TunnelLayer};
use crate::wire::HeaderError;
use crate::wire::esp::{Esp, clear_payload};

/// Octets of an initialization vector: none, or that of AES-GMAC (RFC 4543).
const VECTORS: [usize; 2] = [0, 8];
/// Octets of an integrity check value: none, and those of the algorithms of RFC
/// 8221.
const CHECK_VALUES: [usize; 5] = [0, 12, 16, 24, 32];
/// Octets of the smallest packet: header, one word with the trailer, and the
/// shortest integrity check value that is in use.
const MIN_LEN: u64 = 8 + 4 + 8;
/// A packet ends on a word (RFC 4303, section 2.4).
const WORD: u64 = 4;

/// Knows a datagram by what RFC 3948 tells it from: the one octet that keeps a
/// mapping alive, and IKE, whose marker is an SPI of 0. That a secret is ESP
/// cannot be proven; all of its form that can be seen must be right.
pub(super) fn open_datagram(span: Span<'_>) -> Result<Opened<'_>, HeaderError> {
    let octets = span.declared();
    let is_sent = Esp::new_checked(span.bytes())?.is_valid();
    if !is_sent || octets < MIN_LEN || !octets.is_multiple_of(WORD) {
        return Err(HeaderError::Malformed);
    }
    Ok(Opened {
        mechanism: Encapsulation::Esp,
        layer: Some(TunnelLayer::Esp),
        proof: Proof::Header,
        inside: inside(span),
    })
}

/// What a packet carries: a secret, or an IP packet in the clear (RFC 2410) where
/// every octet was captured, the trailer says IP, its padding is as it should be,
/// and the length of the header inside is exactly what is left.
pub(super) fn inside(span: Span<'_>) -> Inside<'_> {
    let Ok(payload) = span.skip(Esp::LEN) else { return Inside::Opaque };
    if !payload.is_whole() {
        return Inside::Opaque;
    }
    let starts = VECTORS.into_iter().filter_map(|octets| payload.skip(octets).ok());
    let mut clear = starts.flat_map(|start| {
        CHECK_VALUES.into_iter().filter_map(move |check_value| in_the_clear(start, check_value))
    });
    clear.next().unwrap_or(Inside::Opaque)
}

fn in_the_clear(span: Span<'_>, check_value: usize) -> Option<Inside<'_>> {
    let end = span.bytes().len().checked_sub(check_value)?;
    let (payload, next_header) = clear_payload(&span.bytes()[..end])?;
    let family = match IpProtocol(next_header) {
        IpProtocol::IPV4 => Family::V4,
        IpProtocol::IPV6 => Family::V6,
        _ => return None,
    };
    let packet = span.first(payload.len()).ok()?;
    match inner::ip(family, packet, ZeroLength::Invalid) {
        Found::Ip(inner) if inner.header.octets == packet.declared() => {
            Some(Inside::Ip(family, packet))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::super::packets::*;
    use super::*;
    use crate::model::IpVersion;

    const HEADER: [u8; 8] = [0, 0, 0x10, 0, 0, 0, 0, 1];

    #[test]
    fn a_secret_stays_one() {
        let secret = octets(&[&HEADER, &[0xa5; 60]]);
        assert_closed(&ipv4(50, &secret), Encapsulation::Esp, "ipv4/esp", true);
        assert_closed(&ipv6(50, &[]), Encapsulation::Esp, "ipv6/esp", true);
        assert_opaque_cuts(&ipv4(50, &secret), Encapsulation::Esp, 0);
    }

    #[test]
    fn what_is_only_authenticated_is_opened_where_all_of_it_fits() {
        let six = inner_ipv6();
        for check_value in CHECK_VALUES {
            let packet = octets(&[&HEADER, &six, &[1, 2, 2, 41], &[0xa5; 32][..check_value]]);
            let packet = ipv4(50, &packet);
            assert_opened(&packet, Encapsulation::Esp, "ipv4/esp/ipv6", IpVersion::V6);
            for captured in 20..packet.len() {
                let cut = opened_cut(Default::default(), &packet, captured);
                let seen = (cut.encapsulation, cut.inner, cut.inner_unknown);
                assert_eq!(seen, (Encapsulation::Esp, None, true), "{captured} octets");
            }
        }
        let vector = octets(&[&HEADER, &[7; 8], &inner_ipv4(), &[1, 2, 2, 4], &[0xa5; 16]]);
        assert_opened(&ipv4(50, &vector), Encapsulation::Esp, "ipv4/esp/ipv4", IpVersion::V4);
        for trailer in [[1, 2, 2, 17], [1, 2, 3, 41], [2, 1, 2, 41]] {
            let packet = ipv4(50, &octets(&[&HEADER, &six, &trailer, &[0xa5; 12]]));
            assert_closed(&packet, Encapsulation::Esp, "ipv4/esp", true);
        }
    }

    #[test]
    fn in_udp_only_what_has_its_form_is_esp() {
        let path = "ipv4/udp/esp";
        let secret = octets(&[&HEADER, &[0xa5; 60]]);
        assert_closed(&datagram(4500, &secret), Encapsulation::Esp, path, true);
        assert_opaque_cuts(&datagram(4500, &secret), Encapsulation::Esp, 36);
        // A keepalive, IKE, a reserved SPI, no sequence number, no whole words.
        assert_native(&datagram(4500, &[0xff]));
        assert_native(&datagram(4500, &octets(&[&[0; 4], &[0x21; 60]])));
        assert_native(&datagram(4500, &octets(&[&[0, 0, 0, 9], &[0xa5; 60]])));
        assert_native(&datagram(4500, &octets(&[&[9, 9, 9, 9, 0, 0, 0, 0], &[0xa5; 60]])));
        assert_native(&datagram(4500, &octets(&[&HEADER, &[0xa5; 61]])));
    }
}
