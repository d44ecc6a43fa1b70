//! Cells by protocol: a flat array, because there are 256 of them.

use super::cell::Cell;
use crate::model::{Ends, IpProtocol, IpVersion, Sums};

/// The place of packets whose protocol is cut away.
const UNKNOWN: usize = 256;

/// Cells by protocol.
pub(super) type OfFamily = [Cell; UNKNOWN + 1];

/// Cells by family and protocol.
#[derive(Clone, Debug)]
pub(super) struct ProtocolCells(Box<[OfFamily; 2]>);

impl Default for ProtocolCells {
    fn default() -> Self {
        Self(Box::new([[Cell::default(); UNKNOWN + 1]; 2]))
    }
}

impl ProtocolCells {
    /// Adds one packet.
    #[inline(always)]
    pub(super) fn add(
        &mut self,
        version: IpVersion,
        protocol: Option<IpProtocol>,
        octets: u64,
        wire_octets: u64,
    ) {
        let place = protocol.map_or(UNKNOWN, |protocol| usize::from(protocol.0));
        self.0[version.index()][place].add(octets, wire_octets);
    }

    /// Adds packets of one family, of which the sums are given. All are
    /// of TCP but those at the places `others`: most packets would wait for the count of
    /// the packet before.
    #[inline(always)]
    pub(super) fn add_batch(
        &mut self,
        version: IpVersion,
        packets: &[Ends],
        sums: &Sums,
        others: &[u8],
    ) {
        let cells = self.of(version);
        let mut of_others = Cell::default();
        for ends in others.iter().map(|place| &packets[usize::from(*place)]) {
            cells[usize::from(ends.protocol().0)].add(ends.octets(), ends.wire_octets());
            of_others.add(ends.octets(), ends.wire_octets());
        }
        let [packets_of_others, octets_of_others, wire_octets_of_others] = of_others.parts();
        cells[usize::from(IpProtocol::TCP.0)].merge(&Cell::of(
            packets.len() as u64 - packets_of_others,
            sums.octets - octets_of_others,
            sums.wire_octets - wire_octets_of_others,
        ));
    }

    /// The cells of one family, by protocol.
    #[inline(always)]
    pub(super) fn of(&mut self, version: IpVersion) -> &mut OfFamily {
        &mut self.0[version.index()]
    }

    /// The cells that are not zero.
    pub(super) fn cells(
        &self,
    ) -> impl Iterator<Item = (IpVersion, Option<IpProtocol>, &Cell)> + '_ {
        IpVersion::ALL.into_iter().flat_map(move |version| {
            self.0[version.index()]
                .iter()
                .enumerate()
                .filter(|(_, cell)| !cell.is_zero())
                .map(move |(place, cell)| (version, u8::try_from(place).ok().map(IpProtocol), cell))
        })
    }

    /// Forgets everything.
    pub(super) fn clear(&mut self) {
        *self.0 = [[Cell::default(); UNKNOWN + 1]; 2];
    }
}
