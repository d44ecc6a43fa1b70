//! ERF: the record's type says what it holds.

use super::Family;
use super::ethernet::FCS_LEN;
use super::ppp;
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
        1 | 10 | 15 | 19 => ppp::open_serial(padded(&record, body)),
        // Ethernet, plain, colored, with a hash.
        2 | 11 | 16 | 20 => {
            let frame = padded(&record, body.skip(ETHERNET_PAD)?);
            frame.with_trailer(FCS_LEN).is(Next::Ethernet)
        }
        // AAL5, of one channel or of one of many.
        4 => padded(&record, body.skip(CELL_HEADER_LEN)?).is(Next::Atm),
        9 => padded(&record, body.skip(CHANNEL_LEN + CELL_HEADER_LEN)?).is(Next::Atm),
        // HDLC of one channel of many.
        5 | 17 => ppp::open_serial(padded(&record, body.skip(CHANNEL_LEN)?)),
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
