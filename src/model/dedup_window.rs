//! How far apart two frames may lie to be copies of each other.

use std::fmt;
use std::str::FromStr;

/// A window of packets or of time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DedupWindow {
    /// So many records of the input, from 1 on.
    Packets(u32),
    /// So many nanoseconds, from 1 on.
    Time(u64),
}

/// Text that is no window.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "{0:?} is no window: give a number of packets up to 1000000, or a time up to 3600s, such as 1000, 50ms or 1s"
)]
pub struct InvalidDedupWindow(String);

impl DedupWindow {
    /// Packets at the most.
    pub const MAX_PACKETS: u32 = 1_000_000;
    /// Nanoseconds at the most: an hour.
    const MAX_TIME: u64 = 3_600_000_000_000;
}

/// Units of time, with their nanoseconds; the longer name first where one ends
/// as another does.
const UNITS: [(&str, u64); 4] = [("ns", 1), ("us", 1_000), ("ms", 1_000_000), ("s", 1_000_000_000)];

impl FromStr for DedupWindow {
    type Err = InvalidDedupWindow;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let invalid = || InvalidDedupWindow(text.to_owned());
        let unit = UNITS.iter().find_map(|(unit, ns)| Some((text.strip_suffix(unit)?, *ns)));
        let window = match unit {
            Some((digits, ns)) => {
                let count: u64 = digits.trim().parse().map_err(|_| invalid())?;
                Self::Time(count.checked_mul(ns).ok_or_else(invalid)?)
            }
            None => Self::Packets(text.parse().map_err(|_| invalid())?),
        };
        match window {
            Self::Packets(1..=Self::MAX_PACKETS) | Self::Time(1..=Self::MAX_TIME) => Ok(window),
            _ => Err(invalid()),
        }
    }
}

impl fmt::Display for DedupWindow {
    /// As it may be given again: `1000`, `50ms`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Packets(packets) => packets.fmt(f),
            Self::Time(time) => {
                let (unit, ns) =
                    UNITS.iter().rev().find(|(_, ns)| time % ns == 0).unwrap_or(&UNITS[0]);
                write!(f, "{}{unit}", time / ns)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn windows_are_read_and_shown() {
        for (text, window) in [
            ("1000", DedupWindow::Packets(1000)),
            ("50ms", DedupWindow::Time(50_000_000)),
            ("1s", DedupWindow::Time(1_000_000_000)),
            ("7us", DedupWindow::Time(7_000)),
            ("9ns", DedupWindow::Time(9)),
        ] {
            assert_eq!(text.parse(), Ok(window));
            assert_eq!(window.to_string(), text);
        }
    }

    #[test]
    fn what_is_no_window_is_told() {
        for text in ["", "0", "0s", "-1", "1m", "1000001", "3601s", "ms", "18446744073709551616ns"]
        {
            let error = text.parse::<DedupWindow>().unwrap_err();
            assert!(error.to_string().contains("such as 1000, 50ms or 1s"), "{text}");
        }
    }
}
