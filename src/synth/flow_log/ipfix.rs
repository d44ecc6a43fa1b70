//! IPFIX messages (RFC 7011): a template a family, 64-bit counters, times in
//! milliseconds, and that every packet was counted.

use super::entry::Entry;
use super::packet::{Sets, TEMPLATE_IDS, octets, seconds, template};
use crate::model::IpVersion;

const HEADER: usize = 16;
const TEMPLATE_SET: u16 = 2;
const DOMAIN: u32 = 1;
/// Octets of a record but for the addresses.
const COMMON: usize = 41;

/// Messages being written.
pub(super) struct Ipfix {
    sets: Sets,
    /// Records in the messages before.
    sequence: u32,
    /// When the last of them ended.
    now: u64,
}

impl Ipfix {
    pub(super) fn new() -> Self {
        Self { sets: Sets::new(HEADER, 1), sequence: 0, now: 0 }
    }

    #[inline]
    pub(super) fn record(&mut self, entry: &Entry, out: &mut Vec<u8>) {
        let addresses = usize::from(entry.key.version.address_bits() / 4);
        if self.sets.is_full(COMMON + addresses) {
            self.end(out);
        }
        if self.sets.wants_templates() {
            let both = IpVersion::ALL
                .map(|version| template(TEMPLATE_IDS[version.index()], &fields(version)));
            self.sets.whole(TEMPLATE_SET, &both.concat());
        }
        self.now = self.now.max(entry.last);
        self.sets.record(entry.key.version, |content| {
            entry.key.push_addresses(content);
            content.extend(entry.key.ports[0].to_be_bytes());
            content.extend(entry.key.ports[1].to_be_bytes());
            content.push(entry.key.protocol);
            content.extend(entry.packets.to_be_bytes());
            content.extend(entry.octets.to_be_bytes());
            for time in entry.milliseconds() {
                content.extend(time.to_be_bytes());
            }
            content.extend(1_u32.to_be_bytes());
        });
    }

    pub(super) fn end(&mut self, out: &mut Vec<u8>) {
        if self.sets.is_empty() {
            return;
        }
        let (content, records) = self.sets.take();
        out.extend(10_u16.to_be_bytes());
        out.extend(octets(HEADER + content.len()));
        out.extend(seconds(self.now).to_be_bytes());
        out.extend(self.sequence.to_be_bytes());
        out.extend(DOMAIN.to_be_bytes());
        out.extend(content);
        self.sequence = self.sequence.wrapping_add(records.into());
    }
}

/// The information elements of a record and their octets.
fn fields(version: IpVersion) -> [(u16, u16); 10] {
    let (source, destination, length) = match version {
        IpVersion::V4 => (8, 12, 4),
        IpVersion::V6 => (27, 28, 16),
    };
    [
        (source, length),
        (destination, length),
        // Ports, protocol, packets, octets.
        (7, 2),
        (11, 2),
        (4, 1),
        (2, 8),
        (1, 8),
        // flowStartMilliseconds, flowEndMilliseconds, samplingInterval.
        (152, 8),
        (153, 8),
        (34, 4),
    ]
}
