//! The truth as JSON, in the words of the report of `v6share analyze`.

use super::truth_prefixes::{PerFamily, PrefixTruth};
use super::{Features, Truth};
use crate::model::{Count, IpVersion, PerView, PrefixLens, Tally, View};
use serde_json::{Map, Value, json};

impl Truth {
    /// Totals, account, protocols, mechanisms, prefixes and times. The keys of
    /// the report mean the same here; shares are left to it. Sums beyond 64 bits
    /// (16 EiB) are given as the largest number.
    #[must_use]
    pub fn to_json(&self) -> Value {
        let not_ip: Map<String, Value> = self
            .account
            .not_ip
            .iter()
            .map(|(what, count)| (what.to_string(), json!(count)))
            .collect();
        json!({
            "schema_version": 1,
            "totals": views(&self.totals),
            "account": {
                "records": self.account.records,
                "wire_octets": integer(self.account.wire_octets),
                "ipv4": self.account.ipv4,
                "ipv6": self.account.ipv6,
                "not_ip": self.account.not_ip_total(),
                "undecodable": self.account.undecodable_total(),
                "not_ip_by_ethertype": not_ip,
                "closed": self.account.closed(),
            },
            "time": self.time.map(|span| json!({
                "first": span.first.to_string(),
                "last": span.last.to_string(),
            })),
            "protocols": self.protocols.iter().map(|(protocol, sums)| {
                row(json!({"protocol": protocol.to_string(), "number": protocol.0}), sums)
            }).collect::<Vec<_>>(),
            "mechanisms": self.mechanisms.iter().map(|(mechanism, both)| {
                (mechanism.key().to_owned(), views(both))
            }).collect::<Map<_, _>>(),
            "inner_unknown": count(&self.inner_unknown),
            "features": features(&self.features),
            "flows": self.flows,
            "prefixes": View::ALL.into_iter().map(|view| {
                (view.key().to_owned(), prefixes(&self.prefixes[view]))
            }).collect::<Map<_, _>>(),
            "file_octets": self.file_octets,
        })
    }
}

fn integer(sum: u128) -> Value {
    json!(u64::try_from(sum).unwrap_or(u64::MAX))
}

fn count(count: &Count) -> Value {
    json!({
        "packets": count.packets,
        "octets": integer(count.octets),
        "wire_octets": integer(count.wire_octets),
        "flows": count.flows,
    })
}

fn tally(tally: &Tally) -> Map<String, Value> {
    IpVersion::ALL
        .into_iter()
        .map(|version| (version.key().to_owned(), count(&tally[version])))
        .collect()
}

fn views(both: &PerView<Tally>) -> Value {
    View::ALL
        .into_iter()
        .map(|view| (view.key().to_owned(), Value::from(tally(&both[view]))))
        .collect()
}

/// A row of a breakdown: its key, then the families.
fn row(key: Value, sums: &Tally) -> Value {
    let mut row = Map::new();
    row.insert("key".to_owned(), key);
    row.append(&mut tally(sums));
    row.into()
}

fn features(features: &Features) -> Value {
    json!({
        "vlan": features.vlan,
        "qinq": features.qinq,
        "mpls": features.mpls,
        "pppoe": features.pppoe,
        "extension_headers": features.extension_headers,
        "first_fragments": features.first_fragments,
        "later_fragments": features.later_fragments,
    })
}

fn prefixes(truth: &PrefixTruth) -> Value {
    let lens = PrefixLens::default();
    let family = |number: &PerFamily| json!({"ipv4": number.v4, "ipv6": number.v6});
    json!({
        "prefix_len": {"ipv4": lens.len(IpVersion::V4), "ipv6": lens.len(IpVersion::V6)},
        "source": family(&truth.sources),
        "destination": family(&truth.destinations),
        "both": family(&truth.either),
        "rows": truth.tallies.as_ref().map(|tallies| tallies.iter().map(|(prefix, sums)| {
            row(json!({"prefix": prefix.to_string()}), sums)
        }).collect::<Vec<_>>()),
    })
}
