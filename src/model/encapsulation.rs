//! By which mechanism one IP packet is carried in another.

/// The encapsulation class of a packet (MEASURE section 3).
///
/// Only the classes that can be told without opening a tunnel exist so far:
/// a packet is native, or its outer header names a tunnel protocol.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Encapsulation {
    /// No tunnel: the outer IP header is the inner one.
    #[default]
    Native,
    /// The protocol number of the outer header says that something is carried
    /// inside (4, 41, 47, 50, 51, 94, 97, 108, 115, 137, 143); it is not opened.
    Unopened,
}
