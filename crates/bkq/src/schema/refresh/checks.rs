//! Commands that regenerate and check what depends on the schema.

use std::collections::VecDeque;
use std::io::{self, Read as _, Write as _};
use std::path::Path;
use std::process::{Command, ExitStatus};

use crate::report::{self, Failure};

/// How much of the end of an output is kept.
const KEPT: usize = 6_000;

/// A command that was run.
pub(super) struct Check {
    pub(super) command: String,
    status: ExitStatus,
    /// The end of what it said, without colours.
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

/// Runs a command in a folder, without these variables. What it says is shown as it comes.
pub(super) fn run(command: &str, folder: &Path, hidden: &[&str]) -> Result<Check, Failure> {
    report::note(&format!("$ {command}\n"));
    let failure = |error: io::Error| {
        Failure::new(format!("cannot run `{command}`"))
            .caused_by(&error)
            .hint("what `--run` is given is run by the system's shell")
    };
    let (mut reader, writer) = io::pipe().map_err(failure)?;
    let mut child = {
        let mut shell = shell(command);
        for variable in hidden {
            shell.env_remove(variable);
        }
        shell
            .current_dir(folder)
            .stdin(std::process::Stdio::null())
            .stdout(writer.try_clone().map_err(failure)?)
            .stderr(writer)
            .spawn()
            .map_err(failure)?
        // With `shell` the writing ends are closed here: the reading one ends with the command.
    };
    let mut kept = VecDeque::new();
    let mut part = [0; 4096];
    loop {
        let read = match reader.read(&mut part) {
            Ok(0) => break,
            Ok(read) => read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(failure(error)),
        };
        // Nobody is left to tell where even this cannot be written.
        let _ = io::stderr().write_all(&part[..read]);
        kept.extend(&part[..read]);
        let surplus = kept.len().saturating_sub(KEPT);
        kept.drain(..surplus);
    }
    let status = child.wait().map_err(failure)?;
    Ok(Check {
        command: command.to_owned(),
        status,
        output: plain(&String::from_utf8_lossy(kept.make_contiguous())),
    })
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
