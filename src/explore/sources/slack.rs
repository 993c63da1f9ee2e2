//! Samples that a point classifies with room to spare.

use super::choices::Choices;
use super::numbers::is_positive;
use crate::kernel::exact::{OrderedField, Rational, Sign};
use crate::kernel::network::Network;
use crate::kernel::problem::{Label, Sample};

/// How often a sample on which the network's output is zero is drawn again.
const TRIALS: usize = 4;

/// A small integer sample, with the label that the network gives it, scaled up by the least integer that makes its margin at least 1.
/// `None` if the network's output is zero on all that were tried.
pub fn draw(
    network: &Network<Rational>,
    point: &[Vec<Rational>],
    height: u32,
    choices: &mut Choices,
) -> Option<Sample<Rational>> {
    for _ in 0..TRIALS {
        let x: Vec<Rational> = (0..network.inputs()).map(|_| choices.integer(height)).collect();
        if let Some(sample) = scaled(network, point, x) {
            return Some(sample);
        }
    }
    None
}

/// The least integer multiple of `x` with margin at least 1, for the label that fits; `None` if the output is zero.
fn scaled(network: &Network<Rational>, point: &[Vec<Rational>], x: Vec<Rational>) -> Option<Sample<Rational>> {
    let output = network.trace_at(point, &x).output();
    let y = match output.sign() {
        Sign::Zero => return None,
        Sign::Positive => Label::Positive,
        Sign::Negative => Label::Negative,
    };
    let needed = output.abs().reciprocal()?;
    // The least integer that is not below.
    let factor = Rational::from(-(-needed).floor());
    debug_assert!(is_positive(&factor));
    Some(Sample { x: x.into_iter().map(|entry| entry * &factor).collect(), y })
}
