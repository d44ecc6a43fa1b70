//! MPLS: a label stack, then what nobody says.
//!
//! RFC 3032 gives the payload no type. The explicit null labels do; else the
//! first nibble tells IP (4, 6) from a pseudowire's control word (0) and an
//! associated channel (1), as RFC 4928 asks networks to see to.

use super::Family;
use super::ethernet;
use super::step::{Next, Opened, Rest};
use crate::model::NotIp;
use crate::wire::HeaderError;
use crate::wire::mpls::LabelStackEntry;
use crate::wire::mpls_channel::ChannelWord;

/// Opens a label stack down to its bottom.
pub(super) fn open(rest: Rest<'_>) -> Opened<'_> {
    let mut rest = rest;
    let mut label = None;
    loop {
        let entry = LabelStackEntry::new_checked(rest.bytes)?;
        rest = rest.skip(LabelStackEntry::LEN)?;
        // An explicit null above the bottom says nothing (RFC 4182).
        if entry.is_bottom() {
            label = label.or(Some(entry.label()));
            break;
        }
    }
    match label {
        Some(LabelStackEntry::IPV4_EXPLICIT_NULL) => rest.is(Next::Ip(Family::V4)),
        Some(LabelStackEntry::IPV6_EXPLICIT_NULL) => rest.is(Next::Ip(Family::V6)),
        Some(LabelStackEntry::GENERIC_CHANNEL) => channel(rest),
        _ => by_nibble(rest),
    }
}

/// What the first nibble of the payload says.
fn by_nibble(rest: Rest<'_>) -> Opened<'_> {
    match rest.bytes.first().ok_or(HeaderError::Truncated)? >> 4 {
        4 | 6 => rest.is(Next::Ip(Family::ByNibble)),
        ChannelWord::CHANNEL_NIBBLE => channel(rest),
        ChannelWord::CONTROL_NIBBLE => pseudowire(rest),
        _ => unproven_ethernet(rest),
    }
}

/// Opens an associated channel (RFC 5586): it can carry IP (RFC 4385, 6).
fn channel(rest: Rest<'_>) -> Opened<'_> {
    let word = ChannelWord::new_checked(rest.bytes)?;
    let payload = rest.skip(ChannelWord::LEN)?;
    match word.channel_type() {
        ChannelWord::IPV4 => payload.is(Next::Ip(Family::V4)),
        ChannelWord::IPV6 => payload.is(Next::Ip(Family::V6)),
        _ => payload.is(Next::NotIp(NotIp::Named("mpls:channel"))),
    }
}

/// An Ethernet pseudowire (RFC 4448), with its control word or without, where
/// what follows is evidently Ethernet.
fn pseudowire(rest: Rest<'_>) -> Opened<'_> {
    match rest.skip(ChannelWord::LEN) {
        Ok(payload) if ethernet::is_evident(payload) => payload.is(Next::Ethernet),
        _ => unproven_ethernet(rest),
    }
}

/// Ethernet where it is evident, else some other pseudowire.
fn unproven_ethernet(rest: Rest<'_>) -> Opened<'_> {
    if ethernet::is_evident(rest) {
        rest.is(Next::Ethernet)
    } else {
        rest.is(Next::NotIp(NotIp::Named("mpls:pseudowire")))
    }
}
