//! The templates of one stream, the least recently used forgotten first.

use super::record::Template;
use hashbrown::HashMap;
use std::sync::Arc;

/// Templates by their identifiers.
#[derive(Debug, Default)]
pub(super) struct Templates {
    known: HashMap<u16, (Arc<Template>, u64), foldhash::fast::RandomState>,
    used: u64,
    /// What they hold in memory, in steps of their plans.
    pub(super) weight: usize,
}

impl Templates {
    /// The template `id`, as just used.
    pub(super) fn of(&mut self, id: u16) -> Option<Arc<Template>> {
        self.used += 1;
        let (template, used) = self.known.get_mut(&id)?;
        *used = self.used;
        Some(Arc::clone(template))
    }

    /// Puts a template in the place of the one that had its identifier.
    pub(super) fn insert(&mut self, id: u16, template: Arc<Template>) {
        self.used += 1;
        self.weight += template.plan.weight();
        if let Some((before, _)) = self.known.insert(id, (template, self.used)) {
            self.weight -= before.plan.weight();
        }
    }

    /// Takes a template back.
    pub(super) fn withdraw(&mut self, id: u16) {
        if let Some((before, _)) = self.known.remove(&id) {
            self.weight -= before.plan.weight();
        }
    }

    /// Takes back all templates of one kind.
    pub(super) fn withdraw_all(&mut self, options: bool) {
        self.known.retain(|_, (template, _)| template.options != options);
        self.weigh();
    }

    /// Forgets a quarter of the templates, those not used for longest, where there
    /// are more than `most` or they weigh more than `weight`. True where it did.
    pub(super) fn limit(&mut self, most: usize, weight: usize) -> bool {
        if self.known.len() <= most && self.weight <= weight {
            return false;
        }
        let mut used: Vec<u64> = self.known.values().map(|(_, used)| *used).collect();
        used.sort_unstable();
        let until = used.get(used.len() / 4).copied().unwrap_or(0);
        self.known.retain(|_, (_, used)| *used > until);
        self.weigh();
        true
    }

    fn weigh(&mut self) {
        self.weight = self.known.values().map(|(template, _)| template.plan.weight()).sum();
    }

    /// All templates, in no order.
    pub(super) fn iter(&self) -> impl Iterator<Item = (u16, &Arc<Template>)> {
        self.known.iter().map(|(id, (template, _))| (*id, template))
    }
}
