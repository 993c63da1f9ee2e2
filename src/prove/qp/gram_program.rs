//! The one quadratic program behind all others, over multipliers.

use super::hint::Floats;
use crate::kernel::exact::{OrderedField, Sign};
use crate::prove::deadline::{Deadline, OutOfTime};
use crate::prove::linear_algebra::{apply, apply_scaled, dot, solve};
use crate::prove::rounding::to_f64s;

/// Minimise `|| t + sum_j u_j a_j ||^2` over `u`, with `u_j >= 0` unless `free[j]`, given by dot products only.
///
/// Many programs over the same vectors (up to signs) share one matrix of dot products.
#[derive(Clone, Debug)]
pub struct GramProgram<F> {
    /// `a_i . a_j`.
    pub gram: Vec<Vec<F>>,
    /// `a_j . t`.
    pub linear: Vec<F>,
    /// `t . t`.
    pub constant: F,
    /// The variables without a sign condition.
    pub free: Vec<bool>,
}

/// A minimum of a [`GramProgram`], verified by the optimality conditions.
#[derive(Clone, Debug, PartialEq)]
pub struct Minimum<F> {
    /// The minimiser; the vectors with a non-zero multiplier are linearly independent, but for the free ones.
    pub multipliers: Vec<F>,
    /// The minimum.
    pub value: F,
}

impl<F: OrderedField> GramProgram<F> {
    /// `|| t + sum_j u_j a_j ||^2`.
    pub fn value(&self, multipliers: &[F]) -> F {
        let mut total = self.constant.clone();
        for ((u, row), q) in multipliers.iter().zip(&self.gram).zip(&self.linear) {
            if !u.is_zero() {
                let twice = dot(row, multipliers) + q + q;
                total.add_product(u, &twice);
            }
        }
        total
    }

    /// Whether the multipliers meet the Karush-Kuhn-Tucker conditions, which prove them a minimiser:
    /// `u_j >= 0` and `a_j . r >= 0` unless free, and always `u_j (a_j . r) = 0` with `r = t + sum u_j a_j`.
    /// For a free variable `a_j . r = 0`. The gradient holds the `a_j . r`, or positive multiples of them.
    fn are_optimal(&self, multipliers: &[F], gradient: &[F]) -> bool {
        gradient.iter().zip(multipliers).zip(&self.free).all(|((gradient, u), &free)| match (free, u.sign()) {
            (false, Sign::Negative) => false,
            (false, Sign::Zero) => gradient.sign() != Sign::Negative,
            (false, Sign::Positive) | (true, _) => gradient.is_zero(),
        })
    }

    /// A positive multiple of the gradient `G u + q`.
    fn scaled_gradient(&self, multipliers: &[F]) -> Vec<F> {
        let used: Vec<usize> = (0..multipliers.len()).filter(|&j| !multipliers[j].is_zero()).collect();
        let extended = |(row, q): (&Vec<F>, &F)| used.iter().map(|&j| row[j].clone()).chain([q.clone()]).collect();
        let rows: Vec<Vec<F>> = self.gram.iter().zip(&self.linear).map(extended).collect();
        let mut vector: Vec<F> = used.iter().map(|&j| multipliers[j].clone()).collect();
        vector.push(F::one());
        apply_scaled(&rows, &vector).numerators
    }

    /// The float program.
    pub(super) fn floats(&self) -> Floats {
        let gram = self.gram.iter().map(|row| to_f64s(row)).collect();
        Floats::new(gram, to_f64s(&self.linear), &self.free)
    }

    /// Solves the program exactly, from a float guess of the multipliers that are not zero.
    ///
    /// # Errors
    /// [`OutOfTime`] once the deadline has passed.
    ///
    /// # Panics
    /// If the matrix is not one of dot products with `linear` from the same vectors: such a program may
    /// have no minimum.
    pub fn minimise(&self, deadline: Deadline) -> Result<Minimum<F>, OutOfTime> {
        let hint = self.floats().minimise(f64::NEG_INFINITY, deadline)?;
        self.minimise_from(&hint, deadline)
    }

    /// [`minimise`](Self::minimise) from a guess of the minimiser, of which only the support matters. A
    /// wrong guess costs time only. The guess must have one number a variable.
    ///
    /// This is Lawson and Hanson's algorithm in exact arithmetic. Each round ends at the minimum over the
    /// span of its members, with a strictly smaller value than the round before, so no set of members
    /// comes twice: it ends from every start without a rule against cycling.
    ///
    /// # Errors
    /// [`OutOfTime`] once the deadline has passed.
    ///
    /// # Panics
    /// As [`minimise`](Self::minimise).
    pub fn minimise_from(&self, guess: &[f64], deadline: Deadline) -> Result<Minimum<F>, OutOfTime> {
        let count = self.linear.len();
        // The free ones come first: members that depend on earlier members get the value zero.
        let mut members: Vec<usize> = (0..count).filter(|&j| self.free[j]).collect();
        members.extend((0..count).filter(|&j| !self.free[j] && guess[j] > 0.0));
        let mut multipliers = loop {
            let goal = self.minimum_over(&members, deadline)?;
            let size = members.len();
            members.retain(|&j| self.free[j] || goal[j].sign() == Sign::Positive);
            if members.len() == size {
                break goal;
            }
        };
        loop {
            deadline.check()?;
            let gradient = self.scaled_gradient(&multipliers);
            let downhill = (0..count).filter(|&j| gradient[j].sign() == Sign::Negative && !members.contains(&j));
            let Some(entering) = downhill.reduce(|a, b| steeper(&gradient, a, b)) else {
                assert!(self.are_optimal(&multipliers, &gradient), "not a program of dot products");
                break;
            };
            members.push(entering);
            self.descend(&mut members, &mut multipliers, deadline)?;
        }
        let value = dot(&self.linear, &multipliers) + &self.constant;
        Ok(Minimum { multipliers, value })
    }

    /// Moves to the minimum over the members, dropping on the way those that would turn negative.
    fn descend(&self, members: &mut Vec<usize>, multipliers: &mut Vec<F>, deadline: Deadline) -> Result<(), OutOfTime> {
        loop {
            let goal = self.minimum_over(members, deadline)?;
            // The largest step that keeps every multiplier non-negative.
            let mut step: Option<F> = None;
            for &j in members.iter().filter(|&&j| !self.free[j]) {
                if goal[j].sign() == Sign::Positive {
                    continue;
                }
                let way = multipliers[j].clone() - &goal[j];
                let ratio = way.reciprocal().map_or_else(F::zero, |r| r * &multipliers[j]);
                if step.as_ref().is_none_or(|s| ratio < *s) {
                    step = Some(ratio);
                }
            }
            let Some(step) = step else {
                *multipliers = goal;
                return Ok(());
            };
            for &j in members.iter() {
                let way = goal[j].clone() - &multipliers[j];
                multipliers[j].add_product(&step, &way);
            }
            members.retain(|&j| self.free[j] || multipliers[j].sign() == Sign::Positive);
        }
    }

    /// The minimum over the members, all others zero, signs ignored.
    fn minimum_over(&self, members: &[usize], deadline: Deadline) -> Result<Vec<F>, OutOfTime> {
        let pick = |row: &Vec<F>| members.iter().map(|&j| row[j].clone()).collect::<Vec<F>>();
        let gram: Vec<Vec<F>> = members.iter().map(|&j| pick(&self.gram[j])).collect();
        let rhs: Vec<F> = members.iter().map(|&j| -self.linear[j].clone()).collect();
        let solution = solve(&gram, &rhs, deadline)?;
        let mut multipliers = vec![F::zero(); self.linear.len()];
        // Normal equations have a solution.
        let solution = solution.expect("not a program of dot products");
        for (&j, value) in members.iter().zip(solution) {
            multipliers[j] = value;
        }
        Ok(multipliers)
    }

    /// The program of vectors and a target, all variables non-negative.
    pub fn of_cone(generators: &[Vec<F>], target: &[F]) -> Self {
        Self {
            gram: crate::prove::linear_algebra::gram(generators),
            linear: apply(generators, target),
            constant: dot(target, target),
            free: vec![false; generators.len()],
        }
    }
}

/// Of two indices the one with the more negative gradient.
fn steeper<F: OrderedField>(gradient: &[F], a: usize, b: usize) -> usize {
    if gradient[b] < gradient[a] { b } else { a }
}
