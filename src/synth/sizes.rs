//! How long packets are: a table from which a size is drawn at once.

use super::Sizes;

/// Sizes of which each is as likely as the others.
pub(super) struct SizeTable {
    octets: Vec<u16>,
}

impl SizeTable {
    pub(super) fn new(sizes: Sizes) -> Self {
        Self {
            octets: match sizes {
                Sizes::Fixed(size) => vec![size],
                Sizes::Imix => [(40, 7), (576, 4), (1_500, 1)]
                    .into_iter()
                    .flat_map(|(size, times)| std::iter::repeat_n(size, times))
                    .collect(),
                Sizes::Full => full(),
            },
        }
    }

    /// The size in IP octets that 32 random bits stand for.
    #[inline]
    pub(super) fn draw(&self, bits: u32) -> usize {
        let index = (u64::from(bits) * self.octets.len() as u64) >> 32;
        usize::from(self.octets[index as usize])
    }
}

/// Three humps: 47 % from 40 to 88 octets, 13 % from 89 to 1,400, and 40 % full
/// packets. With Ethernet's header and padding, the longer headers of IPv6 and a
/// pcap record header of 16 octets, a record has about 757 octets.
fn full() -> Vec<u16> {
    let mut octets: Vec<u16> = (0..470).map(|i| 40 + i * 48 / 469).collect();
    octets.extend((0..130).map(|i| 89 + i * 10 + i * 21 / 129));
    octets.extend(std::iter::repeat_n(1_500, 400));
    octets
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ends_of_the_tables_are_reached() {
        for (sizes, first) in [(Sizes::Imix, 40), (Sizes::Full, 40), (Sizes::Fixed(99), 99)] {
            let table = SizeTable::new(sizes);
            assert_eq!(table.draw(0), first);
            assert_eq!(table.draw(u32::MAX), usize::from(*table.octets.last().unwrap()));
        }
        assert_eq!(full()[469..471], [88, 89]);
        assert_eq!(full()[599..601], [1_400, 1_500]);
    }

    #[test]
    fn imix_has_its_mean() {
        let table = SizeTable::new(Sizes::Imix);
        let sum: u32 = table.octets.iter().map(|size| u32::from(*size)).sum();
        assert_eq!((sum, table.octets.len()), (4_084, 12));
    }
}
