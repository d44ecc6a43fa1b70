//! NetFlow version 9 datagrams (RFC 3954): a template a family, 64-bit counters,
//! times since the start of the device, and that every packet was counted.

use super::entry::Entry;
use super::packet::{Sets, TEMPLATE_IDS, seconds, template};
use crate::model::IpVersion;

const HEADER: usize = 20;
const TEMPLATE_SET: u16 = 0;
const SOURCE: u32 = 1;
/// Octets of a record but for the addresses.
const COMMON: usize = 33;

/// Seconds from the start of the device to the first packet.
const BEFORE: u32 = 60;

/// A clock of a device that began a while before the first packet.
#[derive(Clone, Copy)]
pub(super) struct Uptime {
    /// Seconds since 1970 at which it began.
    boot: u32,
}

impl Uptime {
    /// For a first packet at `start`, in nanoseconds since 1970.
    pub(super) fn new(start: u64) -> Self {
        Self { boot: seconds(start).saturating_sub(BEFORE) }
    }

    /// Milliseconds from the start of the device to `nanoseconds` since 1970.
    #[expect(clippy::cast_possible_truncation, reason = "checked: a recipe's span fits 32 bits")]
    pub(super) fn at(self, nanoseconds: u64) -> u32 {
        (nanoseconds / 1_000_000).saturating_sub(u64::from(self.boot) * 1000) as u32
    }

    /// Uptime and seconds since 1970 of a header that is written at `now`, or
    /// within the second before it: a whole second, so that times come out exact.
    pub(super) fn header(self, now: u64) -> [u32; 2] {
        let seconds = seconds(now);
        [seconds.saturating_sub(self.boot).saturating_mul(1000), seconds]
    }
}

/// Datagrams being written.
pub(super) struct NetFlow9 {
    sets: Sets,
    uptime: Uptime,
    now: u64,
    /// Template records in the datagram.
    templates: u16,
}

impl NetFlow9 {
    pub(super) fn new(start: u64) -> Self {
        Self { sets: Sets::new(HEADER, 4), uptime: Uptime::new(start), now: start, templates: 0 }
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
            self.templates = 2;
        }
        self.now = self.now.max(entry.last);
        let uptime = self.uptime;
        self.sets.record(entry.key.version, |content| {
            entry.key.push_addresses(content);
            content.extend(entry.key.ports[0].to_be_bytes());
            content.extend(entry.key.ports[1].to_be_bytes());
            content.push(entry.key.protocol);
            content.extend(entry.packets.to_be_bytes());
            content.extend(entry.octets.to_be_bytes());
            content.extend(uptime.at(entry.first).to_be_bytes());
            content.extend(uptime.at(entry.last).to_be_bytes());
            content.extend(1_u32.to_be_bytes());
        });
    }

    pub(super) fn end(&mut self, out: &mut Vec<u8>) {
        if self.sets.is_empty() {
            return;
        }
        let sequence = self.sets.datagrams;
        let (content, records) = self.sets.take();
        let count = records + std::mem::take(&mut self.templates);
        let [uptime, seconds] = self.uptime.header(self.now);
        out.extend(9_u16.to_be_bytes());
        out.extend(count.to_be_bytes());
        for field in [uptime, seconds, sequence, SOURCE] {
            out.extend(field.to_be_bytes());
        }
        out.extend(content);
    }
}

/// The fields of a record and their octets.
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
        // FIRST_SWITCHED, LAST_SWITCHED, SAMPLING_INTERVAL.
        (22, 4),
        (21, 4),
        (34, 4),
    ]
}
