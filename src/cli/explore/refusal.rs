//! Why there is nothing to run.

use std::path::PathBuf;

use super::Failure;
use super::prepare::TRIED;
use crate::explore::database::DatabaseError;
use crate::explore::hunt::HuntError;
use crate::files::FileError;

/// Why there is nothing to run.
#[derive(Debug, thiserror::Error)]
pub enum Refusal {
    #[error("{}: {error}", .path.display())]
    File { path: PathBuf, error: std::io::Error },
    #[error(transparent)]
    Known(#[from] FileError),
    #[error("{0}")]
    Conjecture(String),
    #[error("the neighbours of what? --known PATH names certificates to start from")]
    NothingKnown,
    #[error(transparent)]
    Hunt(#[from] HuntError),
    #[error("no instance meets both the hypothesis and the bounds given: {0}")]
    Empty(String),
    #[error(
        "none of {TRIED} networks drawn within the bounds meets the hypothesis in `{condition}`; the largest has {most} parameters: --width, --inputs and --depth allow larger ones, and --architecture others"
    )]
    NoNetwork { condition: String, most: usize },
    #[error("the folder {} for what is found cannot be written: {error}", .path.display())]
    Output { path: PathBuf, error: std::io::Error },
    #[error(
        "nothing to go on with: {} holds no units of this run, but of the same conjecture\n{others}\nA run is another one where bounds, source, seed or version differ; without --resume this one is begun",
        .database.display()
    )]
    NoSuchRun { database: PathBuf, others: String },
    #[error(
        "all sources look for KKT points, so a conjecture must assume `kkt`, as in `kkt & relu -> local_optimum`; of other points nothing would be said"
    )]
    NotOfKktPoints,
    #[error(
        "there is no layer {layer}: layers are numbered from 0, and here no network has more than {depth}; the last is `last layer`"
    )]
    NoSuchLayer { layer: usize, depth: usize },
    #[error("{}: {why}", .path.display())]
    NoFile { path: PathBuf, why: &'static str },
    #[error(
        "{done} of the {units} units of this run are done and in {}; go on with --resume, or begin another with --seed or --db",
        .database.display()
    )]
    Begun { done: u64, units: u64, database: PathBuf },
    #[error(transparent)]
    Database(#[from] DatabaseError),
    #[error(transparent)]
    Failure(#[from] Failure),
}
