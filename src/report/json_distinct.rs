//! Distinct addresses, and hosts of both families, as JSON values.

use crate::model::{IpVersion, PerView, Side};
use crate::summary::{DistinctAddresses, DistinctWhat};
use serde::Serialize;
use serde::ser::{SerializeMap, Serializer};

/// The distinct addresses of both views.
#[derive(Serialize)]
pub(super) struct DistinctValue<'a> {
    side: &'static str,
    transport: Families<'a>,
    end_to_end: Families<'a>,
}

impl<'a> DistinctValue<'a> {
    pub(super) fn of(all: &'a PerView<DistinctAddresses>, side: Side) -> Self {
        let families =
            |all| Families { ipv4: Sets(all, IpVersion::V4), ipv6: Sets(all, IpVersion::V6) };
        let (transport, end_to_end) = (families(&all.transport), families(&all.end_to_end));
        Self { side: side.key(), transport, end_to_end }
    }
}

#[derive(Serialize)]
struct Families<'a> {
    ipv4: Sets<'a>,
    ipv6: Sets<'a>,
}

/// The sets of one family.
struct Sets<'a>(&'a DistinctAddresses, IpVersion);

#[derive(Serialize)]
struct SetValue {
    count: u64,
    standard_error: f64,
}

impl Serialize for Sets<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut object = serializer.serialize_map(None)?;
        for what in DistinctWhat::ALL.into_iter().filter(|what| what.version() == self.1) {
            let set = self.0.get(what);
            let value = SetValue { count: set.count(), standard_error: set.standard_error() };
            object.serialize_entry(what.key(), &value)?;
        }
        object.end()
    }
}
