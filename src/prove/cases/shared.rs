//! Both layers of a network of depth 2 whose hidden units share weights, as the patches of a filter do: one tree for all of them, in which
//! each case has multipliers of its own.

mod multipliers;

use super::MAX_CASES;
use super::growing::{Growing, Open};
use super::reads::{grouped, read};
use crate::kernel::check::{Cases, Side, Split, Tree};
use crate::kernel::exact::Sign;
use crate::kernel::network::Unit;
use crate::kernel::problem::Problem;
use crate::prove::field::ProofField;
use crate::prove::linear_algebra::quotient;
use crate::prove::search::Search;
use crate::prove::sides;

/// Evidence that the point is a local or global optimum, if the network has depth 2 and a hidden layer that bends, and no
/// outgoing weight is shared.
///
/// In a case with the signs of the outgoing weights `v` known, unit `j` adds `|v_j| z_j . w` to the weighted margins, where `w` are all weights of the first layer.
/// Together that is at most `1/2 (||w||^2 + ||v||^2)` if the matrix `Z` of the rows `z_j` has no singular value above 1.
/// Which multipliers, of samples and of sides, make it so is a convex program ([`multipliers`]).
pub fn shared<F: ProofField>(
    problem: &Problem<F>,
    multipliers: &[F],
    is_local: bool,
    search: &mut Search,
) -> Option<Cases<F>> {
    let [hidden, output] = problem.network().layers() else { return None };
    if hidden.activation().is_linear() || grouped(problem).iter().all(|units| units.len() == 1) {
        return None;
    }
    let mut outgoing = Vec::new();
    for connections in output.outgoing() {
        let [connection] = connections.as_slice() else { return None };
        if outgoing.contains(&connection.parameter) {
            return None;
        }
        outgoing.push(connection.parameter);
    }
    let forms = |unit: usize| problem.sample_indices().map(|sample| read(problem, sample, unit)).collect();
    // Samples that count at the point come first.
    let mut order: Vec<usize> = problem.sample_indices().collect();
    order.sort_by_key(|&sample| multipliers[sample].is_zero());
    let mut grower = Grower {
        problem,
        is_local,
        outgoing,
        forms: (0..hidden.outputs()).map(forms).collect(),
        order,
        tree: Growing::up_to(MAX_CASES),
    };
    match grower.signs(&mut Case { signs: Vec::new(), kinks: Vec::new() }, search) {
        Ok(()) => {
            let trees = vec![Tree { units: None, nodes: grower.tree.take() }];
            Some(Cases { multipliers: multipliers.to_vec(), trees })
        }
        Err(Open(why)) => {
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
    is_local: bool,
    /// The outgoing weight of each unit, by its place in the layer.
    outgoing: Vec<usize>,
    /// What each unit reads of each sample, by the weights of the first layer.
    forms: Vec<Vec<Vec<F>>>,
    /// In which order samples are looked at.
    order: Vec<usize>,
    tree: Growing<F>,
}

impl<F: ProofField> Grower<'_, F> {
    /// Splits the outgoing weights, then grows each case.
    fn signs(&mut self, case: &mut Case, search: &Search) -> Result<(), Open> {
        let Some(&parameter) = self.outgoing.get(case.signs.len()) else { return self.grow(case, search) };
        self.tree.split(Split::Weight { layer: 1, parameter });
        for &side in sides::of_weight(&self.problem.point().layers()[1][parameter], self.is_local) {
            case.signs.push(side);
            self.signs(case, search)?;
            case.signs.pop();
        }
        Ok(())
    }

    /// Settles a case, or splits it.
    fn grow(&mut self, case: &mut Case, search: &Search) -> Result<(), Open> {
        search.check()?;
        if let Some(leaf) = self.bound(case, search)? {
            return self.tree.settle(leaf);
        }
        let split = self.order.iter().find_map(|&sample| Some((sample, self.to_split(case, sample)?)));
        let Some((sample, unit)) = split else {
            let why = "`cases`: in one of them no multipliers bound what units that share weights do together";
            return Err(Open(why.into()));
        };
        self.tree.split(Split::Kink { sample, unit: Unit { layer: 0, unit } });
        for side in [Side::Negative, Side::Positive] {
            case.kinks.push((sample, unit, side));
            self.grow(case, search)?;
            case.kinks.pop();
        }
        Ok(())
    }

    /// A unit whose side must be known before the margin of a sample is bounded.
    fn to_split(&self, case: &Case, sample: usize) -> Option<usize> {
        (0..self.outgoing.len())
            .find(|&unit| self.slope(case, sample, unit).is_none() && self.harms(case, sample, unit))
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
        let own = case.kinks.iter().find(|(of, other, _)| (*of, *other) == (sample, unit));
        let same = own
            .into_iter()
            .chain(&case.kinks)
            .find_map(|(of, other, side)| Some(sides::turned(*side, quotient(form, &self.forms[*other][*of])?).sign()));
        same.map(|sign| network.slope(at, sign))
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
}
