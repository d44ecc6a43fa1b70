//! The octet rules of MEASURE section 1, read aloud: a second implementation
//! for Ethernet with VLAN tags, as plain as it can be. It shares no code with
//! the library, looks at one octet at a time, and never at the same thing twice
//! in a clever way.

/// What a frame comes to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Account {
    /// 4, 6, or 0 for neither.
    pub version: u8,
    /// IP-layer octets.
    pub octets: u64,
    /// Octets by which the header exceeds the frame.
    pub excess: u64,
    pub captured_exceeds_original: bool,
    pub total_length_zero: bool,
    pub payload_length_zero: bool,
    pub jumbogram: bool,
}

/// The frame, by the rules.
pub fn account(captured: &[u8], original: u32, fcs_len: u8) -> Account {
    let mut account = Account {
        captured_exceeds_original: captured.len() as u64 > u64::from(original),
        ..Account::default()
    };
    let Some((ether_type, link_header)) = link(captured) else { return account };
    let packet = &captured[link_header..];
    account.version = match (ether_type, packet.first().map(|octet| octet / 16)) {
        (0x0800, None | Some(4)) => 4,
        (0x86dd, None | Some(6)) => 6,
        _ => return account,
    };
    // "the original length less the link header and a known FCS"
    let without_fcs = u64::from(original).saturating_sub(u64::from(fcs_len));
    let room = without_fcs.saturating_sub(link_header as u64);
    if account.version == 4 {
        ipv4(packet, room, &mut account);
    } else {
        ipv6(packet, room, without_fcs, &mut account);
    }
    account.excess = account.octets.saturating_sub(room);
    account
}

/// The EtherType behind all tags, and where the packet begins.
fn link(captured: &[u8]) -> Option<(u16, usize)> {
    let mut at = 12;
    loop {
        let ether_type = number(captured, at)?;
        at += 2;
        if ether_type != 0x8100 && ether_type != 0x88a8 {
            return Some((ether_type, at));
        }
        at += 2;
    }
}

fn ipv4(packet: &[u8], room: u64, account: &mut Account) {
    match number(packet, 2) {
        // "A header cut before its length field: 0 octets, the family kept."
        None => account.octets = 0,
        // "Total Length 0: the original length less the link header and a known FCS."
        Some(0) => {
            account.total_length_zero = true;
            account.octets = room;
        }
        Some(total) => account.octets = u64::from(total),
    }
}

fn ipv6(packet: &[u8], room: u64, frame: u64, account: &mut Account) {
    let Some(payload) = number(packet, 4) else { return };
    if payload > 0 {
        account.octets = 40 + u64::from(payload);
        return;
    }
    if let Some(length) = jumbo_option(packet) {
        account.jumbogram = true;
        account.octets = 40 + length;
        return;
    }
    // "Next Header not 59": it must be there to say so.
    let carries_something = packet.get(6).is_some_and(|next| *next != 59);
    // "more bytes in the frame than padding to the minimum frame explains": 64
    // octets with the FCS.
    if carries_something && frame > 60 && room > 40 {
        account.payload_length_zero = true;
        account.octets = room;
    } else {
        account.octets = 40;
    }
}

/// The length in a Jumbo Payload option of a Hop-by-Hop Options header.
fn jumbo_option(packet: &[u8]) -> Option<u64> {
    if *packet.get(6)? != 0 {
        return None;
    }
    let end = 40 + 8 + 8 * usize::from(*packet.get(41)?);
    let mut at = 42;
    while at < end {
        if *packet.get(at)? == 0 {
            at += 1;
            continue;
        }
        let length = usize::from(*packet.get(at + 1)?);
        if at + 2 + length <= end && packet[at] == 0xc2 && length == 4 {
            let high = u64::from(number(packet, at + 2)?);
            let low = u64::from(number(packet, at + 4)?);
            return Some(high * 65_536 + low);
        }
        at += 2 + length;
    }
    None
}

fn number(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from(*bytes.get(at)?) * 256 + u16::from(*bytes.get(at + 1)?))
}
