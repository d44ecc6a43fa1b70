//! Little-endian numbers at an offset of a record: `None` where it is too short.

/// The octet at `at`.
#[inline]
pub(super) fn octet(bytes: &[u8], at: usize) -> Option<u8> {
    bytes.get(at).copied()
}

/// Two octets at `at`.
#[inline]
pub(super) fn short(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_le_bytes(*bytes.get(at..)?.first_chunk()?))
}

/// Four octets at `at`.
#[inline]
pub(super) fn word(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_le_bytes(*bytes.get(at..)?.first_chunk()?))
}

/// Eight octets at `at`.
#[inline]
pub(super) fn long(bytes: &[u8], at: usize) -> Option<u64> {
    Some(u64::from_le_bytes(*bytes.get(at..)?.first_chunk()?))
}

/// An IPv6 address at `at`: two numbers of 64 bits, the upper one first.
#[inline]
pub(super) fn address(bytes: &[u8], at: usize) -> Option<u128> {
    let octets: &[u8; 16] = bytes.get(at..)?.first_chunk()?;
    let both = u128::from_le_bytes(*octets);
    Some(both.rotate_left(64))
}
