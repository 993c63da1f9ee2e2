//! Facts that are read off the instance.

use num_traits::Zero;

use super::{data, layers};
use crate::explore::conjecture::{Atom, Hidden, OfLayer, Operand, Quantity, Size, Wiring};
use crate::kernel::exact::Rational;
use crate::kernel::network::{Activation, Connection, Layer, Network, Scope, Unit, Weights};
use crate::kernel::problem::Problem;

/// How the network is wired.
fn wiring(network: &Network<Rational>, wiring: Wiring) -> bool {
    let layers = network.layers();
    match wiring {
        Wiring::Dense => layers.iter().all(is_written_dense),
        Wiring::Diagonal => every_hidden(network, is_diagonal),
        Wiring::Sparse => no_sharing(network) && !layers.iter().all(is_written_dense),
        Wiring::Convolution => layers.first().is_some_and(|l| matches!(l.weights(), Weights::Convolution { .. })),
        Wiring::Overlapping => layers.first().is_some_and(|layer| match layer.weights() {
            // No patch has an index twice.
            Weights::Convolution { patches, .. } => {
                (0..network.inputs()).any(|input| patches.iter().filter(|patch| patch.contains(&input)).count() > 1)
            }
            _ => false,
        }),
        Wiring::NoSharing => no_sharing(network),
    }
}

/// Facts about wiring go by how a layer is written down, as the classes of instances do: a full template is no dense layer here.
pub fn is_written_dense(layer: &Layer<Rational>) -> bool {
    matches!(layer.weights(), Weights::Dense { .. })
}

/// Whether each unit reads one unit and each unit is read by one, with weights of their own. Up to the order of units that is a diagonal layer, which a
/// template may be as well.
pub fn is_diagonal(layer: &Layer<Rational>) -> bool {
    match layer.weights() {
        Weights::Diagonal => true,
        Weights::Dense { .. } | Weights::Convolution { .. } => false,
        Weights::Template { .. } => {
            let one_each = |rows: &[Vec<Connection>]| rows.iter().all(|row| row.len() == 1);
            one_each(layer.incoming()) && one_each(layer.outgoing()) && layer.parameters() == layer.connection_count()
        }
    }
}

/// What the hidden units do.
fn hidden(network: &Network<Rational>, hidden: &Hidden) -> bool {
    every_hidden(network, |layer| match (hidden, layer.activation()) {
        (Hidden::Linear, Activation::Linear) | (Hidden::Relu, Activation::Relu) => true,
        (Hidden::Leaky(None), Activation::LeakyRelu(_)) => true,
        (Hidden::Leaky(Some(wanted)), Activation::LeakyRelu(slope)) => wanted == slope,
        _ => false,
    })
}

fn every_hidden(network: &Network<Rational>, property: impl Fn(&Layer<Rational>) -> bool) -> bool {
    let hidden = &network.layers()[..network.depth() - 1];
    !hidden.is_empty() && hidden.iter().all(property)
}

fn no_sharing(network: &Network<Rational>) -> bool {
    // No index is left out, so none is used twice if there are as many as connections.
    network.layers().iter().all(|layer| layer.parameters() == layer.connection_count())
}

/// An instance, or what there is of one while it is being made.
#[derive(Clone, Copy, Debug)]
pub struct Parts<'a> {
    network: &'a Network<Rational>,
    point: Option<&'a [Vec<Rational>]>,
    problem: Option<&'a Problem<Rational>>,
}

impl<'a> Parts<'a> {
    /// All of an instance.
    pub fn of(problem: &'a Problem<Rational>) -> Self {
        Parts { network: problem.network(), point: Some(problem.point().layers()), problem: Some(problem) }
    }

    /// A network without a point and data.
    pub fn network(network: &'a Network<Rational>) -> Self {
        Parts { network, point: None, problem: None }
    }

    /// A network and a point, layer by layer, without data.
    pub fn point(network: &'a Network<Rational>, point: &'a [Vec<Rational>]) -> Self {
        Parts { network, point: Some(point), problem: None }
    }

    /// Whether a fact holds, if it can be read off what there is.
    pub fn read(&self, atom: &Atom) -> Option<bool> {
        match atom {
            Atom::Wiring(wiring) => Some(self::wiring(self.network, *wiring)),
            Atom::Hidden(hidden) => Some(self::hidden(self.network, hidden)),
            Atom::Size(size, comparison, number) => Some(comparison.holds(self.size(*size)?, *number)),
            Atom::Quantities(left, comparison, right) => {
                let right = match right {
                    Operand::Number(number) => *number,
                    Operand::Quantity(quantity) => self.quantity(*quantity)?,
                };
                Some(comparison.holds(self.quantity(*left)?, right))
            }
            Atom::Shape(shape) => layers::shape(self.network, self.point, *shape),
            Atom::Data(fact) => data::read(self.problem?, fact),
            _ => None,
        }
    }

    /// A size, perhaps of one layer. Nothing also if the network has no such layer.
    pub fn quantity(&self, quantity: Quantity) -> Option<u64> {
        let layer = match quantity.layer {
            None => return self.size(quantity.size),
            Some(OfLayer::Index(layer)) => layer,
            Some(OfLayer::Last) => self.network.depth() - 1,
        };
        let shape = self.network.layers().get(layer)?;
        let count = match quantity.size {
            Size::Width => shape.outputs(),
            Size::Parameters => shape.parameters(),
            Size::Support => self.point?[layer].iter().filter(|number| !number.is_zero()).count(),
            Size::Kinks => self.kinks(|unit| unit.layer == layer)?,
            Size::Live => layers::live(shape, &self.point?[layer]),
            Size::Dead => shape.outputs() - layers::live(shape, &self.point?[layer]),
            Size::Rank => layers::rank(shape, &self.point?[layer]),
            // Of these the language says nothing of one layer.
            Size::Depth | Size::Inputs | Size::Samples | Size::Filters | Size::Height => return None,
            Size::Active | Size::Supporting => return None,
        };
        Some(count as u64)
    }

    fn kinks(&self, counts: impl Fn(&Unit) -> bool) -> Option<usize> {
        let problem = self.problem?;
        let of_sample = |sample| problem.kinks(sample, Scope::All).iter().filter(|unit| counts(unit)).count();
        Some((0..problem.samples().len()).map(of_sample).sum())
    }

    /// A size; beyond 64 bits the greatest number of 64 bits. Nothing if what it is the size of is not there.
    pub fn size(&self, size: Size) -> Option<u64> {
        let network = self.network;
        let hidden = &network.layers()[..network.depth() - 1];
        let live = || Some(hidden.iter().zip(self.point?).map(|(layer, numbers)| layers::live(layer, numbers)).sum());
        let count = match size {
            Size::Depth => network.depth(),
            Size::Inputs => network.inputs(),
            Size::Samples => self.problem?.samples().len(),
            Size::Width => hidden.iter().map(Layer::outputs).max().unwrap_or(0),
            Size::Filters => match network.layers().first().map(Layer::weights) {
                Some(Weights::Convolution { filters, .. }) => *filters,
                _ => 0,
            },
            Size::Parameters => network.parameter_count(),
            Size::Support => self.point?.iter().flatten().filter(|number| !number.is_zero()).count(),
            Size::Kinks => self.kinks(|_| true)?,
            Size::Active => {
                let problem = self.problem?;
                (0..problem.samples().len()).filter(|&sample| problem.is_active(sample)).count()
            }
            Size::Live => live()?,
            Size::Dead => hidden.iter().map(Layer::outputs).sum::<usize>() - live()?,
            // The one is said of one layer, the other is not read off.
            Size::Rank | Size::Supporting => return None,
            Size::Height => return self.problem.map(height),
        };
        Some(count as u64)
    }
}

fn height(problem: &Problem<Rational>) -> u64 {
    let data = problem.samples().iter().flat_map(|sample| &sample.x);
    let height = |number: &Rational| match number.small() {
        Some((numerator, denominator)) => numerator.unsigned_abs().max(denominator.unsigned_abs()),
        None => u64::MAX,
    };
    data.chain(problem.point().iter()).map(height).max().unwrap_or(0)
}
