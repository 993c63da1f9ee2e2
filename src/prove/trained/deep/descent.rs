//! From a trained network of any depth to a KKT point near it, in floats.
//!
//! A step minimises the squared norm plus a multiple of the squared step, subject to the margins and to the sides of all
//! preactivations, both linearised: a quadratic program. Its multipliers at the sides tell which units want to cross, and which hold a kink. Steps that
//! do not make the norm at margin 1 smaller are taken again, shorter.

use clarabel::algebra::CscMatrix;
use clarabel::solver::SupportedConeT::NonnegativeConeT;

use super::super::cones::ConeProgram;
use super::super::dense::norm;
use super::super::report::NotEnclosed;
use super::floats::{Floats, Pass};
use crate::prove::deadline::Deadline;

/// The most steps.
const MOST_STEPS: usize = 3000;

/// Below which share of the greatest, a multiplier counts as 0.
const NOISE: f64 = 1e-6;

/// A held kink: sample, layer, unit and slope.
pub(super) type HeldKink = (usize, usize, usize, f64);

/// A kink: sample, layer and unit.
type Kink = (usize, usize, usize);

/// A network that is nearly a KKT point, with what the last step told of it.
pub(super) struct Candidate<'t> {
    pub(super) network: Floats<'t>,
    /// One a sample.
    pub(super) multipliers: Vec<f64>,
    /// The slope of each hidden unit's side, by sample and layer.
    pub(super) slopes: Vec<Vec<Vec<f64>>>,
    /// The held kinks.
    pub(super) held: Vec<HeldKink>,
    /// How many steps were taken.
    pub(super) steps: usize,
}

/// Descends until `attempt` is content with a candidate. It is asked whenever steps have become ten times smaller and no unit wants to
/// cross.
pub(super) fn descend<'t, T>(
    mut network: Floats<'t>,
    until: Deadline,
    mut attempt: impl FnMut(&Candidate<'t>) -> Result<T, NotEnclosed>,
) -> Result<T, NotEnclosed> {
    let samples = network.task.inputs.len();
    let unsettled = |rounds| NotEnclosed::CellsUnsettled { rounds };
    let mut value;
    (network, value) = network.scaled().ok_or(unsettled(0))?;
    let mut sides = own_sides(&network);
    let (mut damping, mut asked, mut first) = (1.0, 1e-2, None);
    let mut stalled = 0;
    for steps in 0..MOST_STEPS {
        if until.passed() {
            return Err(first.unwrap_or(NotEnclosed::OutOfTime { doing: "descending to a KKT point" }));
        }
        if steps % 10 == 0 && simplify(&mut network, &mut value) {
            sides = own_sides(&network);
        }
        let slopes = slopes_of(&network, &sides);
        let passes: Vec<Pass> = (0..samples).map(|i| network.pass(i, |l, u, _| slopes[i][l][u])).collect();
        let step = quadratic_program(&network, &slopes, &passes, &sides, damping);
        let moved = step.as_ref().and_then(|step| {
            let parameters: Vec<f64> = network.unknowns().iter().zip(&step.change).map(|(p, d)| p + d).collect();
            network.with(&parameters).scaled().filter(|(_, norm)| *norm <= value * (1.0 + 1e-14))
        });
        let (Some(step), Some((next, norm))) = (step, moved) else {
            damping *= 4.0;
            // A unit that crosses is not at 0 exactly; perhaps it has to come nearer first.
            let own = own_sides(&network);
            if damping > 1e3 && own != sides {
                (sides, damping) = (own, 1.0);
            } else if damping > 1e9 {
                return Err(first.unwrap_or(unsettled(steps)));
            }
            continue;
        };
        stalled = if norm > value * (1.0 - 1e-15) { stalled + 1 } else { 0 };
        damping = f64::max(damping / 2.0, 1e-2);
        let size = step.change.iter().fold(0.0, |m: f64, d| m.max(d.abs())) * (1.0 + damping);
        let (held, crossings) = kinks(&network, &slopes, &step);
        (network, value) = (next, norm);
        if crossings.is_empty() && size < asked {
            while size < asked {
                asked /= 10.0;
            }
            let Step { multipliers, .. } = step;
            let candidate = Candidate { network: network.clone(), multipliers, slopes, held, steps };
            match attempt(&candidate) {
                Ok(found) => return Ok(found),
                Err(reason) => first = Some(reason),
            }
        }
        if asked < 1e-12 || stalled > 200 {
            break;
        }
        keep_up(&network, &mut sides);
        let most = crossings.iter().map(|(wall, _)| *wall).fold(0.0, f64::max);
        for (_, (i, l, u)) in crossings.iter().filter(|(wall, _)| *wall >= 0.3 * most) {
            sides[*i][*l][*u] ^= true;
        }
    }
    Err(first.unwrap_or(unsettled(MOST_STEPS)))
}

/// Leaves out what is small and merges what is parallel, unless that costs too much. Says whether anything changed.
fn simplify(network: &mut Floats<'_>, value: &mut f64) -> bool {
    for (share, cosine, cost) in [(1e-3, 0.9999, 1e-3), (1e-6, 1.0 - 1e-8, 1e-6)] {
        let mut simpler = network.clone();
        let changed = simpler.without_small(share) | simpler.merged(cosine);
        let scaled = if changed { simpler.scaled() } else { None };
        if let Some((simpler, norm)) = scaled.filter(|(_, norm)| *norm <= *value * (1.0 + cost)) {
            (*network, *value) = (simpler, norm);
            return true;
        }
    }
    false
}

type Sides = Vec<Vec<Vec<bool>>>;

fn own_sides(network: &Floats<'_>) -> Sides {
    let is_positive = |z: &Vec<f64>| z.iter().map(|z| *z > 0.0).collect();
    let sides = |i| network.own_pass(i).preactivations[..network.hidden()].iter().map(is_positive).collect();
    (0..network.task.inputs.len()).map(sides).collect()
}

/// Units that are clearly on one side are on that side; those whose preactivation is 0 because what they read is, or has no weight, are on the
/// side where they raise the margin, or on none where they do not: the negative one.
fn keep_up(network: &Floats<'_>, sides: &mut Sides) {
    let slopes = slopes_of(network, sides);
    for (i, sides) in sides.iter_mut().enumerate() {
        let pass = network.own_pass(i);
        let by_output = network.by_output(&slopes[i]);
        for (l, sides) in sides.iter_mut().enumerate() {
            let (z, [negative, positive]) = (&pass.preactivations[l], network.task.sides[l]);
            let scale = z.iter().fold(0.0, |m: f64, z| m.max(z.abs()));
            for (u, side) in sides.iter_mut().enumerate() {
                if is_loose(network, &pass, l, u) {
                    *side = network.task.label(i) * by_output[l][u] * (positive - negative) > 0.0;
                } else if z[u].abs() > 1e-9 * scale {
                    *side = z[u] > 0.0;
                }
            }
        }
    }
}

/// Whether a preactivation is 0 without anything that cancels.
fn is_loose(network: &Floats<'_>, pass: &Pass, layer: usize, unit: usize) -> bool {
    let read = &pass.inputs[layer];
    let row: Vec<(f64, f64)> =
        network.rows[layer][unit].iter().map(|e| (network.parameters[layer][e.parameter], read[e.unit])).collect();
    let largest = row.iter().map(|(w, x)| (w * x).abs()).fold(0.0, f64::max);
    let weights: Vec<f64> = row.into_iter().map(|(w, _)| w).collect();
    largest <= 1e-9 * norm(&weights) * norm(read)
}

fn slopes_of(network: &Floats<'_>, sides: &Sides) -> Vec<Vec<Vec<f64>>> {
    let layer =
        |(units, slopes): (&Vec<bool>, &[f64; 2])| units.iter().map(|side| slopes[usize::from(*side)]).collect();
    sides.iter().map(|layers| layers.iter().zip(&network.task.sides).map(layer).collect()).collect()
}

struct Step {
    change: Vec<f64>,
    multipliers: Vec<f64>,
    /// The multiplier at the side of each sample, layer and unit.
    walls: Vec<Vec<Vec<f64>>>,
}

/// Minimises `|theta + d|^2 + damping |d|^2`, subject to linearised margins and sides.
fn quadratic_program(
    network: &Floats<'_>,
    slopes: &[Vec<Vec<f64>>],
    passes: &[Pass],
    sides: &Sides,
    damping: f64,
) -> Option<Step> {
    let point = network.unknowns();
    let last = network.hidden();
    let (mut rows, mut columns, mut entries, mut bounds) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    // A row says that `gradient . d + value >= 0`.
    let mut put = |gradient: &[f64], sign: f64, value: f64| {
        for (column, entry) in gradient.iter().enumerate().filter(|(_, entry)| **entry != 0.0) {
            rows.push(bounds.len());
            columns.push(column);
            entries.push(-sign * entry);
        }
        bounds.push(value);
    };
    for (i, pass) in passes.iter().enumerate() {
        let y = network.task.label(i);
        let gradient = network.gradient(pass, &slopes[i], last, 0);
        put(&gradient, y, (y * network.own_pass(i).preactivations[last][0] - 1.0).max(0.0));
    }
    let mut walls = Vec::new();
    for (i, pass) in passes.iter().enumerate() {
        let bent = sides[i].iter().enumerate().filter(|(l, _)| network.task.sides[*l][0] != network.task.sides[*l][1]);
        for (l, units) in bent {
            for (u, side) in units.iter().enumerate().filter(|(u, _)| !is_loose(network, pass, l, *u)) {
                let sign = if *side { 1.0 } else { -1.0 };
                let gradient = network.gradient(pass, &slopes[i], l, u);
                put(&gradient, sign, (sign * pass.preactivations[l][u]).max(0.0));
                walls.push((i, l, u));
            }
        }
    }
    let (count, size) = (bounds.len(), point.len());
    let constraints = CscMatrix::new_from_triplets(count, size, rows, columns, entries);
    let diagonal: Vec<usize> = (0..size).collect();
    let quadratic = CscMatrix::new_from_triplets(size, size, diagonal.clone(), diagonal, vec![1.0 + damping; size]);
    let cones = vec![NonnegativeConeT(count)];
    let (change, duals) = ConeProgram { quadratic, linear: point, constraints, bounds, cones }.solved(1e-12)?;
    let mut by_unit: Vec<Vec<Vec<f64>>> =
        sides.iter().map(|layers| layers.iter().map(|units| vec![0.0; units.len()]).collect()).collect();
    let (multipliers, at_walls) = duals.split_at(passes.len());
    walls.iter().zip(at_walls).for_each(|((i, l, u), dual)| by_unit[*i][*l][*u] = *dual);
    Some(Step { change, multipliers: multipliers.to_vec(), walls: by_unit })
}

/// The held kinks, and the kinks that units want to cross, each with its multiplier.
fn kinks(network: &Floats<'_>, slopes: &[Vec<Vec<f64>>], step: &Step) -> (Vec<HeldKink>, Vec<(f64, Kink)>) {
    let strongest = step.multipliers.iter().copied().fold(0.0, f64::max);
    let (mut held, mut crossings) = (Vec::new(), Vec::new());
    for (i, lambda) in step.multipliers.iter().enumerate() {
        let mut slopes = slopes[i].clone();
        // From the last layer down, as slopes above a kink matter for its own.
        for l in (0..network.hidden()).rev() {
            let (by_output, [negative, positive]) = (network.by_output(&slopes), network.task.sides[l]);
            for (u, own) in slopes[l].iter_mut().enumerate() {
                let wall = step.walls[i][l][u];
                if wall <= NOISE * strongest {
                    continue;
                }
                let outward = if *own == positive { 1.0 } else { -1.0 };
                let slope = *own + wall * outward / (network.task.label(i) * lambda * by_output[l][u]);
                let (least, greatest) = (negative.min(positive), negative.max(positive));
                let slack = 1e-6 * (greatest - least);
                if *lambda > NOISE * strongest && slope > least + slack && slope < greatest - slack {
                    held.push((i, l, u, slope));
                    *own = slope;
                } else {
                    crossings.push((wall, (i, l, u)));
                }
            }
        }
    }
    held.sort_by_key(|(i, l, u, _)| (*i, *l, *u));
    (held, crossings)
}
