//! All flows of a capture: their kinds, headers and popularity.

use super::address::{Ends, Pools};
use super::alias::AliasTable;
use super::fit::{Margin, rake};
use super::flow::{Facts, Flow};
use super::kind::{IpKind, Kind, Mechanism, Shape, Transport, carriages, transports, wrappers};
use super::layout::{Layout, Stack};
use super::rng::{Rng, Stream};
use super::{Recipe, Sizes, SynthError};
use super::{ip, link, transport, tunnel, zipf};
use std::collections::BTreeMap;

/// Senders of ARP, and then one of LLDP.
const ARP_FLOWS: u8 = 18;

/// The part of what is not IP that is LLDP.
const LLDP_PART: f64 = 0.1;

/// The flows, ready to draw from.
pub(super) struct Population {
    pub(super) flows: Vec<Flow>,
    pub(super) facts: Vec<Facts>,
    pub(super) layouts: Vec<Layout>,
    /// The headers of all flows, one after another.
    pub(super) templates: Vec<u8>,
    /// Their popularity; `None` where there is no flow.
    pub(super) table: Option<AliasTable>,
    known: BTreeMap<Kind, u16>,
}

impl Population {
    /// The flows of a checked recipe.
    ///
    /// # Errors
    /// When packets of the size asked for cannot hold their headers.
    pub(super) fn new(recipe: &Recipe) -> Result<Self, SynthError> {
        let mut rng = Rng::new(recipe.seed, Stream::Flows);
        let mut population = Self {
            flows: Vec::with_capacity(recipe.flows as usize),
            facts: Vec::with_capacity(recipe.flows as usize),
            layouts: Vec::new(),
            templates: Vec::new(),
            table: None,
            known: BTreeMap::new(),
        };
        let (kinds, mut weights) = draw_kinds(recipe, &mut rng);
        let mut pools = Pools::new(recipe, &mut rng);
        for kind in kinds {
            let (outer, inner) = tunnel::ends(kind.carriage, &mut pools, &mut rng);
            let stack = headers(recipe, kind, &outer, inner.as_ref(), &mut rng);
            population.add(
                Facts { kind: Kind::Ip(kind), outer: Some(outer), inner },
                stack,
                &mut rng,
            );
        }
        if recipe.non_ip > 0.0 {
            weights.iter_mut().for_each(|weight| *weight *= 1.0 - recipe.non_ip);
            population.add_non_ip(recipe, &mut weights, &mut rng);
        }
        population.check_sizes(recipe.sizes)?;
        population.table = (!weights.is_empty()).then(|| AliasTable::new(&weights));
        Ok(population)
    }

    #[expect(
        clippy::cast_possible_truncation,
        reason = "2^24 templates below 256 octets; few kinds"
    )]
    fn add(&mut self, facts: Facts, stack: Stack, rng: &mut Rng) {
        let (octets, layout) = stack.finish();
        let Self { layouts, known, .. } = self;
        let index = *known.entry(facts.kind).or_insert_with(|| {
            layouts.push(layout.clone());
            (layouts.len() - 1) as u16
        });
        debug_assert_eq!(self.layouts[usize::from(index)], layout, "a kind has one layout");
        let (template, sequence) = (self.templates.len() as u32, rng.bits() as u32);
        self.flows.push(Flow { template, layout: index, sequence, ..Flow::default() });
        self.templates.extend_from_slice(&octets);
        self.facts.push(facts);
    }

    fn add_non_ip(&mut self, recipe: &Recipe, weights: &mut Vec<f64>, rng: &mut Rng) {
        for number in 0..=ARP_FLOWS {
            let mut stack = Stack::default();
            let (kind, part) = if number < ARP_FLOWS {
                (Kind::Arp, (1.0 - LLDP_PART) / f64::from(ARP_FLOWS))
            } else {
                (Kind::Lldp, LLDP_PART)
            };
            match kind {
                Kind::Lldp => link::push_lldp(&mut stack, recipe.link, rng),
                _ => link::push_arp(&mut stack, recipe.link, rng),
            }
            self.add(Facts { kind, outer: None, inner: None }, stack, rng);
            weights.push(recipe.non_ip * part);
        }
    }

    fn check_sizes(&self, sizes: Sizes) -> Result<(), SynthError> {
        let minimum = self.layouts.iter().map(Layout::minimum).max().unwrap_or(0);
        match sizes {
            Sizes::Fixed(size) if usize::from(size) < minimum => {
                Err(SynthError::SizeTooSmall { size, minimum })
            }
            _ => Ok(()),
        }
    }
}

/// All headers of an IP flow.
fn headers(
    recipe: &Recipe,
    kind: IpKind,
    outer: &Ends,
    inner: Option<&Ends>,
    rng: &mut Rng,
) -> Stack {
    let mut stack = Stack::default();
    link::push_ip(&mut stack, recipe.link, kind.wrapper, kind.carriage.outer, rng);
    stack.layout.ip = stack.end();
    ip::push(&mut stack, outer, kind.next_header(), kind.shape, rng);
    if let Some(inner) = inner {
        tunnel::push(&mut stack, kind.carriage, rng);
        ip::push(&mut stack, inner, kind.transport.protocol(inner.version), Shape::Plain, rng);
    }
    transport::push(&mut stack, kind.transport, kind.carriage.inner, rng);
    stack
}

/// The kind of each flow, and its weight, the most popular first. Each of the
/// three choices is drawn by its parts; then the weights are fitted to them.
fn draw_kinds(recipe: &Recipe, rng: &mut Rng) -> (Vec<IpKind>, Vec<f64>) {
    let mut weights = zipf::weights(recipe.flows, recipe.zipf);
    let (carriages, wrappers, transports) =
        (carriages(recipe), wrappers(recipe), transports(recipe));
    let in_carriage = draw_sorts(&carriages, weights.len(), rng);
    let in_wrapper = draw_sorts(&wrappers, weights.len(), rng);
    let mut in_transport = draw_sorts(&transports, weights.len(), rng);
    // ESP hides what is inside; in a tunnel it would hide the tunnel's class too.
    let sort_of =
        |wanted| transports.iter().position(|(transport, _)| *transport == wanted).map(index);
    if let (Some(esp), Some(sctp)) = (sort_of(Transport::Esp), sort_of(Transport::Sctp)) {
        for (sort, carriage) in in_transport.iter_mut().zip(&in_carriage) {
            let (carriage, _) = carriages[usize::from(*carriage)].0;
            if *sort == esp && carriage.mechanism != Mechanism::Native {
                *sort = sctp;
            }
        }
    }
    let margins = [
        Margin { sorts: &in_wrapper, parts: &parts(&wrappers) },
        Margin { sorts: &in_transport, parts: &parts(&transports) },
        Margin { sorts: &in_carriage, parts: &parts(&carriages) },
    ];
    rake(&mut weights, &margins);
    let kind = |flow: usize| {
        let (carriage, shape) = carriages[usize::from(in_carriage[flow])].0;
        let drawn = transports[usize::from(in_transport[flow])].0;
        IpKind {
            carriage,
            shape,
            wrapper: wrappers[usize::from(in_wrapper[flow])].0,
            transport: carriage.mechanism.hides_behind().unwrap_or(drawn),
        }
    };
    ((0..weights.len()).map(kind).collect(), weights)
}

fn parts<T>(sorts: &[(T, f64)]) -> Vec<f64> {
    sorts.iter().map(|(_, part)| *part).collect()
}

/// A sort for each of `flows`, by the parts; each sort has a flow where there
/// are as many flows as sorts.
fn draw_sorts<T>(sorts: &[(T, f64)], flows: usize, rng: &mut Rng) -> Vec<u8> {
    let mut seen = vec![0_usize; sorts.len()];
    let mut drawn: Vec<u8> = (0..flows)
        .map(|_| {
            let mut rest = rng.unit();
            let found = sorts.iter().position(|(_, part)| {
                rest -= part;
                rest < 0.0
            });
            let sort = found.unwrap_or(sorts.len() - 1);
            seen[sort] += 1;
            index(sort)
        })
        .collect();
    for missing in 0..sorts.len() {
        if seen[missing] > 0 {
            continue;
        }
        // The least popular flow whose sort has another one.
        if let Some(spare) = drawn.iter().rposition(|sort| seen[usize::from(*sort)] > 1) {
            seen[usize::from(drawn[spare])] -= 1;
            seen[missing] = 1;
            drawn[spare] = index(missing);
        }
    }
    drawn
}

#[expect(clippy::cast_possible_truncation, reason = "there are fewer than 256 sorts")]
fn index(sort: usize) -> u8 {
    sort as u8
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_sort_has_a_flow() {
        let mut rng = Rng::new(1, Stream::Flows);
        let sorts = [((), 0.97), ((), 0.01), ((), 0.01), ((), 0.01)];
        for flows in [4, 5, 50] {
            let drawn = draw_sorts(&sorts, flows, &mut rng);
            assert!((0..4).all(|sort| drawn.contains(&sort)), "{flows}: {drawn:?}");
        }
    }

    #[test]
    fn layouts_are_shared() {
        let recipe = Recipe { flows: 5_000, vlan: 0.5, ..Recipe::default() };
        let population = Population::new(&recipe).unwrap();
        assert_eq!(population.flows.len(), 5_000);
        assert!(population.layouts.len() <= 2 * 2 * 6, "{}", population.layouts.len());
    }

    #[test]
    fn packets_hold_their_headers() {
        let recipe = Recipe { flows: 5_000, sizes: Sizes::Fixed(59), ..Recipe::default() };
        let error = Population::new(&recipe).err().map(|error| error.to_string());
        // IPv6 with SCTP: 40 + 28, and a chunk of 4.
        assert!(error.unwrap().contains("72 at least"));
    }
}
