//! Cells by the well-known port of a flow.

use super::cell::Cell;
use crate::model::{IpHeader, IpVersion, ServicePort};
use foldhash::fast::RandomState;
use hashbrown::HashMap;

/// Cells by family and service port. `None` is all that has no ports: other
/// protocols, later fragments, headers that were cut.
#[derive(Clone, Debug, Default)]
pub(super) struct PortCells([HashMap<Option<ServicePort>, Cell, RandomState>; 2]);

impl PortCells {
    /// Counts one packet under the family `counted`.
    pub(super) fn add(&mut self, counted: IpVersion, header: &IpHeader, wire_octets: u64) {
        let port = ServicePort::of_header(header);
        self.0[counted.index()].entry(port).or_default().add(header.octets, wire_octets);
    }

    /// Gives every cell and forgets it.
    pub(super) fn drain(&mut self, mut take: impl FnMut(IpVersion, Option<ServicePort>, &Cell)) {
        for version in IpVersion::ALL {
            for (port, cell) in self.0[version.index()].drain() {
                take(version, port, &cell);
            }
        }
    }
}
