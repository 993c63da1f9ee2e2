//! An enclosed KKT point: what `Enclosed.v` states of it, and the evidence as `enclosed/Optimum.v` reads it.

use super::claim::{By, Definition, Proof, Uncovered};
use super::fractions::Fractions;
use super::matrix::matrix;
use super::moves::{Departure, moves};
use super::slope_trees::slope_tree;
use super::statement::Subject;
use super::syntax::{Numbers, list, naturals, rational};
use crate::kernel::check::{EnclosedOptimum, KktEnclosed};
use crate::kernel::exact::{OrderedField, Rational, Sign};
use crate::kernel::problem::{Label, Problem};

/// The largest number of unknowns: Rocq takes some 8 s for 76, with 357 samples, 64 inputs and trees of 2,800 leaves.
const MOST_UNKNOWNS: usize = 80;

/// Binary places for what is far from a boundary. What is not shown with these is tried with more.
pub const COARSE: u64 = 32;

/// What the file calls the samples.
pub const SAMPLES: &str = "samples";

/// From so many unknowns on, they are written over one denominator.
const MANY: usize = 20;

/// Binary places beyond those of the radius.
pub const GUARD: u64 = 24;

/// The proof, if the library has a theorem for every claim of optimality and the system is small.
pub fn proof<F: OrderedField>(
    problem: &Problem<F>,
    subject: Subject,
    index: usize,
    evidence: &KktEnclosed<F>,
) -> Result<Proof, Uncovered> {
    let slopes = || evidence.directions.iter().flat_map(|direction| &direction.slopes);
    let amounts = evidence.directions.iter().map(|direction| &direction.amount);
    let centre: Vec<Rational> = evidence.multipliers.iter().chain(amounts).chain(slopes()).cloned().collect();
    // Over a number field the library has no theorem; the data of an enclosed point are rational in any case.
    if subject.numbers.in_field {
        return Err(Uncovered::Method);
    }
    if centre.len() > MOST_UNKNOWNS {
        return Err(Uncovered::Unknowns { found: centre.len(), most: MOST_UNKNOWNS });
    }
    let hidden = problem.network().layers().first().ok_or(Uncovered::Method)?;
    let slope = subject.numbers.number(&hidden.activation().slope(Sign::Negative));
    let network = format!("{} {} {slope}", problem.network().inputs(), hidden.outputs());
    let optima = evidence.optimum.iter().map(|optimum| of_optimum(problem, subject, evidence, optimum));
    let optima: Vec<(String, String)> = optima.collect::<Result<_, _>>()?;
    let [enclosure, distance, inverse, shown] =
        ["enclosure", "distance", "inverse", "optima"].map(|name| format!("{name}_{index}"));
    let says = optima.iter().map(|(says, _)| says.clone()).collect::<Vec<_>>();
    let says = if says.is_empty() { "True".to_string() } else { says.join(" /\\ ") };
    let (instance, point) = (subject.instance(), subject.point());
    let about = format!("{instance} (real_enclosure {enclosure}) {point} (Q2R {distance})");
    let fine = evidence.radius.denominator().bits() + GUARD;
    Ok(Proof {
        statement: format!("kkt_enclosed {about} (fun p => {says})"),
        by: By::CheckOf(
            "kkt_enclosed_ok".into(),
            format!("{network} {SAMPLES} point {distance} {enclosure} {fine}%Z {COARSE}%Z {inverse} {shown}"),
        ),
        terms: vec![
            Definition {
                name: enclosure,
                kind: "enclosure Q".into(),
                value: self::enclosure(problem, evidence, &centre).ok_or(Uncovered::Method)?,
            },
            Definition { name: distance, kind: "Q".into(), value: rational(&evidence.distance) },
        ],
        evidence: vec![
            Definition { name: inverse, kind: "matrix".into(), value: matrix(&evidence.inverse) },
            Definition {
                name: shown,
                kind: "list optimum".into(),
                value: list(optima.into_iter().map(|(_, evidence)| evidence)),
            },
        ],
    })
}

/// The active samples, the directions with their sides, the units with their shares, and the box.
fn enclosure<F: OrderedField>(problem: &Problem<F>, evidence: &KktEnclosed<F>, centre: &[Rational]) -> Option<String> {
    let mut unknown = evidence.active.len() + evidence.directions.len();
    let mut units = vec!["None".to_string(); problem.network().layers().first()?.outputs()];
    let mut directions = Vec::new();
    for (j, direction) in evidence.directions.iter().enumerate() {
        let side = |side: &Sign| match side {
            Sign::Negative => "Below".to_string(),
            Sign::Positive => "Above".to_string(),
            Sign::Zero => {
                unknown += 1;
                format!("Held {}", unknown - 1)
            }
        };
        let sides = list(direction.pattern.iter().map(side));
        directions.push(format!("({}, {sides}%nat)", direction.sign == Label::Positive));
        for (&unit, share) in direction.units.iter().zip(&direction.shares) {
            *units.get_mut(unit)? = format!("Some ({j}%nat, {})", rational(share));
        }
    }
    let (active, directions, units) = (naturals(&evidence.active), list(directions), list(units));
    let centre = Fractions::of(Numbers { in_field: false }, MANY, centre.iter()).list(centre);
    let centre = if centre.starts_with('[') { centre } else { format!("({centre})") };
    let radius = rational(&evidence.radius);
    Some(format!("Enclosure {active}%nat {directions} {units} {centre} {radius}"))
}

/// What is stated of the point `p`, and the evidence.
fn of_optimum<F: OrderedField>(
    problem: &Problem<F>,
    subject: Subject,
    evidence: &KktEnclosed<F>,
    optimum: &EnclosedOptimum<F>,
) -> Result<(String, String), Uncovered> {
    let instance = subject.instance();
    let not_local = |moves: String| (format!("~ local_optimum {instance} None p"), format!("IsNotLocal {moves}"));
    let departure = |departure| moves(problem, evidence, &departure).ok_or(Uncovered::Method);
    Ok(match optimum {
        EnclosedOptimum::Local => (format!("local_optimum {instance} None p"), "IsLocal".into()),
        EnclosedOptimum::Layer { layer } => {
            (format!("local_optimum {instance} (Some {layer}%nat) p"), format!("IsLayerLocal {layer}"))
        }
        EnclosedOptimum::Global { positive, negative } => {
            let tree = |sign, tree| slope_tree(problem, evidence, sign, tree);
            let trees = format!("({}) ({})", tree(Label::Positive, positive)?, tree(Label::Negative, negative)?);
            (format!("optimal_for_every_width {instance} p"), format!("IsGlobal {trees}"))
        }
        EnclosedOptimum::NotGlobal { better } => {
            let better = subject.numbers.shaped(better);
            (format!("not_global_optimum {instance} None p"), format!("IsNotGlobal {better}"))
        }
        EnclosedOptimum::Ridge { direction, sample } => {
            not_local(departure(Departure::Kink { direction: *direction, sample: *sample })?)
        }
        EnclosedOptimum::DeadUnit { incoming, sign } => {
            not_local(departure(Departure::Wake { incoming, sign: *sign })?)
        }
    })
}
