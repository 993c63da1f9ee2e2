//! The census: every KKT instance up to a size and a height, once up to symmetry.
//!
//! Numbers are the rationals whose numerator and denominator are at most the height, and 0. For each network within the bounds
//! (once up to the order of its inputs and units) the balanced points with such numbers are gone through, for each point
//! the samples with such numbers and margin at least 1, and for each set of active samples it is decided whether it makes the
//! point a KKT point. So nothing is missed but what cannot be one, and a conjecture that no member breaks holds for all
//! instances of the bounds.

mod datasets;
mod networks;
mod opened;
mod points;
mod samples;
mod supports;
mod symmetry;

use num_bigint::BigUint;
use num_integer::Integer;
use num_traits::{ToPrimitive, Zero};

use self::datasets::AtPoint;
use self::points::Wired;
use super::numbers::positive_numbers;
use crate::explore::bounds::{ActivationKind, Architecture, Bounds};
use crate::explore::facts::structure::Parts;
use crate::kernel::certificate::Certificate;
use crate::kernel::exact::Rational;
use crate::kernel::network::{Activation, Network};

/// Every KKT instance within bounds, in units of work.
///
/// ```
/// use margincert::explore::bounds::{ActivationKind, Architecture, Bounds};
/// use margincert::explore::sources::Census;
///
/// let bounds = Bounds {
///     architectures: vec![Architecture::Dense],
///     activations: vec![ActivationKind::Relu],
///     depth: 2..=2,
///     inputs: 1..=1,
///     samples: 1..=1,
///     width: 1..=1,
///     height: 1,
///     ..Bounds::default()
/// };
/// let census = Census::new(&bounds)?;
/// let members: Vec<_> = (0..census.len_units()).flat_map(|unit| census.unit(unit)).collect();
/// // w x = 1 and v = 1, up to the sign of the input, and of the output with the label.
/// assert_eq!(members.len(), 1);
/// assert!(members.iter().all(|member| member.orbit == 4 && member.instance.check()[0].is_ok()));
/// # Ok::<(), margincert::explore::sources::CensusError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Census {
    bounds: Bounds,
    lattice: Lattice,
    networks: Vec<Wired>,
    /// The first unit of each network, and the number of units at the end.
    starts: Vec<usize>,
}

/// The numbers of a census, as integers over a common denominator.
#[derive(Clone, Debug)]
struct Lattice {
    scale: i64,
    /// Ascending.
    values: Vec<i64>,
}

/// An instance of a census.
#[derive(Clone, Debug)]
pub struct Member {
    /// The instance, with its `kkt` claim. Without a claim if it could not be decided whether it is a KKT point, which may happen only
    /// where a unit reads nothing but zeros, or kinks meet shared weights or several hidden layers.
    pub instance: Certificate<Rational>,
    /// The index of its network in [`Census::networks`].
    pub network: usize,
    /// For how many instances it stands: those that differ in the order of hidden units, inputs and samples, in the signs of inputs and linear
    /// units, in that of the output with the labels, and for linear networks in that of a sample with its label.
    pub orbit: u128,
}

/// Why bounds have no census.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CensusError {
    /// The bounds allow nothing.
    #[error("the bounds allow no network at all")]
    Empty,
    /// The arithmetic would overflow, or there would be too many symmetries or units.
    #[error("the bounds are too wide for a census: {0}")]
    TooWide(&'static str),
}

/// The most symmetries of a network.
const MAX_SYMMETRIES: usize = 1 << 20;
/// The most ways to wire the sparse layers of a network, in any order.
const MAX_MASKS: usize = 1 << 16;
/// The most units of a census.
const MAX_UNITS: usize = 1 << 40;

impl Census {
    /// Lays out the units. Cheap: nothing is enumerated but the networks and their symmetries.
    ///
    /// # Errors
    /// When the bounds allow nothing, or so much that the small integers of the enumeration would overflow.
    pub fn new(bounds: &Bounds) -> Result<Self, CensusError> {
        let bounds = &bounds.normalised();
        if bounds.is_empty() {
            return Err(CensusError::Empty);
        }
        let lattice = Lattice::new(bounds.height).ok_or(CensusError::TooWide("the height"))?;
        if count_symmetries(bounds).is_none_or(|symmetries| symmetries > MAX_SYMMETRIES) {
            return Err(CensusError::TooWide("inputs, width and depth"));
        }
        let sparse = bounds.architectures.contains(&Architecture::Sparse);
        if sparse && count_masks(bounds).is_none_or(|masks| masks > MAX_MASKS) {
            return Err(CensusError::TooWide("sparse layers"));
        }
        let networks: Vec<Wired> = networks::networks(bounds).into_iter().map(Wired::new).collect();
        if networks.is_empty() {
            return Err(CensusError::Empty);
        }
        if networks.iter().any(|wired| lattice.bits(&wired.network) > 120) {
            return Err(CensusError::TooWide("height and depth"));
        }
        let mut starts = vec![0usize];
        for wired in &networks {
            let units = (0..wired.top()).try_fold(1usize, |units, _| units.checked_mul(lattice.values.len()));
            let end = units.and_then(|units| units.checked_add(starts[starts.len() - 1]));
            let end = end.filter(|end| *end <= MAX_UNITS).ok_or(CensusError::TooWide("height and width"))?;
            starts.push(end);
        }
        Ok(Census { bounds: bounds.clone(), lattice, networks, starts })
    }

    /// The number of units of work. A unit is a network with the numbers of its last layer.
    pub fn len_units(&self) -> usize {
        self.starts[self.starts.len() - 1]
    }

    /// The networks, in the order of the units.
    pub fn networks(&self) -> impl ExactSizeIterator<Item = &Network<Rational>> {
        self.networks.iter().map(|wired| &wired.network)
    }

    /// The numbers, ascending.
    pub fn numbers(&self) -> Vec<Rational> {
        self.lattice.values.iter().map(|&value| super::numbers::ratio(value, self.lattice.scale)).collect()
    }

    /// The instances of a unit, always in the same order; none for a unit that is not there.
    pub fn unit(&self, unit: usize) -> impl Iterator<Item = Member> + '_ {
        self.unit_unless(unit, &never)
    }

    /// The same, but it ends early once `is_over` says so. A unit may be long, and there may be long stretches without an instance.
    pub fn unit_unless<'a>(&'a self, unit: usize, is_over: &'a dyn Fn() -> bool) -> impl Iterator<Item = Member> + 'a {
        let network = self.starts.partition_point(|start| *start <= unit) - 1;
        let wired = self.networks.get(network);
        wired.into_iter().flat_map(move |wired| {
            let mut rest = unit - self.starts[network];
            let values = &self.lattice.values;
            let mut top = vec![0; wired.top()];
            for entry in top.iter_mut().rev() {
                *entry = values[rest % values.len()];
                rest /= values.len();
            }
            let points = wired.points(&top, values, self.bounds.nonzero_weights);
            let points = points.into_iter().take_while(move |_| !is_over());
            let points = points.filter(|point| {
                let by_layers = wired.by_layers(&point.numbers, self.lattice.scale);
                self.bounds.meets_condition(Parts::point(&wired.network, &by_layers))
            });
            points.flat_map(move |point| {
                AtPoint::new(wired, network, &point, &self.lattice, &self.bounds).members(is_over)
            })
        })
    }

    /// How many triples of network, point and dataset there are, KKT points or not, every order and sign counted. The orbits of all
    /// members add up to the number of those that are KKT points and meet the bounds.
    pub fn candidates(&self) -> BigUint {
        let numbers = BigUint::from(self.lattice.values.len());
        let mut sum = BigUint::zero();
        for wired in &self.networks {
            let points = numbers.pow(wired.network.parameter_count() as u32);
            let samples = numbers.pow(wired.network.inputs() as u32) * 2u32;
            let datasets: BigUint = self.bounds.samples.clone().map(|count| samples.pow(count as u32)).sum();
            sum += points * datasets;
        }
        sum
    }
}

fn never() -> bool {
    false
}

/// The most symmetries that a network of the bounds can have; nothing if that does not fit a word.
fn count_symmetries(bounds: &Bounds) -> Option<usize> {
    let factorial = |n: usize| (1..=n).try_fold(1usize, usize::checked_mul);
    let inputs = *bounds.inputs.end();
    let of_inputs = factorial(inputs)?.checked_mul(2usize.checked_pow(u32::try_from(inputs).ok()?)?)?;
    let width = *bounds.width.end();
    let may_be_linear =
        bounds.activations.iter().any(|kind| matches!(kind, ActivationKind::Linear | ActivationKind::Mixed));
    let signs = if may_be_linear { 2usize.checked_pow(u32::try_from(width).ok()?)? } else { 1 };
    let of_layer = factorial(width)?.checked_mul(signs)?;
    (1..*bounds.depth.end()).try_fold(of_inputs.checked_mul(2)?, |count, _| count.checked_mul(of_layer))
}

/// The number of ways to wire the largest sparse layers, each unit to any inputs but none.
fn count_masks(bounds: &Bounds) -> Option<usize> {
    let (inputs, width) = (*bounds.inputs.end(), *bounds.width.end());
    let of_layer = |inputs: usize| {
        let of_unit = 2usize.checked_pow(u32::try_from(inputs).ok()?)? - 1;
        of_unit.checked_pow(u32::try_from(width).ok()?)
    };
    (2..*bounds.depth.end()).try_fold(of_layer(inputs)?, |count, _| count.checked_mul(of_layer(width)?))
}

impl Lattice {
    fn new(height: u32) -> Option<Self> {
        let scale = (1..=i64::from(height)).try_fold(1i64, |scale, n| {
            let scale = scale.checked_mul(n / scale.gcd(&n))?;
            (scale < 1 << 20).then_some(scale)
        })?;
        let positive = positive_numbers(height);
        let scaled = |number: &Rational| (number * &Rational::from(scale)).small().map(|(n, _)| n);
        let positive: Vec<i64> = positive.iter().map(scaled).collect::<Option<_>>()?;
        let mut values: Vec<i64> = positive.iter().flat_map(|&value| [value, -value]).chain([0]).collect();
        values.sort_unstable();
        Some(Lattice { scale, values })
    }

    /// How long the integers of an evaluation can become.
    fn bits(&self, network: &Network<Rational>) -> u64 {
        let largest = self.values.last().copied().unwrap_or(1).max(self.scale);
        let number = u64::from(largest.ilog2()) + 1;
        let of_layer = |layer: &crate::kernel::network::Layer<Rational>| {
            let slope = match layer.activation() {
                Activation::LeakyRelu(slope) => slope.bits(),
                _ => 0,
            };
            number + slope + u64::from(layer.inputs().to_u32().unwrap_or(u32::MAX).max(1).ilog2()) + 1
        };
        number + network.layers().iter().map(of_layer).sum::<u64>()
    }
}
