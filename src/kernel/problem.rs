//! The max-margin problem of a network and a dataset, together with the point that claims are about.

use super::exact::{Fault, OrderedField, Sign, charge, cost, guarded, is_faulted};
use super::network::{Connection, Network, Parameters, Scope, ShapeError, Trace, Unit, accumulate_gradient};

/// The label of a sample.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Label {
    /// `y = +1`.
    Positive,
    /// `y = -1`.
    Negative,
}

impl Label {
    /// `y * value`.
    pub fn times<F: OrderedField>(self, value: F) -> F {
        match self {
            Label::Positive => value,
            Label::Negative => -value,
        }
    }
}

/// A sample `(x, y)`.
#[derive(Clone, Debug, PartialEq)]
pub struct Sample<F> {
    /// The input, one number an input of the network.
    pub x: Vec<F>,
    /// The label.
    pub y: Label,
}

/// The problem `min 1/2 ||theta||^2` subject to `m_i(theta) = y_i Phi(theta; x_i) >= 1` for every sample `i`, and a point
/// `theta~` (not necessarily feasible) with what the network computes there on every sample.
#[derive(Clone, Debug, PartialEq)]
pub struct Problem<F> {
    network: Network<F>,
    samples: Vec<Sample<F>>,
    point: Parameters<F>,
    traces: Vec<Trace<F>>,
}

/// Why a network, samples and a point do not make a problem.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum ProblemError {
    /// The dataset is empty.
    NoSamples,
    /// A sample of the wrong dimension.
    SampleLength { sample: usize, found: usize, expected: usize },
    /// The point has not the network's shape.
    Point(ShapeError),
    /// The exact arithmetic came to no result.
    Fault(Fault),
}

impl<F: OrderedField> Problem<F> {
    /// Puts the parts together and runs the network once on every sample.
    ///
    /// # Errors
    /// When a sample or the point does not fit the network; see [`ProblemError`].
    ///
    /// ```
    /// use margincert::kernel::exact::Rational;
    /// use margincert::kernel::network::{Activation, Network, Parameters, Weights};
    /// use margincert::kernel::problem::{Label, Problem, Sample};
    ///
    /// let number = |n: i64| Rational::from(n);
    /// let network = Network::new(
    ///     2,
    ///     vec![
    ///         (Weights::Dense { outputs: 1 }, Activation::Relu),
    ///         (Weights::Dense { outputs: 1 }, Activation::Linear),
    ///     ],
    /// )?;
    /// let samples = vec![Sample { x: vec![number(1), number(2)], y: Label::Positive }];
    /// let point = Parameters::new(vec![vec![number(3), number(-1)], vec![number(5)]]);
    /// let problem = Problem::new(network, samples, point)?;
    /// assert_eq!(problem.margin(0), number(5));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn new(network: Network<F>, samples: Vec<Sample<F>>, point: Parameters<F>) -> Result<Self, ProblemError> {
        if samples.is_empty() {
            return Err(ProblemError::NoSamples);
        }
        for (sample, Sample { x, .. }) in samples.iter().enumerate() {
            if x.len() != network.inputs() {
                let (found, expected) = (x.len(), network.inputs());
                return Err(ProblemError::SampleLength { sample, found, expected });
            }
        }
        point.check_shape(&network).map_err(ProblemError::Point)?;
        let run = || {
            let traces = samples.iter().map(|sample| network.trace_at(point.layers(), &sample.x));
            traces.take_while(|_| !is_faulted()).collect()
        };
        let traces = guarded(run).map_err(ProblemError::Fault)?;
        Ok(Problem { network, samples, point, traces })
    }

    /// The network.
    pub fn network(&self) -> &Network<F> {
        &self.network
    }

    /// The dataset.
    pub fn samples(&self) -> &[Sample<F>] {
        &self.samples
    }

    /// The point `theta~`.
    pub fn point(&self) -> &Parameters<F> {
        &self.point
    }

    /// What the network computes at the point, one trace a sample.
    pub fn traces(&self) -> &[Trace<F>] {
        &self.traces
    }

    /// States the slope with which a unit passes on a preactivation of 0, which changes no value. All must be in range.
    pub(super) fn set_slope(&mut self, sample: usize, unit: Unit, slope: F) {
        self.traces[sample].slopes[unit.layer][unit.unit] = slope;
    }

    /// The margin `m_i(theta~) = y_i Phi(theta~; x_i)` of sample `i`, which must be in range.
    pub fn margin(&self, sample: usize) -> F {
        self.samples[sample].y.times(self.traces[sample].output())
    }

    /// The margin of sample `i` at other parameters of the network's shape.
    pub fn margin_at(&self, parameters: &Parameters<F>, sample: usize) -> F {
        let Sample { x, y } = &self.samples[sample];
        y.times(self.network.trace_at(parameters.layers(), x).output())
    }

    /// Every sample's index, as long as the computation in progress has not been given up.
    pub fn sample_indices(&self) -> impl Iterator<Item = usize> + use<F> {
        (0..self.samples.len()).take_while(|_| !is_faulted())
    }

    /// How many numbers and connections there are to look at.
    pub fn size(&self) -> u64 {
        let (mut connections, mut units) = (0, self.network.inputs());
        for layer in self.network.layers() {
            connections += layer.connection_count();
            units += layer.outputs();
        }
        connections as u64 + units as u64 * self.samples.len() as u64
    }

    /// Adds the gradient of `seed * Phi(.; x_i)` over the free layers at the point, within the activation pattern of some slopes.
    pub fn add_gradient(&self, sum: &mut Parameters<F>, sample: usize, slopes: &[Vec<F>], seed: F, scope: Scope) {
        let (network, point, trace) = (&self.network, self.point.layers(), &self.traces[sample]);
        accumulate_gradient(sum.layers_mut(), network, point, (&trace.inputs, slopes), seed, scope);
    }

    /// The kinks of sample `i`: its non-linear units with preactivation 0 that the free layers can move; see [`Network::kinks`].
    pub fn kinks(&self, sample: usize, scope: Scope) -> Vec<Unit> {
        self.network.kinks(self.point.layers(), &self.traces[sample], scope)
    }

    /// Whether all weights of a hidden unit, incoming and outgoing, are 0 at the point; not if there is no such unit.
    pub fn is_zero_unit(&self, Unit { layer, unit }: Unit) -> bool {
        let (layers, weights) = (self.network.layers(), self.point.layers());
        let is_zero = |layer: usize| move |edge: &Connection| weights[layer][edge.parameter].is_zero();
        let Some(feeds) = layers.get(layer.saturating_add(1)).and_then(|above| above.outgoing().get(unit)) else {
            return false;
        };
        let reads = &layers[layer].incoming()[unit];
        charge(cost::CONNECTION * (reads.len() + feeds.len()) as u64);
        reads.iter().all(is_zero(layer)) && feeds.iter().all(is_zero(layer + 1))
    }

    /// Whether a parameter is the weight of no connection of a unit that is [zero](Self::is_zero_unit), by layer.
    pub fn weights_of_live_units(&self) -> Vec<Vec<bool>> {
        let layers = self.network.layers();
        let lives = |layer: usize, unit| !is_faulted() && !self.is_zero_unit(Unit { layer, unit });
        let mut live: Vec<Vec<bool>> = layers.iter().map(|layer| vec![true; layer.parameters()]).collect();
        let mut reads = vec![true; self.network.inputs()];
        for (l, layer) in layers.iter().enumerate() {
            let units: Vec<bool> = (0..layer.outputs()).map(|unit| lives(l, unit)).collect();
            for (row, lives) in layer.incoming().iter().zip(&units) {
                row.iter().for_each(|edge| live[l][edge.parameter] &= *lives && reads[edge.unit]);
            }
            reads = units;
        }
        live
    }

    /// The first sample whose margin is below 1, with that margin.
    pub fn violated(&self) -> Option<(usize, F)> {
        self.sample_indices().map(|i| (i, self.margin(i))).find(|(_, margin)| *margin < F::one())
    }

    /// Whether sample `i` is active: `m_i = 1`.
    pub fn is_active(&self, sample: usize) -> bool {
        (self.margin(sample) - &F::one()).sign() == Sign::Zero
    }
}
