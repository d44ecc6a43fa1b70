//! A JSON report, version 1, as far as two of them can be compared.

use crate::model::{Count, Measure, PerView, Tally};
use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, Visitor};
use std::collections::BTreeMap;
use std::fmt;

/// What is kept of a report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Document {
    /// The measure of its headline and order.
    pub measure: Measure,
    /// The denominator of its shares, by name.
    pub profile: String,
    /// First and last time, as written.
    pub time: Option<(String, String)>,
    /// Inputs that it was made of.
    pub inputs: usize,
    /// Inputs of them that were not read to their end.
    pub incomplete: usize,
    /// The traffic of the profile.
    pub totals: PerView<Tally>,
    /// What the shares of the totals are shares of.
    pub denominators: PerView<Whole>,
    /// The breakdowns by family.
    pub breakdowns: Vec<Table>,
}

/// A denominator by each measure; `None` where there is none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Whole([Option<u128>; Measure::ALL.len()]);

impl Whole {
    /// By one measure.
    #[must_use]
    pub fn get(&self, measure: Measure) -> Option<u128> {
        let at = Measure::ALL.iter().position(|each| *each == measure);
        at.and_then(|at| self.0[at]).filter(|whole| *whole > 0)
    }
}

/// One breakdown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table {
    /// What it is by, in which view, and how: equal where two can be compared.
    pub name: TableName,
    /// True where a packet may stand in two rows.
    pub overlaps: bool,
    /// The rows by key.
    pub rows: BTreeMap<String, Tally>,
}

/// What a breakdown is.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct TableName {
    /// Its dimensions.
    pub by: Vec<String>,
    /// The view.
    pub view: String,
    /// All else that decides its rows, such as prefix lengths.
    pub detail: Option<String>,
}

/// The bytes are no report that can be compared.
#[derive(Debug, thiserror::Error)]
pub enum NotAReport {
    /// Not JSON, or not of this shape.
    #[error(
        "not a JSON report of v6share: {0} (give a file that v6share analyze wrote with --save or with --format json)"
    )]
    Shape(#[from] serde_json::Error),
    /// Of another version.
    #[error(
        "a JSON report of schema version {0}, and this program reads version 1 (use a newer v6share)"
    )]
    Version(u64),
}

impl Document {
    /// Reads a report.
    ///
    /// # Errors
    /// When the bytes are none.
    pub fn parse(bytes: &[u8]) -> Result<Self, NotAReport> {
        let report: ReportJson = serde_json::from_slice(bytes)?;
        if report.schema_version != 1 {
            return Err(NotAReport::Version(report.schema_version));
        }
        let all = report.totals;
        let (transport, end_to_end) = match report.profile_totals {
            Some(kept) => (kept.transport, kept.end_to_end),
            None => (all.transport, all.end_to_end),
        };
        let totals = PerView { transport: transport.tally(), end_to_end: end_to_end.tally() };
        let denominators = PerView { transport: transport.whole(), end_to_end: end_to_end.whole() };
        let incomplete = report.inputs.iter().filter(|input| !input.is_whole()).count();
        Ok(Self {
            measure: Measure::ALL
                .into_iter()
                .find(|measure| measure.key() == report.measure)
                .unwrap_or_default(),
            profile: report.profile,
            time: report.time.and_then(|time| time.first.zip(time.last)),
            inputs: report.inputs.len(),
            incomplete,
            totals,
            denominators,
            breakdowns: report.breakdowns.into_iter().filter_map(TableJson::table).collect(),
        })
    }
}

#[derive(Deserialize)]
struct ReportJson {
    schema_version: u64,
    measure: String,
    profile: String,
    totals: ViewsJson,
    profile_totals: Option<ViewsJson>,
    time: Option<TimeJson>,
    #[serde(default)]
    inputs: Vec<InputJson>,
    #[serde(default)]
    breakdowns: Vec<TableJson>,
}

#[derive(Deserialize)]
struct TimeJson {
    first: Option<String>,
    last: Option<String>,
}

#[derive(Deserialize)]
struct InputJson {
    status: String,
    /// There where a part of it was asked for.
    range: Option<serde::de::IgnoredAny>,
}

impl InputJson {
    fn is_whole(&self) -> bool {
        self.status == "complete" && self.range.is_none()
    }
}

#[derive(Clone, Copy, Deserialize)]
struct ViewsJson {
    transport: TotalJson,
    end_to_end: TotalJson,
}

#[derive(Clone, Copy, Deserialize)]
struct TotalJson {
    ipv4: CountJson,
    ipv6: CountJson,
    denominator: Option<WholeJson>,
}

impl TotalJson {
    fn tally(&self) -> Tally {
        Tally { v4: self.ipv4.count(), v6: self.ipv6.count() }
    }

    fn whole(&self) -> Whole {
        match self.denominator {
            Some(WholeJson { packets, octets, wire_octets, flows }) => {
                Whole([packets, octets, wire_octets, flows])
            }
            None => {
                let both = self.tally().both();
                Whole(Measure::ALL.map(|measure| Some(both.get(measure))))
            }
        }
    }
}

#[derive(Clone, Copy, Deserialize)]
struct WholeJson {
    packets: Option<u128>,
    octets: Option<u128>,
    wire_octets: Option<u128>,
    flows: Option<u128>,
}

#[derive(Clone, Copy, Default, Deserialize)]
struct CountJson {
    packets: u128,
    octets: u128,
    wire_octets: u128,
    flows: u64,
}

impl CountJson {
    fn count(self) -> Count {
        let Self { packets, octets, wire_octets, flows } = self;
        Count { packets, octets, wire_octets, flows }
    }
}

#[derive(Deserialize)]
struct TableJson {
    by: Vec<String>,
    view: Option<String>,
    prefix_len: Option<serde_json::Value>,
    prefix_side: Option<String>,
    auto: Option<AutoJson>,
    rows: Vec<RowJson>,
}

/// How automatic prefixes were found.
#[derive(Deserialize)]
struct AutoJson {
    percent: f64,
}

#[derive(Deserialize)]
struct RowJson {
    key: Fields,
    ipv4: Option<CountJson>,
    ipv6: Option<CountJson>,
}

impl TableJson {
    /// The breakdown; `None` where its rows stand across the views.
    fn table(self) -> Option<Table> {
        let view = self.view?;
        let lens = self.prefix_len.as_ref().and_then(|lens| {
            let len = |family: &str| lens.get(family)?.as_u64();
            Some(format!("/{} and /{}", len("ipv4")?, len("ipv6")?))
        });
        let overlaps = self.prefix_side.as_deref() == Some("both");
        let auto = self.auto.map(|auto| format!("automatic from {} %", auto.percent));
        let details = [lens, auto, self.prefix_side].into_iter().flatten().collect::<Vec<_>>();
        let detail = (!details.is_empty()).then(|| details.join(", "));
        let mut rows: BTreeMap<String, Tally> = BTreeMap::new();
        for row in &self.rows {
            let tally = Tally {
                v4: row.ipv4.unwrap_or_default().count(),
                v6: row.ipv6.unwrap_or_default().count(),
            };
            *rows.entry(key(&row.key)).or_default() += &tally;
        }
        Some(Table { name: TableName { by: self.by, view, detail }, overlaps, rows })
    }
}

/// A key's fields in their order.
struct Fields(Vec<(String, serde_json::Value)>);

impl<'de> Deserialize<'de> for Fields {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Ordered;
        impl<'de> Visitor<'de> for Ordered {
            type Value = Fields;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("the key of a row")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Fields, A::Error> {
                let mut fields = Vec::new();
                while let Some(field) = map.next_entry()? {
                    fields.push(field);
                }
                Ok(Fields(fields))
            }
        }
        deserializer.deserialize_map(Ordered)
    }
}

/// Fields that stand beside a name and say the same in a number.
const NUMBERS: [&str; 2] = ["number", "code_point"];

/// A row's key as one text: what is known of the values of its fields.
fn key(Fields(fields): &Fields) -> String {
    let named = fields.iter().filter(|(name, _)| !NUMBERS.contains(&name.as_str()));
    let known = named.filter_map(|(_, value)| match value {
        serde_json::Value::Null => None,
        serde_json::Value::String(text) => Some(text.clone()),
        other => Some(other.to_string()),
    });
    let known: Vec<_> = known.collect();
    if known.is_empty() { "-".to_owned() } else { known.join(", ") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_report_says_so() {
        for bytes in [&b""[..], b"{}", b"[1, 2]", b"not json", br#"{"schema_version": 1}"#] {
            let error = Document::parse(bytes).unwrap_err().to_string();
            assert!(error.starts_with("not a JSON report"), "{error}");
        }
    }

    #[test]
    fn another_version_is_named() {
        let count = r#"{"packets": 1, "octets": 2, "wire_octets": 3, "flows": 0}"#;
        let view = format!(r#"{{"ipv4": {count}, "ipv6": {count}}}"#);
        let text = format!(
            r#"{{"schema_version": 7, "measure": "octets", "profile": "ip-only", "totals": {{"transport": {view}, "end_to_end": {view}}}}}"#
        );
        let error = Document::parse(text.as_bytes()).unwrap_err();
        assert!(matches!(error, NotAReport::Version(7)), "{error}");
        let text = text.replace(r#"version": 7"#, r#"version": 1"#);
        let document = Document::parse(text.as_bytes()).unwrap();
        assert_eq!(document.denominators.transport.get(Measure::Octets), Some(4));
    }
}
