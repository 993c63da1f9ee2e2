//! Whether layers make a network, as the library says.

use margincert::kernel::exact::Rational;
use margincert::kernel::network::{Activation, LayerError, Network, NetworkError, Weights};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::PyDict;

use crate::errors::exception;

/// The wiring of a layer.
#[derive(FromPyObject)]
pub struct Wiring {
    kind: String,
    outputs: Option<usize>,
    patches: Option<Vec<Vec<usize>>>,
    filters: Option<usize>,
    entries: Option<Vec<Vec<Option<usize>>>>,
    is_linear: bool,
}

impl Wiring {
    fn weights(self) -> PyResult<Weights> {
        let missing = |key: &str| PyValueError::new_err(format!("{key} is missing"));
        match self.kind.as_str() {
            "dense" => Ok(Weights::Dense { outputs: self.outputs.ok_or_else(|| missing("outputs"))? }),
            "diagonal" => Ok(Weights::Diagonal),
            "convolution" => Ok(Weights::Convolution {
                patches: self.patches.ok_or_else(|| missing("patches"))?,
                filters: self.filters.unwrap_or(1),
            }),
            "template" => Ok(Weights::Template { entries: self.entries.ok_or_else(|| missing("entries"))? }),
            other => Err(PyValueError::new_err(format!(
                "expected dense, diagonal, convolution or template, found {other:?}"
            ))),
        }
    }
}

/// Of each layer its inputs, its outputs and its parameters.
#[pyfunction]
pub fn layer_sizes(py: Python<'_>, inputs: usize, layers: Vec<Wiring>) -> PyResult<Vec<(usize, usize, usize)>> {
    // The slope of an activation is no matter of sizes.
    let activation = |is_linear| if is_linear { Activation::Linear } else { Activation::Relu };
    let layers = layers.into_iter().map(|wiring| {
        let activation = activation(wiring.is_linear);
        Ok((wiring.weights()?, activation))
    });
    let network = Network::<Rational>::new(inputs, layers.collect::<PyResult<_>>()?);
    let network = network.map_err(|error| unsuitable(py, &error))?;
    Ok(network.layers().iter().map(|layer| (layer.inputs(), layer.outputs(), layer.parameters())).collect())
}

fn unsuitable(py: Python<'_>, error: &NetworkError) -> PyErr {
    let facts = PyDict::new(py);
    let (place, words) = match error {
        NetworkError::NoInputs | NetworkError::TooManyInputs { .. } => ("inputs".into(), error.to_string()),
        NetworkError::Layer { layer, error } => (place_in_layer(*layer, error), error.to_string()),
        _ => ("layers".into(), error.to_string()),
    };
    match facts.set_item("place", place) {
        Ok(()) => exception(py, "FormatError", &words, &facts),
        Err(error) => error,
    }
}

fn place_in_layer(layer: usize, error: &LayerError) -> String {
    match error {
        LayerError::PatchLength { patch, .. }
        | LayerError::PatchIndex { patch, .. }
        | LayerError::PatchRepeats { patch, .. } => {
            format!("layers[{layer}].patches[{patch}]")
        }
        LayerError::TemplateRow { row, .. } => format!("layers[{layer}].entries[{row}]"),
        LayerError::TemplateGap { .. } => format!("layers[{layer}].entries"),
        _ => format!("layers[{layer}]"),
    }
}
