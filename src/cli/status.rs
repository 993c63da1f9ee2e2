//! What a run came to.

use std::process::ExitCode;

/// The exit status of the command.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Status {
    /// Every claim was accepted; for an instance, the verdict was found; for a conjecture, no counterexample.
    Accepted = 0,
    /// A claim was rejected, a conjecture is broken.
    Rejected = 1,
    /// A document could not be read, or the arguments make no sense.
    Unreadable = 2,
    /// The prover left the verdict open, the hunt ended early, or a claim has no theorem to export.
    Undecided = 3,
}

/// The statuses of `certify`, as its `--help` lists them.
pub const CERTIFY_HELP: &str = "\
Exit status:
  0  decided: infeasible, no KKT point, or known to be a local optimum or none
  2  the document could not be read, the certificate would replace a file, or
     wrong usage
  3  undecided; the certificate holds what was proved
  Of several: 2 if one has no certificate, else 3 if one is undecided, else 0";

/// The statuses of `polish`, as its `--help` lists them.
pub const POLISH_HELP: &str = "\
Exit status:
  0  a KKT point is enclosed, and it is known whether it is a local optimum
  2  the model or the data could not be read or do not fit, or wrong usage
  3  no KKT point was enclosed, or that is open; the certificate holds what was
     proved";

/// The statuses of `explore`, as its `--help` lists them.
pub const EXPLORE_HELP: &str = "\
Exit status:
  0  all that was asked for is done, and there is no counterexample among it
  1  the conjecture is broken: there is a certified counterexample
  2  the conjecture or the database could not be read, wrong usage, or an error
     in this program
  3  no counterexample, but the run ended early, a census left instances
     undecided, or no instance met the hypothesis
  With --done-is-success: 0 done, whatever was found; 2 as above; 3 ended early";

/// The statuses of `propose`, as its `--help` lists them.
pub const PROPOSE_HELP: &str = "\
Exit status:
  0  done, whatever is proposed
  2  a file or the database could not be read or written, or wrong usage";

/// The statuses of `db`, as its `--help` lists them.
pub const DB_HELP: &str = "\
Exit status:
  0  done
  1  verify: something in the database is wrong; import: a claim was rejected
  2  the database or a file could not be read or written, or wrong usage";

/// The statuses of `db list` and `db show`, as their `--help` lists them.
pub const DB_READ_HELP: &str = "\
Exit status:
  0  done
  2  the database could not be read, nothing has this id, or wrong usage";

/// The statuses of `db export` and `db merge`, as their `--help` lists them.
pub const DB_WRITE_HELP: &str = "\
Exit status:
  0  done
  2  a database or a file could not be read or written, or wrong usage";

/// The statuses of `db import`, as its `--help` lists them.
pub const DB_IMPORT_HELP: &str = "\
Exit status:
  0  every certificate is in the database
  1  a claim was rejected
  2  the database or a file could not be read or written, or wrong usage";

/// The statuses of `db verify`, as its `--help` lists them.
pub const DB_VERIFY_HELP: &str = "\
Exit status:
  0  nothing is wrong
  1  the database holds something that is wrong
  2  the database could not be read, or wrong usage";

/// The statuses of `new`, as its `--help` lists them.
pub const NEW_HELP: &str = "\
Exit status:
  0  the instance is written
  2  there is no such instance, the file is there already or cannot be written,
     or wrong usage";

/// The statuses of the commands that read certificates, as their `--help` lists them.
pub const CHECK_HELP: &str = "\
Exit status:
  0  every claim was accepted
  1  a claim was rejected
  2  a document could not be read or makes no claim, or wrong usage";

/// The statuses of `export`, as its `--help` lists them.
pub const EXPORT_HELP: &str = "\
Exit status:
  0  every claim of every certificate was exported
  1  a claim was rejected; its certificate is left out
  2  a document could not be read or makes no claim, a file could not be
     written, or wrong usage
  3  a claim has no theorem; its file says why";

/// The statuses of all commands, as `--help` lists them.
pub const HELP: &str = "\
Exit status:
  0  every claim was accepted
  1  a claim was rejected, or explore broke the conjecture
  2  a document could not be read or makes no claim, or wrong usage
  3  certify left the verdict open, explore ended early, or export met a claim
     without a theorem";

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
    /// No path was given, and the folder that is searched then is not there.
    #[error(
        "no file was named, and there is no folder `{}` here; name the certificates, or folders of them",
        super::collect::DEFAULT_FOLDER
    )]
    NothingNamed,
    /// A file would be lost.
    #[error("{} is there already, and is not replaced{}", .path.display(), if *.can_be_forced { " without --force" } else { "; move it away" })]
    Exists {
        /// The file.
        path: std::path::PathBuf,
        /// Whether the command can be told to replace it.
        can_be_forced: bool,
    },
}
