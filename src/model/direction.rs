//! Which way traffic goes, seen from the operator's own networks.

/// Which way a packet goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Direction {
    /// From elsewhere to a local network.
    In,
    /// From a local network to elsewhere.
    Out,
    /// From a local network to a local network.
    Internal,
    /// From elsewhere to elsewhere.
    Transit,
}

impl Direction {
    /// All of them, in the order of every output.
    pub const ALL: [Self; 4] = [Self::In, Self::Out, Self::Internal, Self::Transit];

    /// The direction of what goes from a source to a destination, each of which
    /// lies in a local network (`true`) or does not.
    #[inline]
    #[must_use]
    pub fn of(source_is_local: bool, destination_is_local: bool) -> Self {
        match (source_is_local, destination_is_local) {
            (false, true) => Self::In,
            (true, false) => Self::Out,
            (true, true) => Self::Internal,
            (false, false) => Self::Transit,
        }
    }

    /// The key in JSON and CSV: `in`, `out`, `internal`, `transit`.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::In => "in",
            Self::Out => "out",
            Self::Internal => "internal",
            Self::Transit => "transit",
        }
    }
}
