//! How far a point is from the best, in squared norms.
//!
//! **A bound from below.** If no slope exceeds 1 in absolute value, `1 <= m_i <= ||x_i|| prod_l ||W_l||`, with the norm of each layer's matrix at most
//! `c_l^(1/2) ||theta_l||` where no parameter is used more than `c_l` times. By the inequality of the means
//! `1 <= ||x_i|| C^(1/2) (||theta||^2 / L)^(L/2)` with `C = prod_l c_l`, so every feasible `theta` has `||theta||^(2L) C ||x_i||^2 >= L^L`.

use num_traits::One;

use super::{Facts, decided};
use crate::explore::conjecture::{Factor, Layers, Truth};
use crate::explore::facts::structure::Parts;
use crate::kernel::check::Claim;
use crate::kernel::exact::{OrderedField, Rational, Sign, Value};
use crate::kernel::network::{Activation, Layer, Scope};
use crate::kernel::problem::Problem;

impl Facts<'_> {
    /// Whether no feasible point's squared norm is less than the point's divided by the factor.
    pub(super) fn within_factor(&mut self, factor: &Factor) -> Truth {
        let parts = Parts::of(self.problem);
        // A size beyond 64 bits is not counted to its end.
        let size = |size| parts.size(size).filter(|&count| count < u64::MAX);
        factor.value(size).map_or(Truth::Unknown, |factor| self.within_number(&factor))
    }

    fn within_number(&mut self, factor: &Rational) -> Truth {
        let refuted = |facts: &Self| facts.claims.iter().any(|claim| is_better(facts.problem, claim, factor));
        let problem = self.problem;
        if refuted(self) || self.keep_given(|claim| is_better(problem, claim, factor)) {
            return Truth::False;
        }
        if is_within(self.problem, factor) {
            return Truth::True;
        }
        match self.global(Layers::Whole) {
            Truth::True if *factor >= Rational::one() => Truth::True,
            Truth::True => Truth::False,
            Truth::False if *factor <= Rational::one() => Truth::False,
            _ => decided(refuted(self) || self.is_beaten_by_itself(factor), Truth::False),
        }
    }

    /// Below 1 the point itself is too good.
    fn is_beaten_by_itself(&mut self, factor: &Rational) -> bool {
        *factor < Rational::one() && self.feasible() == Truth::True
    }
}

/// Whether a claim, once accepted, names a point with less than the norm divided by the factor.
fn is_better(problem: &Problem<Rational>, claim: &Claim<Rational>, factor: &Rational) -> bool {
    let norm = |of: &crate::kernel::network::Parameters<Rational>| of.norm_squared(Scope::All);
    match claim {
        Claim::NotGlobalOptimum(found) => &norm(&found.better) * factor < norm(problem.point()),
        _ => false,
    }
}

/// Whether the bound from below shows it, by some sample.
fn is_within(problem: &Problem<Rational>, factor: &Rational) -> bool {
    let layers = problem.network().layers();
    let is_short = |layer: &Layer<Rational>| match layer.activation() {
        Activation::LeakyRelu(slope) => (slope * slope) <= Rational::one(),
        Activation::Linear | Activation::Relu => true,
    };
    if !layers.iter().all(is_short) {
        return false;
    }
    let shares = layers.iter().map(most_uses).fold(Rational::one(), |product, uses| product * &Rational::from(uses));
    let depth = Rational::from(layers.len() as i64);
    let norm = problem.point().norm_squared(Scope::All);
    let squares = problem.samples().iter().map(|sample| Rational::dot(sample.x.iter().zip(&sample.x)));
    let Some(least) = squares.min() else { return false };
    // ||theta||^(2L) C ||x||^2 <= (r L)^L
    factor.sign() == Sign::Positive
        && power(&norm, layers.len()) * &(shares * &least) <= power(&(factor * &depth), layers.len())
}

fn power(base: &Rational, exponent: usize) -> Rational {
    (0..exponent).fold(Rational::one(), |power, _| power * base)
}

/// The most connections that hold one parameter.
fn most_uses(layer: &Layer<Rational>) -> i64 {
    let mut uses = vec![0; layer.parameters()];
    layer.incoming().iter().flatten().for_each(|connection| uses[connection.parameter] += 1);
    uses.into_iter().max().unwrap_or(0)
}
