//! Fields of a header, read where they were captured.

/// The name of a field and its value.
pub(super) type Field = (&'static str, String);

/// The 16 bits at `at`.
pub(super) fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    bytes.get(at..)?.first_chunk().map(|octets| u16::from_be_bytes(*octets))
}

/// The 32 bits at `at`.
pub(super) fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    bytes.get(at..)?.first_chunk().map(|octets| u32::from_be_bytes(*octets))
}

/// A field, where it was captured.
pub(super) fn field(name: &'static str, value: Option<impl ToString>) -> Option<Field> {
    value.map(|value| (name, value.to_string()))
}
