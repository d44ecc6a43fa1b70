//! Names and fields of the link layer's headers.

use super::super::link::Next;
use super::field::{Field, field, u16_at};
use super::recorder::{Named, whole};
use crate::model::EtherType;
use crate::wire::mpls::LabelStackEntry;

/// What the bytes of one header of the link layer are.
pub(super) fn named(next: Next, bytes: &[u8], last: bool) -> Vec<Named> {
    let name = match next {
        Next::LinkType(link_type) => format!("header of link type {link_type}"),
        Next::Ethernet => "Ethernet".to_owned(),
        Next::EtherType(ether_type) => tag(ether_type, last),
        Next::Llc => "LLC".to_owned(),
        Next::Atm => "ATM".to_owned(),
        Next::Nlpid => "network layer protocol identifier".to_owned(),
        Next::Pppoe => "PPPoE".to_owned(),
        Next::Mpls => "MPLS".to_owned(),
        Next::Ppp => "PPP framing".to_owned(),
        Next::PppProtocol => "PPP".to_owned(),
        Next::CiscoHdlc => "Cisco HDLC".to_owned(),
        Next::FrameRelay => "Frame Relay".to_owned(),
        Next::Ieee80211(_) => "IEEE 802.11".to_owned(),
        Next::Ip(_) => "IP".to_owned(),
        Next::NotIp(what) => format!("not IP: {what}"),
    };
    let fields = fields(next, bytes);
    vec![whole(&name, bytes, fields)]
}

/// What an EtherType makes of the bytes behind it: a tag, where a header
/// follows them, else a payload.
fn tag(ether_type: EtherType, last: bool) -> String {
    let EtherType(number) = ether_type;
    let name = match number {
        0x8100 => "IEEE 802.1Q tag",
        0x88a8 => "IEEE 802.1ad service tag",
        0x9100 | 0x9200 | 0x9300 => "VLAN tag of before IEEE 802.1ad",
        0x88e5 => "MACsec",
        0x88e7 => "IEEE 802.1ah service tag",
        0x894f => "NSH",
        0x22f3 => "TRILL",
        0x8903 => "FabricPath tag",
        0x893f => "IEEE 802.1BR tag",
        0x8926 => "VN-Tag",
        0x8909 => "Cisco metadata",
        0xf1c1 => "IEEE 802.1CB tag",
        0x892f => "HSR tag",
        0xd28b => "Arista timestamp",
        _ if last => return format!("payload of EtherType 0x{number:04x}"),
        _ => return format!("header of EtherType 0x{number:04x}"),
    };
    name.to_owned()
}

fn fields(next: Next, bytes: &[u8]) -> Vec<Field> {
    let hex = |value: Option<u16>| value.map(|value| format!("0x{value:04x}"));
    let fields: Vec<Option<Field>> = match next {
        Next::Ethernet => vec![
            field("destination", mac(bytes, 0)),
            field("source", mac(bytes, 6)),
            field("type", hex(u16_at(bytes, 12))),
        ],
        Next::EtherType(EtherType(0x8100 | 0x88a8 | 0x9100 | 0x9200 | 0x9300)) => vec![
            field("vlan", u16_at(bytes, 0).map(|control| control & 0x0fff)),
            field("priority", u16_at(bytes, 0).map(|control| control >> 13)),
            field("type", hex(u16_at(bytes, 2))),
        ],
        Next::Pppoe => vec![field("session", hex(u16_at(bytes, 2)))],
        Next::PppProtocol => vec![field("protocol", ppp_protocol(bytes))],
        Next::Mpls => vec![Some(("labels", labels(bytes)))],
        Next::Llc => vec![
            field("dsap", bytes.first().map(|sap| format!("0x{sap:02x}"))),
            field("ssap", bytes.get(1).map(|sap| format!("0x{sap:02x}"))),
        ],
        _ => Vec::new(),
    };
    fields.into_iter().flatten().collect()
}

fn mac(bytes: &[u8], at: usize) -> Option<String> {
    let octets: &[u8; 6] = bytes.get(at..)?.first_chunk()?;
    Some(octets.map(|octet| format!("{octet:02x}")).join(":"))
}

fn ppp_protocol(bytes: &[u8]) -> Option<String> {
    let protocol = crate::wire::ppp::Protocol::new_checked(bytes).ok()?;
    Some(format!("0x{:04x}", protocol.number()))
}

/// The labels from the top of the stack to its bottom.
fn labels(bytes: &[u8]) -> String {
    let mut labels = Vec::new();
    for entry in bytes.chunks_exact(LabelStackEntry::LEN) {
        let Ok(entry) = LabelStackEntry::new_checked(entry) else { break };
        labels.push(entry.label().to_string());
        if entry.is_bottom() {
            break;
        }
    }
    labels.join(", ")
}
