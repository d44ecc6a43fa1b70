//! Addresses that tell nothing of whose they are, and shares that stay the same.
//!
//! [`CryptoPan`] is the permutation (Xu, Fan, Ammar and Moon, 2002): two addresses
//! that share a prefix share one of the same length afterwards, and without the
//! key nobody comes back. [`Anonymizer`] keeps what an address is apart from whose
//! it is: class prefixes such as 2002::/16 stay what they are, and IPv4 addresses
//! within IPv6 ones become what they become alone. [`Disguise`] joins it with
//! cutting addresses short. None of it touches a packet: it is for the keys of a
//! result, after mechanisms and networks are known.

mod anonymizer;
mod classes;
mod crypto_pan;
mod disguise;
mod key;

pub use anonymizer::Anonymizer;
pub use crypto_pan::CryptoPan;
pub use disguise::Disguise;
pub use key::{InvalidKey, SecretKey};
