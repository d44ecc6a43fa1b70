//! `v6share --generate`: completions of shells and the manual, made from the
//! command line as it is declared, so that they never say anything else.

use super::cli::Cli;
use super::exit::Exit;
use super::{message, output};
use clap::{Command, CommandFactory, ValueEnum};
use clap_complete::Shell;
use std::io;

/// What `--generate` prints.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum Generated {
    /// Completions of bash
    CompleteBash,
    /// Completions of zsh
    CompleteZsh,
    /// Completions of fish
    CompleteFish,
    /// The manual in roff: a page of v6share, then one of each verb
    Man,
}

/// Carries it out.
pub(crate) fn run(what: Generated) -> Exit {
    let written = text(what)
        .and_then(|text| output::write(None, |out| out.write_all(&text)).map_err(Into::into));
    match written {
        Ok(()) => Exit::Success,
        Err(error) => {
            message::error(&error);
            Exit::Failure
        }
    }
}

fn text(what: Generated) -> Result<Vec<u8>, Box<dyn std::error::Error>> {
    let mut text = Vec::new();
    let shell = match what {
        Generated::CompleteBash => Shell::Bash,
        Generated::CompleteZsh => Shell::Zsh,
        Generated::CompleteFish => Shell::Fish,
        Generated::Man => {
            let mut command = Cli::command();
            command.build();
            pages(&command, &mut text)?;
            return Ok(text);
        }
    };
    clap_complete::generate(shell, &mut Cli::command(), "v6share", &mut text);
    Ok(text)
}

/// The page of a command and those of its verbs, one after the other.
fn pages(command: &Command, text: &mut Vec<u8>) -> io::Result<()> {
    clap_mangen::Man::new(command.clone()).render(text)?;
    // `help` tells nothing that is not in a page.
    let verbs = command.get_subcommands().filter(|verb| verb.get_name() != "help");
    verbs.into_iter().try_for_each(|verb| pages(verb, text))
}
