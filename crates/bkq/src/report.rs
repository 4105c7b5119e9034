//! What the command says: its data, its notes, its errors.

use std::error::Error;
use std::fmt::Write as _;
use std::io::{self, ErrorKind, Write as _};
use std::process::ExitCode;

/// Why a command failed: what it could not do, why not, and what helps.
#[derive(Debug)]
pub(crate) struct Failure {
    message: String,
    causes: Vec<String>,
    hint: Option<String>,
}

impl Failure {
    pub(crate) fn new(message: impl Into<String>) -> Self {
        Self {
            message: message.into(),
            causes: Vec::new(),
            hint: None,
        }
    }

    /// Adds a cause in words.
    pub(crate) fn because(mut self, cause: impl Into<String>) -> Self {
        self.causes.push(cause.into());
        self
    }

    /// Adds an error and everything that it goes back to.
    pub(crate) fn caused_by(mut self, error: &(dyn Error + 'static)) -> Self {
        let mut next = Some(error);
        while let Some(error) = next {
            self.causes.push(error.to_string());
            next = error.source();
        }
        self
    }

    /// Says what to do about it.
    pub(crate) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    fn render(&self) -> String {
        let mut text = format!("error: {}\n", self.message);
        for line in self.causes.iter().flat_map(|cause| cause.lines()) {
            // Frames around excerpts have empty lines; they stay empty.
            let indent = if line.is_empty() { "" } else { "  " };
            // Writing to a String cannot fail.
            let _ = writeln!(text, "{indent}{line}");
        }
        if let Some(hint) = &self.hint {
            let _ = writeln!(text, "hint: {hint}");
        }
        text
    }
}

/// Reports a failure, with the exit code that stands for it.
pub(crate) fn failure(failure: &Failure, code: u8) -> ExitCode {
    note(&failure.render());
    ExitCode::from(code)
}

/// Answers arguments that ask for help or the version, with the exit code 0, or that
/// are wrong, with the code for that.
pub(crate) fn usage(answer: &clap::Error, wrong: u8) -> ExitCode {
    // Nothing is left to say where even this cannot be written.
    let _ = answer.print();
    if answer.use_stderr() {
        ExitCode::from(wrong)
    } else {
        ExitCode::SUCCESS
    }
}

/// Writes data to standard output. A reader that has seen enough, such as
/// `head`, is no failure.
pub(crate) fn data(text: &str) -> Result<(), Failure> {
    let mut out = io::stdout().lock();
    let written = out.write_all(text.as_bytes()).and_then(|()| out.flush());
    match written {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => {
            Err(Failure::new("cannot write to standard output").caused_by(&error))
        }
        _ => Ok(()),
    }
}

/// Writes a note to standard error.
pub(crate) fn note(text: &str) {
    // There is nowhere to report that reporting failed.
    let _ = io::stderr().lock().write_all(text.as_bytes());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn failures_show_causes_and_a_hint() {
        let failure = Failure::new("cannot do it")
            .because("first\n\nsecond")
            .caused_by(&io::Error::other("third"))
            .hint("try again");
        assert_eq!(
            failure.render(),
            "error: cannot do it\n  first\n\n  second\n  third\nhint: try again\n"
        );
    }
}
