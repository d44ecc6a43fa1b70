//! The names that an operator gives to networks.

use std::collections::BTreeMap;

/// Which label of a [`super::Resolver`]: an index into its list, valid for that
/// resolver alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LabelId(pub u32);

impl LabelId {
    /// The index.
    #[must_use]
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// A name for a set of prefixes of both families: a customer, a site, a point of
/// presence.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Label {
    /// The name, which no other label of the same resolver has.
    pub name: String,
    /// What else is said of it, by name: region, kind, anything.
    pub attributes: BTreeMap<String, String>,
    /// Whether its networks are the operator's own: those that give traffic a
    /// direction.
    pub local: bool,
}
