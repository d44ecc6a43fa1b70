//! The headers of one packet, as a person reads them.

/// One header that was found in a frame.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Layer {
    /// What it is, by its usual name.
    pub name: String,
    /// Octets from the start of the captured frame.
    pub offset: usize,
    /// Octets that were captured of it.
    pub len: usize,
    /// What its fields say, those that matter for the count: name and value.
    pub fields: Vec<(&'static str, String)>,
}

impl Layer {
    /// Where the next one begins.
    #[must_use]
    pub fn end(&self) -> usize {
        self.offset.saturating_add(self.len)
    }
}
