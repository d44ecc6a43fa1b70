//! One interface of a pcapng section: what its Interface Description Block
//! says about every packet that names it (section 4.2).

use super::ByteOrder;
use crate::model::{Head, LinkType, Timestamp};
use pcap_parser::pcapng::{InterfaceDescriptionBlock, OptionCode};

/// `if_tsresol`: units of time.
const IF_TSRESOL: u16 = 9;
/// `if_fcslen`: octets of frame check sequence.
const IF_FCSLEN: u16 = 13;
/// `if_tsoffset`: seconds to add.
const IF_TSOFFSET: u16 = 14;

/// What the packets of an interface have in common.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Interface {
    pub(super) link_type: LinkType,
    /// 0: no limit.
    pub(super) snap_len: u32,
    /// Octets of frame check sequence, 0 where not known.
    pub(super) fcs_len: u8,
    unit: Unit,
    /// Nanoseconds to add.
    offset_ns: i128,
    /// Nanoseconds of a unit, where its packets can be told by their heads and that is
    /// all there is to their times; else 0.
    pub(super) head_ns: u64,
}

/// The unit in which an interface counts time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Unit {
    /// So many nanoseconds: powers of ten down to a nanosecond.
    Nanoseconds(u64),
    /// A nanosecond is so many of them: finer powers of ten.
    PerNanosecond(u128),
    /// A second is two to this power of them.
    BinaryFraction(u8),
}

impl Interface {
    pub(super) fn new(block: &InterfaceDescriptionBlock<'_>, order: ByteOrder) -> Self {
        let value = |code| {
            let option = block.options.iter().find(|option| option.code == OptionCode(code))?;
            option.as_bytes().ok()
        };
        let seconds = value(IF_TSOFFSET)
            .and_then(|bytes| bytes.first_chunk().copied())
            .map_or(0, |bytes| order.i64(bytes));
        let byte = |code| value(code).and_then(|bytes| bytes.first().copied());
        let link_type = LinkType(u16::try_from(block.linktype.0).unwrap_or(u16::MAX));
        let unit = Unit::new(byte(IF_TSRESOL).unwrap_or(6));
        Self {
            link_type,
            snap_len: block.snaplen,
            fcs_len: byte(IF_FCSLEN).unwrap_or(0),
            unit,
            offset_ns: i128::from(seconds) * 1_000_000_000,
            head_ns: match unit {
                Unit::Nanoseconds(ns) if seconds == 0 && Head::covers(link_type) => ns,
                _ => 0,
            },
        }
    }

    /// All that it says, in one line.
    pub(super) fn describe(&self) -> String {
        let Self { link_type, snap_len, fcs_len, unit, offset_ns, .. } = self;
        let unit = match unit {
            Unit::Nanoseconds(ns) => format!("{ns} ns"),
            Unit::PerNanosecond(parts) => format!("1/{parts} ns"),
            Unit::BinaryFraction(bits) => format!("2^-{bits} s"),
        };
        format!("{} {snap_len} {fcs_len} {unit} {offset_ns}\n", link_type.0)
    }

    /// The time of a packet that says `units`; `None` beyond the range of
    /// [`Timestamp`].
    pub(super) fn timestamp(&self, units: u64) -> Option<Timestamp> {
        let nanoseconds = match self.unit {
            Unit::Nanoseconds(ns) => u128::from(units) * u128::from(ns),
            Unit::PerNanosecond(parts) => u128::from(units) / parts,
            Unit::BinaryFraction(bits) => (u128::from(units) * 1_000_000_000) >> bits,
        };
        Timestamp::from_wide(i128::try_from(nanoseconds).ok()?.checked_add(self.offset_ns)?)
    }
}

impl Unit {
    /// From the value of `if_tsresol`: the upper bit chooses powers of two.
    fn new(resolution: u8) -> Self {
        let exponent = resolution & 0x7f;
        match (resolution & 0x80, exponent) {
            (0, 0..=9) => Self::Nanoseconds(10_u64.pow(9 - u32::from(exponent))),
            // 10^38 is the largest power in 128 bits; finer units give 0 all the same.
            (0, _) => Self::PerNanosecond(10_u128.pow(u32::from(exponent - 9).min(38))),
            _ => Self::BinaryFraction(exponent),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn interface(resolution: u8, seconds: i128) -> Interface {
        Interface {
            link_type: LinkType(1),
            snap_len: 0,
            fcs_len: 0,
            unit: Unit::new(resolution),
            offset_ns: seconds * 1_000_000_000,
            head_ns: 0,
        }
    }

    #[test]
    fn units_of_ten_and_of_two() {
        let at = |resolution, units| {
            interface(resolution, 0).timestamp(units).map(Timestamp::nanoseconds)
        };
        assert_eq!(at(6, 1_500_000), Some(1_500_000_000));
        assert_eq!(at(9, 1_500_000_000), Some(1_500_000_000));
        assert_eq!(at(0, 2), Some(2_000_000_000));
        assert_eq!(at(12, 1_500), Some(1));
        assert_eq!(at(0x7f, u64::MAX), Some(0));
        assert_eq!(at(0x80 | 10, 1_536), Some(1_500_000_000));
        assert_eq!(at(0x80, 3), Some(3_000_000_000));
        assert_eq!(at(0xff, u64::MAX), Some(0));
        assert_eq!(at(0, u64::MAX), None);
        assert_eq!(at(6, u64::MAX), None);
    }

    #[test]
    fn an_offset_is_added_in_seconds() {
        let at =
            |seconds, units| interface(6, seconds).timestamp(units).map(Timestamp::nanoseconds);
        assert_eq!(at(10, 500_000), Some(10_500_000_000));
        assert_eq!(at(-1, 500_000), Some(-500_000_000));
        assert_eq!(at(i128::from(i64::MAX), 0), None);
    }
}
