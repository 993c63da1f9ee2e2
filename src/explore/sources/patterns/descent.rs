//! Directions of descent that the data are asked for.
//!
//! Along `theta + t d` the margin of a sample `x` of a cell is `m(t) = y Phi = m_0 + a_c(x) t + b_c(x) t^2 + ...`, with `a_c` and `b_c` linear in `x`.
//! If `a_c(x) = 0` for every sample that holds the point, `d` is critical, and the curvature of the Lagrangian along it is
//!
//! `||d||^2 - 2 sum_c b_c(z_c)`.
//!
//! Where it is negative and the multipliers are unique, the point is no local optimum: a curve with the velocity `d` decreases the norm. Both
//! conditions are linear in the data, so that the programs can ask for them.

use crate::explore::sources::choices::Choices;
use crate::explore::sources::design::Demand;
use crate::explore::sources::pattern::Pattern;
use crate::kernel::certificate::Certificate;
use crate::kernel::check::Claim;
use crate::kernel::check::support::{gradients, hessian};
use crate::kernel::exact::{Rational, Value};
use crate::kernel::network::{Network, Scope, Weights};
use crate::prove::curvature::{negative_directions, restrict};
use crate::prove::deadline::Deadline;
use crate::prove::linear_algebra::nullspace;
use num_traits::{One, Zero};

/// A direction, layer by layer.
pub type Direction = Vec<Vec<Rational>>;

/// The first two coefficients of a margin along a direction, as linear functions of the sample.
pub struct Course {
    /// `a_c`.
    pub slope: Vec<Rational>,
    /// `b_c`.
    pub bend: Vec<Rational>,
}

/// Draws a direction. Where layers are dense: some paths grow and others shrink, or a few weights change; else the latter.
pub fn draw(network: &Network<Rational>, point: &[Vec<Rational>], choices: &mut Choices) -> Direction {
    let is_dense = network.layers().iter().all(|layer| matches!(layer.weights(), Weights::Dense { .. }));
    let mut direction = match is_dense && choices.chance(2, 3) {
        true => paths(network, point, choices),
        false => point.iter().map(|layer| vec![Rational::zero(); layer.len()]).collect(),
    };
    let changes = if choices.chance(1, 2) || is_zero(&direction) { 1 + choices.below(4) } else { 0 };
    for _ in 0..changes {
        let layer = choices.below(direction.len());
        let place = choices.below(direction[layer].len());
        direction[layer][place] += &Rational::from([1, -1, 2, -2][choices.below(4)]);
    }
    direction
}

fn is_zero(direction: &Direction) -> bool {
    direction.iter().flatten().all(Rational::is_zero)
}

/// Each unit of the last hidden layer ends a path: what it is fed by, layer by layer, as far down as the weights reach. A path grows by a small integer.
fn paths(network: &Network<Rational>, point: &[Vec<Rational>], choices: &mut Choices) -> Direction {
    let depth = network.depth();
    let mut direction: Direction = point.iter().map(|layer| vec![Rational::zero(); layer.len()]).collect();
    let top = network.layers()[depth - 2].outputs();
    for unit in 0..top {
        let growth = Rational::from([0, 1, -1, 2, -2][choices.below(5)]);
        if growth.is_zero() {
            continue;
        }
        direction[depth - 1][unit] += &(&growth * &point[depth - 1][unit]);
        let mut above: Vec<Rational> = (0..top).map(|other| Rational::from(i64::from(other == unit))).collect();
        for layer in (0..depth - 1).rev() {
            let inputs = network.layers()[layer].inputs();
            let rows = point[layer].chunks(inputs);
            let mut below = vec![Rational::zero(); inputs];
            for (share, row) in above.iter().zip(rows) {
                below.iter_mut().zip(row).for_each(|(sum, weight)| sum.add_product(share, weight));
            }
            for (output, share) in above.iter().enumerate() {
                for (input, weight) in below.iter().enumerate() {
                    direction[layer][output * inputs + input].add_product(&(share * weight), &growth);
                }
            }
            above = below;
        }
    }
    direction
}

/// `||d||^2`.
pub fn square(direction: &Direction) -> Rational {
    Rational::dot(direction.iter().flatten().zip(direction.iter().flatten()))
}

/// How the margin of a sample of the pattern runs along a direction.
pub fn course(
    network: &Network<Rational>,
    point: &[Vec<Rational>],
    direction: &Direction,
    pattern: &Pattern,
) -> Course {
    let inputs = network.inputs();
    let zero = || vec![Rational::zero(); inputs];
    // Each unit's output as a linear function of the sample, and its first two derivatives along the direction.
    let unit = |i: usize| (0..inputs).map(|j| Rational::from(i64::from(i == j))).collect::<Vec<_>>();
    let mut reads: Vec<[Vec<Rational>; 3]> = (0..inputs).map(|i| [unit(i), zero(), zero()]).collect();
    for (l, layer) in network.layers().iter().enumerate() {
        let outputs = layer.incoming().iter().enumerate().map(|(output, row)| {
            let mut sums = [zero(), zero(), zero()];
            for connection in row {
                let (weight, change) = (&point[l][connection.parameter], &direction[l][connection.parameter]);
                let read = &reads[connection.unit];
                for order in 0..3 {
                    let add = |sum: &mut Vec<Rational>, factor: &Rational, of: &[Rational]| {
                        if !factor.is_zero() {
                            sum.iter_mut().zip(of).for_each(|(sum, entry)| sum.add_product(factor, entry));
                        }
                    };
                    add(&mut sums[order], weight, &read[order]);
                    if order > 0 {
                        add(&mut sums[order], change, &read[order - 1]);
                    }
                }
            }
            let slope = &pattern.slopes[l][output];
            sums.map(|sum| sum.iter().map(|entry| entry * slope).collect::<Vec<_>>())
        });
        reads = outputs.collect();
    }
    let label = pattern.label.times(Rational::one());
    let [_, slope, bend] = reads.swap_remove(0).map(|row| row.iter().map(|entry| entry * &label).collect::<Vec<_>>());
    Course { slope, bend }
}

/// What a direction asks of the data of a design with these patterns.
pub fn demand(
    network: &Network<Rational>,
    point: &[Vec<Rational>],
    direction: &Direction,
    patterns: &[Pattern],
) -> Demand {
    let courses: Vec<Course> = patterns.iter().map(|pattern| course(network, point, direction, pattern)).collect();
    let half = Rational::from_ratio(1, 2).unwrap_or_else(Rational::one);
    let (zero, more) = courses.into_iter().map(|course| (course.slope, course.bend)).unzip();
    Demand { zero, more, than: square(direction) * &half }
}

/// Whether the Lagrangian of the claimed multipliers curves down in a direction along which no margin of a supporting sample changes.
pub fn is_near(instance: &Certificate<Rational>) -> bool {
    let problem = &instance.problem;
    let [Claim::Kkt(kkt)] = instance.claims.as_slice() else { return false };
    let gradients = gradients(problem, Scope::All, &kkt.multipliers);
    let size = problem.network().parameter_count();
    let Ok(tangent) = nullspace(&gradients, size, Deadline::none()) else { return false };
    let lagrangian = hessian(problem, Scope::All, &kkt.multipliers);
    let rows: Vec<Vec<Rational>> = (0..size).map(|i| (0..size).map(|j| lagrangian.get(i, j)).collect()).collect();
    let restricted = restrict(&rows, &tangent.basis, Deadline::none());
    restricted.is_ok_and(|form| negative_directions(&form, 1, Deadline::none()).is_ok_and(|found| !found.is_empty()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::explore::bounds::Bounds;
    use crate::explore::sources::numbers::{UnitVectors, positive_numbers, ratio};
    use crate::explore::sources::{points, shapes};
    use crate::kernel::exact::OrderedField;

    /// Against the network itself at nearby points: the third differences of a cubic in `t` vanish beyond its degree, so that the coefficients can be
    /// read off values at small steps, exactly.
    #[test]
    fn courses_are_the_first_coefficients_of_the_margin() {
        let (positive, units) = (positive_numbers(3), UnitVectors::new(3));
        let bounds = Bounds { depth: 2..=3, inputs: 1..=3, width: 1..=3, ..Bounds::default() };
        let mut compared = 0;
        for seed in 0..400 {
            let choices = &mut Choices::random(seed);
            let Some((_, network)) = shapes::draw(&bounds, choices) else { continue };
            let palette = points::Palette { positive: &positive, units: &units, all_live: true };
            let Some(point) = points::draw(&network, &palette, choices) else { continue };
            let x: Vec<Rational> = (0..network.inputs()).map(|_| choices.integer(9)).collect();
            let Some(pattern) = Pattern::at(&network, &point, &x) else { continue };
            let direction = draw(&network, &point, choices);
            let at = |t: &Rational| {
                let layers: Vec<Vec<Rational>> = point
                    .iter()
                    .zip(&direction)
                    .map(|(layer, change)| layer.iter().zip(change).map(|(w, d)| w + &(d * t)).collect())
                    .collect();
                pattern.label.times(network.trace_at(&layers, &x).output())
            };
            // m = m_0 + a t + b t^2 + c t^3 for depth up to 3; the pattern stays near 0.
            let h = ratio(1, 1_000_000);
            let (one, minus, two) = (at(&h), at(&-h.clone()), at(&(&h * &Rational::from(2))));
            let m = at(&Rational::zero());
            let inverse = h.reciprocal().expect("a step");
            let even = (&one + &minus) * &ratio(1, 2) - &m;
            let bend = &even * &inverse * &inverse;
            let odd = (&one - &minus) * &ratio(1, 2);
            // two = m + 2 a h + 4 b h^2 + 8 c h^3, odd = a h + c h^3.
            let cubic = (two - &m - &(&even * &Rational::from(4)) - &(&odd * &Rational::from(2))) * &ratio(1, 6);
            let slope = (odd - &cubic) * &inverse;
            let course = course(&network, &point, &direction, &pattern);
            assert_eq!(Rational::dot(course.slope.iter().zip(&x)), slope);
            assert_eq!(Rational::dot(course.bend.iter().zip(&x)), bend);
            compared += 1;
        }
        assert!(compared > 50, "{compared}");
    }
}
