//! Number fields by way of the rationals: denominators cleared coordinate by coordinate, and systems
//! rewritten as rational ones of `degree` times the size.

use std::any::Any;
use std::sync::Arc;

use num_traits::{One, Zero};

use super::integers::{common_denominator_of, stored_coordinates};
use super::solve;
use crate::kernel::exact::{Algebraic, NumberField, OrderedField, Rational};
use crate::prove::deadline::{Deadline, OutOfTime};

/// The vector times its least common denominator, so that all coordinates are integers, and that denominator.
/// Sums and products of such elements need no greatest common divisors, which cost the most.
pub(super) fn integral<F: OrderedField>(vector: &[F]) -> (Vec<F>, F) {
    let coordinates: Vec<_> = vector.iter().map(stored_coordinates).collect();
    let common = common_denominator_of(coordinates.iter().flat_map(|c| c.iter()));
    if common.is_one() {
        return (vector.to_vec(), F::one());
    }
    let common = F::from(Rational::from(common));
    (vector.iter().map(|x| x.clone() * &common).collect(), common)
}

/// Some solution of an irrational system that rational arithmetic finds; `None` if it finds none, which proves nothing.
///
/// With `x = sum_k x_k alpha^k` each equation is one between polynomials in `alpha`, and comparing their coordinates
/// makes `degree` rational equations of it. Where the field's polynomial is reducible this asks for more than the
/// equation does, so that a solution still is one.
pub(super) fn solve_by_coordinates<F: OrderedField>(
    rows: &[Vec<F>],
    rhs: &[F],
    deadline: Deadline,
) -> Result<Option<Vec<F>>, OutOfTime> {
    let width = rows.first().map_or(0, Vec::len);
    let Some(field) = rows.iter().flatten().chain(rhs).find_map(|x| algebraic(x)?.field().cloned()) else {
        return Ok(None);
    };
    let powers = powers(&field);
    let degree = powers.len();
    let padded = |x: &Algebraic| {
        let mut coordinates = x.stored_coordinates().to_vec();
        coordinates.resize_with(degree, Rational::zero);
        coordinates
    };
    let mut equations = vec![Vec::with_capacity(width * degree); rows.len() * degree];
    let mut values = Vec::with_capacity(rows.len() * degree);
    for ((row, value), block) in rows.iter().zip(rhs).zip(equations.chunks_mut(degree)) {
        deadline.check()?;
        for entry in row {
            let Some(entry) = algebraic(entry) else { return Ok(None) };
            for power in &powers {
                let column = padded(&(entry.clone() * power));
                block.iter_mut().zip(column).for_each(|(equation, coefficient)| equation.push(coefficient));
            }
        }
        let Some(value) = algebraic(value) else { return Ok(None) };
        values.extend(padded(value));
    }
    let Some(solution) = solve(&equations, &values, deadline)? else {
        return Ok(None);
    };
    let element = |coordinates: &[Rational]| {
        let element: &dyn Any = &field.element(coordinates.to_vec());
        element.downcast_ref::<F>().cloned()
    };
    Ok(solution.chunks(degree).map(element).collect())
}

fn algebraic<F: OrderedField>(value: &F) -> Option<&Algebraic> {
    (value as &dyn Any).downcast_ref()
}

/// The powers `1, alpha, ...` that are their own coordinates: the field's basis.
fn powers(field: &Arc<NumberField>) -> Vec<Algebraic> {
    let unit = |k: usize| -> Vec<Rational> { (0..=k).map(|i| Rational::from(i64::from(i == k))).collect() };
    let own = |k: &usize| field.element(unit(*k)).stored_coordinates() == unit(*k);
    (0..field.polynomial().len()).take_while(own).map(|k| field.element(unit(k))).collect()
}
