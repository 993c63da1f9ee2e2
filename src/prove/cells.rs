//! The method `cells`: multipliers for every activation pattern of one hidden unit, by projection onto polyhedral cones.

mod choices;

use std::collections::BTreeMap;

use choices::{Choices, Support};

use super::deadline::OutOfTime;
use super::field::ProofField;
use super::least_squares;
use super::qp::{Combination, combination_within};
use super::search::Search;
use super::sides::{all_turned, sign_of, turned};
use crate::kernel::check::{Cell, Cells, Kkt, Side};
use crate::kernel::exact::Sign;
use crate::kernel::problem::Problem;

/// The most cells that are looked at.
const MAX_CELLS: usize = 1 << 12;
/// Rounds of cutting planes before giving up.
const ROUNDS: usize = 40;

/// From how many samples, and for how many steps, a unit follows its gradient to a likely cell.
const STARTS: usize = 16;
const STEPS: usize = 10;

const OUT_OF_TIME: &str = "`cells`, stopped by the time limit";

/// Evidence for a local optimum, if the network has depth 2 and is dense with a ReLU or leaky ReLU hidden layer.
///
/// Starts with the multipliers of the KKT evidence; where these fail but others may do, cutting planes choose among them.
pub fn local<F: ProofField>(problem: &Problem<F>, kkt: &Kkt<F>, search: &mut Search) -> Option<Cells<F>> {
    bounded(problem, kkt, Reach::Local, ROUNDS, Support::Wide, search)
}

/// Evidence for a global optimum, among networks of every width.
pub fn global<F: ProofField>(problem: &Problem<F>, kkt: &Kkt<F>, search: &mut Search) -> Option<Cells<F>> {
    bounded(problem, kkt, Reach::Global, ROUNDS, Support::Wide, search)
}

/// The same with multipliers on few samples, so that few cells are needed: where there is a choice among many.
pub fn global_on_few_samples<F: ProofField>(
    problem: &Problem<F>,
    kkt: &Kkt<F>,
    search: &mut Search,
) -> Option<Cells<F>> {
    bounded(problem, kkt, Reach::Global, ROUNDS, Support::Few, search)
}

/// The same with the multipliers of the KKT evidence alone.
pub fn global_in_hand<F: ProofField>(problem: &Problem<F>, kkt: &Kkt<F>, search: &mut Search) -> Option<Cells<F>> {
    bounded(problem, kkt, Reach::Global, 0, Support::Wide, search)
}

/// Multipliers of a KKT point of a dense network of depth 2 with kinks, away from the inequalities that can be strict.
pub fn interior_multipliers<F: ProofField>(problem: &Problem<F>, search: &Search) -> Option<Vec<F>> {
    if fits(problem) { Choices::of(problem, Support::Wide).choose(search).ok()? } else { None }
}

/// Whether the method is about such networks.
fn fits<F: ProofField>(problem: &Problem<F>) -> bool {
    let [hidden, output] = problem.network().layers() else { return false };
    hidden.is_dense() && output.is_dense() && !hidden.activation().is_linear()
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Reach {
    Local,
    Global,
}

/// What became of the cells for given multipliers.
enum Bounds<F> {
    All(Vec<Cell<F>>),
    Violated(Vec<Violation<F>>),
    TooMany,
    OutOfTime,
}

/// A unit for which the bound fails.
struct Violation<F> {
    /// The hidden unit that it stands for, if not any.
    unit: Option<usize>,
    /// Its incoming weights.
    weights: Vec<F>,
    /// The side of its outgoing weight.
    sign: Side,
}

/// With so many rounds of cutting planes, if need be.
fn bounded<F: ProofField>(
    problem: &Problem<F>,
    kkt: &Kkt<F>,
    reach: Reach,
    rounds: usize,
    support: Support,
    search: &mut Search,
) -> Option<Cells<F>> {
    if !fits(problem) {
        return None;
    }
    let mut multipliers = kkt.multipliers.clone();
    let mut choices: Option<Choices<F>> = None;
    for round in 0..=rounds {
        match bounds(problem, &multipliers, reach, search) {
            Bounds::All(cells) => return Some(Cells { multipliers, cells }),
            Bounds::Violated(_) if round == rounds => break,
            Bounds::Violated(violated) => {
                let choices = choices.get_or_insert_with(|| Choices::of(problem, support));
                violated.iter().for_each(|violation| choices.cut_off(problem, violation));
                let mut chosen = choices.choose(search);
                if !choices.wants_room && matches!(&chosen, Ok(Some(same)) if *same == multipliers) {
                    // They are beyond the bound by less than a cut can tell.
                    choices.wants_room = true;
                    chosen = choices.choose(search);
                }
                match chosen {
                    Ok(Some(chosen)) if chosen != multipliers => multipliers = chosen,
                    outcome => {
                        search.tried(match outcome {
                            Err(OutOfTime) => OUT_OF_TIME,
                            Ok(None) if choices.are_necessary => {
                                "`cells`: for no multipliers does the bound hold in all of them"
                            }
                            Ok(_) => {
                                "`cells`: cutting planes find no multipliers for which the bound holds in all of them"
                            }
                        });
                        return None;
                    }
                }
            }
            Bounds::TooMany => {
                search.tried(format!("`cells`: more than {MAX_CELLS} would be needed"));
                return None;
            }
            Bounds::OutOfTime => {
                search.tried(OUT_OF_TIME);
                return None;
            }
        }
    }
    search.tried(match rounds {
        0 => "`cells`: the bound fails for the multipliers in hand".into(),
        rounds => format!("`cells`: {rounds} rounds of cutting planes leave the multipliers open"),
    });
    None
}

/// Bounds every cell that is needed, or finds up to four for which the bound fails.
fn bounds<F: ProofField>(problem: &Problem<F>, multipliers: &[F], reach: Reach, search: &Search) -> Bounds<F> {
    let support: Vec<usize> = (0..multipliers.len()).filter(|&i| !multipliers[i].is_zero()).collect();
    let activation = problem.network().layers()[0].activation();
    let mut known: BTreeMap<(Vec<Side>, Side), Vec<F>> = BTreeMap::new();
    let (mut cells, mut violated) = (Vec::new(), Vec::new());
    let units: Vec<Option<usize>> = match reach {
        Reach::Global => vec![None],
        Reach::Local => (0..problem.network().layers()[0].outputs()).map(Some).collect(),
    };
    for unit in units {
        let signs = unit.map_or(vec![Sign::Zero; support.len() + 1], |unit| {
            let preactivations = support.iter().map(|&i| problem.traces()[i].preactivations[0][unit].sign());
            preactivations.chain([outgoing(problem, unit).sign()]).collect()
        });
        let open: Vec<usize> = (0..signs.len()).filter(|&place| signs[place] == Sign::Zero).collect();
        if open.len() >= usize::BITS as usize - 1 || cells.len() + (1 << open.len()) > MAX_CELLS {
            return Bounds::TooMany;
        }
        // Where the bound fails it mostly fails in one of these, and then the others need not be looked at.
        let likely = if unit.is_none() { likely(problem, multipliers, &support) } else { Vec::new() };
        let others = (0usize..1 << open.len()).filter(|choice| !likely.contains(choice));
        let in_order = likely.iter().copied().map(|choice| (choice, true)).chain(others.map(|choice| (choice, false)));
        for (choice, is_likely) in in_order {
            if !is_likely && !violated.is_empty() && unit.is_none() {
                return Bounds::Violated(violated);
            }
            if search.check().is_err() {
                return Bounds::OutOfTime;
            }
            let mut sides: Vec<Side> = signs
                .iter()
                .map(|sign| if *sign == Sign::Negative { Side::Negative } else { Side::Positive })
                .collect();
            for (bit, place) in open.iter().enumerate() {
                sides[*place] = if choice >> bit & 1 == 0 { Side::Positive } else { Side::Negative };
            }
            let sign = sides.pop().unwrap_or(Side::Positive);
            if let Some(weights) = known.get(&(sides.clone(), sign)) {
                cells.push(Cell { unit, pattern: sides, sign, multipliers: weights.clone() });
                continue;
            }
            let mut target = vec![F::zero(); problem.network().inputs()];
            let mut generators = Vec::with_capacity(support.len());
            for (&i, side) in support.iter().zip(&sides) {
                let sample = &problem.samples()[i];
                let slope = activation.slope(sign_of(*side));
                let coefficient = turned(sign, sample.y.times(multipliers[i].clone() * &slope));
                target.iter_mut().zip(&sample.x).for_each(|(t, x)| t.add_product(&coefficient, x));
                generators.push(all_turned(*side, &sample.x));
            }
            match combination_within(&generators, &target, &F::one(), search.deadline()) {
                Ok(Combination::Within { weights, .. }) => {
                    known.insert((sides.clone(), sign), weights.clone());
                    cells.push(Cell { unit, pattern: sides, sign, multipliers: weights });
                }
                Ok(Combination::Beyond(projection)) => {
                    violated.push(Violation { unit, weights: projection.residual(&generators, &target), sign });
                    if violated.len() == 4 {
                        return Bounds::Violated(violated);
                    }
                }
                Err(_) => return Bounds::OutOfTime,
            }
        }
    }
    if violated.is_empty() { Bounds::All(cells) } else { Bounds::Violated(violated) }
}

/// The cells, as choices of sides, in which a unit ends up that follows the gradient of what it adds to the weighted margins, from some
/// samples on.
fn likely<F: ProofField>(problem: &Problem<F>, multipliers: &[F], support: &[usize]) -> Vec<usize> {
    let sample = |&i: &usize| {
        let sample = &problem.samples()[i];
        let x: Vec<f64> = sample.x.iter().map(F::to_f64).collect();
        (sample.y.times(multipliers[i].clone()).to_f64(), x)
    };
    let samples: Vec<(f64, Vec<f64>)> = support.iter().map(sample).collect();
    let low = problem.network().layers()[0].activation().slope(Sign::Negative).to_f64();
    let mut found = Vec::new();
    for (sign, bit) in [(1.0, 0), (-1.0, 1 << support.len())] {
        for (_, start) in samples.iter().take(STARTS) {
            let mut w = start.clone();
            let mut sides = usize::MAX;
            for _ in 0..STEPS {
                let is_on = |x: &[f64]| least_squares::dot(&w, x) > 0.0;
                let off = samples.iter().enumerate().filter(|(_, (_, x))| !is_on(x));
                let here = off.fold(0, |sides, (place, _)| sides | 1 << place);
                let mut next = vec![0.0; w.len()];
                for (place, (factor, x)) in samples.iter().enumerate() {
                    let slope = if here >> place & 1 == 0 { 1.0 } else { low };
                    least_squares::add(&mut next, sign * factor * slope, x);
                }
                if here == sides {
                    break;
                }
                (w, sides) = (next, here);
            }
            if !found.contains(&(sides | bit)) {
                found.push(sides | bit);
            }
        }
    }
    found
}

/// The outgoing weight of a hidden unit.
fn outgoing<F: ProofField>(problem: &Problem<F>, unit: usize) -> &F {
    let connection = problem.network().layers()[1].outgoing()[unit][0];
    &problem.point().layers()[1][connection.parameter]
}
