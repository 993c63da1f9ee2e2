//! The problem and what the network computes at the point.

use super::{Teller, notation};
use crate::kernel::certificate::Source;
use crate::kernel::exact::{NumberField, OrderedField, Polynomial};
use crate::kernel::network::{Activation, Layer, Scope, Weights};
use crate::kernel::problem::Label;
use crate::report::document::{Block, Inline, Table};
use crate::report::formula::{Formula, Notation, Operator, half, integer, letter, relate, row};
use crate::report::text;
use crate::words::count;

/// Beyond this many parameters or samples what is computed is summarised, not listed.
pub(super) const LISTED: usize = 200;

/// A row of a table with more characters is wider than a page. Fractions on paper take less room than in a line.
const WIDE: usize = 200;

/// A matrix of more entries is not written out, however few parameters it has.
const WRITTEN: usize = 10_000;

impl<F: OrderedField> Teller<'_, F> {
    pub(super) fn source(&mut self, source: Option<&Source>) {
        match source {
            None => {}
            Some(Source::Text(text)) => self.document.paragraph(text.as_str()),
            Some(Source::Reference { paper, result, note }) => {
                for (what, part) in [("Paper: ", paper), ("Result: ", result), ("", note)] {
                    if let Some(part) = part {
                        self.document.paragraph(format!("{what}{part}"));
                    }
                }
            }
        }
    }

    pub(super) fn field(&mut self, field: Option<&NumberField>) {
        let (Some(field), Notation::Symbol(symbol)) = (field, &self.notation) else { return };
        let polynomial = Polynomial::new(field.polynomial().to_vec());
        let variable = letter("X");
        let (lower, upper) = field.root_between();
        let rational = Notation::Rational;
        let ends = Formula::Tuple(vec![rational.number(lower), rational.number(upper)]);
        let text = Inline::from("Throughout, ")
            .math(Formula::Name(symbol.clone()))
            .text(" is the only root of ")
            .math(rational.polynomial(&polynomial, "X"))
            .text(" (as a polynomial in ")
            .math(variable)
            .text(") in the open interval ")
            .math(ends)
            .text(".");
        self.document.paragraph(text);
    }

    pub(super) fn tell_problem(&mut self) {
        self.document.heading("The problem");
        let network = self.problem.network();
        let phi = notation::output(notation::theta(), letter("x"));
        let text = Inline::from("A network ")
            .math(phi)
            .text(format!(
                " without biases, with {} and {}, is trained on {}. ",
                count(network.inputs(), "input"),
                count(network.depth(), "layer"),
                count(self.problem.samples().len(), "sample"),
            ))
            .text("Samples, layers, units and inputs are numbered from 0, as in the certificate. The max-margin problem is to minimise ")
            .math(row([
                half(),
                notation::theta().norm().squared(),
            ]))
            .text(" subject to ")
            .math(row([
                row([letter("m").sub(letter("i")), notation::theta().paren()]),
                Formula::Operator(Operator::Equal),
                notation::of_sample("y"),
                notation::output(notation::theta(), notation::of_sample("x")),
                Formula::Operator(Operator::AtLeast),
                integer(1),
            ]))
            .text(" for every sample.");
        self.document.paragraph(text);
        let layers = network.layers().iter().enumerate();
        let items = layers.map(|(l, layer)| describe_layer(&self.notation, l, layer)).collect();
        self.document.list(items);
        self.tell_data();
        self.tell_point();
        self.tell_traces();
    }

    fn tell_data(&mut self) {
        self.document.paragraph("The samples are");
        let samples = self.problem.samples().iter().enumerate().take(LISTED);
        let lines = samples.map(|(i, sample)| {
            let sign = if sample.y == Label::Positive { Operator::Plus } else { Operator::Minus };
            row([
                relate(notation::input(i), Operator::Equal, self.notation.tuple(&sample.x)),
                Formula::Operator(Operator::Comma),
                relate(notation::label(i), Operator::Equal, row([Formula::Operator(sign), integer(1)])),
            ])
        });
        let lines = lines.collect();
        self.document.display(lines);
        self.left_out(self.problem.samples().len(), "samples");
    }

    pub(super) fn left_out(&mut self, total: usize, what: &str) {
        if total > LISTED {
            self.document.paragraph(format!("and {} more {what}, which the certificate lists.", total - LISTED));
        }
    }

    fn tell_point(&mut self) {
        self.document.paragraph(Inline::from("The point ").math(notation::point()).text(" has the weights"));
        let mut lines = Vec::new();
        for (l, layer) in self.problem.network().layers().iter().enumerate() {
            if layer.parameters() > LISTED || layer.inputs() * layer.outputs() > WRITTEN {
                continue;
            }
            let weight = |p: usize| self.notation.number(&self.problem.point().layers()[l][p]);
            let matrix = layer.incoming().iter().map(|row| {
                let mut cells = vec![integer(0); layer.inputs()];
                row.iter().for_each(|connection| cells[connection.unit] = weight(connection.parameter));
                cells
            });
            lines.push(relate(letter("W").sub(integer(l)), Operator::Equal, Formula::Matrix(matrix.collect())));
        }
        let norm = self.problem.point().norm_squared(Scope::All);
        let lines_left_out = lines.len() < self.problem.network().depth();
        lines.push(self.equation(notation::point().norm().squared(), &norm));
        self.document.display(lines);
        if lines_left_out {
            self.document.paragraph("Layers with more weights are listed in the certificate.");
        }
    }

    /// One row a sample: the hidden preactivations layer by layer, and the margin.
    fn tell_traces(&mut self) {
        let network = self.problem.network();
        let hidden = network.depth() - 1;
        let width: usize = network.layers().iter().take(hidden).map(Layer::outputs).sum();
        if width > 40 {
            let lines = (0..self.problem.samples().len().min(LISTED)).map(|i| self.margin_value(i)).collect();
            self.document.display(lines);
            return;
        }
        let mut header = vec![Inline::from("sample")];
        header.extend((0..hidden).map(|l| Inline::from(letter("z").sub(integer(l)))));
        header.push(Inline::from("margin"));
        let rows = self.problem.traces().iter().enumerate().take(LISTED).map(|(i, trace)| {
            let mut cells = vec![Inline::from(i.to_string())];
            let layers = trace.preactivations.iter().take(hidden);
            cells.extend(layers.map(|z| Inline::from(self.notation.tuple(z))));
            cells.push(Inline::from(self.margin_value(i)));
            cells
        });
        let rows: Vec<Vec<Inline>> = rows.collect();
        let widths = if is_wide(&rows) {
            let share = ["0.53", "0.27", "0.17"].get(hidden.saturating_sub(1)).copied().unwrap_or("0.12");
            let hidden = std::iter::repeat_n(Some(share), hidden);
            std::iter::once(None).chain(hidden).chain([Some("0.32")]).collect()
        } else {
            vec![None; header.len()]
        };
        let table = Table { caption: None, widths, rows, header };
        self.document.paragraph(
            Inline::from("At the point the preactivations ")
                .math(letter("z").sub(letter("l")))
                .text(" of the units of each hidden layer (")
                .math(letter("z").sub(letter("lj")))
                .text(" is that of unit ")
                .math(letter("j"))
                .text(" of layer ")
                .math(letter("l"))
                .text(") and the margins are"),
        );
        self.document.blocks.push(Block::Table(table));
    }

    /// `m_i(theta~) = value`.
    pub(super) fn margin_value(&self, sample: usize) -> Formula {
        let left = row([notation::margin(sample), notation::point().paren()]);
        self.equation(left, &self.problem.margin(sample))
    }
}

/// Whether a row has so many characters that its cells have to be broken into lines.
fn is_wide(rows: &[Vec<Inline>]) -> bool {
    rows.iter().any(|row| row.iter().map(|cell| text::inline(cell).chars().count()).sum::<usize>() > WIDE)
}

fn describe_layer<F: OrderedField>(notation: &Notation, l: usize, layer: &Layer<F>) -> Inline {
    let units = count(layer.outputs(), "unit");
    let weights = match layer.weights() {
        Weights::Dense { .. } => format!("dense, {units}"),
        Weights::Diagonal => format!("diagonal, {units}"),
        Weights::Convolution { patches, filters } => {
            let patches: Vec<_> = patches.iter().take(LISTED).map(|patch| format!("{patch:?}")).collect();
            format!("convolution, {} on the patches {}", count(*filters, "filter"), patches.join(", "))
        }
        Weights::Template { .. } => {
            let is_shared = layer.parameters() < layer.connection_count();
            format!(
                "{}, {units}, {} in {}",
                if is_shared { "shared weights" } else { "sparse" },
                count(layer.parameters(), "parameter"),
                count(layer.connection_count(), "place")
            )
        }
    };
    let text = Inline::from(format!("Layer {l}: {weights}, "));
    let text = match layer.activation() {
        Activation::Linear => text.text("linear"),
        Activation::Relu => text.text("ReLU"),
        Activation::LeakyRelu(slope) => text.text("leaky ReLU with slope ").math(notation.number(slope)),
    };
    describe_parameters(text.text("; "), l, layer).text(".")
}

/// What the names of a layer's parameters mean.
fn describe_parameters<F: OrderedField>(text: Inline, l: usize, layer: &Layer<F>) -> Inline {
    let named = |index: &str| letter("w").sub(letter(&format!("{l}{index}")));
    let (j, k) = (letter("j"), letter("k"));
    match layer.weights() {
        Weights::Dense { .. } => {
            text.math(named("jk")).text(" is the weight of unit ").math(j).text(" for input ").math(k)
        }
        Weights::Diagonal => {
            text.math(named("j")).text(" is the weight of unit ").math(j).text(" for input ").math(letter("j"))
        }
        Weights::Convolution { .. } => text.math(named("jk")).text(" is entry ").math(k).text(" of filter ").math(j),
        Weights::Template { .. } if layer.inputs() * layer.outputs() <= LISTED => {
            let matrix = layer.incoming().iter().map(|row| {
                let mut cells = vec![integer(0); layer.inputs()];
                row.iter().for_each(|connection| {
                    cells[connection.unit] = super::notation::parameter(l, layer, connection.parameter);
                });
                cells
            });
            text.text("the matrix is ").math(Formula::Matrix(matrix.collect()))
        }
        Weights::Template { .. } => text.math(named("k")).text(" is parameter ").math(k),
    }
}
