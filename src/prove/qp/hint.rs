//! The float solver that guesses active sets: Lawson and Hanson's algorithm on a Gram matrix.

use crate::prove::deadline::{Deadline, OutOfTime};

/// Below this share of a vector's squared length, what is new in it counts as rounding error.
const DEPENDENT: f64 = 1e-11;
/// Gradients above minus this share of the largest are taken for non-negative.
const FLAT: f64 = 1e-11;

/// Minimise `1/2 u.Gu + q.u` with `u_j >= 0` unless `free[j]`, in floats.
pub(super) struct Floats {
    /// The Gram matrix of vectors scaled to length one.
    gram: Vec<Vec<f64>>,
    linear: Vec<f64>,
    /// The scaling: true multiplier = scale * multiplier of the scaled vector.
    scale: Vec<f64>,
    free: Vec<bool>,
}

impl Floats {
    /// The program of a Gram matrix, its linear form and its free variables.
    pub fn new(mut gram: Vec<Vec<f64>>, mut linear: Vec<f64>, free: &[bool]) -> Self {
        let length = |j: usize| gram[j][j].sqrt();
        let invert = |length: f64| {
            if length.is_normal() { 1.0 / length } else { 0.0 }
        };
        let scale: Vec<f64> = (0..linear.len()).map(|j| invert(length(j))).collect();
        for ((row, q), s) in gram.iter_mut().zip(&mut linear).zip(&scale) {
            row.iter_mut().zip(&scale).for_each(|(entry, t)| *entry *= s * t);
            *q *= s;
        }
        Self { gram, linear, scale, free: free.to_vec() }
    }

    /// Multipliers near the minimum, or at the first iterate whose `q.u` is at most `enough` (an
    /// iterate with few multipliers). Rounding errors, NaN included, cost quality, never termination.
    pub fn minimise(&self, enough: f64, deadline: Deadline) -> Result<Vec<f64>, OutOfTime> {
        let count = self.linear.len();
        let mut factor = Cholesky::default();
        let mut weights = vec![0.0; count];
        let mut blocked: Vec<bool> = self.scale.iter().map(|&s| s == 0.0).collect();
        for j in (0..count).filter(|&j| self.free[j]) {
            blocked[j] = true;
            factor.append(&self.gram, j);
        }
        let tolerance = FLAT * self.linear.iter().fold(0.0, |m: f64, q| m.max(q.abs()));
        factor.solve(&self.linear, &mut weights);
        for _ in 0..5 * count + 10 {
            deadline.check()?;
            let value: f64 = weights.iter().zip(&self.linear).map(|(u, q)| u * q).sum();
            if value <= enough {
                break;
            }
            let candidates = (0..count).filter(|&j| !blocked[j] && weights[j] == 0.0);
            let gradients = candidates.map(|j| (j, self.gradient(j, &factor.members, &weights)));
            let steepest = gradients.filter(|&(_, g)| g < -tolerance);
            let Some((entering, _)) = steepest.min_by(|a, b| a.1.total_cmp(&b.1)) else {
                break;
            };
            if !factor.append(&self.gram, entering) || !self.descend(&mut factor, &mut weights) {
                blocked[entering] = true;
            }
        }
        Ok(weights.iter().zip(&self.scale).map(|(u, s)| u * s).collect())
    }

    fn gradient(&self, j: usize, members: &[usize], weights: &[f64]) -> f64 {
        let row = &self.gram[j];
        members.iter().fold(self.linear[j], |sum, &i| sum + row[i] * weights[i])
    }

    /// Moves to the minimum over the members of the factor, dropping those that would turn negative.
    /// Whether the member appended last has stayed.
    fn descend(&self, factor: &mut Cholesky, weights: &mut [f64]) -> bool {
        let newest = factor.members.last().copied();
        loop {
            let mut goal = vec![0.0; weights.len()];
            factor.solve(&self.linear, &mut goal);
            let bound = |&j: &usize| !self.free[j] && goal[j].is_nan() | (goal[j] <= 0.0);
            let leaving: Vec<usize> = factor.members.iter().copied().filter(bound).collect();
            if leaving.is_empty() {
                weights.copy_from_slice(&goal);
                return newest.is_some_and(|j| factor.members.contains(&j));
            }
            let ratio = |&j: &usize| weights[j] / (weights[j] - goal[j]);
            let step = leaving.iter().map(ratio).fold(1.0, f64::min).max(0.0);
            for (u, g) in weights.iter_mut().zip(&goal) {
                *u += step * (g - *u);
            }
            let mut dropped: Vec<usize> = leaving.iter().copied().filter(|&j| weights[j] <= 1e-15).collect();
            if dropped.is_empty() {
                dropped = leaving;
            }
            let kept = factor.members.iter().copied().filter(|j| !dropped.contains(j)).collect();
            dropped.iter().for_each(|&j| weights[j] = 0.0);
            factor.rebuild(&self.gram, kept);
        }
    }
}

/// A Cholesky factor of the Gram matrix of some members.
#[derive(Default)]
struct Cholesky {
    members: Vec<usize>,
    rows: Vec<Vec<f64>>,
}

impl Cholesky {
    /// Adds a member, unless its vector depends on the others.
    fn append(&mut self, gram: &[Vec<f64>], j: usize) -> bool {
        let mut row: Vec<f64> = Vec::with_capacity(self.members.len() + 1);
        let mut rest = gram[j][j];
        for (&i, earlier) in self.members.iter().zip(&self.rows) {
            let known: f64 = row.iter().zip(earlier).map(|(a, b)| a * b).sum();
            let entry = (gram[i][j] - known) / earlier[row.len()];
            rest -= entry * entry;
            row.push(entry);
        }
        if rest.is_nan() || rest <= DEPENDENT {
            return false;
        }
        row.push(rest.sqrt());
        self.members.push(j);
        self.rows.push(row);
        true
    }

    fn rebuild(&mut self, gram: &[Vec<f64>], members: Vec<usize>) {
        self.members.clear();
        self.rows.clear();
        for j in members {
            self.append(gram, j);
        }
    }

    /// Writes the solution of `G u = -linear` over the members.
    fn solve(&self, linear: &[f64], solution: &mut [f64]) {
        let mut values: Vec<f64> = Vec::with_capacity(self.members.len());
        for (&j, row) in self.members.iter().zip(&self.rows) {
            let known: f64 = values.iter().zip(row).map(|(a, b)| a * b).sum();
            values.push((-linear[j] - known) / row[values.len()]);
        }
        for k in (0..values.len()).rev() {
            values[k] /= self.rows[k][k];
            let value = values[k];
            for (earlier, entry) in values[..k].iter_mut().zip(&self.rows[k]) {
                *earlier -= value * entry;
            }
        }
        for (&j, value) in self.members.iter().zip(values) {
            solution[j] = value;
        }
    }
}
