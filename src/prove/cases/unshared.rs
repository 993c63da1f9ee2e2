//! Both layers of a network of depth 2 whose hidden units share no parameters: one tree for all of them, in which each case may have
//! multipliers of its own.

mod program;

use std::collections::BTreeMap;

use program::Bound;

use super::reads::{groups, ratio, read};
use super::shorten::shorten;
use super::{Decision, MAX_CASES, oriented};
use crate::kernel::check::{Cases, Leaf, Node, Side, Split, Tree};
use crate::kernel::exact::Sign;
use crate::kernel::network::{Scope, Unit};
use crate::kernel::problem::Problem;
use crate::prove::deadline::OutOfTime;
use crate::prove::field::ProofField;
use crate::prove::search::Search;

/// Decides whether the point, which is feasible, is a local or global optimum, while cases and time suffice, but where in some case
/// something else is almost or just as good as the point, and the multipliers in hand do not show that nothing is better. Better points, with the parameters of
/// both layers in a row, are told in global questions alone.
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
    if hidden.activation().is_linear() || groups(problem).iter().any(|units| units.len() > 1) {
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
        nodes: Vec::new(),
        leaves: 0,
    };
    match grower.signs(&mut Case { signs: Vec::new(), kinks: Vec::new() }, search) {
        Ok(()) => {
            let trees = vec![Tree { units: None, nodes: grower.nodes }];
            Some(Decision::Optimum(Cases { multipliers: multipliers.to_vec(), trees }))
        }
        Err(Stop::Better(better)) => Some(Decision::Better(better)),
        Err(Stop::Open(why)) => {
            search.tried(why);
            None
        }
    }
}

/// What is decided: first the signs of all outgoing weights, unit by unit, then sides.
struct Case {
    signs: Vec<Side>,
    /// Sample, unit, side.
    kinks: Vec<(usize, usize, Side)>,
}

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
    nodes: Vec<Node<F>>,
    leaves: usize,
}

enum Stop<F> {
    Better(Vec<F>),
    Open(String),
}

impl<F> From<OutOfTime> for Stop<F> {
    fn from(_: OutOfTime) -> Self {
        Stop::Open("`cases`, stopped by the time limit".into())
    }
}

type Outcome<F> = Result<(), Stop<F>>;

impl<F: ProofField> Grower<'_, F> {
    /// Splits the outgoing weights, then grows each case.
    fn signs(&mut self, case: &mut Case, search: &Search) -> Outcome<F> {
        let unit = case.signs.len();
        let Some(&parameter) = self.weights.get(unit) else { return self.case(case, search) };
        self.nodes.push(Node::Split(Split::Weight { layer: 1, parameter }));
        let sides: &[Side] = match self.problem.point().layers()[1][parameter].sign() {
            Sign::Positive if self.is_local => &[Side::Positive],
            Sign::Negative if self.is_local => &[Side::Negative],
            _ => &[Side::Negative, Side::Positive],
        };
        for &side in sides {
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
            InHand::Settled(leaf) => return self.leaf(leaf),
            InHand::Open(split) => split,
        };
        match self.bound(case, search)? {
            Bound::Settled(leaf) => self.leaf(leaf),
            Bound::Below { split: Some((sample, unit)), .. } => self.branch(case, (sample, unit), search),
            Bound::Below { split: None, .. } if self.is_local => {
                Err(Stop::Open("`cases`: in one of them other units are shorter".into()))
            }
            Bound::Below { split: None, units } => Err(Stop::Better(self.parameters(case, &units))),
            Bound::Unsettled { split: within } => match within.or(split) {
                Some(split) => self.branch(case, split, search),
                None => Err(Stop::Open(
                    "`cases`: in one of them the bound comes close to the norm of the point, and stays open".into(),
                )),
            },
        }
    }

    fn leaf(&mut self, leaf: Leaf<F>) -> Outcome<F> {
        self.leaves += 1;
        if self.leaves > MAX_CASES {
            return Err(Stop::Open(format!("`cases`: more than {MAX_CASES} would be needed")));
        }
        self.nodes.push(Node::Leaf(leaf));
        Ok(())
    }

    fn branch(&mut self, case: &mut Case, (sample, unit): (usize, usize), search: &Search) -> Outcome<F> {
        self.nodes.push(Node::Split(Split::Kink { sample, unit: Unit { layer: 0, unit } }));
        for side in [Side::Negative, Side::Positive] {
            case.kinks.push((sample, unit, side));
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
        let of_unit = case.kinks.iter().filter(|(_, of, _)| *of == unit);
        let mut signs = of_unit.filter_map(|(other, _, side)| {
            let is_up = ratio(form, &self.forms[unit][*other])?.sign() == Sign::Positive;
            Some(if is_up == (*side == Side::Positive) { Sign::Positive } else { Sign::Negative })
        });
        signs.next().map(|sign| network.slope(at, sign))
    }

    /// `sgn(v) y`, of whose sign the unit's output changes the margin.
    fn effect(&self, case: &Case, sample: usize, unit: usize) -> F {
        let label = self.problem.samples()[sample].y.times(F::one());
        if case.signs[unit] == Side::Positive { label } else { -label }
    }

    /// Whether a unit's output makes the margin a convex function, which no linear form is above.
    fn harms(&self, case: &Case, sample: usize, unit: usize) -> bool {
        let is_convex = self.problem.network().slope(Unit { layer: 0, unit }, Sign::Negative) <= F::one();
        (self.effect(case, sample, unit).sign() == Sign::Positive) == is_convex
    }

    /// What the sides say is at least 0.
    fn conditions(&self, case: &Case) -> Vec<Vec<F>> {
        let kinks = case.kinks.iter();
        kinks.map(|(sample, unit, side)| oriented(*side, &self.forms[*unit][*sample])).collect()
    }

    /// `(sign of v, side, multiplier)`, by the places of the splits.
    fn product(&self, case: &Case, kink: usize, multiplier: F) -> (usize, usize, F) {
        (case.kinks[kink].1, case.signs.len() + kink, multiplier)
    }
}

/// What the multipliers in hand come to.
enum InHand<F> {
    Settled(Leaf<F>),
    /// They do not do, or it cannot be told before this kink is split.
    Open(Option<(usize, usize)>),
}

impl<F: ProofField> Grower<'_, F> {
    /// Looks for multipliers of the sides, and slopes, for which the multipliers in hand bound the case.
    fn in_hand(&self, case: &Case, search: &Search) -> Result<InHand<F>, OutOfTime> {
        if self.multipliers.iter().fold(F::zero(), |sum, multiplier| sum + multiplier) < self.half_norm {
            return Ok(InHand::Open(None));
        }
        let conditions = self.conditions(case);
        let (mut products, mut slopes) = (Vec::new(), BTreeMap::new());
        for unit in 0..self.weights.len() {
            let at = Unit { layer: 0, unit };
            let low = self.problem.network().slope(at, Sign::Negative);
            let jump = F::one() - &low;
            let mut target = vec![F::zero(); self.owners.len()];
            let mut ways = Vec::new();
            for (sample, multiplier) in self.multipliers.iter().enumerate().filter(|(_, m)| !m.is_zero()) {
                let form = &self.forms[unit][sample];
                let factor = self.effect(case, sample, unit) * multiplier;
                let slope = self.slope(case, sample, unit);
                if slope.is_none() && self.harms(case, sample, unit) {
                    return Ok(InHand::Open(Some((sample, unit))));
                }
                if slope.is_none() {
                    let way: Vec<F> = form.iter().map(|x| factor.clone() * &jump * x).collect();
                    ways.push((sample, way));
                }
                let factor = factor * &slope.unwrap_or_else(|| low.clone());
                target.iter_mut().zip(form).for_each(|(t, x)| t.add_product(&factor, x));
            }
            let own: Vec<usize> = (0..case.kinks.len()).filter(|&kink| case.kinks[kink].1 == unit).collect();
            let generators: Vec<Vec<F>> = own.iter().map(|&kink| conditions[kink].clone()).collect();
            let directions: Vec<Vec<F>> = ways.iter().map(|(_, way)| way.clone()).collect();
            let short = shorten(&target, &generators, &directions, &F::one(), search.deadline());
            let Some(short) = short? else { return Ok(InHand::Open(None)) };
            let used = own.iter().zip(short.conditions).filter(|(_, nu)| !nu.is_zero());
            products.extend(used.map(|(&kink, nu)| self.product(case, kink, nu)));
            let shares = ways.iter().zip(short.shares).filter(|(_, share)| !share.is_zero());
            slopes.extend(shares.map(|((sample, _), share)| ((*sample, at), low.clone() + &(share * &jump))));
        }
        Ok(InHand::Settled(Leaf { multipliers: None, signs: Vec::new(), products, slopes }))
    }
}
