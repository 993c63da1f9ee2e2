//! One free layer: what the network computes in a case, and which kinks have to be split before its margins are bounded by linear forms.

use num_traits::Zero;

use crate::kernel::check::Side;
use crate::kernel::exact::{Quadratic, Sign};
use crate::kernel::network::{Trace, Unit, output_derivatives};
use crate::kernel::problem::Problem;
use crate::prove::field::ProofField;
use crate::prove::linear_algebra::quotient;
use crate::prove::sides::{all_turned, sign_of};

/// What is decided on the way to a case, split by split.
pub type Path<F> = Vec<Decided<F>>;

/// A kink whose side is decided.
pub struct Decided<F> {
    sample: usize,
    unit: Unit,
    side: Side,
    /// What is at least 0 on this side.
    pub condition: Vec<F>,
}

/// The problem over a layer, with its parameters as variables.
pub struct Ground<'a, F> {
    pub problem: &'a Problem<F>,
    pub layer: usize,
    is_local: bool,
    /// The units of the layer that are looked at, if not all; the outputs of the others are left out.
    pub units: Option<Vec<usize>>,
    parameters: Vec<Vec<Quadratic<F>>>,
    pub dimension: usize,
}

/// A sample within a case.
pub struct Within<F> {
    pub trace: Trace<F, Quadratic<F>>,
    pub undecided: Vec<Unit>,
}

impl<'a, F: ProofField> Ground<'a, F> {
    /// The layer's parameters free, all others held.
    pub fn of(problem: &'a Problem<F>, layer: usize, is_local: bool) -> Self {
        let variable = |l: usize, p: usize, value: &F| {
            if l == layer { Quadratic::variable(p, F::zero()) } else { Quadratic::constant(value.clone()) }
        };
        let layers = problem.point().layers().iter().enumerate();
        let parameters =
            layers.map(|(l, numbers)| numbers.iter().enumerate().map(|(p, v)| variable(l, p, v)).collect()).collect();
        let dimension = problem.network().layers()[layer].parameters();
        Ground { problem, layer, is_local, units: None, parameters, dimension }
    }

    /// The coefficients of a linear form.
    pub fn vector(&self, form: &Quadratic<F>) -> Vec<F> {
        let mut vector = vec![F::zero(); self.dimension];
        form.linear().iter().for_each(|(index, value)| vector[*index] = value.clone());
        vector
    }

    /// The sample's trace in a case; `free` chooses the slopes of what the case does not decide.
    pub fn within(&self, path: &Path<F>, sample: usize, mut free: impl FnMut(Unit, &[F]) -> F) -> Within<F> {
        let (network, at_point) = (self.problem.network(), &self.problem.traces()[sample]);
        let x = self.problem.samples()[sample].x.iter().cloned().map(Quadratic::constant).collect();
        let mut undecided: Vec<Unit> = Vec::new();
        let choose = |unit: Unit, form: &Quadratic<F>| {
            if unit.layer < self.layer {
                return Ok::<F, std::convert::Infallible>(at_point.slopes[unit.layer][unit.unit].clone());
            }
            if unit.layer == self.layer && self.units.as_ref().is_some_and(|units| !units.contains(&unit.unit)) {
                return Ok(F::zero());
            }
            let is_exact = undecided.iter().all(|below| below.layer == unit.layer);
            if form.is_zero() && is_exact || self.is_mute(unit) {
                return Ok(network.slope(unit, Sign::Negative));
            }
            let sign = at_point.preactivations[unit.layer][unit.unit].sign();
            if self.is_local && sign != Sign::Zero {
                return Ok(network.slope(unit, sign));
            }
            if let Some(decided) = path.iter().find(|decided| (decided.sample, decided.unit) == (sample, unit)) {
                return Ok(network.slope(unit, sign_of(decided.side)));
            }
            let form = self.vector(form);
            // In one tree of all units the checker looks for multiples in the first free layer alone.
            let is_looked_for = unit.layer == self.layer || self.units.is_some() && is_exact;
            if is_looked_for
                && let Some(sign) =
                    path.iter().find_map(|decided| self.implied(decided.unit, &decided.condition, &form))
            {
                return Ok(network.slope(unit, sign));
            }
            undecided.push(unit);
            Ok(free(unit, &form))
        };
        match network.trace(&self.parameters, x, choose) {
            Ok(trace) => Within { trace, undecided },
            Err(never) => match never {},
        }
    }

    /// Whether all outgoing weights of a unit are held at 0.
    fn is_mute(&self, unit: Unit) -> bool {
        let outgoing = &self.problem.network().layers()[unit.layer + 1].outgoing()[unit.unit];
        let held = &self.problem.point().layers()[unit.layer + 1];
        outgoing.iter().all(|connection| held[connection.parameter].is_zero())
    }

    /// The sign of a form that is a multiple of what a split of a unit of this layer says is at least 0.
    fn implied(&self, unit: Unit, known: &[F], form: &[F]) -> Option<Sign> {
        if unit.layer != self.layer {
            return None;
        }
        quotient(form, known).map(|factor| factor.sign()).filter(|sign| *sign != Sign::Zero)
    }

    /// The first undecided kink that has to be split before the sample has a convex constraint. Only in the last layer that has
    /// undecided kinks may their activations stay, where they lower the margin.
    pub fn to_split(&self, sample: usize, within: &Within<F>) -> Option<Unit> {
        let last = within.undecided.iter().map(|unit| unit.layer).max()?;
        if let Some(unit) = within.undecided.iter().find(|unit| unit.layer < last) {
            return Some(*unit);
        }
        let network = self.problem.network();
        let seed = self.problem.samples()[sample].y.times(F::one());
        let point = self.problem.point().layers();
        let derivatives = output_derivatives(network, point, &within.trace.slopes, seed, 0);
        let raises = |unit: &&Unit| {
            let outgoing = &network.layers()[last + 1].outgoing()[unit.unit];
            let pairs = outgoing.iter().map(|c| (&point[last + 1][c.parameter], &derivatives[last + 1][c.unit]));
            let derivative = F::dot(pairs).sign();
            let is_convex = network.slope(**unit, Sign::Negative) <= F::one();
            derivative != Sign::Zero && (derivative == Sign::Positive) == is_convex
        };
        within.undecided.iter().find(raises).copied()
    }

    /// The sides of a kink that is [to be split](Self::to_split), the negative one first.
    pub fn sides(&self, sample: usize, within: &Within<F>, unit: Unit) -> [Decided<F>; 2] {
        let form = self.vector(&within.trace.preactivations[unit.layer][unit.unit]);
        let decided = |side| Decided { sample, unit, side, condition: all_turned(side, &form) };
        [Side::Negative, Side::Positive].map(decided)
    }
}
