//! BGP tables in MRT (RFC 6396): who announces each prefix, by the AS paths of
//! all peers of a collector.
//!
//! TABLE_DUMP, and of TABLE_DUMP_V2 the unicast tables with and without
//! additional paths (RFC 8050). The framing and the attributes are bgpkit-parser's
//! work; what an origin is, is decided here: the last AS of the path, or the set
//! that it ends in; behind confederation segments (RFC 5065), and the peer's own
//! AS where the path is empty, as within one AS.

use super::origins::OriginBuilder;
use super::reading::Trouble;
use crate::model::{Asn, IpAddress, IpVersion, Origin, Prefix, Timestamp};
use bgpkit_parser::models::{
    AsPath, AsPathSegment, Attributes, EntryType, MrtMessage, NetworkPrefix, PeerIndexTable,
    RibAfiEntries, TableDumpMessage, TableDumpV2Message, TableDumpV2Type,
};
use bgpkit_parser::{ParserError, RawMrtRecord, chunk_mrt_record};
use std::io::{self, BufReader, Read};

/// Bytes of a record's header (RFC 6396 section 2).
const HEADER: usize = 12;

/// What the dump says about itself, and what of it could not be used.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Facts {
    /// When the dump was begun: the time of its first record.
    pub date: Option<Timestamp>,
    /// Records with a prefix that were used.
    pub records: u64,
    /// Records of other tables: multicast, generic, geographic.
    pub other: u64,
    /// Records that could not be read, or not to their end.
    pub damaged: u64,
    /// Records of prefixes of which no path says an origin.
    pub without_origin: u64,
}

impl Facts {
    /// What the user should know of it.
    #[must_use]
    pub fn notes(&self) -> Vec<String> {
        [
            (self.other, "are of kinds that are not read (multicast, generic)"),
            (self.damaged, "are damaged: prefixes or origins may be missing"),
            (self.without_origin, "have no AS path and are left out"),
        ]
        .into_iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, what)| format!("{count} of its records {what}"))
        .collect()
    }
}

/// Reads a dump to its end into `table`.
///
/// # Errors
/// Where it is cut short, is no table but updates, or cannot be read. What comes
/// before is in `table`.
pub fn read(input: impl Read, table: &mut OriginBuilder<'_>) -> Result<Facts, Trouble> {
    let mut input = Watched { inner: BufReader::with_capacity(1 << 20, input), failed: false };
    let mut dump = Dump { table, facts: Facts::default(), peers: PeerIndexTable::default() };
    let mut offset = 0;
    loop {
        let record = match chunk_mrt_record(&mut input) {
            Ok(record) => record,
            Err(end) => match end.error {
                ParserError::EofExpected => break,
                ParserError::IoError(error) if input.failed => return Err(error.into()),
                error => return Err(Trouble::at_byte(offset, what_is_wrong(&error))),
            },
        };
        let len = record.total_bytes_len() as u64;
        dump.record(record, offset)?;
        offset += len;
    }
    if dump.facts.records == 0 {
        return Err(Trouble::damaged("there is no unicast prefix in this MRT file"));
    }
    Ok(dump.facts)
}

/// Whether a file that begins so is MRT: a time from 1990 on, a type that is in
/// use, a length that a record can have.
pub(super) fn begins(first: &[u8]) -> bool {
    let Some(header) = first.first_chunk::<HEADER>() else { return false };
    let word = |at: usize| u32::from_be_bytes([0, 1, 2, 3].map(|i| header[at + i]));
    let (time, kind, len) = (word(0), word(4) >> 16, word(8));
    time >= 631_152_000
        && matches!(kind, 5 | 11..=13 | 16 | 17 | 32 | 33 | 48 | 49)
        && len < 1 << 24
}

fn what_is_wrong(error: &ParserError) -> String {
    match error {
        ParserError::IoError(_) | ParserError::EofError(_) => {
            "cut short: the MRT record here is not complete".into()
        }
        ParserError::OversizedRecord { length } => {
            format!("an MRT record of {length} bytes: more than any has")
        }
        other => format!("no MRT record: {other}"),
    }
}

/// Tells errors of the reader from an end that comes too early.
struct Watched<R> {
    inner: R,
    failed: bool,
}

impl<R: Read> Read for Watched<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(out);
        // An interrupted read is tried again by whoever asked.
        self.failed = read.as_ref().is_err_and(|e| e.kind() != io::ErrorKind::Interrupted);
        read
    }
}

/// A dump while it is read.
struct Dump<'d, 'o> {
    table: &'d mut OriginBuilder<'o>,
    facts: Facts,
    /// Of the peer index that the records refer to.
    peers: PeerIndexTable,
}

impl Dump<'_, '_> {
    fn record(&mut self, record: RawMrtRecord, offset: u64) -> Result<(), Trouble> {
        let header = record.common_header;
        self.facts.date = self
            .facts
            .date
            .or_else(|| Timestamp::from_wide(i128::from(header.timestamp) * 1_000_000_000));
        match header.entry_type {
            EntryType::TABLE_DUMP | EntryType::TABLE_DUMP_V2 => {}
            EntryType::BGP4MP | EntryType::BGP4MP_ET | EntryType::BGP => {
                return Err(Trouble::content(
                    "an MRT file of BGP messages (updates), not a table",
                    "give the table dump of the same collector: bview or rib, not updates",
                ));
            }
            other => {
                let what = format!("an MRT record of type {other:?}: not a BGP table");
                return Err(Trouble::at_byte(offset, what));
            }
        }
        if matches!(header.entry_type, EntryType::TABLE_DUMP_V2)
            && !is_unicast(header.entry_subtype)
        {
            self.facts.other += 1;
            return Ok(());
        }
        let announced = announced_entries(&record);
        match record.parse().map(|record| record.message) {
            Ok(MrtMessage::TableDumpMessage(entry)) => self.version_1(&[entry]),
            Ok(MrtMessage::TableDumpMessageBatch(entries)) => self.version_1(&entries),
            Ok(MrtMessage::TableDumpV2Message(TableDumpV2Message::PeerIndexTable(peers))) => {
                self.peers = peers;
            }
            Ok(MrtMessage::TableDumpV2Message(TableDumpV2Message::RibAfi(entries))) => {
                self.version_2(&entries, announced);
            }
            Ok(_) => self.facts.other += 1,
            Err(_) => self.facts.damaged += 1,
        }
        Ok(())
    }

    /// Entries of TABLE_DUMP: one peer's path to one prefix each.
    fn version_1(&mut self, entries: &[TableDumpMessage]) {
        for entry in entries {
            let origin = origin(&entry.attributes, Some(Asn(entry.peer_asn.into())));
            self.add(&entry.prefix, origin.as_slice());
        }
    }

    /// A record of TABLE_DUMP_V2: the paths of all peers to one prefix.
    fn version_2(&mut self, rib: &RibAfiEntries, announced: Option<u16>) {
        if announced.is_some_and(|count| usize::from(count) != rib.rib_entries.len()) {
            self.facts.damaged += 1;
        }
        let mut origins: Vec<Origin> = Vec::new();
        for entry in &rib.rib_entries {
            let peer = || self.peers.id_peer_map.get(&entry.peer_index);
            let path = origin(&entry.attributes, peer().map(|peer| Asn(peer.peer_asn.into())));
            if let Some(origin) = path.filter(|origin| !origins.contains(origin)) {
                origins.push(origin);
            }
        }
        self.add(&rib.prefix, &origins);
    }

    fn add(&mut self, prefix: &NetworkPrefix, origins: &[Origin]) {
        let (version, address) = match prefix.prefix.addr() {
            std::net::IpAddr::V4(v4) => (IpVersion::V4, IpAddress::from_v4(v4.octets())),
            std::net::IpAddr::V6(v6) => (IpVersion::V6, IpAddress::from_v6(v6.octets())),
        };
        let prefix = Prefix::new(version, address, prefix.prefix.prefix_len());
        for origin in origins {
            self.table.insert(prefix, origin);
        }
        if origins.is_empty() {
            self.facts.without_origin += 1;
        } else {
            self.facts.records += 1;
        }
    }
}

/// The subtypes of TABLE_DUMP_V2 that are read (RFC 6396 section 4.3, RFC 8050).
fn is_unicast(subtype: u16) -> bool {
    [
        TableDumpV2Type::PeerIndexTable,
        TableDumpV2Type::RibIpv4Unicast,
        TableDumpV2Type::RibIpv6Unicast,
        TableDumpV2Type::RibIpv4UnicastAddPath,
        TableDumpV2Type::RibIpv6UnicastAddPath,
    ]
    .into_iter()
    .any(|kind| u16::from(kind) == subtype)
}

/// How many entries a record of a TABLE_DUMP_V2 prefix says it has: the parser
/// stops at a damaged one without a word.
fn announced_entries(record: &RawMrtRecord) -> Option<u16> {
    let message = &record.message_bytes;
    // The sequence number, the length of the prefix in bits, the prefix.
    let at = 5 + usize::from(*message.get(4)?).div_ceil(8);
    Some(u16::from_be_bytes([*message.get(at)?, *message.get(at + 1)?]))
}

/// The origin of a path; the peer's own AS where it is empty.
fn origin(attributes: &Attributes, peer: Option<Asn>) -> Option<Origin> {
    let merged;
    let path = match (attributes.as_path(), attributes.as4_path()) {
        (Some(path), None) | (None, Some(path)) => path,
        (Some(path), Some(wide)) => {
            merged = AsPath::merge_aspath_as4path(path, wide);
            &merged
        }
        (None, None) => return None,
    };
    let segments: Vec<&AsPathSegment> = path.iter_segments().collect();
    segments
        .into_iter()
        .rev()
        .find_map(|segment| match segment {
            AsPathSegment::AsSequence(path) => {
                path.last().map(|asn| Origin::single(Asn((*asn).into())))
            }
            AsPathSegment::AsSet(set) => Origin::set(set.iter().map(|asn| Asn((*asn).into()))),
            AsPathSegment::ConfedSequence(_) | AsPathSegment::ConfedSet(_) => None,
        })
        .or_else(|| peer.map(Origin::single))
}

#[cfg(test)]
#[path = "mrt_tests.rs"]
mod tests;
