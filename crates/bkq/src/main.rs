//! `bkq`: Buildkite's GraphQL API on the command line.
//!
//! Data goes to standard output, everything else to standard error. The exit
//! code is 0 when the command did its work, 1 when it failed, and 2 when its
//! arguments make no sense. `bkq schema diff` and `bkq schema pull` tell a verdict by the
//! exit code, and have one of its own for all that goes wrong.

mod cli;
mod environment;
mod report;
mod sandbox;
mod schema;

use std::env;
use std::process::ExitCode;

use clap::Parser;

use crate::cli::{Cli, Command, SchemaCommand};

/// The exit code of most commands when they fail.
const FAILED: u8 = 1;

fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(answer) => return report::usage(&answer, cli::usage_code(env::args_os())),
    };
    let done = |()| ExitCode::SUCCESS;
    let (result, failed) = match cli.command {
        Command::Schema(SchemaCommand::Print(arguments)) => {
            (schema::print(&arguments).map(done), FAILED)
        }
        Command::Schema(SchemaCommand::Diff(arguments)) => {
            (schema::diff(&arguments), schema::NO_VERDICT)
        }
        Command::Schema(SchemaCommand::Pull(arguments)) => {
            (schema::pull(&arguments), schema::NO_VERDICT)
        }
        Command::Schema(SchemaCommand::Refresh(arguments)) => {
            (schema::refresh(&arguments).map(done), FAILED)
        }
        Command::Sandbox(arguments) => (sandbox::run(&arguments).map(done), FAILED),
    };
    result.unwrap_or_else(|failure| report::failure(&failure, failed))
}
