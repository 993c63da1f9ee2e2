//! What is to be polished: a network, its weights, and data.

use crate::kernel::exact::{Rational, Sign};
use crate::kernel::network::{Activation, Connection, Layer, Network, NetworkError, ShapeError, Weights};
use crate::kernel::problem::{Label, Problem, Sample};
use crate::prove::rounding::{from_f64_exact, to_f64};

/// A trained network and its data. Floats are read as the exact numbers that they are.
#[derive(Clone, Debug, PartialEq)]
pub struct Task {
    /// The architecture.
    pub(super) network: Network<Rational>,
    /// The parameters of each layer.
    pub(super) parameters: Vec<Vec<f64>>,
    /// The same as one matrix a layer, a row for each output; 0 where there is no connection.
    pub(super) weights: Vec<Vec<Vec<f64>>>,
    /// The activation of the first layer.
    pub(super) activation: Activation<Rational>,
    /// The slopes of each layer's activation, for negative and for positive preactivations.
    pub(super) sides: Vec<[f64; 2]>,
    /// The data.
    pub(super) samples: Vec<Sample<Rational>>,
    /// The inputs as floats, for the searches.
    pub(super) inputs: Vec<Vec<f64>>,
}

/// Why weights and data make no task.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum TaskError {
    /// There is no layer, or no sample.
    #[error("there is no {0}")]
    Empty(&'static str),
    /// A layer whose rows differ in length, or that does not read what the layer before it gives.
    #[error(
        "layer {layer}, row {row}, has {found} weights, but {expected} are expected: a layer's array has one row an output and one column an input"
    )]
    Row {
        /// The layer.
        layer: usize,
        /// The row.
        row: usize,
        /// The length found.
        found: usize,
        /// The length expected.
        expected: usize,
    },
    /// The last layer has more than one output.
    #[error(
        "the last layer has {outputs} outputs; margincert is about networks with one output, whose sign is the class"
    )]
    Outputs {
        /// How many it has.
        outputs: usize,
    },
    /// A weight that is no number.
    #[error("weight {column} of row {row} of layer {layer} is {value}, which is no finite number")]
    Weight {
        /// The layer.
        layer: usize,
        /// The row.
        row: usize,
        /// The column.
        column: usize,
        /// The weight.
        value: f64,
    },
    /// A parameter that is no number, in the order of the format.
    #[error("parameter {parameter} of layer {layer} is {value}, which is no finite number")]
    Parameter {
        /// The layer.
        layer: usize,
        /// The parameter.
        parameter: usize,
        /// Its value.
        value: f64,
    },
    /// Layers that make no network.
    #[error("{0}")]
    Network(NetworkError),
    /// Parameters of another shape than the network's.
    #[error("{0}")]
    Shape(ShapeError),
    /// A sample of the wrong length.
    #[error("sample {sample} has {found} inputs, but the first layer reads {expected}{}", hint(*.found, *.expected))]
    Sample {
        /// The sample.
        sample: usize,
        /// Its length.
        found: usize,
        /// The length expected.
        expected: usize,
    },
    /// Not one label a sample.
    #[error("there are {labels} labels for {samples} samples")]
    Labels {
        /// How many labels.
        labels: usize,
        /// How many samples.
        samples: usize,
    },
    /// The network does not separate the data.
    #[error(
        "the network does not separate the data: the margin of sample {sample}, y times the output, is {margin:e}, and {wrong} of {samples} samples are wrong; train on, or leave these samples out"
    )]
    NotSeparated {
        /// The worst sample.
        sample: usize,
        /// Its margin.
        margin: f64,
        /// How many have no positive margin.
        wrong: usize,
        /// How many samples there are.
        samples: usize,
    },
    /// The samples have all one label, or are otherwise not to be used.
    #[error("every sample has the label {0}: there is nothing to separate")]
    OneLabel(i8),
}

fn hint(found: usize, expected: usize) -> &'static str {
    if found + 1 == expected {
        "; if the first layer was trained with a constant input, add a column of ones to the data"
    } else if found == expected + 1 {
        "; if the data has a column of ones for a bias, the first layer must have a weight for it"
    } else {
        ""
    }
}

impl Task {
    /// A dense network, with one activation in all hidden layers. Puts a task together and looks at every number.
    ///
    /// # Errors
    /// What does not fit, and where.
    pub fn new(
        weights: Vec<Vec<Vec<f64>>>,
        activation: Activation<Rational>,
        samples: Vec<Sample<Rational>>,
    ) -> Result<Self, TaskError> {
        if samples.is_empty() {
            return Err(TaskError::Empty("sample"));
        }
        if weights.is_empty() {
            return Err(TaskError::Empty("layer"));
        }
        let inputs = weights[0].first().map_or(0, Vec::len);
        if let Some((sample, x)) = samples.iter().map(|sample| &sample.x).enumerate().find(|(_, x)| x.len() != inputs) {
            return Err(TaskError::Sample { sample, found: x.len(), expected: inputs });
        }
        let mut expected = inputs;
        for (layer, matrix) in weights.iter().enumerate() {
            if matrix.is_empty() || expected == 0 {
                return Err(TaskError::Empty("row in a layer"));
            }
            for (row, entries) in matrix.iter().enumerate() {
                if entries.len() != expected {
                    return Err(TaskError::Row { layer, row, found: entries.len(), expected });
                }
                if let Some(column) = entries.iter().position(|value| !value.is_finite()) {
                    return Err(TaskError::Weight { layer, row, column, value: entries[column] });
                }
            }
            expected = matrix.len();
        }
        if expected != 1 {
            return Err(TaskError::Outputs { outputs: expected });
        }
        let last = weights.len() - 1;
        let shape = |(l, matrix): (usize, &Vec<Vec<f64>>)| {
            let activation = if l == last { Activation::Linear } else { activation.clone() };
            (Weights::Dense { outputs: matrix.len() }, activation)
        };
        let network = Network::new(inputs, weights.iter().enumerate().map(shape).collect());
        let parameters = weights.into_iter().map(|matrix| matrix.into_iter().flatten().collect()).collect();
        let task = Self::of_network(network.map_err(TaskError::Network)?, parameters, samples)?;
        // At depth 1 no layer has it.
        Ok(Task { activation, ..task })
    }

    /// The network, point and data of a document: its point is the trained network.
    ///
    /// # Errors
    /// What does not fit, and where.
    pub fn of_problem(problem: &Problem<Rational>) -> Result<Self, TaskError> {
        let parameters = problem.point().layers().iter().map(|layer| layer.iter().map(to_f64).collect());
        Self::of_network(problem.network().clone(), parameters.collect(), problem.samples().to_vec())
    }

    /// A network of any architecture, with the parameters of each layer in the order of the format.
    ///
    /// # Errors
    /// What does not fit, and where.
    pub fn of_network(
        network: Network<Rational>,
        parameters: Vec<Vec<f64>>,
        samples: Vec<Sample<Rational>>,
    ) -> Result<Self, TaskError> {
        let Some(first) = samples.first() else { return Err(TaskError::Empty("sample")) };
        let expected = network.inputs();
        if let Some((sample, x)) = samples.iter().map(|sample| &sample.x).enumerate().find(|(_, x)| x.len() != expected)
        {
            return Err(TaskError::Sample { sample, found: x.len(), expected });
        }
        if parameters.len() != network.depth() {
            let (found, expected) = (parameters.len(), network.depth());
            return Err(TaskError::Shape(ShapeError::Layers { found, expected }));
        }
        for (layer, (values, shape)) in parameters.iter().zip(network.layers()).enumerate() {
            if values.len() != shape.parameters() {
                let (found, expected) = (values.len(), shape.parameters());
                return Err(TaskError::Shape(ShapeError::Layer { layer, found, expected }));
            }
            if let Some(parameter) = values.iter().position(|value| !value.is_finite()) {
                return Err(TaskError::Parameter { layer, parameter, value: values[parameter] });
            }
        }
        if samples.iter().all(|sample| sample.y == first.y) && samples.len() > 1 {
            return Err(TaskError::OneLabel(if first.y == Label::Positive { 1 } else { -1 }));
        }
        let inputs = samples.iter().map(|sample| sample.x.iter().map(to_f64).collect()).collect();
        let weights = network.layers().iter().zip(&parameters).map(|(layer, values)| matrix(layer, values)).collect();
        let side = |layer: &Layer<Rational>, side| to_f64(&layer.activation().slope(side));
        let sides = network.layers().iter().map(|layer| [Sign::Negative, Sign::Positive].map(|s| side(layer, s)));
        let (sides, activation) = (sides.collect(), network.layers()[0].activation().clone());
        let task = Task { network, parameters, weights, activation, sides, samples, inputs };
        let margins: Vec<f64> = (0..task.samples.len()).map(|sample| task.margin(sample)).collect();
        let wrong = margins.iter().filter(|margin| margin.is_nan() || **margin <= 0.0).count();
        let least = (0..margins.len()).min_by(|a, b| margins[*a].total_cmp(&margins[*b])).unwrap_or(0);
        if wrong > 0 {
            return Err(TaskError::NotSeparated {
                sample: least,
                margin: margins[least],
                wrong,
                samples: margins.len(),
            });
        }
        Ok(task)
    }

    /// The number of layers.
    pub fn depth(&self) -> usize {
        self.parameters.len()
    }

    /// Whether every layer is dense.
    pub(super) fn is_dense(&self) -> bool {
        self.network.layers().iter().all(Layer::is_dense)
    }

    /// `1` or `-1`.
    pub(super) fn label(&self, sample: usize) -> f64 {
        if self.samples[sample].y == Label::Positive { 1.0 } else { -1.0 }
    }

    /// The activation's slopes on both sides.
    pub(super) fn slopes(&self) -> [f64; 2] {
        match &self.activation {
            Activation::Linear => [1.0, 1.0],
            Activation::Relu => [0.0, 1.0],
            Activation::LeakyRelu(slope) => [to_f64(slope), 1.0],
        }
    }

    /// The same, exactly.
    pub(super) fn slopes_exact(&self) -> [Rational; 2] {
        [Sign::Negative, Sign::Positive].map(|side| self.activation.slope(side))
    }

    /// The margin of a sample.
    pub(super) fn margin(&self, sample: usize) -> f64 {
        let mut values = self.inputs[sample].clone();
        for ((layer, parameters), sides) in self.network.layers().iter().zip(&self.parameters).zip(&self.sides) {
            let unit = |row: &Vec<Connection>| {
                let z: f64 = row.iter().map(|edge| parameters[edge.parameter] * values[edge.unit]).sum();
                z * sides[usize::from(z > 0.0)]
            };
            values = layer.incoming().iter().map(unit).collect();
        }
        self.label(sample) * values[0]
    }
}

/// A layer's weights, a row for each output.
fn matrix(layer: &Layer<Rational>, parameters: &[f64]) -> Vec<Vec<f64>> {
    let row = |row: &Vec<Connection>| {
        let mut weights = vec![0.0; layer.inputs()];
        row.iter().for_each(|edge| weights[edge.unit] = parameters[edge.parameter]);
        weights
    };
    layer.incoming().iter().map(row).collect()
}

/// A label as people write it: 1 and -1, or 1 and 0.
///
/// # Errors
/// The first that is neither.
pub fn labels(values: &[f64]) -> Result<Vec<Label>, (usize, f64)> {
    let zeros = values.contains(&0.0) && !values.contains(&-1.0);
    let label = |(sample, value): (usize, &f64)| match *value {
        1.0 => Ok(Label::Positive),
        -1.0 => Ok(Label::Negative),
        0.0 if zeros => Ok(Label::Negative),
        other => Err((sample, other)),
    };
    values.iter().enumerate().map(label).collect()
}

/// A float as the exact number that it is.
pub fn exact(value: f64) -> Option<Rational> {
    from_f64_exact(value)
}
