//! What a run came to.

use std::process::ExitCode;

/// The exit status of the command.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Status {
    /// Every claim was accepted; for an instance, the verdict was found.
    Accepted = 0,
    /// A claim was rejected.
    Rejected = 1,
    /// A document could not be read, or the arguments make no sense.
    Unreadable = 2,
    /// The prover left the verdict open.
    Undecided = 3,
}

/// The statuses of `certify`, as its `--help` lists them.
pub const CERTIFY_HELP: &str = "\
Exit status:
  0  decided: infeasible, or no KKT point, or a KKT point of which it is known whether it is a local optimum
  2  the document could not be read, or wrong usage
  3  undecided; the certificate holds what was proved";

/// The statuses, as `--help` lists them.
pub const HELP: &str = "\
Exit status:
  0  every claim was accepted
  1  a claim was rejected
  2  a document could not be read or makes no claim, or wrong usage
  3  certify left the verdict open";

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
    /// A file cannot be written.
    #[error("cannot write {}: {}", .0.display(), .1)]
    File(std::path::PathBuf, #[source] std::io::Error),
}
