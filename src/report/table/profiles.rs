//! The share of IPv6 under every profile, side by side.

use super::grid::{Cell, Column, Grid};
use super::page::{Ink, Page};
use super::totals::measures;
use crate::model::{Profile, View};
use crate::report::share::Whole;
use crate::summary::Summary;
use std::io;

/// Writes the shares of both views and what each profile is, where all profiles
/// are wanted and there is any IP traffic.
pub(super) fn write(summary: &Summary, page: &mut Page) -> io::Result<()> {
    if !summary.settings.all_profiles || View::ALL.iter().all(|v| summary.totals[*v].is_zero()) {
        return Ok(());
    }
    page.title("IPv6 share under every profile")?;
    page.grid(&grid(summary), 1)?;
    for profile in Profile::ALL {
        page.text(&format!("{}: {}", profile.key(), profile.definition()))?;
    }
    Ok(())
}

fn grid(summary: &Summary) -> Grid {
    let shares = measures(summary).map(|m| Column::numbers(m.name()).ink(Ink::Strong));
    let names = [Column::words("profile"), Column::words("view")];
    let mut grid = Grid::new(names.into_iter().chain(shares));
    for profile in Profile::ALL {
        for (index, view) in View::ALL.into_iter().enumerate() {
            let Some(whole) = Whole::under(summary, profile, view) else { continue };
            let name = if index == 0 { profile.key() } else { "" };
            let shares = measures(summary).map(|measure| Cell::Share(whole.share(measure)));
            grid.row([name.into(), view.name().into()].into_iter().chain(shares));
        }
    }
    grid
}
