//! Keeps what it is told of, and makes layers of it at the end.

use super::super::watch::{Passed, Watch};
use super::field::Field;
use super::{ip, link, tunnel};
use crate::model::{Layer, TunnelLayer};

/// A header that begins at `offset`; what belongs to it and all that follows
/// ends at `end`.
#[derive(Clone, Copy, Debug)]
struct Place {
    header: Passed,
    offset: usize,
    end: usize,
}

/// The headers of one frame.
#[derive(Debug)]
pub(super) struct Recorder<'a> {
    captured: &'a [u8],
    places: Vec<Place>,
}

/// A layer before its bytes are looked at.
pub(super) struct Named {
    pub(super) name: String,
    pub(super) len: usize,
    pub(super) fields: Vec<Field>,
}

impl Watch for Recorder<'_> {
    fn passed(&mut self, header: Passed, bytes: &[u8]) {
        if let Some(offset) = self.offset_of(bytes) {
            self.places.push(Place { header, offset, end: offset + bytes.len() });
        }
    }

    fn mark(&self) -> usize {
        self.places.len()
    }

    fn forget(&mut self, mark: usize) {
        self.places.truncate(mark);
    }
}

impl<'a> Recorder<'a> {
    pub(super) fn new(captured: &'a [u8]) -> Self {
        Self { captured, places: Vec::new() }
    }

    /// Where `bytes` lies in the frame; `None` for an empty slice of elsewhere,
    /// which stands for what was not captured.
    fn offset_of(&self, bytes: &[u8]) -> Option<usize> {
        let offset = (bytes.as_ptr() as usize).checked_sub(self.captured.as_ptr() as usize)?;
        (offset.checked_add(bytes.len())? <= self.captured.len()).then_some(offset)
    }

    /// Every octet of the frame in one layer, in the order of the frame.
    pub(super) fn layers(&self) -> Vec<Layer> {
        let mut layers = Vec::new();
        for (at, place) in self.places.iter().enumerate() {
            let next = self.places.get(at + 1).map_or(place.end, |next| next.offset);
            let bytes = self.captured.get(place.offset..next).unwrap_or_default();
            // A header that only names the next one has no octet of its own.
            let last = at + 1 == self.places.len();
            if !bytes.is_empty() {
                push(&mut layers, place.offset, named(place.header, bytes, last));
            }
        }
        let end = layers.last().map_or(0, Layer::end);
        let rest = self.captured.len().saturating_sub(end);
        if rest > 0 {
            let name = if layers.is_empty() {
                "frame that is not looked into"
            } else {
                "behind the packet: padding, frame check sequence or trailer"
            };
            let fields = Vec::new();
            layers.push(Layer { name: name.to_owned(), offset: end, len: rest, fields });
        }
        layers
    }
}

/// Adds the layers that one place holds, one behind the other.
fn push(layers: &mut Vec<Layer>, offset: usize, named: Vec<Named>) {
    let mut offset = offset;
    for Named { name, len, fields } in named {
        if len > 0 {
            layers.push(Layer { name, offset, len, fields });
            offset += len;
        }
    }
}

/// What the bytes of one place are. `last` where no header follows: they run to
/// the end of what was captured of the packet.
fn named(header: Passed, bytes: &[u8], last: bool) -> Vec<Named> {
    match header {
        Passed::Link(next) => link::named(next, bytes, last),
        Passed::Ip(version) => ip::headers(version, bytes),
        Passed::Carried(protocol) => ip::carried(protocol, bytes),
        Passed::Fragment => {
            vec![whole("data of a later fragment", bytes, Vec::new())]
        }
        Passed::Tunnel(layer) if last => opaque(layer, bytes),
        Passed::Tunnel(layer) => {
            vec![whole(tunnel::name(layer), bytes, tunnel::fields(layer, bytes))]
        }
    }
}

/// A tunnel in which nothing more was found: its header and what it carries.
fn opaque(layer: TunnelLayer, bytes: &[u8]) -> Vec<Named> {
    let name = format!("{} and what it carries", tunnel::name(layer));
    vec![whole(&name, bytes, tunnel::fields(layer, bytes))]
}

/// One layer of all the bytes.
pub(super) fn whole(name: &str, bytes: &[u8], fields: Vec<Field>) -> Named {
    Named { name: name.to_owned(), len: bytes.len(), fields }
}
