//! Directions of negative and of zero curvature of a quadratic form, exactly.

use crate::kernel::exact::Sign;
use crate::prove::deadline::{Deadline, OutOfTime};
use crate::prove::field::ProofField;

/// The definiteness of a quadratic form, with directions that show it.
#[derive(Clone, Debug, PartialEq)]
pub enum Curvature<F> {
    /// `v^T A v > 0` for all `v != 0`.
    Positive,
    /// `v^T A v >= 0`, with equality on the span of these.
    Flat(Vec<Vec<F>>),
    /// `v^T A v < 0` for this one.
    Negative(Vec<F>),
}

/// Decides definiteness by symmetric elimination, keeping track of the basis in which the form becomes diagonal.
///
/// # Errors
/// [`OutOfTime`] once the deadline has passed.
///
/// ```
/// use margincert::kernel::exact::Rational;
/// use margincert::prove::{deadline::Deadline, optimality::{Curvature, curvature}};
///
/// let int = |v: &[i64]| v.iter().map(|&x| Rational::from(x)).collect::<Vec<_>>();
/// let form = vec![int(&[1, 2]), int(&[2, 4])];
/// assert_eq!(curvature(form, Deadline::none()), Ok(Curvature::Flat(vec![int(&[-2, 1])])));
/// ```
pub fn curvature<F: ProofField>(mut form: Vec<Vec<F>>, deadline: Deadline) -> Result<Curvature<F>, OutOfTime> {
    let n = form.len();
    let unit = |i: usize| (0..n).map(|j| if i == j { F::one() } else { F::zero() }).collect();
    let mut basis: Vec<Vec<F>> = (0..n).map(unit).collect();
    let mut flat = Vec::new();
    for k in 0..n {
        deadline.check()?;
        if let Some(i) = (k..n).find(|&i| form[i][i].sign() == Sign::Negative) {
            return Ok(Curvature::Negative(basis.swap_remove(i)));
        }
        let Some(inverse) = form[k][k].reciprocal() else {
            let Some(j) = (k + 1..n).find(|&j| !form[k][j].is_zero()) else {
                flat.push(basis[k].clone());
                continue;
            };
            // With `a = form[j][j] >= 0` and `b = form[k][j] != 0`, the vector `t_j - (a + 1) / (2 b) t_k` has value -1.
            let b = form[k][j].clone() * &F::integer(2);
            let share = -(form[j][j].clone() + &F::one()).over(&b).unwrap_or_else(F::zero);
            let mut vector = basis[j].clone();
            vector.iter_mut().zip(&basis[k]).for_each(|(v, t)| v.add_product(&share, t));
            return Ok(Curvature::Negative(vector));
        };
        let row = form[k].clone();
        let (done, later) = basis.split_at_mut(k + 1);
        for (j, vector) in (k + 1..n).zip(later).filter(|(j, _)| !row[*j].is_zero()) {
            let factor = -(row[j].clone() * &inverse);
            vector.iter_mut().zip(&done[k]).for_each(|(v, t)| v.add_product(&factor, t));
            form[j].iter_mut().zip(&row).skip(k + 1).for_each(|(entry, r)| entry.add_product(&factor, r));
        }
    }
    Ok(if flat.is_empty() { Curvature::Positive } else { Curvature::Flat(flat) })
}
