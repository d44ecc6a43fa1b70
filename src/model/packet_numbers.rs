//! Which packets of a capture are meant.

use std::str::FromStr;

/// Numbers of packets, from 1, as ranges in order: `1,5-7`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PacketNumbers(Vec<(u64, u64)>);

/// Text that names no packets.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is no list of packets: give numbers from 1 and ranges, such as 7 or 1,5-7")]
pub struct InvalidPacketNumbers(String);

impl PacketNumbers {
    /// True where packet `number` is meant.
    #[must_use]
    pub fn contains(&self, number: u64) -> bool {
        self.0.iter().any(|(first, last)| (*first..=*last).contains(&number))
    }

    /// The last packet that is meant.
    #[must_use]
    pub fn last(&self) -> u64 {
        self.0.iter().map(|(_, last)| *last).max().unwrap_or(0)
    }
}

impl FromStr for PacketNumbers {
    type Err = InvalidPacketNumbers;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let number = |digits: &str| digits.trim().parse::<u64>().ok().filter(|number| *number > 0);
        let range = |part: &str| match part.split_once('-') {
            None => number(part).map(|only| (only, only)),
            Some((first, last)) => {
                number(first).zip(number(last)).filter(|(first, last)| first <= last)
            }
        };
        let ranges: Option<Vec<_>> = text.split(',').map(range).collect();
        ranges.map(Self).ok_or_else(|| InvalidPacketNumbers(text.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_ranges_are_read() {
        let some: PacketNumbers = "1,5-7, 12".parse().unwrap();
        let meant: Vec<u64> = (0..20).filter(|number| some.contains(*number)).collect();
        assert_eq!(meant, [1, 5, 6, 7, 12]);
        assert_eq!(some.last(), 12);
    }

    #[test]
    fn what_names_no_packet_is_told() {
        for text in ["", "0", "x", "5-", "-5", "7-5", "1,,2", "1-2-3", "18446744073709551616"] {
            let error = text.parse::<PacketNumbers>().unwrap_err();
            assert!(error.to_string().contains("such as 7 or 1,5-7"), "{text}");
        }
    }
}
