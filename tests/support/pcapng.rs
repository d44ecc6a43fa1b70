//! A pcapng file, block by block (draft-ietf-opsawg-pcapng).

use super::{ByteOrder, Record};

/// A pcapng file in the making.
#[derive(Clone, Debug)]
pub struct PcapNgFile {
    bytes: Vec<u8>,
    order: ByteOrder,
    /// Where the section in force begins, if its length is to be told.
    section: usize,
    tells_length: bool,
    /// Resolution and offset of the interfaces of the section.
    interfaces: Vec<Interface>,
    /// Where each block begins.
    offsets: Vec<usize>,
}

/// What an Interface Description Block says.
#[derive(Clone, Debug)]
pub struct Interface {
    link_type: u16,
    snap_len: u32,
    resolution: Option<u8>,
    /// Seconds.
    offset: Option<i64>,
    fcs_len: Option<u8>,
}

impl Interface {
    /// Without options: microseconds.
    pub fn new(link_type: u16) -> Self {
        Self { link_type, snap_len: 0, resolution: None, offset: None, fcs_len: None }
    }

    /// With a snap length, which cuts its packets.
    pub fn snap_len(self, snap_len: u32) -> Self {
        Self { snap_len, ..self }
    }

    /// With `if_tsresol`: a power of ten, or of two with the upper bit set.
    pub fn resolution(self, field: u8) -> Self {
        Self { resolution: Some(field), ..self }
    }

    /// With `if_tsoffset`, in seconds.
    pub fn offset(self, seconds: i64) -> Self {
        Self { offset: Some(seconds), ..self }
    }

    /// With `if_fcslen`, in octets.
    pub fn fcs_len(self, octets: u8) -> Self {
        Self { fcs_len: Some(octets), ..self }
    }

    /// Nanoseconds since the epoch in the units of this interface.
    fn units(&self, time: u64) -> u64 {
        let time = i128::from(time) - i128::from(self.offset.unwrap_or(0)) * 1_000_000_000;
        let field = self.resolution.unwrap_or(6);
        let exponent = u32::from(field & 0x7f);
        let units = if field & 0x80 != 0 {
            // Rounded up, so that whole nanoseconds come back.
            ((time << exponent) + 999_999_999) / 1_000_000_000
        } else if exponent <= 9 {
            time / 10_i128.pow(9 - exponent)
        } else {
            time * 10_i128.pow(exponent - 9)
        };
        u64::try_from(units).expect("the time fits the interface's units")
    }

    fn block_body(&self, order: ByteOrder) -> Vec<u8> {
        let mut body = Vec::from(order.u16(self.link_type));
        body.extend([0, 0]);
        body.extend(order.u32(self.snap_len));
        let mut options = Vec::new();
        // if_name, which nobody needs.
        options.extend(option(order, 2, b"eth0"));
        options.extend(self.resolution.map(|field| option(order, 9, &[field])).unwrap_or_default());
        options.extend(self.fcs_len.map(|octets| option(order, 13, &[octets])).unwrap_or_default());
        let offset = self.offset.map(|seconds| order.u64(seconds.cast_unsigned()));
        options.extend(offset.map(|bytes| option(order, 14, &bytes)).unwrap_or_default());
        options.extend(option(order, 0, &[]));
        body.extend(options);
        body
    }
}

impl PcapNgFile {
    /// With a first section in this byte order.
    pub fn new(order: ByteOrder) -> Self {
        let empty = Self {
            bytes: Vec::new(),
            order,
            section: 0,
            tells_length: false,
            interfaces: Vec::new(),
            offsets: Vec::new(),
        };
        empty.section(order)
    }

    /// Opens a section whose length is not told (-1).
    pub fn section(mut self, order: ByteOrder) -> Self {
        self.close_section();
        self.order = order;
        self.section = self.bytes.len();
        self.tells_length = false;
        self.interfaces.clear();
        let mut body = Vec::from(order.u32(0x1a2b_3c4d));
        body.extend(order.u16(1));
        body.extend(order.u16(0));
        body.extend([0xff; 8]);
        body.extend(option(order, 4, b"the tests"));
        body.extend(option(order, 0, &[]));
        self.block(0x0a0d_0d0a, &body)
    }

    /// The length of the section in force shall be told.
    pub fn tell_length(mut self) -> Self {
        self.tells_length = true;
        self
    }

    /// Describes an interface; they are numbered from 0.
    pub fn interface(mut self, interface: Interface) -> Self {
        let body = interface.block_body(self.order);
        self.interfaces.push(interface);
        self.block(1, &body)
    }

    /// Adds an Enhanced Packet Block.
    pub fn enhanced(self, interface: u32, record: impl Into<Record>) -> Self {
        let record = self.cut(interface, record.into());
        let order = self.order;
        let mut body = Vec::from(order.u32(interface));
        body.extend(self.fixed_fields(interface, &record));
        body.extend(padded(&record.captured));
        // epb_flags: inbound.
        body.extend(option(order, 2, &order.u32(1)));
        body.extend(option(order, 0, &[]));
        self.block(6, &body)
    }

    /// Adds an Enhanced Packet Block for each record.
    pub fn enhanced_all(self, interface: u32, records: impl IntoIterator<Item = Record>) -> Self {
        records.into_iter().fold(self, |file, record| file.enhanced(interface, record))
    }

    /// Adds a Simple Packet Block, which belongs to the first interface and has
    /// no time.
    pub fn simple(self, record: impl Into<Record>) -> Self {
        let record = self.cut(0, record.into());
        let mut body = Vec::from(self.order.u32(record.original));
        body.extend(padded(&record.captured));
        self.block(3, &body)
    }

    /// Adds a Packet Block, the obsolete one.
    pub fn obsolete(self, interface: u16, record: impl Into<Record>) -> Self {
        let id = u32::from(interface);
        let record = self.cut(id, record.into());
        let mut body = Vec::from(self.order.u16(interface));
        // Drops count.
        body.extend([0xff; 2]);
        body.extend(self.fixed_fields(id, &record));
        body.extend(padded(&record.captured));
        self.block(2, &body)
    }

    /// Adds a Custom Block of a private enterprise.
    pub fn custom(self, data: &[u8]) -> Self {
        let body = [&self.order.u32(32_473)[..], &padded(data)].concat();
        self.block(0xbad, &body)
    }

    /// Adds any block; the body is padded.
    pub fn block(mut self, kind: u32, body: &[u8]) -> Self {
        let body = padded(body);
        let length = u32::try_from(body.len() + 12).expect("32 bits");
        self.offsets.push(self.bytes.len());
        self.bytes.extend(self.order.u32(kind));
        self.bytes.extend(self.order.u32(length));
        self.bytes.extend(body);
        self.bytes.extend(self.order.u32(length));
        self
    }

    /// Adds bytes that are no block.
    pub fn damage(mut self, bytes: &[u8]) -> Self {
        self.bytes.extend(bytes);
        self
    }

    /// Where each block begins.
    pub fn offsets(&self) -> &[usize] {
        &self.offsets
    }

    /// The file.
    pub fn bytes(mut self) -> Vec<u8> {
        self.close_section();
        self.bytes
    }

    fn close_section(&mut self) {
        if !self.tells_length {
            return;
        }
        let header = self.offsets.iter().filter(|at| **at > self.section).min();
        let start = header.copied().unwrap_or(self.bytes.len());
        let length = u64::try_from(self.bytes.len() - start).expect("64 bits");
        let field = self.section + 16;
        self.bytes[field..field + 8].copy_from_slice(&self.order.u64(length));
    }

    /// Time, captured and original length.
    fn fixed_fields(&self, interface: u32, record: &Record) -> Vec<u8> {
        let described = self.described(interface);
        let units = described.map_or(record.time / 1_000, |about| about.units(record.time));
        let [high, low] = [units >> 32, units & 0xffff_ffff]
            .map(|half| self.order.u32(u32::try_from(half).expect("a half")));
        let captured = u32::try_from(record.captured.len()).expect("32 bits");
        [high, low, self.order.u32(captured), self.order.u32(record.original)].concat()
    }

    fn cut(&self, interface: u32, mut record: Record) -> Record {
        let snap_len = self.described(interface).map_or(0, |about| about.snap_len);
        if snap_len > 0 {
            record.captured.truncate(usize::try_from(snap_len).expect("32 bits fit"));
        }
        record
    }

    fn described(&self, interface: u32) -> Option<&Interface> {
        self.interfaces.get(usize::try_from(interface).expect("32 bits fit"))
    }
}

/// An option: code, length, value, padding.
pub fn option(order: ByteOrder, code: u16, value: &[u8]) -> Vec<u8> {
    let length = u16::try_from(value.len()).expect("16 bits");
    [&order.u16(code)[..], &order.u16(length), &padded(value)].concat()
}

fn padded(bytes: &[u8]) -> Vec<u8> {
    let mut padded = bytes.to_vec();
    padded.resize(bytes.len().next_multiple_of(4), 0);
    padded
}
