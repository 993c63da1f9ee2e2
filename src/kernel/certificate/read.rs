//! Reading a document: field, data, point, and what surrounds the claims.

use std::sync::Arc;

use serde_json::value::RawValue;

use super::json::{self, Misread, Object, Read};
use super::{Certificate, Document, FORMAT, ReadProblem, Source, limits};
use super::{read_claims, read_network};
use crate::kernel::exact::{BUDGET_PER_BYTE, BUDGET_TO_READ, NumberField, OrderedField, Rational, guarded_within};
use crate::kernel::network::{Curve, Network, Parameters};
use crate::kernel::problem::{Problem, ProblemError, Sample};

/// Reads a whole document.
pub(super) fn document(text: &str) -> Read<'_, Document> {
    limits::check(text)?;
    let root = json::root(text)?;
    let beyond = text.len().saturating_sub(100_000) as u64;
    guarded_within(BUDGET_TO_READ + BUDGET_PER_BYTE * beyond, || read(root))
        .unwrap_or_else(|fault| Err(Misread::new(root, ReadProblem::Problem(ProblemError::Fault(fault)))))
}

/// Reads a network by itself.
pub(super) fn network(text: &str) -> Read<'_, Network<Rational>> {
    limits::check(text)?;
    let root = json::root(text)?;
    guarded_within(BUDGET_TO_READ, || read_network::network(root, &Numbers { element: None }))
        .unwrap_or_else(|fault| Err(Misread::new(root, ReadProblem::Problem(ProblemError::Fault(fault)))))
}

fn read(root: &RawValue) -> Read<'_, Document> {
    let object = json::object(root, "an object: a certificate")?;
    let format = object.required("format")?;
    if json::string(format, "the format's name")? != FORMAT {
        return Err(Misread::new(format, ReadProblem::Format));
    }
    object.allow_only(&["format", "title", "source", "field", "network", "data", "point", "claims"])?;
    match object.optional("field") {
        None => certificate(&object, None, Numbers { element: None }).map(Document::Rational),
        Some(value) => {
            let field = number_field(value)?;
            let of = field.clone();
            let element = move |coordinates| of.element(coordinates);
            let numbers = Numbers { element: Some(Box::new(element)) };
            certificate(&object, Some(field), numbers).map(Document::Algebraic)
        }
    }
}

fn certificate<'a, F: OrderedField>(
    object: &Object<'a>,
    field: Option<Arc<NumberField>>,
    numbers: Numbers<F>,
) -> Read<'a, Certificate<F>> {
    let title = object.maybe("title", |value| text(value, "a title: text"))?;
    let source = object.maybe("source", read_source)?;
    let network = read_network::network(object.required("network")?, &numbers)?;
    let data = object.required("data")?;
    let samples = object.list("data", "a list of samples", |value| sample(value, &numbers))?;
    let point = numbers.parameters(object.required("point")?, &network)?;
    let problem =
        Problem::new(network, samples, point).map_err(|error| Misread::new(data, ReadProblem::Problem(error)))?;
    let claims = |value| {
        let claims = json::list(value, "a list of claims")?;
        let found = claims.len();
        if found > limits::MAX_CLAIMS {
            return Err(Misread::new(value, ReadProblem::TooManyClaims { found }));
        }
        claims.into_iter().map(|value| read_claims::claim(value, &numbers, &problem)).collect()
    };
    let claims = object.maybe("claims", claims)?.unwrap_or_default();
    Ok(Certificate { title, source, field, problem, claims })
}

fn text<'a>(value: &'a RawValue, what: &str) -> Read<'a, String> {
    json::string(value, what).map(|text| text.into_owned())
}

fn read_source(value: &RawValue) -> Read<'_, Source> {
    if value.get().starts_with('"') {
        return text(value, "a source").map(Source::Text);
    }
    let object = json::object_of(value, "a source: text, or an object", &["paper", "result", "note"])?;
    let part = |key| object.maybe(key, |value| text(value, "text"));
    Ok(Source::Reference { paper: part("paper")?, result: part("result")?, note: part("note")? })
}

fn number_field(value: &RawValue) -> Read<'_, Arc<NumberField>> {
    let keys = ["minimal_polynomial", "root_between", "symbol"];
    let object = json::object_of(value, "an object: a number field", &keys)?;
    let polynomial = object.list("minimal_polynomial", "a list of rational coefficients", json::rational)?;
    let bounds = object.list("root_between", "a list of two rationals", json::rational)?;
    let Ok([lower, upper]) = <[Rational; 2]>::try_from(bounds) else {
        return json::expected(object.required("root_between")?, "a list of two rationals");
    };
    let symbol = object.maybe("symbol", |value| text(value, "text"))?;
    let field = NumberField::new(polynomial, lower, upper, symbol);
    field.map_err(|error| Misread::new(value, ReadProblem::Field(error)))
}

fn sample<'a, F: OrderedField>(value: &'a RawValue, numbers: &Numbers<F>) -> Read<'a, Sample<F>> {
    let object = json::object_of(value, "an object: a sample", &["x", "y"])?;
    let x = numbers.list(object.required("x")?, "a list of numbers")?;
    Ok(Sample { x, y: json::label(object.required("y")?)? })
}

/// Reads numbers of a document's field.
pub(super) struct Numbers<F> {
    /// Makes `a0 + a1 alpha + ...` from its coordinates; absent over the rationals, where lists are no numbers.
    element: Option<Box<dyn Fn(Vec<Rational>) -> F>>,
}

impl<F: OrderedField> Numbers<F> {
    /// One number: a string, a JSON integer, or in a field a list of rationals.
    pub(super) fn number<'a>(&self, value: &'a RawValue) -> Read<'a, F> {
        match &self.element {
            Some(element) if value.get().starts_with('[') => json::rationals(value).map(element),
            _ => json::rational(value).map(F::from),
        }
    }

    /// A list of numbers.
    pub(super) fn list<'a>(&self, value: &'a RawValue, what: &str) -> Read<'a, Vec<F>> {
        json::list_of(value, what, |value| self.number(value))
    }

    /// One list of numbers a layer, of the network's shape.
    pub(super) fn parameters<'a>(&self, value: &'a RawValue, network: &Network<F>) -> Read<'a, Parameters<F>> {
        let layers = json::list(value, "one list of numbers a layer")?;
        let numbers = layers.iter().map(|layer| self.list(layer, "a list of numbers"));
        let parameters = Parameters::new(numbers.collect::<Result<_, _>>()?);
        parameters.check_shape(network).map_err(|error| Misread::new(value, ReadProblem::Shape(error)))?;
        Ok(parameters)
    }

    /// The coefficients of a curve, that of `t` first.
    pub(super) fn curve<'a>(&self, value: &'a RawValue, network: &Network<F>) -> Read<'a, Curve<F>> {
        let coefficient = |value| self.parameters(value, network);
        json::list_of(value, "a list: the coefficients of t, t^2, ...", coefficient).map(Curve::new)
    }
}
