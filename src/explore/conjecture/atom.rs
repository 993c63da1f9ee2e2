//! The facts of which conjectures are made, and their text.

use std::fmt;

use super::size::{Comparison, Factor, OfLayer, Operand, Quantity, Size};
use crate::kernel::exact::Rational;

/// A fact that can be certified or decided about an instance.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Atom {
    /// `feasible`: every margin is at least 1.
    Feasible,
    /// `kkt`: the point is a KKT point.
    Kkt,
    /// `nonzero_weights`: every hidden unit has a non-zero incoming weight.
    NonzeroWeights,
    /// `nonzero_inputs`: every hidden unit's preactivation is non-zero on every sample.
    NonzeroInputs,
    /// `local_optimum`, or of some layers alone.
    Local(Layers),
    /// `global_optimum`, or of some layers alone.
    Global(Layers),
    /// `flow_converges`: gradient flow from some start converges to the point's direction.
    FlowConverges,
    /// `unique_multipliers`: the point is a KKT point with only one vector of multipliers.
    UniqueMultipliers,
    /// How the network is wired.
    Wiring(Wiring),
    /// What its hidden units do.
    Hidden(Hidden),
    /// What the data are like, by themselves.
    Data(DataFact),
    /// Something about layers and units that is read off the network and the point.
    Shape(Shape),
    /// `strictly_complementary`: there are multipliers that are positive on every sample with margin 1.
    StrictlyComplementary,
    /// `strict_local_optimum`: every other feasible point near by has a greater norm.
    StrictLocal,
    /// `flat_direction`: a curve leads from the point along which neither the norm nor any sample's output changes.
    FlatDirection,
    /// `within_factor(2)`: no feasible point's squared norm is less than half the point's. The factor may be made of sizes, too:
    /// `within_factor(2 * samples)`.
    WithinFactor(Factor),
    /// A comparison of a size with an integer.
    Size(Size, Comparison, u64),
    /// A comparison of a size, perhaps of one layer, with another or with an integer.
    Quantities(Quantity, Comparison, Operand),
}

/// What the data are like.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DataFact {
    /// `equal_labels`: all samples have one label. Of a linear network these facts are said of samples turned to the label 1.
    EqualLabels,
    /// `symmetric_data`: with every sample `(x, y)` there is `(-x, -y)`.
    Symmetric,
    /// `linearly_separable`: some `u` has `y (u . x) > 0` for every sample.
    LinearlySeparable,
    /// `orthogonally_separable`: two samples have a positive product if their labels are equal, and none that is positive if they are not.
    OrthogonallySeparable,
    /// `nearly_orthogonal(r)`: `||x_i||^2 >= r sum_j |x_i . x_j|` for every sample `i`, over the others `j`.
    NearlyOrthogonal(Rational),
}

/// What is read off layers and units.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// `mixed_activations`: hidden layers differ in their activation; slopes of leaky ones count.
    MixedActivations,
    /// `mixed_wirings`: hidden layers differ in how they are wired.
    MixedWirings,
    /// `equal_units`: two hidden units of a layer have the same weights, incoming and outgoing; linear ones perhaps with all signs changed.
    EqualUnits,
    /// `collinear_units`: two hidden units of a layer have incoming weights that are not 0 and are positive multiples of each other; of linear ones
    /// multiples of either sign.
    CollinearUnits,
}

/// The free layers of a statement about optimality.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Layers {
    /// All of them together.
    Whole,
    /// `(layer 0)`: this one, the others held fixed. Neither true nor false of a network that has no such layer.
    Layer(usize),
    /// `(last layer)`
    Last,
    /// `(every layer)`: true of each alone.
    Every,
    /// `(some layer)`: true of one alone.
    Some,
}

/// How a network is wired. What is said of every hidden layer is false of a network that has none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wiring {
    /// `dense`: every layer is dense.
    Dense,
    /// `diagonal`: every hidden layer is diagonal.
    Diagonal,
    /// `sparse`: no parameter is shared, and some layer is not dense.
    Sparse,
    /// `convolution`: the first layer is convolutional.
    Convolution,
    /// `overlapping`: the first layer is convolutional, and some input is in two of its patches.
    Overlapping,
    /// `no_sharing`: every parameter is the weight of one connection.
    NoSharing,
}

/// What the hidden units do. Each is said of every hidden layer, and false of a network that has none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Hidden {
    /// `linear`
    Linear,
    /// `relu`
    Relu,
    /// `leaky`, or `leaky(1/10)` with this slope.
    Leaky(Option<Rational>),
}

impl Atom {
    /// The atoms that are a word by themselves.
    pub const WORDS: [(&'static str, Atom); 28] = [
        ("feasible", Atom::Feasible),
        ("kkt", Atom::Kkt),
        ("nonzero_weights", Atom::NonzeroWeights),
        ("nonzero_inputs", Atom::NonzeroInputs),
        ("local_optimum", Atom::Local(Layers::Whole)),
        ("global_optimum", Atom::Global(Layers::Whole)),
        ("flow_converges", Atom::FlowConverges),
        ("unique_multipliers", Atom::UniqueMultipliers),
        ("dense", Atom::Wiring(Wiring::Dense)),
        ("diagonal", Atom::Wiring(Wiring::Diagonal)),
        ("sparse", Atom::Wiring(Wiring::Sparse)),
        ("convolution", Atom::Wiring(Wiring::Convolution)),
        ("overlapping", Atom::Wiring(Wiring::Overlapping)),
        ("no_sharing", Atom::Wiring(Wiring::NoSharing)),
        ("linear", Atom::Hidden(Hidden::Linear)),
        ("relu", Atom::Hidden(Hidden::Relu)),
        ("leaky", Atom::Hidden(Hidden::Leaky(None))),
        ("equal_labels", Atom::Data(DataFact::EqualLabels)),
        ("symmetric_data", Atom::Data(DataFact::Symmetric)),
        ("linearly_separable", Atom::Data(DataFact::LinearlySeparable)),
        ("orthogonally_separable", Atom::Data(DataFact::OrthogonallySeparable)),
        ("mixed_activations", Atom::Shape(Shape::MixedActivations)),
        ("mixed_wirings", Atom::Shape(Shape::MixedWirings)),
        ("equal_units", Atom::Shape(Shape::EqualUnits)),
        ("collinear_units", Atom::Shape(Shape::CollinearUnits)),
        ("strictly_complementary", Atom::StrictlyComplementary),
        ("strict_local_optimum", Atom::StrictLocal),
        ("flat_direction", Atom::FlatDirection),
    ];

    /// A word that a number in parentheses follows.
    pub const NEARLY_ORTHOGONAL: &'static str = "nearly_orthogonal";
    /// Another; sizes may stand there, too.
    pub const WITHIN_FACTOR: &'static str = "within_factor";

    /// The greatest index of a layer that it names.
    pub fn deepest_layer(&self) -> Option<usize> {
        let of = |quantity: &Quantity| match quantity.layer {
            Some(OfLayer::Index(layer)) => Some(layer),
            _ => None,
        };
        match self {
            Atom::Local(Layers::Layer(layer)) | Atom::Global(Layers::Layer(layer)) => Some(*layer),
            Atom::Quantities(left, _, Operand::Quantity(right)) => of(left).max(of(right)),
            Atom::Quantities(left, _, Operand::Number(_)) => of(left),
            _ => None,
        }
    }

    /// The word of the language that the atom begins with.
    fn word(&self) -> &'static str {
        let same = |known: &Atom| match (self, known) {
            (Atom::Local(_), Atom::Local(_)) | (Atom::Global(_), Atom::Global(_)) => true,
            (Atom::Hidden(Hidden::Leaky(_)), Atom::Hidden(Hidden::Leaky(_))) => true,
            (atom, known) => atom == known,
        };
        match self {
            Atom::Size(size, ..) => size.name(),
            Atom::Quantities(quantity, ..) => quantity.size.name(),
            Atom::Data(DataFact::NearlyOrthogonal(_)) => Self::NEARLY_ORTHOGONAL,
            Atom::WithinFactor(_) => Self::WITHIN_FACTOR,
            _ => Self::WORDS.iter().find(|(_, known)| same(known)).map_or("", |(word, _)| word),
        }
    }
}

impl fmt::Display for Layers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Layers::Whole => Ok(()),
            Layers::Layer(layer) => write!(f, "(layer {layer})"),
            Layers::Last => f.write_str("(last layer)"),
            Layers::Every => f.write_str("(every layer)"),
            Layers::Some => f.write_str("(some layer)"),
        }
    }
}

impl fmt::Display for Atom {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())?;
        match self {
            Atom::Local(layers) | Atom::Global(layers) => write!(f, "{layers}"),
            Atom::Hidden(Hidden::Leaky(Some(slope))) => write!(f, "({slope})"),
            Atom::Data(DataFact::NearlyOrthogonal(ratio)) => write!(f, "({ratio})"),
            Atom::WithinFactor(factor) => write!(f, "({factor})"),
            Atom::Size(_, comparison, number) => write!(f, " {} {number}", comparison.sign()),
            Atom::Quantities(left, comparison, right) => {
                write!(f, "{} {} ", OfLayer::shown(left.layer), comparison.sign())?;
                match right {
                    Operand::Number(number) => number.fmt(f),
                    Operand::Quantity(right) => write!(f, "{}{}", right.size.name(), OfLayer::shown(right.layer)),
                }
            }
            _ => Ok(()),
        }
    }
}
