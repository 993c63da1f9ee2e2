//! Directions of non-positive curvature of exact symmetric matrices, as short as they can be found.

use super::deadline::{Deadline, OutOfTime};
use super::eigen::symmetric_eigen;
use super::linear_algebra::{apply, dot, nullspace, primitive, solve};
use super::rounding::{short_direction, to_f64s};
use crate::kernel::exact::{Definiteness, OrderedField, Sign, SymmetricMatrix};

/// The definiteness of a symmetric matrix, with a witness where it is not positive.
#[derive(Clone, Debug, PartialEq)]
pub enum Curvature<F> {
    /// `v.Mv > 0` for every `v != 0`.
    Positive,
    /// Never negative; these vectors are a basis of the kernel.
    Flat(Vec<Vec<F>>),
    /// `v.Mv < 0` for this `v`.
    Negative(Vec<F>),
}

/// `v.Mv`.
pub fn quadratic_form<F: OrderedField>(matrix: &[Vec<F>], vector: &[F]) -> F {
    dot(vector, &apply(matrix, vector))
}

/// The form on the span of some vectors, in their coordinates: entries `b_i . M b_j`.
///
/// # Errors
/// [`OutOfTime`] once the deadline has passed.
pub fn restrict<F: OrderedField>(
    matrix: &[Vec<F>],
    basis: &[Vec<F>],
    deadline: Deadline,
) -> Result<Vec<Vec<F>>, OutOfTime> {
    let in_time = |rows: &[Vec<F>], vector: &Vec<F>| deadline.check().map(|()| apply(rows, vector));
    let images = basis.iter().map(|b| in_time(matrix, b)).collect::<Result<Vec<_>, _>>()?;
    basis.iter().map(|a| in_time(&images, a)).collect()
}

/// Decides the curvature of a symmetric matrix exactly. A negative direction has short integer entries
/// where floats can see one; where they cannot, exact elimination finds one all the same.
///
/// # Example
/// ```
/// use margincert::kernel::exact::Rational;
/// use margincert::prove::{curvature::*, deadline::Deadline};
///
/// let matrix = [[1, 2], [2, 3]].map(|row| row.map(Rational::from).to_vec());
/// let Curvature::Negative(v) = curvature(&matrix, Deadline::none()).unwrap() else { panic!() };
/// assert!(quadratic_form(&matrix, &v) < Rational::from(0));
/// ```
///
/// # Errors
/// [`OutOfTime`] once the deadline has passed.
pub fn curvature<F: OrderedField>(matrix: &[Vec<F>], deadline: Deadline) -> Result<Curvature<F>, OutOfTime> {
    if let Some(direction) = negative_directions(matrix, 1, deadline)?.pop() {
        return Ok(Curvature::Negative(direction));
    }
    let mut symmetric = SymmetricMatrix::new(matrix.len());
    for (i, row) in matrix.iter().enumerate() {
        for (j, entry) in row.iter().enumerate().skip(i).filter(|(_, entry)| !entry.is_zero()) {
            symmetric.add(i, j, entry);
        }
    }
    match deadline.bounded(|| symmetric.definiteness())? {
        Definiteness::PositiveDefinite => Ok(Curvature::Positive),
        Definiteness::PositiveSemidefinite => Ok(Curvature::Flat(nullspace(matrix, matrix.len(), deadline)?.basis)),
        Definiteness::Indefinite { index, .. } => {
            let witness = eliminated_direction(matrix, index, deadline)?;
            let negative = |v: &[F]| quadratic_form(matrix, v).sign() == Sign::Negative;
            let short = short_direction(&to_f64s(&witness), negative);
            let witness = short.or_else(|| primitive(&witness)).unwrap_or(witness);
            assert!(negative(&witness), "elimination stopped without a reason");
            Ok(Curvature::Negative(witness))
        }
    }
}

/// Up to `limit` directions of negative curvature with short integer entries, each checked exactly: coordinates
/// and pairs of them first, then roundings of the float eigenvectors, the most negative first.
/// Finding none proves nothing.
///
/// # Errors
/// [`OutOfTime`] once the deadline has passed.
pub fn negative_directions<F: OrderedField>(
    matrix: &[Vec<F>],
    limit: usize,
    deadline: Deadline,
) -> Result<Vec<Vec<F>>, OutOfTime> {
    let size = matrix.len();
    let negative = |v: &[F]| quadratic_form(matrix, v).sign() == Sign::Negative;
    let mut found: Vec<Vec<F>> = Vec::new();
    let floats: Vec<Vec<f64>> = matrix.iter().map(|row| to_f64s(row)).collect();
    // Floats choose the candidates, the most negative Rayleigh quotient first.
    let mut candidates: Vec<(f64, Vec<(usize, i8)>)> = Vec::new();
    for i in 0..size {
        candidates.push((floats[i][i], vec![(i, 1)]));
        for j in i + 1..size {
            let (sum, twice) = (floats[i][i] + floats[j][j], 2.0 * floats[i][j]);
            let sign = if twice > 0.0 { -1 } else { 1 };
            candidates.push(((sum - twice.abs()) / 2.0, vec![(i, 1), (j, sign)]));
        }
    }
    candidates.retain(|candidate| candidate.0 < 0.0);
    candidates.sort_by(|a, b| a.1.len().cmp(&b.1.len()).then(a.0.total_cmp(&b.0)));
    for (_, entries) in candidates.into_iter().take(limit) {
        deadline.check()?;
        let mut vector = vec![F::zero(); size];
        for (index, sign) in entries {
            vector[index] = if sign > 0 { F::one() } else { -F::one() };
        }
        if negative(&vector) {
            found.push(vector);
        }
    }
    let eigen = symmetric_eigen(&floats, deadline)?;
    for (value, vector) in eigen.iter().flat_map(|e| e.values.iter().zip(&e.vectors)) {
        deadline.check()?;
        if *value >= 0.0 || found.len() >= limit {
            break;
        }
        found.extend(short_direction(vector, negative).filter(|v| !found.contains(v)));
    }
    Ok(found)
}

/// A vector of negative curvature, given that elimination in the natural order meets, in the row `index`, a
/// diagonal entry that is negative, or zero in a row that is not.
fn eliminated_direction<F: OrderedField>(
    matrix: &[Vec<F>],
    index: usize,
    deadline: Deadline,
) -> Result<Vec<F>, OutOfTime> {
    // w = e_index - x, with x in the earlier coordinates such that M w vanishes there: then w.Mw is the
    // diagonal entry of the Schur complement, and the entries of M w are the rest of its row.
    let block: Vec<Vec<F>> = matrix[..index].iter().map(|row| row[..index].to_vec()).collect();
    let column: Vec<F> = matrix[..index].iter().map(|row| row[index].clone()).collect();
    let mut witness = vec![F::zero(); matrix.len()];
    witness[index] = F::one();
    for (entry, x) in witness.iter_mut().zip(solve(&block, &column, deadline)?.unwrap_or_default()) {
        *entry = -x;
    }
    let image = apply(matrix, &witness);
    if image[index].sign() == Sign::Negative {
        return Ok(witness);
    }
    // The diagonal entry is zero: with v = t w + e_j the form is 2 t (Mw)_j + M_jj, negative for some t.
    let Some((j, inverse)) = image.iter().enumerate().skip(index + 1).find_map(|(j, x)| Some((j, x.reciprocal()?)))
    else {
        return Ok(witness);
    };
    let diagonal = &matrix[j][j];
    let size = if diagonal.sign() == Sign::Negative { -diagonal.clone() } else { diagonal.clone() };
    let t = -(inverse * &(size + &F::one()));
    let mut vector: Vec<F> = witness.into_iter().map(|x| x * &t).collect();
    vector[j] = vector[j].clone() + &F::one();
    Ok(vector)
}
