//! Both layers of a network of depth 2 whose hidden units share no parameters: one tree for all of them, in which each case may have
//! multipliers of its own.

mod in_hand;
mod program;

use in_hand::InHand;
use program::Bound;

use super::growing::{Growing, Open, Stop};
use super::reads::{grouped, read};
use super::{Decision, MAX_CASES};
use crate::kernel::check::{Cases, Side, Split, Tree};
use crate::kernel::exact::Sign;
use crate::kernel::network::{Scope, Unit};
use crate::kernel::problem::Problem;
use crate::prove::field::ProofField;
use crate::prove::linear_algebra::quotient;
use crate::prove::search::Search;
use crate::prove::sides;

/// Decides whether the point, which is feasible, is a local or global optimum. It stays open where cases or time do not suffice, where in
/// some case other units are as good as the point, or almost, and the multipliers in hand do not show that none are better, and where in
/// a local question some are better. A better point has the parameters of both layers in a row.
///
/// Unit `j` computes `v act(w . x)`, and only `u_j = |v| w` and the sign of `v` count. The least norm for given `u_j` is
/// `1/2 (||w||^2 + v^2) = ||u_j||`. So with the signs known and the sides of kinks decided a case is a convex program: the least `sum_j ||u_j||`
/// where every margin, linear in the `u_j`, is at least 1. Its multipliers `lambda` of margins and `nu` of sides make
/// `z_j = sum lambda_i a_ij + sum nu_k c_k` no longer than 1. That is when the Lagrangian of both layers, with the products of the sign of
/// `v_j` and the sides as further terms, is convex; and `sum lambda_i` is the bound.
pub fn unshared<F: ProofField>(
    problem: &Problem<F>,
    multipliers: &[F],
    is_local: bool,
    search: &mut Search,
) -> Option<Decision<F>> {
    let [hidden, output] = problem.network().layers() else { return None };
    if hidden.activation().is_linear() || grouped(problem).iter().any(|units| units.len() > 1) {
        return None;
    }
    let mut weights = Vec::new();
    for outgoing in output.outgoing() {
        let [connection] = outgoing.as_slice() else { return None };
        weights.push(connection.parameter);
    }
    let mut owners = vec![0; hidden.parameters()];
    for (unit, incoming) in hidden.incoming().iter().enumerate() {
        incoming.iter().for_each(|connection| owners[connection.parameter] = unit);
    }
    let forms = |unit: usize| problem.sample_indices().map(|sample| read(problem, sample, unit)).collect();
    let mut grower = Grower {
        problem,
        multipliers,
        is_local,
        half_norm: problem.point().norm_squared(Scope::All) * &F::ratio(1, 2)?,
        weights,
        owners,
        forms: (0..hidden.outputs()).map(forms).collect(),
        tree: Growing::up_to(MAX_CASES),
    };
    let grown = grower.signs(&mut Case { signs: Vec::new(), kinks: Vec::new() }, search);
    let trees = vec![Tree { units: None, nodes: grower.tree.take() }];
    Decision::of(grown.map(|()| Cases { multipliers: multipliers.to_vec(), trees }), search)
}

/// What is decided: first the signs of all outgoing weights, unit by unit, then sides.
struct Case {
    signs: Vec<Side>,
    kinks: Vec<Kink>,
}

/// A kink whose side is decided.
struct Kink {
    sample: usize,
    unit: usize,
    side: Side,
}

/// Grows the tree.
struct Grower<'a, F> {
    problem: &'a Problem<F>,
    /// The multipliers in hand.
    multipliers: &'a [F],
    is_local: bool,
    /// What is to be shown.
    half_norm: F,
    /// The outgoing weight of each unit, by its place in the layer.
    weights: Vec<usize>,
    /// The unit of each parameter of the first layer.
    owners: Vec<usize>,
    /// What each unit reads of each sample.
    forms: Vec<Vec<Vec<F>>>,
    tree: Growing<F>,
}

type Outcome<F> = Result<(), Stop<F>>;

impl<F: ProofField> Grower<'_, F> {
    /// Splits the outgoing weights, then grows each case.
    fn signs(&mut self, case: &mut Case, search: &Search) -> Outcome<F> {
        let unit = case.signs.len();
        let Some(&parameter) = self.weights.get(unit) else { return self.case(case, search) };
        self.tree.split(Split::Weight { layer: 1, parameter });
        for &side in sides::of_weight(&self.problem.point().layers()[1][parameter], self.is_local) {
            case.signs.push(side);
            self.signs(case, search)?;
            case.signs.pop();
        }
        Ok(())
    }

    /// Settles a case, or splits it.
    fn case(&mut self, case: &mut Case, search: &Search) -> Outcome<F> {
        search.check()?;
        let split = match self.in_hand(case, search)? {
            InHand::Settled(leaf) => return Ok(self.tree.settle(leaf)?),
            InHand::Open(split) => split,
        };
        match self.bound(case, search)? {
            Bound::Settled(leaf) => Ok(self.tree.settle(leaf)?),
            Bound::Below { split: Some((sample, unit)), .. } => self.branch(case, (sample, unit), search),
            Bound::Below { split: None, .. } if self.is_local => {
                Err(Open("`cases`: in one of them other units are shorter".into()).into())
            }
            Bound::Below { split: None, units } => Err(Stop::Better(self.parameters(case, &units))),
            Bound::Unsettled { split: of_program } => match of_program.or(split) {
                Some(split) => self.branch(case, split, search),
                None => Err(Open(
                    "`cases`: in one of them the bound comes close to the norm of the point, and stays open".into(),
                )
                .into()),
            },
        }
    }

    fn branch(&mut self, case: &mut Case, (sample, unit): (usize, usize), search: &Search) -> Outcome<F> {
        self.tree.split(Split::Kink { sample, unit: Unit { layer: 0, unit } });
        for side in [Side::Negative, Side::Positive] {
            case.kinks.push(Kink { sample, unit, side });
            self.case(case, search)?;
            case.kinks.pop();
        }
        Ok(())
    }

    /// The slope of a unit on a sample throughout the case, if that is known.
    fn slope(&self, case: &Case, sample: usize, unit: usize) -> Option<F> {
        let (network, at) = (self.problem.network(), Unit { layer: 0, unit });
        let form = &self.forms[unit][sample];
        if form.iter().all(F::is_zero) {
            return Some(network.slope(at, Sign::Negative));
        }
        let at_point = self.problem.traces()[sample].preactivations[0][unit].sign();
        if self.is_local && at_point != Sign::Zero {
            return Some(network.slope(at, at_point));
        }
        let of_unit = case.kinks.iter().filter(|kink| kink.unit == unit);
        let mut signs = of_unit
            .filter_map(|kink| Some(sides::turned(kink.side, quotient(form, &self.forms[unit][kink.sample])?).sign()));
        signs.next().map(|sign| network.slope(at, sign))
    }

    /// `sgn(v) y`, of whose sign the unit's output changes the margin.
    fn effect(&self, case: &Case, sample: usize, unit: usize) -> F {
        sides::turned(case.signs[unit], self.problem.samples()[sample].y.times(F::one()))
    }

    /// Whether a unit's output makes the margin a convex function, which no linear form is above.
    fn harms(&self, case: &Case, sample: usize, unit: usize) -> bool {
        let is_convex = self.problem.network().slope(Unit { layer: 0, unit }, Sign::Negative) <= F::one();
        (self.effect(case, sample, unit).sign() == Sign::Positive) == is_convex
    }

    /// What the sides say is at least 0.
    fn conditions(&self, case: &Case) -> Vec<Vec<F>> {
        let condition = |kink: &Kink| sides::all_turned(kink.side, &self.forms[kink.unit][kink.sample]);
        case.kinks.iter().map(condition).collect()
    }

    /// `(sign of v, side, multiplier)`, by the places of the splits, for kinks with multipliers.
    fn products(&self, case: &Case, kinks: impl Iterator<Item = (usize, F)>) -> Vec<(usize, usize, F)> {
        let used = kinks.filter(|(_, nu)| !nu.is_zero());
        used.map(|(kink, nu)| (case.kinks[kink].unit, case.signs.len() + kink, nu)).collect()
    }
}
