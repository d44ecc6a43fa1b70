//! Which of the files that were read count.
//!
//! Files of several days and several registries may be given together, the
//! combined file beside the registries' own, and the plain one beside the
//! extended one. For each registry one section counts, and what is left out is
//! told.

use super::collection::Collection;
use super::date::Date;
use super::record::{Record, RegistryId};

/// For each registry that records name, the section that speaks for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Selection {
    chosen: Vec<Option<usize>>,
    /// What does not count, and for whom.
    pub left_out: Vec<LeftOut>,
}

/// A registry's records of one section, which do not count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LeftOut {
    /// The section, by its place in the collection.
    pub section: usize,
    /// The registry.
    pub registry: RegistryId,
    /// Its records in that section.
    pub records: u64,
    /// The section that counts instead.
    pub instead: usize,
}

/// A registry's records of one section.
#[derive(Clone, Copy, Debug)]
struct Offer {
    section: usize,
    registry: RegistryId,
    records: u64,
}

impl Selection {
    /// The newest section of each registry; of one day, that with opaque ids,
    /// then that with more records, then the first.
    #[must_use]
    pub fn newest(collection: &Collection) -> Self {
        Self::best(collection, |offer| rank(collection, offer))
    }

    /// For each registry the first section dated on that day or later, which
    /// has seen the whole of that day; the newest where there is none.
    #[must_use]
    pub fn at(collection: &Collection, day: Date) -> Self {
        Self::best(collection, |offer| {
            let date = collection.sections[offer.section].date;
            let seen = date.is_some_and(|date| date >= day);
            // The nearer of those behind the day, the later of those before it.
            let nearness = match date {
                Some(date) if seen => i64::MAX - date.days(),
                Some(date) => date.days(),
                None => i64::MIN,
            };
            (seen, nearness, rank(collection, offer))
        })
    }

    /// The sections that were given for one file alone.
    #[must_use]
    pub fn of_files(collection: &Collection, files: std::ops::Range<usize>) -> Self {
        Self::best(collection, |offer| {
            let inside = files.contains(&collection.sections[offer.section].file);
            (inside, rank(collection, offer))
        })
        .only(|section| files.contains(&collection.sections[section].file))
    }

    /// One registry in one section.
    #[must_use]
    pub fn of_section(collection: &Collection, section: usize, registry: RegistryId) -> Self {
        let mut chosen = vec![None; usize::from(registry.0) + 1];
        chosen[usize::from(registry.0)] =
            Some(section).filter(|section| *section < collection.sections.len());
        Self { chosen, left_out: Vec::new() }
    }

    /// Leaves out the registries that not all of the selections speak for, and
    /// says which.
    pub fn in_both(selections: &mut [Self; 2]) -> Vec<RegistryId> {
        let [old, new] = selections.each_ref().map(|s| s.registries().collect::<Vec<_>>());
        let alone = |one: &[RegistryId], other: &[RegistryId]| -> Vec<RegistryId> {
            one.iter().copied().filter(|id| !other.contains(id)).collect()
        };
        let mut one_sided = alone(&old, &new);
        one_sided.extend(alone(&new, &old));
        for selection in selections {
            for registry in &one_sided {
                if let Some(slot) = selection.chosen.get_mut(usize::from(registry.0)) {
                    *slot = None;
                }
            }
        }
        one_sided
    }

    /// Each registry of each section, in the order of the collection.
    #[must_use]
    pub fn offered(collection: &Collection) -> Vec<(usize, RegistryId)> {
        offers(collection).iter().map(|offer| (offer.section, offer.registry)).collect()
    }

    fn best<R: Ord>(collection: &Collection, rank: impl Fn(&Offer) -> R) -> Self {
        let offers = offers(collection);
        let mut chosen: Vec<Option<usize>> = Vec::new();
        for (at, offer) in offers.iter().enumerate() {
            let slot = usize::from(offer.registry.0);
            if chosen.len() <= slot {
                chosen.resize(slot + 1, None);
            }
            // The first of equals stays.
            if chosen[slot].is_none_or(|best: usize| rank(&offers[best]) < rank(offer)) {
                chosen[slot] = Some(at);
            }
        }
        let sections: Vec<_> =
            chosen.iter().map(|best| best.map(|at| offers[at].section)).collect();
        let left_out = offers.iter().filter_map(|offer| {
            let instead = sections[usize::from(offer.registry.0)]?;
            let Offer { section, registry, records } = *offer;
            (instead != section).then_some(LeftOut { section, registry, records, instead })
        });
        let left_out = left_out.collect();
        Self { chosen: sections, left_out }
    }

    fn only(mut self, keep: impl Fn(usize) -> bool) -> Self {
        for slot in &mut self.chosen {
            *slot = slot.filter(|section| keep(*section));
        }
        self.left_out.retain(|left| keep(left.section));
        self
    }

    /// Whether the records of a registry in a section count.
    #[must_use]
    pub fn counts(&self, section: usize, registry: RegistryId) -> bool {
        self.section(registry) == Some(section)
    }

    /// The section that speaks for a registry.
    #[must_use]
    pub fn section(&self, registry: RegistryId) -> Option<usize> {
        self.chosen.get(usize::from(registry.0)).copied().flatten()
    }

    /// The sections that count, each once, in the order of the collection.
    #[must_use]
    pub fn sections(&self) -> Vec<usize> {
        let mut sections: Vec<_> = self.chosen.iter().flatten().copied().collect();
        sections.sort_unstable();
        sections.dedup();
        sections
    }

    /// The registries that are spoken for.
    pub fn registries(&self) -> impl Iterator<Item = RegistryId> + '_ {
        let ids = (0..=u8::MAX).map(RegistryId);
        ids.zip(&self.chosen).filter(|(_, section)| section.is_some()).map(|(id, _)| id)
    }

    /// The records that count, with their places in the collection.
    pub fn records<'c>(
        &self,
        collection: &'c Collection,
    ) -> impl Iterator<Item = (usize, &'c Record)> {
        let sections = self.sections().into_iter();
        sections.flat_map(move |section| {
            let range = collection.sections[section].records.clone();
            let records = range.clone().zip(&collection.records[range]);
            records.filter(move |(_, record)| self.counts(section, record.registry))
        })
    }
}

/// The order in which sections of a registry are preferred.
fn rank(collection: &Collection, offer: &Offer) -> (Option<Date>, bool, u64) {
    let section = &collection.sections[offer.section];
    (section.date, section.with_id > 0, offer.records)
}

/// Each registry of each section, in the order of the collection.
fn offers(collection: &Collection) -> Vec<Offer> {
    let mut offers = Vec::new();
    for (section, of) in collection.sections.iter().enumerate() {
        let mut counts = [0_u64; 256];
        for record in &collection.records[of.records.clone()] {
            counts[usize::from(record.registry.0)] += 1;
        }
        for (registry, records) in (0..=u8::MAX).zip(counts).filter(|(_, count)| *count > 0) {
            offers.push(Offer { section, registry: RegistryId(registry), records });
        }
    }
    offers
}
