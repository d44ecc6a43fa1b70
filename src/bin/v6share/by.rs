//! `--by`: one breakdown, as it is written.

use std::str::FromStr;
use v6share::aggregate::MAX_DIMENSIONS;
use v6share::model::{Dimension, InvalidDimension, PrefixCut, PrefixLens, leaves_agree};

/// The dimensions of one breakdown, each with whether it is a prefix that names
/// no lengths: `--prefix-len` has them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct By(Vec<(Dimension, bool)>);

/// Why the words are no breakdown.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum InvalidBy {
    #[error(transparent)]
    Dimension(#[from] InvalidDimension),
    #[error("{0} is named twice in one breakdown; give --by again for another breakdown")]
    Twice(String),
    #[error("a breakdown has at most {MAX_DIMENSIONS} dimensions; give --by again for another one")]
    TooMany,
    #[error(
        "automatic prefixes of one breakdown have leaves of the same lengths; give --by again for \
         others"
    )]
    Leaves,
}

impl FromStr for By {
    type Err = InvalidBy;

    fn from_str(text: &str) -> Result<Self, InvalidBy> {
        let mut dimensions: Vec<(Dimension, bool)> = Vec::new();
        for word in text.split(',').map(str::trim) {
            let dimension: Dimension = word.parse()?;
            if dimensions.iter().any(|(other, _)| other.word() == dimension.word()) {
                return Err(InvalidBy::Twice(dimension.word()));
            }
            let bare = matches!(dimension, Dimension::Prefix(..)) && !word.contains('=');
            dimensions.push((dimension, bare));
        }
        if !leaves_agree(dimensions.iter().map(|(dimension, _)| dimension)) {
            return Err(InvalidBy::Leaves);
        }
        if dimensions.len() > MAX_DIMENSIONS {
            Err(InvalidBy::TooMany)
        } else {
            Ok(Self(dimensions))
        }
    }
}

impl By {
    /// The breakdowns that it stands for: one, or one for each pair of lengths
    /// where a prefix names none.
    fn with_lens(&self, lens: &[PrefixLens]) -> Vec<Vec<Dimension>> {
        if !self.0.iter().any(|(_, bare)| *bare) {
            return vec![self.0.iter().map(|(dimension, _)| dimension.clone()).collect()];
        }
        let one = |lens: &PrefixLens| {
            let dimensions = self.0.iter().map(|(dimension, bare)| match dimension {
                Dimension::Prefix(side, _) if *bare => {
                    Dimension::Prefix(*side, PrefixCut::Lens(*lens))
                }
                other => other.clone(),
            });
            dimensions.collect()
        };
        lens.iter().map(one).collect()
    }
}

/// The breakdowns of all options, each once, where it stood first.
pub(crate) fn breakdowns(given: &[By], lens: &[PrefixLens]) -> Vec<Vec<Dimension>> {
    let mut kept = Vec::new();
    for breakdown in given.iter().flat_map(|by| by.with_lens(lens)) {
        if !kept.contains(&breakdown) {
            kept.push(breakdown);
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;
    use v6share::model::Side;

    fn by(text: &str) -> By {
        text.parse().expect(text)
    }

    fn lens(v4: u8, v6: u8) -> PrefixLens {
        PrefixLens::new(v4, v6).expect("valid")
    }

    #[test]
    fn commas_make_one_key_and_options_make_breakdowns() {
        let all = breakdowns(&[by("protocol,port"), by("port"), by("protocol,port")], &[]);
        assert_eq!(
            all,
            [vec![Dimension::Protocol, Dimension::Port], vec![Dimension::Port]],
            "each once"
        );
    }

    #[test]
    fn a_prefix_without_lengths_has_those_of_the_option() {
        let prefix = |pair| Dimension::Prefix(Side::Both, PrefixCut::Lens(pair));
        let two = [lens(8, 32), lens(24, 48)];
        assert_eq!(
            breakdowns(&[by("prefix"), by("prefix=24/48"), by("prefix=16/32")], &two),
            [vec![prefix(two[0])], vec![prefix(two[1])], vec![prefix(lens(16, 32))]]
        );
    }

    #[test]
    fn nonsense_is_told() {
        assert!(matches!("".parse::<By>(), Err(InvalidBy::Dimension(_))));
        assert!(matches!("port,".parse::<By>(), Err(InvalidBy::Dimension(_))));
        assert_eq!("port,port".parse::<By>(), Err(InvalidBy::Twice("port".into())));
        let leaves = "source-prefix=auto:16/32,destination-prefix=auto";
        assert_eq!(leaves.parse::<By>(), Err(InvalidBy::Leaves));
        let many = "protocol,port,service,vlan,mac,interface,input,packet-size,traffic-class";
        assert_eq!(many.parse::<By>(), Err(InvalidBy::TooMany));
    }
}
