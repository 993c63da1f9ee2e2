//! What is to be polished: weights, data, activation.

use crate::kernel::exact::{Rational, Sign};
use crate::kernel::network::Activation;
use crate::kernel::problem::{Label, Sample};
use crate::prove::rounding::{from_f64_exact, to_f64};

/// A trained dense network and its data. Floats are read as the exact numbers that they are.
#[derive(Clone, Debug, PartialEq)]
pub struct Task {
    /// One matrix a layer, a row for each output.
    pub(super) weights: Vec<Vec<Vec<f64>>>,
    /// The activation of every hidden layer.
    pub(super) activation: Activation<Rational>,
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
    /// Puts a task together and looks at every number.
    ///
    /// # Errors
    /// What does not fit, and where.
    pub fn new(
        weights: Vec<Vec<Vec<f64>>>,
        activation: Activation<Rational>,
        samples: Vec<Sample<Rational>>,
    ) -> Result<Self, TaskError> {
        let Some(first) = samples.first() else { return Err(TaskError::Empty("sample")) };
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
        if samples.iter().all(|sample| sample.y == first.y) && samples.len() > 1 {
            return Err(TaskError::OneLabel(if first.y == Label::Positive { 1 } else { -1 }));
        }
        let inputs = samples.iter().map(|sample| sample.x.iter().map(to_f64).collect()).collect();
        let task = Task { weights, activation, samples, inputs };
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
        self.weights.len()
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
        let [negative, positive] = self.slopes();
        let mut values = self.inputs[sample].clone();
        for (l, matrix) in self.weights.iter().enumerate() {
            let last = l + 1 == self.weights.len();
            let unit = |row: &Vec<f64>| {
                let z: f64 = row.iter().zip(&values).map(|(w, x)| w * x).sum();
                if last {
                    z
                } else if z > 0.0 {
                    positive * z
                } else {
                    negative * z
                }
            };
            values = matrix.iter().map(unit).collect();
        }
        self.label(sample) * values[0]
    }
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
