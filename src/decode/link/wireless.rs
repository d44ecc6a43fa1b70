//! IEEE 802.11, and what radios say of a frame before it.

use super::ethernet::FCS_LEN;
use super::step::{Next, Opened, Padding, Rest};
use crate::model::{NotIp, Undecodable};
use crate::wire::avs::Avs;
use crate::wire::ieee80211::{DataHeader, FrameControl, FrameType, MeshControl, SUBFRAME_LEN};
use crate::wire::radiotap::Radiotap;

/// The start of an LLC header with SNAP, which 802.11 data nearly always has.
const SNAP: [u8; 3] = [0xaa, 0xaa, 0x03];

/// Opens a radiotap header.
pub(super) fn open_radiotap(rest: Rest<'_>) -> Opened<'_> {
    let header = Radiotap::new_checked(rest.bytes)?;
    let mut frame = rest.skip(header.header_len())?;
    if header.has_fcs() {
        frame = frame.with_trailer(FCS_LEN);
    }
    let padding = if header.is_padded() { Padding::ToFour } else { Padding::None };
    frame.is(Next::Ieee80211(padding))
}

/// Opens a header of Prism or AVS.
pub(super) fn open_avs(rest: Rest<'_>) -> Opened<'_> {
    let header = Avs::new_checked(rest.bytes)?;
    rest.skip(header.header_len()?)?.is(Next::Ieee80211(Padding::None))
}

/// Opens an IEEE 802.11 header.
pub(super) fn open(padding: Padding, rest: Rest<'_>) -> Opened<'_> {
    let control = FrameControl::new_checked(rest.bytes)?;
    if control.version() != 0 {
        return Err(Undecodable::MalformedLinkHeader);
    }
    let kind = match control.frame_type() {
        FrameType::Management => "wlan:management",
        FrameType::Control => "wlan:control",
        FrameType::Extension => "wlan:extension",
        FrameType::Data if control.is_null() => "wlan:null",
        FrameType::Data if control.is_protected() => return Err(Undecodable::EncryptedLink),
        FrameType::Data => return open_data(padding, rest),
    };
    rest.is(Next::NotIp(NotIp::Named(kind)))
}

/// Opens the header of a data frame that can be read.
fn open_data(padding: Padding, rest: Rest<'_>) -> Opened<'_> {
    let header = DataHeader::new_checked(rest.bytes)?;
    let len = match padding {
        Padding::None => header.header_len(),
        Padding::ToFour => header.header_len().next_multiple_of(4),
    };
    let body = rest.skip(len)?;
    if header.is_later_fragment() {
        return body.is(Next::NotIp(NotIp::Named("wlan:fragment")));
    }
    if header.is_aggregate() {
        return body.skip(SUBFRAME_LEN)?.is(Next::Llc);
    }
    if header.may_be_mesh() {
        if let Some(payload) = behind_mesh_control(body) {
            return payload.is(Next::Llc);
        }
    }
    body.is(Next::Llc)
}

/// The payload behind a mesh control field, where there evidently is one: the
/// frame itself does not say whether its network is a mesh.
fn behind_mesh_control(body: Rest<'_>) -> Option<Rest<'_>> {
    let control = MeshControl::new_checked(body.bytes).ok()?;
    let payload = body.skip(control.header_len()?).ok()?;
    payload.bytes.starts_with(&SNAP).then_some(payload)
}
