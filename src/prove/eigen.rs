//! Eigenvalues and eigenvectors of small symmetric float matrices: hints about curvature, never proofs.

use super::deadline::{Deadline, OutOfTime};

/// The eigenvalues of a symmetric matrix, ascending, with orthonormal eigenvectors.
#[derive(Clone, Debug, PartialEq)]
pub struct Eigen {
    /// Ascending.
    pub values: Vec<f64>,
    /// `vectors[k]` belongs to `values[k]`.
    pub vectors: Vec<Vec<f64>>,
}

/// Rounds over all entries; convergence is quadratic, so sizes in the hundreds take about ten.
const MAX_SWEEPS: usize = 60;

/// Jacobi's method, by rows (Golub and Van Loan, "Matrix Computations", 8.5). Only the entries on and
/// right of the diagonal are read. `None` if an entry is not finite.
///
/// # Example
/// ```
/// use margincert::prove::{deadline::Deadline, eigen::symmetric_eigen};
///
/// let matrix = [vec![0.0, 2.0], vec![2.0, 3.0]];
/// let eigen = symmetric_eigen(&matrix, Deadline::none()).unwrap().unwrap();
/// assert!((eigen.values[0] + 1.0).abs() < 1e-12 && (eigen.values[1] - 4.0).abs() < 1e-12);
/// ```
///
/// # Errors
/// [`OutOfTime`] once the deadline has passed.
pub fn symmetric_eigen(matrix: &[Vec<f64>], deadline: Deadline) -> Result<Option<Eigen>, OutOfTime> {
    let size = matrix.len();
    let mut a: Vec<Vec<f64>> = (0..size).map(|i| (0..size).map(|j| matrix[i.min(j)][i.max(j)]).collect()).collect();
    if a.iter().flatten().any(|entry| !entry.is_finite()) {
        return Ok(None);
    }
    let mut vectors: Vec<Vec<f64>> =
        (0..size).map(|i| (0..size).map(|j| f64::from(u8::from(i == j))).collect()).collect();
    let square = |a: &[Vec<f64>], diagonal: bool| {
        let entries = a.iter().enumerate().flat_map(|(i, row)| row.iter().enumerate().map(move |(j, x)| (i == j, x)));
        entries.filter(|(on_diagonal, _)| *on_diagonal == diagonal).map(|(_, x)| x * x).sum::<f64>()
    };
    for _ in 0..MAX_SWEEPS {
        if square(&a, false) <= 1e-30 * square(&a, true) {
            break;
        }
        for p in 0..size {
            deadline.check()?;
            for q in p + 1..size {
                rotate(&mut a, &mut vectors, p, q);
            }
        }
    }
    let mut order: Vec<usize> = (0..size).collect();
    order.sort_by(|&i, &j| a[i][i].total_cmp(&a[j][j]));
    Ok(Some(Eigen {
        values: order.iter().map(|&i| a[i][i]).collect(),
        vectors: order.iter().map(|&i| std::mem::take(&mut vectors[i])).collect(),
    }))
}

/// One rotation in the plane of `p` and `q` that makes their entry zero.
fn rotate(a: &mut [Vec<f64>], vectors: &mut [Vec<f64>], p: usize, q: usize) {
    if a[p][q] == 0.0 {
        return;
    }
    let theta = (a[q][q] - a[p][p]) / (2.0 * a[p][q]);
    let t = 1f64.copysign(theta) / (theta.abs() + theta.hypot(1.0));
    let c = 1.0 / t.hypot(1.0);
    let s = t * c;
    let turn = |x: &mut f64, y: &mut f64| (*x, *y) = (c * *x - s * *y, s * *x + c * *y);
    for row in a.iter_mut() {
        let (left, right) = row.split_at_mut(q);
        turn(&mut left[p], &mut right[0]);
    }
    for rows in [a, vectors] {
        let (above, below) = rows.split_at_mut(q);
        above[p].iter_mut().zip(&mut below[0]).for_each(|(x, y)| turn(x, y));
    }
}
