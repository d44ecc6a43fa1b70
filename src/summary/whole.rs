//! The result of a run.

use super::prefix_table::PrefixTable;
use super::settings::Place;
use super::{Breakdown, InputSummary, Settings, SizeDistribution};
use crate::aggregate::{
    DistinctAddresses, FlowTotals, Names, Plan, Totals, TunnelCount, TunnelKey, ViewTotals,
};
use crate::cache;
use crate::model::{
    Account, AnomalyCounts, Count, Dimension, Encapsulation, IpProtocol, IpVersion, Key,
    NetworkTable, PerView, Prefix, PrefixLens, Tally, TimeSpan, TunnelPath, Value, View,
};
use std::collections::BTreeMap;

/// Everything a run found, in full: nothing is cut to a top list, and no share
/// is made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Summary {
    /// The choices it was made under.
    pub settings: Settings,
    /// True when the user interrupted the run: inputs may be missing.
    pub interrupted: bool,
    /// All traffic, whatever the profile.
    pub totals: PerView<Tally>,
    /// The traffic that the profile keeps: the denominator of the shares (with
    /// the frames that are not IP beside it where the profile is `all-frames`).
    /// The breakdowns hold this traffic and no other.
    pub profile_totals: PerView<Tally>,
    /// Where every record went, over all inputs.
    pub account: Account,
    /// What was odd, over all inputs.
    pub anomalies: AnomalyCounts,
    /// First and last timestamp, over all inputs.
    pub time: Option<TimeSpan>,
    /// The tables that say whose an address is.
    pub networks: Vec<NetworkTable>,
    /// True where results with different tables were added up.
    pub mixed_networks: bool,
    /// Every input, sorted by name ([`InputSummary::order`]).
    pub inputs: Vec<InputSummary>,
    /// By protocol of the view's header; `None` where the protocol is cut away.
    pub protocols: PerView<ProtocolTable>,
    /// The breakdowns of the settings in their order, but for those of tunnels
    /// alone: each in every view chosen, all of the first view first.
    pub breakdowns: Vec<Breakdown>,
    /// The distinct addresses and prefixes of the profile's traffic by the view's
    /// header, where they are counted. Those of translated packets are IPv6.
    pub distinct: Option<Box<PerView<DistinctAddresses>>>,
    /// By mechanism and path, native traffic too. All traffic, whatever the
    /// profile.
    pub tunnels: BTreeMap<TunnelKey, TunnelCount>,
    /// Control traffic (what the profile `user-traffic` leaves out), where all
    /// profiles are wanted.
    pub control: Option<PerView<Tally>>,
    /// Packet sizes of the view's header, one distribution a family
    /// ([`crate::model::IpVersion::index`]).
    pub sizes: PerView<[SizeDistribution; 2]>,
    /// What flow records say before they are scaled, and what sampling leaves
    /// open; all zero where there is none.
    pub flows: FlowTotals,
}

/// Tallies by protocol.
pub type ProtocolTable = BTreeMap<Option<IpProtocol>, Tally>;

impl Summary {
    /// The summary of a run: the views are made out of the totals, everything is
    /// brought into its order, and the inputs' accounts are added up.
    #[must_use]
    pub fn new(
        settings: Settings,
        totals: &Totals,
        names: &Names<'_>,
        inputs: Vec<InputSummary>,
    ) -> Self {
        let views = PerView {
            transport: Sets { plain: [&totals.same, &totals.transport], translated: None },
            end_to_end: Sets {
                plain: [&totals.same, &totals.end_to_end],
                translated: Some(&totals.translated),
            },
        };
        let profile_totals = views.map(profile_total);
        let all = views.map(|sets| {
            let mut all = profile_total(sets);
            for set in sets.all() {
                all += &set.left_out;
            }
            all
        });
        let mut summary = Self {
            interrupted: false,
            networks: Vec::new(),
            mixed_networks: false,
            tunnels: tunnels(&totals.tunnels, &all.transport),
            control: settings.all_profiles.then(|| views.map(control)),
            totals: all,
            profile_totals,
            account: Account::default(),
            anomalies: AnomalyCounts::default(),
            time: None,
            protocols: views.map(|sets| table(sets, |set| &set.protocols)),
            breakdowns: breakdowns(&settings, &views, names),
            distinct: settings.distinct.then(|| Box::new(views.map(distinct))),
            sizes: views.map(size_distributions),
            flows: totals.flows,
            inputs,
            settings,
        };
        summary.sum_inputs();
        summary
    }

    /// The summary of no input at all: what merging begins with.
    #[must_use]
    pub fn empty(settings: Settings) -> Self {
        let totals = Totals::new(&settings.plan());
        Self::new(settings, &totals, &Names::default(), Vec::new())
    }

    /// Brings the inputs into their order and adds up what is known of each.
    pub(super) fn sum_inputs(&mut self) {
        self.inputs.sort_by(InputSummary::order);
        self.account = Account::default();
        self.anomalies = AnomalyCounts::default();
        self.time = None;
        for input in &self.inputs {
            self.account.merge(&input.account);
            self.anomalies.merge(&input.anomalies);
            self.time = TimeSpan::join(self.time, input.time);
        }
    }

    /// A breakdown of the settings, in one view.
    #[must_use]
    pub fn breakdown(&self, dimensions: &[Dimension], view: View) -> Option<&Breakdown> {
        self.breakdowns.iter().find(|table| table.view == view && table.dimensions == dimensions)
    }

    /// The law of conservation: every record is in exactly one class, and the
    /// totals of both views hold the records that are IP. A record is a packet
    /// or a flow: packets that flow records stand for are no records.
    #[must_use]
    pub fn closed(&self) -> bool {
        let (exported, scaled) = (&self.flows.exported, &self.flows.scaled);
        let records = |all: &Count, exported: &Count, scaled: &Count| {
            Some(all.packets.checked_sub(scaled.packets)? + u128::from(exported.flows))
        };
        let [transport, end_to_end] = [&self.totals.transport, &self.totals.end_to_end];
        self.account.closed()
            && records(&transport.v4, &exported.v4, &scaled.v4) == Some(self.account.ipv4.into())
            && records(&transport.v6, &exported.v6, &scaled.v6) == Some(self.account.ipv6.into())
            && records(&end_to_end.both(), &exported.both(), &scaled.both())
                == Some(u128::from(self.account.ipv4) + u128::from(self.account.ipv6))
    }
}

/// The sets of tables that make a view: what is the same in both and what is
/// its own, and beside them what counts as IPv4 under IPv6 keys.
#[derive(Clone, Copy)]
struct Sets<'a> {
    plain: [&'a ViewTotals; 2],
    translated: Option<&'a ViewTotals>,
}

impl<'a> Sets<'a> {
    fn all(self) -> impl Iterator<Item = &'a ViewTotals> {
        self.plain.into_iter().chain(self.translated)
    }
}

fn profile_total(sets: Sets<'_>) -> Tally {
    let mut all = Tally::default();
    for tally in sets.all().flat_map(|set| set.protocols.values()) {
        all += tally;
    }
    all
}

fn control(sets: Sets<'_>) -> Tally {
    let mut all = Tally::default();
    for set in sets.all() {
        all += &set.control;
    }
    all
}

fn table<'a, K: Copy + Ord + 'a>(
    sets: Sets<'a>,
    part: impl Fn(&'a ViewTotals) -> &'a BTreeMap<K, Tally>,
) -> BTreeMap<K, Tally> {
    let mut all = BTreeMap::new();
    for (key, tally) in sets.all().flat_map(part) {
        *all.entry(*key).or_insert_with(Tally::default) += tally;
    }
    all
}

/// The breakdowns by family of the settings, in each view chosen.
fn breakdowns(settings: &Settings, views: &PerView<Sets<'_>>, names: &Names<'_>) -> Vec<Breakdown> {
    let plan = settings.plan();
    let all = settings
        .views
        .list()
        .iter()
        .flat_map(|view| settings.breakdowns.iter().map(move |dimensions| (*view, dimensions)));
    let tables = all.filter_map(|(view, dimensions)| {
        let (place, sets) = (settings.place(dimensions), views[view]);
        let mut table = match prefix_table(&place, dimensions, &plan, sets) {
            Some(rows) => Breakdown::of_prefixes(dimensions.clone(), view, rows),
            None => Breakdown::new(dimensions.clone(), view, rows(&place, &plan, sets, names)?),
        };
        table.settle_leaves(settings.auto.keys);
        Some(table)
    });
    tables.collect()
}

/// The rows of one breakdown, some of them several times; `None` for tunnels.
fn rows(
    place: &Place,
    plan: &Plan,
    sets: Sets<'_>,
    names: &Names<'_>,
) -> Option<Vec<(Key, Tally)>> {
    match place {
        Place::Tunnels => None,
        Place::Protocol => {
            let rows = sets.all().flat_map(|set| &set.protocols);
            let key =
                |protocol: Option<IpProtocol>| protocol.map_or(Value::Unknown, Value::Protocol);
            Some(rows.map(|(protocol, tally)| (key(*protocol).into(), *tally)).collect())
        }
        Place::Prefix(lens, side) => {
            let at = plan.prefixes.iter().position(|planned| *planned == (*lens, *side))?;
            Some(prefix_rows(sets, at, *lens))
        }
        Place::Keyed(by) => {
            let at = plan.keyed.iter().position(|planned| planned == by)?;
            let rows = sets.all().flat_map(|set| set.keyed[at].rows(names));
            Some(rows.map(|(key, tally)| (key, *tally)).collect())
        }
    }
}

/// The rows of a breakdown by one prefix, without a copy where all are in one set of
/// tables; `None` where they are not as usual.
fn prefix_table(
    place: &Place,
    dimensions: &[Dimension],
    plan: &Plan,
    sets: Sets<'_>,
) -> Option<PrefixTable> {
    let Place::Prefix(lens, side) = place else { return None };
    let at = plan.prefixes.iter().position(|planned| *planned == (*lens, *side))?;
    if sets.translated.is_some_and(|set| set.prefixes[at].len_at_most() > 0) {
        return None;
    }
    let mut table = PrefixTable::new(dimensions)?;
    for set in sets.plain {
        for version in IpVersion::ALL {
            table.add(version, set.prefixes[at].small_rows(version)?).then_some(())?;
        }
    }
    table.add_unknown(&without_address(sets, at));
    Some(table)
}

fn prefix_rows(sets: Sets<'_>, at: usize, lens: PrefixLens) -> Vec<(Key, Tally)> {
    let len = sets.all().map(|set| set.prefixes[at].len_at_most()).sum::<usize>();
    let mut rows = cache::large_vec(len + 1);
    let mut push = |version, counted, address, count| {
        let mut tally = Tally::default();
        tally[counted] = count;
        let prefix = Prefix::new(version, address, lens.len(version));
        rows.push((Value::Prefix(prefix).into(), tally));
    };
    for set in sets.plain {
        let rows = set.prefixes[at].rows();
        rows.for_each(|(version, address, count)| push(version, version, address, count));
    }
    if let Some(set) = sets.translated {
        let rows = set.prefixes[at].rows();
        rows.for_each(|(version, address, count)| push(version, IpVersion::V4, address, count));
    }
    let unknown = without_address(sets, at);
    if !unknown.is_zero() {
        rows.push((Value::Unknown.into(), unknown));
    }
    rows
}

fn without_address(sets: Sets<'_>, at: usize) -> Tally {
    let mut all = Tally::default();
    for set in sets.plain {
        all += &set.prefixes[at].without_address;
    }
    if let Some(set) = sets.translated {
        all.v4 += &set.prefixes[at].without_address.both();
    }
    all
}

/// The tunnels, and beside them what is native: all that is in none of them.
fn tunnels(
    counted: &BTreeMap<TunnelKey, TunnelCount>,
    all: &Tally,
) -> BTreeMap<TunnelKey, TunnelCount> {
    let mut rows = counted.clone();
    for outer in IpVersion::ALL {
        let mut native = all[outer];
        for (_, count) in counted.iter().filter(|(key, _)| key.outer == outer) {
            native.retract(&Count {
                packets: count.packets,
                octets: count.outer_octets,
                wire_octets: count.wire_octets,
                flows: count.flows,
            });
        }
        let (encapsulation, path) = (Encapsulation::Native, TunnelPath::NATIVE);
        let key = TunnelKey { encapsulation, path, outer, inner: Some(outer), counted: outer };
        if !native.is_zero() {
            let row = TunnelCount {
                packets: native.packets,
                outer_octets: native.octets,
                inner_octets: native.octets,
                wire_octets: native.wire_octets,
                flows: native.flows,
            };
            rows.insert(key, row);
        }
    }
    rows
}

fn distinct(sets: Sets<'_>) -> DistinctAddresses {
    let mut all = DistinctAddresses::default();
    sets.all().filter_map(|set| set.distinct.as_deref()).for_each(|part| all.merge(part));
    all
}

fn size_distributions(sets: Sets<'_>) -> [SizeDistribution; 2] {
    let mut sizes: [SizeDistribution; 2] = Default::default();
    for set in sets.all() {
        for (mine, theirs) in sizes.iter_mut().zip(&set.sizes) {
            for (octets, packets) in theirs {
                mine.add(*octets, *packets);
            }
        }
    }
    sizes
}
