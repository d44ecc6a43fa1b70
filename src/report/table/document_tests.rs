//! The table as a whole, against text that a reader can judge.

use crate::model::{Dimension, Encapsulation, Measure, PerView, Profile, Tally, View, Views};
use crate::report::Options;
use crate::report::tests_support::{
    broken, choose, empty, example, huge, input, packets, text, tunnelled,
};
use crate::summary::{Status, Summary};

const EXAMPLE: &str = r"IPv6 carries 42.31 % of the IP traffic measured (by octets, transport view,
profile ip-only: IPv6 / (IPv4 + IPv6)).
Measured: 1,000 packets, 1.04 MB of IP octets, 10 min 5 s.

Totals
  view        measure         IPv4     IPv6  IPv6 share
  transport   packets          600      400     40.00 %
              octets       600,000  440,000     42.31 %
              wire octets  624,000  456,000     42.22 %
  end-to-end  packets          500      500     50.00 %
              octets       500,000  550,000     52.38 %
              wire octets  520,000  570,000     52.29 %

Time
  2026-01-01T00:00:00Z to 2026-01-01T00:10:05Z (10 min 5 s)

Records
  1,012 = 600 IPv4 + 400 IPv6 + 8 not IP + 4 undecodable
    not IP       5  ARP (0x0806)
                 2  spanning tree (llc:0x42)
                 1  0x1234
    undecodable  3  unsupported_link_type: USER0 (147)
                 1  version_mismatch: EtherType and version nibble disagree

Anomalies (records that were odd, and counted all the same)
  truncated_header      1  the IP header is cut; without its length field 0
                           octets count
  length_exceeds_frame  2  the header claims more than the frame can hold; the
                           header's length counts (1,234 octets too many in all)

Inputs
  1 input, 1.23 MB (1,234,567 bytes): 1 complete

By protocol (transport view)
  protocol            packets  IPv4 octets  IPv6 octets  IPv6 share     part
  tcp                     700      400,000      330,000     45.21 %  70.19 %
  udp                     249      200,000       53,900     21.23 %  24.41 %
  icmpv6                   50            0       55,000       100 %   5.29 %
  unknown (cut away)        1            0        1,100       100 %   0.11 %

By prefix, /24 and /48 (transport view, source or destination)
  A packet is in the row of each of its two ends: parts may add up to 200 %.
  prefix           packets  IPv4 octets  IPv6 octets  IPv6 share     part
  192.0.2.0/24         500      500,000            0         0 %  48.08 %
  2001:db8::/48        350            0      385,000       100 %  37.02 %
  198.51.100.0/24       98       98,000            0         0 %   9.42 %
  2001:db8:1::/48       49            0       53,900       100 %   5.18 %
  1 other                3        2,000        1,100     35.48 %   0.30 %

Packet sizes in IP octets (transport view)
  family  packets  min   p5  p25  median    p75    p95    max     mean
  IPv4        600  500  500  500     500  1,500  1,500  1,500  1,000.0
  IPv6        400  600  600  600     600  1,600  1,600  1,600  1,100.0
";

fn plain(summary: &Summary) -> String {
    text(summary, &Options::default())
}

fn first_line(summary: &Summary) -> String {
    plain(summary).lines().next().unwrap_or_default().to_owned()
}

fn totals(summary: &mut Summary, tally: Tally) {
    summary.totals = PerView { transport: tally, end_to_end: tally };
    summary.profile_totals = summary.totals;
}

#[test]
fn the_example_reads_as_it_should() {
    let options = Options { top: 4, width: Some(80), ..Options::default() };
    assert_eq!(text(&example(), &options), EXAMPLE);
}

#[test]
fn colour_adds_escapes_and_nothing_else() {
    let options = Options { top: 4, color: true, width: Some(80), ..Options::default() };
    let painted = text(&example(), &options);
    assert!(painted.contains("IPv6 carries \u{1b}[1m42.31 %\u{1b}[0m of"), "{painted}");
    let mut plain = painted;
    for escape in ["\u{1b}[0m", "\u{1b}[1m", "\u{1b}[32m", "\u{1b}[33m"] {
        plain = plain.replace(escape, "");
    }
    assert_eq!(plain, EXAMPLE);
}

#[test]
fn without_colour_there_is_no_escape_whatever_the_names() {
    for summary in [empty(), example(), huge(), broken()] {
        assert!(!plain(&summary).contains('\u{1b}'));
    }
    assert!(plain(&broken()).contains(r#"b \u{1b}[31m"x",y.pcap: partial after 0 records: "#));
}

#[test]
fn lines_fit_the_terminal() {
    for width in 64..=120 {
        let mut tunnels = tunnelled();
        tunnels.settings.all_profiles = true;
        let by =
            [&[Dimension::Encapsulation][..], &[Dimension::EncapsulationPath], &[Dimension::Port]];
        choose(&mut tunnels, &by);
        for mut summary in [empty(), example(), broken(), tunnelled(), tunnels] {
            summary.settings.views = Views::Both;
            let options = Options { width: Some(width), ..Options::default() };
            let text = text(&summary, &options);
            let widest = text.lines().map(|line| line.chars().count()).max();
            assert!(widest <= Some(width.into()), "{width}:\n{text}");
        }
    }
    // However small or large, a width is no reason to fail.
    for width in [0, 1, u16::MAX] {
        assert!(!text(&huge(), &Options { width: Some(width), ..Options::default() }).is_empty());
    }
}

#[test]
fn what_is_not_in_the_top_rows_is_summed() {
    let render = text;
    let text = render(&example(), &Options { top: 1, ..Options::default() });
    assert!(
        text.contains("  3 others      300      200,000      110,000     35.48 %  29.81 %\n"),
        "{text}"
    );
    assert!(text.contains("                 3  2 others\n"), "{text}");
    let all = Options { top: 0, ..Options::default() };
    assert!(!render(&example(), &all).contains("other\n"));
}

#[test]
fn headlines_for_what_was_not_seen() {
    assert_eq!(first_line(&empty()), "Nothing was read: there was no input.");

    let mut failed = empty();
    failed.inputs = vec![input("a", Status::Failed, Some("not a capture"))];
    assert_eq!(first_line(&failed), "Nothing was read: the only input failed.");
    failed.inputs.push(input("b", Status::Failed, Some("not a capture")));
    assert_eq!(first_line(&failed), "Nothing was read: all 2 inputs failed.");
    assert!(plain(&failed).contains("\n  b: failed: not a capture\n"));
    failed.inputs[0].status = Status::Complete;
    assert_eq!(first_line(&failed), "Nothing to measure: no record was found in 2 inputs.");

    let mut no_ip = example();
    totals(&mut no_ip, Tally::default());
    assert_eq!(
        first_line(&no_ip),
        "No IP traffic was seen: none of the 1,012 records read is known to be an IPv4 or IPv6 packet."
    );

    let mut no_v6 = example();
    totals(&mut no_v6, packets(600, 0));
    let none = "No IPv6 was seen: 0 % of the IP traffic measured (transport view).";
    assert_eq!(first_line(&no_v6), none);
    no_v6.totals[View::EndToEnd] = packets(500, 100);
    assert_eq!(first_line(&no_v6), format!("{none} The end-to-end view has some: see the totals."));

    let mut other = example();
    other.settings.profile = Profile::NativeOnly;
    other.profile_totals = PerView::default();
    assert_eq!(
        first_line(&other),
        "No traffic of the profile native-only was seen: it keeps none of the IP traffic measured."
    );
}

#[test]
fn headlines_for_other_choices() {
    let mut summary = example();
    summary.settings.views = Views::One(View::EndToEnd);
    summary.settings.measure = Measure::Packets;
    assert_eq!(
        first_line(&summary),
        "IPv6 carries 50.00 % of the IP traffic measured (by packets, end-to-end view, profile \
         ip-only: IPv6 / (IPv4 + IPv6))."
    );

    summary.settings.measure = Measure::Flows;
    let text = plain(&summary);
    assert!(text.contains(
        "\nThere is no share by flows (no flows were counted: a capture holds packets); octets stand in.\n"
    ));
    assert!(text.contains("  flows              0        0         n/a\n"), "{text}");

    summary = example();
    summary.settings.profile = Profile::AllFrames;
    let text = plain(&summary);
    assert!(
        text.starts_with(
            "IPv6 carries 41.45 % of all traffic measured, IP or not (by wire octets, "
        )
    );
    assert!(text.contains("\nProfile all-frames: IPv6 / all frames, "));
    assert!(text.contains("IPv4     IPv6  all frames  IPv6 share\n"), "{text}");

    summary.settings.profile = Profile::UserTraffic;
    summary.profile_totals.transport = packets(100, 300);
    let text = plain(&summary);
    assert!(text.starts_with("IPv6 carries 76.74 % of the user traffic measured ("), "{text}");
    assert!(text.contains("\nTotals (profile user-traffic)\n"));
    assert!(text.contains("\nAll IP traffic (profile ip-only)\n"));
}

#[test]
fn what_limits_the_figures_is_said_at_the_top() {
    let mut summary = broken();
    summary.interrupted = true;
    summary.account.records += 1;
    let text = plain(&summary);
    for warning in [
        "Interrupted: this is what had been read by then; inputs may be missing.\n",
        "These figures are from 2 of 3 inputs: 1 failed, 1 could be read in part only.\n",
        "The account does not close: this is a defect of v6share; do not use the figures.\n",
    ] {
        assert!(text.contains(warning), "{text}");
    }
    assert!(text.contains("\n  1,013 is NOT 600 IPv4 + "), "{text}");
    assert!(text.contains("1,234,594 bytes): 1 complete, 1 partial, 1 failed\n"), "{text}");
}

/// The section of this title, without it.
fn section(text: &str, title: &str) -> String {
    let after = text.split(&format!("\n\n{title}\n")).nth(1);
    let after = after.unwrap_or_else(|| panic!("no {title}: {text}"));
    let body = after.split("\n\n").next().unwrap_or_default();
    format!("{}\n", body.trim_end())
}

#[test]
fn tunnels_are_told_where_there_are_any_and_not_where_all_is_native() {
    let narrow = Options { width: Some(80), top: 4, ..Options::default() };
    let report = text(&tunnelled(), &narrow);
    assert_eq!(
        section(&report, "Tunnels and translation (by packets)"),
        "  class    outer  inner  packets  outer octets  inner octets  overhead    part
  6in4     IPv4   IPv6        60        60,000        58,800    2.00 %  6.00 %
  6to4     IPv4   IPv6        20        20,000        19,600    2.00 %  2.00 %
  gre      IPv4   IPv6        20        20,000        19,380    3.10 %  2.00 %
  esp      IPv4   ?           20        20,000        20,000       n/a  2.00 %
  1 other                     20        22,000        22,000            2.00 %
"
    );
    assert!(
        report.contains(
            "  end-to-end, of which the inside cannot be seen: 20 packets, 20,000 octets,\n    \
             20,800 wire octets\n\n"
        ),
        "{report}"
    );
    let mut native = tunnelled();
    native.tunnels.retain(|key, _| key.encapsulation == Encapsulation::Native);
    for summary in [native, example(), empty()] {
        let report = plain(&summary);
        assert!(!report.contains("Tunnels") && !report.contains("cannot be seen"), "{report}");
    }
}

#[test]
fn a_breakdown_by_encapsulation_stands_in_for_the_overview() {
    let mut summary = tunnelled();
    choose(&mut summary, &[&[Dimension::EncapsulationPath]]);
    let report = plain(&summary);
    assert!(report.contains("\nTunnels and translation"), "{report}");
    assert_eq!(
        section(&report, "By encapsulation path (all IP traffic, both views)"),
        "  outer  inner  packets  outer octets  inner octets  overhead     part  path
  IPv4   IPv4       480       480,000       480,000       0 %  46.15 %  native
  IPv6   IPv6       380       418,000       418,000       0 %  40.19 %  native
  IPv4   IPv6        80        80,000        78,400    2.00 %   7.69 %  ipv4/ipv6
  IPv6   IPv4        20        22,000        22,000       0 %   2.12 %  translated
  IPv4   ?           20        20,000        20,000       n/a   1.92 %  ipv4/esp
  IPv4   IPv6        10        10,000         9,760    2.40 %   0.96 %  ipv4/gre/ipv6
  IPv4   IPv6        10        10,000         9,620    3.80 %   0.96 %  ipv4/gre/ethernet/ipv6
"
    );
    choose(&mut summary, &[&[Dimension::Encapsulation]]);
    let report = plain(&summary);
    assert!(!report.contains("\nTunnels and translation"), "{report}");
    let section = section(&report, "By encapsulation (all IP traffic, both views)");
    assert!(
        section.contains(
            "\n  nat64   IPv6   IPv4        20        22,000        22,000       0 %   2.12 %\n"
        ),
        "{section}"
    );
    summary.settings.measure = Measure::WireOctets;
    assert!(plain(&summary).contains("  inner octets  wire octets  overhead     part\n"));
}

#[test]
fn ports_and_services_are_named() {
    let mut summary = tunnelled();
    choose(&mut summary, &[&[Dimension::Port], &[Dimension::Service]]);
    let report = plain(&summary);
    assert_eq!(
        section(&report, "By port (transport view, the well-known one of the two)"),
        "  port                packets  IPv4 octets  IPv6 octets  IPv6 share     part
  tcp/443 (https)         500      300,000      220,000     42.31 %  50.00 %
  no TCP or UDP port      300      200,000      110,000     35.48 %  29.81 %
  udp/443 (quic)          100       50,000       55,000     52.38 %  10.10 %
  tcp/4242                 50       25,000       27,500     52.38 %   5.05 %
  udp/53 (domain)          40       20,000       22,000     52.38 %   4.04 %
  tcp/53 (domain)          10        5,000        5,500     52.38 %   1.01 %
"
    );
    let services = section(&report, "By service (transport view)");
    assert!(services.contains("\n  domain                   50 "), "{services}");
    assert!(services.contains("\n  tcp/4242                 50 "), "{services}");
}

#[test]
fn all_profiles_stand_side_by_side_with_what_they_are() {
    let mut summary = tunnelled();
    assert!(!plain(&summary).contains("every profile"));
    summary.settings.all_profiles = true;
    let report = plain(&summary);
    let section = section(&report, "IPv6 share under every profile");
    assert!(
        section.starts_with(
            "  profile       view        packets   octets  wire octets
  ip-only       transport   40.00 %  42.31 %      42.22 %
                end-to-end  48.00 %  49.70 %      49.74 %
  all-frames    transport   39.53 %      n/a      41.45 %
                end-to-end  47.43 %      n/a      48.84 %
  native-only   transport   44.19 %  46.55 %      46.46 %
                end-to-end  44.19 %  46.55 %      46.46 %
  user-traffic  transport   41.18 %  43.50 %      43.42 %
                end-to-end  49.41 %  51.01 %      51.07 %
"
        ),
        "{section}"
    );
    for profile in Profile::ALL {
        let definition = format!("\n  {}: {}\n", profile.key(), profile.definition());
        assert!(section.contains(&definition), "{section}");
    }
    let mut none = empty();
    none.settings.all_profiles = true;
    assert!(!plain(&none).contains("every profile"));
}
