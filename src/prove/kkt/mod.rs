//! Is the point a Karush-Kuhn-Tucker point? Multipliers and Clarke subgradients by one exact linear program.
//!
//! The unknowns are weights `w(i, s) >= 0`, one for each active sample `i` and each choice `s` of sides for its kinks, with
//!
//! `theta~ = sum w(i, s) y_i g(i, s)`.
//!
//! The multiplier of a sample is the sum of its weights, the weights over it are the selection. There are `2^kinks` choices,
//! so they enter lazily (column generation): an infeasible program has a Farkas vector, a direction in which the norm falls
//! and no margin seen so far does. Either some unseen choice has a falling margin there and enters, or the direction is the
//! evidence that the point is not a KKT point. A choice that no curve brings about is struck out again.

mod pattern;
mod toward;

use std::collections::BTreeSet;

use super::deadline::Deadline;
use super::field::ProofField;
use super::free::{active_samples, flat, shaped};
use super::linear_algebra::{dot, primitive};
use super::lp::{LinearProgram, Outcome, Relation, Sense};
use super::search::Search;
use crate::kernel::check::{Kkt, MAX_KINKS, NotKkt, Selection, Selections, check};
use crate::kernel::network::{Curve, Scope};
use crate::kernel::problem::Problem;
use pattern::{Kinks, Pattern};

/// What is known about stationarity, with evidence.
#[derive(Clone, Debug, PartialEq)]
pub enum Stationarity<F> {
    /// The point is a KKT point.
    Kkt(Kkt<F>),
    /// It is not.
    NotKkt(NotKkt<F>),
    /// Neither was proved; the search's diary says why.
    Undecided,
}

/// Decides whether a feasible point is a KKT point of the problem, or of the problem over one layer.
///
/// Without kinks on active samples, and for depth 2 without shared weights, the answer is never
/// [`Stationarity::Undecided`] while there is time, unless an input vanishes on everything that a kink reads.
pub fn stationarity<F: ProofField>(problem: &Problem<F>, scope: Scope, search: &mut Search) -> Stationarity<F> {
    let samples = active_samples(problem);
    let kinks: Vec<Kinks> = samples.iter().map(|&sample| Kinks::of(problem, scope, sample)).collect();
    let mut master = Master::new(problem, scope, &kinks);
    loop {
        if search.check().is_err() {
            search.tried("the linear program of the multipliers, stopped by the time limit");
            return Stationarity::Undecided;
        }
        match master.solve(search) {
            Weights::Found(weights) => match master.evidence(&weights, search) {
                Ok(kkt) => return Stationarity::Kkt(kkt),
                Err(unreachable) => master.strike_out(unreachable),
            },
            Weights::None { direction } => match master.price(&direction, search.deadline()) {
                Priced::Entered => {}
                Priced::Separated => return master.separated(direction, search),
                Priced::StruckOut => {
                    // Choices of sides that no curve takes may be such that the checker does not ask for, either.
                    if let Stationarity::NotKkt(found) = master.separated(direction, search)
                        && search.deadline().bounded(|| check(problem, &found).is_ok()).unwrap_or(false)
                    {
                        return Stationarity::NotKkt(found);
                    }
                    search.tried("curves that resolve the kinks as the only possible multipliers need them");
                    return Stationarity::Undecided;
                }
                Priced::Unknown => {
                    search.tried("all choices of sides for the kinks, stopped by the time limit");
                    return Stationarity::Undecided;
                }
            },
            Weights::GaveUp => {
                search.tried("the linear program of the multipliers, stopped by the time limit");
                return Stationarity::Undecided;
            }
        }
    }
}

/// A sample (by its place among the active ones) with a choice of sides.
struct Column<F> {
    sample: usize,
    pattern: Pattern,
    gradient: Vec<F>,
}

/// The linear program with the columns that have entered.
struct Master<'a, F> {
    problem: &'a Problem<F>,
    scope: Scope,
    kinks: &'a [Kinks],
    target: Vec<F>,
    columns: Vec<Column<F>>,
    struck_out: BTreeSet<(usize, Pattern)>,
    curves: Vec<Curve<F>>,
}

enum Weights<F> {
    Found(Vec<F>),
    None { direction: Vec<F> },
    GaveUp,
}

enum Priced {
    /// Columns have entered.
    Entered,
    /// No choice of sides has a falling margin along the direction.
    Separated,
    /// Only choices that were struck out have one.
    StruckOut,
    /// Time ran out.
    Unknown,
}

impl<'a, F: ProofField> Master<'a, F> {
    fn new(problem: &'a Problem<F>, scope: Scope, kinks: &'a [Kinks]) -> Self {
        let target = flat(problem.point(), scope);
        let mut master =
            Master { problem, scope, kinks, target, columns: vec![], struck_out: BTreeSet::new(), curves: vec![] };
        for (sample, kinks) in kinks.iter().enumerate() {
            master.enter(sample, vec![false; kinks.relevant().len()]);
            if !kinks.relevant().is_empty() {
                master.enter(sample, vec![true; kinks.relevant().len()]);
            }
        }
        master
    }

    fn enter(&mut self, sample: usize, pattern: Pattern) {
        let gradient = self.kinks[sample].gradient(self.problem, self.scope, &pattern);
        self.columns.push(Column { sample, pattern, gradient });
    }

    /// Prefers samples without kinks, whose multipliers serve more methods.
    fn solve(&self, search: &Search) -> Weights<F> {
        let mut program = LinearProgram::new(Sense::Minimise);
        for column in &self.columns {
            let smooth = self.kinks[column.sample].all().is_empty();
            program.add_non_negative(if smooth { F::zero() } else { F::one() });
        }
        for (row, target) in self.target.iter().enumerate() {
            let entries = self.columns.iter().map(|column| column.gradient[row].clone());
            program.add_row(entries.enumerate(), Relation::Equal, target.clone());
        }
        match program.solve(search.deadline()) {
            Outcome::Optimal { primal, .. } => Weights::Found(primal),
            Outcome::Infeasible { farkas } => {
                Weights::None { direction: farkas.rows.into_iter().map(|y| -y).collect() }
            }
            Outcome::Unbounded { .. } | Outcome::GaveUp => Weights::GaveUp,
        }
    }

    /// Multipliers and selections from the weights, or the first column that no curve brings about.
    fn evidence(&mut self, weights: &[F], search: &mut Search) -> Result<Kkt<F>, usize> {
        let samples = self.problem.samples().len();
        let mut multipliers = vec![F::zero(); samples];
        for (column, weight) in self.columns.iter().zip(weights) {
            let sample = self.kinks[column.sample].sample();
            multipliers[sample] = multipliers[sample].clone() + weight;
        }
        let mut selections = Selections::new();
        for (index, (column, weight)) in self.columns.iter().zip(weights).enumerate() {
            let kinks = &self.kinks[column.sample];
            if weight.is_zero() || kinks.all().is_empty() {
                continue;
            }
            let toward = toward::find(self.problem, self.scope, kinks, &column.pattern, &self.curves, search);
            let toward = toward.ok_or(index)?;
            if !self.curves.contains(&toward) {
                self.curves.push(toward.clone());
            }
            let share = weight.clone().over(&multipliers[kinks.sample()]).unwrap_or_else(F::one);
            selections.entry(kinks.sample()).or_insert_with(Vec::new).push(Selection { weight: share, toward });
        }
        let layer = layer_of(self.scope);
        Ok(Kkt { layer, multipliers, selections })
    }

    fn strike_out(&mut self, column: usize) {
        let Column { sample, pattern, .. } = self.columns.remove(column);
        self.struck_out.insert((sample, pattern));
    }

    /// Lets the choice of sides whose margin falls fastest along the direction enter, for each sample.
    fn price(&mut self, direction: &[F], deadline: Deadline) -> Priced {
        let mut priced = Priced::Separated;
        for (sample, kinks) in self.kinks.iter().enumerate() {
            let value = |pattern: &Pattern| dot(&kinks.gradient(self.problem, self.scope, pattern), direction);
            let allowed = |pattern: &Pattern| !self.struck_out.contains(&(sample, pattern.clone()));
            match kinks.steepest_fall(value, allowed, deadline) {
                pattern::Fall::To(pattern) => {
                    self.enter(sample, pattern);
                    priced = Priced::Entered;
                }
                pattern::Fall::Unknown => return Priced::Unknown,
                pattern::Fall::OnlyForbidden if matches!(priced, Priced::Separated) => priced = Priced::StruckOut,
                _ => {}
            }
        }
        priced
    }

    fn separated(&self, direction: Vec<F>, search: &mut Search) -> Stationarity<F> {
        let direction = primitive(&direction).unwrap_or(direction);
        let direction = shaped(self.problem.network(), self.scope, &direction);
        let layer = layer_of(self.scope);
        // Those of the last layer that has any need not be gone through.
        let below = |kinks: &Kinks| {
            let last = kinks.all().last().map_or(0, |unit| unit.layer);
            kinks.all().iter().filter(|unit| unit.layer < last).count()
        };
        if let Some(kinks) = self.kinks.iter().find(|kinks| below(kinks) > MAX_KINKS) {
            search.tried(format!(
                "a direction that separates the point from all subgradients, which the checker does not look at, as sample {} \
                 has {} kinks below the last layer that has one, and the limit is {MAX_KINKS}",
                kinks.sample(),
                below(kinks)
            ));
            return Stationarity::Undecided;
        }
        Stationarity::NotKkt(NotKkt { layer, direction })
    }
}

/// The `layer` key of claims about a scope.
pub(super) fn layer_of(scope: Scope) -> Option<usize> {
    match scope {
        Scope::All => None,
        Scope::Layer(layer) => Some(layer),
    }
}
