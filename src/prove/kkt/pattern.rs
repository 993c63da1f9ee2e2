//! The kinks of a sample, and the choices of sides for them.

use crate::kernel::exact::{OrderedField, Sign};
use crate::kernel::network::{Scope, Unit};
use crate::kernel::problem::Problem;
use crate::prove::deadline::Deadline;
use crate::prove::free::{margin_gradient, slopes_with};

/// For each relevant kink whether its positive side is taken.
pub type Pattern = Vec<bool>;

/// The kinks of a sample.
///
/// A kink is relevant if its slope can change the gradient: something that is free moves it, and the output feels it.
/// The sides of the others do not matter, as long as a curve resolves them.
#[derive(Clone, Debug)]
pub struct Kinks {
    sample: usize,
    all: Vec<Unit>,
    relevant: Vec<Unit>,
}

/// Where the margin falls.
pub enum Fall {
    /// It falls for this choice of sides.
    To(Pattern),
    /// Only for choices that are not allowed.
    OnlyForbidden,
    /// For none.
    Nowhere,
    /// Time ran out.
    Unknown,
}

/// The most relevant kinks in several layers whose choices of sides are gone through one by one.
const MAX_ENUMERATED: usize = 16;

impl Kinks {
    /// The kinks of a sample within a scope.
    pub fn of<F: OrderedField>(problem: &Problem<F>, scope: Scope, sample: usize) -> Self {
        let all = problem.kinks(sample, scope);
        if all.is_empty() {
            return Kinks { sample, all, relevant: Vec::new() };
        }
        let (network, trace) = (problem.network(), &problem.traces()[sample]);
        let passes =
            |layer: usize, unit: usize| !trace.slopes[layer][unit].is_zero() || all.contains(&Unit { layer, unit });
        // Forward: whether something free moves a unit's preactivation at first order.
        let mut moves: Vec<Vec<bool>> = Vec::with_capacity(network.depth());
        for (l, layer) in network.layers().iter().enumerate() {
            let moved = |row: &Vec<crate::kernel::network::Connection>| {
                row.iter().any(|connection| {
                    let input = connection.unit;
                    let by_weight = scope.contains(l) && !trace.inputs[l][input].is_zero();
                    by_weight
                        || l > 0
                            && !problem.point().layers()[l][connection.parameter].is_zero()
                            && passes(l - 1, input)
                            && moves[l - 1][input]
                })
            };
            moves.push(layer.incoming().iter().map(moved).collect());
        }
        // Backward: whether the output feels what a unit passes on.
        let mut felt: Vec<Vec<bool>> = network.layers().iter().map(|layer| vec![true; layer.outputs()]).collect();
        for l in (0..network.depth() - 1).rev() {
            for (unit, outgoing) in network.layers()[l + 1].outgoing().iter().enumerate() {
                felt[l][unit] = outgoing.iter().any(|connection| {
                    !problem.point().layers()[l + 1][connection.parameter].is_zero()
                        && passes(l + 1, connection.unit)
                        && felt[l + 1][connection.unit]
                });
            }
        }
        let matters = |unit: &&Unit| {
            let sides = network.slope(**unit, Sign::Positive) != network.slope(**unit, Sign::Negative);
            sides && moves[unit.layer][unit.unit] && felt[unit.layer][unit.unit]
        };
        let relevant = all.iter().filter(matters).copied().collect();
        Kinks { sample, all, relevant }
    }

    /// The sample.
    pub fn sample(&self) -> usize {
        self.sample
    }

    /// All kinks.
    pub fn all(&self) -> &[Unit] {
        &self.all
    }

    /// Those whose sides matter.
    pub fn relevant(&self) -> &[Unit] {
        &self.relevant
    }

    /// `y_i g_i` over the free parameters for a choice of sides.
    pub fn gradient<F: OrderedField>(&self, problem: &Problem<F>, scope: Scope, pattern: &Pattern) -> Vec<F> {
        let slopes = slopes_with(problem, self.sample, &self.relevant, pattern);
        margin_gradient(problem, scope, self.sample, &slopes)
    }

    /// The choice of sides with the least `value`, if that is negative; `value` must be linear in the gradient.
    pub fn steepest_fall<F: OrderedField>(
        &self,
        value: impl Fn(&Pattern) -> F,
        allowed: impl Fn(&Pattern) -> bool,
        deadline: Deadline,
    ) -> Fall {
        let count = self.relevant.len();
        let one_layer = self.relevant.iter().all(|unit| unit.layer == self.relevant[0].layer);
        if one_layer {
            // No path meets two of the kinks, so the gradient is affine in the slopes.
            let base = value(&vec![false; count]);
            let falls = |kink: usize| {
                let mut only = vec![false; count];
                only[kink] = true;
                value(&only) < base
            };
            let best: Pattern = (0..count).map(falls).collect();
            if value(&best).sign() != Sign::Negative {
                return Fall::Nowhere;
            }
            if allowed(&best) {
                return Fall::To(best);
            }
        }
        let mut best: Option<(F, Pattern)> = None;
        let mut forbidden = one_layer;
        // Beyond the limit only some of the choices are seen; the checker, which looks at them all, then has the last word.
        for choice in 0..1u32 << count.min(MAX_ENUMERATED) {
            if choice % 64 == 63 && deadline.passed() {
                return Fall::Unknown;
            }
            let pattern: Pattern = (0..count).map(|kink| kink < 32 && choice >> kink & 1 == 1).collect();
            let fall = value(&pattern);
            if fall.sign() != Sign::Negative || best.as_ref().is_some_and(|(least, _)| *least <= fall) {
                continue;
            }
            match allowed(&pattern) {
                true => best = Some((fall, pattern)),
                false => forbidden = true,
            }
        }
        match best {
            Some((_, pattern)) => Fall::To(pattern),
            None if forbidden => Fall::OnlyForbidden,
            None => Fall::Nowhere,
        }
    }
}
