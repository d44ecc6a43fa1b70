//! How the key of a breakdown is packed into words, and read again.

use crate::model::{
    Bin, Dimension, Direction, Encapsulation, Exporter, IpAddress, IpProtocol, IpVersion, LeafLens,
    Prefix, PrefixCut, ServicePort, SizeClass, Timestamp, TrafficClass, TunnelPath, Value,
    VlanTags,
};

/// Dimensions of a breakdown, at most.
pub const MAX_DIMENSIONS: usize = 8;

/// Words of the largest key: of eight dimensions none takes more than three.
pub(super) const WORDS: usize = 3 * MAX_DIMENSIONS;

/// What one dimension says of a packet, before it is packed: two words for what
/// is wide, and what has less than a word. All zero for what is unknown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Code {
    pub(super) wide: u128,
    pub(super) narrow: u64,
}

/// Where a dimension's code lies in a key.
#[derive(Clone, Debug)]
pub(super) struct Field {
    dimension: Dimension,
    /// Its first wide word, and how many it has.
    wide: usize,
    wide_words: usize,
    /// The word of its narrow part, and how far it is shifted there.
    word: usize,
    shift: u32,
    bits: u32,
}

/// The fields of a key.
#[derive(Clone, Debug)]
pub(super) struct Layout {
    fields: Vec<Field>,
    stride: usize,
}

impl Layout {
    /// The layout of these dimensions, at most [`MAX_DIMENSIONS`].
    pub(super) fn new(dimensions: &[Dimension]) -> Self {
        let mut fields = Vec::new();
        let mut stride = 0;
        for dimension in dimensions.iter().take(MAX_DIMENSIONS) {
            let (wide_words, bits) = room(dimension);
            let dimension = dimension.clone();
            fields.push(Field { dimension, wide: stride, wide_words, word: 0, shift: 0, bits });
            stride += wide_words;
        }
        let mut used = u64::BITS;
        for field in &mut fields {
            if used + field.bits > u64::BITS {
                used = 0;
                stride += 1;
            }
            (field.word, field.shift) = (stride - 1, used);
            used += field.bits;
        }
        Self { fields, stride: stride.max(1) }
    }

    /// Words of a key.
    pub(super) fn stride(&self) -> usize {
        self.stride
    }

    /// Packs what `code` says of each dimension into the first words of `key`.
    #[inline(always)]
    pub(super) fn pack(&self, key: &mut [u64; WORDS], code: impl Fn(&Dimension) -> Code) {
        key[..self.stride].fill(0);
        for field in &self.fields {
            field.put(key, code(&field.dimension));
        }
    }

    /// The fields of a key, in the order of its dimensions.
    pub(super) fn fields(&self) -> &[Field] {
        &self.fields
    }

    /// The values of a key, where `named` gives those that stand for a table of
    /// the run by their number, and `leaves` are the lengths of automatic prefixes.
    pub(super) fn unpack(
        &self,
        key: &[u64],
        leaves: LeafLens,
        named: &dyn Fn(&Dimension, Code) -> Value,
    ) -> Vec<Value> {
        let value = |field: &Field| value(&field.dimension, field.code(key), leaves, named);
        self.fields.iter().map(value).collect()
    }

    /// The family whose automatic prefixes a key has; `None` where the addresses
    /// were cut away, and without automatic prefixes.
    pub(super) fn family(&self, key: &[u64]) -> Option<IpVersion> {
        let field = self.fields.iter().find(|field| field.dimension.is_auto())?;
        family(field.code(key))
    }

    /// Cuts the automatic prefixes of a key to these lengths.
    pub(super) fn cut(&self, key: &mut [u64], leaves: LeafLens) {
        for field in self.fields.iter().filter(|field| field.dimension.is_auto()) {
            let code = field.code(key);
            let Some(version) = family(code) else { continue };
            let wide = IpAddress::from_bits(code.wide).masked(leaves.len(version)).bits();
            for (word, half) in [high(wide), low(wide)].into_iter().enumerate() {
                if word < field.wide_words {
                    key[field.wide + word] = half;
                }
            }
        }
    }
}

impl Field {
    /// Puts what the dimension says into a key, in which there is nothing of it yet.
    #[inline(always)]
    pub(super) fn put<const N: usize>(&self, key: &mut [u64; N], code: Code) {
        let Code { wide, narrow } = code;
        if self.wide_words > 0 {
            key[self.wide] = high(wide);
            if self.wide_words > 1 {
                key[self.wide + 1] = low(wide);
            }
        }
        key[self.word] |= narrow << self.shift;
    }

    /// What a key says of the field's dimension.
    fn code(&self, key: &[u64]) -> Code {
        let word = |at: usize| key.get(at).copied().unwrap_or(0);
        let wide = match self.wide_words {
            0 => 0,
            1 => u128::from(word(self.wide)) << 64,
            _ => u128::from(word(self.wide)) << 64 | u128::from(word(self.wide + 1)),
        };
        let narrow = word(self.word) >> self.shift & (u64::MAX >> (64 - self.bits));
        Code { wide, narrow }
    }
}

/// The family of a prefix; `None` where there is none.
fn family(code: Code) -> Option<IpVersion> {
    match code.as_number()? {
        0 => Some(IpVersion::V4),
        _ => Some(IpVersion::V6),
    }
}

/// Wide words and narrow bits that a dimension takes; its code is within them.
fn room(dimension: &Dimension) -> (usize, u32) {
    match dimension {
        Dimension::Protocol => (0, 9),
        Dimension::Port | Dimension::Service => (0, 25),
        Dimension::Encapsulation => (0, 12),
        Dimension::EncapsulationPath => (2, 4),
        Dimension::Prefix(_, PrefixCut::Lens(lens) | PrefixCut::Auto(lens)) if lens.are_short() => {
            (1, 2)
        }
        Dimension::Host(_) => (1, 2),
        Dimension::Prefix(..) => (2, 2),
        Dimension::Label(_)
        | Dimension::Attribute(..)
        | Dimension::Asn(_)
        | Dimension::Country(_)
        | Dimension::Holder(_)
        | Dimension::Input => (0, 32),
        Dimension::Direction => (0, 3),
        Dimension::Time => (0, 45),
        Dimension::Interface => (0, 33),
        Dimension::Exporter => (2, 35),
        Dimension::Mac(_) => (0, 49),
        Dimension::Vlan => (0, 27),
        Dimension::PacketSize => (0, 4),
        Dimension::TrafficClass => (0, 7),
    }
}

/// The number of a bin that starts with the epoch: a bin of years before it has one
/// above 0.
const EPOCH: i64 = 1 << 43;

impl Code {
    /// What is known, by a number: one more than it, so that 0 is free for what
    /// is unknown.
    pub(super) fn number(number: impl Into<u64>) -> Self {
        Self { wide: 0, narrow: number.into() + 1 }
    }

    /// The number of [`Self::number`].
    pub(super) fn as_number(self) -> Option<u64> {
        self.narrow.checked_sub(1)
    }

    pub(super) fn protocol(protocol: Option<IpProtocol>) -> Self {
        protocol.map_or_else(Self::default, |protocol| Self::number(protocol.0))
    }

    pub(super) fn port(port: Option<ServicePort>) -> Self {
        let Some(ServicePort { protocol, port }) = port else { return Self::default() };
        Self::number(u32::from(protocol.0) << 16 | u32::from(port))
    }

    pub(super) fn encapsulation(
        mechanism: Encapsulation,
        outer: IpVersion,
        inner: Option<IpVersion>,
    ) -> Self {
        let families = families(outer, inner);
        Self { wide: 0, narrow: (mechanism as u64) << 4 | families }
    }

    pub(super) fn path(path: TunnelPath, outer: IpVersion, inner: Option<IpVersion>) -> Self {
        Self { wide: path.bits(), narrow: families(outer, inner) }
    }

    pub(super) fn prefix(version: IpVersion, address: IpAddress, len: u8) -> Self {
        Self { wide: address.masked(len).bits(), narrow: version as u64 + 1 }
    }

    pub(super) fn mac(mac: Option<[u8; 6]>) -> Self {
        let Some([a, b, c, d, e, f]) = mac else { return Self::default() };
        Self::number(u64::from_be_bytes([0, 0, a, b, c, d, e, f]))
    }

    pub(super) fn vlan(tags: VlanTags) -> Self {
        let tag = |id: Option<u16>| id.map_or(0, |id| u64::from(id & 0x0fff) + 1);
        Self::number(tag(tags.outer) << 13 | tag(tags.inner))
    }

    /// The address in the wide part; in the narrow one a bit for each of: there is
    /// an exporter, it has an address, of IPv6; then the domain.
    pub(super) fn exporter(exporter: Option<Exporter>) -> Self {
        let Some(Exporter { address, domain }) = exporter else { return Self::default() };
        let (wide, family) = match address {
            None => (0, 0),
            Some((version, address)) => (address.bits(), 2 | (version as u64) << 2),
        };
        Self { wide, narrow: u64::from(domain) << 3 | family | 1 }
    }

    pub(super) fn direction(direction: Direction) -> Self {
        Self::number(direction as u8)
    }

    /// The start of a bin, which may lie before the epoch.
    pub(super) fn time(bin: Option<Bin>) -> Self {
        let Some(bin) = bin else { return Self::default() };
        Self::number(bin.start.saturating_add(EPOCH).unsigned_abs())
    }

    pub(super) fn size(octets: u64) -> Self {
        Self::number(SizeClass::of(octets).number())
    }

    pub(super) fn traffic_class(octet: Option<u8>) -> Self {
        octet.map_or_else(Self::default, |octet| {
            Self::number(TrafficClass::from_octet(octet).code_point())
        })
    }
}

/// The length that addresses of a family are cut to: where that is decided at the
/// end, the length that leaves have now.
#[inline(always)]
pub(super) fn cut_len(version: IpVersion, cut: PrefixCut, leaves: LeafLens) -> u8 {
    match cut {
        PrefixCut::Lens(lens) => lens.len(version),
        PrefixCut::Auto(_) => leaves.len(version),
    }
}

/// The outer family in one bit, the inner one in two.
fn families(outer: IpVersion, inner: Option<IpVersion>) -> u64 {
    outer as u64 | inner.map_or(0, |inner| inner as u64 + 1) << 1 | 1 << 3
}

fn as_families(bits: u64) -> (IpVersion, Option<IpVersion>) {
    let family = |number: u64| match number {
        0 => IpVersion::V4,
        _ => IpVersion::V6,
    };
    (family(bits & 1), (bits >> 1 & 3).checked_sub(1).map(family))
}

/// What a code says.
#[expect(clippy::cast_possible_truncation, reason = "each number is within its field")]
fn value(
    dimension: &Dimension,
    code: Code,
    leaves: LeafLens,
    named: &dyn Fn(&Dimension, Code) -> Value,
) -> Value {
    if code == Code::default() {
        return Value::Unknown;
    }
    let number = code.as_number().unwrap_or(0);
    match dimension {
        Dimension::Protocol => Value::Protocol(IpProtocol(number as u8)),
        Dimension::Port => Value::Port(as_port(number)),
        Dimension::Service => {
            let port = as_port(number);
            port.service().map_or(Value::Port(port), Value::text)
        }
        Dimension::Encapsulation => {
            let (outer, inner) = as_families(code.narrow & 0xf);
            let mechanism = Encapsulation::ALL.get((code.narrow >> 4) as usize);
            Value::Encapsulation(mechanism.copied().unwrap_or_default(), outer, inner)
        }
        Dimension::EncapsulationPath => {
            let (outer, inner) = as_families(code.narrow);
            Value::Path(TunnelPath::from_bits(code.wide), outer, inner)
        }
        Dimension::Prefix(_, cut) => {
            let Some(version) = family(code) else { return Value::Unknown };
            let address = IpAddress::from_bits(code.wide);
            Value::Prefix(Prefix::new(version, address, cut_len(version, *cut, leaves)))
        }
        Dimension::Host(_) => {
            let address = IpAddress::from_bits(code.wide);
            Value::Prefix(Prefix::new(IpVersion::V4, address, 32))
        }
        Dimension::Interface => Value::Interface(number as u32),
        Dimension::Mac(_) => {
            let [_, _, mac @ ..] = number.to_be_bytes();
            Value::Mac(mac)
        }
        Dimension::Vlan => {
            let tag = |bits: u64| (bits as u16 & 0x1fff).checked_sub(1);
            Value::Vlan(VlanTags { outer: tag(number >> 13), inner: tag(number) })
        }
        Dimension::Exporter => as_exporter(code),
        Dimension::Direction => {
            Direction::ALL.get(number as usize).copied().map_or(Value::Unknown, Value::Direction)
        }
        Dimension::Time => Value::Time(as_time(number)),
        Dimension::PacketSize => Value::Size(SizeClass::from_number(number as u8)),
        Dimension::TrafficClass => Value::TrafficClass(TrafficClass::from_code_point(number as u8)),
        Dimension::Label(_)
        | Dimension::Attribute(..)
        | Dimension::Asn(_)
        | Dimension::Country(_)
        | Dimension::Holder(_)
        | Dimension::Input => named(dimension, code),
    }
}

/// When a bin starts; of the first bin that there is, when time starts.
fn as_time(number: u64) -> Timestamp {
    let seconds = i64::try_from(number).unwrap_or(i64::MAX).saturating_sub(EPOCH);
    Timestamp::from_nanoseconds(seconds.saturating_mul(1_000_000_000))
}

#[expect(clippy::cast_possible_truncation, reason = "the domain has 32 bits")]
fn as_exporter(code: Code) -> Value {
    let version = if code.narrow & 4 == 0 { IpVersion::V4 } else { IpVersion::V6 };
    let address = (code.narrow & 2 != 0).then(|| IpAddress::from_bits(code.wide));
    let address = address.map(|address| (version, address));
    Value::Exporter(Exporter { address, domain: (code.narrow >> 3) as u32 })
}

#[expect(clippy::cast_possible_truncation, reason = "both are within their bits")]
fn as_port(number: u64) -> ServicePort {
    ServicePort { protocol: IpProtocol((number >> 16) as u8), port: number as u16 }
}

fn high(bits: u128) -> u64 {
    (bits >> 64) as u64
}

#[expect(clippy::cast_possible_truncation, reason = "the lower half is meant")]
fn low(bits: u128) -> u64 {
    bits as u64
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{PrefixLens, Side, TunnelLayer};

    const ADDRESS: u128 = 0x2001_0db8_0001_0002_0003_0004_0005_0006;

    /// Each dimension with a code and the value that it stands for.
    fn examples() -> Vec<(Dimension, Code, Value)> {
        let (v4, v6) = (IpVersion::V4, IpVersion::V6);
        let address = IpAddress::from_bits(ADDRESS);
        let mut path = TunnelPath::NATIVE;
        (0..26).for_each(|_| path.push(TunnelLayer::WireGuard));
        let port = ServicePort { protocol: IpProtocol::UDP, port: 65_535 };
        let tags = VlanTags { outer: Some(4095), inner: Some(0) };
        let mac = [0xff; 6];
        vec![
            (
                Dimension::Protocol,
                Code::protocol(Some(IpProtocol(255))),
                Value::Protocol(IpProtocol(255)),
            ),
            (Dimension::Port, Code::port(Some(port)), Value::Port(port)),
            (
                Dimension::Service,
                Code::port(Some(ServicePort { protocol: IpProtocol::TCP, port: 443 })),
                Value::text("https"),
            ),
            (
                Dimension::Encapsulation,
                Code::encapsulation(Encapsulation::SiitDc, v6, None),
                Value::Encapsulation(Encapsulation::SiitDc, v6, None),
            ),
            (
                Dimension::EncapsulationPath,
                Code::path(path, v4, Some(v6)),
                Value::Path(path, v4, Some(v6)),
            ),
            (Dimension::Interface, Code::number(u32::MAX), Value::Interface(u32::MAX)),
            (
                Dimension::Exporter,
                Code::exporter(Some(Exporter { address: Some((v6, address)), domain: u32::MAX })),
                Value::Exporter(Exporter { address: Some((v6, address)), domain: u32::MAX }),
            ),
            (
                Dimension::Direction,
                Code::direction(Direction::Transit),
                Value::Direction(Direction::Transit),
            ),
            (
                Dimension::Time,
                Code::time(Some(Bin { start: -300, end: 0 })),
                Value::Time(Timestamp::from_nanoseconds(-300_000_000_000)),
            ),
            (Dimension::Mac(Side::Source), Code::mac(Some(mac)), Value::Mac(mac)),
            (Dimension::Vlan, Code::vlan(tags), Value::Vlan(tags)),
            (Dimension::PacketSize, Code::size(1 << 33), Value::Size(SizeClass::of(1 << 33))),
            (
                Dimension::TrafficClass,
                Code::traffic_class(Some(0xff)),
                Value::TrafficClass(TrafficClass::from_code_point(63)),
            ),
        ]
    }

    fn prefixes() -> Vec<(Dimension, Code, Value)> {
        let lens = |v4, v6| PrefixLens::new(v4, v6).expect("valid");
        let cut = |v4, v6| PrefixCut::Lens(lens(v4, v6));
        let (v6, address) = (IpVersion::V6, IpAddress::from_bits(ADDRESS));
        let prefix = |len| Value::Prefix(Prefix::new(v6, address, len));
        vec![
            (Dimension::Prefix(Side::Both, cut(24, 48)), Code::prefix(v6, address, 48), prefix(48)),
            (
                Dimension::Prefix(Side::Source, cut(24, 65)),
                Code::prefix(v6, address, 65),
                prefix(65),
            ),
            (
                Dimension::Prefix(Side::Destination, PrefixCut::Auto(lens(32, 128))),
                Code::prefix(v6, address, 120),
                prefix(120),
            ),
        ]
    }

    /// Any dimensions in any order come back, and what is unknown stays so.
    #[test]
    fn what_is_packed_is_unpacked() {
        let examples = [examples(), prefixes()].concat();
        let named = |_: &Dimension, _| unreachable!("none of them is of the run");
        let mut state = 7_u64;
        for _ in 0..2000 {
            let mut chosen = Vec::new();
            for _ in 0..=state % 7 {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                let at = (state >> 33) as usize % examples.len();
                chosen.push((at, state >> 60 & 3 == 0));
            }
            let dimensions: Vec<_> = chosen.iter().map(|(at, _)| examples[*at].0.clone()).collect();
            let layout = Layout::new(&dimensions);
            assert!(layout.stride() <= WORDS);
            let mut key = [u64::MAX; WORDS];
            let place = std::cell::Cell::new(0);
            layout.pack(&mut key, |_| {
                let (at, unknown) = chosen[place.replace(place.get() + 1)];
                if unknown { Code::default() } else { examples[at].1 }
            });
            let unpacked = layout.unpack(&key[..layout.stride()], leaves(), &named);
            let want =
                chosen.iter().map(
                    |(at, unknown)| {
                        if *unknown { Value::Unknown } else { examples[*at].2.clone() }
                    },
                );
            assert_eq!(unpacked, want.collect::<Vec<_>>());
        }
    }

    /// Those of [`prefixes`].
    fn leaves() -> LeafLens {
        PrefixLens::new(32, 120).expect("valid").into()
    }

    #[test]
    fn automatic_prefixes_are_cut_within_their_key() {
        let auto = |v4, v6| PrefixCut::Auto(PrefixLens::new(v4, v6).expect("valid"));
        for longest in [auto(32, 64), auto(32, 128)] {
            let by = [Dimension::Protocol, Dimension::Prefix(Side::Both, longest), Dimension::Port];
            let layout = Layout::new(&by);
            let mut key = [0; WORDS];
            layout.pack(&mut key, |dimension| match dimension {
                Dimension::Prefix(..) => {
                    Code::prefix(IpVersion::V6, IpAddress::from_bits(ADDRESS), 64)
                }
                Dimension::Protocol => Code::protocol(Some(IpProtocol::TCP)),
                _ => Code::default(),
            });
            let key = &mut key[..layout.stride()];
            assert_eq!(layout.family(key), Some(IpVersion::V6));
            let mut leaves = leaves();
            leaves.shorten(IpVersion::V6, 40);
            layout.cut(key, leaves);
            let values = layout.unpack(key, leaves, &|_, _| unreachable!("none is of the run"));
            let prefix = Prefix::new(IpVersion::V6, IpAddress::from_bits(ADDRESS), 40);
            let tcp = Value::Protocol(IpProtocol::TCP);
            assert_eq!(values, [tcp, Value::Prefix(prefix), Value::Unknown]);
        }
    }

    #[test]
    fn the_largest_key_fits() {
        let largest = vec![Dimension::Exporter; MAX_DIMENSIONS];
        assert!(Layout::new(&largest).stride() <= WORDS);
        assert_eq!(Layout::new(&[Dimension::Protocol, Dimension::Port]).stride(), 1);
    }
}
