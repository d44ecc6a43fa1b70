//! Opens what an IP header carries, one layer after the other.

use super::super::decoder::Decoder;
use super::super::ip::Parsed;
use crate::model::{Anomalies, Encapsulation, IpHeader, TunnelPath};

/// What an outer IP header carries.
#[derive(Clone, Copy, Debug, Default)]
pub(in super::super) struct Tunnel {
    /// The mechanism of the outermost tunnel, or a translation, or native.
    pub(in super::super) encapsulation: Encapsulation,
    /// The innermost IP header, where it is not the outer one.
    pub(in super::super) inner: Option<IpHeader>,
    /// The layers on the way.
    pub(in super::super) path: TunnelPath,
    /// Something is carried inside that cannot be seen.
    pub(in super::super) inner_unknown: bool,
    /// What was odd on the way.
    pub(in super::super) anomalies: Anomalies,
}

/// Opens the tunnels of a packet.
pub(in super::super) fn open(_decoder: &Decoder, _outer: &Parsed<'_>) -> Tunnel {
    Tunnel::default()
}
