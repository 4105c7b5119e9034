//! `bkq`: Buildkite's GraphQL API on the command line.
//!
//! Data goes to standard output, everything else to standard error. The exit
//! code is 0 when the command did its work, 1 when it failed, and 2 when its
//! arguments make no sense.

mod cli;
mod report;
mod sandbox;
mod schema;

use std::process::ExitCode;

use clap::Parser;

use crate::cli::{Cli, Command, SchemaCommand};

fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(answer) => return report::usage(&answer),
    };
    let result = match cli.command {
        Command::Schema(SchemaCommand::Print(arguments)) => schema::print(&arguments),
        Command::Sandbox(arguments) => sandbox::run(&arguments),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => report::failure(&failure),
    }
}
