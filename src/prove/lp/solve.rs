//! From a program to its verified outcome.

use std::any::Any;
use std::borrow::Cow;

use crate::kernel::exact::{OrderedField, Rational};
use crate::prove::deadline::{Deadline, OutOfTime};

use super::arithmetic::{Arithmetic, Integral, Plain};
use super::basis::slack_basis;
use super::standard::Standard;
use super::verify::{Checker, Failure};
use super::{LinearProgram, Multipliers, Outcome, float, simplex};

impl<F: OrderedField> LinearProgram<F> {
    /// Solves the program exactly.
    ///
    /// A simplex method in floating point guesses the optimal basis; an exact one starts from
    /// there, which usually means that it ends there. The outcome has passed
    /// [`verify`](Self::verify). It is the same every time, unless the deadline passes, and only
    /// then it is [`Outcome::GaveUp`].
    pub fn solve(&self, deadline: Deadline) -> Outcome<F> {
        match self.as_rational() {
            Some(rational) => rational.solve_by::<Integral>(deadline).map(&F::from),
            None => self.solve_by::<Plain<F>>(deadline),
        }
    }

    /// The same program over the rationals, if no number in it is irrational.
    fn as_rational(&self) -> Option<Cow<'_, LinearProgram<Rational>>> {
        if let Some(rational) = (self as &dyn Any).downcast_ref() {
            return Some(Cow::Borrowed(rational));
        }
        let rational = |value: &F| match value.coordinates().as_slice() {
            [] => Some(Rational::from(0)),
            [rational] => Some(rational.clone()),
            _ => None,
        };
        self.map(rational).map(Cow::Owned)
    }

    fn solve_by<A: Arithmetic<Number = F>>(&self, deadline: Deadline) -> Outcome<F> {
        self.find::<A>(deadline).unwrap_or(Outcome::GaveUp)
    }

    fn find<A: Arithmetic<Number = F>>(&self, deadline: Deadline) -> Result<Outcome<F>, OutOfTime> {
        let outcome = match self.crossed() {
            Some(variable) => self.contradiction(variable),
            None => {
                let standard = Standard::new::<A>(self);
                deadline.check()?;
                let basis = match float::solve(&standard, deadline)? {
                    Some(basis) => basis,
                    None => slack_basis(&standard),
                };
                let verdict = simplex::solve(&standard, basis, deadline)?;
                standard.outcome::<A>(verdict, self.sense, deadline)?
            }
        };
        match Checker::<A>::new(self, deadline).check(&outcome) {
            Ok(()) => Ok(outcome),
            Err(Failure::OutOfTime) => Err(OutOfTime),
            Err(Failure::Fault(fault)) => {
                // A mistake in this library: loud in tests, and never an outcome that does not hold.
                debug_assert!(false, "{fault} in {outcome:?} of {self:?}");
                Ok(Outcome::GaveUp)
            }
        }
    }

    /// A variable whose bounds exclude each other.
    fn crossed(&self) -> Option<usize> {
        (0..self.variables()).find(|&j| match (&self.lower[j], &self.upper[j]) {
            (Some(lower), Some(upper)) => lower > upper,
            _ => false,
        })
    }

    /// The two bounds of a variable, added up.
    fn contradiction(&self, variable: usize) -> Outcome<F> {
        let zeros = |len| vec![F::zero(); len];
        let mut farkas =
            Multipliers { rows: zeros(self.rows()), lower: zeros(self.variables()), upper: zeros(self.variables()) };
        farkas.lower[variable] = F::one();
        farkas.upper[variable] = F::one();
        Outcome::Infeasible { farkas }
    }
}
