//! One row of a stored summary.

use super::StoreError;
use super::words::Word;
use crate::aggregate::MAX_DIMENSIONS;
use crate::model::{Count, IpVersion, View};
use serde::ser::{Serialize, SerializeMap, Serializer};

macro_rules! sections {
    ($($(#[$doc:meta])* $name:ident = $key:literal;)*) => {
        /// What a row belongs to.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Section { $($(#[$doc])* $name,)* }

        impl Section {
            /// The word in the column `section`.
            #[must_use]
            pub fn key(self) -> &'static str {
                match self { $(Self::$name => $key,)* }
            }

            /// The section of a word.
            #[must_use]
            pub fn of(word: &str) -> Option<Self> {
                match word { $($key => Some(Self::$name),)* _ => None }
            }
        }
    };
}

sections! {
    /// About the summary itself.
    Meta = "meta";
    /// An input.
    Input = "input";
    /// Where an input's records went.
    Account = "account";
    /// What was odd about them.
    Anomaly = "anomaly";
    /// All traffic.
    Total = "total";
    /// The traffic of the profile.
    ProfileTotal = "profile_total";
    /// Control traffic.
    Control = "control";
    /// By protocol.
    Protocol = "protocol";
    /// A breakdown.
    Breakdown = "breakdown";
    /// By mechanism and path.
    Tunnel = "tunnel";
    /// Distinct addresses and prefixes.
    Distinct = "distinct";
    /// By packet size.
    Size = "size";
    /// Flow records as exported, nothing scaled.
    Exported = "as_exported";
    /// What they stand for; it is in the other sections too.
    Scaled = "flow_scaled";
    /// Variance of what was sampled.
    Variance = "variance";
}

/// The columns of keys: as many as a breakdown can have dimensions.
pub(super) const KEYS: [&str; MAX_DIMENSIONS] =
    ["key1", "key2", "key3", "key4", "key5", "key6", "key7", "key8"];
/// The columns of keys that every file of the layout has; the others came later, and
/// where they are not there, they are null.
pub(super) const FIRST_KEYS: usize = 4;

/// One row. What is not used is `None`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// What it belongs to.
    pub section: Section,
    /// The view that it counts in.
    pub view: Option<View>,
    /// What the breakdown is by.
    pub by: Option<String>,
    /// The key.
    pub keys: [Option<String>; KEYS.len()],
    /// The input that it tells of.
    pub input: Option<i64>,
    /// What it counts as.
    pub family: Option<IpVersion>,
    /// Records, packets, octets, wire octets, flows, inner octets.
    pub figures: [Option<i64>; Figure::ALL.len()],
    /// A value that is no count.
    pub text: Option<String>,
}

/// The columns of counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Figure {
    /// Records.
    Records,
    /// Packets.
    Packets,
    /// IP-layer octets.
    Octets,
    /// Octets of layer 2.
    WireOctets,
    /// Flow records.
    Flows,
    /// IP-layer octets by the inner header.
    OctetsInner,
}

impl Figure {
    /// All of them, in the order of the columns.
    pub const ALL: [Self; 6] = [
        Self::Records,
        Self::Packets,
        Self::Octets,
        Self::WireOctets,
        Self::Flows,
        Self::OctetsInner,
    ];

    /// The name of the column.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::Records => "records",
            Self::Packets => "packets",
            Self::Octets => "octets",
            Self::WireOctets => "wire_octets",
            Self::Flows => "flows",
            Self::OctetsInner => "octets_inner",
        }
    }
}

impl Row {
    /// An empty row of a section.
    #[must_use]
    pub fn new(section: Section) -> Self {
        Self {
            section,
            view: None,
            by: None,
            keys: Default::default(),
            input: None,
            family: None,
            figures: Default::default(),
            text: None,
        }
    }

    /// The same with a key in column `at`, from 0.
    #[must_use]
    pub fn key(mut self, at: usize, key: impl Into<Option<String>>) -> Self {
        self.keys[at] = key.into();
        self
    }

    /// The same in a view.
    #[must_use]
    pub fn view(mut self, view: View) -> Self {
        self.view = Some(view);
        self
    }

    /// The same with a text.
    #[must_use]
    pub fn text(mut self, text: String) -> Self {
        self.text = Some(text);
        self
    }

    /// The same of an input.
    #[must_use]
    pub fn input(mut self, number: usize) -> Self {
        self.input = Some(i64::try_from(number).unwrap_or(i64::MAX));
        self
    }

    /// The same of a family.
    #[must_use]
    pub fn family(mut self, family: IpVersion) -> Self {
        self.family = Some(family);
        self
    }

    /// The same with one figure.
    ///
    /// # Errors
    /// When it is beyond 64 bits.
    pub fn figure(mut self, figure: Figure, count: impl Into<u128>) -> Result<Self, StoreError> {
        let count = count.into();
        let stored = i64::try_from(count);
        let stored = stored.map_err(|_| StoreError::TooLarge { what: figure.key(), count })?;
        self.figures[figure as usize] = Some(stored);
        Ok(self)
    }

    /// The same with a count.
    ///
    /// # Errors
    /// When part of it is beyond 64 bits.
    pub fn count(self, count: &Count) -> Result<Self, StoreError> {
        self.figure(Figure::Packets, count.packets)?
            .figure(Figure::Octets, count.octets)?
            .figure(Figure::WireOctets, count.wire_octets)?
            .figure(Figure::Flows, count.flows)
    }
}

impl Row {
    /// The view.
    pub(super) fn in_view(&self) -> Result<View, String> {
        self.view.ok_or_else(|| "no view".to_owned())
    }

    /// The family.
    pub(super) fn of_family(&self) -> Result<IpVersion, String> {
        self.family.ok_or_else(|| "no family".to_owned())
    }

    /// A figure, where there is one.
    pub(super) fn unsigned(&self, figure: Figure) -> Result<Option<u64>, String> {
        let negative = |_| format!("a negative number of {}", figure.key());
        self.figures[figure as usize].map(u64::try_from).transpose().map_err(negative)
    }

    /// The counts.
    pub(super) fn read_count(&self) -> Result<Count, String> {
        let figure = |figure| Ok::<_, String>(self.unsigned(figure)?.unwrap_or_default());
        Ok(Count {
            packets: figure(Figure::Packets)?.into(),
            octets: figure(Figure::Octets)?.into(),
            wire_octets: figure(Figure::WireOctets)?.into(),
            flows: figure(Figure::Flows)?,
        })
    }

    /// The key in column `at`, where there is one.
    pub(super) fn read_key<W: Word>(&self, at: usize) -> Result<Option<W>, String> {
        let read = |text: &String| W::read(text).ok_or_else(|| format!("unknown key {text:?}"));
        self.keys[at].as_ref().map(read).transpose()
    }
}

/// The family of a word.
pub(super) fn family(word: &str) -> Option<IpVersion> {
    IpVersion::ALL.into_iter().find(|family| family.key() == word)
}

impl Serialize for Row {
    /// One object with all columns, in their order; `key5` and those behind it only
    /// where there is such a key.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut object = serializer.serialize_map(None)?;
        object.serialize_entry("section", self.section.key())?;
        object.serialize_entry("view", &self.view.map(View::key))?;
        object.serialize_entry("dimensions", &self.by)?;
        for (at, (name, key)) in KEYS.iter().zip(&self.keys).enumerate() {
            if at < FIRST_KEYS || key.is_some() {
                object.serialize_entry(name, key)?;
            }
        }
        object.serialize_entry("family", &self.family.map(IpVersion::key))?;
        object.serialize_entry("text", &self.text)?;
        object.serialize_entry("input", &self.input)?;
        for (figure, value) in Figure::ALL.into_iter().zip(self.figures) {
            object.serialize_entry(figure.key(), &value)?;
        }
        object.end()
    }
}
