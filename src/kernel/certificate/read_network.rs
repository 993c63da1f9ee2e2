//! Reading the network: layers, their weights and activations.

use serde_json::value::RawValue;

use super::ReadProblem;
use super::json::{self, Misread, Read};
use super::read::Numbers;
use crate::kernel::exact::OrderedField;
use crate::kernel::network::{Activation, Network, Weights};

/// The value of the key `network`.
pub(super) fn network<'a, F: OrderedField>(value: &'a RawValue, numbers: &Numbers<F>) -> Read<'a, Network<F>> {
    let object = json::object_of(value, "an object: a network", &["inputs", "layers"])?;
    let inputs = object.index("inputs", "the number of inputs")?;
    let layers = object.list("layers", "a list of layers", |value| layer(value, numbers))?;
    Network::new(inputs, layers).map_err(|error| Misread::new(value, ReadProblem::Network(error)))
}

fn layer<'a, F: OrderedField>(value: &'a RawValue, numbers: &Numbers<F>) -> Read<'a, (Weights, Activation<F>)> {
    let object = json::object(value, "an object: a layer")?;
    let kind = object.required("weights")?;
    let weights = match json::string(kind, "the layer's weights")?.as_ref() {
        "dense" => {
            object.allow_only(&["weights", "activation", "outputs"])?;
            Weights::Dense { outputs: object.index("outputs", "the number of outputs")? }
        }
        "diagonal" => {
            object.allow_only(&["weights", "activation"])?;
            Weights::Diagonal
        }
        "convolution" => {
            object.allow_only(&["weights", "activation", "patches", "filters"])?;
            let patch = |value| json::list_of(value, "a list of input indices", |v| json::index(v, "an input index"));
            let patches = object.list("patches", "a list of patches", patch)?;
            let filters = object.optional_index("filters", "the number of filters")?.unwrap_or(1);
            Weights::Convolution { patches, filters }
        }
        "template" => {
            object.allow_only(&["weights", "activation", "entries"])?;
            let row = |value| json::list_of(value, "a row: parameter indices or null", entry);
            Weights::Template { entries: object.list("entries", "a list of rows", row)? }
        }
        _ => return json::expected(kind, "dense, diagonal, convolution or template"),
    };
    Ok((weights, activation(object.required("activation")?, numbers)?))
}

fn entry(value: &RawValue) -> Read<'_, Option<usize>> {
    match value.get() {
        "null" => Ok(None),
        _ => json::index(value, "a parameter index or null").map(Some),
    }
}

fn activation<'a, F: OrderedField>(value: &'a RawValue, numbers: &Numbers<F>) -> Read<'a, Activation<F>> {
    const KINDS: &str = "\"linear\", \"relu\" or {\"leaky_relu\": slope}";
    if value.get().starts_with('{') {
        let object = json::object_of(value, KINDS, &["leaky_relu"])?;
        return numbers.number(object.required("leaky_relu")?).map(Activation::LeakyRelu);
    }
    match json::string(value, KINDS)?.as_ref() {
        "linear" => Ok(Activation::Linear),
        "relu" => Ok(Activation::Relu),
        _ => json::expected(value, KINDS),
    }
}
