//! Dense matrices of floats: the inverse, and a norm of it.

/// The inverse of a square matrix by elimination with row pivoting, and an estimate of the condition number in the maximum
/// norm; nothing if a pivot vanishes.
pub(super) fn inverse(matrix: &[Vec<f64>]) -> Option<(Vec<Vec<f64>>, f64)> {
    let size = matrix.len();
    // Rows are scaled first, as the equations are of different sizes.
    let scales: Vec<f64> = matrix.iter().map(|row| row.iter().fold(0.0, |m: f64, x| m.max(x.abs()))).collect();
    if scales.iter().any(|scale| *scale == 0.0 || !scale.is_finite()) {
        return None;
    }
    let mut rows: Vec<Vec<f64>> = (0..size)
        .map(|i| {
            let unit = |j: usize| if i == j { 1.0 / scales[i] } else { 0.0 };
            matrix[i].iter().map(|x| x / scales[i]).chain((0..size).map(unit)).collect()
        })
        .collect();
    for k in 0..size {
        let pivot = (k..size).max_by(|a, b| rows[*a][k].abs().total_cmp(&rows[*b][k].abs()))?;
        rows.swap(k, pivot);
        let head = rows[k][k];
        if head.is_nan() || head.abs() <= 1e-300 {
            return None;
        }
        rows[k].iter_mut().for_each(|x| *x /= head);
        let pivot_row = rows[k].clone();
        for (i, row) in rows.iter_mut().enumerate().filter(|(i, _)| *i != k) {
            let factor = row[k];
            if factor != 0.0 {
                debug_assert_ne!(i, k);
                row.iter_mut().zip(&pivot_row).skip(k).for_each(|(x, p)| *x -= factor * p);
            }
        }
    }
    let inverse: Vec<Vec<f64>> = rows.into_iter().map(|row| row[size..].to_vec()).collect();
    let scaled_norm = |row: &Vec<f64>| row.iter().zip(&scales).map(|(x, s)| (x * s).abs()).sum::<f64>();
    let of_inverse = inverse.iter().map(scaled_norm).fold(0.0, f64::max);
    let of_rows = matrix.iter().zip(&scales).map(|(row, s)| row.iter().map(|x| (x / s).abs()).sum::<f64>());
    let condition = of_inverse * of_rows.fold(0.0, f64::max);
    inverse.iter().flatten().all(|x| x.is_finite()).then_some((inverse, condition))
}

/// The inner product.
pub(super) fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

/// The Euclidean norm.
pub(super) fn norm(a: &[f64]) -> f64 {
    dot(a, a).sqrt()
}
