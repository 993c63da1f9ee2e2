//! Both layers of a network of depth 2 in which each hidden unit has one outgoing weight of its own: what one tree over signs of these
//! weights and sides of kinks decides.

use super::growing::Growing;
use super::reads::read;
use crate::kernel::check::{Side, Split};
use crate::kernel::exact::Sign;
use crate::kernel::network::Unit;
use crate::kernel::problem::Problem;
use crate::prove::field::ProofField;
use crate::prove::linear_algebra::quotient;
use crate::prove::search::Search;
use crate::prove::sides;

/// The problem over both layers.
pub struct BothLayers<'a, F> {
    pub problem: &'a Problem<F>,
    pub is_local: bool,
    /// The outgoing weight of each unit, by its place in the layer.
    pub outgoing: Vec<usize>,
    /// What each unit reads of each sample, by the weights of the first layer.
    pub forms: Vec<Vec<Vec<F>>>,
}

/// What is decided: first the signs of all outgoing weights, unit by unit, then sides.
#[derive(Default)]
pub struct Case {
    pub signs: Vec<Side>,
    pub kinks: Vec<Kink>,
}

/// A kink whose side is decided.
pub struct Kink {
    pub sample: usize,
    pub unit: usize,
    pub side: Side,
}

impl<'a, F: ProofField> BothLayers<'a, F> {
    /// Nothing for other networks, and for those whose hidden layer does not bend.
    pub fn of(problem: &'a Problem<F>, is_local: bool) -> Option<Self> {
        let [hidden, output] = problem.network().layers() else { return None };
        if hidden.activation().is_linear() {
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
        let forms = (0..hidden.outputs()).map(forms).collect();
        Some(BothLayers { problem, is_local, outgoing, forms })
    }

    /// The slope of a unit on a sample throughout the case, if that is known.
    pub fn slope(&self, case: &Case, sample: usize, unit: usize) -> Option<F> {
        let (network, at) = (self.problem.network(), Unit { layer: 0, unit });
        let form = &self.forms[unit][sample];
        if form.iter().all(F::is_zero) {
            return Some(network.slope(at, Sign::Negative));
        }
        let at_point = self.problem.traces()[sample].preactivations[0][unit].sign();
        if self.is_local && at_point != Sign::Zero {
            return Some(network.slope(at, at_point));
        }
        // Units that share weights may read multiples of the same, so that kinks of others count as well, after its own.
        let own = case.kinks.iter().find(|kink| (kink.sample, kink.unit) == (sample, unit));
        let sign = own.into_iter().chain(&case.kinks).find_map(|kink| {
            let ratio = quotient(form, &self.forms[kink.unit][kink.sample])?;
            Some(sides::turned(kink.side, ratio).sign())
        });
        sign.map(|sign| network.slope(at, sign))
    }

    /// `sgn(v) y`, of whose sign the unit's output changes the margin.
    pub fn effect(&self, case: &Case, sample: usize, unit: usize) -> F {
        sides::turned(case.signs[unit], self.problem.samples()[sample].y.times(F::one()))
    }

    /// Whether a unit's output makes the margin a convex function, which no linear form is above.
    pub fn harms(&self, case: &Case, sample: usize, unit: usize) -> bool {
        let is_convex = self.problem.network().slope(Unit { layer: 0, unit }, Sign::Negative) <= F::one();
        (self.effect(case, sample, unit).sign() == Sign::Positive) == is_convex
    }

    /// What the side of a kink says is at least 0.
    pub fn condition(&self, kink: &Kink) -> Vec<F> {
        sides::all_turned(kink.side, &self.forms[kink.unit][kink.sample])
    }
}

/// A search that grows one tree over both layers.
pub trait Grow<'a, F: ProofField + 'a> {
    /// Why it ends without a tree.
    type Stop;

    fn ground(&self) -> &BothLayers<'a, F>;
    fn tree(&mut self) -> &mut Growing<F>;

    /// Settles a case with all signs, or [splits](Self::split) it.
    fn case(&mut self, case: &mut Case, search: &Search) -> Result<(), Self::Stop>;

    /// Splits the outgoing weights that are left, then grows each case.
    fn signs(&mut self, case: &mut Case, search: &Search) -> Result<(), Self::Stop> {
        let ground = self.ground();
        let Some(&parameter) = ground.outgoing.get(case.signs.len()) else { return self.case(case, search) };
        let sides = sides::of_weight(&ground.problem.point().layers()[1][parameter], ground.is_local);
        self.tree().split(Split::Weight { layer: 1, parameter });
        for &side in sides {
            case.signs.push(side);
            self.signs(case, search)?;
            case.signs.pop();
        }
        Ok(())
    }

    /// Splits a kink, given by sample and unit, and grows both cases.
    fn split(&mut self, case: &mut Case, (sample, unit): (usize, usize), search: &Search) -> Result<(), Self::Stop> {
        self.tree().split(Split::Kink { sample, unit: Unit { layer: 0, unit } });
        for side in [Side::Negative, Side::Positive] {
            case.kinks.push(Kink { sample, unit, side });
            self.case(case, search)?;
            case.kinks.pop();
        }
        Ok(())
    }
}
