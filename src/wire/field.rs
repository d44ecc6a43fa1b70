//! Integers in the fields of a header of fixed length.
//!
//! The array's length is part of its type, so that an offset beyond it is
//! found when the view is compiled with optimisation and by every test of it.

/// Declares the view of a header of fixed length, with its one gate.
macro_rules! fixed_header {
    ($(#[$doc:meta])* $vis:vis struct $name:ident($len:literal);) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug)]
        $vis struct $name<'a>(&'a [u8; $len]);

        impl<'a> $name<'a> {
            /// Octets of the header.
            $vis const LEN: usize = $len;

            /// The header at the start of `bytes`.
            ///
            /// # Errors
            /// [`HeaderError::Truncated`] when `bytes` end before the header does.
            ///
            /// [`HeaderError::Truncated`]: crate::wire::HeaderError::Truncated
            #[inline]
            $vis fn new_checked(bytes: &'a [u8]) -> Result<Self, $crate::wire::HeaderError> {
                bytes.first_chunk().map(Self).ok_or($crate::wire::HeaderError::Truncated)
            }
        }
    };
}
pub(super) use fixed_header;

/// The octets from `at` on as a big-endian number.
#[inline]
pub(super) const fn be16<const N: usize>(bytes: &[u8; N], at: usize) -> u16 {
    u16::from_be_bytes([bytes[at], bytes[at + 1]])
}

/// The octets from `at` on as a little-endian number.
#[inline]
pub(super) const fn le16<const N: usize>(bytes: &[u8; N], at: usize) -> u16 {
    u16::from_le_bytes([bytes[at], bytes[at + 1]])
}

/// The octets from `at` on as a big-endian number.
#[inline]
pub(super) const fn be32<const N: usize>(bytes: &[u8; N], at: usize) -> u32 {
    u32::from_be_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]])
}

/// The octets from `at` on as a little-endian number.
#[inline]
pub(super) const fn le32<const N: usize>(bytes: &[u8; N], at: usize) -> u32 {
    u32::from_le_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]])
}
