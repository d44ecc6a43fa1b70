//! Files of registry statistics, line by line as the format is described, and
//! the totals that a script of its own makes of them.

use super::Random;
use serde_json::Value;
use std::path::Path;
use std::process::Command;

/// How a registry's files look.
#[derive(Clone, Copy, Debug)]
pub struct Shape {
    /// The name in every line.
    pub registry: &'static str,
    /// The format's version.
    pub version: &'static str,
    /// The serial of 1 January 2024.
    pub serial: &'static str,
    /// What is written where nothing is known of the country.
    pub nowhere: &'static str,
    /// What is written where there is no date.
    pub no_date: &'static str,
    /// Countries.
    pub countries: [&'static str; 4],
    /// The first octet of IPv4, the first word of IPv6, the first AS number.
    pub space: (u8, u16, u32),
    /// Comments and the end of a line.
    pub line_end: &'static str,
}

/// The five, as their files differ.
pub const SHAPES: [Shape; 5] = [
    Shape {
        registry: "afrinic",
        version: "2",
        serial: "20240101",
        nowhere: "ZZ",
        no_date: "",
        countries: ["SN", "ZA", "KE", "MU"],
        space: (41, 0x2c0f, 36_000),
        line_end: "\n",
    },
    Shape {
        registry: "apnic",
        version: "2",
        serial: "20240101",
        nowhere: "",
        no_date: "",
        countries: ["JP", "AU", "FJ", "AP"],
        space: (1, 0x2400, 131_072),
        line_end: "\n",
    },
    Shape {
        registry: "arin",
        version: "2",
        serial: "1704114000000",
        nowhere: "",
        no_date: "00000000",
        countries: ["US", "CA", "JM", "BB"],
        space: (8, 0x2600, 10_000),
        line_end: "\r\n",
    },
    Shape {
        registry: "lacnic",
        version: "2.3",
        serial: "20240101",
        nowhere: "",
        no_date: "",
        countries: ["BR", "AR", "CL", "HT"],
        space: (177, 0x2800, 262_000),
        line_end: "\n",
    },
    Shape {
        registry: "ripencc",
        version: "2",
        serial: "1704149999",
        nowhere: "",
        no_date: "",
        countries: ["FR", "DE", "TR", "EU"],
        space: (62, 0x2a00, 200_000),
        line_end: "\n",
    },
];

/// One file.
#[derive(Clone, Debug, Default)]
pub struct StatisticsFile {
    /// Its records, without the end of the line.
    pub records: Vec<String>,
    /// Its text.
    pub text: String,
}

/// Whether opaque ids are written, and what is free and reserved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// Seven fields, delegated blocks alone.
    Plain,
    /// Eight, and all blocks.
    Extended,
}

/// A file of about so many records, none of which overlaps another.
pub fn statistics(shape: &Shape, form: Form, count: usize, random: &mut Random) -> StatisticsFile {
    let mut records = Vec::new();
    let (v4, v6, asn) = shape.space;
    let (mut v4, mut v6, mut asn) = (u32::from(v4) << 24, u128::from(v6) << 112, asn);
    for _ in 0..count {
        let (kind, start, value) = match random.below(3) {
            0 => {
                let addresses = [256, 512, 768, 1024, 1280, 65_536, 1][random.below(7)];
                v4 += 256 * u32::from(random.byte());
                let start = std::net::Ipv4Addr::from(v4);
                v4 += u32::max(addresses, 256);
                ("ipv4", start.to_string(), addresses.to_string())
            }
            1 => {
                let len = [32_u32, 32, 32, 29, 35, 48, 56][random.below(7)];
                let size = 1_u128 << (128 - len);
                v6 = v6.next_multiple_of(size);
                let start = std::net::Ipv6Addr::from(v6);
                v6 += size;
                ("ipv6", start.to_string(), len.to_string())
            }
            _ => {
                let numbers = [1, 1, 1, 4, 10][random.below(5)];
                asn += numbers;
                ("asn", (asn - numbers).to_string(), numbers.to_string())
            }
        };
        records.extend(record(shape, form, [kind, &start, &value], random));
    }
    StatisticsFile { text: text(shape, &records), records }
}

fn record(shape: &Shape, form: Form, block: [&str; 3], random: &mut Random) -> Option<String> {
    let [kind, start, value] = block;
    let registry = shape.registry;
    let status = ["allocated", "allocated", "allocated", "assigned", "available", "reserved"];
    let status = status[random.below(6)];
    let delegated = status.starts_with('a') && status != "available";
    if !delegated {
        let (nowhere, no_date) = (shape.nowhere, shape.no_date);
        return (form == Form::Extended)
            .then(|| format!("{registry}|{nowhere}|{kind}|{start}|{value}|{no_date}|{status}|"));
    }
    let country = random.pick(&shape.countries);
    let date = match random.below(40) {
        0 => shape.no_date.to_owned(),
        _ => format!(
            "{}{:02}{:02}",
            1990 + random.below(34),
            1 + random.below(12),
            1 + random.below(28)
        ),
    };
    let plain = format!("{registry}|{country}|{kind}|{start}|{value}|{date}|{status}");
    Some(match form {
        Form::Plain => plain,
        // A few have many blocks, most have few.
        Form::Extended => {
            let holder = random.below(1 + random.clone().below(200));
            format!("{plain}|{holder:08X}")
        }
    })
}

/// The text of a file with its version line and summaries.
pub fn text(shape: &Shape, records: &[String]) -> String {
    let Shape { registry, version, serial, line_end, .. } = shape;
    let end = "20231231";
    let mut lines =
        vec![format!("{version}|{registry}|{serial}|{}|19830101|{end}|+0000", records.len())];
    for kind in ["asn", "ipv4", "ipv6"] {
        let word = format!("|{kind}|");
        let count = records.iter().filter(|record| record.contains(&word)).count();
        lines.push(format!("{registry}|*|{kind}|*|{count}|summary"));
    }
    if *registry == "apnic" {
        lines.insert(0, "# statement of the conditions of use".into());
        lines.insert(1, "#".into());
    }
    lines.extend(records.iter().cloned());
    lines.iter().map(|line| format!("{line}{line_end}")).collect()
}

/// What the script makes of a file; `None` where there is no Python here.
pub fn by_script(file: &Path) -> Option<Value> {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/registry_check.py");
    let output = match Command::new("python3").arg(script).arg(file).output() {
        Ok(output) => output,
        Err(error) => {
            eprintln!("not run against the script: python3: {error}");
            return None;
        }
    };
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    Some(serde_json::from_slice(&output.stdout).expect("the script writes JSON"))
}

/// Holds every figure of every row of a report against the script's.
#[track_caller]
pub fn assert_as_by_script(report: &Value, script: &Value) {
    let rows = report["tables"]["countries"].as_array().expect("a table of countries");
    assert_eq!(rows.len(), script.as_object().expect("rows").len());
    let mut compared = 0;
    for row in rows {
        let name = row["row"].as_str().expect("a row has a name");
        for (key, theirs) in script[name].as_object().unwrap_or_else(|| panic!("{name}")) {
            let (ours, theirs) = (row[key].as_f64(), theirs.as_f64());
            let same = match (ours, theirs) {
                (Some(ours), Some(theirs)) if key.ends_with("gini") => (ours - theirs).abs() < 1e-9,
                (ours, theirs) => ours == theirs,
            };
            assert!(same, "{name} {key}: {ours:?} and {theirs:?}");
            compared += 1;
        }
    }
    assert!(compared >= 17 * rows.len(), "{compared}");
}
