//! As many equations as unknowns, to be enclosed.

use super::{Dual, Interval};
use crate::kernel::exact::{charge, cost, is_faulted};

/// As many equations as unknowns.
pub trait Equations {
    /// The left sides, which are to be 0. All of them, unless the budget of work ends meanwhile.
    fn left_sides(&self, unknowns: &[Dual]) -> Vec<Dual>;

    /// What the left sides are.
    fn values(&self, unknowns: &[Interval]) -> Vec<Interval> {
        let unknowns: Vec<Dual> = unknowns.iter().cloned().map(Dual::constant).collect();
        self.left_sides(&unknowns).into_iter().map(|left| left.value).collect()
    }

    /// Their derivative, a row for each equation, unknown by unknown.
    fn jacobian(&self, unknowns: &[Interval]) -> Vec<Vec<Interval>> {
        let size = unknowns.len();
        charge(cost::INTERVAL * (size as u64).saturating_mul(size as u64));
        let mut unknowns: Vec<Dual> = unknowns.iter().cloned().map(Dual::constant).collect();
        let mut rows = vec![Vec::with_capacity(size); size];
        for place in 0..size {
            if is_faulted() {
                return Vec::new();
            }
            unknowns[place].derivative = Interval::one();
            for (row, left) in rows.iter_mut().zip(self.left_sides(&unknowns)) {
                row.push(left.derivative);
            }
            unknowns[place].derivative = Interval::zero();
        }
        rows
    }
}
