//! Are the multipliers of a KKT point unique?
//!
//! Let `A` be the active samples. Without kinks on them the multipliers form the polyhedron
//! `{lambda >= 0 : sum_A lambda_i y_i grad Phi_i = theta~}`. With kinks, replace each gradient by those for all `2^k` choices of
//! sides of the sample's `k` kinks, `y_i g(i, s)`, with weights `w(i, s) >= 0`: since the Clarke subdifferential lies in their convex hull,
//! every vector of multipliers is `lambda_i = sum_s w(i, s)` for some point `w` of
//!
//! `P = {w >= 0 : sum w(i, s) y_i g(i, s) = theta~}`.
//!
//! **Unique.** `P` is bounded, since `theta~ . y_i g(i, s) = L m_i = L > 0` for every choice of sides (a kink contributes 0
//! to the output whatever its slope), so that `sum w = ||theta~||^2 / L`. Exact linear programs give the least and the greatest `lambda_i` on `P`,
//! for each `i`. If they are equal for all `i`, the multipliers are unique: no others are compatible even with the larger set of gradients.
//! If the gradients `y_i g(i, s)` are linearly independent, `P` is at most one point and no program is needed.
//!
//! **Not unique.** Otherwise two points of `P` have different multipliers. They count only if the kernel accepts both as `kkt` claims; for
//! each choice of sides with a positive weight the curve that turns every kink's incoming weights towards (or away from) what the unit reads
//! is offered as evidence that the choice occurs. Where the kernel refuses, the question is left open.

use super::structure::Parts;
use super::{Facts, decided};
use crate::explore::conjecture::{Atom, Operand, Quantity, Size, Truth};
use crate::kernel::check::{Claim, Kkt, Selection, Selections, check};
use crate::kernel::exact::{OrderedField, Rational, Sign};
use crate::kernel::network::{Curve, Parameters, Scope, Unit};
use crate::kernel::problem::Problem;
use crate::prove::deadline::Deadline;
use crate::prove::field::ProofField;
use crate::prove::free::{active_samples, flat, margin_gradient, slopes_with};
use crate::prove::linear_algebra::independent;
use crate::prove::lp::{LinearProgram, Outcome, Relation, Sense};
use crate::prove::search::Search;

/// The most choices of sides that are looked at, over all samples.
const CHOICES: usize = 256;

/// A sample with a choice of sides for its kinks.
struct Choice {
    sample: usize,
    kinks: Vec<Unit>,
    sides: Vec<bool>,
    gradient: Vec<Rational>,
}

impl Facts<'_> {
    pub(super) fn unique_multipliers(&mut self) -> Truth {
        let Some(kkt) = self.kkt() else {
            return decided(self.stationary() == Truth::False, Truth::False);
        };
        let differs = |claim: &Claim<Rational>| match claim {
            Claim::Kkt(other) => other.layer.is_none() && other.multipliers != kkt.multipliers,
            _ => false,
        };
        if self.keep_given(differs) {
            return Truth::False;
        }
        match self.search("unique multipliers", |problem, search| others(problem, &kkt, search.deadline())) {
            Some(Others::None) => Truth::True,
            Some(Others::Certified(other)) => decided(self.keep(Claim::Kkt(other)), Truth::False),
            None => Truth::Unknown,
        }
    }
}

impl Facts<'_> {
    /// Whether some multipliers are positive on every active sample. Those that maximise each one in turn over `P` are averaged, and count if the
    /// kernel accepts them; where one cannot be positive even on `P`, there are none.
    pub(super) fn strictly_complementary(&mut self) -> Truth {
        let Some(kkt) = self.kkt() else {
            return decided(self.stationary() == Truth::False, Truth::False);
        };
        let active = active_samples(self.problem);
        let is_positive = |kkt: &Kkt<Rational>| active.iter().all(|&i| kkt.multipliers[i].sign() == Sign::Positive);
        let given =
            |claim: &Claim<Rational>| matches!(claim, Claim::Kkt(other) if other.layer.is_none() && is_positive(other));
        if is_positive(&kkt) || self.keep_given(given) {
            return Truth::True;
        }
        match self.search("strict complementarity", |problem, search| average(problem, &active, search.deadline())) {
            Some(average) if average.never_positive > 0 => Truth::False,
            Some(average) => decided(self.keep(Claim::Kkt(average.multipliers)), Truth::True),
            None => Truth::Unknown,
        }
    }

    /// Compares sizes one of which is the number of supporting samples.
    pub(super) fn compare(&mut self, atom: &Atom) -> Truth {
        let (left, comparison, right) = match atom {
            Atom::Size(size, comparison, number) => {
                (Quantity { size: *size, layer: None }, comparison, Operand::Number(*number))
            }
            Atom::Quantities(left, comparison, right) => (*left, comparison, *right),
            _ => return Truth::Unknown,
        };
        let right = match right {
            Operand::Number(number) => Some(number),
            Operand::Quantity(quantity) => self.quantity(quantity),
        };
        let numbers = self.quantity(left).zip(right);
        numbers.map_or(Truth::Unknown, |(left, right)| comparison.holds(left, right).into())
    }

    fn quantity(&mut self, quantity: Quantity) -> Option<u64> {
        match quantity {
            Quantity { size: Size::Supporting, layer: None } => self.supporting(),
            _ => Parts::of(self.problem).quantity(quantity),
        }
    }

    /// How many samples have a positive multiplier in some multipliers. Since those are convex, some are positive on all these samples at once: the
    /// average, which the kernel has to accept.
    fn supporting(&mut self) -> Option<u64> {
        let kkt = self.kkt()?;
        let positive = |kkt: &Kkt<Rational>| kkt.multipliers.iter().filter(|l| l.sign() == Sign::Positive).count();
        let active = active_samples(self.problem);
        if positive(&kkt) == active.len() {
            return Some(active.len() as u64);
        }
        let average = |problem, search: &mut Search| average(problem, &active, search.deadline());
        let average = self.search("strict complementarity", average)?;
        let count = active.len() - average.never_positive;
        (positive(&average.multipliers) == count && self.keep(Claim::Kkt(average.multipliers))).then_some(count as u64)
    }
}

/// Whether a fact is about the number of supporting samples, the one size that is not read off the instance.
pub(in crate::explore) fn counts_supporting(atom: &Atom) -> bool {
    let is = |quantity: &Quantity| quantity.size == Size::Supporting;
    match atom {
        Atom::Size(size, ..) => *size == Size::Supporting,
        Atom::Quantities(left, _, Operand::Quantity(right)) => is(left) || is(right),
        Atom::Quantities(left, ..) => is(left),
        _ => false,
    }
}

/// The average of multipliers each of which is as great as can be on one active sample.
struct Average {
    multipliers: Kkt<Rational>,
    /// How many active samples have the multiplier 0 whatever the others are.
    never_positive: usize,
}

fn average(problem: &Problem<Rational>, active: &[usize], deadline: Deadline) -> Option<Average> {
    let choices = choices(problem)?;
    let mut sum = vec![Rational::integer(0); choices.len()];
    let mut never_positive = 0;
    for &sample in active {
        let weights = extreme(problem, &choices, (sample, Sense::Maximise), deadline)?;
        let of_sample = choices.iter().zip(&weights).filter(|(choice, _)| choice.sample == sample);
        if of_sample.into_iter().all(|(_, weight)| weight.sign() == Sign::Zero) {
            never_positive += 1;
        }
        sum.iter_mut().zip(&weights).for_each(|(sum, weight)| *sum += weight);
    }
    let share = Rational::from_ratio(1, i64::try_from(active.len()).ok()?)?;
    let weights: Vec<Rational> = sum.into_iter().map(|sum| sum * &share).collect();
    Some(Average { multipliers: evidence(problem, &choices, &weights), never_positive })
}

/// What other multipliers a point has.
enum Others {
    None,
    /// These, and the kernel accepts them.
    Certified(Kkt<Rational>),
}

/// Looks for other multipliers than those of a claim; `None` where the question is left open.
fn others(problem: &Problem<Rational>, kkt: &Kkt<Rational>, deadline: Deadline) -> Option<Others> {
    let choices = choices(problem)?;
    let gradients: Vec<_> = choices.iter().map(|choice| choice.gradient.clone()).collect();
    if independent(&gradients, deadline).ok()?.len() == gradients.len() {
        return Some(Others::None);
    }
    let mut is_unique = true;
    for sample in 0..problem.samples().len() {
        for sense in [Sense::Minimise, Sense::Maximise] {
            let weights = extreme(problem, &choices, (sample, sense), deadline)?;
            let found = evidence(problem, &choices, &weights);
            if found.multipliers == kkt.multipliers {
                continue;
            }
            is_unique = false;
            let claim = Claim::Kkt(found.clone());
            if deadline.bounded(|| check(problem, &claim).is_ok()).ok()? {
                return Some(Others::Certified(found));
            }
        }
    }
    is_unique.then_some(Others::None)
}

/// Every choice of sides of every active sample, unless there are too many.
fn choices(problem: &Problem<Rational>) -> Option<Vec<Choice>> {
    let mut choices = Vec::new();
    for sample in active_samples(problem) {
        let kinks = problem.kinks(sample, Scope::All);
        let count = 1usize.checked_shl(kinks.len() as u32).filter(|count| *count <= CHOICES - choices.len())?;
        for choice in 0..count {
            let sides: Vec<bool> = (0..kinks.len()).map(|kink| choice >> kink & 1 == 1).collect();
            let slopes = slopes_with(problem, sample, &kinks, &sides);
            let gradient = margin_gradient(problem, Scope::All, sample, &slopes);
            choices.push(Choice { sample, kinks: kinks.clone(), sides, gradient });
        }
    }
    Some(choices)
}

/// Weights of the choices for which the sample's multiplier is least or greatest.
fn extreme(
    problem: &Problem<Rational>,
    choices: &[Choice],
    (sample, sense): (usize, Sense),
    deadline: Deadline,
) -> Option<Vec<Rational>> {
    let mut program = LinearProgram::new(sense);
    for choice in choices {
        program.add_non_negative(Rational::integer(i64::from(choice.sample == sample)));
    }
    for (row, target) in flat(problem.point(), Scope::All).into_iter().enumerate() {
        let entries = choices.iter().map(|choice| choice.gradient[row].clone());
        program.add_row(entries.enumerate(), Relation::Equal, target);
    }
    match program.solve(deadline) {
        Outcome::Optimal { primal, .. } => Some(primal),
        _ => None,
    }
}

/// The claim that these weights give multipliers.
fn evidence(problem: &Problem<Rational>, choices: &[Choice], weights: &[Rational]) -> Kkt<Rational> {
    use num_traits::Zero;
    let mut multipliers = vec![Rational::integer(0); problem.samples().len()];
    for (choice, weight) in choices.iter().zip(weights) {
        multipliers[choice.sample] = multipliers[choice.sample].clone() + weight;
    }
    let mut selections = Selections::new();
    for (choice, weight) in choices.iter().zip(weights) {
        if choice.kinks.is_empty() || weight.is_zero() {
            continue;
        }
        let share = weight.clone().over(&multipliers[choice.sample]).unwrap_or_else(|| Rational::integer(0));
        let term = Selection { weight: share, toward: Curve::new(vec![toward(problem, choice)]) };
        selections.entry(choice.sample).or_insert_with(Vec::new).push(term);
    }
    Kkt { layer: None, multipliers, selections }
}

/// Turns the incoming weights of each kink to its side.
fn toward(problem: &Problem<Rational>, choice: &Choice) -> Parameters<Rational> {
    let mut direction = Parameters::zero(problem.network());
    for (unit, positive) in choice.kinks.iter().zip(&choice.sides) {
        let sign = Rational::integer(if *positive { 1 } else { -1 });
        let read = &problem.traces()[choice.sample].inputs[unit.layer];
        for connection in &problem.network().layers()[unit.layer].incoming()[unit.unit] {
            let entry = &mut direction.layers_mut()[unit.layer][connection.parameter];
            *entry = entry.clone() + &(sign.clone() * &read[connection.unit]);
        }
    }
    direction
}
