//! The tables of networks of a summary as JSON.

use super::settings::of;
use crate::model::{NetworkTable, NetworkTableKind, TimeWindow};
use serde::{Deserialize, Serialize};

/// One table as text.
#[derive(Debug, Deserialize, Serialize)]
struct Stored {
    name: String,
    kind: String,
    date: Option<String>,
    prefixes: [u64; 2],
    sha256: String,
}

/// The text of a table.
pub(super) fn text(table: &NetworkTable) -> String {
    let stored = Stored {
        name: table.name.clone(),
        kind: table.kind.key().to_owned(),
        date: table.date.map(|date| date.to_string()),
        prefixes: table.prefixes,
        sha256: table.sha256.clone(),
    };
    serde_json::to_string(&stored).expect("strings and numbers can be written as JSON")
}

/// The table of a text.
pub(super) fn read(text: &str) -> Result<NetworkTable, String> {
    let stored: Stored = serde_json::from_str(text).map_err(|error| error.to_string())?;
    let date = stored.date.as_deref().map(TimeWindow::instant).transpose();
    Ok(NetworkTable {
        name: stored.name,
        kind: of(&NetworkTableKind::ALL, NetworkTableKind::key, &stored.kind)?,
        date: date.map_err(|error| error.to_string())?,
        prefixes: stored.prefixes,
        sha256: stored.sha256,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Timestamp;

    #[test]
    fn tables_are_read_back() {
        for kind in NetworkTableKind::ALL {
            let date = Some(Timestamp::from_nanoseconds(1_767_225_600_000_000_001));
            let (name, sha256) = ("a \"b\"".to_owned(), "00ff".to_owned());
            let table = NetworkTable { name, kind, date, prefixes: [1, u64::MAX], sha256 };
            assert_eq!(read(&text(&table)), Ok(table));
        }
        assert!(read("{}").is_err());
    }
}
