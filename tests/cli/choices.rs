//! What the user chooses: the breakdowns, and all profiles side by side.
//!
//! The captures hold tunnels and translated packets of many kinds. What is said
//! of them here holds however many of those are opened.

use crate::capture::{ipv4, ipv6, pcap};
use crate::program::{Ran, analyze, json, program, run};
use serde_json::{Value, json};
use std::path::Path;
use tempfile::TempDir;

/// 4,000 records: a third of them in tunnels or translated, some not IP.
fn tunnels() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let mix = "6in4=0.06,6to4=0.02,isatap=0.02,teredo=0.02,4in6=0.05,ipip=0.02,6in6=0.02,gre=0.05,\
               vxlan=0.02,geneve=0.02,gtp-u=0.02,nat64=0.04";
    let capture = path(&folder);
    let arguments = ["synth", "-o", &capture, "-n", "4000", "--flows", "400", "--prefixes", "40"];
    let kind = ["--tunnels", mix, "--protocols", "tcp=0.5,udp=0.3,icmp=0.1,other=0.1"];
    let rest = ["--non-ip", "0.05", "--sizes", "600", "--snap-len", "200"];
    run(program().args(arguments).args(kind).args(rest)).ends_with(0);
    folder
}

fn path(folder: &TempDir) -> String {
    folder.path().join("tunnels.pcap").display().to_string()
}

/// `by` and view of each breakdown.
fn breakdowns(report: &Value) -> Vec<(String, Option<String>)> {
    let name = |breakdown: &Value| {
        let by = breakdown["by"].as_array().unwrap();
        let by: Vec<_> = by.iter().map(|word| word.as_str().unwrap()).collect();
        (by.join(","), breakdown["view"].as_str().map(str::to_owned))
    };
    report["breakdowns"].as_array().unwrap().iter().map(name).collect()
}

fn rows<'a>(report: &'a Value, by: &str, view: &Value) -> &'a [Value] {
    let all = report["breakdowns"].as_array().unwrap();
    let by: Vec<_> = by.split(',').collect();
    let found = all.iter().find(|each| each["by"] == json!(by) && each["view"] == *view);
    found.unwrap_or_else(|| panic!("no {by:?} in {view}: {report}"))["rows"].as_array().unwrap()
}

fn sum(rows: &[Value], path: &str) -> u64 {
    rows.iter().map(|row| row.pointer(path).unwrap().as_u64().unwrap()).sum()
}

fn number(report: &Value, path: &str) -> u64 {
    report.pointer(path).unwrap_or_else(|| panic!("no {path}: {report}")).as_u64().unwrap()
}

fn of(ran: &Ran) -> Value {
    ran.is_quiet().json()
}

#[test]
fn breakdowns_stand_in_the_order_they_are_asked_for() {
    let folder = tunnels();
    let path = path(&folder);
    let name = |by: &str, view: Option<&str>| (by.to_owned(), view.map(str::to_owned));
    let transport = Some("transport");
    let default = of(&json([&path]));
    assert_eq!(breakdowns(&default), [name("protocol", transport), name("prefix", transport)]);
    let by = ["--by", "service", "--by", "encapsulation", "--by", "port", "--by", "service"];
    let chosen = of(&run(analyze([&path]).args(["--format", "json"]).args(by)));
    assert_eq!(
        breakdowns(&chosen),
        [name("service", transport), name("encapsulation", None), name("port", transport)]
    );
    assert_eq!(chosen["totals"], default["totals"]);
    let by = "--by prefix --by encapsulation-path --by protocol --prefix-len 8,32";
    let by: Vec<_> = by.split(' ').collect();
    let more = ["--prefix-len", "16,48", "--view", "both"];
    let both = of(&run(analyze([&path]).args(["--format", "json"]).args(by).args(more)));
    let end_to_end = Some("end_to_end");
    assert_eq!(
        breakdowns(&both),
        [
            name("prefix", transport),
            name("prefix", transport),
            name("encapsulation-path", None),
            name("protocol", transport),
            name("prefix", end_to_end),
            name("prefix", end_to_end),
            name("protocol", end_to_end),
        ]
    );
}

#[test]
fn a_dimension_that_does_not_exist_is_refused_with_those_that_do() {
    let ran = run(analyze(["x.pcap", "--by", "protocol,colour"]).arg("--quiet"));
    assert_eq!(ran.ends_with(2).stdout, "");
    assert!(
        ran.stderr.contains("\"colour\"") && ran.stderr.contains("encapsulation-path"),
        "{ran:?}"
    );
}

#[test]
fn ports_are_told_apart_by_protocol() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.pcap");
    std::fs::write(&path, pcap([ipv4(1, 100), ipv6(2, 200), ipv4(3, 300)])).unwrap();
    let report =
        of(&run(analyze([&path]).args(["--format", "json", "--by", "port", "--by", "service"])));
    let transport = json!("transport");
    let ports = rows(&report, "port", &transport);
    assert_eq!(ports.len(), 2);
    assert_eq!(ports[0]["key"], json!({"protocol": "udp", "port": 9999, "service": null}));
    assert_eq!(
        (&ports[0]["ipv4"]["octets"], &ports[0]["ipv6"]["octets"]),
        (&400.into(), &0.into())
    );
    assert_eq!(ports[1]["key"], json!({"protocol": "tcp", "port": 9999, "service": null}));
    assert_eq!(
        (&ports[1]["ipv4"]["octets"], &ports[1]["ipv6"]["octets"]),
        (&0.into(), &200.into())
    );
    let services = rows(&report, "service", &transport);
    assert_eq!(services[0]["key"], json!({"service": "udp/9999"}));
    let table = run(analyze([&path]).args(["--by", "port", "--by", "encapsulation"]));
    assert!(table.is_quiet().stdout.contains("\n  udp/9999        2          400  "), "{table:?}");
    assert!(
        table.stdout.contains("\n  native  IPv4   IPv4         2           400  "),
        "{table:?}"
    );
    assert!(!table.stdout.contains("Tunnels and translation"), "{table:?}");
}

#[test]
fn every_breakdown_holds_every_packet_once() {
    let folder = tunnels();
    let all = "--by protocol --by port --by service --by encapsulation --by encapsulation-path \
               --by protocol,port --by encapsulation,packet-size,traffic-class \
               --by interface,input --by vlan,source-mac,encapsulation-path";
    let all: Vec<_> = all.split_whitespace().collect();
    let report =
        of(&run(analyze([path(&folder)]).args(["--format", "json", "--view", "both"]).args(all)));
    for (by, view) in breakdowns(&report) {
        let rows = rows(&report, &by, &json!(view));
        let Some(view) = view else {
            for (figure, total) in [("packets", "transport"), ("wire_octets", "end_to_end")] {
                let family =
                    |family| number(&report, &format!("/totals/{total}/{family}/{figure}"));
                assert_eq!(
                    sum(rows, &format!("/{figure}")),
                    family("ipv4") + family("ipv6"),
                    "{by}"
                );
            }
            for (figure, total) in [("outer", "transport"), ("inner", "end_to_end")] {
                let family = |family| number(&report, &format!("/totals/{total}/{family}/octets"));
                let octets = sum(rows, &format!("/octets_{figure}"));
                assert_eq!(octets, family("ipv4") + family("ipv6"), "{by}");
            }
            continue;
        };
        for figure in ["packets", "octets", "wire_octets"] {
            for family in ["ipv4", "ipv6"] {
                let total = number(&report, &format!("/totals/{view}/{family}/{figure}"));
                assert_eq!(sum(rows, &format!("/{family}/{figure}")), total, "{by} {view}");
            }
        }
    }
    let rows = rows(&report, "encapsulation", &Value::Null);
    let unseen = rows.iter().filter(|row| row["key"]["inner"].is_null());
    let unseen: u64 = unseen.map(|row| row["packets"].as_u64().unwrap()).sum();
    assert_eq!(unseen, number(&report, "/totals/end_to_end/inner_unknown/packets"));
}

#[test]
fn all_profiles_side_by_side_are_those_of_one_run_each() {
    let folder = tunnels();
    let path = path(&folder);
    let profile =
        |profile| of(&run(analyze([&path]).args(["--format", "json", "--profile", profile])));
    let mut all = profile("all");
    let profiles = all["profiles"].take();
    let names: Vec<_> = profiles.as_object().unwrap().keys().collect();
    assert_eq!(names, ["all-frames", "ip-only", "native-only", "user-traffic"]);
    for (name, side_by_side) in profiles.as_object().unwrap() {
        let alone = profile(name);
        assert_eq!(side_by_side["definition"], alone["profile_definition"]);
        let totals = if name == "ip-only" { &alone["totals"] } else { &alone["profile_totals"] };
        for view in ["transport", "end_to_end"] {
            let (ours, theirs) = (&side_by_side[view], &totals[view]);
            assert_eq!(ours["ipv6"], theirs["ipv6"], "{name} {view}");
            assert_eq!(ours["share"], theirs["share"], "{name} {view}");
            if name != "ip-only" {
                assert_eq!(ours["denominator"], theirs["denominator"], "{name} {view}");
            }
        }
    }
    // All else is as under ip-only.
    all.as_object_mut().unwrap().remove("profiles");
    assert_eq!(all, profile("ip-only"));
}

#[test]
fn the_table_shows_each_profile_with_its_definition() {
    let folder = tunnels();
    let ran = run(analyze([path(&folder)]).args(["--profile", "all"]));
    let text = &ran.is_quiet().stdout;
    let (_, section) = text.split_once("\nIPv6 share under every profile\n").unwrap();
    for profile in ["ip-only", "all-frames", "native-only", "user-traffic"] {
        assert!(section.contains(&format!("\n  {profile} ")), "{section}");
        assert!(section.contains(&format!("\n  {profile}: ")), "{section}");
    }
    assert!(text.starts_with("IPv6 carries ") && text.contains("profile ip-only"), "{text}");
}

#[test]
fn flat_formats_stay_flat() {
    let folder = tunnels();
    let choices = "--profile all --by encapsulation --by port --by prefix --by port,vlan,mac \
                   --by encapsulation-path";
    let choices: Vec<_> = choices.split_whitespace().collect();
    let csv = run(analyze([path(&folder)]).args(&choices).args(["--format", "csv"]));
    let commas = |line: &str| {
        let outside = line.split('"').step_by(2);
        outside.map(|part| part.matches(',').count()).sum::<usize>()
    };
    assert!(csv.is_quiet().stdout.lines().all(|line| commas(line) == 26), "{}", csv.stdout);
    let ndjson = run(analyze([path(&folder)]).args(choices).args(["--format", "ndjson"]));
    for line in ndjson.is_quiet().stdout.lines() {
        let line: Value = serde_json::from_str(line).unwrap();
        assert!(line.as_object().unwrap().values().all(|v| !v.is_object() && !v.is_array()));
    }
}

#[test]
fn the_choices_are_the_same_for_any_split_of_the_work() {
    let folder = tunnels();
    let choices = "--format json --profile all --view both \
                   --by service --by encapsulation --by protocol --by port --by prefix \
                   --by encapsulation-path --by prefix=8/16,destination-prefix,protocol \
                   --by mac,vlan --by interface,traffic-class,input --by packet-size";
    let with = |more: &[&str]| {
        let path = path(&folder);
        let mut command = analyze([Path::new(&path)]);
        run(command.args(choices.split_whitespace()).args(more)).is_quiet().stdout.clone()
    };
    let plain = with(&["-j", "1"]);
    assert_eq!(with(&["-j", "4", "--piece-size", "5000"]), plain);
    assert_eq!(with(&["-j", "2", "--piece-size", "70000"]), plain);
}
