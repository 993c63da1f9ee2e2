//! A guess at the optimal basis, in floating point.
//!
//! Nothing here is relied on: any basis will do, a good one saves exact steps. Iterations are
//! limited and the deadline is asked for, so this ends whatever rounding errors do.

mod ratio;
mod scaling;
mod tableau;

use crate::prove::deadline::{Deadline, OutOfTime};

use super::basis::Basis;
use super::ring::Ring;
use super::standard::Standard;
use tableau::Tableau;

/// Larger tableaus than this (entries) are not tried: 256 MB.
const MOST_ENTRIES: usize = 1 << 25;

/// Inaccurate tableaus are built anew so many times.
const RESTARTS: usize = 3;

/// So few steps need no check of accuracy.
const FEW: usize = 20;

/// A basis that is probably optimal, or proves that there is no optimum; `None` where floating
/// point has nothing to say.
pub(super) fn solve<R: Ring>(program: &Standard<R>, deadline: Deadline) -> Result<Option<Basis>, OutOfTime> {
    let (m, n) = (program.rows.rows(), program.variables());
    if m.saturating_mul(n) > MOST_ENTRIES {
        return Ok(None);
    }
    let Some(data) = Data::new(program) else {
        return Ok(None);
    };
    let mut tableau = Tableau::new(&data);
    let limit = 500 + 50 * (m + n);
    for _ in 0..RESTARTS {
        let steps = tableau.run(limit, deadline)?;
        // Over many steps rounding errors pile up: start afresh from the basis reached, and see
        // whether it stands.
        if steps < FEW || steps == limit || tableau.is_accurate(&data) {
            break;
        }
        let basis = tableau.into_basis();
        tableau = Tableau::new(&data);
        tableau.install(&basis, deadline)?;
    }
    Ok(Some(tableau.into_basis()))
}

/// The program in floating point, rows and columns scaled.
struct Data {
    rows: usize,
    columns: usize,
    /// Row by row.
    matrix: Vec<f64>,
    /// Bounds of the variables and then of the rows; infinite where there are none.
    lower: Vec<f64>,
    upper: Vec<f64>,
    cost: Vec<f64>,
}

impl Data {
    /// `None` where a number is out of range.
    fn new<R: Ring>(program: &Standard<R>) -> Option<Self> {
        let (m, n) = (program.rows.rows(), program.variables());
        let log2 = |factor: &R| (factor.bits() - 1).max(0);
        let mut matrix = vec![0.0; m * n];
        for (i, row) in matrix.chunks_exact_mut(n.max(1)).enumerate().take(m) {
            let shift = log2(&program.row_factor[i]);
            for (j, value) in program.rows.entries(i) {
                row[j] = value.approximate(shift);
            }
        }
        let unit = log2(&program.bound_factor);
        let bounds = |bounds: &[Option<R>], missing: f64| -> Vec<f64> {
            let own = |v: usize| match v.checked_sub(n) {
                Some(row) => log2(&program.row_factor[row]),
                None => 0,
            };
            let bounds = bounds.iter().enumerate();
            bounds
                .map(|(v, bound)| match bound {
                    Some(bound) => bound.approximate(unit + own(v)),
                    None => missing,
                })
                .collect()
        };
        let cost_shift = log2(&program.cost_factor);
        let mut data = Self {
            rows: m,
            columns: n,
            matrix,
            lower: bounds(&program.lower, f64::NEG_INFINITY),
            upper: bounds(&program.upper, f64::INFINITY),
            cost: program.cost.iter().map(|c| c.approximate(cost_shift)).collect(),
        };
        data.scale();
        let finite = |values: &[f64]| values.iter().all(|value| value.is_finite());
        let not_nan = |values: &[f64]| values.iter().all(|value| !value.is_nan());
        (finite(&data.matrix) && finite(&data.cost) && not_nan(&data.lower) && not_nan(&data.upper)).then_some(data)
    }
}
