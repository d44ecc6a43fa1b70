//! What the files that count say of every address, each counted once.
//!
//! Where records overlap, this one speaks: that of the newer file; then what is
//! delegated before what is reserved, and that before what is available; then
//! that of the later date, which after a transfer is the receiver's; then one
//! with an opaque id; then the smaller block; then the first name in the
//! alphabet. The others' claim to these addresses is counted as repeated.

use super::collection::Collection;
use super::country::CountryCode;
use super::date::Date;
use super::record::{Kind, Record, RegistryId, Status};
use super::selection::Selection;
use super::sweep::{Piece, sweep};
use crate::model::{IpAddress, IpVersion, Prefix};
use std::cmp::Reverse;
use std::collections::BTreeMap;

/// Disjoint pieces of each kind, in order.
#[derive(Clone, Debug)]
pub struct Delegations<'c> {
    collection: &'c Collection,
    pieces: [Vec<Piece>; 3],
    /// Claims of two records to the same addresses or numbers.
    pub repeated: Vec<Repeated>,
    /// Records that count.
    pub records: u64,
    /// Records of which nothing is left, for others speak for all of it.
    pub hidden: u64,
    /// Delegated records of a later day than was asked for.
    pub later: u64,
}

/// Addresses or numbers that records of two registries, or two of one, claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Repeated {
    /// Addresses or numbers.
    pub kind: Kind,
    /// Whose record speaks.
    pub counted: RegistryId,
    /// Whose record does not.
    pub other: RegistryId,
    /// Runs of addresses.
    pub runs: u64,
    /// Addresses or numbers; as many as can be counted.
    pub space: u128,
    /// The first of the runs.
    pub example: Piece,
}

/// One piece with what is said of it, as plain data.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Delegation<'c> {
    /// Addresses or numbers.
    pub kind: Kind,
    /// The first; IPv4 and AS numbers stand in the low bits.
    pub first: u128,
    /// The last.
    pub last: u128,
    /// Where, by the registry's word; EU, AP and ZZ are no countries.
    pub country: Option<CountryCode>,
    /// The opaque id of who holds it, unique within the registry.
    pub holder: Option<&'c str>,
    /// The registry that the record names.
    pub registry: &'c str,
    /// When it was delegated.
    pub date: Option<Date>,
    /// Delegated, available or reserved.
    pub status: Status,
}

impl<'c> Delegations<'c> {
    /// What a selection of files says; with a day, what it says of all that was
    /// delegated until then (what was returned before the file was written is
    /// not in it).
    #[must_use]
    pub fn new(collection: &'c Collection, selection: &Selection, day: Option<Date>) -> Self {
        let mut blocks: [Vec<Piece>; 3] = Default::default();
        let (mut records, mut later) = (0, 0);
        for (at, record) in selection.records(collection) {
            let is_later = day.is_some_and(|day| record.date.is_some_and(|date| date > day));
            if is_later && record.status.is_delegated() {
                later += 1;
                continue;
            }
            records += 1;
            let index = u32::try_from(at).expect("the reader keeps 30 million records");
            let piece = Piece { first: record.first, last: record.last, record: index };
            blocks[record.kind as usize].push(piece);
        }
        let mut delegations = Self {
            collection,
            pieces: Default::default(),
            repeated: Vec::new(),
            records,
            hidden: 0,
            later,
        };
        for (kind, blocks) in Kind::ALL.into_iter().zip(blocks) {
            delegations.add(kind, blocks);
        }
        delegations
    }

    fn add(&mut self, kind: Kind, blocks: Vec<Piece>) {
        let collection = self.collection;
        let given = blocks.len() as u64;
        let swept = sweep(blocks, |at| preference(collection, at));
        let mut repeated: BTreeMap<_, Repeated> = BTreeMap::new();
        for overlap in &swept.overlaps {
            let (counted, other) = (self.record(overlap.kept), collection.record(overlap.other));
            let (counted, other) = (counted.registry, other.registry);
            let space = (overlap.kept.last - overlap.kept.first).saturating_add(1);
            let key = (collection.registry(counted), collection.registry(other));
            let so_far = repeated.entry(key).or_insert(Repeated {
                kind,
                counted,
                other,
                runs: 0,
                space: 0,
                example: overlap.kept,
            });
            so_far.runs += 1;
            so_far.space = so_far.space.saturating_add(space);
        }
        self.repeated.extend(repeated.into_values());
        if !swept.overlaps.is_empty() {
            let mut left: Vec<_> = swept.pieces.iter().map(|piece| piece.record).collect();
            left.sort_unstable();
            left.dedup();
            self.hidden += given - left.len() as u64;
        }
        self.pieces[kind as usize] = swept.pieces;
    }

    /// The collection that the pieces' records are in.
    #[must_use]
    pub fn collection(&self) -> &'c Collection {
        self.collection
    }

    /// The pieces of one kind, whatever their status, in order.
    #[must_use]
    pub fn pieces(&self, kind: Kind) -> &[Piece] {
        &self.pieces[kind as usize]
    }

    /// The record that speaks for a piece.
    #[must_use]
    pub fn record(&self, piece: Piece) -> &'c Record {
        self.collection.record(piece.record)
    }

    /// The pieces of one kind as plain data, in order.
    pub fn iter(&self, kind: Kind) -> impl Iterator<Item = Delegation<'c>> + '_ {
        self.pieces(kind).iter().map(move |piece| {
            let record = self.record(*piece);
            Delegation {
                kind,
                first: piece.first,
                last: piece.last,
                country: record.country,
                holder: record.holder.map(|holder| self.collection.holder(holder)),
                registry: self.collection.registry(record.registry),
                date: record.date,
                status: record.status,
            }
        })
    }
}

impl Collection {
    pub(super) fn record(&self, at: u32) -> &Record {
        &self.records[at as usize]
    }

    /// The date of the file that a record is from.
    fn date_of(&self, at: u32) -> Option<Date> {
        let after = self.sections.partition_point(|s| s.records.start <= at as usize);
        self.sections.get(after.checked_sub(1)?)?.date
    }
}

impl Delegation<'_> {
    /// The block as prefixes, the fewest that cover it; none for AS numbers.
    /// A count of IPv4 addresses need not be a power of two.
    pub fn prefixes(&self) -> impl Iterator<Item = Prefix> + use<> {
        let version = match self.kind {
            Kind::Ipv4 => Some(IpVersion::V4),
            Kind::Ipv6 => Some(IpVersion::V6),
            Kind::Asn => None,
        };
        let mut next = Some(self.first);
        let last = self.last;
        std::iter::from_fn(move || {
            let version = version?;
            let first = next?;
            let bits = u32::from(version.address_bits());
            // As large as the start's zeros allow and the end permits.
            let room = last - first;
            let fits = match room.checked_add(1) {
                None => 128,
                Some(count) => count.ilog2(),
            };
            let host = fits.min(first.trailing_zeros()).min(bits);
            let end = first | if host == 0 { 0 } else { u128::MAX >> (128 - host) };
            next = end.checked_add(1).filter(|next| *next <= last);
            let len = u8::try_from(bits - host).unwrap_or(0);
            Some(Prefix::new(version, IpAddress::from_bits(first << (128 - bits)), len))
        })
    }
}

/// The order in which records that overlap speak: the lowest does.
fn preference(collection: &Collection, at: u32) -> impl Ord + use<> {
    let record = collection.record(at);
    (
        Reverse(collection.date_of(at)),
        match record.status {
            Status::Allocated | Status::Assigned => 0,
            Status::Reserved => 1,
            Status::Available => 2,
            Status::Other => 3,
        },
        Reverse(record.date),
        record.holder.is_none(),
        record.span(),
        collection.registry(record.registry).to_owned(),
        at,
    )
}

#[cfg(test)]
#[path = "delegations_tests.rs"]
mod delegations_tests;
