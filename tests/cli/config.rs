//! What is configured about tunnels and translators: by options, by a file, by
//! the environment.

use crate::capture::{ipv6, pcap};
use crate::program::{Ran, analyze, program, run};
use std::fs;
use tempfile::TempDir;

/// A packet of `ipv6(1, ..)` is between addresses of this prefix.
const PREFIX: &str = "2001:db8::/32";

fn capture() -> (TempDir, String) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("one.pcap");
    fs::write(&path, pcap([ipv6(1, 100)])).unwrap();
    let path = path.display().to_string();
    (folder, path)
}

/// Packets of IPv4 and of IPv6 in the end-to-end view.
fn end_to_end(ran: &Ran) -> (u64, u64) {
    let totals = &ran.json()["totals"]["end_to_end"];
    let packets = |family: &str| totals[family]["packets"].as_u64().unwrap();
    (packets("ipv4"), packets("ipv6"))
}

#[test]
fn a_configured_translator_makes_ipv4_of_ipv6_end_to_end() {
    let (folder, path) = capture();
    let plain = run(analyze(["--format", "json", &path]).env_remove("V6SHARE_CONFIG"));
    assert_eq!(end_to_end(&plain), (0, 1));
    for option in ["--nat64-prefix", "--map-t-prefix", "--464xlat-prefix", "--siit-dc-prefix"] {
        let ran = run(&mut analyze(["--format", "json", option, PREFIX, &path]));
        assert_eq!(end_to_end(&ran), (1, 0), "{option}");
        assert_eq!(ran.json()["totals"]["transport"]["ipv6"]["packets"], 1, "{option}");
    }
    let file = folder.path().join("v6share.toml");
    fs::write(&file, format!("[tunnels]\nnat64 = [\"{PREFIX}\"]\n")).unwrap();
    let file = file.display().to_string();
    let by_option = run(&mut analyze(["--format", "json", "--config", &file, &path]));
    assert_eq!(end_to_end(&by_option), (1, 0));
    let by_environment = run(analyze(["--format", "json", &path]).env("V6SHARE_CONFIG", &file));
    assert_eq!(end_to_end(&by_environment), (1, 0));
}

#[test]
fn config_prints_the_named_mappings() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("a.toml");
    let text = "[mappings.ours]\nsrc = \"From\"\ndst = \"To\"\noctets = \"Bytes\"\n";
    fs::write(&file, text).unwrap();
    let config = |file| run(program().arg("config").arg("--config").arg(file));
    let printed = config(&file);
    printed.is_quiet().ends_with(0);
    assert!(printed.stdout.contains("[mappings.ours]"), "{}", printed.stdout);
    assert!(printed.stdout.contains("src = \"From\""), "{}", printed.stdout);
    fs::write(&file, &printed.stdout).unwrap();
    assert_eq!(config(&file).stdout, printed.stdout);
    fs::write(&file, "[mappings.ours]\nsource = \"From\"\n").unwrap();
    assert!(config(&file).ends_with(2).message().contains("there is no field `source`"));
}

#[test]
fn what_config_prints_is_what_is_in_force() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("a.toml");
    let arguments =
        ["config", "--6rd-prefix", PREFIX, "--udp-port", "8472=none", "--max-depth", "2"];
    let printed = run(program().args(arguments));
    printed.is_quiet().ends_with(0);
    fs::write(&file, &printed.stdout).unwrap();
    let again = run(program().arg("config").arg("--config").arg(&file));
    assert_eq!(again.stdout, printed.stdout);
    assert!(printed.stdout.contains(PREFIX) && printed.stdout.contains("8472 = \"none\""));
}

#[test]
fn what_cannot_be_in_force_is_told_with_where_it_stands() {
    let (folder, path) = capture();
    let file = folder.path().join("wrong.toml");
    let shown = file.display().to_string();
    for (text, told) in [
        ("[tunnels]\nnat65 = []\n", "unknown field `nat65`"),
        (
            "[tunnels]\n6rd = [\"192.0.2.0/24\"]\n",
            "tunnels.6rd: 192.0.2.0/24: expected an IPv6 prefix",
        ),
        ("[tunnels.ports]\n4789 = \"vlan\"\n", "no tunnel vlan"),
        ("[tunnels\n", "line 1"),
    ] {
        fs::write(&file, text).unwrap();
        let ran = run(&mut analyze(["--config", &shown, &path]));
        ran.ends_with(2);
        assert_eq!(ran.stdout, "");
        assert!(ran.stderr.contains(&shown) && ran.stderr.contains(told), "{}", ran.stderr);
    }
    let missing = run(&mut analyze(["--config", "nowhere.toml", &path]));
    assert!(
        missing.ends_with(2).stderr.contains("nowhere.toml: No such file"),
        "{}",
        missing.stderr
    );
}
