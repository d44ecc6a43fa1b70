//! Whose is this address: what a breakdown asks, and the room of networks
//! answers.

use super::{Asn, Country, Direction, IpAddress, IpVersion, Label, LabelId, Origin, Prefix};
use std::fmt;
use std::sync::Arc;

/// Which origin of a [`Resolver`]: an index into its list, valid for that resolver
/// alone. Two ids of one resolver differ where their origins do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OriginId(pub u32);

impl OriginId {
    /// The index.
    #[must_use]
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// Which holder of a [`Resolver`]: an index into its list, valid for that resolver
/// alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct HolderId(pub u32);

impl HolderId {
    /// The index.
    #[must_use]
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// What a resolver may know of an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Subject {
    /// The operator's label.
    Label,
    /// Who announces it.
    Origin,
    /// The country that it is registered or used in.
    Country,
    /// Who holds it by the registry's word.
    Holder,
    /// Whether it is the operator's own, hence the direction of its traffic.
    Local,
}

/// Says whose an address is, by longest prefix match.
///
/// An answer is a small `Copy` value that can be part of a key; what it stands
/// for is asked once at the end. Ids belong to one resolver: whatever outlives the
/// run, or is merged, holds names and [`Origin`]s. A look-up costs up to 100 ns
/// where the table is not in the cache: ask once a distinct address, or keep a
/// small cache in each worker.
pub trait Resolver: fmt::Debug + Send + Sync {
    /// Whether there is any table that tells of this.
    fn knows(&self, subject: Subject) -> bool;

    /// The label of the longest prefix that holds the address; `None` for an
    /// address in no labelled network.
    fn label(&self, version: IpVersion, address: IpAddress) -> Option<LabelId>;

    /// The origin of the longest prefix that holds the address; `None` for an
    /// address that nobody announces.
    fn origin(&self, version: IpVersion, address: IpAddress) -> Option<OriginId>;

    /// The country of the longest prefix that holds the address.
    fn country(&self, version: IpVersion, address: IpAddress) -> Option<Country>;

    /// The holder that a registry delegated the address to; `None` where it is not
    /// delegated, or the registry names no holder.
    fn holder(&self, version: IpVersion, address: IpAddress) -> Option<HolderId>;

    /// Whether the address lies in a local network.
    fn is_local(&self, version: IpVersion, address: IpAddress) -> bool;

    /// Whether all addresses of a prefix are known to have the same label, origin,
    /// country and holder; false where that is not known.
    fn is_uniform(&self, prefix: Prefix) -> bool;

    /// Which way traffic between two addresses goes.
    fn direction(
        &self,
        version: IpVersion,
        source: IpAddress,
        destination: IpAddress,
    ) -> Direction {
        Direction::of(self.is_local(version, source), self.is_local(version, destination))
    }

    /// All labels, in the order of the file: a [`LabelId`] is the index.
    fn labels(&self) -> &[Label];

    /// All origins: an [`OriginId`] is the index.
    fn origins(&self) -> &[Origin];

    /// All holders as `registry/opaque-id`: a [`HolderId`] is the index.
    fn holders(&self) -> &[Arc<str>];

    /// What the tables call an autonomous system (the organisation), where they
    /// do.
    fn as_name(&self, asn: Asn) -> Option<&str>;
}
