//! An enclosed KKT point in its parameters: what `EnclosedParameters.v` states of it, and the evidence.

use super::claim::{By, Definition, Proof, Uncovered};
use super::departure;
use super::enclosed::{COARSE, GUARD};
use super::matrix::matrix;
use super::statement::Subject;
use super::syntax::{list, naturals, rational, rationals};
use crate::kernel::check::{ParametersEnclosed, ParametersOptimum};
use crate::kernel::exact::{OrderedField, Rational, Sign};
use crate::kernel::problem::Problem;

/// The largest number of unknowns.
const MOST_UNKNOWNS: usize = 25;

/// The largest number of parameters, 0 or not: Rocq goes through the network once for each of them, on each sample.
const MOST_PARAMETERS: usize = 60;

/// The proof, if the system is small. That the point is no local optimum needs a curve to better ones.
pub fn proof<F: OrderedField>(
    problem: &Problem<F>,
    subject: Subject,
    index: usize,
    evidence: &ParametersEnclosed<F>,
) -> Result<Proof, Uncovered> {
    // Over a number field the library has no theorem; the data of an enclosed point are rational in any case.
    if subject.numbers.in_field {
        return Err(Uncovered::Method);
    }
    let values = problem.point().entries().filter(|(_, value)| !value.is_zero());
    let values: Vec<Rational> = values.map(|(_, value)| value.coordinates().swap_remove(0)).collect();
    let centres: Vec<Rational> = values.iter().chain(&evidence.multipliers).chain(&evidence.slopes).cloned().collect();
    if centres.len() > MOST_UNKNOWNS {
        return Err(Uncovered::Unknowns { found: centres.len(), most: MOST_UNKNOWNS });
    }
    let parameters = problem.point().entries().count();
    if parameters > MOST_PARAMETERS {
        return Err(Uncovered::Parameters { found: parameters, most: MOST_PARAMETERS });
    }
    let optima = evidence.optimum.iter().map(|optimum| of_optimum(problem, subject, evidence, optimum));
    let optima: Vec<_> = optima.collect::<Result<_, _>>()?;
    let (says, shown): (Vec<_>, Vec<_>) = optima.into_iter().unzip();
    let says = if says.is_empty() { "True".to_string() } else { says.join(" /\\ ") };
    let (instance, point) = (subject.instance(), subject.point());
    let [description, inverse, optima] = ["description", "inverse", "optima"].map(|name| format!("{name}_{index}"));
    let fine = evidence.radius.denominator().bits() + GUARD;
    let arguments = format!("point {description} {fine}%Z {COARSE}%Z {inverse} {optima}");
    let about = format!("{instance} (real_description {description}) {point}");
    Ok(Proof {
        statement: format!("kkt_enclosed_by_parameters {about} (fun p => {says})"),
        by: By::Check("kkt_enclosed_by_parameters_ok", arguments),
        terms: vec![Definition {
            name: description,
            kind: "description Q".into(),
            value: self::description(problem, evidence, values.len(), &centres),
        }],
        evidence: vec![
            Definition { name: inverse, kind: "matrix".into(), value: matrix(&evidence.inverse) },
            Definition { name: optima, kind: "list parameters_optimum".into(), value: list(shown) },
        ],
    })
}

/// What is stated of the point `p`, and the evidence, if there is one.
fn of_optimum<F: OrderedField>(
    problem: &Problem<F>,
    subject: Subject,
    evidence: &ParametersEnclosed<F>,
    optimum: &ParametersOptimum<F>,
) -> Result<(String, String), Uncovered> {
    let instance = subject.instance();
    Ok(match optimum {
        ParametersOptimum::Local { penalty, of_live_units: false } => (
            format!("strict_local_optimum {instance} (fun _ => True) p"),
            format!("StrictlyLocal {}", rational(penalty)),
        ),
        ParametersOptimum::Local { penalty, of_live_units: true } => (
            format!("strict_local_optimum {instance} (zero_units_stay {instance} p) p"),
            format!("StrictlyLocalOfLiveUnits {}", rational(penalty)),
        ),
        ParametersOptimum::Layer { layer } => {
            (format!("local_optimum {instance} (Some {layer}%nat) p"), format!("LayerIsLocal {layer}"))
        }
        ParametersOptimum::NotGlobal { better } => {
            (format!("not_global_optimum {instance} None p"), format!("ShorterIs {}", subject.numbers.shaped(better)))
        }
        ParametersOptimum::Kink { .. } | ParametersOptimum::DeadUnit { .. } => {
            let [omega, delta] = departure::curve(problem, evidence, optimum)
                .ok_or(Uncovered::NoCurve)?
                .map(|parameters| list(parameters.iter().map(|layer| rationals(layer))));
            (format!("~ local_optimum {instance} None p"), format!("DescendsAlong {omega} {delta}"))
        }
    })
}

/// The active samples, the kinds of their units, the places of the unknowns, and the box.
fn description<F: OrderedField>(
    problem: &Problem<F>,
    evidence: &ParametersEnclosed<F>,
    free: usize,
    centres: &[Rational],
) -> String {
    let mut held = free + evidence.active.len();
    let mut kind = |side: &Option<Sign>| match side {
        Some(Sign::Negative) => "Negative".to_string(),
        Some(Sign::Positive) => "Positive".to_string(),
        Some(Sign::Zero) => {
            held += 1;
            format!("Bent {}", held - 1)
        }
        None => "Silent".to_string(),
    };
    let mut units = |units: &Vec<Option<Sign>>| list(units.iter().map(&mut kind));
    let kinds = list(evidence.patterns.iter().map(|layers| list(layers.iter().map(&mut units))));
    let mut unknown = 0;
    let mut place = |value: &F| {
        if value.is_zero() {
            return "None".to_string();
        }
        unknown += 1;
        format!("Some {}", unknown - 1)
    };
    let unknowns = list(problem.point().layers().iter().map(|layer| list(layer.iter().map(&mut place))));
    let (samples, centres, radius) = (naturals(&evidence.active), rationals(centres), rational(&evidence.radius));
    format!("Description {samples}%nat {kinds}%nat {unknowns}%nat {centres} {radius}")
}
