//! From a structure to an enclosure that the kernel accepts.

use super::cells::Found;
use super::dense::{dot, norm};
use super::newton::{self, DIGITS, Stuck, decimal, significant};
use super::report::NotEnclosed;
use super::task::Task;
use crate::kernel::check::{KktEnclosed, KktEnclosedRejection, LiveDirection, Rejection, check};
use crate::kernel::enclosure::{Dual, GramSystem, Interval};
use crate::kernel::exact::{Rational, Sign};
use crate::kernel::network::Activation;
use crate::kernel::network::{Network, Parameters, Weights};
use crate::kernel::problem::{Label, Problem};
use crate::prove::rounding::to_f64;

/// An accepted enclosure.
pub(super) struct Enclosed {
    pub(super) problem: Problem<Rational>,
    pub(super) claim: KktEnclosed<Rational>,
    pub(super) condition: f64,
    /// The units that are 0.
    pub(super) dead: Vec<usize>,
}

/// Radii to be tried, the exponents of 10. With a larger box the distance to the document's point is larger, in a smaller one more
/// can be verified.
const RADII: [u32; 6] = [17, 21, 26, 32, 13, 10];

/// Digits of the document's point after the decimal point.
const POINT_DIGITS: usize = 15;

/// A unit with a smaller share of its direction than this counts as dead.
const LEAST_SHARE: f64 = 1e-2;

/// Solves and encloses the KKT point of a structure; multipliers below `tolerance` times the greatest are taken for 0.
pub(super) fn enclose(task: &Task, found: &Found, tolerance: f64) -> Result<Enclosed, NotEnclosed> {
    let strongest = found.multipliers.iter().copied().fold(0.0, f64::max);
    let active: Vec<usize> =
        (0..found.multipliers.len()).filter(|i| found.multipliers[*i] > tolerance * strongest).collect();
    let mut directions = Vec::new();
    let assigned = assign(task, found)?;
    for (j, product) in found.products.iter().enumerate() {
        let side = |i: &usize| {
            if found.held[j].iter().any(|(sample, _)| sample == i) {
                Sign::Zero
            } else if found.sides[j][*i] {
                Sign::Positive
            } else {
                Sign::Negative
            }
        };
        let slope = |i: &usize| found.held[j].iter().find(|(sample, _)| sample == i).map(|(_, slope)| *slope);
        let (units, shares) = assigned[j].clone();
        directions.push(LiveDirection {
            sign: if found.signs[j] > 0.0 { Label::Positive } else { Label::Negative },
            units,
            shares,
            amount: significant(norm(product), 17),
            pattern: active.iter().map(side).collect(),
            slopes: active.iter().filter_map(slope).map(|slope| significant(slope, 17)).collect(),
        });
    }
    let sides = task.slopes_exact();
    let inputs: Vec<Vec<Interval>> = task.samples.iter().map(|s| s.x.iter().map(Interval::of).collect()).collect();
    let labels: Vec<Label> = task.samples.iter().map(|sample| sample.y).collect();
    let system = GramSystem::new(&inputs, &labels, active.clone(), &directions, &sides);
    let start: Vec<f64> = active
        .iter()
        .map(|i| found.multipliers[*i])
        .chain(directions.iter().map(|direction| to_f64(&direction.amount)))
        .chain(directions.iter().flat_map(|direction| direction.slopes.iter().map(to_f64)))
        .collect();
    let shape = |condition| NotEnclosed::System {
        active: active.len(),
        directions: directions.len(),
        held: system.held().len(),
        condition,
    };
    let solution = newton::refine(&system, &start).map_err(|stuck| match stuck {
        Stuck::Singular => shape(None),
        Stuck::Diverges { step } => shape(Some(step)),
    })?;
    let unknowns: Vec<Rational> = solution.unknowns.iter().map(|value| decimal(value, DIGITS - 3)).collect();
    let (multipliers, amounts, slopes) = system.parts(&unknowns);
    let mut slopes = slopes.iter().cloned();
    for (direction, amount) in directions.iter_mut().zip(amounts) {
        direction.amount = amount.clone();
        direction.slopes = direction.slopes.iter().filter_map(|_| slopes.next()).collect();
    }
    let point = point(task, &system, &inputs, &active, &directions, &unknowns);
    let width = task.weights[0].len();
    let layers = vec![
        (Weights::Dense { outputs: width }, task.activation.clone()),
        (Weights::Dense { outputs: 1 }, Activation::Linear),
    ];
    let problem = Network::new(task.inputs[0].len(), layers)
        .map_err(|error| NotEnclosed::Refused { reason: error.to_string() })
        .and_then(|network| {
            Problem::new(network, task.samples.clone(), point)
                .map_err(|error| NotEnclosed::Refused { reason: error.to_string() })
        })?;
    let mut claim = KktEnclosed {
        active,
        multipliers: multipliers.to_vec(),
        directions,
        radius: Rational::from(1),
        inverse: rounded(&solution.inverse, 9),
        distance: Rational::from(0),
        optimum: Vec::new(),
    };
    let condition = solution.condition;
    let dead = {
        let live: Vec<usize> = claim.directions.iter().flat_map(|direction| direction.units.clone()).collect();
        (0..width).filter(|unit| !live.contains(unit)).collect()
    };
    confirm(&problem, &mut claim, &solution.inverse)?;
    Ok(Enclosed { problem, claim, condition, dead })
}

/// Finds a radius, digits of the inverse and a distance that the kernel accepts.
fn confirm(
    problem: &Problem<Rational>,
    claim: &mut KktEnclosed<Rational>,
    inverse: &[Vec<f64>],
) -> Result<(), NotEnclosed> {
    let mut last = None;
    let mut digits = 9;
    let mut radii = RADII.into_iter();
    let mut radius = radii.next();
    while let Some(exponent) = radius {
        claim.radius = newton::power_of_ten(exponent);
        match check(problem, claim) {
            Ok(_) => return Ok(()),
            Err(Rejection::KktEnclosed(KktEnclosedRejection::Distance { bound_squared, .. })) => {
                let distance = above_root(&bound_squared);
                if distance == claim.distance {
                    return Err(NotEnclosed::Refused { reason: "the distance cannot be stated".into() });
                }
                claim.distance = distance;
                continue;
            }
            Err(rejection) => {
                let is_inverse = matches!(&rejection, Rejection::KktEnclosed(KktEnclosedRejection::NotContracting { contraction, .. })
                    if contraction.factor > Rational::from_ratio(1, 2).unwrap_or_else(|| Rational::from(1)));
                last = Some(rejection.to_string());
                radius = radii.next();
                if radius.is_none() && is_inverse && digits < 17 {
                    digits = 17;
                    claim.inverse = rounded(inverse, digits);
                    radii = RADII.into_iter();
                    radius = radii.next();
                }
            }
        }
    }
    Err(NotEnclosed::Refused { reason: last.unwrap_or_default() })
}

/// The entries to so many digits; those that do not matter are 0.
pub(super) fn rounded(matrix: &[Vec<f64>], digits: usize) -> Vec<Vec<Rational>> {
    let largest = matrix.iter().flatten().fold(0.0, |m: f64, value| m.max(value.abs()));
    let least = largest * 10_f64.powi(-4 - i32::try_from(digits).unwrap_or(17));
    let entry = |value: &f64| significant(if value.abs() < least { 0.0 } else { *value }, digits);
    matrix.iter().map(|row| row.iter().map(entry).collect()).collect()
}

/// A number of two digits above the root.
fn above_root(squared: &Rational) -> Rational {
    let root = to_f64(squared).max(1e-300).sqrt();
    let mut above = significant(root * 1.05, 2);
    while &above * &above < *squared {
        above *= &Rational::from_ratio(11, 10).unwrap_or_else(|| Rational::from(2));
    }
    above
}

type Assigned = (Vec<usize>, Vec<Rational>);

/// The trained units of each direction, with their shares. A direction that no live unit has is given a unit that is not used.
fn assign(task: &Task, found: &Found) -> Result<Vec<Assigned>, NotEnclosed> {
    let (hidden, outgoing) = (&task.weights[0], &task.weights[1][0]);
    let size = |unit: usize| norm(&hidden[unit]) * outgoing[unit].abs();
    let cosine = |unit: usize, j: usize| {
        let scale = norm(&hidden[unit]) * norm(&found.products[j]);
        let agrees = outgoing[unit] * found.signs[j] > 0.0 && scale > 0.0;
        if agrees { dot(&hidden[unit], &found.products[j]) / scale } else { -1.0 }
    };
    let mut units: Vec<Vec<usize>> = vec![Vec::new(); found.products.len()];
    let mut free = Vec::new();
    for unit in 0..hidden.len() {
        let best = (0..units.len()).max_by(|a, b| cosine(unit, *a).total_cmp(&cosine(unit, *b)));
        match best.filter(|j| cosine(unit, *j) > 0.9) {
            Some(j) => units[j].push(unit),
            None => free.push(unit),
        }
    }
    for members in &mut units {
        let total: f64 = members.iter().map(|unit| size(*unit)).sum();
        let (kept, small) = std::mem::take(members).into_iter().partition(|unit| size(*unit) >= LEAST_SHARE * total);
        *members = kept;
        free.extend::<Vec<usize>>(small);
    }
    free.sort_by(|a, b| size(*b).total_cmp(&size(*a)));
    let mut free = free.into_iter();
    for members in &mut units {
        if members.is_empty() {
            members.extend(free.next());
        }
        if members.is_empty() {
            return Err(NotEnclosed::TooNarrow { width: hidden.len(), directions: found.products.len() });
        }
    }
    Ok(units
        .into_iter()
        .map(|members| {
            let shares = shares(&members, size);
            (members, shares)
        })
        .collect())
}

/// Shares to three digits, with the sum 1.
fn shares(units: &[usize], size: impl Fn(usize) -> f64) -> Vec<Rational> {
    let total: f64 = units.iter().map(|unit| size(*unit)).sum();
    let mut left = 1000_i64;
    let mut shares = Vec::with_capacity(units.len());
    for (place, unit) in units.iter().enumerate() {
        let behind = (units.len() - 1 - place) as i64;
        let wanted = if total > 0.0 { (1000.0 * size(*unit) / total).round() as i64 } else { 1 };
        let share = if behind == 0 { left } else { wanted.clamp(1, left - behind) };
        left -= share;
        shares.push(Rational::from_ratio(share, 1000).unwrap_or_else(|| Rational::from(1)));
    }
    shares
}

/// The KKT point, rounded.
fn point(
    task: &Task,
    system: &GramSystem,
    inputs: &[Vec<Interval>],
    active: &[usize],
    directions: &[LiveDirection],
    unknowns: &[Rational],
) -> Parameters<Rational> {
    let width = task.inputs[0].len();
    let mut hidden = vec![Rational::from(0); task.weights[0].len() * width];
    let mut outgoing = vec![Rational::from(0); task.weights[0].len()];
    let thin: Vec<Dual> = unknowns.iter().map(|value| Dual::constant(Interval::of(value))).collect();
    for (direction, coefficients) in directions.iter().zip(system.coefficients(&thin)) {
        let coefficients: Vec<Interval> = coefficients.into_iter().map(|coefficient| coefficient.value).collect();
        for (unit, share) in direction.units.iter().zip(&direction.shares) {
            let amount = Interval::of(&direction.amount).times(&Interval::of(share));
            let root = amount.square_root().middle_and_radius().0;
            for k in 0..width {
                let z = Interval::dot(coefficients.iter().zip(active.iter().map(|i| &inputs[*i][k])));
                hidden[unit * width + k] = decimal(&root.times(&z).lower(), POINT_DIGITS);
            }
            let root = decimal(&root.lower(), POINT_DIGITS);
            outgoing[*unit] = if direction.sign == Label::Positive { root } else { -root };
        }
    }
    Parameters::new(vec![hidden, outgoing])
}
