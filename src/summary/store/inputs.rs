//! What a stored summary keeps of each input.

use super::StoreError;
use super::flows::StoredFlows;
use super::row::{Figure, Row, Section};
use super::words::Word;
use crate::model::{
    Account, Anomalies, Anomaly, ByteRange, Excluded, NotIp, Part, SuspectedCopies, TimeSpan,
    Timestamp, Undecodable, kept_word,
};
use crate::summary::{InputSummary, Status};
use serde::{Deserialize, Serialize};

/// The text of an input's row.
#[derive(Debug, Deserialize, Serialize)]
struct Stored {
    name: String,
    format: Option<String>,
    compression: Option<String>,
    status: String,
    error: Option<String>,
    bytes: u64,
    /// Nanoseconds since the epoch.
    first: Option<i64>,
    last: Option<i64>,
    /// Frames and copies among them, where copies are suspected.
    suspected_copies: Option<(u64, u64)>,
    digest: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    flows: Option<StoredFlows>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    part: Option<StoredPart>,
}

/// Which part of it was read, where that is not all of it.
#[derive(Debug, Deserialize, Serialize)]
struct StoredPart {
    asked: String,
    from: u64,
    reached: u64,
    of: u64,
    ended: bool,
    states: [String; 2],
    head: String,
}

/// The rows of one input.
pub(super) fn rows(
    number: usize,
    input: &InputSummary,
    rows: &mut Vec<Row>,
) -> Result<(), StoreError> {
    let stored = Stored {
        name: input.name.clone(),
        format: input.format.map(str::to_owned),
        compression: input.compression.map(str::to_owned),
        status: input.status.key().to_owned(),
        error: input.error.clone(),
        bytes: input.bytes,
        first: input.time.map(|span| span.first.nanoseconds()),
        last: input.time.map(|span| span.last.nanoseconds()),
        suspected_copies: input.suspected_copies.map(|copies| (copies.frames, copies.copies)),
        digest: input.digest.clone(),
        flows: input.flows.as_deref().map(StoredFlows::from),
        part: input.part.as_deref().map(StoredPart::of),
    };
    let text =
        serde_json::to_string(&stored).map_err(|error| StoreError::Write(error.to_string()))?;
    rows.push(Row::new(Section::Input).input(number).text(text));
    account(number, &input.account, rows)?;
    for (anomaly, count) in input.anomalies.seen() {
        let mut row = Row::new(Section::Anomaly).input(number).key(0, anomaly.word());
        row = row.figure(Figure::Records, count)?;
        if anomaly == Anomaly::LengthExceedsFrame {
            row = row.figure(Figure::Octets, input.anomalies.excess_octets)?;
        }
        rows.push(row);
    }
    Ok(())
}

fn account(number: usize, account: &Account, rows: &mut Vec<Row>) -> Result<(), StoreError> {
    let mut push = |class: &str, kind: Option<String>, count: u64| {
        let row = Row::new(Section::Account).input(number).key(0, class.to_owned()).key(1, kind);
        rows.push(row.figure(Figure::Records, count)?);
        Ok(())
    };
    push("ipv4", None, account.ipv4)?;
    push("ipv6", None, account.ipv6)?;
    account.not_ip.iter().try_for_each(|(what, n)| push("not_ip", Some(what.word()), *n))?;
    account
        .undecodable
        .iter()
        .try_for_each(|(why, n)| push("undecodable", Some(why.word()), *n))?;
    account.excluded.iter().try_for_each(|(why, n)| push("excluded", Some(why.word()), *n))?;
    let all = Row::new(Section::Account).input(number).key(0, "records".to_owned());
    let all = all.figure(Figure::Records, account.records)?;
    rows.push(all.figure(Figure::WireOctets, account.wire_octets)?);
    Ok(())
}

/// Reads the row of an input.
pub(super) fn read(text: &str) -> Result<InputSummary, String> {
    let stored: Stored = serde_json::from_str(text).map_err(|error| error.to_string())?;
    let word = |text: Option<String>| match text {
        None => Ok(None),
        Some(text) => kept_word(&text).map(Some).ok_or(format!("unknown word {text:?}")),
    };
    let status = Status::ALL.into_iter().find(|status| status.key() == stored.status);
    let time = stored.first.zip(stored.last).map(|(first, last)| TimeSpan {
        first: Timestamp::from_nanoseconds(first),
        last: Timestamp::from_nanoseconds(last),
    });
    Ok(InputSummary {
        name: stored.name,
        format: word(stored.format)?,
        compression: word(stored.compression)?,
        status: status.ok_or(format!("unknown status {:?}", stored.status))?,
        error: stored.error,
        bytes: stored.bytes,
        account: Account::default(),
        anomalies: Default::default(),
        time,
        suspected_copies: stored
            .suspected_copies
            .map(|(frames, copies)| SuspectedCopies { frames, copies }),
        digest: stored.digest,
        flows: stored.flows.map(|flows| Box::new(flows.into())),
        part: stored.part.map(StoredPart::read).transpose()?.map(Box::new),
    })
}

impl StoredPart {
    fn of(part: &Part) -> Self {
        let Part { asked, from, reached, of, ended, states, head } = part.clone();
        Self { asked: asked.to_string(), from, reached, of, ended, states, head }
    }

    fn read(self) -> Result<Part, String> {
        let Self { asked, from, reached, of, ended, states, head } = self;
        let asked: ByteRange = asked.parse().map_err(|error| format!("{error}"))?;
        match from <= reached && reached <= of {
            true => Ok(Part { from, reached, of, ended, asked, states, head }),
            false => Err(format!("a part from {from} to {reached} of {of} bytes")),
        }
    }
}

/// Adds a row of an account to its input.
pub(super) fn read_account(row: &Row, account: &mut Account) -> Result<(), String> {
    let count = row.unsigned(Figure::Records)?.ok_or("no count of records")?;
    let class = row.keys[0].as_deref().unwrap_or_default();
    let kind = row.keys[1].as_deref();
    let unknown = || format!("unknown kind {:?} of {class}", kind.unwrap_or_default());
    match class {
        "records" => {
            account.records = count;
            account.wire_octets = row.unsigned(Figure::WireOctets)?.unwrap_or_default().into();
        }
        "ipv4" => account.ipv4 = count,
        "ipv6" => account.ipv6 = count,
        "not_ip" => {
            let what = kind.and_then(NotIp::read).ok_or_else(unknown)?;
            account.not_ip.insert(what, count);
        }
        "undecodable" => {
            let why = kind.and_then(Undecodable::read).ok_or_else(unknown)?;
            account.undecodable.insert(why, count);
        }
        "excluded" => {
            let why = kind.and_then(Excluded::read).ok_or_else(unknown)?;
            account.excluded.insert(why, count);
        }
        other => return Err(format!("unknown class {other:?} of records")),
    }
    Ok(())
}

/// Adds a row of anomalies to its input.
pub(super) fn read_anomaly(row: &Row, input: &mut InputSummary) -> Result<(), String> {
    let word = row.keys[0].as_deref().unwrap_or_default();
    let anomaly = Anomaly::read(word).ok_or_else(|| format!("unknown anomaly {word:?}"))?;
    let count = row.unsigned(Figure::Records)?.ok_or("no count of records")?;
    let mut one = Anomalies::NONE;
    one.insert(anomaly);
    input.anomalies.observe_many(one, count);
    input.anomalies.excess_octets += u128::from(row.unsigned(Figure::Octets)?.unwrap_or_default());
    Ok(())
}
