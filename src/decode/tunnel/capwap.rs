//! CAPWAP data: frames of stations, as a radio or as Ethernet sends them.

use super::super::link::FirstHeader;
use super::inside::{Inside, Opened, Proof};
use super::span::Span;
use crate::model::{Encapsulation, TunnelLayer};
use crate::wire::HeaderError;
use crate::wire::capwap::{Capwap, CapwapDtls, CapwapPayload};
use crate::wire::ieee80211::FrameControl;

/// Opens a datagram that holds a whole frame, or the record of DTLS that does.
pub(super) fn open(span: Span<'_>) -> Result<Opened<'_>, HeaderError> {
    if CapwapDtls::new_checked(span.bytes()).is_ok_and(CapwapDtls::is_data) {
        return open_dtls(span);
    }
    let header = Capwap::new_checked(span.bytes())?;
    if !header.is_valid() {
        return Err(HeaderError::Malformed);
    }
    let frame = span.skip(header.header_len())?;
    let inside = match header.payload() {
        CapwapPayload::Ieee8023 => Inside::Link(FirstHeader::Ethernet, frame),
        CapwapPayload::Ieee80211 => Inside::Link(radio_frame(frame), frame),
        _ => return Err(HeaderError::Malformed),
    };
    Ok(opened(Proof::of_header(header.is_exact()), inside))
}

/// Many access points send the frame control field with its octets swapped, and
/// no header says so. The version, in the low bits of the octet that should come
/// first, is always 0; where it is not, the other octet is asked.
fn radio_frame(frame: Span<'_>) -> FirstHeader {
    match FrameControl::new_checked(frame.bytes()) {
        Ok(control) if control.version() != 0 && control.swapped().version() == 0 => {
            FirstHeader::SwappedIeee80211
        }
        _ => FirstHeader::Ieee80211,
    }
}

fn open_dtls(span: Span<'_>) -> Result<Opened<'_>, HeaderError> {
    let header = CapwapDtls::new_checked(span.bytes())?;
    let record = span.skip(CapwapDtls::LEN)?;
    if u64::from(header.record_len()) > record.declared() {
        return Err(HeaderError::Malformed);
    }
    Ok(opened(Proof::Header, Inside::Opaque))
}

fn opened(proof: Proof, inside: Inside<'_>) -> Opened<'_> {
    Opened { mechanism: Encapsulation::Capwap, layer: Some(TunnelLayer::Capwap), proof, inside }
}

#[cfg(test)]
mod tests {
    use super::super::packets::*;
    use super::*;
    use crate::model::IpVersion;

    /// A header of 8 octets with these flags of the binding and the frame.
    fn capwap(binding: u8, flags: u8, frame: &[&[u8]]) -> Octets {
        let header = [0, 0x10, binding, flags, 0, 0, 0, 0];
        datagram(5247, &octets(&[&header, &octets(frame)]))
    }

    const SNAP: [u8; 8] = [0xaa, 0xaa, 3, 0, 0, 0, 0x86, 0xdd];

    #[test]
    fn frames_of_both_kinds_are_opened() {
        let six = inner_ipv6();
        let packet = capwap(0x42, 0, &[&ethernet(0x86dd), &six]);
        let path = "ipv4/udp/capwap/ethernet/ipv6";
        assert_opened(&packet, Encapsulation::Capwap, path, IpVersion::V6);
        assert_cuts(&packet, Encapsulation::Capwap, 50, ProvenBy::Header);
        let path = "ipv4/udp/capwap/wlan/ipv6";
        for (control, sequence) in [([8, 1], [0x10, 1]), ([1, 8], [1, 0x10]), ([2, 8], [1, 0x10])] {
            let frame = [&control, &[0; 20][..], &sequence, &SNAP, &six].concat();
            let packet = capwap(0x43, 0, &[&frame]);
            assert_opened(&packet, Encapsulation::Capwap, path, IpVersion::V6);
            assert_cuts(&packet, Encapsulation::Capwap, 68, ProvenBy::Header);
        }
    }

    #[test]
    fn a_record_of_dtls_is_opaque() {
        let header = [1, 0, 0, 0, 23, 0xfe, 0xfd, 0, 1, 0, 0, 0, 0, 0, 9, 0, 40];
        let packet = datagram(5247, &octets(&[&header, &[0xa5; 40]]));
        assert_closed(&packet, Encapsulation::Capwap, "ipv4/udp/capwap", true);
        assert_opaque_cuts(&packet, Encapsulation::Capwap, 45);
        assert_native(&datagram(5247, &octets(&[&header, &[0xa5; 39]])));
    }

    #[test]
    fn what_holds_no_whole_frame_is_native() {
        let six = inner_ipv6();
        assert_native(&capwap(0x42, 0x08, &[&ethernet(0x86dd), &six]));
        assert_native(&capwap(0x42, 0x80, &[&ethernet(0x86dd), &six]));
        assert_native(&capwap(0x45, 0, &[&ethernet(0x86dd), &six]));
        assert_native(&capwap(0x42, 0, &[&ethernet(0x0800), &six]));
        assert_native(&datagram(5247, &[0xa5; 60]));
    }
}
