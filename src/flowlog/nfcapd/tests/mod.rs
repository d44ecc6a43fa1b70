//! Files built record by record, in every compression, cut and flipped.

mod build;
mod damage;
mod layout_1;
mod layout_2;
mod sink;
