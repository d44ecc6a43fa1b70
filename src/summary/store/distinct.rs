//! Distinct addresses as text, and back.

use super::StoreError;
use super::row::{Figure, Row, Section};
use crate::aggregate::{EXACT_UP_TO, REGISTERS, Sketch};
use crate::model::{PerView, View};
use crate::summary::{DistinctAddresses, DistinctSet, DistinctWhat};

const VALUES: &str = "values";
const REGISTER_TEXT: &str = "registers";

/// What stands for a register that is 0.
const ZERO: u8 = b'0';

/// A row for each set.
pub(super) fn rows(
    all: &PerView<DistinctAddresses>,
    rows: &mut Vec<Row>,
) -> Result<(), StoreError> {
    for (view, what) in View::ALL.into_iter().flat_map(|v| DistinctWhat::ALL.map(|w| (v, w))) {
        let set = all[view].get(what);
        let row = Row::new(Section::Distinct).key(0, what.key().to_owned()).view(view);
        let row = row.family(what.version()).figure(Figure::Records, set.count())?;
        rows.push(row.text(text(what, set)));
    }
    Ok(())
}

fn text(what: DistinctWhat, set: &DistinctSet) -> String {
    match set {
        DistinctSet::Exact(values) => {
            let mut values: Vec<u128> = values.iter().copied().collect();
            values.sort_unstable();
            let digits = digits(what);
            let shift = 128 - 4 * digits;
            let values = values.iter().map(|value| format!(" {:0digits$x}", value >> shift));
            std::iter::once(VALUES.to_owned()).chain(values).collect()
        }
        DistinctSet::Sketch(sketch) => {
            let registers = sketch.registers().iter().map(|rank| char::from(ZERO + rank));
            format!("{REGISTER_TEXT} {}", registers.collect::<String>())
        }
    }
}

/// Hexadecimal digits of a value.
fn digits(what: DistinctWhat) -> usize {
    usize::from(what.len()).div_ceil(4)
}

/// Adds what a row says.
pub(super) fn read(row: &Row, all: &mut DistinctAddresses) -> Result<(), String> {
    let (key, family) = (row.keys[0].as_deref().unwrap_or_default(), row.of_family()?);
    let what = DistinctWhat::ALL.into_iter().find(|w| w.key() == key && w.version() == family);
    let what = what.ok_or_else(|| format!("unknown kind of distinct addresses {key:?}"))?;
    let text = row.text.as_deref().unwrap_or_default();
    let (kind, rest) = text.split_once(' ').unwrap_or((text, ""));
    let set = match kind {
        VALUES => values(what, rest),
        REGISTER_TEXT => registers(rest),
        _ => None,
    };
    all.get_mut(what).merge(&set.ok_or("a set of distinct addresses that cannot be read")?);
    Ok(())
}

fn values(what: DistinctWhat, text: &str) -> Option<DistinctSet> {
    let digits = digits(what);
    let mut set = DistinctSet::default();
    for word in text.split_ascii_whitespace() {
        let value = u128::from_str_radix(word, 16).ok().filter(|_| word.len() == digits)?;
        set.insert(value << (128 - 4 * digits));
    }
    (set.count() <= EXACT_UP_TO as u64).then_some(set)
}

fn registers(text: &str) -> Option<DistinctSet> {
    let ranks = text.bytes().map(|byte| byte.checked_sub(ZERO));
    let ranks = ranks.take(REGISTERS + 1).collect::<Option<Vec<u8>>>()?;
    Sketch::from_registers(ranks).map(DistinctSet::Sketch)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn example(addresses: u128) -> DistinctAddresses {
        let mut all = DistinctAddresses::default();
        for what in DistinctWhat::ALL {
            let set = all.get_mut(what);
            (0..addresses).for_each(|at| {
                set.insert((at * 0x9e37_79b9) << (128 - u32::from(what.len())));
            });
        }
        all
    }

    #[test]
    fn sets_are_read_back() {
        for addresses in [0, 3, 70_000] {
            let all = PerView { transport: example(addresses), end_to_end: example(addresses / 2) };
            let mut stored = Vec::new();
            rows(&all, &mut stored).unwrap();
            assert_eq!(stored.len(), 12);
            let mut back = PerView::<DistinctAddresses>::default();
            for row in &stored {
                read(row, &mut back[row.view.unwrap()]).unwrap();
            }
            assert_eq!(back, all);
        }
    }

    #[test]
    fn what_is_no_set_is_told() {
        let row = |text: &str| {
            Row::new(Section::Distinct)
                .key(0, "prefixes_24".to_owned())
                .family(crate::model::IpVersion::V4)
                .text(text.to_owned())
        };
        let mut all = DistinctAddresses::default();
        for bad in
            ["", "many", "values 1", "values xyzxyz", "registers", "registers 0123", "registers é"]
        {
            assert!(read(&row(bad), &mut all).is_err(), "{bad}");
        }
        assert!(read(&row("values c00002 c00003"), &mut all).is_ok());
        assert_eq!(all.get(DistinctWhat::Ipv4Len24).count(), 2);
        assert!(read(&row("values").key(0, "prefixes_7".to_owned()), &mut all).is_err());
    }
}
