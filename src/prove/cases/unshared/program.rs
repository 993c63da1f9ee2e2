//! The convex program of a case, by quadratic programs.

use super::super::both_layers::Case;
use super::super::rows::{Row, combined};
use super::Grower;
use crate::kernel::check::Leaf;
use crate::kernel::exact::Sign;
use crate::kernel::network::Unit;
use crate::prove::deadline::OutOfTime;
use crate::prove::field::ProofField;
use crate::prove::linear_algebra::{dot, sum};
use crate::prove::qp::{LeastNorm, Polyhedron, least_norm_point};
use crate::prove::search::Search;
use crate::prove::sides::turned;

/// How often the units of a case are weighed anew.
const ROUNDS: usize = 16;
/// The least weight of a unit, beside the greatest, and how exactly weights are taken over.
const LEAST: f64 = 1e-4;
const EXACTLY: f64 = 1.0 / 64.0;
/// How far below the point's norm that of a case must be to count as less.
const LESS: f64 = 1e-9;

/// What the convex program of a case comes to.
pub(super) enum Bound<F> {
    /// It has at least the norm of the point.
    Settled(Leaf<F>),
    /// It has less, with these `|v| w`. This kink, of a sample whose margin is not bounded yet, is to be split.
    Below { split: Option<(usize, usize)>, units: Vec<F> },
    /// It has about as much.
    Unsettled { split: Option<(usize, usize)> },
}

impl<F: ProofField> Grower<'_, F> {
    /// Solves the program of a case by weights: the least `sum_j ||u_j||^2 / eta_j`, a quadratic program, whose multipliers are scaled until all `z_j` are
    /// short enough. Then `eta_j` becomes `||u_j||`.
    pub(super) fn bound(&self, case: &Case, search: &Search) -> Result<Bound<F>, OutOfTime> {
        let samples = self.ground.problem.samples().len();
        let mut rows: Vec<Row<F>> = Vec::new();
        let mut sizes = vec![F::one(); self.ground.outgoing.len()];
        // What is active at the point is a good first guess.
        let mut here: Vec<F> = self.at_point();
        let mut wanted: Vec<usize> = (0..samples).filter(|&sample| self.ground.problem.is_active(sample)).collect();
        let (mut rounds, mut is_guess) = (0, true);
        loop {
            search.check()?;
            let (mut added, mut split) = (std::mem::take(&mut is_guess), None);
            for sample in std::mem::take(&mut wanted) {
                match self.row(case, sample, &here) {
                    Ok(row) => {
                        added = true;
                        rows.push(row);
                    }
                    Err(unit) => split = split.or(Some((sample, unit))),
                }
            }
            if !added {
                // All margins but those that wait for a split are at least 1.
                let norms = self.norms(&here);
                let value: f64 = norms.iter().sum();
                // For one unit the weighted program is the program, so that what is not settled is less, be it by a hair.
                let is_exact = self.ground.outgoing.len() == 1;
                if is_exact || value < self.half_norm.to_f64() * (1.0 - LESS) {
                    return Ok(Bound::Below { split, units: here });
                }
                rounds += 1;
                if rounds > ROUNDS {
                    return Ok(Bound::Unsettled { split });
                }
                let greatest = norms.iter().copied().fold(0.0, f64::max);
                let size = |norm: &f64| {
                    let size = norm.max(greatest * LEAST);
                    F::near(size, size * EXACTLY).unwrap_or_else(F::one)
                };
                sizes = norms.iter().map(size).collect();
            }
            let conditions = case.kinks.iter().map(|kink| (self.ground.condition(kink), F::zero()));
            let at_least = conditions.chain(rows.iter().map(|row| (row.normal.clone(), F::one()))).collect();
            let polyhedron = Polyhedron { dimension: self.owners.len(), at_least, equal: Vec::new() };
            let weights: Option<Vec<F>> = self.owners.iter().map(|unit| sizes[*unit].reciprocal()).collect();
            let least = least_norm_point(&polyhedron, weights.as_deref(), search.deadline())?;
            let (multipliers, longest) = match least {
                LeastNorm::Empty { at_least, .. } => (at_least, F::zero()),
                LeastNorm::Point(least) => {
                    here = least.point;
                    (least.at_least, self.longest(&here, &sizes))
                }
            };
            let sum = sum(&multipliers[case.kinks.len()..]);
            let least = self.half_norm.clone() * &self.half_norm * &longest;
            if !sum.is_zero() && sum.clone() * &sum >= least {
                let factor = self.half_norm.clone().over(&sum).unwrap_or_else(F::one);
                let multipliers: Vec<F> = multipliers.into_iter().map(|u| u * &factor).collect();
                return Ok(Bound::Settled(self.own_leaf(case, &rows, &multipliers)));
            }
            wanted = (0..samples).filter(|&sample| self.margin(case, sample, &here) < F::one()).collect();
        }
    }

    /// A linear form that is at least the margin of a sample, and equal to it at `here`; or a unit whose side must be known first.
    fn row(&self, case: &Case, sample: usize, here: &[F]) -> Result<Row<F>, usize> {
        let (mut normal, mut slopes) = (vec![F::zero(); here.len()], Vec::new());
        for unit in 0..self.ground.outgoing.len() {
            let form = &self.ground.forms[unit][sample];
            let slope = match self.ground.slope(case, sample, unit) {
                Some(slope) => slope,
                None if self.ground.harms(case, sample, unit) => return Err(unit),
                None => {
                    let is_up = dot(form, here).sign() == Sign::Positive;
                    let sign = if is_up { Sign::Positive } else { Sign::Negative };
                    let at = Unit { layer: 0, unit };
                    let slope = self.ground.problem.network().slope(at, sign);
                    slopes.push((at, slope.clone()));
                    slope
                }
            };
            let factor = self.ground.effect(case, sample, unit) * &slope;
            normal.iter_mut().zip(form).for_each(|(n, x)| n.add_product(&factor, x));
        }
        Ok(Row { sample, normal, slopes })
    }

    /// `|v| w` of all units at the point.
    fn at_point(&self) -> Vec<F> {
        let point = self.ground.problem.point().layers();
        let scaled = |(parameter, unit): (usize, &usize)| {
            let weight = point[1][self.ground.outgoing[*unit]].clone();
            point[0][parameter].clone() * &(if weight.sign() == Sign::Negative { -weight } else { weight })
        };
        self.owners.iter().enumerate().map(scaled).collect()
    }

    /// Parameters with these `|v| w`, of almost the least norm.
    pub(super) fn parameters(&self, case: &Case, units: &[F]) -> Vec<F> {
        let near_root = |norm: &f64| F::near(norm.sqrt(), norm.sqrt() * 1e-12).unwrap_or_else(F::one);
        let roots: Vec<F> = self.norms(units).iter().map(near_root).collect();
        let incoming =
            self.owners.iter().zip(units).map(|(unit, u)| u.clone().over(&roots[*unit]).unwrap_or_else(F::zero));
        let mut outgoing = vec![F::zero(); self.ground.problem.point().layers()[1].len()];
        for (unit, root) in roots.iter().enumerate() {
            outgoing[self.ground.outgoing[unit]] = turned(case.signs[unit], root.clone());
        }
        incoming.chain(outgoing).collect()
    }

    /// `||u_j||`, unit by unit.
    fn norms(&self, u: &[F]) -> Vec<f64> {
        let mut squares = vec![0.0; self.ground.outgoing.len()];
        self.owners.iter().zip(u).for_each(|(unit, entry)| squares[*unit] += entry.to_f64().powi(2));
        squares.into_iter().map(f64::sqrt).collect()
    }

    /// The greatest `||z_j||^2`, with `z_j = u_j / eta_j`.
    fn longest(&self, u: &[F], sizes: &[F]) -> F {
        let mut squares = vec![F::zero(); sizes.len()];
        self.owners.iter().zip(u).for_each(|(unit, entry)| squares[*unit].add_product(entry, entry));
        let squares = squares.into_iter().zip(sizes).filter_map(|(square, size)| square.over(&(size.clone() * size)));
        squares.fold(F::zero(), |greatest, square| if square > greatest { square } else { greatest })
    }

    /// The margin of a sample in units with these `|v| w`, whose outgoing weights have the signs of the case.
    fn margin(&self, case: &Case, sample: usize, u: &[F]) -> F {
        (0..self.ground.outgoing.len()).fold(F::zero(), |sum, unit| {
            let z = dot(&self.ground.forms[unit][sample], u);
            // Where the case knows the slope, that is what counts: near the point it may hold beyond the side.
            let known = self.ground.slope(case, sample, unit);
            let slope = known.unwrap_or_else(|| self.ground.problem.network().slope(Unit { layer: 0, unit }, z.sign()));
            sum + &(self.ground.effect(case, sample, unit) * &slope * &z)
        })
    }

    /// The leaf of a case with multipliers of its sides, and then of the rows.
    fn own_leaf(&self, case: &Case, rows: &[Row<F>], multipliers: &[F]) -> Leaf<F> {
        let (of_sides, of_rows) = multipliers.split_at(case.kinks.len());
        let (own, slopes) = combined(self.ground.problem, rows, of_rows);
        let products = self.products(case, of_sides.iter().cloned().enumerate());
        Leaf { multipliers: Some(own), signs: Vec::new(), products, slopes }
    }
}
