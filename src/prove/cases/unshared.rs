//! Both layers of a network of depth 2 whose hidden units share no parameters: one tree for all of them, in which each case may have
//! multipliers of its own.

mod in_hand;
mod program;

use in_hand::InHand;
use program::Bound;

use super::both_layers::{BothLayers, Case, Grow};
use super::growing::{Growing, Open, Stop};
use super::reads::grouped;
use super::{Decision, MAX_CASES};
use crate::kernel::check::{Cases, Tree};
use crate::kernel::network::Scope;
use crate::kernel::problem::Problem;
use crate::prove::field::ProofField;
use crate::prove::search::Search;

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
    if problem.network().depth() != 2 || grouped(problem).iter().any(|units| units.len() > 1) {
        return None;
    }
    let ground = BothLayers::of(problem, is_local)?;
    let hidden = &problem.network().layers()[0];
    let mut owners = vec![0; hidden.parameters()];
    for (unit, incoming) in hidden.incoming().iter().enumerate() {
        incoming.iter().for_each(|connection| owners[connection.parameter] = unit);
    }
    let half_norm = problem.point().norm_squared(Scope::All) * &F::ratio(1, 2)?;
    let mut grower = Grower { ground, multipliers, half_norm, owners, tree: Growing::up_to(MAX_CASES) };
    let grown = grower.signs(&mut Case::default(), search);
    let trees = vec![Tree { units: None, nodes: grower.tree.take() }];
    Decision::of(grown.map(|()| Cases { multipliers: multipliers.to_vec(), trees }), search)
}

/// Grows the tree.
struct Grower<'a, F> {
    ground: BothLayers<'a, F>,
    /// The multipliers in hand.
    multipliers: &'a [F],
    /// What is to be shown.
    half_norm: F,
    /// The unit of each parameter of the first layer.
    owners: Vec<usize>,
    tree: Growing<F>,
}

impl<'a, F: ProofField> Grow<'a, F> for Grower<'a, F> {
    type Stop = Stop<F>;

    fn ground(&self) -> &BothLayers<'a, F> {
        &self.ground
    }

    fn tree(&mut self) -> &mut Growing<F> {
        &mut self.tree
    }

    fn case(&mut self, case: &mut Case, search: &Search) -> Result<(), Stop<F>> {
        search.check()?;
        let split = match self.in_hand(case, search)? {
            InHand::Settled(leaf) => return Ok(self.tree.settle(leaf)?),
            InHand::Open(split) => split,
        };
        match self.bound(case, search)? {
            Bound::Settled(leaf) => Ok(self.tree.settle(leaf)?),
            Bound::Below { split: Some((sample, unit)), .. } => self.split(case, (sample, unit), search),
            Bound::Below { split: None, .. } if self.ground.is_local => {
                Err(Open("`cases`: in one of them other units are shorter".into()).into())
            }
            Bound::Below { split: None, units } => Err(Stop::Better(self.parameters(case, &units))),
            Bound::Unsettled { split: of_program } => match of_program.or(split) {
                Some(split) => self.split(case, split, search),
                None => Err(Open(
                    "`cases`: in one of them the bound comes close to the norm of the point, and stays open".into(),
                )
                .into()),
            },
        }
    }
}

impl<F: ProofField> Grower<'_, F> {
    /// `(sign of v, side, multiplier)`, by the places of the splits, for kinks with multipliers.
    fn products(&self, case: &Case, kinks: impl Iterator<Item = (usize, F)>) -> Vec<(usize, usize, F)> {
        let used = kinks.filter(|(_, nu)| !nu.is_zero());
        used.map(|(kink, nu)| (case.kinks[kink].unit, case.signs.len() + kink, nu)).collect()
    }
}
