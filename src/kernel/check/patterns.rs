//! The cases of a proof by cases: which signs a case fixes, and what the network computes where they hold.

use std::collections::{BTreeMap, BTreeSet};

use super::prelude::*;

/// What a proof by cases branches on. Its sign is at most 0 in the first branch and at least 0 in the second, so the two
/// branches together cover everything.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Split {
    /// The preactivation of a non-linear unit on a sample.
    Kink {
        /// The sample.
        sample: usize,
        /// The unit, of the first free layer or a later one.
        unit: Unit,
    },
    /// A parameter of a free layer.
    Weight {
        /// The layer.
        layer: usize,
        /// The parameter's index in it.
        parameter: usize,
    },
}

/// A node of a tree of cases, which is listed in pre-order: a split, then its branch for `<= 0`, then that for `>= 0`. In a local
/// proof a split of what is not 0 at the point has one branch only, that of its sign there.
#[derive(Clone, Debug, PartialEq)]
pub enum Node<F> {
    /// Two cases.
    Split(Split),
    /// A case, with the evidence that settles it.
    Leaf(Leaf<F>),
}

/// What settles a case. The splits on the way to it are counted from the root, from 0.
#[derive(Clone, Debug, PartialEq)]
pub struct Leaf<F> {
    /// `lambda`, one a sample, where the case has multipliers of its own.
    pub multipliers: Option<Vec<F>>,
    /// `mu`, one a split on the way, or none at all.
    pub signs: Vec<F>,
    /// `(a, b, nu)`: multipliers of products of two splits on the way.
    pub products: Vec<(usize, usize, F)>,
    /// The slopes of kinks that no split decides.
    pub slopes: BTreeMap<(usize, Unit), F>,
}

/// Where the cases are: the free parameters as variables, and the signs that hold throughout.
pub(super) struct Ground<'a, F> {
    pub problem: &'a Problem<F>,
    pub scope: Scope,
    /// Near the point only, where what is not 0 there keeps its sign.
    pub is_local: bool,
    /// The units of the first free layer that are looked at; the outputs of all others are left out.
    pub units: Option<&'a [usize]>,
    /// The parameters as polynomials in the variables.
    parameters: Vec<Vec<Quadratic<F>>>,
    /// The value of each variable at the point.
    pub point: Vec<&'a F>,
}

impl<'a, F: OrderedField> Ground<'a, F> {
    /// With the free parameters of a block as variables; those of other units count as 0.
    pub fn new(problem: &'a Problem<F>, scope: Scope, is_local: bool, block: &BTreeSet<usize>) -> Self {
        let mut point = Vec::new();
        let mut parameter = |layer: usize, value: &'a F| {
            if !scope.contains(layer) {
                return Quadratic::constant(value.clone());
            }
            charge(2 * cost::ENTRY);
            point.push(value);
            let variable = Some(point.len() - 1).filter(|variable| block.contains(variable));
            variable.map_or_else(Quadratic::zero, |variable| Quadratic::variable(variable, F::zero()))
        };
        let layers = problem.point().layers().iter().enumerate();
        let parameters = layers.map(|(l, numbers)| numbers.iter().map(|p| parameter(l, p)).collect()).collect();
        Ground { problem, scope, is_local, units: None, parameters, point }
    }

    /// The sign at the point of what is split; nothing if there is no such split.
    fn sign_at_point(&self, split: Split) -> Option<Sign> {
        let (network, first) = (self.problem.network(), self.scope.first());
        match split {
            Split::Kink { sample, unit } => {
                let bends = network.layers().get(unit.layer).is_some_and(|layer| !layer.activation().is_linear());
                let trace = self.problem.traces().get(sample).filter(|_| bends && unit.layer >= first)?;
                trace.preactivations.get(unit.layer)?.get(unit.unit).map(F::sign)
            }
            Split::Weight { layer, parameter } => {
                let numbers = self.problem.point().layers().get(layer).filter(|_| self.scope.contains(layer))?;
                numbers.get(parameter).map(F::sign)
            }
        }
    }

    /// Whether all outgoing weights of a unit are held at 0.
    fn is_mute(&self, unit: Unit) -> bool {
        let (layer, numbers) = (unit.layer + 1, self.problem.point().layers());
        let outgoing = &self.problem.network().layers()[layer].outgoing()[unit.unit];
        charge(cost::CONNECTION * outgoing.len() as u64);
        self.scope != Scope::All && outgoing.iter().all(|weight| numbers[layer][weight.parameter].is_zero())
    }

    /// Calls `visit` with every case: the place of its leaf in the list, and the splits on the way with their sides.
    pub fn walk(
        &self,
        nodes: &[Node<F>],
        mut visit: impl FnMut(Case<'_, F>) -> Result<(), Rejection<F>>,
    ) -> Result<(), Rejection<F>> {
        // Each split on the way, its side, and whether the other branch is still to come.
        let mut way: Vec<(Split, Side, bool)> = Vec::new();
        let mut is_finished = false;
        for (node, step) in nodes.iter().enumerate().take_while(|_| !is_faulted()) {
            if is_finished {
                return Err(Rejection::SuperfluousNode { node });
            }
            charge(2 * cost::ENTRY * (1 + way.len() as u64));
            match step {
                Node::Split(split) => {
                    let sign = self.sign_at_point(*split).ok_or(Rejection::NoSuchSplit { node })?;
                    way.push(match sign {
                        Sign::Positive if self.is_local => (*split, Side::Positive, false),
                        Sign::Negative if self.is_local => (*split, Side::Negative, false),
                        _ => (*split, Side::Negative, true),
                    });
                }
                Node::Leaf(leaf) => {
                    let path = way.iter().map(|(split, side, _)| (*split, *side)).collect();
                    visit(Case::new(self, node, path, leaf)?)?;
                    while let Some((split, _, is_open)) = way.pop() {
                        if is_open {
                            way.push((split, Side::Positive, false));
                            break;
                        }
                    }
                    is_finished = way.is_empty();
                }
            }
        }
        if is_finished { Ok(()) } else { Err(Rejection::UnfinishedTree { nodes: nodes.len() }) }
    }

    /// The preactivation of a unit of the first free layer.
    fn first_preactivation(&self, sample: usize, unit: Unit) -> Quadratic<F> {
        let mut sum = Quadratic::constant(F::zero());
        for connection in &self.problem.network().layers()[unit.layer].incoming()[unit.unit] {
            let input = &self.problem.traces()[sample].inputs[unit.layer][connection.unit];
            sum.add_scaled(input, &self.parameters[unit.layer][connection.parameter]);
        }
        sum
    }
}

/// One case: what holds in it, and what the network computes there.
pub(super) struct Case<'a, F> {
    ground: &'a Ground<'a, F>,
    pub node: usize,
    pub path: Vec<(Split, Side)>,
    pub leaf: &'a Leaf<F>,
    /// For splits of weights and of the first free layer: what is at least 0.
    known: Vec<Option<Quadratic<F>>>,
}

/// A sample within a case, and the kinks that nothing decides, which have the slopes that the leaf states.
type Within<F> = (Trace<F, Quadratic<F>>, Vec<Unit>);

impl<'a, F: OrderedField> Case<'a, F> {
    fn new(
        ground: &'a Ground<'a, F>,
        node: usize,
        path: Vec<(Split, Side)>,
        leaf: &'a Leaf<F>,
    ) -> Result<Self, Rejection<F>> {
        let expected = path.len();
        if !leaf.signs.is_empty() && leaf.signs.len() != expected {
            return Err(Rejection::SignCount { node, found: leaf.signs.len(), expected });
        }
        if let Some(&(a, b, _)) = leaf.products.iter().find(|(a, b, _)| *a.max(b) >= expected) {
            return Err(Rejection::NoSuchProduct { node, a, b });
        }
        let mut numbers = leaf.signs.iter().chain(leaf.products.iter().map(|(_, _, nu)| nu));
        if let Some(value) = numbers.find(|value| value.sign() == Sign::Negative) {
            return Err(Rejection::NegativeSign { node, value: value.clone() });
        }
        let known = |(split, side): &(Split, Side)| match *split {
            Split::Weight { layer, parameter } => Some(side.of(&ground.parameters[layer][parameter])),
            Split::Kink { sample, unit } if unit.layer == ground.scope.first() => {
                Some(side.of(&ground.first_preactivation(sample, unit)))
            }
            Split::Kink { .. } => None,
        };
        let known = path.iter().map(known).collect();
        Ok(Case { ground, node, path, leaf, known })
    }

    /// The side on which a unit's preactivation on a sample lies throughout the case, if that is known.
    fn side(&self, sample: usize, unit: Unit, (preactivation, is_exact): (&Quadratic<F>, bool)) -> Option<Sign> {
        let at_point = self.ground.problem.traces()[sample].preactivations[unit.layer][unit.unit].sign();
        if self.ground.is_local && at_point != Sign::Zero {
            return Some(at_point);
        }
        charge(cost::CONNECTION * (1 + self.path.len() + self.known.len()) as u64);
        if let Some((_, side)) = self.path.iter().find(|(split, _)| *split == Split::Kink { sample, unit }) {
            return Some(side.sign());
        }
        // A multiple of what is known to be at least 0; in one tree of all units only in the first free layer.
        let is_looked_for = unit.layer == self.ground.scope.first() || self.ground.units.is_some() && is_exact;
        let known = self.known.iter().flatten().filter(|_| is_looked_for);
        known.filter_map(|known| preactivation.ratio(known)).map(|ratio| ratio.sign()).next()
    }

    fn within(&self, sample: usize) -> Result<Within<F>, Rejection<F>> {
        let Ground { problem, scope, units, .. } = self.ground;
        let (network, node) = (problem.network(), self.node);
        let x = problem.samples()[sample].x.iter().cloned().map(Quadratic::constant).collect();
        let mut undecided = Vec::new();
        let trace = network.trace(&self.ground.parameters, x, |unit, preactivation| {
            if unit.layer < scope.first() {
                return Ok(problem.traces()[sample].slopes[unit.layer][unit.unit].clone());
            }
            charge(cost::LOOK * (units.map_or(0, <[usize]>::len) + undecided.len()) as u64);
            if unit.layer == scope.first() && units.is_some_and(|units| !units.contains(&unit.unit)) {
                return Ok(F::zero());
            }
            let is_exact = undecided.iter().all(|below: &Unit| below.layer == unit.layer);
            if preactivation.is_zero() && is_exact || self.ground.is_mute(unit) {
                // Whatever its slope, the unit passes on nothing, to second order.
                return Ok(network.slope(unit, Sign::Negative));
            }
            if let Some(side) = self.side(sample, unit, (preactivation, is_exact)) {
                return Ok(network.slope(unit, side));
            }
            undecided.push(unit);
            let activation = network.layers()[unit.layer].activation();
            match self.leaf.slopes.get(&(sample, unit)) {
                None => Ok(activation.slope(Sign::Negative)),
                Some(slope) if activation.has_between(slope) => Ok(slope.clone()),
                Some(slope) => Err(Rejection::SlopeRange { node: Some(node), sample, unit, slope: slope.clone() }),
            }
        })?;
        Ok((trace, undecided))
    }

    /// A polynomial that is at least the margin of a sample throughout the case, and equal to it where the case decides every kink.
    ///
    /// An activation `a` with slopes `s` and 1 is convex if `s <= 1`, so that `a(z) >= c z` for every `c` between them; if the output falls
    /// with `a(z)`, then putting `c z` in its place can only raise the margin. Going through the undecided units from
    /// the last layer to the first, all units after the one in hand have been replaced, so that the derivative that
    /// matters is that of the polynomial returned.
    pub fn margin(&self, sample: usize) -> Result<Quadratic<F>, Rejection<F>> {
        let problem = self.ground.problem;
        let (network, point, label) = (problem.network(), problem.point().layers(), problem.samples()[sample].y);
        let (trace, undecided) = self.within(sample)?;
        if !undecided.is_empty() {
            let derivatives = output_derivatives(network, point, &trace.slopes, label.times(F::one()), 0);
            for unit in undecided {
                // What bends is not in the last layer.
                let next = unit.layer + 1;
                let outgoing = &network.layers()[next].outgoing()[unit.unit];
                charge(cost::CONNECTION * (outgoing.len() * (1 + self.path.len())) as u64);
                let pairs = outgoing.iter().map(|c| (&point[next][c.parameter], &derivatives[next][c.unit]));
                let derivative = F::dot(pairs).sign();
                let helps = network.layers()[unit.layer].activation().sign_to_replace();
                let is_known = match self.ground.scope {
                    // All that comes after the unit is held.
                    Scope::Layer(_) => derivative == Sign::Zero || derivative == helps,
                    Scope::All if self.ground.is_local && derivative != Sign::Zero => derivative == helps,
                    // The depth is 2, and it is the outgoing weight, with the label's sign.
                    Scope::All => outgoing.iter().all(|connection| {
                        let weight = Split::Weight { layer: next, parameter: connection.parameter };
                        let side = self.path.iter().find(|(split, _)| *split == weight).map(|(_, side)| side);
                        side.is_some_and(|side| label.times(side.times(F::one())).sign() == helps)
                    }),
                };
                if !is_known {
                    return Err(Rejection::UndecidedKink { node: self.node, sample, unit });
                }
            }
        }
        Ok(trace.output().scale(&label.times(F::one())))
    }

    /// What a split on the way says is at least 0.
    pub fn sign_condition(&self, place: usize) -> Result<Quadratic<F>, Rejection<F>> {
        match (&self.known[place], self.path[place]) {
            (Some(known), _) => Ok(known.clone()),
            (None, (Split::Kink { sample, unit }, side)) => {
                let (trace, undecided) = self.within(sample)?;
                match undecided.into_iter().find(|below| below.layer < unit.layer) {
                    Some(unit) => Err(Rejection::CloudedSplit { node: self.node, sample, unit }),
                    None => Ok(side.of(&trace.preactivations[unit.layer][unit.unit])),
                }
            }
            (None, (Split::Weight { layer, parameter }, side)) => {
                Ok(side.of(&self.ground.parameters[layer][parameter]))
            }
        }
    }

    /// `function -= sum lambda_i p_i + sum mu_a g_a + sum nu_ab g_a g_b`.
    pub fn subtract(&self, function: &mut Quadratic<F>, multipliers: &[F]) -> Result<(), Rejection<F>> {
        for (sample, multiplier) in multipliers.iter().enumerate().take_while(|_| !is_faulted()) {
            if !multiplier.is_zero() {
                function.add_scaled(&-multiplier.clone(), &self.margin(sample)?);
            }
        }
        for (place, mu) in self.leaf.signs.iter().enumerate().take_while(|_| !is_faulted()) {
            if !mu.is_zero() {
                function.add_scaled(&-mu.clone(), &self.sign_condition(place)?);
            }
        }
        for (a, b, nu) in self.leaf.products.iter().take_while(|_| !is_faulted()) {
            let product = self.sign_condition(*a)?.times(&self.sign_condition(*b)?);
            function.add_scaled(&-nu.clone(), &product);
        }
        Ok(())
    }
}

impl Side {
    /// The value, or its negative, so that what lies on this side is at least 0.
    fn of<F: OrderedField>(self, value: &Quadratic<F>) -> Quadratic<F> {
        value.scale(&self.times(F::one()))
    }
}
