//! A packet as a capture holds it: when, how much of it, and how long it was.

use super::Packet;

/// 2026-01-01T00:00:00Z in nanoseconds since the epoch: the time of a record
/// that says nothing else.
pub const NEW_YEAR: u64 = 1_767_225_600_000_000_000;

/// A captured packet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// Nanoseconds since the epoch.
    pub time: u64,
    /// The bytes that are stored.
    pub captured: Vec<u8>,
    /// The length on the wire.
    pub original: u32,
}

impl Record {
    /// A frame that was captured whole.
    pub fn of(bytes: Vec<u8>) -> Self {
        let original = u32::try_from(bytes.len()).expect("a frame is shorter than 4 GiB");
        Self { time: NEW_YEAR, captured: bytes, original }
    }

    /// At so many nanoseconds after the new year.
    pub fn at(self, nanoseconds: u64) -> Self {
        Self { time: NEW_YEAR + nanoseconds, ..self }
    }

    /// Captured with a snap length.
    pub fn snap(mut self, len: usize) -> Self {
        self.captured.truncate(len);
        self
    }

    /// With another length on the wire than its bytes have.
    pub fn original(self, original: u32) -> Self {
        Self { original, ..self }
    }
}

impl From<Packet> for Record {
    fn from(packet: Packet) -> Self {
        Self::of(packet.bytes())
    }
}
