//! The registries' statistics: who holds which addresses, where, and since when.
//!
//! The five regional Internet registries publish every day what they have
//! delegated, in one text format (the RIR statistics exchange format, plain and
//! extended; the NRO publishes all five in one file). From it come the pace and
//! the geography of IPv6: how much, where, to how many holders, and since when.
//!
//! 1. A [`Reader`] turns bytes into [`Record`]s of a [`Collection`]; it is total
//!    on any bytes, and each line has its place in the [`FileAccount`].
//! 2. A [`Selection`] says which files count: the newest of each registry.
//! 3. [`Delegations`] are what these say of every address, each counted once
//!    where records overlap.
//!
//! Nothing here opens a file, and nothing is rendered.

mod account;
mod collection;
mod country;
mod date;
mod delegations;
mod diff;
mod fault;
mod holders;
mod line;
mod lists;
mod pace;
mod population;
mod reader;
mod record;
mod rows;
mod section;
mod selection;
mod series;
mod state;
mod sweep;
mod usage;
mod yearly;

pub use account::{FileAccount, RecordAnomaly};
pub use collection::{Collection, FileInfo, Md5Verdict};
pub use country::CountryCode;
pub use date::Date;
pub use delegations::{Delegation, Delegations, Repeated};
pub use diff::{Change, ChangeKind, Diff, DiffFigures, IdHint, Moved};
pub use fault::{Fault, LineFault};
pub use holders::HolderId;
pub use lists::{Bilingual, Group, ListError, Lists, Scheme};
pub use pace::{Bin, Growth, Pace, PaceBin, Period, pace};
pub use population::Population;
pub use reader::{NotStatistics, Reader};
pub use record::{Kind, Record, RegistryId, Status};
pub use rows::{Grouping, RowKey};
pub use section::{Difference, Section};
pub use selection::{LeftOut, Selection};
pub use series::{Interval, Series};
pub use state::{Cells, Concentration, Figures, HolderCounts, Holding, State};
pub use sweep::Piece;
pub use usage::{BlockUse, Observed, Portion, Usage, UsageFigures};
pub use yearly::{Rank, Standing, YearEnd, Yearly, yearly};

#[doc = include_str!("definitions.md")]
pub mod definitions {}
