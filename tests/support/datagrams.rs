//! Datagrams of NetFlow and IPFIX with chosen fields, and a capture of them.

use super::{Packet, PcapFile};

/// A field of a template, by its information element (IANA; the same number in
/// NetFlow version 9).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Field {
    Octets = 1,
    Packets = 2,
    V4Source = 8,
    Input = 10,
    V4Destination = 12,
    Output = 14,
    V6Source = 27,
    V6Destination = 28,
    SamplingInterval = 34,
    Sampler = 48,
    Direction = 61,
}

impl Field {
    fn len(self) -> u16 {
        match self {
            Self::V6Source | Self::V6Destination => 16,
            Self::Direction => 1,
            _ => 4,
        }
    }

    /// The value; of an address its last octet, behind a prefix for documentation.
    fn put(self, value: u64, bytes: &mut Vec<u8>) {
        let octet = value.to_be_bytes()[7];
        match self {
            Self::V4Source | Self::V4Destination => bytes.extend([192, 0, 2, octet]),
            Self::V6Source | Self::V6Destination => {
                bytes.extend([0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, octet]);
            }
            Self::Direction => bytes.push(octet),
            _ => bytes.extend(&value.to_be_bytes()[4..]),
        }
    }
}

fn short(number: usize) -> [u8; 2] {
    u16::try_from(number).expect("16 bits").to_be_bytes()
}

fn set(id: u16, body: &[u8]) -> Vec<u8> {
    let padding = body.len().next_multiple_of(4) - body.len();
    let mut set = id.to_be_bytes().to_vec();
    set.extend(short(4 + body.len() + padding));
    set.extend(body);
    set.extend(vec![0; padding]);
    set
}

/// A data set of one record.
pub(crate) fn record(id: u16, fields: &[(Field, u64)]) -> Vec<u8> {
    let mut body = Vec::new();
    fields.iter().for_each(|(field, value)| field.put(*value, &mut body));
    set(id, &body)
}

/// The set of a template; its number, 0 in NetFlow version 9 and 2 in IPFIX, is
/// put in by [`netflow9`] and [`ipfix`].
pub(crate) fn template(id: u16, fields: &[(Field, u64)]) -> Vec<u8> {
    let mut body = [id.to_be_bytes(), short(fields.len())].concat();
    for (field, _) in fields {
        body.extend((*field as u16).to_be_bytes());
        body.extend(field.len().to_be_bytes());
    }
    set(0, &body)
}

/// An options template of NetFlow version 9 with a record: the sampling interval of
/// the exporter, or of what `of` names.
pub(crate) fn options9(of: &[(Field, u64)], interval: u64) -> Vec<u8> {
    let mut told = of.to_vec();
    told.push((Field::SamplingInterval, interval));
    let mut body = [300_u16.to_be_bytes(), short(4), short(4 * told.len())].concat();
    // Scope: the system, in four octets.
    body.extend([0, 1, 0, 4]);
    for (field, _) in &told {
        body.extend((*field as u16).to_be_bytes());
        body.extend(field.len().to_be_bytes());
    }
    let mut data = vec![0; 4];
    told.iter().for_each(|(field, value)| field.put(*value, &mut data));
    [set(1, &body), set(300, &data)].concat()
}

/// Seconds since 1970 in the headers: 1 January 2026.
const TIME: u32 = 1_767_225_600;

/// Numbers the sets of templates, and counts all sets.
fn numbered(sets: &[u8], template: u8) -> (Vec<u8>, u16) {
    let (mut sets, mut at, mut count) = (sets.to_vec(), 0, 0);
    while at < sets.len() {
        if sets[at..at + 2] == [0, 0] {
            sets[at + 1] = template;
        }
        at += usize::from(u16::from_be_bytes([sets[at + 2], sets[at + 3]]));
        count += 1;
    }
    (sets, count)
}

/// A datagram of NetFlow version 9. Its header counts sets here, which is all the
/// same to those who go by lengths: every set has one record.
pub(crate) fn netflow9(source: u32, sets: &[u8]) -> Vec<u8> {
    let (sets, count) = numbered(sets, 0);
    let mut datagram = [9_u16.to_be_bytes(), count.to_be_bytes()].concat();
    for word in [60_000, TIME, 1, source] {
        datagram.extend(word.to_be_bytes());
    }
    [datagram, sets].concat()
}

/// A message of IPFIX.
pub(crate) fn ipfix(domain: u32, sets: &[u8]) -> Vec<u8> {
    let (sets, _) = numbered(sets, 2);
    let mut message = [10_u16.to_be_bytes(), short(16 + sets.len())].concat();
    for word in [TIME, 0, domain] {
        message.extend(word.to_be_bytes());
    }
    [message, sets].concat()
}

/// A datagram of NetFlow version 5 with one record of so many packets. An interval
/// of 0 tells nothing of sampling.
pub(crate) fn netflow5(packets: u32, interval: u16) -> Vec<u8> {
    let mut datagram = vec![0; 24 + 48];
    datagram[1] = 5;
    datagram[3] = 1;
    datagram[4..8].copy_from_slice(&60_000_u32.to_be_bytes());
    datagram[8..12].copy_from_slice(&TIME.to_be_bytes());
    // Mode 1 (every n-th packet) in the upper two bits.
    let sampling = if interval == 0 { 0 } else { 0x4000 | interval };
    datagram[22..24].copy_from_slice(&sampling.to_be_bytes());
    let record = &mut datagram[24..];
    record[..8].copy_from_slice(&[192, 0, 2, 1, 192, 0, 2, 2]);
    record[16..20].copy_from_slice(&packets.to_be_bytes());
    record[20..24].copy_from_slice(&1000_u32.to_be_bytes());
    record[38] = 6;
    datagram
}

/// A pcap file (RAW) of UDP datagrams: who sent each, to which port, and what.
pub(crate) fn captured(datagrams: &[(&str, u16, &[u8])]) -> Vec<u8> {
    let file = datagrams.iter().fold(PcapFile::new(101), |file, (from, port, payload)| {
        let packet = Packet::raw().ipv4(from, "203.0.113.99");
        file.add(packet.udp(50_000, *port).data(payload))
    });
    file.bytes()
}
