//! The max-margin problem of a network and a dataset, together with the point that claims are about.

use super::exact::{Fault, OrderedField, Sign, charge, guarded, is_faulted};
use super::network::{Network, Parameters, Scope, ShapeError, Trace, Unit};

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
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[allow(missing_docs)]
pub enum ProblemError {
    /// The dataset is empty.
    #[error("the dataset is empty; at least one sample is needed")]
    NoSamples,
    /// A sample of the wrong dimension.
    #[error("sample {sample} has {found} numbers; the network has {expected} inputs")]
    SampleLength { sample: usize, found: usize, expected: usize },
    /// The point has not the network's shape.
    #[error("the point has {0}")]
    Point(#[from] ShapeError),
    /// The exact arithmetic came to no result.
    #[error(transparent)]
    Fault(#[from] Fault),
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
        point.check_shape(&network)?;
        let traces = guarded(|| {
            let traces = samples.iter().map(|sample| network.trace_at(point.layers(), &sample.x));
            traces.take_while(|_| !is_faulted()).collect()
        })?;
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

    /// The margin `m_i(theta~) = y_i Phi(theta~; x_i)` of sample `i`, which must be in range.
    pub fn margin(&self, sample: usize) -> F {
        self.samples[sample].y.times(self.traces[sample].output())
    }

    /// The margins at other parameters of the network's shape.
    pub fn margins_at<'a>(&'a self, parameters: &'a Parameters<F>) -> impl Iterator<Item = F> + 'a {
        let trace = |sample: &Sample<F>| self.network.trace_at(parameters.layers(), &sample.x);
        let margins = self.samples.iter().map(move |sample| sample.y.times(trace(sample).output()));
        margins.take_while(|_| !is_faulted())
    }

    /// The kinks of sample `i`: its non-linear units with preactivation 0 that the free layers can move.
    pub fn kinks(&self, sample: usize, scope: Scope) -> Vec<Unit> {
        self.network.kinks(&self.traces[sample], scope.first())
    }

    /// The first sample whose margin is below 1, with that margin.
    pub fn violated(&self) -> Option<(usize, F)> {
        charge(50 * self.samples.len() as u64);
        let margins = (0..self.samples.len()).map(|i| (i, self.margin(i)));
        margins.into_iter().find(|(_, margin)| *margin < F::one())
    }

    /// Whether sample `i` is active: `m_i = 1`.
    pub fn is_active(&self, sample: usize) -> bool {
        (self.margin(sample) - &F::one()).sign() == Sign::Zero
    }
}
