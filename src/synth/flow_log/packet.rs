//! An export datagram under construction: sets of records by family, behind a
//! header that is written when it is full.

use crate::model::IpVersion;

/// Octets of a datagram at most: what goes over Ethernet in one packet.
const MAX_DATAGRAM: usize = 1400;
/// Octets of a set's header: id and length.
const SET_HEADER: usize = 4;
/// Datagrams from one with the templates to the next.
const TEMPLATES_EVERY: u32 = 1000;

/// The templates' numbers.
pub(super) const TEMPLATE_IDS: [u16; 2] = [256, 257];

/// The content of a datagram that is not full yet.
pub(super) struct Sets {
    content: Vec<u8>,
    /// Where the open set begins, and its family.
    open: Option<(usize, IpVersion)>,
    /// Records in it.
    pub(super) records: u16,
    /// Datagrams that were finished.
    pub(super) datagrams: u32,
    /// Octets that every set is padded to a multiple of.
    grain: usize,
    header: usize,
}

impl Sets {
    /// Sets behind a header of so many octets.
    pub(super) fn new(header: usize, grain: usize) -> Self {
        Self { content: Vec::new(), open: None, records: 0, datagrams: 0, grain, header }
    }

    /// True where a record of so many octets does not fit any more.
    pub(super) fn is_full(&self, octets: usize) -> bool {
        let octets = octets + SET_HEADER + self.grain;
        self.header + self.content.len() + octets > MAX_DATAGRAM
    }

    /// True where nothing is in it.
    pub(super) fn is_empty(&self) -> bool {
        self.records == 0
    }

    /// True where the datagram begins with the templates.
    pub(super) fn wants_templates(&self) -> bool {
        self.content.is_empty() && self.datagrams.is_multiple_of(TEMPLATES_EVERY)
    }

    /// Appends a set that is whole.
    pub(super) fn whole(&mut self, id: u16, content: &[u8]) {
        self.content.extend(id.to_be_bytes());
        self.content.extend(octets(SET_HEADER + content.len()));
        self.content.extend(content);
    }

    /// Appends a record of `version` to the open set, or to one of its own.
    pub(super) fn record(&mut self, version: IpVersion, write: impl FnOnce(&mut Vec<u8>)) {
        if self.open.is_none_or(|(_, open)| open != version) {
            self.close();
            self.open = Some((self.content.len(), version));
            self.content.extend(TEMPLATE_IDS[version.index()].to_be_bytes());
            self.content.extend([0; 2]);
        }
        write(&mut self.content);
        self.records += 1;
    }

    fn close(&mut self) {
        let Some((at, _)) = self.open.take() else { return };
        let length = (self.content.len() - at).next_multiple_of(self.grain);
        self.content.resize(at + length, 0);
        self.content[at + 2..at + 4].copy_from_slice(&octets(length));
    }

    /// Hands on the content and begins anew.
    pub(super) fn take(&mut self) -> (Vec<u8>, u16) {
        self.close();
        self.datagrams = self.datagrams.wrapping_add(1);
        (std::mem::take(&mut self.content), std::mem::take(&mut self.records))
    }
}

/// A length of a datagram or of a part of it.
#[expect(clippy::cast_possible_truncation, reason = "datagrams are shorter than 1,401 octets")]
pub(super) fn octets(length: usize) -> [u8; 2] {
    debug_assert!(length <= usize::from(u16::MAX));
    (length as u16).to_be_bytes()
}

/// A template record: its number, and each field with its length.
pub(super) fn template(id: u16, fields: &[(u16, u16)]) -> Vec<u8> {
    let mut record = id.to_be_bytes().to_vec();
    record.extend(octets(fields.len()));
    for (field, length) in fields {
        record.extend(field.to_be_bytes());
        record.extend(length.to_be_bytes());
    }
    record
}

/// Seconds since 1970 in the header of a datagram, which has 32 bits for them.
#[expect(clippy::cast_possible_truncation, reason = "checked: times of a recipe fit 32 bits")]
pub(super) fn seconds(nanoseconds: u64) -> u32 {
    (nanoseconds / 1_000_000_000) as u32
}
