//! Piecewise linear, positively homogeneous activations.

use crate::kernel::exact::{OrderedField, Sign};

/// What a unit does to its preactivation.
#[derive(Clone, Debug, PartialEq)]
pub enum Activation<F> {
    /// The identity.
    Linear,
    /// `max(0, z)`.
    Relu,
    /// `z` for `z >= 0`, and this slope times `z` for `z < 0`.
    LeakyRelu(F),
}

impl<F: OrderedField> Activation<F> {
    /// Whether the activation is [`Activation::Linear`]; a leaky ReLU never counts as linear, whatever its slope.
    pub fn is_linear(&self) -> bool {
        matches!(self, Activation::Linear)
    }

    /// The slope on a side of zero. At zero itself it is the negative side's: a choice that cannot matter for
    /// a value, and that no derivative may rest on.
    pub fn slope(&self, side: Sign) -> F {
        match self {
            Activation::Linear => F::one(),
            _ if side == Sign::Positive => F::one(),
            Activation::Relu => F::zero(),
            Activation::LeakyRelu(slope) => slope.clone(),
        }
    }

    /// Whether a number lies between the two slopes.
    pub fn has_between(&self, slope: &F) -> bool {
        let (negative, positive) = (self.slope(Sign::Negative), F::one());
        (negative <= *slope || positive <= *slope) && (*slope <= negative || *slope <= positive)
    }

    /// The sign of a factor `f` for which `f a(z) <= f c z` for every `c` between the two slopes: negative if the activation `a` is convex,
    /// positive if it is concave.
    pub fn sign_to_replace(&self) -> Sign {
        if self.slope(Sign::Negative) <= F::one() { Sign::Negative } else { Sign::Positive }
    }
}
