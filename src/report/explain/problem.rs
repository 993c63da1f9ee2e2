//! The problem and what the network computes at the point.

use super::{Teller, notation};
use crate::kernel::certificate::Source;
use crate::kernel::exact::{NumberField, OrderedField, Polynomial};
use crate::kernel::network::{Activation, Layer, Scope, Weights};
use crate::kernel::problem::Label;
use crate::report::document::{Block, Inline, Table, fits_a_line, set_width};
use crate::report::formula::{Formula, Notation, Operator, half, integer, letter, relate, row};
use crate::words::count;

/// Beyond this many parameters or samples what is computed is summarised, not listed.
pub(super) const LISTED: usize = 200;

/// A row of a table with more characters is wider than a page.
const WIDE: usize = 100;

/// A matrix of more entries is not written out, however few parameters it has.
const WRITTEN: usize = 10_000;

/// So many numbers of samples are listed, at most.
const INPUTS: usize = 4_000;

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
        let listed = LISTED.min(INPUTS / self.problem.network().inputs().max(1)).max(1);
        let samples = self.problem.samples().iter().enumerate().take(listed);
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
        self.left_out_beyond(listed, self.problem.samples().len(), "samples");
    }

    pub(super) fn left_out(&mut self, total: usize, what: &str) {
        self.left_out_beyond(LISTED, total, what);
    }

    fn left_out_beyond(&mut self, listed: usize, total: usize, what: &str) {
        if total > listed {
            self.document.paragraph(format!("and {} more {what}, which the certificate lists.", total - listed));
        }
    }

    fn tell_point(&mut self) {
        self.document.paragraph(Inline::from("The point ").math(notation::point()).text(" has the weights"));
        let (mut lines, mut wide, mut left_out) = (Vec::new(), Vec::new(), Vec::new());
        for (l, layer) in self.problem.network().layers().iter().enumerate() {
            if layer.parameters() > LISTED || layer.inputs() * layer.outputs() > WRITTEN {
                left_out.push(l);
                continue;
            }
            let weight = |p: usize| self.notation.number(&self.problem.point().layers()[l][p]);
            let matrix = matrix(layer, &weight);
            if fits_a_line(&matrix) {
                lines.push(relate(letter("W").sub(integer(l)), Operator::Equal, Formula::Matrix(matrix)));
            } else {
                wide.push((l, matrix));
            }
        }
        let norm = self.problem.point().norm_squared(Scope::All);
        lines.push(self.equation(notation::point().norm().squared(), &norm));
        self.document.display(lines);
        for (l, matrix) in wide {
            self.tell_rows(l, matrix);
        }
        for l in left_out {
            let layer = &self.problem.network().layers()[l];
            let shape = format!(" has {} rows and {} columns; ", layer.outputs(), layer.inputs());
            let weights = count(layer.parameters(), "weight");
            let text = Inline::from("The matrix ").math(letter("W").sub(integer(l))).text(shape);
            self.document.paragraph(text.text(format!("the certificate lists its {weights}.")));
        }
    }

    /// A matrix that is too wide for a line: the rows that are not 0, each once.
    fn tell_rows(&mut self, l: usize, matrix: Vec<Vec<Formula>>) {
        let columns = matrix.first().map_or(0, Vec::len);
        let text = Inline::from("The matrix ").math(letter("W").sub(integer(l)));
        let text = text.text(format!(" has {} and {}", count(matrix.len(), "row"), count(columns, "column")));
        let mut rows: Vec<(Vec<Formula>, Vec<usize>)> = Vec::new();
        let mut zero = Vec::new();
        for (j, row) in matrix.into_iter().enumerate() {
            if row.iter().all(|entry| *entry == integer(0)) {
                zero.push(j);
            } else if let Some((_, places)) = rows.iter_mut().find(|(earlier, _)| *earlier == row) {
                places.push(j);
            } else {
                rows.push((row, vec![j]));
            }
        }
        let lines = rows.into_iter().map(|(row, places)| {
            let name = |j| letter("w").sub(notation::indices(&[l, j]));
            let names = places.into_iter().flat_map(|j| [name(j), Formula::Operator(Operator::Equal)]);
            Formula::Row(names.chain([Formula::Tuple(row)]).collect())
        });
        let lines = lines.collect();
        let text = match zero.len() {
            0 => text,
            1 => text.text(format!("; row {} is 0", zero[0])),
            _ => text.text(format!("; rows {} are 0", join(&zero))),
        };
        let text = text.text(". The rows ").math(letter("w").sub(letter(&format!("{l}j"))));
        self.document.paragraph(text.text(if zero.is_empty() { " are" } else { " that are not 0 are" }));
        self.document.display(lines);
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
            cells.extend(layers.map(|z| Inline::from(self.tuple_in_cell(z))));
            let margin = row([notation::margin(i), notation::point().paren()]);
            cells.push(Inline::from(self.equation_in_cell(margin, &self.problem.margin(i))));
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
    rows.iter().any(|row| row.iter().map(set_width).sum::<usize>() > WIDE)
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
        Weights::Template { .. } => {
            let is_small = layer.inputs() * layer.outputs() <= LISTED;
            let matrix = is_small.then(|| matrix(layer, &|p| notation::parameter(l, layer, p)));
            match matrix.filter(|matrix| fits_a_line(matrix)) {
                Some(matrix) => text.text("the matrix is ").math(Formula::Matrix(matrix)),
                None => text.math(named("k")).text(" is parameter ").math(k),
            }
        }
    }
}

/// A layer's matrix with something in the place of each parameter.
fn matrix<F: OrderedField>(layer: &Layer<F>, entry: &dyn Fn(usize) -> Formula) -> Vec<Vec<Formula>> {
    let rows = layer.incoming().iter().map(|row| {
        let mut cells = vec![integer(0); layer.inputs()];
        row.iter().for_each(|connection| cells[connection.unit] = entry(connection.parameter));
        cells
    });
    rows.collect()
}

/// Numbers with commas between them.
fn join(numbers: &[usize]) -> String {
    numbers.iter().map(usize::to_string).collect::<Vec<_>>().join(", ")
}
