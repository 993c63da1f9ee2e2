//! From the end of the simplex method back to the terms of the program.

use num_traits::Zero;

use crate::kernel::exact::Sign;
use crate::prove::deadline::{Deadline, OutOfTime};
use crate::prove::scaled::Scaled;

use super::arithmetic::Arithmetic;
use super::ring::Ring;
use super::simplex::Verdict;
use super::standard::Standard;
use super::{Multipliers, Outcome, Sense};

impl<R: Ring> Standard<R> {
    /// A verdict in the terms of the program.
    pub(super) fn outcome<A: Arithmetic<Ring = R>>(
        &self,
        verdict: Verdict<R>,
        sense: Sense,
        deadline: Deadline,
    ) -> Result<Outcome<A::Number>, OutOfTime> {
        Ok(match verdict {
            Verdict::Optimal { point, reduced } => {
                let scale = reduced.denominator.times(&self.cost_factor);
                let mut dual = self.multipliers::<A>(&reduced.numerators, &scale, deadline)?;
                let mut value = self.value::<A>(&point);
                if sense == Sense::Maximise {
                    dual.rows = dual.rows.into_iter().map(|y| -y).collect();
                    value = -value;
                }
                Outcome::Optimal { primal: self.point::<A>(&point, deadline)?, dual, value }
            }
            Verdict::Infeasible { multipliers } => {
                let numbers = primitive(&multipliers);
                Outcome::Infeasible { farkas: self.multipliers::<A>(&numbers, &R::one(), deadline)? }
            }
            Verdict::Unbounded { point, ray } => {
                let ray = primitive(&ray[..self.variables()]);
                Outcome::Unbounded {
                    point: self.point::<A>(&point, deadline)?,
                    ray: ray.iter().map(|number| A::quotient(number, &R::one())).collect(),
                }
            }
        })
    }

    /// The objective, of the minimisation, at a point.
    fn value<A: Arithmetic<Ring = R>>(&self, point: &Scaled<R>) -> A::Number {
        let mut value = R::zero();
        for (cost, x) in self.cost.iter().zip(&point.numerators) {
            value = value.plus(&cost.times(x));
        }
        let denominator = point.denominator.times(&self.bound_factor);
        A::quotient(&value, &denominator.times(&self.cost_factor))
    }

    fn point<A: Arithmetic<Ring = R>>(
        &self,
        point: &Scaled<R>,
        deadline: Deadline,
    ) -> Result<Vec<A::Number>, OutOfTime> {
        let denominator = point.denominator.times(&self.bound_factor);
        let numerators = &point.numerators[..self.variables()];
        numerators.iter().map(|numerator| quotient::<A>(numerator, &denominator, deadline)).collect()
    }

    /// Multipliers from one number a variable, which is positive for the lower and negative for the upper bound.
    fn multipliers<A: Arithmetic<Ring = R>>(
        &self,
        numbers: &[R],
        scale: &R,
        deadline: Deadline,
    ) -> Result<Multipliers<A::Number>, OutOfTime> {
        let (structural, rows) = numbers.split_at(self.variables());
        let part = |wanted: Sign| -> Result<Vec<A::Number>, OutOfTime> {
            let numbers = structural.iter().map(|number| match number.signum() {
                sign if sign != wanted => Ok(A::Number::zero()),
                Sign::Negative => quotient::<A>(&number.negated(), scale, deadline),
                _ => quotient::<A>(number, scale, deadline),
            });
            numbers.collect()
        };
        let rows = rows.iter().zip(&self.row_factor);
        Ok(Multipliers {
            rows: rows
                .map(|(number, factor)| quotient::<A>(&number.times(factor), scale, deadline))
                .collect::<Result<_, _>>()?,
            lower: part(Sign::Positive)?,
            upper: part(Sign::Negative)?,
        })
    }
}

fn quotient<A: Arithmetic>(
    numerator: &A::Ring,
    denominator: &A::Ring,
    deadline: Deadline,
) -> Result<A::Number, OutOfTime> {
    // Only the reduction of large fractions takes time.
    if denominator.bits() > 1000 {
        deadline.check()?;
    }
    Ok(A::quotient(numerator, denominator))
}

/// A positive multiple of a vector in small numbers.
fn primitive<R: Ring>(vector: &[R]) -> Vec<R> {
    let content = R::content(vector);
    vector.iter().map(|number| number.divide_exactly(&content)).collect()
}
