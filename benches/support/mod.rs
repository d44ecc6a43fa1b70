//! Captures of different shapes for the benches, in memory, with their truth.

#![allow(dead_code, reason = "each bench uses some of it")]

use std::ops::ControlFlow;
use v6share::capture::{Chain, Pcap, Sink, Walk};
use v6share::model::Frame;
use v6share::synth::{FileFormat, Recipe, Sizes, Truth, TunnelMix, write};

/// Packets of a capture that is benched in memory: large enough to leave the
/// first two levels of cache.
pub(crate) const PACKETS: u64 = 200_000;

/// A capture and what is in it.
pub(crate) struct Shape {
    pub(crate) name: &'static str,
    pub(crate) bytes: Vec<u8>,
    pub(crate) truth: Truth,
}

/// The shapes that a traffic mix can have.
pub(crate) fn recipes() -> Vec<(&'static str, Recipe)> {
    let base = Recipe { packets: PACKETS, snap_len: 96, ..Recipe::default() };
    let tunnels = TunnelMix { six_in_four: 0.25, gre: 0.25, ..TunnelMix::default() };
    vec![
        ("mixed_snap96", base.clone()),
        ("all_ipv4_snap96", Recipe { ipv6_share: 0.0, ..base.clone() }),
        ("all_ipv6_snap96", Recipe { ipv6_share: 1.0, ..base.clone() }),
        ("full_packets", Recipe { sizes: Sizes::Full, snap_len: 0, ..base.clone() }),
        ("extension_headers", Recipe { ipv6_share: 1.0, extension_headers: 0.5, ..base.clone() }),
        ("vlan_and_mpls", Recipe { vlan: 0.4, mpls: 0.4, ..base.clone() }),
        ("half_tunnels", Recipe { tunnels, ..base.clone() }),
        ("fragments", Recipe { fragments: 0.5, ..base.clone() }),
        ("short_snap_length", Recipe { snap_len: 24, ..base }),
    ]
}

/// The capture that a recipe gives.
pub(crate) fn shape(name: &'static str, recipe: &Recipe) -> Shape {
    let mut bytes = Vec::new();
    let truth = write(recipe, &mut bytes).expect("the recipes of the benches are sound");
    Shape { name, bytes, truth }
}

/// The same traffic in pcapng.
pub(crate) fn pcapng(recipe: &Recipe) -> Recipe {
    Recipe { format: FileFormat::PcapNg, ..recipe.clone() }
}

/// Calls `f` with every frame of a pcap capture; gives how many there were.
pub(crate) fn for_each_frame<F: FnMut(&Frame<'_>)>(bytes: &[u8], f: F) -> u64 {
    struct Each<F>(F, u64);
    impl<F: FnMut(&Frame<'_>)> Sink for Each<F> {
        #[inline]
        fn frame(&mut self, frame: Frame<'_>) -> ControlFlow<()> {
            self.1 += 1;
            (self.0)(&frame);
            ControlFlow::Continue(())
        }
    }
    let (mut chain, first) = Pcap::open(bytes).expect("a pcap file");
    let mut each = Each(f, 0);
    let Walk { end, .. } = chain.read(bytes, first, bytes.len(), &mut each);
    assert_eq!(end, bytes.len());
    each.1
}
