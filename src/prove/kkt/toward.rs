//! Curves along which the kinks of a sample resolve to given sides.

use super::pattern::{Kinks, Pattern};
use crate::kernel::check::along::leaving;
use crate::kernel::exact::{Polynomial, Sign};
use crate::kernel::network::{Curve, Parameters, Scope, Trace, Unit};
use crate::kernel::problem::Problem;
use crate::prove::field::ProofField;
use crate::prove::free::{shaped, slopes_with};
use crate::prove::lp::{LinearProgram, Outcome, Relation, Sense};
use crate::prove::search::Search;
use crate::prove::tangents::preactivation_derivatives;

/// Curves tried at random before giving up, beyond the constructions.
const TRIALS: usize = 100;

/// A curve from the point along which every kink of the sample resolves, the relevant ones to the given sides or not at all.
///
/// Looks, in this order, among `known` curves, at short first-order directions, and at curves of second and third order for units
/// whose inputs are all zero at the point. `None` if nothing was found.
pub fn find<F: ProofField>(
    problem: &Problem<F>,
    scope: Scope,
    kinks: &Kinks,
    pattern: &Pattern,
    known: &[Curve<F>],
    search: &mut Search,
) -> Option<Curve<F>> {
    let goal = Goal { problem, scope, kinks, pattern };
    if let Some(curve) = known.iter().find(|curve| goal.reached(curve)) {
        return Some(curve.clone());
    }
    let sides = goal.sides_of_others();
    for sides in sides {
        if let Some(direction) = goal.first_order(&sides, search)
            && let Some(curve) = goal.complete(direction, &sides)
        {
            return Some(goal.shorten(curve));
        }
    }
    goal.at_random(search)
}

/// What a curve must do.
struct Goal<'a, F> {
    problem: &'a Problem<F>,
    scope: Scope,
    kinks: &'a Kinks,
    pattern: &'a Pattern,
}

impl<F: ProofField> Goal<'_, F> {
    /// Runs the network along a curve; with the first kink that stays unresolved, if any.
    fn trace(&self, curve: &Curve<F>) -> (Trace<F, Polynomial<F>>, Option<Unit>) {
        let (trace, kinks) = leaving(self.problem, self.scope, self.kinks.sample(), curve);
        (trace, kinks.first().copied())
    }

    fn side(trace: &Trace<F, Polynomial<F>>, unit: Unit) -> Option<bool> {
        let preactivation = &trace.preactivations[unit.layer][unit.unit];
        preactivation.lowest().map(|(_, coefficient)| coefficient.sign() == Sign::Positive)
    }

    /// The first relevant kink that takes the other side. One whose preactivation stays 0 all around the curve takes neither, and its
    /// slope does not matter.
    fn astray(&self, trace: &Trace<F, Polynomial<F>>) -> Option<Unit> {
        let mut relevant = self.kinks.relevant().iter().zip(self.pattern);
        let is_other = |unit, wanted| Self::side(trace, unit).is_some_and(|side| side != wanted);
        relevant.find(|&(unit, wanted)| is_other(*unit, *wanted)).map(|(unit, _)| *unit)
    }

    fn reached(&self, curve: &Curve<F>) -> bool {
        let (trace, unresolved) = self.trace(curve);
        unresolved.is_none() && self.astray(&trace).is_none()
    }

    /// Sides for all kinks: the pattern's, and several tries for those that do not matter.
    fn sides_of_others(&self) -> Vec<Pattern> {
        let wanted = |unit: &Unit| self.kinks.relevant().iter().position(|relevant| relevant == unit);
        let with = |other: bool| -> Pattern {
            self.kinks.all().iter().map(|unit| wanted(unit).map_or(other, |place| self.pattern[place])).collect()
        };
        let (up, down) = (with(true), with(false));
        if up == down { vec![up] } else { vec![up, down] }
    }

    /// A short direction along which every kink that can move at first order moves to its side.
    fn first_order(&self, sides: &Pattern, search: &Search) -> Option<Vec<F>> {
        let (sample, kinks) = (self.kinks.sample(), self.kinks.all());
        let slopes = slopes_with(self.problem, sample, kinks, sides);
        let forms = preactivation_derivatives(self.problem, self.scope, sample, kinks, &slopes);
        let dimension = forms.first().map_or(0, Vec::len);
        // The positive and the negative part of each parameter's change.
        let mut program = LinearProgram::new(Sense::Minimise);
        for _ in 0..2 * dimension {
            program.add_non_negative(F::one());
        }
        for (form, side) in forms.iter().zip(sides) {
            if form.iter().all(F::is_zero) {
                continue;
            }
            let signed = |entry: &F, positive: bool| if positive { entry.clone() } else { -entry.clone() };
            let terms =
                form.iter().enumerate().filter(|(_, entry)| !entry.is_zero()).flat_map(|(place, entry)| {
                    [(2 * place, signed(entry, *side)), (2 * place + 1, signed(entry, !*side))]
                });
            program.add_row(terms, Relation::AtLeast, F::one());
        }
        match program.solve(search.deadline()) {
            Outcome::Optimal { primal, .. } => {
                Some(primal.chunks(2).map(|parts| parts[0].clone() - &parts[1]).collect())
            }
            _ => None,
        }
    }

    /// Extends a direction until all kinks resolve: a unit whose inputs are zero at the point, and so is left out at first
    /// order, is given a weight on an input that the direction itself makes positive.
    fn complete(&self, direction: Vec<F>, sides: &Pattern) -> Option<Curve<F>> {
        let mut direction = shaped(self.problem.network(), self.scope, &direction);
        let mut size = F::one();
        for _ in 0..2 * self.kinks.all().len() + 2 {
            let curve = Curve::new(vec![direction.clone()]);
            let (trace, unresolved) = self.trace(&curve);
            let Some(wrong) = unresolved.or_else(|| self.astray(&trace)) else {
                return Some(curve);
            };
            if !self.scope.contains(wrong.layer) {
                return None;
            }
            let row = &self.problem.network().layers()[wrong.layer].incoming()[wrong.unit];
            let lowest = |input: usize| trace.inputs[wrong.layer][input].lowest().map(|(power, _)| power);
            let input = row.iter().filter(|c| lowest(c.unit).is_some()).min_by_key(|c| lowest(c.unit))?;
            let side = sides[self.kinks.all().iter().position(|unit| *unit == wrong)?];
            let positive = trace.inputs[wrong.layer][input.unit].lowest()?.1.sign() == Sign::Positive;
            let change = if side == positive { size.clone() } else { -size.clone() };
            let entry = &mut direction.layers_mut()[wrong.layer][input.parameter];
            *entry = std::mem::replace(entry, F::zero()) + &change;
            size = size * &F::integer(2);
        }
        None
    }

    /// The same curve with simpler numbers, where it still does what it must.
    fn shorten(&self, curve: Curve<F>) -> Curve<F> {
        let sign = |entry: &F| match entry.sign() {
            Sign::Negative => -F::one(),
            Sign::Zero => F::zero(),
            Sign::Positive => F::one(),
        };
        let signs =
            |c: &Parameters<F>| Parameters::new(c.layers().iter().map(|l| l.iter().map(sign).collect()).collect());
        let simple = Curve::new(curve.coefficients().iter().map(signs).collect());
        if self.reached(&simple) { simple } else { curve }
    }

    /// Sparse and dense random curves of order up to three.
    fn at_random(&self, search: &mut Search) -> Option<Curve<F>> {
        let network = self.problem.network();
        for trial in 0..TRIALS {
            if search.check().is_err() {
                return None;
            }
            let order = 1 + trial % 3;
            let mut coefficients = Vec::with_capacity(order);
            for _ in 0..order {
                let mut coefficient = Parameters::zero(network);
                let free = coefficient.layers_mut().iter_mut().enumerate();
                for (_, layer) in free.filter(|(l, _)| self.scope.contains(*l)) {
                    for entry in layer {
                        let random = search.random();
                        if trial % 2 == 0 || random.coin() {
                            *entry = F::integer(random.integer(3));
                        }
                    }
                }
                coefficients.push(coefficient);
            }
            let curve = Curve::new(coefficients);
            if self.reached(&curve) {
                return Some(curve);
            }
        }
        None
    }
}
