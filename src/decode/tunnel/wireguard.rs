//! WireGuard: opaque, but its messages have a form.

use super::inside::{Inside, Opened, Proof};
use super::span::Span;
use crate::model::{Encapsulation, TunnelLayer};
use crate::wire::HeaderError;
use crate::wire::wireguard::{Message, WireGuard};

/// Knows a message by its type and its length.
pub(super) fn open(span: Span<'_>) -> Result<Opened<'_>, HeaderError> {
    let inside = match WireGuard::new_checked(span.bytes())?.message(span.declared())? {
        Message::Handshake => Inside::Nothing,
        Message::Data => Inside::Opaque,
    };
    Ok(Opened {
        mechanism: Encapsulation::WireGuard,
        layer: Some(TunnelLayer::WireGuard),
        proof: Proof::Header,
        inside,
    })
}

#[cfg(test)]
mod tests {
    use super::super::packets::*;
    use super::*;

    #[test]
    fn messages_are_known_by_their_form() {
        let message = |kind: u8, octets: usize| {
            let mut bytes = vec![0xa5; octets];
            bytes[..4].copy_from_slice(&[kind, 0, 0, 0]);
            datagram(51820, &bytes)
        };
        let path = "ipv4/udp/wireguard";
        assert_closed(&message(4, 128), Encapsulation::WireGuard, path, true);
        assert_opaque_cuts(&message(4, 128), Encapsulation::WireGuard, 32);
        for (kind, octets) in [(1, 148), (2, 92), (3, 64), (4, 32)] {
            assert_closed(&message(kind, octets), Encapsulation::WireGuard, path, false);
            assert_native(&message(kind, octets + 1));
        }
        assert_native(&datagram(51820, &[0xa5; 128]));
        // The length is that of the datagram, not of what was captured.
        let cut = opened_cut(Default::default(), &message(4, 128), 32);
        assert_eq!(cut.encapsulation, Encapsulation::WireGuard);
        let too_short = opened_cut(Default::default(), &message(4, 128), 31);
        assert_eq!(too_short.encapsulation, Encapsulation::Native);
    }
}
