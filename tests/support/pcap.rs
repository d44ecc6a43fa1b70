//! A classic pcap file in all its variants (draft-ietf-opsawg-pcap).

use super::{ByteOrder, Record};

/// A pcap file in the making: what the header says comes before the records.
#[derive(Clone, Debug)]
pub struct PcapFile {
    order: ByteOrder,
    fraction: Fraction,
    modified: bool,
    version: (u16, u16),
    snap_len: u32,
    network: u32,
    records: Vec<u8>,
    /// Where each record begins in the file.
    offsets: Vec<usize>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fraction {
    Micro,
    Nano,
}

/// Bytes of the file header.
pub const FILE_HEADER: usize = 24;

impl PcapFile {
    /// Little-endian, microseconds, version 2.4.
    pub fn new(link_type: u16) -> Self {
        Self {
            order: ByteOrder::Little,
            fraction: Fraction::Micro,
            modified: false,
            version: (2, 4),
            snap_len: 262_144,
            network: u32::from(link_type),
            records: Vec::new(),
            offsets: Vec::new(),
        }
    }

    /// In this byte order.
    pub fn order(self, order: ByteOrder) -> Self {
        Self { order, ..self }
    }

    /// With nanoseconds.
    pub fn nanoseconds(self) -> Self {
        Self { fraction: Fraction::Nano, ..self }
    }

    /// As A. Kuznetsov's patch wrote it, with 24 bytes before each packet.
    pub fn modified(self) -> Self {
        Self { modified: true, ..self }
    }

    /// Of another version. Before 2.3 the lengths of a record change places.
    pub fn version(self, major: u16, minor: u16) -> Self {
        Self { version: (major, minor), ..self }
    }

    /// With a snap length, which cuts the packets that are added after it.
    pub fn snap_len(self, snap_len: u32) -> Self {
        Self { snap_len, ..self }
    }

    /// With the length of the FCS known; it is told in units of 16 bits.
    pub fn fcs_len(self, octets: u32) -> Self {
        Self { network: self.network | ((octets / 2) << 28) | (1 << 26), ..self }
    }

    /// With these bits in the upper half of the link type's field.
    pub fn network_bits(self, bits: u32) -> Self {
        Self { network: self.network | bits, ..self }
    }

    /// Adds a packet.
    pub fn add(self, record: impl Into<Record>) -> Self {
        let mut record = record.into();
        let snap_len = usize::try_from(self.snap_len).expect("32 bits fit");
        record.captured.truncate(snap_len);
        let fraction = record.time % 1_000_000_000;
        let fraction = if self.fraction == Fraction::Nano { fraction } else { fraction / 1_000 };
        let seconds = record.time / 1_000_000_000;
        let [seconds, fraction] = [seconds, fraction].map(|n| u32::try_from(n).expect("32 bits"));
        self.add_raw(seconds, fraction, &record.captured, record.original)
    }

    /// Adds packets.
    pub fn add_all(self, records: impl IntoIterator<Item = Record>) -> Self {
        records.into_iter().fold(self, Self::add)
    }

    /// Adds a packet with these very fields.
    pub fn add_raw(self, seconds: u32, fraction: u32, captured: &[u8], original: u32) -> Self {
        let stored = u32::try_from(captured.len()).expect("32 bits");
        let (first, second) =
            if self.swapped(stored, original) { (original, stored) } else { (stored, original) };
        self.add_claiming([seconds, fraction, first, second], captured)
    }

    /// Adds a record header with these four fields, and bytes behind it, which
    /// need not be as many as it claims.
    pub fn add_claiming(mut self, fields: [u32; 4], bytes: &[u8]) -> Self {
        self.offsets.push(FILE_HEADER + self.records.len());
        for field in fields {
            self.records.extend(self.order.u32(field));
        }
        if self.modified {
            // Interface index, protocol, packet type, padding.
            self.records.extend(self.order.u32(1));
            self.records.extend(self.order.u16(0x0800));
            self.records.extend([0, 0]);
        }
        self.records.extend(bytes);
        self
    }

    /// Adds bytes that are no record.
    pub fn damage(mut self, bytes: &[u8]) -> Self {
        self.records.extend(bytes);
        self
    }

    /// Where each record begins in the file.
    pub fn offsets(&self) -> &[usize] {
        &self.offsets
    }

    /// The file.
    pub fn bytes(&self) -> Vec<u8> {
        let magic = match (self.modified, self.fraction) {
            (true, _) => 0xa1b2_cd34,
            (false, Fraction::Micro) => 0xa1b2_c3d4,
            (false, Fraction::Nano) => 0xa1b2_3c4d,
        };
        let mut bytes = Vec::from(self.order.u32(magic));
        bytes.extend(self.order.u16(self.version.0));
        bytes.extend(self.order.u16(self.version.1));
        bytes.extend([0; 8]);
        bytes.extend(self.order.u32(self.snap_len));
        bytes.extend(self.order.u32(self.network));
        bytes.extend(&self.records);
        bytes
    }

    /// Whether the original length comes first: always before 2.3; in 2.3 it
    /// was so in the files of some writers.
    fn swapped(&self, _stored: u32, _original: u32) -> bool {
        self.version < (2, 3)
    }
}
