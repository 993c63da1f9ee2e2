//! Non-negative least squares in floats, and the projection onto a cone that it gives.

/// Entries smaller than this, in proportion to what they are compared with, count as zero.
pub const TOLERANCE: f64 = 1e-9;

/// `a . b`.
pub fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(x, y)| x * y).sum()
}

/// `||a||`.
pub fn norm(a: &[f64]) -> f64 {
    dot(a, a).sqrt()
}

/// `a += factor * b`.
pub fn add(a: &mut [f64], factor: f64, b: &[f64]) {
    a.iter_mut().zip(b).for_each(|(x, y)| *x += factor * y);
}

/// Weights `u >= 0` that make `|| target - sum u_j generator_j ||` least, and that remainder (Lawson and Hanson 1974,
/// chapter 23).
pub fn nonnegative(generators: &[Vec<f64>], target: &[f64]) -> (Vec<f64>, Vec<f64>) {
    let count = generators.len();
    let mut weights = vec![0.0; count];
    let mut passive: Vec<usize> = Vec::new();
    let mut barred = vec![false; count];
    let mut rest = target.to_vec();
    let lengths: Vec<f64> = generators.iter().map(|g| norm(g)).collect();
    let scale = norm(target).max(f64::MIN_POSITIVE);
    for _ in 0..3 * count + 10 {
        let gain = |j: usize| dot(&generators[j], &rest) / lengths[j];
        let candidates = (0..count).filter(|&j| !barred[j] && !passive.contains(&j) && lengths[j] > 0.0);
        let best = candidates.map(|j| (j, gain(j))).max_by(|a, b| a.1.total_cmp(&b.1));
        let Some((entering, _)) = best.filter(|(_, gain)| *gain > TOLERANCE * scale) else {
            break;
        };
        passive.push(entering);
        loop {
            let Some(solution) = unconstrained(generators, &passive, target) else {
                // Dependent on the others: it cannot help now.
                passive.retain(|&j| j != entering);
                weights[entering] = 0.0;
                barred[entering] = true;
                break;
            };
            if solution.iter().all(|&u| u > 0.0) {
                passive.iter().zip(&solution).for_each(|(&j, &u)| weights[j] = u);
                barred.iter_mut().for_each(|b| *b = false);
                break;
            }
            // As far towards the solution as no weight becomes negative.
            let mut step = 1.0f64;
            for (&j, &u) in passive.iter().zip(&solution).filter(|(_, u)| **u <= 0.0) {
                step = step.min(weights[j] / (weights[j] - u));
            }
            for (&j, &u) in passive.iter().zip(&solution) {
                weights[j] += step * (u - weights[j]);
            }
            let stays = |j: &usize| weights[*j] > TOLERANCE * scale / lengths[*j].max(1.0);
            let kept: Vec<usize> = passive.iter().copied().filter(stays).collect();
            let progress = kept.len() < passive.len();
            for j in passive.iter().filter(|j| !kept.contains(j)) {
                weights[*j] = 0.0;
                barred[*j] |= *j == entering;
            }
            passive = kept;
            if !progress || passive.is_empty() {
                break;
            }
        }
        rest = target.to_vec();
        weights.iter().zip(generators).for_each(|(&u, g)| add(&mut rest, -u, g));
    }
    (weights, rest)
}

/// The least-squares weights of some generators, or `None` if they are dependent.
fn unconstrained(generators: &[Vec<f64>], chosen: &[usize], target: &[f64]) -> Option<Vec<f64>> {
    let size = chosen.len();
    let mut system: Vec<Vec<f64>> = Vec::with_capacity(size);
    for &i in chosen {
        let mut row: Vec<f64> = chosen.iter().map(|&j| dot(&generators[i], &generators[j])).collect();
        row.push(dot(&generators[i], target));
        system.push(row);
    }
    // Gaussian elimination; the matrix is positive semidefinite, so the diagonal serves as pivots.
    for k in 0..size {
        let own = dot(&generators[chosen[k]], &generators[chosen[k]]);
        if system[k][k] <= 1e-11 * own {
            return None;
        }
        let pivot = system[k].clone();
        for row in system.iter_mut().skip(k + 1) {
            let factor = row[k] / pivot[k];
            row[k..].iter_mut().zip(&pivot[k..]).for_each(|(x, p)| *x -= factor * p);
        }
    }
    for k in (0..size).rev() {
        let known: f64 = (k + 1..size).map(|j| system[k][j] * system[j][size]).sum();
        system[k][size] = (system[k][size] - known) / system[k][k];
    }
    Some(system.into_iter().map(|row| row[size]).collect())
}

/// A cone `{d : e.d = 0, a.d >= 0}`.
#[derive(Clone, Debug, Default)]
pub struct Cone {
    /// An orthonormal basis of the span of the equations.
    equations: Vec<Vec<f64>>,
    /// The inequalities, made orthogonal to the equations.
    inequalities: Vec<Vec<f64>>,
}

impl Cone {
    /// The cone of these equations and inequalities.
    pub fn new<'a>(
        equations: impl IntoIterator<Item = &'a Vec<f64>>,
        inequalities: impl IntoIterator<Item = &'a Vec<f64>>,
    ) -> Self {
        let mut cone = Cone::default();
        for row in equations {
            if let Some(row) = cone.remainder(row) {
                cone.equations.push(row);
            }
        }
        cone.inequalities = inequalities.into_iter().filter_map(|row| cone.remainder(row)).collect();
        cone
    }

    /// The part orthogonal to the equations, of length 1, unless it is nothing.
    fn remainder(&self, row: &[f64]) -> Option<Vec<f64>> {
        let mut rest = row.to_vec();
        self.flatten(&mut rest);
        self.flatten(&mut rest);
        let length = norm(&rest);
        if length <= TOLERANCE * norm(row) {
            return None;
        }
        rest.iter_mut().for_each(|x| *x /= length);
        Some(rest)
    }

    fn flatten(&self, vector: &mut [f64]) {
        for e in &self.equations {
            let along = dot(e, vector);
            add(vector, -along, e);
        }
    }

    /// The nearest point of the cone.
    pub fn project(&self, vector: &mut [f64]) {
        self.flatten(vector);
        if self.inequalities.iter().any(|row| dot(row, vector) < 0.0) {
            let opposite: Vec<f64> = vector.iter().map(|x| -x).collect();
            let (weights, _) = nonnegative(&self.inequalities, &opposite);
            weights.iter().zip(&self.inequalities).for_each(|(&u, row)| add(vector, u, row));
        }
    }
}

/// The shortest `d` with `normal_i . d >= bound_i`, or `None` if there is none (Lawson and Hanson 1974, chapter 23).
pub fn least_distance(normals: &[Vec<f64>], bounds: &[f64]) -> Option<Vec<f64>> {
    let width = normals.first()?.len();
    let with_bound = |(normal, bound): (&Vec<f64>, &f64)| normal.iter().chain([bound]).copied().collect();
    let generators: Vec<Vec<f64>> = normals.iter().zip(bounds).map(with_bound).collect();
    let mut target = vec![0.0; width + 1];
    target[width] = 1.0;
    let (_, mut rest) = nonnegative(&generators, &target);
    let last = rest.pop()?;
    if last <= TOLERANCE {
        return None;
    }
    Some(rest.into_iter().map(|x| -x / last).collect())
}
