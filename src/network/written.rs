//! What people write in a networks file: prefixes, addresses, yes and no.

use crate::model::{InvalidPrefix, IpAddress, IpVersion, Prefix};
use std::net::IpAddr;

/// A prefix, or an address for the prefix of that address alone.
pub(super) fn host_or_prefix(text: &str) -> Result<Prefix, String> {
    if let Ok(address) = text.parse::<IpAddr>() {
        let (version, address) = split(address);
        return Ok(Prefix::new(version, address, version.address_bits()));
    }
    text.parse().map_err(|why: InvalidPrefix| match (why, text.split_once('/')) {
        (InvalidPrefix::HostBits, Some((address, len))) => {
            let meant = address.trim().parse().map(split).ok().zip(len.trim().parse().ok());
            let meant = meant.map(|((version, address), len)| Prefix::new(version, address, len));
            format!(
                "\"{text}\": {why}; meant is {}",
                meant.map_or_else(String::new, |p| p.to_string())
            )
        }
        _ => format!("\"{text}\": {why}"),
    })
}

fn split(address: IpAddr) -> (IpVersion, IpAddress) {
    match address {
        IpAddr::V4(v4) => (IpVersion::V4, IpAddress::from_v4(v4.octets())),
        IpAddr::V6(v6) => (IpVersion::V6, IpAddress::from_v6(v6.octets())),
    }
}

/// Yes or no in the words in use.
pub(super) fn truth(text: &str) -> Result<bool, String> {
    match text.to_ascii_lowercase().as_str() {
        "true" | "yes" | "1" => Ok(true),
        "false" | "no" | "0" => Ok(false),
        _ => Err(format!("local is \"{text}\": expected true or false")),
    }
}

/// Where the lines of a text begin.
pub(super) struct LineNumbers(Vec<usize>);

impl LineNumbers {
    pub(super) fn of(text: &str) -> Self {
        Self(memchr::memchr_iter(b'\n', text.as_bytes()).collect())
    }

    /// The line, counted from 1, that a byte is in.
    pub(super) fn of_byte(&self, byte: usize) -> u64 {
        self.0.partition_point(|end| *end < byte) as u64 + 1
    }
}
