//! Checks an outcome against its program by the definitions, however it was found.

use std::any::Any;
use std::cmp::Ordering;
use std::fmt;

use num_traits::{One, Zero};

use crate::kernel::exact::{OrderedField, Rational, Sign};

use crate::prove::deadline::{Deadline, OutOfTime};

use super::arithmetic::{Arithmetic, Integral, Plain};
use super::ring::Ring;
use super::sparse::Sparse;
use super::{LinearProgram, Multipliers, Outcome, Relation, Sense};
use crate::prove::scaled::Scaled;

/// What is wrong with an outcome.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// A vector has the wrong length.
    Length,
    /// The point is beyond a bound of this variable, or the ray leads there.
    Bound(usize),
    /// The point breaks this row, or the ray leads there.
    Row(usize),
    /// The multiplier of this row has the wrong sign.
    RowMultiplier(usize),
    /// A multiplier of a bound of this variable is negative, or there is no such bound.
    BoundMultiplier(usize),
    /// The multipliers do not combine to the coefficient of this variable.
    Combination(usize),
    /// The value is not that of the point, or not that of the multipliers.
    Value,
    /// The combination of the constraints is no contradiction.
    NoContradiction,
    /// The ray does not improve the objective.
    NoImprovement,
    /// There is no answer to check.
    Undecided,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Length => f.write_str("a vector of the wrong length"),
            Self::Bound(j) => write!(f, "a bound of variable {j} is broken"),
            Self::Row(i) => write!(f, "row {i} is broken"),
            Self::RowMultiplier(i) => write!(f, "the multiplier of row {i} has the wrong sign"),
            Self::BoundMultiplier(j) => write!(f, "a wrong multiplier of a bound of variable {j}"),
            Self::Combination(j) => write!(f, "the multipliers miss the cost of variable {j}"),
            Self::Value => f.write_str("the value is not attained"),
            Self::NoContradiction => f.write_str("the multipliers show no contradiction"),
            Self::NoImprovement => f.write_str("the ray does not improve the objective"),
            Self::Undecided => f.write_str("there is no answer to check"),
        }
    }
}

impl std::error::Error for Fault {}

impl<F: OrderedField> LinearProgram<F> {
    /// Checks that an outcome is what it says, by exact arithmetic and from this program alone.
    ///
    /// # Errors
    /// The first [`Fault`] found; [`Fault::Undecided`] for [`Outcome::GaveUp`].
    pub fn verify(&self, outcome: &Outcome<F>) -> Result<(), Fault> {
        let rational = (self as &dyn Any).downcast_ref::<LinearProgram<Rational>>();
        match (rational, (outcome as &dyn Any).downcast_ref()) {
            (Some(program), Some(outcome)) => Checker::<Integral>::new(program, Deadline::none()).check(outcome),
            _ => Checker::<Plain<F>>::new(self, Deadline::none()).check(outcome),
        }
        .map_err(|failure| match failure {
            Failure::Fault(fault) => fault,
            Failure::OutOfTime => Fault::Undecided,
        })
    }
}

/// Why a check did not pass.
pub(super) enum Failure {
    /// The outcome is wrong.
    Fault(Fault),
    /// The deadline passed.
    OutOfTime,
}

impl From<Fault> for Failure {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

impl From<OutOfTime> for Failure {
    fn from(_: OutOfTime) -> Self {
        Self::OutOfTime
    }
}

/// A program made ready to check outcomes.
pub(super) struct Checker<'a, A: Arithmetic> {
    program: &'a LinearProgram<A::Number>,
    /// Every row times a number that clears its denominators, and those numbers.
    rows: Sparse<A::Ring>,
    factors: Vec<A::Ring>,
    deadline: Deadline,
}

impl<'a, A: Arithmetic> Checker<'a, A> {
    pub(super) fn new(program: &'a LinearProgram<A::Number>, deadline: Deadline) -> Self {
        let mut rows = Sparse::new(program.variables());
        let mut factors = Vec::with_capacity(program.rows.len());
        for row in &program.rows {
            let factor = A::common_denominator(row.terms.iter().map(|(_, value)| value));
            rows.push_row(row.terms.iter().map(|(j, value)| (*j, A::clear(value, &factor))));
            factors.push(factor);
        }
        Self { program, rows, factors, deadline }
    }

    pub(super) fn check(&self, outcome: &Outcome<A::Number>) -> Result<(), Failure> {
        let sense = self.program.sense;
        match outcome {
            Outcome::Optimal { primal, dual, value } => {
                self.check_point(primal)?;
                self.check_signs(dual, sense)?;
                self.check_combination(dual, Some(sense))?;
                let value = Fraction::new::<A>(value);
                let attained = inner::<A>(&self.program.cost, primal).compare(&value).is_eq()
                    && self.value_of(dual, sense).compare(&value).is_eq();
                attained.then_some(()).ok_or(Fault::Value.into())
            }
            Outcome::Infeasible { farkas } => {
                self.check_signs(farkas, Sense::Minimise)?;
                self.check_combination(farkas, None)?;
                match self.value_of(farkas, Sense::Minimise).numerator.signum() {
                    Sign::Positive => Ok(()),
                    _ => Err(Fault::NoContradiction.into()),
                }
            }
            Outcome::Unbounded { point, ray } => {
                self.check_point(point)?;
                self.check_ray(ray)
            }
            Outcome::GaveUp => Err(Fault::Undecided.into()),
        }
    }

    fn check_length(&self, vector: &[A::Number]) -> Result<(), Fault> {
        (vector.len() == self.program.variables()).then_some(()).ok_or(Fault::Length)
    }

    fn check_point(&self, point: &[A::Number]) -> Result<(), Failure> {
        self.check_length(point)?;
        for (j, x) in point.iter().enumerate() {
            let below = self.program.lower[j].as_ref().is_some_and(|bound| x < bound);
            let above = self.program.upper[j].as_ref().is_some_and(|bound| x > bound);
            if below || above {
                return Err(Fault::Bound(j).into());
            }
        }
        let point = cleared::<A, _>(point);
        let packed = A::Ring::pack(&point.numerators);
        for (i, row) in self.program.rows.iter().enumerate() {
            self.deadline.check()?;
            let (index, value) = self.rows.row(i);
            let rhs = cleared::<A, _>([&row.rhs]);
            let left = A::Ring::dot(index, value, &packed).times(&rhs.denominator);
            let right = rhs.numerators[0].times(&self.factors[i]).times(&point.denominator);
            if !holds(row.relation, left.compare(&right)) {
                return Err(Fault::Row(i).into());
            }
        }
        Ok(())
    }

    fn check_ray(&self, ray: &[A::Number]) -> Result<(), Failure> {
        self.check_length(ray)?;
        for (j, x) in ray.iter().enumerate() {
            let below = self.program.lower[j].is_some() && x.sign() == Sign::Negative;
            let above = self.program.upper[j].is_some() && x.sign() == Sign::Positive;
            if below || above {
                return Err(Fault::Bound(j).into());
            }
        }
        let packed = A::Ring::pack(&cleared::<A, _>(ray).numerators);
        for (i, row) in self.program.rows.iter().enumerate() {
            self.deadline.check()?;
            let (index, value) = self.rows.row(i);
            let change = A::Ring::dot(index, value, &packed);
            if !holds(row.relation, change.compare(&A::Ring::zero())) {
                return Err(Fault::Row(i).into());
            }
        }
        let improving = match self.program.sense {
            Sense::Minimise => Sign::Negative,
            Sense::Maximise => Sign::Positive,
        };
        match inner::<A>(&self.program.cost, ray).numerator.signum() == improving {
            true => Ok(()),
            false => Err(Fault::NoImprovement.into()),
        }
    }

    fn check_signs(&self, multipliers: &Multipliers<A::Number>, sense: Sense) -> Result<(), Fault> {
        if multipliers.rows.len() != self.program.rows.len() {
            return Err(Fault::Length);
        }
        self.check_length(&multipliers.lower)?;
        self.check_length(&multipliers.upper)?;
        for (i, (row, y)) in self.program.rows.iter().zip(&multipliers.rows).enumerate() {
            let wrong = match (row.relation, sense) {
                (Relation::Equal, _) => continue,
                (Relation::AtLeast, Sense::Minimise) | (Relation::AtMost, Sense::Maximise) => Sign::Negative,
                _ => Sign::Positive,
            };
            if y.sign() == wrong {
                return Err(Fault::RowMultiplier(i));
            }
        }
        for (multipliers, bounds) in
            [(&multipliers.lower, &self.program.lower), (&multipliers.upper, &self.program.upper)]
        {
            for (j, (v, bound)) in multipliers.iter().zip(bounds).enumerate() {
                match (v.sign(), bound) {
                    (Sign::Zero, _) | (Sign::Positive, Some(_)) => {}
                    _ => return Err(Fault::BoundMultiplier(j)),
                }
            }
        }
        Ok(())
    }

    /// Whether rows and bounds combine to the objective, or to zero where no sense is given.
    fn check_combination(&self, multipliers: &Multipliers<A::Number>, objective: Option<Sense>) -> Result<(), Failure> {
        // The rows were multiplied by their factors, so their multipliers are divided by them.
        let divided: Vec<A::Number> = multipliers
            .rows
            .iter()
            .zip(&self.factors)
            .map(|(y, factor)| y.clone() * &A::quotient(&A::Ring::one(), factor))
            .collect();
        let divided = cleared::<A, _>(&divided);
        let packed = A::Ring::pack(&divided.numerators);
        let columns = self.rows.transposed();
        let zero = A::Number::zero();
        for j in 0..self.program.variables() {
            let (cost, plus, minus) = match objective {
                None => (&zero, &multipliers.lower[j], &multipliers.upper[j]),
                Some(Sense::Minimise) => (&self.program.cost[j], &multipliers.lower[j], &multipliers.upper[j]),
                Some(Sense::Maximise) => (&self.program.cost[j], &multipliers.upper[j], &multipliers.lower[j]),
            };
            let own = cleared::<A, _>([cost, plus, minus]);
            let rest = own.numerators[0].minus(&own.numerators[1]).plus(&own.numerators[2]);
            self.deadline.check()?;
            let (index, value) = columns.row(j);
            let combined = A::Ring::dot(index, value, &packed);
            if combined.times(&own.denominator) != rest.times(&divided.denominator) {
                return Err(Fault::Combination(j).into());
            }
        }
        Ok(())
    }

    /// The bound on the objective that the multipliers prove.
    fn value_of(&self, multipliers: &Multipliers<A::Number>, sense: Sense) -> Fraction<A::Ring> {
        let right_hand_sides: Vec<A::Number> = self.program.rows.iter().map(|row| row.rhs.clone()).collect();
        let bounds = |bounds: &[Option<A::Number>]| -> Vec<A::Number> {
            let bounds = bounds.iter().cloned();
            bounds.map(|bound| bound.unwrap_or_else(A::Number::zero)).collect()
        };
        let rows = inner::<A>(&right_hand_sides, &multipliers.rows);
        let lower = inner::<A>(&bounds(&self.program.lower), &multipliers.lower);
        let upper = inner::<A>(&bounds(&self.program.upper), &multipliers.upper);
        match sense {
            Sense::Minimise => rows.plus(&lower).minus(&upper),
            Sense::Maximise => rows.minus(&lower).plus(&upper),
        }
    }
}

fn holds(relation: Relation, ordering: Ordering) -> bool {
    match relation {
        Relation::AtMost => ordering.is_le(),
        Relation::AtLeast => ordering.is_ge(),
        Relation::Equal => ordering.is_eq(),
    }
}

/// A vector over one denominator.
fn cleared<'a, A, I>(values: I) -> Scaled<A::Ring>
where
    A: Arithmetic,
    I: IntoIterator<Item = &'a A::Number> + Clone,
{
    let denominator = A::common_denominator(values.clone().into_iter());
    Scaled { numerators: values.into_iter().map(|value| A::clear(value, &denominator)).collect(), denominator }
}

/// A fraction, not reduced, with a positive denominator.
struct Fraction<R> {
    numerator: R,
    denominator: R,
}

impl<R: Ring> Fraction<R> {
    fn new<A: Arithmetic<Ring = R>>(value: &A::Number) -> Self {
        let denominator = A::common_denominator(std::iter::once(value));
        Self { numerator: A::clear(value, &denominator), denominator }
    }

    fn compare(&self, other: &Self) -> Ordering {
        let left = self.numerator.times(&other.denominator);
        left.compare(&other.numerator.times(&self.denominator))
    }

    fn plus(&self, other: &Self) -> Self {
        let left = self.numerator.times(&other.denominator);
        Self {
            numerator: left.plus(&other.numerator.times(&self.denominator)),
            denominator: self.denominator.times(&other.denominator),
        }
    }

    fn minus(&self, other: &Self) -> Self {
        self.plus(&Self { numerator: other.numerator.negated(), denominator: other.denominator.clone() })
    }
}

fn inner<A: Arithmetic>(a: &[A::Number], b: &[A::Number]) -> Fraction<A::Ring> {
    let (a, b) = (cleared::<A, _>(a), cleared::<A, _>(b));
    let index: Vec<usize> = (0..a.numerators.len()).collect();
    Fraction {
        numerator: A::Ring::dot(&index, &a.numerators, &A::Ring::pack(&b.numerators)),
        denominator: a.denominator.times(&b.denominator),
    }
}
