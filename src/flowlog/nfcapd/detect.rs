//! Whether bytes begin an nfcapd file.

/// The first two octets of every nfdump file, of a little-endian machine.
pub(super) const MAGIC: [u8; 2] = [0x0c, 0xa5];
/// The same of a big-endian machine.
pub(super) const MAGIC_SWAPPED: [u8; 2] = [0xa5, 0x0c];
/// No layout is numbered higher, so that two octets of magic are not all there is.
const HIGHEST_LAYOUT: u16 = 15;

/// True where `first` begins like a file of nfdump, of whichever layout.
#[must_use]
pub fn detect(first: &[u8]) -> bool {
    let Some([m0, m1, v0, v1]) = first.first_chunk() else { return false };
    let layout = match [*m0, *m1] {
        MAGIC => u16::from_le_bytes([*v0, *v1]),
        MAGIC_SWAPPED => u16::from_be_bytes([*v0, *v1]),
        _ => return false,
    };
    (1..=HIGHEST_LAYOUT).contains(&layout)
}
