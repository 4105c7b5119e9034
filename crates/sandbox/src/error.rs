//! Why a sandbox does not start.

use std::fmt;
use std::io;

use crate::data::DataError;

/// Why a sandbox did not start.
#[derive(Debug)]
#[non_exhaustive]
pub enum StartError {
    /// Something else listens on the port that was asked for.
    PortInUse {
        /// The port.
        port: u16,
    },
    /// The port could not be listened on for another reason.
    Listen {
        /// The port.
        port: u16,
        /// What the operating system said.
        source: io::Error,
    },
    /// The server's thread or runtime could not be made.
    Runtime(io::Error),
    /// The schema is not valid; this is every mistake in it, framed.
    Schema(String),
    /// Something cannot be as the data says.
    Data(DataError),
}

impl fmt::Display for StartError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::PortInUse { port } => write!(
                f,
                "port {port} is in use: stop what listens there, choose another port, or ask for port 0 to get any free one"
            ),
            Self::Listen { port, .. } => write!(f, "cannot listen on 127.0.0.1:{port}"),
            Self::Runtime(_) => write!(f, "cannot start the sandbox's thread"),
            Self::Data(_) => write!(f, "the data cannot be as it is given"),
            Self::Schema(errors) => write!(f, "the schema is not valid: {errors}"),
        }
    }
}

impl std::error::Error for StartError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Listen { source, .. } | Self::Runtime(source) => Some(source),
            Self::Data(source) => Some(source),
            Self::PortInUse { .. } | Self::Schema(_) => None,
        }
    }
}
