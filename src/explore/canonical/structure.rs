//! An instance as a relational structure whose isomorphisms are the symmetries.

use std::collections::BTreeMap;
use std::fmt::Write;

use crate::kernel::exact::Rational;
use crate::kernel::network::{Activation, Layer, Weights};
use crate::kernel::problem::{Label, Problem};

/// Vertices with colours, and tuples of vertices with a tag.
///
/// | vertices | colour |
/// |---|---|
/// | each input, twice | one for all |
/// | each sample; twice if the network is linear | one for all |
/// | each hidden unit; twice if it is linear | its layer |
/// | each shared parameter; twice if what it ties comes twice | its layer and value |
/// | the output, twice | its own |
///
/// The two copies of a thing, which form a pair, stand for it with either sign. A weight ties copies by itself where their signs agree, and by its
/// negative where they differ; the number that a sample has at an input likewise. A label is a tie to the output's copy of its sign. Flipping a sign
/// is then a swap of two vertices. Numbers become ranks in the sorted list of all numbers.
#[derive(Debug)]
pub struct Structure {
    header: String,
    /// The initial colour of each vertex; colours are 0, 1, 2, ...
    pub colours: Vec<usize>,
    /// Tag and vertices; no list is longer than three.
    pub tuples: Vec<Tuple>,
}

/// A tag and vertices.
pub type Tuple = (usize, Vec<usize>);

/// The tag, before tags are numbered: what the tuple is about, and the number it carries.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Tag {
    Pair,
    Datum(Rational),
    Label,
    Weight(usize, Rational),
    Shared(usize),
}

/// What a vertex stands for, to colour it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    Input,
    Sample,
    Unit(usize),
    Parameter(usize, Rational),
}

/// The vertices of a thing: one, or the copies with the signs plus and minus.
type Copies = Vec<usize>;

struct Builder {
    kinds: Vec<Kind>,
    tuples: Vec<(Tag, Vec<usize>)>,
}

impl Builder {
    fn vertex(&mut self, kind: Kind) -> usize {
        self.kinds.push(kind);
        self.kinds.len() - 1
    }

    fn copies(&mut self, kind: Kind, flipped: Option<Kind>) -> Copies {
        let first = self.vertex(kind);
        let Some(flipped) = flipped else { return vec![first] };
        let second = self.vertex(flipped);
        self.tuples.push((Tag::Pair, vec![first, second]));
        self.tuples.push((Tag::Pair, vec![second, first]));
        vec![first, second]
    }
}

impl Structure {
    /// The structure of an instance.
    pub fn of(problem: &Problem<Rational>) -> Self {
        let mut builder = Builder { kinds: Vec::new(), tuples: Vec::new() };
        let network = problem.network();
        let inputs: Vec<Copies> =
            (0..network.inputs()).map(|_| builder.copies(Kind::Input, Some(Kind::Input))).collect();
        let mut read = inputs.clone();
        for (index, (layer, values)) in network.layers().iter().zip(problem.point().layers()).enumerate() {
            read = builder.layer(index, layer, values, &read);
        }
        let is_linear = network.is_linear_from(0);
        for sample in problem.samples() {
            let copies = builder.copies(Kind::Sample, is_linear.then_some(Kind::Sample));
            for (number, input) in sample.x.iter().zip(&inputs) {
                builder.tie(&copies, input, number, Tag::Datum);
            }
            // The last layer has one unit, and it is linear.
            let plus = usize::from(sample.y == Label::Negative);
            for (sign, copy) in copies.iter().enumerate() {
                builder.tuples.extend(read.iter().map(|output| (Tag::Label, vec![*copy, output[plus ^ sign]])));
            }
        }
        let mut header = format!("{} inputs, {} samples\n", network.inputs(), problem.samples().len());
        network.layers().iter().for_each(|layer| describe(layer, &mut header));
        builder.finish(header)
    }

    /// The header and the tuples with the vertices renamed.
    pub fn write(&self, tuples: &[Tuple]) -> String {
        let mut text = self.header.clone();
        for (tag, vertices) in tuples {
            // Writing into a string does not fail.
            let _ = writeln!(text, "{tag} {vertices:?}");
        }
        text
    }
}

impl Builder {
    /// Ties the copies of two things by a number.
    fn tie(&mut self, one: &[usize], other: &[usize], number: &Rational, tag: impl Fn(Rational) -> Tag) {
        for (i, &a) in one.iter().enumerate() {
            for (j, &b) in other.iter().enumerate() {
                let number = if i == j { number.clone() } else { -number.clone() };
                self.tuples.push((tag(number), vec![a, b]));
            }
        }
    }

    /// Adds a layer, and returns the vertices of its units.
    fn layer(&mut self, index: usize, layer: &Layer<Rational>, values: &[Rational], read: &[Copies]) -> Vec<Copies> {
        let is_linear = layer.activation().is_linear();
        let is_signed = is_linear || read.iter().any(|copies| copies.len() > 1);
        let mut uses = vec![0usize; layer.parameters()];
        layer.incoming().iter().flatten().for_each(|connection| uses[connection.parameter] += 1);
        let shared: Vec<Copies> = (uses.iter().zip(values))
            .map(|(&uses, value)| {
                let kind = |value| Kind::Parameter(index, value);
                match uses > 1 {
                    true => self.copies(kind(value.clone()), is_signed.then(|| kind(-value.clone()))),
                    false => Vec::new(),
                }
            })
            .collect();
        let mut units = Vec::new();
        for incoming in layer.incoming() {
            let unit = self.copies(Kind::Unit(index), is_linear.then_some(Kind::Unit(index)));
            for connection in incoming {
                let (from, parameter) = (&read[connection.unit], &shared[connection.parameter]);
                if parameter.is_empty() {
                    self.tie(&unit, from, &values[connection.parameter], |value| Tag::Weight(index, value));
                    continue;
                }
                for (i, &a) in unit.iter().enumerate() {
                    for (j, &b) in from.iter().enumerate() {
                        self.tuples.push((Tag::Shared(index), vec![a, b, parameter[i ^ j]]));
                    }
                }
            }
            units.push(unit);
        }
        units
    }

    fn finish(self, mut header: String) -> Structure {
        let kinds: BTreeMap<Kind, usize> = numbered(self.kinds.iter().cloned());
        let tags: BTreeMap<Tag, usize> = numbered(self.tuples.iter().map(|(tag, _)| tag.clone()));
        let mut counts = vec![0usize; kinds.len()];
        self.kinds.iter().for_each(|kind| counts[kinds[kind]] += 1);
        for (kind, colour) in &kinds {
            // Writing into a string does not fail.
            let _ = writeln!(header, "{kind:?} {}", counts[*colour]);
        }
        for tag in tags.keys() {
            let _ = writeln!(header, "{tag:?}");
        }
        Structure {
            header,
            colours: self.kinds.iter().map(|kind| kinds[kind]).collect(),
            tuples: self.tuples.into_iter().map(|(tag, vertices)| (tags[&tag], vertices)).collect(),
        }
    }
}

fn numbered<T: Ord>(items: impl Iterator<Item = T>) -> BTreeMap<T, usize> {
    let mut numbers: BTreeMap<T, usize> = items.map(|item| (item, 0)).collect();
    numbers.values_mut().enumerate().for_each(|(rank, number)| *number = rank);
    numbers
}

/// What of a layer facts are about beyond its connections: whether it is written down as dense or as a convolution. Diagonal layers are
/// templates by another name.
fn describe(layer: &Layer<Rational>, header: &mut String) {
    let written = match layer.weights() {
        Weights::Dense { .. } => "dense".into(),
        Weights::Convolution { filters, .. } => format!("convolution of {filters}"),
        Weights::Diagonal | Weights::Template { .. } => String::from("template"),
    };
    // Writing into a string does not fail.
    let _ = match layer.activation() {
        Activation::Linear => writeln!(header, "{written} linear {}", layer.outputs()),
        Activation::Relu => writeln!(header, "{written} relu {}", layer.outputs()),
        Activation::LeakyRelu(slope) => writeln!(header, "{written} leaky {slope} {}", layer.outputs()),
    };
}
