//! Trials of theorems, for the commands that print the summary tables.

use std::io::{self, Write};
use std::sync::Mutex;

use rayon::prelude::*;

use super::Status;
use super::output::diagnose;
use super::progress::Progress;
use super::values::whole;
use crate::report::table::class::Class;
use crate::report::table::outcome;
use crate::report::trials::{Counts, TrialFailure};

/// How the theorems that cells rest on are tried.
#[derive(Clone, Copy, Debug, clap::Args)]
pub struct TrialArguments {
    /// For each cell that rests on a theorem, run its algorithm on N random instances.
    ///
    /// Each instance is a random KKT point of the cell's networks that satisfies its hypothesis. The prover's algorithm for the
    /// theorem must find evidence of optimality, and the checker must accept it. The cell shows the count. A trial that fails is
    /// printed with its instance, and the command then prints nothing else and ends with status 1.
    #[arg(long, value_name = "N", default_value = "0", value_parser = whole::<usize>, allow_negative_numbers = true)]
    trials: usize,

    /// The seed of the random instances.
    #[arg(long, value_name = "S", default_value = "0", value_parser = whole::<u64>, allow_negative_numbers = true)]
    #[arg(requires = "trials")]
    seed: u64,
}

impl TrialArguments {
    /// Whether any trials are to be run.
    pub fn are_asked(&self) -> bool {
        self.trials > 0
    }

    /// Runs the trials for the tables of certificates of these classes, on all processors.
    ///
    /// # Errors
    /// The first trial that fails.
    pub fn run(&self, classes: impl Iterator<Item = Class>) -> Result<Counts, Box<TrialFailure>> {
        let cells = if self.are_asked() { outcome::covered(classes) } else { Vec::new() };
        let progress = Progress::new(cells.len().saturating_mul(self.trials));
        progress.at("trials of theorems");
        let counts = Mutex::new(Counts::default());
        // Nobody knows in advance how many are asked for, so there is no list of them.
        let trials =
            cells.par_iter().flat_map(|&cell| (0..self.trials).into_par_iter().map(move |index| (cell, index)));
        trials.try_for_each(|(cell, index)| -> Result<(), Box<TrialFailure>> {
            cell.run(self.seed, index)?;
            counts.lock().unwrap_or_else(|poisoned| poisoned.into_inner()).add(cell);
            progress.step();
            Ok(())
        })?;
        Ok(counts.into_inner().unwrap_or_else(|poisoned| poisoned.into_inner()))
    }
}

/// Prints a trial that failed, with its instance whole.
pub fn tell(failure: &TrialFailure) -> Status {
    diagnose(failure);
    // The instance was made here and is safe to print line by line, as a file.
    let _ = writeln!(io::stderr(), "{}", failure.instance());
    Status::Rejected
}
