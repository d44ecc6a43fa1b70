//! Packets explained: text for people, and one JSON object a line.
//!
//! The JSON object of a packet:
//!
//! | field | what it is |
//! | --- | --- |
//! | `packet` | its number in the input, from 1 |
//! | `at_byte` | offset of its first octet in the input; null in a stream |
//! | `time` | RFC 3339, UTC; null where there is none |
//! | `interface`, `link_type` | from 0; the name and number, null where it is not described |
//! | `captured_length`, `original_length` | octets |
//! | `layers` | from the start of the frame to its end: `layer`, `offset`, `length` (octets) and `fields` |
//! | `class` | `ipv4`, `ipv6`, `not_ip` or `undecodable`: where the account counts it |
//! | `reason` | what it is or why, where it is not IP or undecodable, else null |
//! | `transport`, `end_to_end` | the cell of each view, null where there is none: `family`, `octets`, `wire_octets`, `protocol`, `source`, `destination`, their `prefixes`, and the `profiles` whose shares hold it |
//! | `encapsulation`, `encapsulation_path`, `inner_unknown` | null where it is not IP |
//! | `anomalies`, `excess_octets` | what was odd |

use crate::model::{
    Anomaly, Decoded, Explanation, IpAddress, IpHeader, IpVersion, Observation, Prefix, PrefixLens,
    Profile, Verdict, View,
};
use serde_json::{Map, Value, json};
use std::io::{self, Write};

/// How explanations are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExplainFormat {
    /// For people.
    Text,
    /// One JSON object a line.
    Json,
}

/// Writes the packets in their order.
///
/// # Errors
/// Those of `out`.
pub fn write(
    packets: &[Explanation],
    lens: PrefixLens,
    format: ExplainFormat,
    out: &mut dyn Write,
) -> io::Result<()> {
    for (at, packet) in packets.iter().enumerate() {
        match format {
            ExplainFormat::Json => writeln!(out, "{}", object(packet, lens))?,
            ExplainFormat::Text => {
                if at > 0 {
                    writeln!(out)?;
                }
                text(packet, lens, out)?;
            }
        }
    }
    Ok(())
}

/// What one view counts.
struct Cell<'a> {
    header: &'a IpHeader,
    /// The family that it counts as; not the header's for what was translated.
    family: IpVersion,
    wire_octets: u64,
    profiles: &'a [Profile],
}

fn cell<'a>(packet: &'a Explanation, observation: &'a Observation, view: View) -> Cell<'a> {
    let (header, family) = match view {
        View::Transport => (&observation.outer, observation.outer.version),
        View::EndToEnd => (observation.innermost(), observation.end_to_end()),
    };
    let profiles = &packet.profiles[view];
    Cell { header, family, wire_octets: observation.wire_octets, profiles }
}

impl Cell<'_> {
    fn protocol(&self) -> String {
        self.header.protocol.map_or("unknown".to_owned(), |protocol| protocol.to_string())
    }

    fn ends(&self) -> [Option<IpAddress>; 2] {
        [self.header.source, self.header.destination]
    }

    fn address(&self, address: Option<IpAddress>) -> Option<String> {
        address.map(|address| address.to_std(self.header.version).to_string())
    }

    /// The rows by prefix that it is in: one where both ends share it.
    fn prefixes(&self, lens: PrefixLens) -> Vec<String> {
        let version = self.header.version;
        let prefix = |address| Prefix::new(version, address, lens.len(version)).to_string();
        let mut prefixes: Vec<_> = self.ends().into_iter().flatten().map(prefix).collect();
        prefixes.dedup();
        prefixes
    }

    fn profiles(&self) -> String {
        self.profiles.iter().map(|profile| profile.key()).collect::<Vec<_>>().join(", ")
    }
}

fn anomalies(decoded: &Decoded) -> Vec<&'static str> {
    let odd = Anomaly::ALL.into_iter().filter(|anomaly| decoded.anomalies.contains(*anomaly));
    odd.map(Anomaly::key).collect()
}

fn text(packet: &Explanation, lens: PrefixLens, out: &mut dyn Write) -> io::Result<()> {
    let time = packet.timestamp.map_or("no time".to_owned(), |time| time.to_string());
    let link_type = packet.link_type.map_or("not described".to_owned(), |known| known.to_string());
    write!(
        out,
        "packet {}: {time}, interface {} of link type {link_type}, {} of {} octets captured",
        packet.packet, packet.interface, packet.captured_len, packet.original_len
    )?;
    match packet.at_byte {
        Some(at) => writeln!(out, ", from byte {at} of the input on")?,
        None => writeln!(out)?,
    }
    for layer in &packet.layers {
        write!(out, "  {:>5} +{:<5} {}", layer.offset, layer.len, layer.name)?;
        for (at, (name, value)) in layer.fields.iter().enumerate() {
            let before = if at == 0 { ":" } else { "," };
            write!(out, "{before} {} {value}", name.replace('_', " "))?;
        }
        writeln!(out)?;
    }
    match &packet.decoded.verdict {
        Verdict::NotIp(what) => writeln!(out, "  counted as: not IP, {what}")?,
        Verdict::Undecodable(why) => writeln!(out, "  counted as: undecodable, {}", why.key())?,
        Verdict::Ip(observation) => ip_text(packet, observation, lens, out)?,
    }
    let odd = anomalies(&packet.decoded);
    if !odd.is_empty() {
        write!(out, "  anomalies: {}", odd.join(", "))?;
        match packet.decoded.excess_octets {
            0 => writeln!(out)?,
            excess => writeln!(out, " ({excess} octets more than the frame can hold)")?,
        }
    }
    Ok(())
}

fn ip_text(
    packet: &Explanation,
    observation: &Observation,
    lens: PrefixLens,
    out: &mut dyn Write,
) -> io::Result<()> {
    for view in View::ALL {
        let cell = cell(packet, observation, view);
        let [source, destination] = cell.ends().map(|end| cell.address(end));
        let shown = |address: Option<String>| address.unwrap_or_else(|| "?".to_owned());
        writeln!(
            out,
            "  {}: {}, {} octets, {} wire octets, {}, {} -> {}",
            view.name(),
            cell.family.name(),
            cell.header.octets,
            cell.wire_octets,
            cell.protocol(),
            shown(source),
            shown(destination),
        )?;
        writeln!(out, "      prefixes {}", cell.prefixes(lens).join(", "))?;
        writeln!(out, "      profiles {}", cell.profiles())?;
    }
    write!(out, "  encapsulation: {}", observation.encapsulation.key())?;
    if !observation.path.is_native() {
        write!(out, ", path {}", observation.path)?;
    }
    if observation.inner_unknown {
        write!(out, ", what is inside cannot be seen")?;
    }
    writeln!(out)
}

fn object(packet: &Explanation, lens: PrefixLens) -> Value {
    let layer = |layer: &crate::model::Layer| {
        let fields = layer.fields.iter();
        let fields: Map<_, _> =
            fields.map(|(name, value)| ((*name).to_owned(), value.clone().into())).collect();
        json!({"layer": layer.name, "offset": layer.offset, "length": layer.len, "fields": fields})
    };
    let (class, reason, ip) = match &packet.decoded.verdict {
        Verdict::NotIp(what) => ("not_ip", Some(what.to_string()), None),
        Verdict::Undecodable(why) => ("undecodable", Some(why.key().to_owned()), None),
        Verdict::Ip(observation) => (observation.outer.version.key(), None, Some(observation)),
    };
    let view = |view| ip.map(|ip| cell_object(&cell(packet, ip, view), lens));
    json!({
        "packet": packet.packet,
        "at_byte": packet.at_byte,
        "time": packet.timestamp.map(|time| time.to_string()),
        "interface": packet.interface,
        "link_type": packet.link_type.map(|known| known.to_string()),
        "captured_length": packet.captured_len,
        "original_length": packet.original_len,
        "layers": packet.layers.iter().map(layer).collect::<Vec<_>>(),
        "class": class,
        "reason": reason,
        "transport": view(View::Transport),
        "end_to_end": view(View::EndToEnd),
        "encapsulation": ip.map(|ip| ip.encapsulation.key()),
        "encapsulation_path": ip.map(|ip| ip.path.to_string()),
        "inner_unknown": ip.map(|ip| ip.inner_unknown),
        "anomalies": anomalies(&packet.decoded),
        "excess_octets": packet.decoded.excess_octets,
    })
}

fn cell_object(cell: &Cell<'_>, lens: PrefixLens) -> Value {
    let [source, destination] = cell.ends().map(|end| cell.address(end));
    json!({
        "family": cell.family.key(),
        "octets": cell.header.octets,
        "wire_octets": cell.wire_octets,
        "protocol": cell.protocol(),
        "source": source,
        "destination": destination,
        "prefixes": cell.prefixes(lens),
        "profiles": cell.profiles.iter().map(|profile| profile.key()).collect::<Vec<_>>(),
    })
}
