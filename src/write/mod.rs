//! Writing a certificate, laid out for people: what fits on a line stays on it.

mod enclosed;
mod enclosed_parameters;

use std::collections::BTreeMap;

use crate::kernel::certificate::{Certificate, Document, FORMAT, Source};
use crate::kernel::check::{
    Cell, Claim, Leaf, Measure, Method, Node, PathNode, Selection, Selections, Side, Split, Tree,
};
use crate::kernel::exact::{NumberField, OrderedField, Rational};
use crate::kernel::network::{Activation, Curve, Layer, Parameters, Unit, Weights};
use crate::kernel::problem::Label;

/// The line length that lists are fitted into.
const WIDTH: usize = 110;

enum Json {
    Atom(String),
    List(Vec<Json>),
    Object(Vec<(String, Json)>),
}

impl Document {
    /// The document as a file's text; reading it gives an equal document.
    pub fn to_text(&self) -> String {
        match self {
            Document::Rational(certificate) => certificate.to_text(),
            Document::Algebraic(certificate) => certificate.to_text(),
        }
    }
}

impl<F: OrderedField> Certificate<F> {
    /// The certificate as a file's text; reading it gives an equal certificate.
    pub fn to_text(&self) -> String {
        let mut entries = vec![("format", string(FORMAT))];
        entries.extend(self.title.as_deref().map(|title| ("title", string(title))));
        entries.extend(self.source.as_ref().map(|source| ("source", source_json(source))));
        entries.extend(self.field.as_deref().map(|field| ("field", field_json(field))));
        let layers = list(self.problem.network().layers().iter().map(layer));
        let inputs = integer(self.problem.network().inputs());
        entries.push(("network", object([("inputs", inputs), ("layers", layers)])));
        entries.push((
            "data",
            list(self.problem.samples().iter().map(|sample| {
                let label = if sample.y == Label::Positive { "1" } else { "-1" };
                object([("x", numbers(&sample.x)), ("y", Json::Atom(label.into()))])
            })),
        ));
        entries.push(("point", parameters(self.problem.point())));
        if !self.claims.is_empty() {
            entries.push(("claims", list(self.claims.iter().map(claim))));
        }
        let mut text = String::new();
        // A document is always spread over lines, however short.
        lay_out(&object(entries), 0, usize::MAX, &mut text);
        text.push('\n');
        text
    }
}

fn string(text: &str) -> Json {
    Json::Atom(serde_json::Value::from(text).to_string())
}

fn integer(value: usize) -> Json {
    Json::Atom(value.to_string())
}

fn list(items: impl IntoIterator<Item = Json>) -> Json {
    Json::List(items.into_iter().collect())
}

fn object<'k>(entries: impl IntoIterator<Item = (&'k str, Json)>) -> Json {
    Json::Object(entries.into_iter().map(|(key, value)| (key.to_string(), value)).collect())
}

fn rational(value: &Rational) -> Json {
    string(&value.to_string())
}

fn number<F: OrderedField>(value: &F) -> Json {
    match value.coordinates().as_slice() {
        [] => string("0"),
        [rational_part] => rational(rational_part),
        coordinates => list(coordinates.iter().map(rational)),
    }
}

fn numbers<F: OrderedField>(values: &[F]) -> Json {
    list(values.iter().map(number))
}

fn parameters<F: OrderedField>(values: &Parameters<F>) -> Json {
    list(values.layers().iter().map(|layer| numbers(layer)))
}

fn curve<F: OrderedField>(values: &Curve<F>) -> Json {
    list(values.coefficients().iter().map(parameters))
}

fn source_json(source: &Source) -> Json {
    match source {
        Source::Text(text) => string(text),
        Source::Reference { paper, result, note } => {
            let parts = [("paper", paper), ("result", result), ("note", note)];
            object(parts.into_iter().filter_map(|(key, part)| Some((key, string(part.as_deref()?)))))
        }
    }
}

fn field_json(field: &NumberField) -> Json {
    let (lower, upper) = field.root_between();
    let mut entries = vec![
        ("minimal_polynomial", list(field.polynomial().iter().map(rational))),
        ("root_between", list([rational(lower), rational(upper)])),
    ];
    entries.extend(field.given_symbol().map(|symbol| ("symbol", string(symbol))));
    object(entries)
}

fn layer<F: OrderedField>(layer: &Layer<F>) -> Json {
    let indices = |row: &Vec<usize>| list(row.iter().map(|index| integer(*index)));
    let cell = |cell: &Option<usize>| cell.map_or(Json::Atom("null".into()), integer);
    let mut entries = match layer.weights() {
        Weights::Dense { outputs } => {
            vec![("weights", string("dense")), ("outputs", integer(*outputs))]
        }
        Weights::Diagonal => vec![("weights", string("diagonal"))],
        Weights::Convolution { patches, filters } => vec![
            ("weights", string("convolution")),
            ("patches", list(patches.iter().map(indices))),
            ("filters", integer(*filters)),
        ],
        Weights::Template { entries } => vec![
            ("weights", string("template")),
            ("entries", list(entries.iter().map(|row| list(row.iter().map(cell))))),
        ],
    };
    entries.push((
        "activation",
        match layer.activation() {
            Activation::Linear => string("linear"),
            Activation::Relu => string("relu"),
            Activation::LeakyRelu(slope) => object([("leaky_relu", number(slope))]),
        },
    ));
    object(entries)
}

fn claim<F: OrderedField>(claim: &Claim<F>) -> Json {
    let mut entries = vec![("claim", string(claim.name()))];
    entries.extend(claim.layer().map(|layer| ("layer", integer(layer))));
    match claim {
        Claim::Feasible(_) | Claim::NonzeroWeights(_) | Claim::NonzeroInputs(_) => {}
        Claim::Infeasible(evidence) => entries.push(("sample", integer(evidence.sample))),
        Claim::Kkt(evidence) => {
            entries.push(("multipliers", numbers(&evidence.multipliers)));
            entries.extend(selections(&evidence.selections));
        }
        Claim::ApproximateKkt(evidence) => {
            entries.push(("epsilon", number(&evidence.epsilon)));
            entries.push(("delta", number(&evidence.delta)));
            entries.push(("multipliers", numbers(&evidence.multipliers)));
            entries.extend(selections(&evidence.selections));
        }
        Claim::KktEnclosed(evidence) => entries.extend(enclosed::entries(evidence)),
        Claim::ParametersEnclosed(evidence) => entries.extend(enclosed_parameters::entries(evidence)),
        Claim::NotKkt(evidence) => entries.push(("direction", parameters(&evidence.direction))),
        Claim::NotLocalOptimum(evidence) => {
            let measure = match evidence.measure {
                Measure::Norm => "norm",
                Measure::Margin => "margin",
            };
            entries.push(("until", number(&evidence.until)));
            entries.push(("measure", string(measure)));
            entries.push(("curve", curve(&evidence.curve)));
        }
        Claim::NotGlobalOptimum(evidence) => {
            entries.push(("better", parameters(&evidence.better)));
        }
        Claim::LocalOptimum(evidence) => entries.extend(method(&evidence.by)),
        Claim::GlobalOptimum(evidence) => entries.extend(method(&evidence.by)),
        Claim::Implied(evidence) => {
            entries.push(("by", string("claim")));
            entries.push(("claim_index", integer(evidence.claim_index)));
        }
        Claim::FlowConverges(evidence) => {
            entries.push(("offset", parameters(&evidence.offset)));
            entries.push(("ray", parameters(&evidence.ray)));
            entries.push(("start", number(&evidence.start)));
        }
        Claim::Adversarial(evidence) => {
            entries.push(("sample", integer(evidence.sample)));
            entries.push(("perturbation", numbers(&evidence.perturbation)));
        }
        Claim::Robust(evidence) => entries.push(("radius_squared", number(&evidence.radius_squared))),
    }
    object(entries)
}

/// The method with its evidence.
fn method<F: OrderedField>(method: &Method<F>) -> Vec<(&'static str, Json)> {
    let (multipliers, more) = match method {
        Method::Lagrangian(evidence) => (&evidence.multipliers, Vec::new()),
        Method::Chain(evidence) => (&evidence.multipliers, flag("by_label", evidence.by_label).collect()),
        Method::SecondOrder(evidence) => {
            let more = [("penalty", number(&evidence.penalty))].into_iter();
            let more = more.chain(flag("symmetry", evidence.symmetry));
            (&evidence.multipliers, more.chain(slopes(&evidence.slopes)).collect())
        }
        Method::Cases(evidence) => (&evidence.multipliers, vec![("trees", list(evidence.trees.iter().map(tree)))]),
        Method::Paths(evidence) => (&evidence.multipliers, vec![("cases", list(evidence.nodes.iter().map(path_node)))]),
        Method::Cells(evidence) => (&evidence.multipliers, vec![("cells", list(evidence.cells.iter().map(cell)))]),
    };
    let mut entries = vec![("by", string(method.name())), ("multipliers", numbers(multipliers))];
    entries.extend(more);
    entries
}

/// A key that is there only if it is true.
fn flag(key: &'static str, is_set: bool) -> impl Iterator<Item = (&'static str, Json)> {
    is_set.then(|| (key, Json::Atom("true".into()))).into_iter()
}

/// The key `selections`, if there are any.
fn selections<F: OrderedField>(selections: &Selections<F>) -> Option<(&'static str, Json)> {
    let by_sample = selections.iter().map(|(sample, terms)| (sample.to_string(), list(terms.iter().map(selection))));
    (!selections.is_empty()).then(|| ("selections", Json::Object(by_sample.collect())))
}

fn selection<F: OrderedField>(term: &Selection<F>) -> Json {
    object([("weight", number(&term.weight)), ("toward", curve(&term.toward))])
}

fn cell<F: OrderedField>(cell: &Cell<F>) -> Json {
    let sign = |side: &Side, signs: [&str; 2]| signs[usize::from(*side == Side::Positive)].to_string();
    let pattern: String = cell.pattern.iter().map(|side| sign(side, ["-", "+"])).collect();
    let mut entries: Vec<_> = cell.unit.map(|unit| ("unit", integer(unit))).into_iter().collect();
    entries.push(("pattern", string(&pattern)));
    entries.push(("sign", Json::Atom(sign(&cell.sign, ["-1", "1"]))));
    entries.push(("multipliers", numbers(&cell.multipliers)));
    object(entries)
}

fn tree<F: OrderedField>(tree: &Tree<F>) -> Json {
    let units = tree.units.as_ref().map(|units| ("units", list(units.iter().copied().map(integer))));
    object(units.into_iter().chain([("cases", nodes(&tree.nodes))]))
}

fn path_node<F: OrderedField>(node: &PathNode<F>) -> Json {
    match node {
        PathNode::Size { path, size } => object([("path", integer(*path)), ("size", number(size))]),
        PathNode::Kind { path } => object([("path", integer(*path))]),
        PathNode::Leaf { multipliers } => object(multipliers.iter().map(|own| ("multipliers", numbers(own)))),
    }
}

fn nodes<F: OrderedField>(nodes: &[Node<F>]) -> Json {
    list(nodes.iter().map(|node| match node {
        Node::Split(Split::Kink { sample, unit }) => object(kink(*sample, *unit)),
        Node::Split(Split::Weight { layer, parameter }) => {
            object([("layer", integer(*layer)), ("parameter", integer(*parameter))])
        }
        Node::Leaf(leaf) => object(leaf_entries(leaf)),
    }))
}

fn kink(sample: usize, unit: Unit) -> [(&'static str, Json); 3] {
    [("sample", integer(sample)), ("layer", integer(unit.layer)), ("unit", integer(unit.unit))]
}

fn leaf_entries<F: OrderedField>(leaf: &Leaf<F>) -> Vec<(&'static str, Json)> {
    let mut entries: Vec<_> = leaf.multipliers.iter().map(|own| ("multipliers", numbers(own))).collect();
    if !leaf.signs.is_empty() {
        entries.push(("signs", numbers(&leaf.signs)));
    }
    if !leaf.products.is_empty() {
        let product = |(a, b, nu): &(usize, usize, F)| list([integer(*a), integer(*b), number(nu)]);
        entries.push(("products", list(leaf.products.iter().map(product))));
    }
    entries.extend(slopes(&leaf.slopes));
    entries
}

/// The key `slopes`, if any are stated.
fn slopes<F: OrderedField>(slopes: &BTreeMap<(usize, Unit), F>) -> Option<(&'static str, Json)> {
    let slope = |((sample, unit), slope): (&(usize, Unit), &F)| {
        object(kink(*sample, *unit).into_iter().chain([("slope", number(slope))]))
    };
    (!slopes.is_empty()).then(|| ("slopes", list(slopes.iter().map(slope))))
}

/// The value on one line, or nothing if that takes more than `room` bytes.
fn on_one_line(value: &Json, room: usize) -> Option<String> {
    let (open, close, parts) = match value {
        Json::Atom(text) => return (text.len() <= room).then(|| text.clone()),
        Json::List(items) => ("[", "]", items.iter().map(|item| (None, item)).collect()),
        Json::Object(entries) => ("{", "}", entries.iter().map(|(k, v)| (Some(k), v)).collect::<Vec<_>>()),
    };
    let mut line = String::from(open);
    for (place, (key, part)) in parts.into_iter().enumerate() {
        line.push_str(if place > 0 { ", " } else { "" });
        line.push_str(&key.map(|key| format!("\"{key}\": ")).unwrap_or_default());
        line.push_str(&on_one_line(part, room.checked_sub(line.len())?)?);
    }
    line.push_str(close);
    (line.len() <= room).then_some(line)
}

/// Writes a value that begins at column `used`, its parts indented two more than `indent` if they need lines of their own.
fn lay_out(value: &Json, indent: usize, used: usize, out: &mut String) {
    if let Some(line) = WIDTH.checked_sub(used).and_then(|room| on_one_line(value, room)) {
        return out.push_str(&line);
    }
    let (open, close, parts) = match value {
        Json::Atom(text) => return out.push_str(text),
        Json::List(items) => ('[', ']', items.iter().map(|v| (String::new(), v)).collect()),
        Json::Object(entries) => ('{', '}', entries.iter().map(|(k, v)| (format!("\"{k}\": "), v)).collect::<Vec<_>>()),
    };
    out.push(open);
    let mut column = usize::MAX;
    for (place, (key, part)) in parts.into_iter().enumerate() {
        out.push_str(if place > 0 { "," } else { "" });
        let atom = if let Json::Atom(text) = part { text.len() + 2 } else { WIDTH };
        // Numbers fill their line; everything else begins a new one.
        if column.saturating_add(atom) <= WIDTH {
            out.push(' ');
            column += atom;
        } else {
            out.push('\n');
            out.push_str(&" ".repeat(indent + 2));
            column = indent + 2 + key.len() + atom;
        }
        out.push_str(&key);
        lay_out(part, indent + 2, indent + 3 + key.len(), out);
    }
    out.push('\n');
    out.push_str(&" ".repeat(indent));
    out.push(close);
}
