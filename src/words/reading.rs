//! What can be wrong with a document, a network or a problem, in words.

use std::fmt;

use super::counts::{count, count_of};
use crate::kernel::certificate::{FORMAT, MAX_BYTES, MAX_CLAIMS, MAX_NESTING, ReadProblem};
use crate::kernel::network::{LayerError, MAX_CONNECTIONS, MAX_LAYERS, NetworkError, ShapeError};
use crate::kernel::problem::ProblemError;

impl fmt::Display for ShapeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Layers { found, expected } => {
                write!(f, "{} of numbers; the network has {}", count(*found, "layer"), count(*expected, "layer"))
            }
            Self::Layer { layer, found, expected } => {
                write!(f, "{} for layer {layer}; it has {}", count(*found, "number"), count(*expected, "parameter"))
            }
        }
    }
}

impl fmt::Display for LayerError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoOutputs => f.write_str("a layer needs at least one output unit"),
            Self::NoParameters => f.write_str("a layer needs at least one parameter"),
            Self::TooManyConnections => {
                write!(f, "the network has more than {MAX_CONNECTIONS} connections, which is the limit")
            }
            Self::PatchLength { patch, found, expected } => {
                write!(f, "patch {patch} has {}; the first has {expected}", count_of(*found, "index", "indices"))
            }
            Self::PatchIndex { patch, input, inputs } => {
                write!(f, "patch {patch} names input {input}; the layer has {}", count(*inputs, "input"))
            }
            Self::PatchRepeats { patch, input } => write!(f, "patch {patch} names input {input} twice"),
            Self::TemplateRow { row, found, expected } => {
                let found = count_of(*found, "entry", "entries");
                write!(f, "template row {row} has {found}; the layer has {}", count(*expected, "input"))
            }
            Self::TemplateGap { missing, greatest } => {
                write!(f, "template uses parameter {greatest} but never parameter {missing}")
            }
        }
    }
}

impl fmt::Display for NetworkError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoInputs => f.write_str("a network needs at least one input"),
            Self::TooManyInputs { found } => write!(f, "{found} inputs; the limit is {MAX_CONNECTIONS}"),
            Self::NoLayers => f.write_str("a network needs at least one layer"),
            Self::TooManyLayers { found } => write!(f, "{found} layers; the limit is {MAX_LAYERS}"),
            Self::Layer { layer, error } => write!(f, "layer {layer}: {error}"),
            Self::LastLayerOutputs { outputs } => {
                write!(f, "the last layer has {outputs} outputs; it must have exactly 1")
            }
            Self::LastLayerActivation => f.write_str("the last layer's activation must be linear"),
        }
    }
}

impl fmt::Display for ProblemError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoSamples => f.write_str("the dataset is empty; at least one sample is needed"),
            Self::SampleLength { sample, found, expected } => {
                let expected = count(*expected, "input");
                write!(f, "sample {sample} has {}; the network has {expected}", count(*found, "number"))
            }
            Self::Point(value) => write!(f, "the point has {value}"),
            Self::Fault(error) => error.fmt(f),
        }
    }
}

impl fmt::Display for ReadProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLarge { found } => write!(f, "the document has {found} bytes; the limit is {MAX_BYTES}"),
            Self::TooDeep => write!(f, "lists and objects are nested more than {MAX_NESTING} deep, which is the limit"),
            Self::TooManyClaims { found } => write!(f, "{found} claims; the limit is {MAX_CLAIMS}"),
            Self::NotUtf8 => f.write_str("the document is not UTF-8"),
            Self::Syntax(value) => write!(f, "not JSON: {value}"),
            Self::Expected { expected, found } => write!(f, "expected {expected}, found {}", shortened(found)),
            Self::UnknownKey(value) => write!(f, "unknown key; the keys here are {}", value.join(", ")),
            Self::DuplicateKey => f.write_str("this key occurs twice in its object"),
            Self::MissingKey(value) => write!(f, "the key `{value}` is missing"),
            Self::Format => write!(f, "unknown format; this reader knows `{FORMAT}`"),
            Self::Float => {
                f.write_str("a JSON float, which is no exact number; write it as a string, such as \"1/2\" or \"0.5\"")
            }
            Self::Number(error) => error.fmt(f),
            Self::Field(error) => error.fmt(f),
            Self::Network(error) => error.fmt(f),
            Self::Shape(value) => write!(f, "found {value}"),
            Self::Problem(error) => error.fmt(f),
        }
    }
}

/// A text, or its beginning if it is long.
pub(super) fn shortened(text: &str) -> String {
    match text.char_indices().nth(40) {
        Some((end, _)) => format!("{}...", text.get(..end).unwrap_or_default()),
        None => text.into(),
    }
}

impl std::error::Error for ShapeError {}
impl std::error::Error for LayerError {}
impl std::error::Error for NetworkError {}
impl std::error::Error for ProblemError {}
impl std::error::Error for ReadProblem {}
