//! IEEE 802.11, and what radios say of a frame before it.

use super::ethernet::FCS_LEN;
use super::step::{Next, Opened, Rest, WlanForm};
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
    let form = if header.is_padded() { WlanForm::PaddedToFour } else { WlanForm::AsSent };
    frame.is(Next::Ieee80211(form))
}

/// Opens a header of Prism or AVS.
pub(super) fn open_avs(rest: Rest<'_>) -> Opened<'_> {
    let header = Avs::new_checked(rest.bytes)?;
    rest.skip(header.header_len()?)?.is(Next::Ieee80211(WlanForm::AsSent))
}

/// Opens an IEEE 802.11 header.
pub(super) fn open(form: WlanForm, rest: Rest<'_>) -> Opened<'_> {
    let mut control = FrameControl::new_checked(rest.bytes)?;
    if form == WlanForm::Swapped {
        control = control.swapped();
    }
    if control.version() != 0 {
        return Err(Undecodable::MalformedLinkHeader);
    }
    let kind = match control.frame_type() {
        FrameType::Management => "wlan:management",
        FrameType::Control => "wlan:control",
        FrameType::Extension => "wlan:extension",
        FrameType::Data if control.is_null() => "wlan:null",
        FrameType::Data if control.is_protected() => return Err(Undecodable::EncryptedLink),
        FrameType::Data => return open_data(form, control, rest),
    };
    rest.is(Next::NotIp(NotIp::Named(kind)))
}

/// Opens the header of a data frame that can be read.
fn open_data(form: WlanForm, control: FrameControl, rest: Rest<'_>) -> Opened<'_> {
    let mut header = DataHeader::new_checked(control, rest.bytes)?;
    if form == WlanForm::Swapped {
        header = header.with_swapped_sequence();
    }
    let len = match form {
        WlanForm::AsSent | WlanForm::Swapped => header.header_len(),
        WlanForm::PaddedToFour => header.header_len().next_multiple_of(4),
    };
    let body = rest.skip(len)?;
    if header.is_later_fragment() {
        return body.is(Next::NotIp(NotIp::Named("wlan:fragment")));
    }
    if header.is_aggregate() {
        return body.skip(SUBFRAME_LEN)?.is(Next::Llc);
    }
    if header.may_be_mesh()
        && let Some(payload) = behind_mesh_control(body)
    {
        return payload.is(Next::Llc);
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

#[cfg(test)]
mod tests {
    use super::super::Family;
    use super::super::assigned::*;
    use super::super::layers::*;
    use super::*;

    /// A header with three addresses; the rest is the caller's.
    fn header(control: [u8; 2]) -> Layer {
        [control.to_vec(), vec![0, 0], addresses(), vec![2, 0, 0x5e, 0, 0x53, 3, 0x10, 0]].concat()
    }

    fn radiotap(flags: u8) -> Layer {
        // TSFT and Flags behind two words of present bits.
        let mut header = octets([0, 0, 25, 0, 3, 0, 0, 0x80, 0, 0, 0, 0, 0, 0, 0, 0]);
        header.extend([1, 2, 3, 4, 5, 6, 7, 8, flags]);
        header
    }

    const QOS: [u8; 2] = [0, 0];

    #[test]
    fn data_frames_hold_llc_behind_headers_of_several_lengths() {
        let layers = [header([0x08, 0x01]), snap(0x0800), ipv4()];
        assert_ip(IEEE802_11, Family::V4, &layers);
        let layers = [header([0x88, 0x01]), octets(QOS), snap(0x86dd), ipv6()];
        assert_ip(IEEE802_11, Family::V6, &layers);
        let address_4 = octets([2, 0, 0x5e, 0, 0x53, 4]);
        let layers = [header([0x88, 0x03]), address_4, octets(QOS), snap(0x0800), ipv4()];
        assert_ip(IEEE802_11, Family::V4, &layers);
        let ht_control = octets([1, 2, 3, 4]);
        let layers = [header([0x88, 0x81]), octets(QOS), ht_control, snap(0x0800), ipv4()];
        assert_ip(IEEE802_11, Family::V4, &layers);
        let layers = [header([0x08, 0x81]), snap(0x0800), ipv4()];
        assert_ip(IEEE802_11, Family::V4, &layers);
    }

    #[test]
    fn other_frames_are_named() {
        for (control, what) in [
            (0x80, "wlan:management"),
            (0xd4, "wlan:control"),
            (0x48, "wlan:null"),
            (0xc8, "wlan:null"),
            (0x0c, "wlan:extension"),
        ] {
            assert_not_ip(IEEE802_11, NotIp::Named(what), &[octets([control, 0]), ipv4()]);
        }
        let protected = [header([0x08, 0x41]), snap(0x0800), ipv4()];
        assert_undecodable(IEEE802_11, Undecodable::EncryptedLink, &protected);
        let version = [header([0x09, 0x01]), snap(0x0800), ipv4()];
        assert_undecodable(IEEE802_11, Undecodable::MalformedLinkHeader, &version);
        let mut later = header([0x08, 0x01]);
        later[22] = 0x11;
        let what = NotIp::Named("wlan:fragment");
        assert_not_ip(IEEE802_11, what, &[later, snap(0x0800), ipv4()]);
    }

    #[test]
    fn the_first_subframe_of_an_aggregate_counts() {
        let subframe = ethernet(28);
        let layers = [header([0x88, 0x01]), octets([0x80, 0]), subframe, snap(0x0800), ipv4()];
        assert_ip(IEEE802_11, Family::V4, &layers);
    }

    #[test]
    fn mesh_control_is_skipped_where_it_is_evident() {
        let qos = octets([0, 1]);
        for (flags, extension) in [(0, vec![]), (1, vec![7; 6]), (2, addresses())] {
            let mesh = [vec![flags, 31, 1, 0, 0, 0], extension].concat();
            let layers = [header([0x88, 0x02]), qos.clone(), mesh, snap(0x0800), ipv4()];
            assert_ip(IEEE802_11, Family::V4, &layers);
        }
        let layers = [header([0x88, 0x02]), qos, snap(0x0800), ipv4()];
        assert_ip(IEEE802_11, Family::V4, &layers);
    }

    #[test]
    fn radiotap_tells_fcs_and_padding() {
        let frame = [header([0x88, 0x01]), octets(QOS)].concat();
        let layers = [radiotap(0x10), frame.clone(), snap(0x0800), ipv4()];
        assert_ip(IEEE802_11_RADIOTAP, Family::V4, &layers);
        assert_eq!(link(IEEE802_11_RADIOTAP, &layers).trailer, FCS_LEN);
        let layers = [radiotap(0x20), frame, octets([0, 0]), snap(0x0800), ipv4()];
        assert_ip(IEEE802_11_RADIOTAP, Family::V4, &layers);
        assert_eq!(link(IEEE802_11_RADIOTAP, &layers).trailer, 0);
        let short = [octets([0, 0, 7, 0, 0, 0, 0, 0]), header([0x08, 0x01])];
        assert_undecodable(IEEE802_11_RADIOTAP, Undecodable::MalformedLinkHeader, &short);
    }

    #[test]
    fn prism_and_avs_come_under_both_link_types() {
        let frame = [header([0x08, 0x01]), snap(0x0800)].concat();
        let mut prism = octets([0x44, 0, 0, 0, 144, 0, 0, 0]);
        prism.resize(144, 0);
        let mut avs = octets([0x80, 0x21, 0x10, 0x01, 0, 0, 0, 64]);
        avs.resize(64, 0);
        for link_type in [IEEE802_11_PRISM, IEEE802_11_AVS] {
            assert_ip(link_type, Family::V4, &[prism.clone(), frame.clone(), ipv4()]);
            assert_ip(link_type, Family::V4, &[avs.clone(), frame.clone(), ipv4()]);
        }
        let malformed = [octets([0x80, 0x21, 0x10, 0x01, 0, 0, 0, 4])];
        assert_undecodable(IEEE802_11_AVS, Undecodable::MalformedLinkHeader, &malformed);
    }
}
