//! The arguments of `bkq`.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

/// Buildkite's GraphQL API on the command line.
#[derive(Debug, Parser)]
#[command(
    name = "bkq",
    version,
    disable_help_subcommand = true,
    after_help = "Data goes to standard output, everything else to standard error.\n\
                  Exit codes: 0 done, 1 failed, 2 wrong arguments."
)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Work with GraphQL schemas
    #[command(subcommand)]
    Schema(SchemaCommand),
    Sandbox(SandboxArguments),
}

#[derive(Debug, Subcommand)]
pub(crate) enum SchemaCommand {
    Print(PrintArguments),
}

/// Print a schema as canonical SDL
///
/// The same schema always gives the same text, however it was ordered: an
/// explicit `schema` block, then directives, then types, all sorted by name.
/// Printing the result again changes nothing.
#[derive(Debug, Args)]
pub(crate) struct PrintArguments {
    /// The schema: an introspection answer (JSON) or SDL; `-` reads standard input
    #[arg(long, value_name = "FILE")]
    pub(crate) from: PathBuf,

    /// Leave the descriptions out
    #[arg(long)]
    pub(crate) no_descriptions: bool,

    /// Write to this file instead of standard output
    ///
    /// The file is replaced in one step once everything has worked out, and is
    /// left alone when it would not change. Unlike a redirection, this cannot
    /// leave it empty or half written.
    #[arg(long, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
}

/// Run Buildkite's GraphQL API on this machine
///
/// Starts a server on the loopback interface that answers queries from an
/// invented organization, `acme-inc`. It needs no network and no account, and
/// runs until Ctrl-C.
#[derive(Debug, Args)]
pub(crate) struct SandboxArguments {
    /// The port to listen on, instead of any free one
    #[arg(long, value_name = "N")]
    pub(crate) port: Option<u16>,

    /// Which organization to invent: the same number gives the same data
    #[arg(long, value_name = "N")]
    pub(crate) seed: Option<u64>,
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_definition_is_consistent() {
        Cli::command().debug_assert();
    }
}
