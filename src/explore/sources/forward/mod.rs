//! Forward: first data, small integers, then rational KKT points of them.
//!
//! | | networks | the point | what is scaled so that it is rational |
//! |---|---|---|---|
//! | [`paths`] | dense | chains that share out the samples; each computes a support vector machine | the samples of a chain |
//! | [`lanes`] | diagonal, sparse | chains with inputs of their own that share all samples: one support vector machine | the inputs of a chain |
//! | [`heads`] | dense and convolutional; any of depth 2 | for each activation pattern, singular pairs of the data; units and filters whose pairs have one value | each sample |
//!
//! Only the directions of what is scaled are small integers; the scale follows.

mod gates;
mod heads;
mod lanes;
mod machine;
mod paths;
mod shared;
mod singular;

use super::choices::Choices;
use super::constructed::{ATTEMPTS, Constructed, Construction};
use super::numbers::{UnitVectors, positive_numbers};
use super::{evidence, shapes};
use crate::explore::bounds::{Architecture, Bounds, fewer};
use crate::kernel::certificate::Certificate;
use crate::kernel::exact::{OrderedField, Rational};
use crate::kernel::network::{Network, Parameters, Unit};
use crate::kernel::problem::{Label, Problem, Sample};

/// KKT points of small-integer data, as a strategy.
///
/// ```
/// use margincert::explore::bounds::{Architecture, Bounds};
/// use margincert::explore::sources::forward;
///
/// for architecture in Architecture::ALL {
///     let bounds = Bounds { architectures: vec![architecture], ..Bounds::default() };
///     let instance = forward(bounds).draw(7).expect("an instance");
///     assert!(architecture.wires(instance.problem.network()));
///     assert!(instance.check()[0].is_ok());
/// }
/// ```
pub fn forward(bounds: Bounds) -> Constructed<Forward> {
    let bounds = bounds.normalised();
    Constructed::new(Forward {
        positive: positive_numbers(bounds.height),
        units: UnitVectors::new(bounds.height),
        bounds,
    })
}

/// The construction behind [`forward`].
#[derive(Clone, Debug)]
pub struct Forward {
    bounds: Bounds,
    positive: Vec<Rational>,
    units: UnitVectors,
}

/// How many datasets are tried for a network.
const DATASETS: u32 = 32;

impl Construction for Forward {
    type Value = Certificate<Rational>;

    fn attempts(&self) -> u32 {
        fewer(ATTEMPTS, self.bounds.max_parameters())
    }

    fn build(&self, choices: &mut Choices) -> Option<Certificate<Rational>> {
        if self.bounds.is_empty() || self.bounds.check().is_err() {
            return None;
        }
        let (architecture, network) = shapes::draw(&self.bounds, choices)?;
        match architecture {
            Architecture::Convolution => heads::build(self, network, choices),
            Architecture::Dense => match choices.below(2) {
                0 => paths::build(self, network, choices),
                _ => heads::build(self, network, choices),
            },
            Architecture::Diagonal | Architecture::Sparse => match choices.below(2) {
                1 if network.depth() == 2 => heads::build(self, network, choices),
                _ => lanes::build(self, network, choices),
            },
        }
    }
}

impl Forward {
    /// Whether the bounds forbid dead units.
    fn all_live(&self, network: &Network<Rational>) -> bool {
        let nonlinear = !network.is_linear_from(0);
        let bounds = &self.bounds;
        bounds.nonzero_weights || bounds.nonzero_inputs || bounds.kinks == Some(false) && nonlinear
    }

    /// The instance with its claim, if it is a KKT point within the bounds; `slope` is asked at kinks.
    fn instance(
        &self,
        network: &Network<Rational>,
        point: Parameters<Rational>,
        samples: Vec<Sample<Rational>>,
        multipliers: Vec<Rational>,
        slope: impl Fn(usize, Unit) -> Rational,
    ) -> Option<Certificate<Rational>> {
        let problem = Problem::new(network.clone(), samples, point).ok()?;
        if !self.bounds.admits(&problem) {
            return None;
        }
        evidence::certificate(problem, multipliers, slope)
    }
}

fn draw_label(choices: &mut Choices) -> Label {
    if choices.chance(1, 2) { Label::Negative } else { Label::Positive }
}

/// `base` to an integer power; nothing for a negative power of 0.
fn power(base: &Rational, exponent: i64) -> Option<Rational> {
    let power = (0..exponent.unsigned_abs()).fold(Rational::from(1), |power, _| power * base);
    if exponent < 0 { power.reciprocal() } else { Some(power) }
}
