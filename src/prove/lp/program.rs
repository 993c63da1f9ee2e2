//! A linear program, built up variable by variable and row by row.

use crate::kernel::exact::OrderedField;

/// Whether the objective is made small or large.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sense {
    /// Make the objective as small as possible.
    Minimise,
    /// Make the objective as large as possible.
    Maximise,
}

/// How the left-hand side of a row compares with its right-hand side.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Relation {
    /// `a.x <= b`
    AtMost,
    /// `a.x >= b`
    AtLeast,
    /// `a.x = b`
    Equal,
}

/// One constraint `a.x (<=, >=, =) b` with a sparse left-hand side.
#[derive(Clone, Debug, PartialEq)]
pub struct Row<F> {
    /// Variable and non-zero coefficient, each variable at most once, in increasing order.
    pub(super) terms: Vec<(usize, F)>,
    pub(super) relation: Relation,
    pub(super) rhs: F,
}

/// A linear program `min` (or `max`) `c.x` subject to sparse rows and optional bounds on each
/// variable.
///
/// Variables and rows are numbered from zero in the order in which they are added.
///
/// # Example
/// ```
/// use margincert::kernel::exact::Rational;
/// use margincert::prove::deadline::Deadline;
/// use margincert::prove::lp::{LinearProgram, Outcome, Relation, Sense};
///
/// // max x + y  subject to  2x + y <= 4,  x + 3y <= 6,  x, y >= 0.
/// let int = |value: i64| Rational::from(value);
/// let mut program = LinearProgram::new(Sense::Maximise);
/// let x = program.add_variable(Some(int(0)), None, int(1));
/// let y = program.add_variable(Some(int(0)), None, int(1));
/// program.add_row([(x, int(2)), (y, int(1))], Relation::AtMost, int(4));
/// program.add_row([(x, int(1)), (y, int(3))], Relation::AtMost, int(6));
///
/// let outcome = program.solve(Deadline::none());
/// assert!(program.verify(&outcome).is_ok());
/// let Outcome::Optimal { primal, dual, value } = outcome else { panic!("no optimum") };
/// assert_eq!(value.to_string(), "14/5");
/// assert_eq!(primal[x].to_string(), "6/5");
/// assert_eq!(dual.rows[0].to_string(), "2/5");
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct LinearProgram<F> {
    pub(super) sense: Sense,
    pub(super) cost: Vec<F>,
    pub(super) lower: Vec<Option<F>>,
    pub(super) upper: Vec<Option<F>>,
    pub(super) rows: Vec<Row<F>>,
}

impl<F: OrderedField> LinearProgram<F> {
    /// A program without variables and rows.
    pub fn new(sense: Sense) -> Self {
        Self { sense, cost: Vec::new(), lower: Vec::new(), upper: Vec::new(), rows: Vec::new() }
    }

    /// Adds a variable with its bounds, if any, and its coefficient in the objective; returns its
    /// number.
    ///
    /// Bounds that exclude each other are allowed: the program is then infeasible.
    pub fn add_variable(&mut self, lower: Option<F>, upper: Option<F>, cost: F) -> usize {
        self.lower.push(lower);
        self.upper.push(upper);
        self.cost.push(cost);
        self.cost.len() - 1
    }

    /// Adds a variable without bounds.
    pub fn add_free(&mut self, cost: F) -> usize {
        self.add_variable(None, None, cost)
    }

    /// Adds a variable that is at least zero.
    pub fn add_non_negative(&mut self, cost: F) -> usize {
        self.add_variable(Some(F::zero()), None, cost)
    }

    /// Adds the constraint `sum of coefficient * variable (<=, >=, =) rhs`; returns its number.
    /// Terms of the same variable add up.
    ///
    /// # Panics
    /// If a term names a variable that has not been added.
    pub fn add_row(&mut self, terms: impl IntoIterator<Item = (usize, F)>, relation: Relation, rhs: F) -> usize {
        let mut terms: Vec<(usize, F)> = terms.into_iter().collect();
        if !terms.is_sorted_by(|(a, _), (b, _)| a < b) {
            terms.sort_by_key(|&(variable, _)| variable);
            terms = add_up(terms);
        }
        terms.retain(|(_, coefficient)| !coefficient.is_zero());
        if let Some(&(last, _)) = terms.last() {
            assert!(last < self.cost.len(), "row with unknown variable {last}");
        }
        self.rows.push(Row { terms, relation, rhs });
        self.rows.len() - 1
    }

    /// The number of variables.
    pub fn variables(&self) -> usize {
        self.cost.len()
    }

    /// The number of rows.
    pub fn rows(&self) -> usize {
        self.rows.len()
    }

    /// The same program with every number replaced by its image; `None` as soon as one has none.
    pub(super) fn map<G>(&self, mut image: impl FnMut(&F) -> Option<G>) -> Option<LinearProgram<G>> {
        let mut bounds = |values: &[Option<F>]| -> Option<Vec<Option<G>>> {
            let mut mapped = Vec::with_capacity(values.len());
            for value in values {
                mapped.push(match value {
                    Some(value) => Some(image(value)?),
                    None => None,
                });
            }
            Some(mapped)
        };
        let (lower, upper) = (bounds(&self.lower)?, bounds(&self.upper)?);
        let cost = self.cost.iter().map(&mut image).collect::<Option<_>>()?;
        let mut rows = Vec::with_capacity(self.rows.len());
        for row in &self.rows {
            let mut terms = Vec::with_capacity(row.terms.len());
            for (variable, coefficient) in &row.terms {
                terms.push((*variable, image(coefficient)?));
            }
            rows.push(Row { terms, relation: row.relation, rhs: image(&row.rhs)? });
        }
        Some(LinearProgram { sense: self.sense, cost, lower, upper, rows })
    }
}

/// Adds up neighbouring terms of the same variable.
fn add_up<F: OrderedField>(terms: Vec<(usize, F)>) -> Vec<(usize, F)> {
    let mut sums: Vec<(usize, F)> = Vec::with_capacity(terms.len());
    for (variable, coefficient) in terms {
        match sums.last_mut() {
            Some((last, sum)) if *last == variable => *sum = sum.clone() + &coefficient,
            _ => sums.push((variable, coefficient)),
        }
    }
    sums
}
