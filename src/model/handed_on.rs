//! What was done to a result so that it can be handed on.

use super::PrefixLens;
use std::fmt;

/// How the keys of a result were changed. Part of the result: what was changed in
/// different ways cannot be added up.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct HandedOn {
    /// Which key addresses are anonymised with: the first digits of its digest,
    /// which tell keys apart and nothing of the key.
    pub key_id: Option<String>,
    /// To how many bits addresses are cut.
    pub truncate: Option<PrefixLens>,
    /// Rows that rest on fewer addresses are folded; 0 and 1 fold none.
    pub min_cell: u64,
}

impl HandedOn {
    /// Whether nothing is changed.
    #[must_use]
    pub fn is_nothing(&self) -> bool {
        self.key_id.is_none() && self.truncate.is_none() && self.min_cell <= 1
    }
}

impl fmt::Display for HandedOn {
    /// `addresses anonymised (key 1a2b3c4d5e6f7081), cut to /24 and /48; rows on
    /// fewer than 10 addresses folded`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let key = self.key_id.as_ref().map(|id| format!("anonymised (key {id})"));
        let cut = self.truncate.map(|lens| format!("cut to {lens}"));
        let addresses: Vec<String> = key.into_iter().chain(cut).collect();
        let addresses =
            (!addresses.is_empty()).then(|| format!("addresses {}", addresses.join(", ")));
        let folded = (self.min_cell > 1)
            .then(|| format!("rows on fewer than {} addresses folded", self.min_cell));
        let parts: Vec<String> = addresses.into_iter().chain(folded).collect();
        f.write_str(&parts.join("; "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_reads_as_what_was_done() {
        let mut handed_on = HandedOn::default();
        assert!(handed_on.is_nothing() && handed_on.to_string().is_empty());
        handed_on.truncate = PrefixLens::new(24, 48).ok();
        assert_eq!(handed_on.to_string(), "addresses cut to /24 and /48");
        handed_on.key_id = Some("1a2b".into());
        handed_on.min_cell = 5;
        assert_eq!(
            handed_on.to_string(),
            "addresses anonymised (key 1a2b), cut to /24 and /48; rows on fewer than 5 addresses folded"
        );
    }
}
