//! One layer: its architecture as written, and as a list of connections.

use std::collections::BTreeSet;

use super::Activation;
use crate::kernel::exact::{OrderedField, charge, cost};

/// How a layer's parameters become its weight matrix.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Weights {
    /// Every output reads every input; the matrix row by row.
    Dense {
        /// The number of units.
        outputs: usize,
    },
    /// Unit `i` reads input `i` alone; one parameter a unit.
    Diagonal,
    /// Output unit `f * patches.len() + p` applies filter `f` to patch `p`; filter by filter.
    Convolution {
        /// Lists of distinct input indices, all of one length; they may overlap.
        patches: Vec<Vec<usize>>,
        /// The number of filters.
        filters: usize,
    },
    /// Any sparsity, any sharing: `entries[output][input]` is a parameter's index, or nothing.
    Template {
        /// The matrix of parameter indices.
        entries: Vec<Vec<Option<usize>>>,
    },
}

/// A weight: the input it reads or the output it feeds, and the parameter that holds its value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Connection {
    /// The unit at the other end.
    pub unit: usize,
    /// The parameter's index in the layer.
    pub parameter: usize,
}

/// A layer of a [`Network`](super::Network).
#[derive(Clone, Debug, PartialEq)]
pub struct Layer<F> {
    weights: Weights,
    activation: Activation<F>,
    parameters: usize,
    incoming: Vec<Vec<Connection>>,
    outgoing: Vec<Vec<Connection>>,
}

/// Why weights do not make a layer.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum LayerError {
    /// No unit at all.
    NoOutputs,
    /// No parameter at all.
    NoParameters,
    /// The network would pass [`MAX_CONNECTIONS`](super::MAX_CONNECTIONS).
    TooManyConnections,
    /// A patch of another length than the first.
    PatchLength { patch: usize, found: usize, expected: usize },
    /// A patch that names an input that is not there.
    PatchIndex { patch: usize, input: usize, inputs: usize },
    /// A patch that names an input twice.
    PatchRepeats { patch: usize, input: usize },
    /// A template row of the wrong length.
    TemplateRow { row: usize, found: usize, expected: usize },
    /// A template that leaves out a parameter index below its greatest.
    TemplateGap { missing: usize, greatest: usize },
}

impl<F: OrderedField> Layer<F> {
    /// Lays out the connections; `room` is the number that the network may still add.
    pub(super) fn new(
        inputs: usize,
        weights: Weights,
        activation: Activation<F>,
        room: usize,
    ) -> Result<Self, LayerError> {
        let (parameters, incoming) = incoming_connections(inputs, &weights, room)?;
        if incoming.is_empty() {
            return Err(LayerError::NoOutputs);
        }
        if parameters == 0 {
            return Err(LayerError::NoParameters);
        }
        let mut outgoing = vec![Vec::new(); inputs];
        for (output, row) in incoming.iter().enumerate() {
            for connection in row {
                let parameter = connection.parameter;
                outgoing[connection.unit].push(Connection { unit: output, parameter });
            }
        }
        Ok(Layer { weights, activation, parameters, incoming, outgoing })
    }

    /// The architecture as written.
    pub fn weights(&self) -> &Weights {
        &self.weights
    }

    /// The activation of every unit of the layer.
    pub fn activation(&self) -> &Activation<F> {
        &self.activation
    }

    /// The number of units before the layer.
    pub fn inputs(&self) -> usize {
        self.outgoing.len()
    }

    /// The number of the layer's units.
    pub fn outputs(&self) -> usize {
        self.incoming.len()
    }

    /// The number of the layer's parameters.
    pub fn parameters(&self) -> usize {
        self.parameters
    }

    /// For each unit, the inputs it reads.
    pub fn incoming(&self) -> &[Vec<Connection>] {
        &self.incoming
    }

    /// For each input, the units it feeds.
    pub fn outgoing(&self) -> &[Vec<Connection>] {
        &self.outgoing
    }

    /// The number of weights, shared ones counted each time they are used.
    pub fn connection_count(&self) -> usize {
        self.incoming.iter().map(Vec::len).sum()
    }

    /// How many connections have each parameter.
    pub fn uses(&self) -> Vec<usize> {
        charge(cost::CONNECTION * self.connection_count() as u64);
        let mut uses = vec![0; self.parameters];
        self.incoming.iter().flatten().for_each(|connection| uses[connection.parameter] += 1);
        uses
    }

    /// Whether every unit reads every input with a weight of its own, however the layer is written down.
    pub fn is_dense(&self) -> bool {
        let connections = self.connection_count();
        connections == self.parameters && connections == self.inputs() * self.outputs()
    }
}

type Incoming = (usize, Vec<Vec<Connection>>);

fn incoming_connections(inputs: usize, weights: &Weights, room: usize) -> Result<Incoming, LayerError> {
    let fits = |factors: [usize; 3]| {
        let count = factors.iter().try_fold(1usize, |product, &f| product.checked_mul(f));
        count.is_some_and(|count| count <= room).then_some(()).ok_or(LayerError::TooManyConnections)
    };
    let row = |units: &mut dyn Iterator<Item = usize>, first: usize| {
        units.enumerate().map(|(k, unit)| Connection { unit, parameter: first + k }).collect()
    };
    match weights {
        Weights::Dense { outputs } => {
            fits([*outputs, inputs, 1])?;
            let rows = (0..*outputs).map(|o| row(&mut (0..inputs), o * inputs)).collect();
            Ok((outputs * inputs, rows))
        }
        Weights::Diagonal => {
            fits([inputs, 1, 1])?;
            Ok((inputs, (0..inputs).map(|i| row(&mut (i..=i), i)).collect()))
        }
        Weights::Convolution { patches, filters } => {
            // Without a patch there is no unit, however many filters are asked for.
            let Some(length) = patches.first().map(Vec::len) else {
                return Ok((0, Vec::new()));
            };
            // A patch of length 0 still makes units, so it is counted as if of length 1.
            fits([*filters, patches.len(), length.max(1)])?;
            for (index, patch) in patches.iter().enumerate() {
                check_patch(index, patch, length, inputs)?;
            }
            let rows = (0..*filters)
                .flat_map(|f| patches.iter().map(move |patch| (f, patch)))
                .map(|(f, patch)| row(&mut patch.iter().copied(), f * length))
                .collect();
            Ok((filters * length, rows))
        }
        Weights::Template { entries } => {
            fits([entries.len(), inputs, 1])?;
            template_connections(inputs, entries)
        }
    }
}

fn check_patch(index: usize, patch: &[usize], length: usize, inputs: usize) -> Result<(), LayerError> {
    if patch.len() != length {
        let found = patch.len();
        return Err(LayerError::PatchLength { patch: index, found, expected: length });
    }
    let mut seen = BTreeSet::new();
    for &input in patch {
        if input >= inputs {
            return Err(LayerError::PatchIndex { patch: index, input, inputs });
        }
        if !seen.insert(input) {
            return Err(LayerError::PatchRepeats { patch: index, input });
        }
    }
    Ok(())
}

fn template_connections(inputs: usize, entries: &[Vec<Option<usize>>]) -> Result<Incoming, LayerError> {
    let mut used = BTreeSet::new();
    let mut rows = Vec::with_capacity(entries.len());
    for (row, cells) in entries.iter().enumerate() {
        if cells.len() != inputs {
            return Err(LayerError::TemplateRow { row, found: cells.len(), expected: inputs });
        }
        let filled = cells.iter().enumerate().filter_map(|(unit, cell)| cell.map(|p| (unit, p)));
        rows.push(filled.clone().map(|(unit, parameter)| Connection { unit, parameter }).collect());
        used.extend(filled.map(|(_, parameter)| parameter));
    }
    if let Some((missing, _)) = used.iter().enumerate().find(|(place, index)| place != *index) {
        let greatest = used.last().copied().unwrap_or(missing);
        return Err(LayerError::TemplateGap { missing, greatest });
    }
    Ok((used.len(), rows))
}
