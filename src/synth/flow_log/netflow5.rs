//! NetFlow version 5 datagrams: up to 30 records of IPv4, 32-bit counters, and
//! that every packet was counted.

use super::entry::Entry;
use super::netflow9::Uptime;

/// Records of a datagram at most.
const MAX_RECORDS: u16 = 30;
/// Sampling mode 1 in the two upper bits, and the interval.
const EVERY_PACKET: u16 = 0x4001;

/// Datagrams being written.
pub(super) struct NetFlow5 {
    content: Vec<u8>,
    records: u16,
    /// Records in the datagrams before.
    sequence: u32,
    uptime: Uptime,
    now: u64,
}

impl NetFlow5 {
    pub(super) fn new(start: u64) -> Self {
        let uptime = Uptime::new(start);
        Self { content: Vec::new(), records: 0, sequence: 0, uptime, now: start }
    }

    #[inline]
    pub(super) fn record(&mut self, entry: &Entry, out: &mut Vec<u8>) {
        self.now = self.now.max(entry.last);
        let content = &mut self.content;
        entry.key.push_addresses(content);
        // Next hop, interfaces.
        content.extend([0; 8]);
        content.extend(narrow(entry.packets));
        content.extend(narrow(entry.octets));
        content.extend(self.uptime.at(entry.first).to_be_bytes());
        content.extend(self.uptime.at(entry.last).to_be_bytes());
        content.extend(entry.key.ports[0].to_be_bytes());
        content.extend(entry.key.ports[1].to_be_bytes());
        content.extend([0, 0, entry.key.protocol, 0]);
        // AS numbers, masks, padding.
        content.extend([0; 8]);
        self.records += 1;
        if self.records == MAX_RECORDS {
            self.end(out);
        }
    }

    pub(super) fn end(&mut self, out: &mut Vec<u8>) {
        if self.records == 0 {
            return;
        }
        let [uptime, seconds] = self.uptime.header(self.now);
        out.extend(5_u16.to_be_bytes());
        out.extend(self.records.to_be_bytes());
        for field in [uptime, seconds, 0, self.sequence] {
            out.extend(field.to_be_bytes());
        }
        out.extend([0, 0]);
        out.extend(EVERY_PACKET.to_be_bytes());
        out.append(&mut self.content);
        self.sequence = self.sequence.wrapping_add(self.records.into());
        self.records = 0;
    }
}

/// A counter of 32 bits; records end before theirs are full.
fn narrow(counter: u64) -> [u8; 4] {
    debug_assert!(u32::try_from(counter).is_ok());
    u32::try_from(counter).unwrap_or(u32::MAX).to_be_bytes()
}
