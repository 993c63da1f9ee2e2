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
/// | each input twice, for its sign as it is and flipped | one for all |
/// | each sample | its label |
/// | each hidden unit | its layer |
/// | each shared parameter, of the first layer twice | its layer and value |
///
/// The two copies of an input form a pair. A sample is tied to a copy of an input by the number that it has there, to the flipped copy by its
/// negative; weights of the first layer likewise. Flipping a sign is then a swap of two vertices. Numbers become ranks in the sorted list of all numbers.
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
    Weight(usize, Rational),
    Shared(usize),
}

/// What a vertex stands for, to colour it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    Input,
    Sample(bool),
    Unit(usize),
    Parameter(usize, Rational),
}

struct Builder {
    kinds: Vec<Kind>,
    tuples: Vec<(Tag, Vec<usize>)>,
}

impl Builder {
    fn vertex(&mut self, kind: Kind) -> usize {
        self.kinds.push(kind);
        self.kinds.len() - 1
    }

    /// A vertex and its flipped copy.
    fn pair(&mut self, kind: Kind, flipped: Kind) -> [usize; 2] {
        let pair = [self.vertex(kind), self.vertex(flipped)];
        self.tuples.push((Tag::Pair, pair.to_vec()));
        self.tuples.push((Tag::Pair, vec![pair[1], pair[0]]));
        pair
    }
}

impl Structure {
    /// The structure of an instance.
    pub fn of(problem: &Problem<Rational>) -> Self {
        let mut builder = Builder { kinds: Vec::new(), tuples: Vec::new() };
        let network = problem.network();
        let inputs: Vec<[usize; 2]> = (0..network.inputs()).map(|_| builder.pair(Kind::Input, Kind::Input)).collect();
        for sample in problem.samples() {
            let vertex = builder.vertex(Kind::Sample(sample.y == Label::Positive));
            for (number, input) in sample.x.iter().zip(&inputs) {
                builder.tuples.push((Tag::Datum(number.clone()), vec![vertex, input[0]]));
                builder.tuples.push((Tag::Datum(-number.clone()), vec![vertex, input[1]]));
            }
        }
        // What a layer reads, with its flipped copy if it has one.
        let mut read: Vec<Vec<usize>> = inputs.iter().map(|pair| pair.to_vec()).collect();
        for (index, (layer, values)) in network.layers().iter().zip(problem.point().layers()).enumerate() {
            read = builder.layer(index, layer, values, &read);
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
    /// Adds a layer, and returns the vertices of its units.
    fn layer(
        &mut self,
        index: usize,
        layer: &Layer<Rational>,
        values: &[Rational],
        read: &[Vec<usize>],
    ) -> Vec<Vec<usize>> {
        let mut uses = vec![0usize; layer.parameters()];
        layer.incoming().iter().flatten().for_each(|connection| uses[connection.parameter] += 1);
        let signed = index == 0;
        let shared: Vec<Vec<usize>> = (uses.iter().zip(values))
            .map(|(&uses, value)| {
                let kind = Kind::Parameter(index, value.clone());
                match (uses > 1, signed) {
                    (false, _) => Vec::new(),
                    (true, true) => self.pair(kind, Kind::Parameter(index, -value.clone())).to_vec(),
                    (true, false) => vec![self.vertex(kind)],
                }
            })
            .collect();
        let mut units = Vec::new();
        for incoming in layer.incoming() {
            let unit = self.vertex(Kind::Unit(index));
            for connection in incoming {
                let mut value = values[connection.parameter].clone();
                let parameter = &shared[connection.parameter];
                for (copy, &from) in read[connection.unit].iter().enumerate() {
                    let tuple = match parameter.get(copy) {
                        Some(&parameter) => (Tag::Shared(index), vec![unit, from, parameter]),
                        None => (Tag::Weight(index, value.clone()), vec![unit, from]),
                    };
                    self.tuples.push(tuple);
                    value = -value;
                }
            }
            units.push(vec![unit]);
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

fn describe(layer: &Layer<Rational>, header: &mut String) {
    let wiring = match layer.weights() {
        Weights::Dense { .. } => "dense",
        Weights::Diagonal => "diagonal",
        Weights::Convolution { .. } => "convolution",
        Weights::Template { .. } => "template",
    };
    // Writing into a string does not fail.
    let _ = match layer.activation() {
        Activation::Linear => writeln!(header, "{wiring} linear {}", layer.outputs()),
        Activation::Relu => writeln!(header, "{wiring} relu {}", layer.outputs()),
        Activation::LeakyRelu(slope) => writeln!(header, "{wiring} leaky {slope} {}", layer.outputs()),
    };
}
