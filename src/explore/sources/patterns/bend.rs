//! Data within the chosen cells for which the Lagrangian curves down most.
//!
//! The samples times multipliers `z` of a design are what its equations leave free, within cones. With `g_c = G_c z_c` the least curvature is that of
//! `H(z) = I - sum_c Hess_c(z_c)` on the directions `v` orthogonal to all `g_c`, and both are linear in `z`. At a simple least eigenvalue with the unit vector `v`,
//! where `H v = least v + sum_c mu_c g_c`, its derivative along `dz` is `-v . Hess(dz) v - 2 sum_c mu_c (G_c dz_c) . v`. The descent goes along it, in floats, and its end is rounded
//! to small rationals that still solve the equations.

use super::descent::course;
use crate::explore::sources::choices::Choices;
use crate::explore::sources::design::{Design, Polytope, orthonormalise};
use crate::explore::sources::pattern::Pattern;
use crate::kernel::exact::Rational;
use crate::kernel::network::Weights;
use crate::prove::deadline::Deadline;
use crate::prove::eigen::symmetric_eigen;
use crate::prove::field::ProofField;
use crate::prove::halt::is_halted;
use num_traits::Zero;

/// Steps down from a start.
const STEPS: usize = 40;
/// Starts, the first of which is the point that is given.
const STARTS: usize = 4;
/// A curvature with which the descent ends.
const ENOUGH: f64 = -2e-3;
/// A curvature that is surely negative after rounding.
const DOWN: f64 = -1e-5;
/// Denominators of the numbers that the equations leave free, tried in turn.
const DENOMINATORS: [i64; 12] = [1, 2, 3, 4, 6, 8, 12, 24, 60, 120, 720, 5040];

/// Data of the design for which the Lagrangian curves down along some direction that keeps all margins, unless none were found.
pub fn lower(design: &Design<'_>, data: &[Vec<Rational>], choices: &mut Choices) -> Option<Vec<Vec<Rational>>> {
    let polytope = design.polytope()?;
    let form = Form::of(design);
    let start: Vec<f64> = data.iter().flatten().map(Rational::to_f64).collect();
    for attempt in 0..STARTS {
        let mut z = start.clone();
        if attempt > 0 {
            wander(&mut z, &polytope, choices);
        }
        let value = descend(&form, &polytope, &mut z)?;
        if value >= DOWN {
            continue;
        }
        let Some(found) = round(&form, &polytope, &z) else { continue };
        let found: Vec<Vec<Rational>> = found.chunks(form.inputs).map(<[_]>::to_vec).collect();
        let fits = |(pattern, z): (&Pattern, &Vec<Rational>)| pattern.fits(z) && pattern.margin(z) > Rational::zero();
        if design.patterns.iter().zip(&found).all(fits) {
            return Some(found);
        }
    }
    None
}

/// What the least curvature is made of, as functions of the data.
struct Form {
    /// Of each sample and parameter `y grad Phi` as a linear function of the sample.
    gradients: Vec<Vec<Vec<f64>>>,
    /// Of each sample, entries of the Hessian of its margin above the diagonal: two parameters, and a linear function.
    hessians: Vec<Vec<(usize, usize, Vec<f64>)>>,
    rotations: Vec<Vec<f64>>,
    inputs: usize,
    parameters: usize,
}

/// The least eigenvalue and its derivatives by the data.
struct Least {
    value: f64,
    slope: Vec<f64>,
}

impl Form {
    fn of(design: &Design<'_>) -> Self {
        let (network, point) = (design.network(), design.point());
        let floats = |row: &[Rational]| row.iter().map(Rational::to_f64).collect::<Vec<f64>>();
        let places: Vec<(usize, usize)> =
            point.iter().enumerate().flat_map(|(layer, numbers)| (0..numbers.len()).map(move |p| (layer, p))).collect();
        let zero: Vec<Vec<Rational>> = point.iter().map(|layer| vec![Rational::zero(); layer.len()]).collect();
        let one = Rational::from(1);
        let gradient =
            |pattern: &Pattern| pattern.margin_gradient(network, point).iter().map(|row| floats(row)).collect();
        let hessian = |pattern: &Pattern| {
            let mut entries = Vec::new();
            for (i, a) in places.iter().enumerate() {
                // Outputs are linear in each layer by itself, so that entries within a layer are 0.
                for (j, b) in places.iter().enumerate().filter(|(_, b)| b.0 > a.0) {
                    let mut direction = zero.clone();
                    direction[a.0][a.1] = one.clone();
                    direction[b.0][b.1] = one.clone();
                    let bend = floats(&course(network, point, &direction, pattern).bend);
                    if bend.iter().any(|entry| *entry != 0.0) {
                        entries.push((i, j, bend));
                    }
                }
            }
            entries
        };
        Form {
            gradients: design.patterns.iter().map(gradient).collect(),
            hessians: design.patterns.iter().map(hessian).collect(),
            rotations: rotations(design),
            inputs: network.inputs(),
            parameters: places.len(),
        }
    }

    fn least(&self, z: &[f64]) -> Option<Least> {
        let n = self.parameters;
        let samples: Vec<&[f64]> = z.chunks(self.inputs).collect();
        let mut hessian: Vec<Vec<f64>> =
            (0..n).map(|i| (0..n).map(|j| f64::from(u8::from(i == j))).collect()).collect();
        for (entries, x) in self.hessians.iter().zip(&samples) {
            for (i, j, row) in entries {
                let value = dot(row, x);
                hessian[*i][*j] -= value;
                hessian[*j][*i] -= value;
            }
        }
        let gradient = |(rows, x): (&Vec<Vec<f64>>, &&[f64])| rows.iter().map(|row| dot(row, x)).collect::<Vec<f64>>();
        let gradients: Vec<Vec<f64>> = self.gradients.iter().zip(&samples).map(gradient).collect();
        // An orthonormal basis that begins with the gradients.
        let mut basis: Vec<Vec<f64>> = Vec::new();
        let rotations = self.rotations.iter().cloned();
        gradients.iter().cloned().chain(rotations).for_each(|normal| orthonormalise(&mut basis, normal));
        let normals = basis.len();
        (0..n).for_each(|i| orthonormalise(&mut basis, (0..n).map(|j| f64::from(u8::from(i == j))).collect()));
        let tangent = basis.get(normals..).filter(|tangent| !tangent.is_empty())?;
        let images: Vec<Vec<f64>> = tangent.iter().map(|t| hessian.iter().map(|row| dot(row, t)).collect()).collect();
        let restricted: Vec<Vec<f64>> =
            tangent.iter().map(|t| images.iter().map(|image| dot(t, image)).collect()).collect();
        let eigen = symmetric_eigen(&restricted, Deadline::none()).ok()??;
        let value = *eigen.values.first()?;
        let mut v = vec![0.0; n];
        for (share, t) in eigen.vectors[0].iter().zip(tangent) {
            v.iter_mut().zip(t).for_each(|(entry, t)| *entry += share * t);
        }
        let image: Vec<f64> = hessian.iter().map(|row| dot(row, &v)).collect();
        let multipliers = least_squares(&gradients, &image)?;
        let mut slope = vec![0.0; z.len()];
        for (sample, slope) in slope.chunks_mut(self.inputs).enumerate() {
            for (i, j, row) in &self.hessians[sample] {
                let factor = 2.0 * v[*i] * v[*j];
                slope.iter_mut().zip(row).for_each(|(s, r)| *s -= factor * r);
            }
            for (parameter, row) in self.gradients[sample].iter().enumerate() {
                let factor = 2.0 * multipliers[sample] * v[parameter];
                slope.iter_mut().zip(row).for_each(|(s, r)| *s -= factor * r);
            }
        }
        Some(Least { value, slope })
    }
}

/// The directions in which the point moves when two units of a hidden layer are rotated into each other that have one slope on all samples. Along them
/// nothing changes, so that they are left out, as they would hide what else curves little.
fn rotations(design: &Design<'_>) -> Vec<Vec<f64>> {
    let (network, point) = (design.network(), design.point());
    let layers = network.layers();
    if !layers.iter().all(|layer| matches!(layer.weights(), Weights::Dense { .. })) {
        return Vec::new();
    }
    let mut rotations = Vec::new();
    for l in 0..layers.len() - 1 {
        let (inputs, units) = (layers[l].inputs(), layers[l].outputs());
        for (a, b) in (0..units).flat_map(|a| (a + 1..units).map(move |b| (a, b))) {
            if design.patterns.iter().any(|pattern| pattern.slopes[l][a] != pattern.slopes[l][b]) {
                continue;
            }
            let mut tangent: Vec<Vec<f64>> = point.iter().map(|layer| vec![0.0; layer.len()]).collect();
            let incoming = (0..inputs).map(|i| (l, a * inputs + i, b * inputs + i));
            let outgoing = (0..layers[l + 1].outputs()).map(|o| (l + 1, o * units + a, o * units + b));
            for (layer, p, q) in incoming.chain(outgoing) {
                tangent[layer][p] = -point[layer][q].to_f64();
                tangent[layer][q] = point[layer][p].to_f64();
            }
            rotations.push(tangent.concat());
        }
    }
    rotations
}

/// Follows the slope downwards within the polytope; the value at the end.
fn descend(form: &Form, polytope: &Polytope, z: &mut Vec<f64>) -> Option<f64> {
    let mut least = form.least(z)?;
    for _ in 0..STEPS {
        if is_halted() {
            return None;
        }
        // Further down the samples come close to their walls.
        if least.value < ENOUGH && polytope.holds(z) {
            break;
        }
        let down: Vec<f64> = polytope.project(&least.slope).iter().map(|entry| -entry).collect();
        let reach = polytope.reach(z, &down).min(1e3);
        let at = |share: f64| -> Vec<f64> { z.iter().zip(&down).map(|(z, d)| z + share * reach * d).collect() };
        let tried = [0.7, 0.4, 0.2, 0.1, 0.03].map(|share| {
            let there = at(share);
            form.least(&there).map(|least| (least, there))
        });
        let best = tried.into_iter().flatten().min_by(|a, b| a.0.value.total_cmp(&b.0.value));
        let Some((next, there)) = best.filter(|(next, _)| next.value < least.value - 1e-7) else { break };
        (least, *z) = (next, there);
    }
    Some(least.value)
}

/// A random walk within the polytope.
fn wander(z: &mut [f64], polytope: &Polytope, choices: &mut Choices) {
    for _ in 0..12 {
        let random: Vec<f64> = z.iter().map(|_| choices.below(2001) as f64 / 1000.0 - 1.0).collect();
        let direction = polytope.project(&random);
        let share = choices.below(900) as f64 / 1000.0;
        let reach = polytope.reach(z, &direction).min(1e2);
        z.iter_mut().zip(&direction).for_each(|(z, d)| *z += share * reach * d);
    }
}

/// Rationals near by that solve the equations, with the least denominators for which the curvature stays negative.
fn round(form: &Form, polytope: &Polytope, z: &[f64]) -> Option<Vec<Rational>> {
    DENOMINATORS.into_iter().find_map(|denominator| {
        let near = |place: &usize| Rational::from_ratio((z[*place] * denominator as f64).round() as i64, denominator);
        let free: Vec<Rational> = polytope.system.free().iter().map(near).collect::<Option<_>>()?;
        let rounded = polytope.system.solution(&free);
        let floats: Vec<f64> = rounded.iter().map(Rational::to_f64).collect();
        let is_down = polytope.holds(&floats) && form.least(&floats).is_some_and(|least| least.value < DOWN / 10.0);
        is_down.then_some(rounded)
    })
}

/// The numbers for which `sum_c mu_c g_c` is nearest to a vector; nothing if the vectors are dependent.
fn least_squares(vectors: &[Vec<f64>], target: &[f64]) -> Option<Vec<f64>> {
    let n = vectors.len();
    let mut rows: Vec<Vec<f64>> =
        vectors.iter().map(|a| vectors.iter().map(|b| dot(a, b)).chain([dot(a, target)]).collect()).collect();
    for pivot in 0..n {
        let best = (pivot..n).max_by(|&a, &b| rows[a][pivot].abs().total_cmp(&rows[b][pivot].abs()))?;
        rows.swap(pivot, best);
        if rows[pivot][pivot].abs() < 1e-9 {
            return None;
        }
        let row = rows[pivot].clone();
        for (_, other) in rows.iter_mut().enumerate().filter(|(place, _)| *place != pivot) {
            let factor = other[pivot] / row[pivot];
            other.iter_mut().zip(&row).for_each(|(entry, r)| *entry -= factor * r);
        }
    }
    Some((0..n).map(|i| rows[i][n] / rows[i][i]).collect())
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}
