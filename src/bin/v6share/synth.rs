//! `v6share synth`.
use super::exit::Exit;
#[derive(Debug, clap::Args)]
pub(crate) struct Synth {}
pub(crate) fn run(_: &Synth) -> Exit {
    Exit::Success
}
