//! The multipliers that a KKT point leaves open, and choosing among them.

use super::{Violation, outgoing};
use crate::kernel::exact::Sign;
use crate::kernel::problem::Problem;
use crate::prove::deadline::OutOfTime;
use crate::prove::field::ProofField;
use crate::prove::free::active_samples;
use crate::prove::linear_algebra::dot;
use crate::prove::lp::{LinearProgram, Relation, Sense};
use crate::prove::search::Search;
use crate::prove::sides::turned;

/// By which part of themselves multipliers may be moved to make their numbers shorter.
const SHORT: f64 = 1.0 / 1024.0;

/// On how many samples the multipliers are to be that replace those in hand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Support {
    /// As many as can be, away from all inequalities.
    Wide,
    /// Few: a vertex that stays away from all cuts alike.
    Few,
}

/// All multipliers that make the point a KKT point, with any slopes at the kinks.
pub struct Choices<F> {
    /// The number of samples of the dataset.
    dataset: usize,
    /// The active ones.
    samples: Vec<usize>,
    /// The variables are the multipliers, then for each live unit and kink the part of the multiplier on the positive side.
    variables: usize,
    /// `(row, relation, right-hand side)`
    rows: Vec<(Vec<F>, Relation, F)>,
    /// Whether all multipliers for which every needed cell is bounded meet the inequalities.
    pub are_necessary: bool,
    /// Whether to stay away from all cuts alike, though with less support. Otherwise support draws the multipliers towards a bound that
    /// is curved, and cuts come ever closer to it from beyond.
    pub wants_room: bool,
    support: Support,
}

impl<F: ProofField> Choices<F> {
    /// Before any cut.
    pub fn of(problem: &Problem<F>, support: Support) -> Self {
        let samples = active_samples(problem);
        let (network, point) = (problem.network(), problem.point().layers());
        let (hidden, inputs) = (&network.layers()[0], network.inputs());
        let mut variables = samples.len();
        let mut rows = Vec::new();
        for unit in 0..hidden.outputs() {
            let outgoing = outgoing(problem, unit);
            // v = sum lambda_i y_i act(w . x_i).
            let outputs =
                samples.iter().map(|&i| problem.samples()[i].y.times(problem.traces()[i].inputs[1][unit].clone()));
            rows.push((outputs.collect::<Vec<F>>(), Relation::Equal, outgoing.clone()));
            // w = v sum lambda_i y_i slope_i x_i.
            let mut equations = vec![vec![F::zero(); variables]; inputs];
            for (place, &i) in samples.iter().enumerate() {
                let (sample, trace) = (&problem.samples()[i], &problem.traces()[i]);
                let factor = sample.y.times(outgoing.clone());
                let is_kink = trace.preactivations[0][unit].is_zero() && !outgoing.is_zero();
                if is_kink {
                    variables += 1;
                }
                let jump = hidden.activation().slope(Sign::Positive) - &hidden.activation().slope(Sign::Negative);
                for (equation, x) in equations.iter_mut().zip(&sample.x) {
                    equation[place] = factor.clone() * &trace.slopes[0][unit] * x;
                    if is_kink {
                        equation.resize(variables, F::zero());
                        equation[variables - 1] = factor.clone() * &jump * x;
                    }
                }
                if is_kink {
                    let mut part = vec![F::zero(); variables];
                    (part[place], part[variables - 1]) = (F::one(), -F::one());
                    rows.push((part, Relation::AtLeast, F::zero()));
                }
            }
            for connection in &hidden.incoming()[unit] {
                let weight = point[0][connection.parameter].clone();
                rows.push((std::mem::take(&mut equations[connection.unit]), Relation::Equal, weight));
            }
        }
        let (dataset, wants_room) = (problem.samples().len(), support == Support::Few);
        Choices { dataset, samples, variables, rows, are_necessary: true, wants_room, support }
    }

    /// Cuts off the multipliers for which a unit with these incoming weights contributes too much.
    ///
    /// Next to a hidden unit it need not be bounded if its weights are on another side of some sample, whose multiplier is 0 so far.
    pub fn cut_off(&mut self, problem: &Problem<F>, violation: &Violation<F>) {
        let Violation { unit, weights, sign } = violation;
        let is_near = |unit: usize| {
            self.samples.iter().all(|&i| {
                let here = problem.traces()[i].preactivations[0][unit].sign();
                here == Sign::Zero || here == dot(weights, &problem.samples()[i].x).sign()
            })
        };
        self.are_necessary &= unit.is_none_or(is_near);
        let activation = problem.network().layers()[0].activation();
        let contribution = |&i: &usize| {
            let preactivation = dot(weights, &problem.samples()[i].x);
            let slope = activation.slope(preactivation.sign());
            turned(*sign, problem.samples()[i].y.times(preactivation * &slope))
        };
        let row = self.samples.iter().map(contribution).collect();
        self.rows.push((row, Relation::AtMost, norm_from_above(weights)));
    }

    /// Multipliers (one a sample of the dataset) away from the inequalities, where there is room; `None` if none meet them.
    pub fn choose(&self, search: &Search) -> Result<Option<Vec<F>>, OutOfTime> {
        let mut program = LinearProgram::new(Sense::Maximise);
        (0..self.variables).for_each(|_| {
            program.add_non_negative(F::zero());
        });
        let slack = |program: &mut LinearProgram<F>| program.add_variable(Some(F::zero()), Some(F::one()), F::one());
        let room = self.wants_room.then(|| slack(&mut program));
        for variable in (0..self.samples.len()).filter(|_| room.is_none()) {
            let slack = slack(&mut program);
            program.add_row([(variable, F::integer(8)), (slack, -F::one())], Relation::AtLeast, F::zero());
        }
        for (row, relation, rhs) in &self.rows {
            let mut terms: Vec<_> = row.iter().cloned().enumerate().collect();
            if *relation == Relation::AtMost {
                terms.push(match room {
                    Some(room) => (room, rhs.clone()),
                    None => (slack(&mut program), F::one()),
                });
            }
            program.add_row(terms, *relation, rhs.clone());
        }
        let Some(point) = program.solve(search.deadline()).point()? else { return Ok(None) };
        let point = match self.support {
            Support::Few => self.shortened(&point, search)?.unwrap_or(point),
            Support::Wide => point,
        };
        let mut multipliers = vec![F::zero(); self.dataset];
        self.samples.iter().zip(point).for_each(|(sample, value)| multipliers[*sample] = value);
        Ok(Some(multipliers))
    }

    /// Multipliers in shorter numbers next to these, which may not meet the cuts: a corner of a small box with short ends, but for what
    /// the equations ask for.
    fn shortened(&self, point: &[F], search: &Search) -> Result<Option<Vec<F>>, OutOfTime> {
        let mut program = LinearProgram::new(Sense::Maximise);
        for value in &point[..self.variables] {
            let (value, is_zero) = (value.to_f64(), value.is_zero());
            let end =
                |part: f64| if is_zero { Some(F::zero()) } else { F::near(value * (1.0 + part), value * SHORT / 2.0) };
            let (Some(low), Some(high)) = (end(-SHORT), end(SHORT)) else { return Ok(None) };
            program.add_variable(Some(low), Some(high), F::zero());
        }
        for (row, relation, rhs) in self.rows.iter().filter(|(_, relation, _)| *relation != Relation::AtMost) {
            program.add_row(row.iter().cloned().enumerate(), *relation, rhs.clone());
        }
        program.solve(search.deadline()).point()
    }
}

/// A number that is at least the norm of a vector, and hardly more.
fn norm_from_above<F: ProofField>(vector: &[F]) -> F {
    let squared = dot(vector, vector);
    let norm = squared.to_f64().sqrt();
    // The norm itself if it is a short rational, else something just above it.
    let candidates = [(0.0, 1e-12), (1e-9, 1e-10), (1e-6, 1e-7)];
    let enough = |candidate: &F| candidate.clone() * candidate >= squared;
    let near = candidates.map(|(above, tolerance)| F::near(norm * (1.0 + above), norm * tolerance));
    near.into_iter().flatten().find(enough).unwrap_or_else(|| squared + &F::one())
}
