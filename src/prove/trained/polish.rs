//! The way from a task to a certificate.

use std::time::Duration;

use super::cells::Found;
use super::enclose::{Enclosed, enclose};
use super::independent::with_independent_directions;
use super::report::{DirectionFound, EnclosedPoint, NotEnclosed, Polished, Standing};
use super::task::Task;
use super::{approximate, cells, deep, optimum};
use crate::kernel::certificate::Certificate;
use crate::kernel::check::Claim;
use crate::kernel::exact::Sign;
use crate::kernel::network::Scope;
use crate::kernel::problem::Label;
use crate::prove::deadline::Deadline;
use crate::prove::rounding::to_f64;

/// Below which share of the greatest multiplier one counts as 0: each is tried until the kernel accepts.
const TOLERANCES: [f64; 5] = [1e-6, 1e-4, 1e-7, 1e-5, 1e-3];

/// Encloses the KKT point that a trained network approaches, and decides whether it is a local or a global optimum.
///
/// This is the library's entry point for trained networks, which the command `margincert polish` and the Python package call. It does
/// not fail: [`Polished::enclosed`] says why no KKT point was enclosed, and the certificate then holds what is true of the trained
/// point. The time limit bounds the search, not the last check, by little.
///
/// ```
/// use std::time::Duration;
/// use margincert::kernel::network::Activation;
/// use margincert::kernel::problem::{Label, Sample};
/// use margincert::prove::trained::{Standing, Task, exact, polish};
///
/// let sample = |x: [f64; 2], y| Sample { x: x.map(|x| exact(x).unwrap()).to_vec(), y };
/// let samples = vec![sample([0.8, 0.6], Label::Positive), sample([-0.8, 0.7], Label::Negative)];
/// let weights = vec![vec![vec![0.79, 0.6], vec![-0.7, 0.61]], vec![vec![1.0, -0.98]]];
/// let task = Task::new(weights, Activation::Relu, samples).unwrap();
/// let polished = polish(&task, Duration::from_secs(10));
/// assert_eq!(polished.enclosed.unwrap().standing, Standing::Global);
/// ```
pub fn polish(task: &Task, limit: Duration) -> Polished {
    let until = Deadline::after(limit);
    let margins = (0..task.samples.len()).map(|sample| task.margin(sample));
    let least_margin = margins.fold(f64::INFINITY, f64::min);
    let refused =
        |reason| Polished { certificate: approximate::certificate(task), enclosed: Err(reason), least_margin };
    match task.depth() {
        1 => return refused(NotEnclosed::NoHiddenLayer),
        2 if task.is_dense() => {}
        _ => {
            return match deep::polish(task, least_margin, until) {
                Ok((certificate, point)) => {
                    Polished { certificate: Some(certificate), enclosed: Ok(point), least_margin }
                }
                Err(reason) => refused(reason),
            };
        }
    }
    let mut first = None;
    for tolerance in TOLERANCES {
        let found = cells::find(task, tolerance, until);
        let rounds = found.as_ref().map_or(0, |found| found.rounds);
        match found.and_then(|found| enclose_or_reduce(task, found, tolerance)) {
            Ok(mut enclosed) => {
                let decided = optimum::decide(task, &mut enclosed, until);
                let point = described(task, &enclosed, least_margin, rounds, decided);
                let Enclosed { problem, claim, .. } = enclosed;
                let mut certificate = Certificate::instance(None, problem);
                certificate.claims.push(Claim::KktEnclosed(claim));
                return Polished { certificate: Some(certificate), enclosed: Ok(point), least_margin };
            }
            Err(reason) => first = first.or(Some(reason)),
        }
        if until.passed() {
            break;
        }
    }
    refused(first.unwrap_or(NotEnclosed::OutOfTime { doing: "looking for the cells of the units" }))
}

/// Encloses what was found, with fewer directions if the equations are singular as it is.
fn enclose_or_reduce(task: &Task, found: Found, tolerance: f64) -> Result<Enclosed, NotEnclosed> {
    enclose(task, &found, tolerance).or_else(|reason| {
        let directions = found.products.len();
        let fewer = with_independent_directions(task, found, tolerance);
        let is_less = fewer.products.len() < directions;
        if is_less { enclose(task, &fewer, tolerance).map_err(|_| reason) } else { Err(reason) }
    })
}

/// The enclosed point in floats.
fn described(
    task: &Task,
    enclosed: &Enclosed,
    least_margin: f64,
    rounds: usize,
    (standing, optimal_layers): (Standing, Vec<usize>),
) -> EnclosedPoint {
    let (claim, point) = (&enclosed.claim, enclosed.problem.point());
    let direction = |live: &crate::kernel::check::LiveDirection| {
        let places = claim.active.iter().zip(&live.pattern).filter(|(_, side)| **side == Sign::Zero);
        DirectionFound {
            units: live.units.clone(),
            sign: if live.sign == Label::Positive { 1 } else { -1 },
            amount: to_f64(&live.amount),
            held: places.map(|(sample, _)| *sample).zip(live.slopes.iter().map(to_f64)).collect(),
        }
    };
    let norm_squared = to_f64(&point.norm_squared(Scope::All));
    let scale = least_margin.powf(-0.5);
    let trained = task.weights.iter().flatten().flatten().map(|weight| weight * scale);
    let trained_norm_squared: f64 = trained.clone().map(|weight| weight * weight).sum();
    let moved: f64 = trained.zip(point.iter()).map(|(trained, point)| (trained - to_f64(point)).powi(2)).sum();
    EnclosedPoint {
        directions: claim.directions.iter().map(direction).collect(),
        layers: Vec::new(),
        active: claim.active.iter().copied().zip(claim.multipliers.iter().map(to_f64)).collect(),
        dead: enclosed.dead.clone(),
        half_norm_squared: norm_squared / 2.0,
        trained_half_norm_squared: trained_norm_squared / 2.0,
        moved: (moved / norm_squared).sqrt(),
        distance: to_f64(&claim.distance),
        radius: to_f64(&claim.radius),
        condition: enclosed.condition,
        rounds,
        standing,
        optimal_layers,
    }
}
