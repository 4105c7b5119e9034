//! The arguments of `bkq`.

use std::ffi::OsString;
use std::path::PathBuf;

use buildkite_sandbox::Fault;
use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::schema::{Metadata, NO_VERDICT};

/// Buildkite's GraphQL API on the command line.
#[derive(Debug, Parser)]
#[command(
    name = "bkq",
    version,
    disable_help_subcommand = true,
    after_help = "Data goes to standard output, everything else to standard error.\n\
                  Exit codes: 0 done, 1 failed, 2 wrong arguments. `bkq schema diff` and\n\
                  `bkq schema pull` have their own."
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
    Diff(DiffArguments),
    Pull(PullArguments),
    Refresh(RefreshArguments),
}

/// Tell what has changed between two schemas, and what it can break
///
/// Every change is breaking (some operations are refused), dangerous (an operation may do
/// or be answered something else) or safe, by the rules of graphql-js. Each schema is a
/// file (SDL or an introspection answer), `-` for standard input, a file at a revision of
/// git, as in `main:schema/buildkite.graphql`, or `live`: the schema that Buildkite has
/// now, with the token in `BUILDKITE_API_TOKEN`, at `BUILDKITE_GRAPHQL_URL` if that is
/// set. A file whose name looks like a revision is read as a file.
#[derive(Debug, Args)]
#[command(
    after_help = "Exit codes: 0 nothing, or safe changes only; 1 dangerous changes; 2 breaking changes;\n\
                  3 changes that break the queries in `--queries`; 4 no verdict: a schema cannot be\n\
                  read, the queries do not compile with OLD, or the arguments are wrong. `--fail-on`\n\
                  turns 1, 1 and 2, or all three into 0."
)]
pub(crate) struct DiffArguments {
    /// The schema as it was
    #[arg(value_name = "OLD")]
    pub(crate) old: PathBuf,

    /// The schema as it is
    #[arg(value_name = "NEW")]
    pub(crate) new: PathBuf,

    /// How the changes are printed
    #[arg(long, value_enum, value_name = "FORM", default_value_t = DiffFormat::Terminal)]
    pub(crate) format: DiffFormat,

    /// The least that makes the exit code another than 0
    #[arg(long, value_enum, value_name = "SEVERITY", default_value_t = FailOn::Dangerous)]
    pub(crate) fail_on: FailOn,

    /// Compare descriptions, too
    #[arg(long)]
    pub(crate) descriptions: bool,

    #[command(flatten)]
    pub(crate) queries: QueriesArguments,

    /// Show the changes that touch no query, too, and not only how many there are
    #[arg(long, requires = "queries")]
    pub(crate) all: bool,
}

/// The queries that changes are held against.
#[derive(Debug, Clone, Args)]
pub(crate) struct QueriesArguments {
    /// Tell what the changes do to the queries in this folder; may be given several times
    ///
    /// The folders are one set, as in a build script. The queries have to compile with the old
    /// schema.
    #[arg(long, value_name = "FOLDER")]
    pub(crate) queries: Vec<PathBuf>,

    /// The levels of lints, if not in the `lints.toml` of a folder
    #[arg(long, value_name = "FILE", requires = "queries")]
    pub(crate) lints_file: Option<PathBuf>,

    /// The queries are for another API: Buildkite's limits and nulls do not count
    #[arg(long, requires = "queries")]
    pub(crate) other_api: bool,

    /// What the client knows of the schema, if the build script reads such a file
    #[arg(long = "client-schema", value_name = "FILE", requires = "queries")]
    pub(crate) client_schemas: Vec<PathBuf>,
}

/// How changes are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum DiffFormat {
    /// For people, in colour where there is any
    Terminal,
    /// For a pull request or a Buildkite annotation, at most 60,000 characters
    Markdown,
    /// For programs
    Json,
    /// For a GitHub workflow: annotations of NEW
    Github,
}

/// What the exit code tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum FailOn {
    /// Dangerous changes exit with 1, breaking ones with 2, broken queries with 3
    Dangerous,
    /// Breaking changes exit with 2 and broken queries with 3, all others with 0
    Breaking,
    /// Broken queries exit with 3, all others with 0
    Queries,
    /// All changes exit with 0
    Never,
}

/// The exit code for arguments that make no sense. Where 2 means something else, a script
/// must not take a mistyped option for it.
pub(crate) fn usage_code(arguments: impl Iterator<Item = OsString>) -> u8 {
    let command: Vec<_> = arguments.skip(1).take(2).collect();
    let [group, command] = command.as_slice() else {
        return 2;
    };
    if group == "schema" && (command == "diff" || command == "pull") {
        NO_VERDICT
    } else {
        2
    }
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

/// Keep a snapshot of a server's schema up to date
///
/// Asks Buildkite for its schema, with the token in `BUILDKITE_API_TOKEN`, at
/// `BUILDKITE_GRAPHQL_URL` if that is set, and writes it to a file as canonical SDL. A file
/// beside it, `schema/buildkite.meta.json`, says when it was pulled and from where. An
/// unchanged schema changes neither. Nothing is written unless all of the new schema is
/// valid.
#[derive(Debug, Args)]
#[command(
    after_help = "Exit codes: 0 done, or up to date; 1 the file is stale or missing (`--check` only);\n\
                  4 no verdict: no schema could be had, a file cannot be read or written, or the\n\
                  arguments are wrong. SOURCE_DATE_EPOCH, if set, is the time that is written."
)]
pub(crate) struct PullArguments {
    #[command(flatten)]
    pub(crate) server: ServerArguments,

    /// The snapshot
    #[arg(long, value_name = "FILE", default_value = SNAPSHOT)]
    pub(crate) output: PathBuf,

    #[command(flatten)]
    pub(crate) descriptions: DescriptionsArguments,

    /// Write nothing; tell whether the snapshot is what the server has, and what is not
    #[arg(long)]
    pub(crate) check: bool,
}

/// Where snapshots are kept, unless somebody says otherwise.
const SNAPSHOT: &str = "schema/buildkite.graphql";

/// Who is asked for a schema.
#[derive(Debug, Args)]
pub(crate) struct ServerArguments {
    /// Another GraphQL API to ask, without a token unless `--token-env` names one
    #[arg(long, value_name = "URL")]
    pub(crate) endpoint: Option<String>,

    /// The name of the environment variable with the token for that API
    #[arg(long, value_name = "NAME", requires = "endpoint")]
    pub(crate) token_env: Option<String>,

    /// Read a file instead: an introspection answer or SDL; `-` is standard input
    #[arg(long, value_name = "FILE", conflicts_with = "endpoint")]
    pub(crate) from: Option<PathBuf>,

    /// How long the server may take for all of it [default: 60]
    #[arg(long, value_name = "SECONDS", conflicts_with = "from")]
    #[arg(value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) timeout: Option<u32>,
}

/// Refresh a snapshot on a branch, and say what that means
///
/// Pulls the schema and, if it is another than the one that is committed, compares them,
/// writes it into a checkout of its own, runs commands there, commits what has changed, and
/// prints a report for a pull request. Nothing is printed where there is nothing to do. The
/// folder where it runs is left alone. What is committed is the snapshot, its metadata, and
/// what the commands have changed of files that git knows.
#[derive(Debug, Args)]
#[command(
    after_help = "The token for the schema is in the environment of no command that is run. Exit codes: 0\n\
                  done, or nothing to do; 1 failed; 2 wrong arguments. What breaks, and commands that\n\
                  fail, are in the report and no failure: they are for whoever reviews it."
)]
pub(crate) struct RefreshArguments {
    #[command(flatten)]
    pub(crate) server: ServerArguments,

    /// The snapshot, below the folder where this runs
    #[arg(long, value_name = "FILE", default_value = SNAPSHOT)]
    pub(crate) schema: PathBuf,

    #[command(flatten)]
    pub(crate) descriptions: DescriptionsArguments,

    #[command(flatten)]
    pub(crate) queries: QueriesArguments,

    /// A command that regenerates or checks something; may be given several times
    #[arg(long, value_name = "COMMAND")]
    pub(crate) run: Vec<String>,

    /// Commit new files here as well, or in this folder; may be given several times
    #[arg(long, value_name = "PATH")]
    pub(crate) add: Vec<PathBuf>,

    /// The branch, which is replaced unless it has commits of anybody else
    #[arg(long, value_name = "NAME", default_value = "schema-refresh")]
    pub(crate) branch: String,

    /// Push to the branch of this remote, and leave the one here alone
    #[arg(long, value_name = "REMOTE")]
    pub(crate) push: Option<String>,

    /// Write the title of a pull request to this file
    #[arg(long, value_name = "FILE")]
    pub(crate) title: Option<PathBuf>,
}

/// Whether descriptions are part of a snapshot.
#[derive(Debug, Clone, Copy, Args)]
pub(crate) struct DescriptionsArguments {
    /// Keep the descriptions, though the snapshot has none
    #[arg(long, overrides_with = "no_descriptions")]
    descriptions: bool,

    /// Leave the descriptions out; the default where the snapshot has none
    #[arg(long)]
    no_descriptions: bool,
}

impl DescriptionsArguments {
    /// What is asked for, and otherwise what the snapshot has.
    pub(crate) fn or(self, snapshot: Option<&Metadata>) -> bool {
        if self.descriptions || self.no_descriptions {
            return self.descriptions;
        }
        snapshot.is_none_or(|snapshot| snapshot.descriptions)
    }
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

    /// How many builds there are in all, up to a thousand million [default: 965]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(..=1_000_000_000))]
    pub(crate) builds: Option<u64>,

    /// How many pipelines there are [default: 12]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..=100_000))]
    pub(crate) pipelines: Option<u64>,

    /// Exactly this data, instead of an invented organization
    ///
    /// A file in YAML or JSON: people, teams, clusters and pipelines, with builds and
    /// jobs as exact as wanted. With `with_acme: true` in it, the data comes in addition
    /// to the invented organization's.
    #[arg(long, value_name = "FILE")]
    pub(crate) data: Option<PathBuf>,

    /// Refuse nothing: no limits of complexity, depth and points
    #[arg(long, conflicts_with_all = ["user_points", "organization_points", "window"])]
    pub(crate) no_limits: bool,

    /// How many points the user may spend in a window [default: 5000]
    #[arg(long, value_name = "N")]
    pub(crate) user_points: Option<u64>,

    /// How many points the organization may spend in a window [default: 20000]
    #[arg(long, value_name = "N")]
    pub(crate) organization_points: Option<u64>,

    /// How many seconds a window lasts [default: 300]
    #[arg(long, value_name = "SECONDS", value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) window: Option<u32>,

    /// How many of the sandbox's seconds pass in a real one [default: 60]
    ///
    /// Builds that are created move on with it. With 0 they stay as they are.
    #[arg(long, value_name = "N", value_parser = speed)]
    pub(crate) speed: Option<f64>,

    /// Something that goes wrong; may be given several times
    ///
    /// What happens comes first, then conditions: 'status=503 times=2',
    /// 'latency=50ms jitter=20ms', 'reset after-running on=buildCreate chance=0.1'.
    /// Others are busy, refuse=TIME, cut, invalid-json, html, content-type,
    /// drip=TIME, hang, partial-error, null, unknown-enum, unknown-type (these four
    /// also with =PATH), repeated-cursor, endless-pages, wrong-count; and the
    /// condition skip=N.
    #[arg(long = "fault", value_name = "FAULT")]
    pub(crate) faults: Vec<Fault>,
}

fn speed(text: &str) -> Result<f64, String> {
    let speed: Result<f64, _> = text.parse();
    let speed = speed.ok().filter(|speed| (0.0..=1e6).contains(speed));
    speed.ok_or_else(|| "it is a number from 0 to 1000000".to_owned())
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
