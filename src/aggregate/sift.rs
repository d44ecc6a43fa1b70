//! Control traffic among plain packets: counted beside everything else, or left out.

use super::Plan;
use super::cell::Cell;
use super::plan::{CONTROL_PORTS, is_control};
use super::prefix::BATCH;
use super::quick::Gathered;
use crate::model::{IpProtocol, Profile};
use std::sync::LazyLock;

/// What a plan wants of control traffic.
#[derive(Clone, Copy, Debug)]
pub(super) struct Sift {
    /// It is counted beside everything else.
    counts: bool,
    /// It is left out.
    leaves_out: bool,
    told: &'static Told,
}

/// The cells of a family for it.
pub(super) struct Control<'c> {
    /// Where it is counted beside everything else.
    pub(super) beside: &'c mut Cell,
    /// What the profile leaves out.
    pub(super) left_out: &'c mut Cell,
}

/// What tells it, as [`super::plan::is_control`] does: for each protocol whether it is
/// control traffic, whatever its ports are, and whether ports tell it, and for each port,
/// up to the one behind the last, whether it does.
#[derive(Clone, Debug)]
struct Told {
    protocols: [[bool; 2]; 256],
    ports: [bool; PORTS],
}

/// Ports above are none of control traffic: few enough that they lie in the first level of
/// cache.
const PORTS: usize = 1 << 13;

static TOLD: LazyLock<Told> = LazyLock::new(|| {
    let protocols = std::array::from_fn(|number| {
        let protocol = Some(IpProtocol(u8::try_from(number).unwrap_or(u8::MAX)));
        let alone = is_control(protocol, None);
        [alone, !alone && is_control(protocol, Some((CONTROL_PORTS[0], 0)))]
    });
    let ports = std::array::from_fn(|port| {
        u16::try_from(port).is_ok_and(|port| CONTROL_PORTS.contains(&port))
    });
    Told { protocols, ports }
});

impl Sift {
    pub(super) fn new(plan: &Plan) -> Self {
        let leaves_out = plan.profile == Profile::UserTraffic;
        Self { counts: plan.control, leaves_out, told: &TOLD }
    }

    /// Whether anything is wanted.
    #[inline(always)]
    pub(super) fn is_needed(self) -> bool {
        self.counts || self.leaves_out
    }

    /// Counts the control traffic among packets, and takes it out where it is left out.
    pub(super) fn take_control(self, gathered: &mut Gathered, control: Control<'_>) {
        let Control { beside, left_out } = control;
        let (mut places, mut len) = ([0_u8; BATCH], 0);
        let packets = gathered.packets().iter().zip(&gathered.details.ports);
        for (at, (ends, ports)) in (0..).zip(packets) {
            places[len % BATCH] = at;
            len += usize::from(self.told.is_control(ends.protocol(), *ports));
        }
        let places = &mut places[..len.min(BATCH)];
        let mut cell = Cell::default();
        for ends in places.iter().map(|at| &gathered.packets()[usize::from(*at)]) {
            cell.add(ends.octets(), ends.wire_octets());
        }
        if self.counts {
            beside.merge(&cell);
        }
        if self.leaves_out {
            left_out.merge(&cell);
            gathered.take_out(places);
        }
    }
}

impl Told {
    /// Which packet is one cannot be foretold, so nothing here branches on it.
    #[inline(always)]
    fn is_control(&self, protocol: IpProtocol, ports: Option<(u16, u16)>) -> bool {
        let [alone, by_ports] = self.protocols[usize::from(protocol.0)];
        let (source, destination) = ports.unwrap_or_default();
        let [source, destination] =
            [source, destination].map(|port| self.ports[usize::from(port).min(PORTS - 1)]);
        alone | (by_ports & ports.is_some() & (source | destination))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_told_as_the_plan_tells_it() {
        let told = &*TOLD;
        for protocol in (0..=u8::MAX).map(IpProtocol) {
            assert_eq!(told.is_control(protocol, None), is_control(Some(protocol), None));
            for port in 0..=u16::MAX {
                for ports in [(port, 40_000), (443, port), (port, port)] {
                    let ports = Some(ports);
                    let expected = is_control(Some(protocol), ports);
                    assert_eq!(told.is_control(protocol, ports), expected, "{protocol} {ports:?}");
                }
            }
        }
    }
}
