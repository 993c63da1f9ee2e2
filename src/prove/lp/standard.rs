//! The form in which programs are solved: minimise `c.x`, where every row is one more variable.
//!
//! Variables `0..n` are those of the program, variable `n + i` is the left-hand side of row `i`;
//! all of them have optional bounds. Rational data are made integers: row `i` is multiplied by a
//! positive `row_factor[i]`, all bounds (and so the variables) by `bound_factor`, the objective by
//! `cost_factor`.

use super::arithmetic::Arithmetic;
use super::ring::Ring;
use super::sparse::Sparse;
use super::{LinearProgram, Relation, Sense};

/// A program in the form to be solved.
pub(super) struct Standard<R> {
    pub(super) rows: Sparse<R>,
    pub(super) columns: Sparse<R>,
    /// Bounds of the variables and then of the rows.
    pub(super) lower: Vec<Option<R>>,
    pub(super) upper: Vec<Option<R>>,
    pub(super) cost: Vec<R>,
    pub(super) row_factor: Vec<R>,
    pub(super) bound_factor: R,
    pub(super) cost_factor: R,
}

impl<R: Ring> Standard<R> {
    /// Brings a program into this form.
    pub(super) fn new<A: Arithmetic<Ring = R>>(program: &LinearProgram<A::Number>) -> Self {
        let mut rows = Sparse::new(program.variables());
        let mut row_factor = Vec::with_capacity(program.rows());
        for row in &program.rows {
            let factor = A::common_denominator(row.terms.iter().map(|(_, value)| value));
            rows.push_row(row.terms.iter().map(|(column, value)| (*column, A::clear(value, &factor))));
            row_factor.push(factor);
        }
        let bounds = program.lower.iter().chain(&program.upper).flatten();
        let right_hand_sides = program.rows.iter().map(|row| &row.rhs);
        // The factor of a row may already clear its right-hand side; asking for a little more does
        // no harm.
        let bound_factor = A::common_denominator(bounds.chain(right_hand_sides));
        let clear = |bound: &Option<A::Number>| bound.as_ref().map(|bound| A::clear(bound, &bound_factor));
        let mut lower: Vec<Option<R>> = program.lower.iter().map(clear).collect();
        let mut upper: Vec<Option<R>> = program.upper.iter().map(clear).collect();
        for (row, factor) in program.rows.iter().zip(&row_factor) {
            let rhs = A::clear(&row.rhs, &bound_factor).times(factor);
            let (least, most) = match row.relation {
                Relation::AtMost => (None, Some(rhs)),
                Relation::AtLeast => (Some(rhs), None),
                Relation::Equal => (Some(rhs.clone()), Some(rhs)),
            };
            lower.push(least);
            upper.push(most);
        }
        let cost_factor = A::common_denominator(program.cost.iter());
        let cost = program.cost.iter().map(|cost| {
            let cost = A::clear(cost, &cost_factor);
            match program.sense {
                Sense::Minimise => cost,
                Sense::Maximise => cost.negated(),
            }
        });
        Self {
            cost: cost.collect(),
            columns: rows.transposed(),
            rows,
            lower,
            upper,
            row_factor,
            bound_factor,
            cost_factor,
        }
    }

    /// The number of variables of the program.
    pub(super) fn variables(&self) -> usize {
        self.cost.len()
    }

    /// The number of variables with those that stand for the rows.
    pub(super) fn total(&self) -> usize {
        self.lower.len()
    }

    /// Whether a variable can take one value only.
    pub(super) fn is_fixed(&self, variable: usize) -> bool {
        self.lower[variable].is_some() && self.lower[variable] == self.upper[variable]
    }

    /// The values of all rows at a point of the program.
    pub(super) fn row_values(&self, point: &[R]) -> Vec<R> {
        let packed = R::pack(point);
        (0..self.rows.rows())
            .map(|row| {
                let (index, value) = self.rows.row(row);
                R::dot(index, value, &packed)
            })
            .collect()
    }
}
