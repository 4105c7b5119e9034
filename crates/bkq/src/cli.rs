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

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_definition_is_consistent() {
        Cli::command().debug_assert();
    }
}
