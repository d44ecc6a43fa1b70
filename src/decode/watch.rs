//! Who is told of each header that decoding passes: nobody, or a trace.

use super::link::Next;
use crate::model::{IpProtocol, IpVersion, TunnelLayer};

/// A header that was passed, as the code that opened it knows it.
#[derive(Clone, Copy, Debug)]
pub(super) enum Passed {
    /// A header of the link layer.
    Link(Next),
    /// An IP header with its options or extension headers.
    Ip(IpVersion),
    /// What an IP header carries; `None` where that is not to be seen.
    Carried(Option<IpProtocol>),
    /// Data of a later fragment, which begins with no header.
    Fragment,
    /// A tunnel's own header.
    Tunnel(TunnelLayer),
}

/// Watches decoding. The bytes are always a part of the frame, from the
/// header's start on.
///
/// Nothing that decoding does depends on who watches: a trace shows the very
/// steps by which the packet was counted.
pub(super) trait Watch {
    /// A header begins here.
    fn passed(&mut self, header: Passed, bytes: &[u8]);

    /// How much was told so far.
    fn mark(&self) -> usize;

    /// What was told since `mark` proved to be wrong.
    fn forget(&mut self, mark: usize);
}

/// Nobody watches: it costs nothing.
impl Watch for () {
    #[inline(always)]
    fn passed(&mut self, _: Passed, _: &[u8]) {}

    #[inline(always)]
    fn mark(&self) -> usize {
        0
    }

    #[inline(always)]
    fn forget(&mut self, _: usize) {}
}
