//! ERF: the record's type says what it holds.

use super::Family;
use super::ethernet::FCS_LEN;
use super::step::{Next, Opened, Rest};
use crate::model::NotIp;
use crate::wire::erf::Erf;

/// Octets between the addresses of an Ethernet frame's record and its header.
const ETHERNET_PAD: usize = 2;
/// Octets of the header of a record of one channel of many.
const CHANNEL_LEN: usize = 4;
/// Octets of an ATM cell's header without its check.
const CELL_HEADER_LEN: usize = 4;

/// Opens an ERF record. Records are padded to a multiple of eight octets; what
/// is more than the wire had is no payload, nor is Ethernet's FCS.
pub(super) fn open(rest: Rest<'_>) -> Opened<'_> {
    let record = Erf::new_checked(rest.bytes)?;
    let body = rest.skip(record.header_len())?;
    match record.record_type() {
        // HDLC, plain, colored, with a hash.
        1 | 10 | 15 | 19 => padded(&record, body).is(Next::Ppp),
        // Ethernet, plain, colored, with a hash.
        2 | 11 | 16 | 20 => {
            let frame = padded(&record, body.skip(ETHERNET_PAD)?);
            frame.with_trailer(FCS_LEN).is(Next::Ethernet)
        }
        // AAL5, of one channel or of one of many.
        4 => padded(&record, body.skip(CELL_HEADER_LEN)?).is(Next::Atm),
        9 => padded(&record, body.skip(CHANNEL_LEN + CELL_HEADER_LEN)?).is(Next::Atm),
        // HDLC of one channel of many.
        5 | 17 => padded(&record, body.skip(CHANNEL_LEN)?).is(Next::Ppp),
        22 => padded(&record, body).is(Next::Ip(Family::V4)),
        23 => padded(&record, body).is(Next::Ip(Family::V6)),
        27 => body.is(Next::NotIp(NotIp::Named("erf:meta"))),
        48 => body.is(Next::NotIp(NotIp::Named("erf:pad"))),
        // Cells, InfiniBand, counters, raw links.
        _ => body.is(Next::NotIp(NotIp::Named("erf:other"))),
    }
}

/// `frame` with the record's padding told.
fn padded<'a>(record: &Erf<'_>, frame: Rest<'a>) -> Rest<'a> {
    let padding = frame.bytes.len().saturating_sub(record.wire_len());
    frame.with_trailer(u8::try_from(padding).unwrap_or(u8::MAX))
}

#[cfg(test)]
mod tests {
    use super::super::assigned::ERF;
    use super::super::layers::*;
    use super::*;

    /// A record header; the lengths are those of a packet of `wire_len` octets.
    fn erf(kind: u8, wire_len: u8) -> Layer {
        octets([0, 0, 0, 0, 0, 0, 0, 0, kind, 4, 0, 0, 0, 0, 0, wire_len])
    }

    #[test]
    fn the_type_of_the_record_says_what_it_holds() {
        let frame = [octets([0, 0]), ethernet(0x0800)].concat();
        for kind in [2, 11, 16, 20] {
            assert_ip(ERF, Family::V4, &[erf(kind, 38), frame.clone(), ipv4()]);
        }
        for kind in [1, 10, 15, 19] {
            let cisco = octets([0x0f, 0, 0x86, 0xdd]);
            assert_ip(ERF, Family::V6, &[erf(kind, 44), cisco, ipv6()]);
        }
        for kind in [5, 17] {
            let ppp = octets([0, 0, 0, 1, 0xff, 3, 0, 0x21]);
            assert_ip(ERF, Family::V4, &[erf(kind, 24), ppp, ipv4()]);
        }
        assert_ip(ERF, Family::V4, &[erf(22, 20), ipv4()]);
        assert_ip(ERF, Family::V6, &[erf(23, 40), ipv6()]);
        assert_not_ip(ERF, NotIp::Named("erf:meta"), &[erf(27, 0)]);
    }

    #[test]
    fn cells_of_adaptation_layer_5_come_reassembled() {
        let cell = octets([0, 0, 0, 1]);
        let whole = [erf(4, 28), cell.clone(), snap(0x0800), ipv4()].concat();
        let at = whole.len() - 20;
        let payload = super::super::resolve(ERF, &whole).payload;
        assert_eq!(payload, super::super::Payload::Ip { offset: at, family: Family::V4 });
        let whole = [erf(9, 28), cell.clone(), cell, snap(0x86dd), ipv6()];
        assert!(matches!(link(ERF, &whole).payload, super::super::Payload::Ip { offset: 32, .. }));
    }

    #[test]
    fn extension_headers_are_skipped() {
        let extensions = octets([0x84, 0, 0, 0, 0, 0, 0, 0, 0x05, 0, 0, 0, 0, 0, 0, 0]);
        assert_ip(ERF, Family::V4, &[erf(0x80 | 22, 20), extensions, ipv4()]);
    }

    #[test]
    fn padding_and_fcs_are_no_payload() {
        let frame = [octets([0, 0]), ethernet(0x0800)].concat();
        let fcs = octets([1, 2, 3, 4]);
        let layers = [erf(2, 38), frame, ipv4(), fcs, octets([0; 6])];
        assert_eq!(link(ERF, &layers).trailer, 6 + FCS_LEN);
    }
}
