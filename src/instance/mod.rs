//! Whether two documents are about the same network, dataset and point.
//!
//! A valid proof about another problem, an easier one, proves nothing about one's own. What is compared are the networks as they are
//! written (kinds of layers, sizes, patches, templates, activations), the samples in their order, and the point; numbers
//! are compared by value, whatever fields the documents place them in. Titles, sources and claims do not count.

mod equal;

use std::fmt;

use crate::kernel::certificate::{Certificate, Document};
use crate::kernel::exact::{Algebraic, Fault, OrderedField, guarded};
use crate::kernel::network::{Activation, Layer};
use crate::kernel::problem::{Label, Problem};
use crate::prove::field::ProofField;
use crate::words::count;
use equal::equal;

/// The first difference between what a document is about and what it should be about, in the order of the format's keys.
#[derive(Clone, Debug, PartialEq)]
pub enum Difference {
    /// How many inputs the networks have.
    Inputs {
        /// In the document.
        found: usize,
        /// In the instance.
        expected: usize,
    },
    /// How many layers the networks have.
    Layers {
        /// In the document.
        found: usize,
        /// In the instance.
        expected: usize,
    },
    /// The kind, the size or the connections of a layer.
    Weights {
        /// The layer.
        layer: usize,
    },
    /// The activation of a layer.
    Activation {
        /// The layer.
        layer: usize,
    },
    /// How many samples there are.
    Samples {
        /// In the document.
        found: usize,
        /// In the instance.
        expected: usize,
    },
    /// The label of a sample.
    Label {
        /// The sample.
        sample: usize,
        /// In the document.
        found: Label,
    },
    /// A number.
    Number {
        /// Where it is.
        place: Place,
        /// In the document.
        found: Algebraic,
        /// In the instance.
        expected: Algebraic,
    },
    /// The exact comparison came to no result, so nothing is known.
    Fault(Fault),
}

/// Where a number of an instance is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// An input of a sample.
    Data {
        /// The sample.
        sample: usize,
        /// The input.
        input: usize,
    },
    /// A parameter of the point.
    Point {
        /// The layer.
        layer: usize,
        /// The parameter's index in it.
        parameter: usize,
    },
}

impl Document {
    /// Whether this document is about the network, the dataset and the point of another one.
    ///
    /// ```
    /// use margincert::instance::Difference;
    /// use margincert::kernel::certificate::Document;
    ///
    /// let about = |x: &str| Document::parse(&format!(r#"{{
    ///     "format": "margincert/1",
    ///     "network": {{"inputs": 1, "layers": [{{"weights": "dense", "outputs": 1, "activation": "linear"}}]}},
    ///     "data": [{{"x": ["{x}"], "y": 1}}], "point": [["2"]]
    /// }}"#)).unwrap();
    /// let mine = about("1/2");
    /// assert_eq!(about("0.5").is_about(&mine), Ok(()));
    /// let difference = about("2").is_about(&mine).unwrap_err();
    /// assert_eq!(difference.to_string(), "data[0].x[0] is 2, not 1/2");
    /// ```
    ///
    /// # Errors
    /// The first difference. Also where the comparison passes the limit on work: what is not known to be the same is not taken for it.
    pub fn is_about(&self, instance: &Document) -> Result<(), Difference> {
        match (self, instance) {
            (Document::Rational(a), Document::Rational(b)) => compare(a, b),
            (Document::Rational(a), Document::Algebraic(b)) => compare(a, b),
            (Document::Algebraic(a), Document::Rational(b)) => compare(a, b),
            (Document::Algebraic(a), Document::Algebraic(b)) => compare(a, b),
        }
    }
}

/// Numbers that are compared as elements of some field.
trait Number: OrderedField + Into<Algebraic> {}

impl<F: OrderedField + Into<Algebraic>> Number for F {}

fn compare<F: Number, G: Number>(found: &Certificate<F>, expected: &Certificate<G>) -> Result<(), Difference> {
    guarded(|| networks(&found.problem, &expected.problem).and_then(|()| numbers(&found.problem, &expected.problem)))
        .unwrap_or_else(|fault| Err(Difference::Fault(fault)))
}

/// The networks, as they are written.
fn networks<F: Number, G: Number>(found: &Problem<F>, expected: &Problem<G>) -> Result<(), Difference> {
    let (found, expected) = (found.network(), expected.network());
    if found.inputs() != expected.inputs() {
        return Err(Difference::Inputs { found: found.inputs(), expected: expected.inputs() });
    }
    if found.depth() != expected.depth() {
        return Err(Difference::Layers { found: found.depth(), expected: expected.depth() });
    }
    for (layer, (found, expected)) in found.layers().iter().zip(expected.layers()).enumerate() {
        if found.weights() != expected.weights() {
            return Err(Difference::Weights { layer });
        }
        if !same_activation(found, expected) {
            return Err(Difference::Activation { layer });
        }
    }
    Ok(())
}

fn same_activation<F: Number, G: Number>(found: &Layer<F>, expected: &Layer<G>) -> bool {
    match (found.activation(), expected.activation()) {
        (Activation::Linear, Activation::Linear) | (Activation::Relu, Activation::Relu) => true,
        (Activation::LeakyRelu(a), Activation::LeakyRelu(b)) => equal(&a.clone().into(), &b.clone().into()),
        _ => false,
    }
}

/// Samples and points of equal networks.
fn numbers<F: Number, G: Number>(found: &Problem<F>, expected: &Problem<G>) -> Result<(), Difference> {
    let same = |place: Place, found: &F, expected: &G| {
        let (found, expected): (Algebraic, Algebraic) = (found.clone().into(), expected.clone().into());
        if equal(&found, &expected) { Ok(()) } else { Err(Difference::Number { place, found, expected }) }
    };
    let counts = (found.samples().len(), expected.samples().len());
    if counts.0 != counts.1 {
        return Err(Difference::Samples { found: counts.0, expected: counts.1 });
    }
    for (sample, (found, expected)) in found.samples().iter().zip(expected.samples()).enumerate() {
        for (input, (found, expected)) in found.x.iter().zip(&expected.x).enumerate() {
            same(Place::Data { sample, input }, found, expected)?;
        }
        if found.y != expected.y {
            return Err(Difference::Label { sample, found: found.y });
        }
    }
    for (((layer, parameter), found), expected) in found.point().entries().zip(expected.point().iter()) {
        same(Place::Point { layer, parameter }, found, expected)?;
    }
    Ok(())
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Difference::Inputs { found, expected } => {
                write!(f, "the network has {}, not {expected}", count(*found, "input"))
            }
            Difference::Layers { found, expected } => {
                write!(f, "the network has {}, not {expected}", count(*found, "layer"))
            }
            Difference::Weights { layer } => write!(f, "layer {layer} has other weights or sizes"),
            Difference::Activation { layer } => write!(f, "layer {layer} has another activation"),
            Difference::Samples { found, expected } => {
                write!(f, "the data has {}, not {expected}", count(*found, "sample"))
            }
            Difference::Label { sample, found } => {
                let (found, expected) = if *found == Label::Positive { ("1", "-1") } else { ("-1", "1") };
                write!(f, "data[{sample}].y is {found}, not {expected}")
            }
            Difference::Number { place, found, expected } => {
                write!(f, "{place} is {}, not {}", in_words(found), in_words(expected))
            }
            Difference::Fault(fault) => write!(f, "they could not be compared: {fault}"),
        }
    }
}

/// An exact number, with a float beside it if it is irrational: one symbol may stand for two numbers in two documents.
fn in_words(number: &Algebraic) -> String {
    match number.field() {
        None => number.to_string(),
        Some(_) => format!("{number} (about {:.6})", number.to_f64()),
    }
}

impl std::error::Error for Difference {}

/// As in the file.
impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Place::Data { sample, input } => write!(f, "data[{sample}].x[{input}]"),
            Place::Point { layer, parameter } => write!(f, "point[{layer}][{parameter}]"),
        }
    }
}
