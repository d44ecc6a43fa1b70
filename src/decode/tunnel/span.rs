//! What is left of a packet behind the headers that were opened.

use super::super::ip::Carried;
use crate::wire::HeaderError;

/// Captured bytes, and the octets that the headers before them declare.
#[derive(Clone, Copy, Debug)]
pub(super) struct Span<'a> {
    /// Never more than declared.
    bytes: &'a [u8],
    /// [`Carried::UNBOUNDED`] in a first fragment.
    declared: u64,
}

impl<'a> Span<'a> {
    /// What an IP header carries.
    pub(super) fn of(carried: &Carried<'a>) -> Self {
        Self::new(carried.bytes, carried.declared)
    }

    /// What a header declares `declared` octets of, as far as it is in `bytes`.
    #[inline]
    pub(super) fn new(bytes: &'a [u8], declared: u64) -> Self {
        Self { bytes, declared: u64::MAX }.within(declared)
    }

    /// The captured bytes.
    pub(super) fn bytes(self) -> &'a [u8] {
        self.bytes
    }

    /// The octets that are declared.
    pub(super) fn declared(self) -> u64 {
        self.declared
    }

    /// True where every declared octet was captured.
    pub(super) fn is_whole(self) -> bool {
        self.bytes.len() as u64 == self.declared
    }

    /// What is left after `octets` more.
    ///
    /// # Errors
    /// [`HeaderError::Malformed`] when fewer are declared, else
    /// [`HeaderError::Truncated`] when fewer were captured.
    pub(super) fn skip(self, octets: usize) -> Result<Self, HeaderError> {
        if self.declared < octets as u64 {
            return Err(HeaderError::Malformed);
        }
        let bytes = self.bytes.get(octets..).ok_or(HeaderError::Truncated)?;
        Ok(Self { bytes, declared: self.less(octets as u64) })
    }

    /// The first `octets` alone.
    ///
    /// # Errors
    /// [`HeaderError::Malformed`] when fewer are declared.
    pub(super) fn first(self, octets: usize) -> Result<Self, HeaderError> {
        if self.declared < octets as u64 {
            return Err(HeaderError::Malformed);
        }
        Ok(self.within(octets as u64))
    }

    /// Without the last `octets`, which are no payload.
    pub(super) fn without_last(self, octets: u8) -> Self {
        self.within(self.less(u64::from(octets)))
    }

    fn less(self, octets: u64) -> u64 {
        match self.declared {
            Carried::UNBOUNDED => Carried::UNBOUNDED,
            declared => declared.saturating_sub(octets),
        }
    }

    fn within(self, declared: u64) -> Self {
        let octets = usize::try_from(declared).unwrap_or(usize::MAX).min(self.bytes.len());
        Self { bytes: &self.bytes[..octets], declared }
    }
}
