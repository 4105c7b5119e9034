//! `bkq sandbox`: Buildkite's GraphQL API on this machine.

use std::io;
use std::time::Duration;

use buildkite_sandbox::data::Data;
use buildkite_sandbox::{Limits, Sandbox};

use crate::cli::SandboxArguments;
use crate::report::{self, Failure};

/// Runs `bkq sandbox` until it is interrupted.
pub(crate) fn run(arguments: &SandboxArguments) -> Result<(), Failure> {
    tokio::runtime::Runtime::new()
        .map_err(|error| Failure::new("cannot start the sandbox").caused_by(&error))?
        .block_on(serve(arguments))
}

async fn serve(arguments: &SandboxArguments) -> Result<(), Failure> {
    let mut builder = Sandbox::builder();
    if let Some(seed) = arguments.seed {
        builder = builder.seed(seed);
    }
    if let Some(port) = arguments.port {
        builder = builder.port(port);
    }
    if let Some(builds) = arguments.builds {
        builder = builder.builds(builds);
    }
    if let Some(pipelines) = arguments.pipelines {
        builder = builder.pipelines(pipelines);
    }
    if let Some(file) = &arguments.data {
        let data = Data::read(file)
            .map_err(|error| Failure::new("cannot use the data").caused_by(&error))?;
        builder = builder.data(data);
    }
    builder = builder.limits(limits(arguments));
    if let Some(speed) = arguments.speed {
        builder = builder.speed(speed);
    }
    for fault in &arguments.faults {
        builder = builder.fault(fault.clone());
    }
    // Before anything is printed: whoever reads the address may interrupt at once.
    let interrupted = interruption()
        .map_err(|error| Failure::new("cannot listen for Ctrl-C").caused_by(&error))?;
    // The error says itself what to do about a port that is taken.
    let sandbox = builder
        .start()
        .await
        .map_err(|error| Failure::new("cannot start the sandbox").caused_by(&error))?;

    report::data(&exports(sandbox.url(), sandbox.token()))?;
    report::note(&instructions(sandbox.url(), sandbox.token()));
    interrupted.await;
    report::note("\nStopping the sandbox.\n");
    sandbox.stop().await;
    Ok(())
}

fn limits(arguments: &SandboxArguments) -> Limits {
    if arguments.no_limits {
        return Limits::none();
    }
    let mut limits = Limits::default();
    if let Some(points) = arguments.user_points {
        limits = limits.user(points);
    }
    if let Some(points) = arguments.organization_points {
        limits = limits.organization(points);
    }
    if let Some(seconds) = arguments.window {
        limits = limits.window(Duration::from_secs(seconds.into()));
    }
    limits
}

/// What a shell needs to point a client at the sandbox.
fn exports(url: &str, token: &str) -> String {
    format!(
        "export BUILDKITE_API_TOKEN={}\nexport BUILDKITE_GRAPHQL_URL={}\n",
        quoted(token),
        quoted(url)
    )
}

fn instructions(url: &str, token: &str) -> String {
    let authorization = quoted(&format!("Authorization: Bearer {token}"));
    let url = quoted(url);
    format!(
        "
The sandbox is running. In another terminal, enter the two lines above to point
a client at it, or ask it something right away:

  curl -s {url} -H {authorization} \\
    --json '{{\"query\": \"{{ viewer {{ organizations {{ edges {{ node {{ name }} }} }} }} }}\"}}'

Press Ctrl-C to stop it.
"
    )
}

/// Quotes a word for a shell where it has to be.
fn quoted(word: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_./:=@%+,".contains(&byte);
    if !word.is_empty() && word.bytes().all(plain) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', "'\\''"))
    }
}

/// Starts to listen for Ctrl-C, and for the signal by which other programs end
/// this one; the future is ready once one of them has come.
fn interruption() -> io::Result<impl Future<Output = ()>> {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        let mut interrupt = signal(SignalKind::interrupt())?;
        let mut terminate = signal(SignalKind::terminate())?;
        Ok(async move {
            tokio::select! {
                _ = interrupt.recv() => {}
                _ = terminate.recv() => {}
            }
        })
    }
    #[cfg(windows)]
    {
        let mut interrupt = tokio::signal::windows::ctrl_c()?;
        Ok(async move {
            interrupt.recv().await;
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_quoted_where_shells_would_split_them() {
        assert_eq!(quoted("http://127.0.0.1:80/v1"), "http://127.0.0.1:80/v1");
        assert_eq!(quoted(""), "''");
        assert_eq!(quoted("a b"), "'a b'");
        assert_eq!(quoted("it's"), "'it'\\''s'");
    }
}
