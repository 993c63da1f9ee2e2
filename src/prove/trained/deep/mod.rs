//! Networks of depth 3 and more, and those that are not dense: a KKT point near the trained network is sought in floats ([`descent`]), its structure read off and its equations in the
//! parameters solved and enclosed ([`enclose`]). Held kinks and units that are 0 are asked for better points ([`better`]), then the Lagrangian's curvature
//! ([`second_order`]); [`optimum`] says what follows.

mod better;
mod descent;
mod enclose;
mod floats;
mod groups;
mod optimum;
mod second_order;

use super::report::{EnclosedPoint, LayerFound, NotEnclosed};
use super::task::Task;
use crate::kernel::certificate::Certificate;
use crate::kernel::check::Claim;
use crate::kernel::exact::{OrderedField, Rational, Sign};
use crate::kernel::network::Scope;
use crate::prove::deadline::Deadline;
use crate::prove::rounding::to_f64;

/// The most parameters of a network that is descended from; a step's program has as many unknowns.
const MOST_PARAMETERS: usize = 600;

/// Encloses a KKT point near a network of any depth, and asks whether it is a local optimum.
pub(super) fn polish(
    task: &Task,
    least_margin: f64,
    until: Deadline,
) -> Result<(Certificate<Rational>, EnclosedPoint), NotEnclosed> {
    let mut start = floats::Floats::new(task);
    // What training has all but settled need not be carried along.
    start.merged(0.99999);
    let parameters = start.unknowns().len();
    if parameters > MOST_PARAMETERS {
        return Err(NotEnclosed::TooManyParameters { parameters, most: MOST_PARAMETERS });
    }
    let mut enclosed = descent::descend(start, until, enclose::enclose)?;
    let (standing, optimal_layers) = optimum::decide(task, &mut enclosed, until);
    let claim = &enclosed.claim;
    let point = enclosed.problem.point();
    let norm_squared = to_f64(&point.norm_squared(Scope::All));
    let scale = least_margin.powf(-1.0 / task.depth() as f64);
    let trained = task.parameters.iter().flatten().map(|weight| weight * scale);
    let split = floats::Floats::split(task, enclose::floats(&enclosed.problem), &enclosed.origins);
    let moved: f64 = trained.clone().zip(&split).map(|(trained, point)| (trained - point).powi(2)).sum();
    let mut slopes = claim.slopes.iter().map(to_f64);
    let mut layers: Vec<LayerFound> = enclosed
        .origins
        .iter()
        .map(|units| {
            let live = units.iter().filter(|parts| !parts.is_empty()).cloned().collect();
            LayerFound { live, width: units.len(), held: Vec::new() }
        })
        .collect();
    for (sample, pattern) in claim.active.iter().zip(&claim.patterns) {
        for (layer, units) in pattern.iter().enumerate() {
            for (unit, _) in units.iter().enumerate().filter(|(_, side)| **side == Some(Sign::Zero)) {
                layers[layer].held.push((*sample, unit, slopes.next().unwrap_or_default()));
            }
        }
    }
    let free = point.iter().filter(|parameter| parameter.sign() != Sign::Zero).count();
    let radius = to_f64(&claim.radius);
    let found = EnclosedPoint {
        directions: Vec::new(),
        layers,
        active: claim.active.iter().copied().zip(claim.multipliers.iter().map(to_f64)).collect(),
        dead: Vec::new(),
        half_norm_squared: norm_squared / 2.0,
        trained_half_norm_squared: trained.map(|weight| weight * weight).sum::<f64>() / 2.0,
        moved: (moved / norm_squared).sqrt(),
        distance: radius * (free as f64).sqrt(),
        radius,
        condition: enclosed.condition,
        rounds: enclosed.steps,
        standing,
        optimal_layers,
    };
    let mut certificate = Certificate::instance(None, enclosed.problem);
    certificate.claims.push(Claim::ParametersEnclosed(enclosed.claim));
    Ok((certificate, found))
}
