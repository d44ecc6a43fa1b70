//! Headers of capturing software that name the link type of what they hold.

use super::assigned;
use super::ethernet::FCS_LEN;
use super::step::{Next, Opened, Rest};
use crate::model::{LinkType, NotIp, Undecodable};
use crate::wire::HeaderError;
use crate::wire::pktap::Pktap;
use crate::wire::ppi::Ppi;

/// Opens a PPI header.
pub(super) fn open_ppi(rest: Rest<'_>) -> Opened<'_> {
    let header = Ppi::new_checked(rest.bytes)?;
    let link_type = in_files(header.link_type())?;
    let mut frame = rest.skip(header.header_len())?;
    if link_type == assigned::IEEE802_11 && header.has_fcs() {
        frame = frame.with_trailer(FCS_LEN);
    }
    frame.is(Next::LinkType(link_type))
}

/// Opens a packet tap's header.
pub(super) fn open_pktap(rest: Rest<'_>) -> Opened<'_> {
    let header = Pktap::new_checked(rest.bytes)?;
    let frame = rest.skip(header.header_len()?)?;
    if header.is_packet() {
        frame.is(Next::LinkType(in_files(header.link_type())?))
    } else {
        frame.is(Next::NotIp(NotIp::Named("pktap:no packet")))
    }
}

/// The number in files (LINKTYPE_) of a number in memory (DLT_): they are the
/// same but for the few that systems disagreed upon.
fn in_files(number: u32) -> Result<LinkType, Undecodable> {
    const DLT_ATM_RFC1483: u32 = 11;
    match number {
        DLT_ATM_RFC1483 => Ok(assigned::ATM_RFC1483),
        _ => u16::try_from(number).map(LinkType).map_err(|_| Undecodable::MalformedLinkHeader),
    }
}

/// Opens the header of Symantec's Enterprise Firewall: the EtherType is in one
/// place up to version 2, in another since.
pub(super) fn open_symantec(rest: Rest<'_>) -> Opened<'_> {
    const ETHER_TYPE: usize = 6;
    const LEN: usize = 44;
    const ETHER_TYPE_V3: usize = 36;
    const LEN_V3: usize = 56;
    let header: &[u8; LEN] = rest.bytes.first_chunk().ok_or(HeaderError::Truncated)?;
    let is_v3 = header[ETHER_TYPE] == 0 && header[ETHER_TYPE + 1] == 0;
    let (at, len) = if is_v3 { (ETHER_TYPE_V3, LEN_V3) } else { (ETHER_TYPE, LEN) };
    let step = rest.skip(at)?.ether_type_after(0)?;
    rest.skip(len)?.is(step.next)
}
