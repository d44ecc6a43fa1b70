//! Views over the headers that etherparse lacks, one header a file.
//!
//! Every view has one gate, `new_checked`, that takes the bytes from the
//! header's start on; what it returns cannot fail any more. A view knows its
//! own header and nothing of the order of headers: that is the room `decode`.
//! Headers that etherparse has (Ethernet II, IEEE 802.1Q, MACsec, all above
//! the network layer) are read through etherparse and have no file here.

mod field;
mod header_error;

pub mod arcnet;
pub mod arista;
pub mod avs;
pub mod ayiya;
pub mod capwap;
pub mod cisco_metadata;
pub mod docsis;
pub mod enc;
pub mod erf;
pub mod esp;
pub mod etherip;
pub mod fddi;
pub mod frame_relay;
pub mod geneve;
pub mod gre;
pub mod gtp_u;
pub mod hdlc;
pub mod ieee80211;
pub mod ipnet;
pub mod juniper;
pub mod l2tp;
pub mod l2tp_v3;
pub mod lisp;
pub mod llc;
pub mod loopback;
pub mod mpls;
pub mod mpls_channel;
pub mod netanalyzer;
pub mod nflog;
pub mod nsh;
pub mod pflog;
pub mod pktap;
pub mod ppi;
pub mod ppp;
pub mod ppp_multilink;
pub mod pppoe;
pub mod radiotap;
pub mod sll;
pub mod sll2;
pub mod sunatm;
pub mod teredo;
pub mod token_ring;
pub mod trill;
pub mod vxlan;
pub mod vxlan_gpe;
pub mod wireguard;

pub use header_error::HeaderError;
