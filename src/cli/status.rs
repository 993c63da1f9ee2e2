//! What a run came to.

use std::process::ExitCode;

/// The exit status of the command.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Status {
    /// Every claim was accepted.
    Accepted = 0,
    /// A claim was rejected.
    Rejected = 1,
    /// A document could not be read, or the arguments make no sense.
    Unreadable = 2,
}

/// The statuses, as `--help` lists them.
pub const HELP: &str = "\
Exit status:
  0  every claim was accepted
  1  a claim was rejected
  2  a document could not be read or makes no claim, or wrong usage";

impl From<Status> for ExitCode {
    fn from(status: Status) -> Self {
        ExitCode::from(status as u8)
    }
}

/// Why a run ended without a result.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// Standard output cannot be written, for another reason than that its reader has gone.
    #[error("cannot write to standard output: {0}")]
    Output(#[source] std::io::Error),
}
