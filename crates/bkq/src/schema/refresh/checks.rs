//! Commands that regenerate and check what depends on the schema.

use std::collections::VecDeque;
use std::io::{self, Read as _, Write as _};
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::thread;
use std::time::Duration;

use super::git::REPOSITORY;
use super::lines::Lines;
use crate::report::{self, Failure};

/// How much of the end of an output is kept.
const KEPT: usize = 12_000;

/// How often it is looked whether a command has ended.
const PAUSE: Duration = Duration::from_millis(100);

/// How many pauses a command may be silent that has ended: what it has started in the
/// background may hold on to its output for good.
const PATIENCE: usize = 10;

/// A command that was run.
pub(super) struct Check {
    pub(super) command: String,
    status: ExitStatus,
    /// The end of what it said, without colours and secrets.
    pub(super) output: String,
}

impl Check {
    pub(super) fn passed(&self) -> bool {
        self.status.success()
    }

    /// `passed`, or how it ended.
    pub(super) fn result(&self) -> String {
        match self.status.code() {
            Some(0) => "passed".to_owned(),
            Some(code) => format!("failed with exit code {code}"),
            None => "was ended by a signal".to_owned(),
        }
    }
}

/// Runs a command in a folder, without the variables that are `hidden`. What it says is shown
/// line by line, and nowhere with one of these `secrets`.
pub(super) fn run(
    command: &str,
    folder: &Path,
    hidden: &[&str],
    secrets: &[String],
) -> Result<Check, Failure> {
    report::note(&format!("$ {command}\n"));
    let failure = |error: io::Error| {
        Failure::new(format!("cannot run `{command}`"))
            .caused_by(&error)
            .hint("what `--run` is given is run by the system's shell")
    };
    let (mut child, output) = start(command, folder, hidden).map_err(failure)?;
    let mut lines = Lines::without(secrets);
    let mut kept = VecDeque::new();
    let mut keep = |text: String| {
        // Nobody is left to tell where even this cannot be written.
        let _ = io::stderr().write_all(text.as_bytes());
        kept.extend(text.into_bytes());
        let surplus = kept.len().saturating_sub(KEPT);
        kept.drain(..surplus);
    };
    let mut silent = 0;
    let mut ended = false;
    while silent < PATIENCE {
        match output.recv_timeout(PAUSE) {
            Ok(part) => {
                silent = 0;
                keep(lines.add(&part));
            }
            Err(RecvTimeoutError::Timeout) => {
                ended = ended || child.try_wait().map_err(failure)?.is_some();
                silent += usize::from(ended);
            }
            Err(RecvTimeoutError::Disconnected) => break,
        }
    }
    keep(lines.rest());
    let status = child.wait().map_err(failure)?;
    let output = String::from_utf8_lossy(kept.make_contiguous()).into_owned();
    Ok(Check {
        command: command.to_owned(),
        status,
        output: plain(&output),
    })
}

/// Starts a command; both of its streams come in one.
fn start(command: &str, folder: &Path, hidden: &[&str]) -> io::Result<(Child, Receiver<Vec<u8>>)> {
    let (mut reader, writer) = io::pipe()?;
    let mut shell = shell(command);
    for variable in hidden.iter().chain(&REPOSITORY) {
        shell.env_remove(variable);
    }
    let child = shell
        .current_dir(folder)
        .stdin(Stdio::null())
        .stdout(writer.try_clone()?)
        .stderr(writer)
        .spawn()?;
    let (sender, output) = mpsc::channel();
    thread::Builder::new().spawn(move || {
        let mut part = [0; 4096];
        loop {
            match reader.read(&mut part) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Ok(read) if read > 0 && sender.send(part[..read].to_vec()).is_ok() => {}
                _ => break,
            }
        }
    })?;
    // With `shell` the writing ends are closed here: the reading one ends with the command.
    Ok((child, output))
}

#[cfg(unix)]
fn shell(command: &str) -> Command {
    let mut shell = Command::new("sh");
    shell.arg("-c").arg(command);
    shell
}

#[cfg(not(unix))]
fn shell(command: &str) -> Command {
    let mut shell = Command::new("cmd");
    shell.arg("/C").arg(command);
    shell
}

/// A text without what moves and colours a terminal.
fn plain(text: &str) -> String {
    let mut plain = String::new();
    let mut characters = text.chars();
    while let Some(character) = characters.next() {
        match character {
            '\u{1b}' => {
                // Up to the letter that says what it does.
                if characters.next() == Some('[') {
                    characters.find(|c| ('\u{40}'..='\u{7e}').contains(c));
                }
            }
            '\n' | '\t' => plain.push(character),
            character if character.is_control() => {}
            character => plain.push(character),
        }
    }
    plain.trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_are_taken_out() {
        assert_eq!(
            plain("\u{1b}[1;31merror\u{1b}[0m: a\tb\r\nc\u{7}\n"),
            "error: a\tb\nc"
        );
    }
}
