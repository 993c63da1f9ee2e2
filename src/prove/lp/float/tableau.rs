//! A dense tableau of the bounded simplex method: every basic variable in terms of the others.

use crate::prove::deadline::{Deadline, OutOfTime};

use super::super::basis::{Basis, Status};
use super::Data;
use super::ratio::Step;

/// Bounds are kept, and slopes taken for zero, up to this much.
pub(super) const TOLERANCE: f64 = 1e-9;

/// Larger errors than this after a run ask for a fresh start.
const ACCURACY: f64 = 1e-7;

/// So many steps of length zero in a row are allowed before the choice of columns turns random.
const PATIENCE: usize = 20;

pub(super) struct Tableau {
    pub(super) columns: usize,
    /// `basic[i] = sum over j of entries[i * columns + j] * nonbasic[j]`
    pub(super) entries: Vec<f64>,
    pub(super) basic: Vec<usize>,
    pub(super) nonbasic: Vec<usize>,
    /// The objective in terms of the variables that are not basic.
    slope: Vec<f64>,
    /// Reference weights of the devex rule (Harris 1973).
    weight: Vec<f64>,
    /// One a variable, and then one a row.
    status: Basis,
    pub(super) value: Vec<f64>,
    pub(super) lower: Vec<f64>,
    pub(super) upper: Vec<f64>,
    /// Steps of length zero since the last longer one.
    idle: usize,
}

impl Tableau {
    /// The tableau in which the rows are basic.
    pub(super) fn new(data: &Data) -> Self {
        let (m, n) = (data.rows, data.columns);
        let mut status: Basis = (0..n).map(|variable| resting(data.lower[variable], data.upper[variable])).collect();
        status.resize(n + m, Status::Basic);
        let mut tableau = Self {
            columns: n,
            entries: data.matrix.clone(),
            basic: (n..n + m).collect(),
            nonbasic: (0..n).collect(),
            slope: data.cost.clone(),
            weight: vec![1.0; n],
            status,
            value: vec![0.0; n + m],
            lower: data.lower.clone(),
            upper: data.upper.clone(),
            idle: 0,
        };
        tableau.place();
        tableau
    }

    /// Recomputes all values from the statuses.
    fn place(&mut self) {
        for &variable in &self.nonbasic {
            self.value[variable] = match self.status[variable] {
                Status::Lower => self.lower[variable],
                Status::Upper => self.upper[variable],
                Status::Basic | Status::Zero => 0.0,
            };
        }
        for (i, &variable) in self.basic.iter().enumerate() {
            let row = &self.entries[i * self.columns..][..self.columns];
            let terms = row.iter().zip(&self.nonbasic);
            self.value[variable] = terms.map(|(entry, &v)| entry * self.value[v]).sum();
        }
    }

    /// Steps until nothing improves or something is unbounded, or the limit is reached; returns the
    /// number of steps.
    pub(super) fn run(&mut self, limit: usize, deadline: Deadline) -> Result<usize, OutOfTime> {
        let period = 1 + 8192 / (1 + self.entries.len());
        let mut gradient = vec![0.0; self.columns];
        for steps in 0..limit {
            if steps % period == 0 {
                deadline.check()?;
            }
            if steps % 64 == 63 {
                self.place();
            }
            let violated = self.gradient_of_violations(&mut gradient);
            let slope = if violated { &gradient } else { &self.slope };
            let Some((column, direction)) = self.entering(slope) else {
                return Ok(steps);
            };
            let steepness = violated.then(|| slope[column].abs());
            let Some(step) = self.ratio_test(column, direction, steepness) else {
                return Ok(steps);
            };
            self.advance(column, direction, step);
        }
        Ok(limit)
    }

    /// The gradient of the sum of violations; whether there are any.
    fn gradient_of_violations(&self, gradient: &mut [f64]) -> bool {
        let mut any = false;
        for (i, &variable) in self.basic.iter().enumerate() {
            let sign = self.violation(variable);
            if sign == 0.0 {
                continue;
            }
            if !any {
                gradient.fill(0.0);
                any = true;
            }
            for (sum, entry) in gradient.iter_mut().zip(self.row(i)) {
                *sum += sign * entry;
            }
        }
        any
    }

    /// `-1` below the lower, `1` above the upper bound.
    pub(super) fn violation(&self, variable: usize) -> f64 {
        let (value, lower, upper) = (self.value[variable], self.lower[variable], self.upper[variable]);
        if value < lower - TOLERANCE * (1.0 + lower.abs()) {
            -1.0
        } else if value > upper + TOLERANCE * (1.0 + upper.abs()) {
            1.0
        } else {
            0.0
        }
    }

    /// The column to move and its direction, by the devex rule; at random among those that improve
    /// after a long standstill.
    fn entering(&self, slope: &[f64]) -> Option<(usize, f64)> {
        let mut best = None;
        let mut best_score = 0.0;
        for (column, (&slope, &variable)) in slope.iter().zip(&self.nonbasic).enumerate() {
            let direction = match self.status[variable] {
                Status::Lower | Status::Zero if slope < -TOLERANCE => 1.0,
                Status::Upper | Status::Zero if slope > TOLERANCE => -1.0,
                _ => continue,
            };
            if self.lower[variable] == self.upper[variable] {
                continue;
            }
            let mut score = slope * slope / self.weight[column];
            if self.idle > PATIENCE {
                score *= self.noise(column);
            }
            if score > best_score {
                (best, best_score) = (Some((column, direction)), score);
            }
        }
        best
    }

    /// A number between 0 and 1 that depends on the step and the column only.
    fn noise(&self, column: usize) -> f64 {
        let seed = (self.idle as u64) << 32 | column as u64;
        let mixed = (seed ^ seed >> 17).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        (mixed ^ mixed >> 29).wrapping_mul(0xbf58_476d_1ce4_e5b9) as f64 / u64::MAX as f64
    }

    /// Moves a column's variable and updates all that depends on it.
    fn advance(&mut self, column: usize, direction: f64, step: Step) {
        let moved = self.nonbasic[column];
        let distance = direction * step.distance;
        for (i, &variable) in self.basic.iter().enumerate() {
            self.value[variable] += distance * self.entries[i * self.columns + column];
        }
        self.value[moved] += distance;
        self.idle = if step.distance > 0.0 { 0 } else { self.idle + 1 };
        let stopped = match step.row {
            Some(row) => {
                let leaving = self.basic[row];
                self.status[moved] = Status::Basic;
                self.pivot(row, column);
                leaving
            }
            None => moved,
        };
        self.status[stopped] = step.stop;
        self.value[stopped] = match step.stop {
            Status::Upper => self.upper[stopped],
            _ => self.lower[stopped],
        };
    }

    /// Exchanges a basic variable and one that is not.
    fn pivot(&mut self, row: usize, column: usize) {
        let n = self.columns;
        let pivot = self.entries[row * n + column];
        let mut pivot_row = self.row(row).to_vec();
        let weight = self.weight[column];
        for (own, entry) in self.weight.iter_mut().zip(&pivot_row) {
            let ratio = entry / pivot;
            *own = own.max(ratio * ratio * weight);
        }
        self.weight[column] = (weight / (pivot * pivot)).max(1.0);
        if self.weight[column] > 1e12 {
            self.weight.fill(1.0);
        }
        for entry in &mut pivot_row {
            *entry /= -pivot;
        }
        pivot_row[column] = 1.0 / pivot;
        for (i, entries) in self.entries.chunks_exact_mut(n).enumerate() {
            if i == row {
                entries.copy_from_slice(&pivot_row);
            } else {
                eliminate(entries, &pivot_row, column);
            }
        }
        eliminate(&mut self.slope, &pivot_row, column);
        std::mem::swap(&mut self.basic[row], &mut self.nonbasic[column]);
    }

    fn row(&self, row: usize) -> &[f64] {
        &self.entries[row * self.columns..][..self.columns]
    }

    /// Makes a basis the current one as far as its matrix is regular.
    pub(super) fn install(&mut self, basis: &Basis, deadline: Deadline) -> Result<(), OutOfTime> {
        for column in 0..self.columns {
            if basis[self.nonbasic[column]] != Status::Basic {
                continue;
            }
            deadline.check()?;
            let size = |row: usize| self.entries[row * self.columns + column].abs();
            let best = (0..self.basic.len())
                .filter(|&row| basis[self.basic[row]] != Status::Basic)
                .max_by(|&a, &b| size(a).total_cmp(&size(b)));
            if let Some(row) = best.filter(|&row| size(row) > TOLERANCE) {
                self.pivot(row, column);
            }
        }
        for &variable in &self.basic {
            self.status[variable] = Status::Basic;
        }
        for &variable in &self.nonbasic {
            self.status[variable] = match basis[variable] {
                Status::Basic => resting(self.lower[variable], self.upper[variable]),
                status => status,
            };
        }
        self.weight.fill(1.0);
        self.place();
        Ok(())
    }

    /// Whether values and slopes still agree with the program.
    pub(super) fn is_accurate(&mut self, data: &Data) -> bool {
        self.place();
        let n = self.columns;
        let mut multiplier = vec![0.0; data.rows];
        let mut reduced = vec![0.0; n];
        for (&variable, &slope) in self.nonbasic.iter().zip(&self.slope) {
            match variable.checked_sub(n) {
                Some(row) => multiplier[row] = slope,
                None => reduced[variable] = slope,
            }
        }
        let mut rest: Vec<f64> = data.cost.iter().zip(&reduced).map(|(c, d)| c - d).collect();
        let mut error = 0f64;
        for (i, row) in data.matrix.chunks_exact(n.max(1)).enumerate() {
            let mut left = 0.0;
            for ((entry, value), rest) in row.iter().zip(&self.value).zip(&mut rest) {
                left += entry * value;
                *rest -= entry * multiplier[i];
            }
            let value = self.value[n + i];
            error = error.max((left - value).abs() / (1.0 + value.abs()));
        }
        rest.iter().fold(error, |error, rest| error.max(rest.abs())) <= ACCURACY
    }

    pub(super) fn into_basis(self) -> Basis {
        self.status
    }
}

/// Replaces the variable of a column by the row that it equals.
fn eliminate(entries: &mut [f64], pivot_row: &[f64], column: usize) {
    let factor = entries[column];
    if factor == 0.0 {
        return;
    }
    entries[column] = 0.0;
    for (entry, pivot) in entries.iter_mut().zip(pivot_row) {
        *entry += factor * pivot;
    }
}

/// Where a variable that is not basic may stand.
fn resting(lower: f64, upper: f64) -> Status {
    if lower > f64::NEG_INFINITY {
        Status::Lower
    } else if upper < f64::INFINITY {
        Status::Upper
    } else {
        Status::Zero
    }
}
