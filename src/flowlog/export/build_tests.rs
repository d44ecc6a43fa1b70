//! Datagrams with templates, built field by field.

use super::ExportFormat;

/// An element and its length.
pub(crate) type Field = (u16, u16);

/// A value and the octets that it takes.
pub(crate) type Record = Vec<(u64, usize)>;

fn put(bytes: &mut Vec<u8>, value: u64, octets: usize) {
    let wide = u128::from(value).to_be_bytes();
    bytes.extend(&wide[16 - octets.min(16)..]);
}

fn words(numbers: &[u16]) -> Vec<u8> {
    numbers.iter().flat_map(|number| number.to_be_bytes()).collect()
}

/// A set of this identifier, padded to four octets.
pub(crate) fn set(id: u16, mut body: Vec<u8>) -> Vec<u8> {
    while !body.len().is_multiple_of(4) {
        body.push(0);
    }
    let mut bytes = words(&[id, u16::try_from(body.len() + 4).unwrap()]);
    bytes.extend(body);
    bytes
}

/// A set of one template.
pub(crate) fn template_set(format: ExportFormat, id: u16, fields: &[Field]) -> Vec<u8> {
    let mut body = words(&[id, u16::try_from(fields.len()).unwrap()]);
    for (element, length) in fields {
        body.extend(words(&[*element, *length]));
    }
    set(if format == ExportFormat::Ipfix { 2 } else { 0 }, body)
}

/// A set of one template of options, as NetFlow v9 has it.
pub(crate) fn options_template9(id: u16, scopes: &[Field], fields: &[Field]) -> Vec<u8> {
    let octets = |fields: &[Field]| u16::try_from(fields.len() * 4).unwrap();
    let mut body = words(&[id, octets(scopes), octets(fields)]);
    for (element, length) in scopes.iter().chain(fields) {
        body.extend(words(&[*element, *length]));
    }
    set(1, body)
}

/// A set of one template of options, as IPFIX has it.
pub(crate) fn options_template10(id: u16, scopes: &[Field], fields: &[Field]) -> Vec<u8> {
    let count = |fields: usize| u16::try_from(fields).unwrap();
    let mut body = words(&[id, count(scopes.len() + fields.len()), count(scopes.len())]);
    for (element, length) in scopes.iter().chain(fields) {
        body.extend(words(&[*element, *length]));
    }
    set(3, body)
}

/// A set of data records.
pub(crate) fn data_set(id: u16, records: &[Record]) -> Vec<u8> {
    let mut body = Vec::new();
    for (value, octets) in records.iter().flatten() {
        put(&mut body, *value, *octets);
    }
    set(id, body)
}

/// A NetFlow v9 datagram, sent at 1,700,000,000 s after an uptime of 60 s.
pub(crate) fn netflow9(sequence: u32, domain: u32, sets: &[Vec<u8>]) -> Vec<u8> {
    let mut bytes = words(&[9, u16::try_from(sets.len()).unwrap()]);
    for word in [60_000, 1_700_000_000, sequence, domain] {
        bytes.extend(u32::to_be_bytes(word));
    }
    bytes.extend(sets.concat());
    bytes
}

/// An IPFIX message, exported at 1,700,000,000 s.
pub(crate) fn ipfix(sequence: u32, domain: u32, sets: &[Vec<u8>]) -> Vec<u8> {
    let sets = sets.concat();
    let mut bytes = words(&[10, u16::try_from(16 + sets.len()).unwrap()]);
    for word in [1_700_000_000, sequence, domain] {
        bytes.extend(u32::to_be_bytes(word));
    }
    bytes.extend(sets);
    bytes
}
