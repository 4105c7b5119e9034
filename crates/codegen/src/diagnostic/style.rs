//! Plain or coloured text.

use std::env;
use std::io::IsTerminal;

/// How reports are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ReportStyle {
    /// Text alone, as cargo and log files want it.
    Plain,
    /// With the colours of a terminal.
    Colored,
}

impl ReportStyle {
    /// Colour if the stream is a terminal, unless the environment variable
    /// `NO_COLOR` is set to anything but an empty text.
    pub fn of(stream: &impl IsTerminal) -> Self {
        #[allow(
            clippy::disallowed_methods,
            reason = "people switch colours off in their environment"
        )]
        let refused = env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
        if stream.is_terminal() && !refused {
            Self::Colored
        } else {
            Self::Plain
        }
    }

    pub(super) fn paint(self, ink: Ink, text: &str) -> String {
        match self {
            Self::Plain => text.to_owned(),
            Self::Colored => format!("\u{1b}[{}m{text}\u{1b}[0m", ink.code()),
        }
    }
}

/// What a colour stands for.
#[derive(Debug, Clone, Copy)]
pub(super) enum Ink {
    Error,
    Warning,
    Message,
    Frame,
    Elsewhere,
    Advice,
}

impl Ink {
    /// The parameters of the terminal's "select graphic rendition".
    fn code(self) -> &'static str {
        match self {
            Self::Error => "1;31",
            Self::Warning => "1;33",
            Self::Message => "1",
            Self::Frame => "2",
            Self::Elsewhere => "34",
            Self::Advice => "1;36",
        }
    }
}
