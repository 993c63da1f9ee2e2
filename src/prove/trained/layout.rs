//! A layer's parameters from an array of its natural shape.

use crate::kernel::exact::Rational;
use crate::kernel::network::{Layer, Network, Weights};

/// The parameters of each layer from one array a layer, each with the lengths of its axes and its numbers in row order: outputs x inputs for dense
/// and template layers, one number a unit for diagonal ones, filters x width for convolutions. Axes of length 1 do not matter.
///
/// ```
/// use margincert::kernel::network::{Activation, Network, Weights};
/// use margincert::prove::trained::parameters_of;
///
/// let entries = vec![vec![Some(0), None], vec![None, Some(1)]];
/// let layers = vec![(Weights::Template { entries }, Activation::Relu), (Weights::Dense { outputs: 1 }, Activation::Linear)];
/// let network = Network::new(2, layers)?;
/// let arrays = |outside| vec![(vec![2, 2], vec![3.0, outside, 0.0, 5.0]), (vec![2], vec![1.0, -1.0])];
/// assert_eq!(parameters_of(&network, arrays(0.0))?, [[3.0, 5.0], [1.0, -1.0]]);
/// assert!(parameters_of(&network, arrays(0.5)).is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// The first layer that does not fit, and why.
pub fn parameters_of(
    network: &Network<Rational>,
    arrays: Vec<(Vec<usize>, Vec<f64>)>,
) -> Result<Vec<Vec<f64>>, String> {
    if arrays.len() != network.depth() {
        let (found, expected) = (arrays.len(), network.depth());
        return Err(format!(
            "the model has {found} arrays, but the network has {expected} layers; one array a layer is expected"
        ));
    }
    let layers = network.layers().iter().zip(arrays).enumerate();
    layers
        .map(|(l, (layer, (shape, values)))| of_layer(layer, &shape, values).map_err(|e| format!("layer {l}: {e}")))
        .collect()
}

fn of_layer(layer: &Layer<Rational>, shape: &[usize], values: Vec<f64>) -> Result<Vec<f64>, String> {
    let (outputs, inputs) = (layer.outputs(), layer.inputs());
    let (kind, expected) = match layer.weights() {
        Weights::Dense { .. } => ("dense", vec![outputs, inputs]),
        Weights::Template { .. } => ("sparse", vec![outputs, inputs]),
        Weights::Diagonal => ("diagonal", vec![outputs]),
        Weights::Convolution { patches, filters } => {
            ("convolution", vec![*filters, patches.first().map_or(0, Vec::len)])
        }
    };
    let long = |shape: &[usize]| shape.iter().copied().filter(|length| *length != 1).collect::<Vec<_>>();
    if long(shape) != long(&expected) || values.len() != expected.iter().product::<usize>() {
        let [found, expected] =
            [shape, &expected].map(|shape| shape.iter().map(usize::to_string).collect::<Vec<_>>().join(" x "));
        return Err(format!("the array is {found}; a {kind} layer of this network has {expected} numbers"));
    }
    let Weights::Template { entries } = layer.weights() else { return Ok(values) };
    let mut parameters: Vec<Option<(f64, usize, usize)>> = vec![None; layer.parameters()];
    for (row, (entries, values)) in entries.iter().zip(values.chunks(inputs)).enumerate() {
        for (column, (entry, value)) in entries.iter().zip(values).enumerate() {
            match entry {
                None if *value != 0.0 => {
                    return Err(format!(
                        "the weight in row {row}, column {column} is {value}, but the network has no connection there; it must be 0"
                    ));
                }
                None => {}
                Some(parameter) => {
                    let (known, r, c) = *parameters[*parameter].get_or_insert((*value, row, column));
                    if known != *value {
                        return Err(format!(
                            "the weights in row {r}, column {c}, and in row {row}, column {column}, are one parameter of the network, but \
                             they are {known} and {value}"
                        ));
                    }
                }
            }
        }
    }
    Ok(parameters.into_iter().map(|parameter| parameter.map_or(0.0, |(value, ..)| value)).collect())
}
