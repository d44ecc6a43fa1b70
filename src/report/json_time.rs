//! What a JSON report says of time and of the tables of networks.

use super::share::Ratio;
use super::time::{Busiest, Curve, Level};
use crate::model::{NetworkTable, TimeBins, TimeWindow, Timestamp};
use serde::Serialize;

/// What the bins of a breakdown by time hold.
#[derive(Serialize)]
pub(super) struct CurveValue {
    count: usize,
    empty: usize,
    median: LevelValue,
    p95: LevelValue,
    peak: BusiestValue,
    peak_hour: Option<BusiestValue>,
}

#[derive(Serialize)]
struct LevelValue {
    total: u128,
    ipv6: u128,
    share: Option<f64>,
}

#[derive(Serialize)]
struct BusiestValue {
    start: String,
    total: u128,
    share: Option<f64>,
}

impl CurveValue {
    pub(super) fn of(curve: &Curve, bins: &TimeBins) -> Self {
        let level = |level: Level| LevelValue {
            total: level.total,
            ipv6: level.ipv6,
            share: level.share.map(Ratio::value),
        };
        let busiest = |busiest: Busiest| BusiestValue {
            start: bins.shown(busiest.start),
            total: busiest.total,
            share: busiest.share.map(Ratio::value),
        };
        Self {
            count: curve.bins,
            empty: curve.empty,
            median: level(curve.median),
            p95: level(curve.p95),
            peak: busiest(curve.peak),
            peak_hour: curve.peak_hour.map(busiest),
        }
    }
}

/// The stretch of time that is measured.
#[derive(Serialize)]
pub(super) struct WindowValue {
    from: Option<String>,
    to: Option<String>,
}

impl From<TimeWindow> for WindowValue {
    fn from(window: TimeWindow) -> Self {
        let text = |time: Option<Timestamp>| time.map(|time| time.to_string());
        Self { from: text(window.from()), to: text(window.to()) }
    }
}

/// A table that says whose an address is.
#[derive(Serialize)]
pub(super) struct NetworkValue<'a> {
    name: &'a str,
    kind: &'static str,
    date: Option<String>,
    prefixes: Prefixes,
    sha256: &'a str,
}

#[derive(Serialize)]
struct Prefixes {
    ipv4: u64,
    ipv6: u64,
}

impl<'a> From<&'a NetworkTable> for NetworkValue<'a> {
    fn from(table: &'a NetworkTable) -> Self {
        let [ipv4, ipv6] = table.prefixes;
        Self {
            name: &table.name,
            kind: table.kind.key(),
            date: table.date.map(|date| date.to_string()),
            prefixes: Prefixes { ipv4, ipv6 },
            sha256: &table.sha256,
        }
    }
}
