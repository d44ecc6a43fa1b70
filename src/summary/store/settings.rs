//! The settings of a summary as JSON: the words of the command line, so that a
//! person can read and repeat them.

use super::flows::StoredOptions;
use super::words::Word;
use crate::model::{
    AutoOptions, DedupWindow, Dimension, HandedOn, Measure, Prefix, PrefixCut, Profile, Side,
    TimeBins, TimeWindow, TunnelOptions, UdpTunnel, View, Views, auto_leaves, leaves_agree,
};
use crate::summary::Settings;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The settings as text.
#[derive(Debug, Deserialize, PartialEq, Eq, Serialize)]
pub(super) struct Stored {
    measure: String,
    profile: String,
    all_profiles: bool,
    view: String,
    /// One list of dimensions a breakdown.
    by: Vec<Vec<String>>,
    prefix_side: String,
    /// How automatic prefixes are found, where they are not as by default.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    auto: Option<StoredAuto>,
    /// What ties addresses of both families to a host.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    host_rules: Vec<String>,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    distinct: bool,
    dedup: Option<String>,
    /// The width of the bins of time, and the zone whose clock they follow; files
    /// from before there were any do not say.
    #[serde(default = "default_bin")]
    bin: String,
    #[serde(default = "default_zone")]
    zone: String,
    /// The stretch of time that is measured.
    from: Option<String>,
    to: Option<String>,
    tunnels: Tunnels,
    #[serde(default)]
    flows: StoredOptions,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    handed_on: Option<StoredHandedOn>,
}

/// What a prefix must carry, in percent, and the keys of a family at most.
#[derive(Debug, Deserialize, PartialEq, Eq, Serialize)]
struct StoredAuto {
    share: String,
    keys: usize,
}

impl From<AutoOptions> for StoredAuto {
    fn from(auto: AutoOptions) -> Self {
        Self { share: auto.share.to_string(), keys: auto.keys }
    }
}

fn default_bin() -> String {
    TimeBins::default().width().to_string()
}

fn default_zone() -> String {
    TimeBins::default().zone().to_owned()
}

/// How the keys were changed; what was not is not there.
#[derive(Debug, Default, Deserialize, PartialEq, Eq, Serialize)]
struct StoredHandedOn {
    key_id: Option<String>,
    truncate: Option<String>,
    min_cell: u64,
}

/// What a file does not say is as where nothing is configured.
#[derive(Debug, Deserialize, PartialEq, Eq, Serialize)]
#[serde(default)]
struct Tunnels {
    #[serde(rename = "6rd")]
    six_rd: Vec<String>,
    ds_lite: Vec<String>,
    lw4o6: Vec<String>,
    map_e: Vec<String>,
    nat64: Vec<String>,
    map_t: Vec<String>,
    #[serde(rename = "464xlat")]
    xlat464: Vec<String>,
    siit_dc: Vec<String>,
    ports: BTreeMap<u16, String>,
    max_depth: u8,
}

impl From<&Settings> for Stored {
    fn from(settings: &Settings) -> Self {
        let by = settings.breakdowns.iter();
        Self {
            measure: settings.measure.key().to_owned(),
            profile: settings.profile.key().to_owned(),
            all_profiles: settings.all_profiles,
            view: match settings.views {
                Views::One(view) => view.key().to_owned(),
                Views::Both => "both".to_owned(),
            },
            by: by.map(|by| by.iter().map(dimension).collect()).collect(),
            prefix_side: settings.prefix_side.key().to_owned(),
            auto: (settings.auto != AutoOptions::default()).then(|| settings.auto.into()),
            host_rules: settings.hosts.iter().map(ToString::to_string).collect(),
            distinct: settings.distinct,
            dedup: settings.dedup.map(|window| window.to_string()),
            bin: settings.bins.width().to_string(),
            zone: settings.bins.zone().to_owned(),
            from: settings.window.from().map(|time| time.to_string()),
            to: settings.window.to().map(|time| time.to_string()),
            tunnels: Tunnels::from(&settings.tunnels),
            flows: StoredOptions::from(&settings.flows),
            handed_on: StoredHandedOn::of(&settings.handed_on),
        }
    }
}

/// The dimension as `--by` takes it, with its lengths.
pub(super) fn dimension(dimension: &Dimension) -> String {
    match dimension {
        Dimension::Prefix(_, PrefixCut::Auto(leaves)) if *leaves == auto_leaves() => {
            format!("{dimension}=auto")
        }
        Dimension::Prefix(_, PrefixCut::Auto(leaves)) => {
            format!("{dimension}=auto:{}", leaves.word().replace(',', "/"))
        }
        Dimension::Prefix(_, PrefixCut::Lens(lens)) => {
            format!("{dimension}={}", lens.word().replace(',', "/"))
        }
        other => other.to_string(),
    }
}

/// What a breakdown is by, as `--by` takes it.
pub(super) fn words(by: &[Dimension]) -> String {
    by.iter().map(dimension).collect::<Vec<_>>().join(",")
}

impl Stored {
    /// As JSON.
    pub(super) fn text(&self) -> String {
        serde_json::to_string(self).expect("strings and numbers can be written as JSON")
    }

    /// The settings of a text.
    pub(super) fn read(text: &str) -> Result<Settings, String> {
        let stored: Self = serde_json::from_str(text).map_err(|error| error.to_string())?;
        let by = stored.by.iter().map(|by| by.iter().map(|word| parsed(word)).collect());
        let settings = Settings {
            measure: of(&Measure::ALL, Measure::key, &stored.measure)?,
            profile: of(&Profile::ALL, Profile::key, &stored.profile)?,
            all_profiles: stored.all_profiles,
            views: match stored.view.as_str() {
                "both" => Views::Both,
                view => Views::One(of(&View::ALL, View::key, view)?),
            },
            breakdowns: by.collect::<Result<_, String>>()?,
            prefix_side: of(
                &[Side::Both, Side::Source, Side::Destination],
                Side::key,
                &stored.prefix_side,
            )?,
            auto: match &stored.auto {
                Some(auto) => AutoOptions { share: parsed(&auto.share)?, keys: auto.keys },
                None => AutoOptions::default(),
            },
            hosts: stored.host_rules.iter().map(|rule| parsed(rule)).collect::<Result<_, _>>()?,
            distinct: stored.distinct,
            dedup: stored.dedup.as_deref().map(parsed::<DedupWindow>).transpose()?,
            tunnels: stored.tunnels.read()?,
            bins: TimeBins::new(parsed(&stored.bin)?, &stored.zone)
                .map_err(|why| why.to_string())?,
            window: stored.window()?,
            flows: stored.flows.into(),
            handed_on: stored.handed_on.unwrap_or_default().read()?,
        };
        if settings.breakdowns.iter().any(Vec::is_empty) {
            return Err("a breakdown by nothing".to_owned());
        }
        match settings.breakdowns.iter().find(|by| !leaves_agree(*by)) {
            None => Ok(settings),
            Some(by) => Err(format!("{}: automatic prefixes of two lengths", words(by))),
        }
    }
}

impl Stored {
    fn window(&self) -> Result<TimeWindow, String> {
        let end = |text: &Option<String>| text.as_deref().map(TimeWindow::instant).transpose();
        let window = |from, to| TimeWindow::new(from, to);
        let ends = end(&self.from).and_then(|from| Ok((from, end(&self.to)?)));
        ends.and_then(|(from, to)| window(from, to)).map_err(|why| why.to_string())
    }
}

impl StoredHandedOn {
    fn of(handed_on: &HandedOn) -> Option<Self> {
        (*handed_on != HandedOn::default()).then(|| Self {
            key_id: handed_on.key_id.clone(),
            truncate: handed_on.truncate.as_ref().map(Word::word),
            min_cell: handed_on.min_cell,
        })
    }

    fn read(self) -> Result<HandedOn, String> {
        let truncate = self.truncate.as_deref().map(parsed).transpose()?;
        Ok(HandedOn { key_id: self.key_id, truncate, min_cell: self.min_cell })
    }
}

impl Default for Tunnels {
    fn default() -> Self {
        Self::from(&TunnelOptions::default())
    }
}

impl From<&TunnelOptions> for Tunnels {
    fn from(options: &TunnelOptions) -> Self {
        let prefixes = |prefixes: &[Prefix]| prefixes.iter().map(Word::word).collect();
        let ports = options.ports.iter();
        Self {
            six_rd: prefixes(&options.six_rd),
            ds_lite: prefixes(&options.ds_lite),
            lw4o6: prefixes(&options.lw4o6),
            map_e: prefixes(&options.map_e),
            nat64: prefixes(&options.nat64),
            map_t: prefixes(&options.map_t),
            xlat464: prefixes(&options.xlat464),
            siit_dc: prefixes(&options.siit_dc),
            ports: ports.map(|(port, tunnel)| (*port, tunnel.key().to_owned())).collect(),
            max_depth: options.max_depth,
        }
    }
}

impl Tunnels {
    fn read(&self) -> Result<TunnelOptions, String> {
        let prefixes =
            |words: &[String]| words.iter().map(|word| parsed(word)).collect::<Result<_, _>>();
        let ports = self.ports.iter();
        let ports = ports
            .map(|(port, word)| Ok((*port, of(&UdpTunnel::ALL, UdpTunnel::key, word)?)))
            .collect::<Result<_, String>>()?;
        Ok(TunnelOptions {
            six_rd: prefixes(&self.six_rd)?,
            ds_lite: prefixes(&self.ds_lite)?,
            lw4o6: prefixes(&self.lw4o6)?,
            map_e: prefixes(&self.map_e)?,
            nat64: prefixes(&self.nat64)?,
            map_t: prefixes(&self.map_t)?,
            xlat464: prefixes(&self.xlat464)?,
            siit_dc: prefixes(&self.siit_dc)?,
            ports,
            max_depth: self.max_depth,
        })
    }
}

/// The value of a word among all there are.
pub(super) fn of<T: Copy>(
    all: &[T],
    key: impl Fn(T) -> &'static str,
    word: &str,
) -> Result<T, String> {
    let found = all.iter().copied().find(|each| key(*each) == word);
    found.ok_or_else(|| format!("unknown word {word:?} in the settings"))
}

fn parsed<T: std::str::FromStr<Err: std::fmt::Display>>(word: &str) -> Result<T, String> {
    word.parse().map_err(|error| format!("{word:?} in the settings: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_are_read_back() {
        let mut settings = Settings::default();
        assert_eq!(Stored::read(&Stored::from(&settings).text()), Ok(settings.clone()));
        let by = |words: &[&str]| words.iter().map(|word| word.parse().unwrap()).collect();
        settings.breakdowns = vec![
            by(&["source-prefix=16/32", "port"]),
            by(&["label.region", "traffic-class"]),
            by(&["prefix=auto"]),
            by(&["source-prefix=auto:24/48"]),
        ];
        settings.auto = AutoOptions { share: "0.25".parse().unwrap(), keys: 1000 };
        settings.hosts = vec!["2001:db8:100::/40=10.1.0.0/16".parse().unwrap()];
        settings.distinct = true;
        settings.views = Views::Both;
        settings.all_profiles = true;
        settings.dedup = Some("50ms".parse().unwrap());
        settings.bins = TimeBins::new("5m".parse().unwrap(), "Europe/Zurich").unwrap();
        let from = TimeWindow::instant("2026-01-01T00:00:00.000000001Z").unwrap();
        settings.window = TimeWindow::new(Some(from), None).unwrap();
        settings.tunnels.nat64.push("2001:db8:64::/96".parse().unwrap());
        settings.tunnels.ports.remove(&8472);
        assert_eq!(Stored::read(&Stored::from(&settings).text()), Ok(settings));
    }

    #[test]
    fn what_an_older_file_does_not_say_is_the_default() {
        let mut text: serde_json::Value =
            serde_json::from_str(&Stored::from(&Settings::default()).text()).unwrap();
        let fields = text.as_object_mut().unwrap();
        for later in ["bin", "zone", "from", "to", "flows", "dedup"] {
            assert!(fields.remove(later).is_some(), "{later}");
        }
        fields["tunnels"].as_object_mut().unwrap().remove("siit_dc").unwrap();
        assert_eq!(Stored::read(&text.to_string()), Ok(Settings::default()));
    }

    #[test]
    fn what_cannot_be_counted_together_is_named() {
        let mut settings = Settings::default();
        let by = ["source-prefix=auto:24/48", "destination-prefix=auto:32/64"];
        settings.breakdowns.push(by.map(|word| word.parse().unwrap()).into());
        let refused = Stored::read(&Stored::from(&settings).text()).unwrap_err();
        assert!(refused.ends_with("automatic prefixes of two lengths"), "{refused}");
        settings.breakdowns = vec![Vec::new()];
        let refused = Stored::read(&Stored::from(&settings).text()).unwrap_err();
        assert_eq!(refused, "a breakdown by nothing");
    }

    #[test]
    fn what_is_unknown_is_named() {
        let text = Stored::from(&Settings::default()).text().replace("\"octets\"", "\"bits\"");
        assert_eq!(Stored::read(&text), Err("unknown word \"bits\" in the settings".to_owned()));
        assert!(Stored::read("{}").is_err());
    }
}
