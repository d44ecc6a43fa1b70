//! The link types that are supported, as assigned by tcpdump.org.

use crate::model::LinkType;

pub(super) const NULL: LinkType = LinkType(0);
pub(super) const ETHERNET: LinkType = LinkType(1);
pub(super) const RAW_DLT12: LinkType = LinkType(12);
pub(super) const RAW_DLT14: LinkType = LinkType(14);
pub(super) const RAW: LinkType = LinkType(101);
pub(super) const LOOP: LinkType = LinkType(108);
pub(super) const LINUX_SLL: LinkType = LinkType(113);
pub(super) const IPV4: LinkType = LinkType(228);
pub(super) const IPV6: LinkType = LinkType(229);
pub(super) const LINUX_SLL2: LinkType = LinkType(276);
