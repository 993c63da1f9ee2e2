//! Facts about layers and units.

use num_traits::Zero;

use super::structure::is_diagonal;
use crate::explore::conjecture::Shape;
use crate::explore::sources::echelon::Echelon;
use crate::kernel::exact::{OrderedField, Rational, Sign};
use crate::kernel::network::{Connection, Layer, Network, Weights};
use crate::prove::linear_algebra::quotient;

/// Whether it holds; nothing if it is about a point that is not there.
pub fn shape(network: &Network<Rational>, point: Option<&[Vec<Rational>]>, shape: Shape) -> Option<bool> {
    let hidden = &network.layers()[..network.depth() - 1];
    let differ = |equal: fn(&Layer<Rational>, &Layer<Rational>) -> bool| {
        hidden.windows(2).any(|pair| !equal(&pair[0], &pair[1]))
    };
    Some(match shape {
        Shape::MixedActivations => differ(|a, b| a.activation() == b.activation()),
        Shape::MixedWirings => differ(|a, b| kind(a) == kind(b)),
        Shape::EqualUnits => pairs(network, point?, equal),
        Shape::CollinearUnits => pairs(network, point?, |a, b| multiple(&a.0, &b.0) == Some(Sign::Positive)),
    })
}

fn kind(layer: &Layer<Rational>) -> u8 {
    match layer.weights() {
        Weights::Dense { .. } => 0,
        _ if is_diagonal(layer) => 1,
        Weights::Convolution { .. } => 2,
        Weights::Diagonal | Weights::Template { .. } => 3,
    }
}

/// Weights by the units at their other ends.
type Row = Vec<Rational>;

/// Whether some two units of a hidden layer are so, with their incoming and outgoing weights. A linear unit is the same with all of them negated.
fn pairs(network: &Network<Rational>, point: &[Vec<Rational>], are: fn(&(Row, Row), &(Row, Row)) -> bool) -> bool {
    let row = |connections: &[Connection], numbers: &[Rational], length: usize| {
        let mut row = vec![Rational::zero(); length];
        for connection in connections {
            row[connection.unit] += &numbers[connection.parameter];
        }
        row
    };
    network.layers().windows(2).enumerate().any(|(l, layers)| {
        let (layer, next) = (&layers[0], &layers[1]);
        let units: Vec<(Row, Row)> = (0..layer.outputs())
            .map(|unit| {
                let incoming = row(&layer.incoming()[unit], &point[l], layer.inputs());
                (incoming, row(&next.outgoing()[unit], &point[l + 1], next.outputs()))
            })
            .collect();
        let is_linear = layer.activation().is_linear();
        let are = |a, b: &(Row, Row)| are(a, b) || is_linear && are(a, &(negated(&b.0), negated(&b.1)));
        units.iter().enumerate().any(|(i, a)| units[..i].iter().any(|b| are(a, b)))
    })
}

fn negated(row: &Row) -> Row {
    row.iter().map(|entry| -entry.clone()).collect()
}

fn equal(a: &(Row, Row), b: &(Row, Row)) -> bool {
    a == b
}

/// The sign of `c` with `b = c a`, if there is such a number and `a` is not 0.
pub fn multiple(a: &[Rational], b: &[Rational]) -> Option<Sign> {
    quotient(b, a).map(|factor| factor.sign())
}

/// How many units have an incoming weight that is not 0.
pub fn live(layer: &Layer<Rational>, numbers: &[Rational]) -> usize {
    let is_live = |row: &&Vec<Connection>| row.iter().any(|connection| !numbers[connection.parameter].is_zero());
    layer.incoming().iter().filter(is_live).count()
}

/// The rank of the weights, as a matrix from inputs to units.
pub fn rank(layer: &Layer<Rational>, numbers: &[Rational]) -> usize {
    let mut system = Echelon::new(layer.inputs());
    for connections in layer.incoming() {
        let mut row = vec![Rational::zero(); layer.inputs() + 1];
        for connection in connections {
            row[connection.unit] += &numbers[connection.parameter];
        }
        // Equations whose right-hand sides are 0 do not contradict each other.
        system.insert(row);
    }
    layer.inputs() - system.free().len()
}
