//! The reader on whole files, cut files and files that are none.

use super::super::{Collection, CountryCode, Date, Kind, RecordAnomaly, Status};
use super::{NotStatistics, Reader};

const PLAIN: &str = "\
2|afrinic|20240102|4|19910301|20240101|+0000
# a comment|with|bars
afrinic|*|asn|*|1|summary
afrinic|*|ipv4|*|2|summary
afrinic|*|ipv6|*|1|summary

afrinic|ZA|asn|1228|4|19910301|allocated
afrinic|ZA|ipv4|196.1.0.0|65536|19910301|allocated
afrinic|KE|ipv4|196.2.0.0|768|20010101|assigned
afrinic|KE|ipv6|2001:4200::|32|20050101|allocated
";

fn read(pieces: &[&[u8]]) -> (Collection, Result<usize, NotStatistics>) {
    let mut collection = Collection::default();
    let mut reader = Reader::new(&mut collection, "file");
    for piece in pieces {
        reader.push(piece);
    }
    let end = reader.finish();
    (collection, end)
}

#[test]
fn every_line_has_its_place() {
    let (collection, end) = read(&[PLAIN.as_bytes()]);
    assert_eq!(end, Ok(0));
    let account = &collection.files[0].account;
    assert!(account.closed());
    let counts = (account.lines, account.versions, account.summaries, account.records);
    assert_eq!(counts, (10, 1, 3, 4));
    assert_eq!((account.comments, account.blank, account.bad()), (1, 1, 0));
    let section = &collection.sections[0];
    assert_eq!(section.date, Date::new(2024, 1, 2));
    assert_eq!(collection.differences(section), []);
    assert_eq!(collection.count(section, Kind::Ipv4), 2);
}

#[test]
fn any_cut_between_pieces_and_any_line_end_gives_the_same() {
    let (whole, _) = read(&[PLAIN.as_bytes()]);
    for at in 0..PLAIN.len() {
        let (front, back) = PLAIN.as_bytes().split_at(at);
        let (cut, _) = read(&[front, back]);
        assert_eq!(cut.records, whole.records, "cut at {at}");
        assert_eq!(cut.files, whole.files, "cut at {at}");
    }
    let (windows, _) = read(&[PLAIN.replace('\n', "\r\n").as_bytes()]);
    assert_eq!(windows.records, whole.records);
    let (marked, _) = read(&[b"\xef\xbb\xbf", PLAIN.as_bytes()]);
    // The mark comes in a piece of its own here, so that the line is carried.
    assert_eq!(marked.records, whole.records);
}

#[test]
fn a_file_cut_anywhere_is_read_up_to_there_and_the_loss_is_named() {
    let header = PLAIN.find('\n').unwrap() + 1;
    let complete = PLAIN.len() - 1;
    for at in header..complete {
        let (cut, end) = read(&[&PLAIN.as_bytes()[..at]]);
        assert_eq!(end, Ok(0), "cut at {at}");
        assert!(cut.files[0].account.closed());
        let lost = cut.differences(&cut.sections[0]);
        let bad = cut.files[0].account.bad();
        // A word cut within the status of the last record leaves it of a kind
        // that is not of the format.
        let odd = cut.files[0].account.anomalies.contains_key(&RecordAnomaly::UnknownStatus);
        assert!(lost.iter().any(super::super::Difference::is_loss) || odd, "cut at {at}: {bad}");
    }
}

#[test]
fn a_bad_line_is_told_and_the_rest_is_read() {
    let bad = PLAIN.replace("196.1.0.0|65536", "196.1.0.0|many");
    let (collection, end) = read(&[bad.as_bytes()]);
    assert_eq!(end, Ok(0));
    let account = &collection.files[0].account;
    assert_eq!((account.records, account.bad(), account.first_faults[0].line), (3, 1, 8));
    let differences = collection.differences(&collection.sections[0]);
    let told: Vec<_> = differences.iter().map(ToString::to_string).collect();
    assert_eq!(
        told,
        [
            "the version line of afrinic says 4 records, and 3 were read",
            "the summary of afrinic says 2 ipv4 records, and 1 were read",
        ]
    );
}

#[test]
fn what_is_no_file_of_statistics_is_told_by_what_it_looks_like() {
    for (bytes, what) in [
        (&b"\n<!DOCTYPE HTML>\n<html><body>404|Not|Found</body></html>\n"[..], "an HTML page"),
        (b"<?xml version='1.0'?><Error/>", "an XML document"),
        (b"MD5 (file) = 4623c7498dab9874cc022b42aef5a684\n", "the digest"),
        (b"4623c7498dab9874cc022b42aef5a684  file\n", "the digest"),
        (b"\x1f\x8b\x08\xff\xff", "binary data"),
        (b"1.0.0.0/24 13335\n", "text"),
        (b"{\"a\": 1}", "a JSON document"),
    ] {
        let (_, end) = read(&[bytes]);
        let looks_like = end.unwrap_err().looks_like.expect("it is told");
        assert!(looks_like.starts_with(what), "{looks_like}");
    }
    assert_eq!(read(&[b"# nothing\n"]).1, Err(NotStatistics { looks_like: None }));
}

#[test]
fn sections_of_several_registries_and_dates_are_told_apart() {
    let second = PLAIN.replace("afrinic", "apnic").replace("20240102", "1704239999000");
    let both = format!("{PLAIN}{second}");
    let (collection, _) = read(&[both.as_bytes()]);
    let names: Vec<_> =
        collection.sections.iter().map(|s| collection.registry(s.registry)).collect();
    assert_eq!(names, ["afrinic", "apnic"]);
    assert_eq!(collection.sections[1].records, 4..8);
    assert_eq!(collection.sections[1].date, Date::new(2024, 1, 2));
    assert!(collection.sections.iter().all(|s| collection.differences(s).is_empty()));
}

#[test]
fn ids_are_holders_within_their_registry() {
    let text = "\
2|nro|20240101|5|19700101|20240101|+0000
nro|*|ipv4|*|3|summary
nro|*|asn|*|2|summary
arin|US|ipv4|3.0.0.0|256|20000101|assigned|same|e-stats
apnic|JP|ipv4|1.0.0.0|256|20000101|assigned|same|e-stats
apnic|JP|asn|7|1|20000101|assigned|same|e-stats
apnic||ipv4|1.0.1.0|256||available||e-stats
iana|ZZ|asn|0|1|20140311|reserved|ietf|iana
";
    let (collection, _) = read(&[text.as_bytes()]);
    let holders: Vec<_> = collection.records.iter().map(|r| r.holder).collect();
    assert!(holders[0] != holders[1] && holders[1] == holders[2]);
    assert_eq!(holders[3..], [None, None]);
    assert_eq!(holders[0].map(|h| collection.holder(h)), Some("same"));
    assert_eq!(collection.sections[0].with_id, 3);
    assert_eq!(collection.differences(&collection.sections[0]), []);
    assert_eq!(collection.records[3].status, Status::Available);
    assert_eq!(collection.records[4].country, Some(CountryCode::ZZ));
}

#[test]
fn a_line_without_end_takes_no_memory() {
    let mut collection = Collection::default();
    let mut reader = Reader::new(&mut collection, "file");
    reader.push(PLAIN.as_bytes());
    for _ in 0..1000 {
        reader.push(&[b'|'; 5000]);
        assert!(reader.carry.capacity() <= 2 * super::MAX_LINE);
    }
    reader.push(b"\nafrinic|ZA|asn|1|1|19910301|allocated");
    assert_eq!(reader.finish(), Ok(0));
    let account = &collection.files[0].account;
    assert_eq!((account.records, account.bad()), (5, 1));
    assert!(account.closed());
}

#[test]
fn any_bytes_are_read_without_a_panic_and_the_account_closes() {
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state
    };
    for _ in 0..3000 {
        let mut bytes = PLAIN.as_bytes().to_vec();
        for _ in 0..next() % 8 {
            let at = usize::try_from(next()).unwrap() % bytes.len();
            bytes[at] = next().to_le_bytes()[0];
        }
        let (collection, _) = read(&[&bytes]);
        assert!(collection.files[0].account.closed());
        assert!(collection.records.iter().all(|r| r.first <= r.last));
        for section in &collection.sections {
            let _ = collection.differences(section);
        }
    }
}
