//! What cannot be known from the packets, from a file and from options: prefixes
//! of translators and tunnels, ports of tunnels over UDP.

use clap::Args;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use v6share::flowlog::Mapping;
use v6share::model::{IpVersion, Prefix, TunnelOptions, UdpTunnel};

/// Options about tunnels; each adds to what the file says.
#[derive(Debug, Default, Args)]
#[command(next_help_heading = "Tunnels and translators")]
pub(crate) struct TunnelArgs {
    /// Read the configuration from FILE (TOML; v6share config prints one)
    #[arg(long, value_name = "FILE", env = "V6SHARE_CONFIG")]
    config: Option<PathBuf>,

    /// A NAT64 prefix beside 64:ff9b::/96 and 64:ff9b:1::/48
    #[arg(long, value_name = "PREFIX")]
    nat64_prefix: Vec<Prefix>,

    /// An IPv6 prefix of a MAP-T domain
    #[arg(long, value_name = "PREFIX")]
    map_t_prefix: Vec<Prefix>,

    /// An IPv6 prefix of 464XLAT translators
    #[arg(long = "464xlat-prefix", value_name = "PREFIX")]
    xlat464_prefix: Vec<Prefix>,

    /// An IPv6 prefix of SIIT-DC translators
    #[arg(long, value_name = "PREFIX")]
    siit_dc_prefix: Vec<Prefix>,

    /// An IPv6 prefix of a 6rd domain
    #[arg(long = "6rd-prefix", value_name = "PREFIX")]
    six_rd_prefix: Vec<Prefix>,

    /// An IPv6 prefix of DS-Lite tunnels
    #[arg(long, value_name = "PREFIX")]
    ds_lite_prefix: Vec<Prefix>,

    /// An IPv6 prefix of lw4o6 tunnels
    #[arg(long, value_name = "PREFIX")]
    lw4o6_prefix: Vec<Prefix>,

    /// An IPv6 prefix of a MAP-E domain
    #[arg(long, value_name = "PREFIX")]
    map_e_prefix: Vec<Prefix>,

    /// A tunnel on another UDP port, such as 4790=vxlan; PORT=none for no tunnel
    #[arg(long, value_name = "PORT=TUNNEL", value_parser = port)]
    udp_port: Vec<(u16, Option<UdpTunnel>)>,

    /// Tunnels within tunnels that are opened, at most
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u8).range(0..=8))]
    max_depth: Option<u8>,
}

/// The file, and what `v6share config` prints.
#[derive(Debug, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
struct File {
    tunnels: Tunnels,
    /// `[mappings.NAME]`: fields of a flow record and the columns that hold them.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    mappings: Mappings,
}

/// `[tunnels]`.
#[derive(Debug, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
struct Tunnels {
    #[serde(skip_serializing_if = "Option::is_none")]
    max_depth: Option<u8>,
    nat64: Vec<String>,
    map_t: Vec<String>,
    #[serde(rename = "464xlat")]
    xlat464: Vec<String>,
    siit_dc: Vec<String>,
    #[serde(rename = "6rd")]
    six_rd: Vec<String>,
    ds_lite: Vec<String>,
    lw4o6: Vec<String>,
    map_e: Vec<String>,
    /// Port to tunnel, or `none`; added to the assigned ports.
    ports: BTreeMap<String, String>,
}

impl TunnelArgs {
    /// The mapping of this name in the file.
    pub(crate) fn mapping(&self, name: &str) -> Result<Mapping, String> {
        let Some(path) = &self.config else {
            return Err(format!(
                "--map {name}: a name needs a file with [mappings.{name}]: give it with --config"
            ));
        };
        let file = read(path)?;
        let told = |why: String| format!("{}: mappings.{name}: {why}", path.display());
        let Some(pairs) = file.mappings.get(name) else {
            let names: Vec<_> = file.mappings.keys().map(String::as_str).collect();
            let there = if names.is_empty() { "none".to_owned() } else { names.join(", ") };
            return Err(told(format!("there is no such mapping; there is {there}")));
        };
        let pairs: Vec<_> =
            pairs.iter().map(|(field, column)| format!("{field}={column}")).collect();
        pairs.join(",").parse().map_err(|why| told(format!("{why}")))
    }

    /// The mappings that the file names, each of which can be used.
    pub(crate) fn mappings(&self) -> Result<Mappings, String> {
        let Some(path) = &self.config else { return Ok(Mappings::new()) };
        let file = read(path)?;
        for name in file.mappings.keys() {
            self.mapping(name)?;
        }
        Ok(file.mappings)
    }

    /// What is in force: the defaults, what the file adds, what the options add.
    pub(crate) fn options(&self) -> Result<TunnelOptions, String> {
        let mut options = TunnelOptions::default();
        if let Some(path) = &self.config {
            read(path)?.apply(&mut options).map_err(|why| format!("{}: {why}", path.display()))?;
        }
        let given = [
            &self.nat64_prefix,
            &self.map_t_prefix,
            &self.xlat464_prefix,
            &self.siit_dc_prefix,
            &self.six_rd_prefix,
            &self.ds_lite_prefix,
            &self.lw4o6_prefix,
            &self.map_e_prefix,
        ];
        for ((name, list), more) in lists(&mut options).into_iter().zip(given) {
            for prefix in more {
                add(list, *prefix).map_err(|why| format!("--{name}-prefix {prefix}: {why}"))?;
            }
        }
        for (port, tunnel) in &self.udp_port {
            set_port(&mut options, *port, *tunnel);
        }
        options.max_depth = self.max_depth.unwrap_or(options.max_depth);
        Ok(options)
    }
}

/// `[mappings]`: for each name the fields of a flow record and their columns.
type Mappings = BTreeMap<String, BTreeMap<String, String>>;

/// What is in force, as a file that says the same.
pub(crate) fn print(options: &TunnelOptions, mappings: Mappings) -> Result<String, String> {
    let texts = |list: &[Prefix]| list.iter().map(Prefix::to_string).collect();
    let file = File {
        tunnels: Tunnels {
            max_depth: Some(options.max_depth),
            nat64: texts(&options.nat64),
            map_t: texts(&options.map_t),
            xlat464: texts(&options.xlat464),
            siit_dc: texts(&options.siit_dc),
            six_rd: texts(&options.six_rd),
            ds_lite: texts(&options.ds_lite),
            lw4o6: texts(&options.lw4o6),
            map_e: texts(&options.map_e),
            ports: ports(options),
        },
        mappings,
    };
    toml::to_string(&file).map_err(|error| error.to_string())
}

/// Every port that is set, and `none` for assigned ones that were taken out.
fn ports(options: &TunnelOptions) -> BTreeMap<String, String> {
    let assigned = TunnelOptions::default().ports;
    let removed = assigned.keys().filter(|port| !options.ports.contains_key(port));
    let removed = removed.map(|port| (port.to_string(), "none".to_owned()));
    let set = options.ports.iter().map(|(port, tunnel)| (port.to_string(), tunnel.key().into()));
    set.chain(removed).collect()
}

fn read(path: &Path) -> Result<File, String> {
    let text = fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))?;
    toml::from_str(&text).map_err(|error| format!("{}: {error}", path.display()))
}

impl File {
    fn apply(&self, options: &mut TunnelOptions) -> Result<(), String> {
        let tunnels = &self.tunnels;
        let given = [
            &tunnels.nat64,
            &tunnels.map_t,
            &tunnels.xlat464,
            &tunnels.siit_dc,
            &tunnels.six_rd,
            &tunnels.ds_lite,
            &tunnels.lw4o6,
            &tunnels.map_e,
        ];
        for ((name, list), texts) in lists(options).into_iter().zip(given) {
            for text in texts {
                let told = |why: String| format!("tunnels.{name}: {text}: {why}");
                let prefix = text.parse().map_err(|why| told(format!("{why}")))?;
                add(list, prefix).map_err(told)?;
            }
        }
        for (number, tunnel) in &tunnels.ports {
            let (number, tunnel) = port(&format!("{number}={tunnel}"))
                .map_err(|why| format!("tunnels.ports: {why}"))?;
            set_port(options, number, tunnel);
        }
        match tunnels.max_depth {
            Some(depth @ 0..=8) => options.max_depth = depth,
            Some(depth) => return Err(format!("tunnels.max-depth: {depth} is more than 8")),
            None => {}
        }
        Ok(())
    }
}

/// The lists of prefixes with their names, which the file and the options share.
fn lists(options: &mut TunnelOptions) -> [(&'static str, &mut Vec<Prefix>); 8] {
    [
        ("nat64", &mut options.nat64),
        ("map-t", &mut options.map_t),
        ("464xlat", &mut options.xlat464),
        ("siit-dc", &mut options.siit_dc),
        ("6rd", &mut options.six_rd),
        ("ds-lite", &mut options.ds_lite),
        ("lw4o6", &mut options.lw4o6),
        ("map-e", &mut options.map_e),
    ]
}

fn add(list: &mut Vec<Prefix>, prefix: Prefix) -> Result<(), String> {
    if prefix.version() != IpVersion::V6 {
        return Err("expected an IPv6 prefix".into());
    }
    if !list.contains(&prefix) {
        list.push(prefix);
    }
    Ok(())
}

fn set_port(options: &mut TunnelOptions, port: u16, tunnel: Option<UdpTunnel>) {
    match tunnel {
        Some(tunnel) => options.ports.insert(port, tunnel),
        None => options.ports.remove(&port),
    };
}

/// `4790=vxlan`, `4789=none`.
fn port(text: &str) -> Result<(u16, Option<UdpTunnel>), String> {
    let (number, name) = text.split_once('=').ok_or("expected PORT=TUNNEL, such as 4790=vxlan")?;
    let number = number.parse().map_err(|_| format!("{number} is no port"))?;
    if name == "none" {
        return Ok((number, None));
    }
    let found = UdpTunnel::ALL.into_iter().find(|tunnel| tunnel.key() == name);
    let names = || UdpTunnel::ALL.map(UdpTunnel::key).join(", ");
    let tunnel = found.ok_or_else(|| format!("no tunnel {name}: there are {}, none", names()))?;
    Ok((number, Some(tunnel)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_printed_says_the_same_when_it_is_read() {
        let arguments = TunnelArgs {
            nat64_prefix: vec!["2001:db8:64::/96".parse().expect("a prefix")],
            six_rd_prefix: vec!["2001:db8::/32".parse().expect("a prefix")],
            udp_port: vec![(4790, Some(UdpTunnel::Vxlan)), (4789, None)],
            max_depth: Some(3),
            ..TunnelArgs::default()
        };
        let options = arguments.options().expect("they are sound");
        assert_eq!(options.ports.get(&4789), None);
        let text = print(&options, Mappings::new()).expect("it can be printed");
        let mut again = TunnelOptions::default();
        toml::from_str::<File>(&text).expect("it is TOML").apply(&mut again).expect("it is sound");
        assert_eq!(again, options);
    }

    #[test]
    fn each_option_and_each_key_has_a_list_of_its_own() {
        let prefix =
            |number: u8| -> Prefix { format!("2001:db8:{number}::/48").parse().expect("a prefix") };
        let one = |number| vec![prefix(number)];
        let arguments = TunnelArgs {
            nat64_prefix: one(1),
            map_t_prefix: one(2),
            xlat464_prefix: one(3),
            siit_dc_prefix: one(4),
            six_rd_prefix: one(5),
            ds_lite_prefix: one(6),
            lw4o6_prefix: one(7),
            map_e_prefix: one(8),
            ..TunnelArgs::default()
        };
        let options = arguments.options().expect("they are sound");
        let expected = TunnelOptions {
            nat64: one(1),
            map_t: one(2),
            xlat464: one(3),
            siit_dc: one(4),
            six_rd: one(5),
            ds_lite: one(6),
            lw4o6: one(7),
            map_e: one(8),
            ..TunnelOptions::default()
        };
        assert_eq!(options, expected);
        let text = print(&options, Mappings::new()).expect("it can be printed");
        let mut again = TunnelOptions::default();
        toml::from_str::<File>(&text).expect("it is TOML").apply(&mut again).expect("it is sound");
        assert_eq!(again, expected);
    }

    #[test]
    fn what_is_wrong_is_told() {
        let wrong = |text: &str| {
            let file = match toml::from_str::<File>(text) {
                Ok(file) => file,
                Err(error) => return error.to_string(),
            };
            file.apply(&mut TunnelOptions::default()).expect_err("it is wrong")
        };
        assert!(wrong("[tunnels]\nnat65 = []").contains("unknown field `nat65`"));
        assert!(wrong("[tunnels]\nnat64 = ['192.0.2.0/24']").contains("expected an IPv6 prefix"));
        assert!(wrong("[tunnels]\nnat64 = ['2001:db8::1/32']").contains("bits behind"));
        assert!(wrong("[tunnels.ports]\n4789 = 'vlan'").contains("no tunnel vlan"));
        assert!(wrong("[tunnels]\nmax-depth = 9").contains("more than 8"));
    }
}
