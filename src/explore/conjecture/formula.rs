//! The language of conjectures as a tree, and its text.

use std::fmt;

use crate::kernel::exact::Rational;

/// A statement about an instance.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Formula {
    /// A fact.
    Atom(Atom),
    /// `!a`
    Not(Box<Formula>),
    /// `a & b`
    And(Box<Formula>, Box<Formula>),
    /// `a | b`
    Or(Box<Formula>, Box<Formula>),
    /// `a -> b`
    Implies(Box<Formula>, Box<Formula>),
}

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
    /// `within_factor(2)`: no feasible point's squared norm is less than half the point's.
    WithinFactor(Rational),
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

/// A size, perhaps of one layer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quantity {
    /// Which size.
    pub size: Size,
    /// Of which layer; of the whole network if none is named.
    pub layer: Option<OfLayer>,
}

/// A layer that is named.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OfLayer {
    /// `(layer 0)`
    Index(usize),
    /// `(last layer)`
    Last,
}

/// What a size is compared with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operand {
    /// An integer.
    Number(u64),
    /// Another size.
    Quantity(Quantity),
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

/// A size of an instance.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Size {
    /// The number of layers.
    Depth,
    /// The dimension of the samples.
    Inputs,
    /// The number of samples.
    Samples,
    /// The number of units of the widest hidden layer; 0 without one.
    Width,
    /// The number of filters of the first layer; 0 unless it is convolutional.
    Filters,
    /// The number of parameters.
    Parameters,
    /// The number of parameters that are not 0 at the point.
    Support,
    /// The number of kinks: pairs of a sample and a non-linear hidden unit whose preactivation on it is 0.
    Kinks,
    /// The greatest numerator, in absolute value, or denominator of the data and the point.
    Height,
    /// The number of samples with margin 1.
    Active,
    /// The number of samples that have a positive multiplier in some multipliers.
    Supporting,
    /// The number of hidden units with an incoming weight that is not 0.
    Live,
    /// The number of the other hidden units.
    Dead,
    /// The rank of the weights of a layer, as a matrix from what it reads to its units.
    Rank,
}

/// A comparison.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Comparison {
    /// `==`
    Equal,
    /// `!=`
    NotEqual,
    /// `<`
    Less,
    /// `<=`
    AtMost,
    /// `>`
    Greater,
    /// `>=`
    AtLeast,
}

impl Size {
    /// All sizes.
    pub const ALL: [Size; 14] = [
        Size::Depth,
        Size::Inputs,
        Size::Samples,
        Size::Width,
        Size::Filters,
        Size::Parameters,
        Size::Support,
        Size::Kinks,
        Size::Height,
        Size::Active,
        Size::Supporting,
        Size::Live,
        Size::Dead,
        Size::Rank,
    ];

    /// Whether it can be said of one layer.
    pub fn is_of_layers(self) -> bool {
        matches!(
            self,
            Size::Width | Size::Parameters | Size::Support | Size::Kinks | Size::Live | Size::Dead | Size::Rank
        )
    }

    /// Whether it can be said of a network.
    pub fn is_of_networks(self) -> bool {
        self != Size::Rank
    }

    /// The name in the language.
    pub fn name(self) -> &'static str {
        match self {
            Size::Depth => "depth",
            Size::Inputs => "inputs",
            Size::Samples => "samples",
            Size::Width => "width",
            Size::Filters => "filters",
            Size::Parameters => "parameters",
            Size::Support => "support",
            Size::Kinks => "kinks",
            Size::Height => "height",
            Size::Active => "active",
            Size::Supporting => "supporting",
            Size::Live => "live",
            Size::Dead => "dead",
            Size::Rank => "rank",
        }
    }
}

impl Comparison {
    /// All comparisons, those with two characters first.
    pub const ALL: [Comparison; 6] = [
        Comparison::Equal,
        Comparison::NotEqual,
        Comparison::AtMost,
        Comparison::AtLeast,
        Comparison::Less,
        Comparison::Greater,
    ];

    /// The sign in the language.
    pub fn sign(self) -> &'static str {
        match self {
            Comparison::Equal => "==",
            Comparison::NotEqual => "!=",
            Comparison::Less => "<",
            Comparison::AtMost => "<=",
            Comparison::Greater => ">",
            Comparison::AtLeast => ">=",
        }
    }

    /// Whether it holds between two numbers.
    pub fn holds(self, left: u64, right: u64) -> bool {
        match self {
            Comparison::Equal => left == right,
            Comparison::NotEqual => left != right,
            Comparison::Less => left < right,
            Comparison::AtMost => left <= right,
            Comparison::Greater => left > right,
            Comparison::AtLeast => left >= right,
        }
    }

    /// The comparison that holds exactly when this one does not.
    pub fn negated(self) -> Self {
        match self {
            Comparison::Equal => Comparison::NotEqual,
            Comparison::NotEqual => Comparison::Equal,
            Comparison::Less => Comparison::AtLeast,
            Comparison::AtMost => Comparison::Greater,
            Comparison::Greater => Comparison::AtMost,
            Comparison::AtLeast => Comparison::Less,
        }
    }
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
    /// Another.
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

impl Formula {
    /// `a & b`
    pub fn and(self, other: Formula) -> Self {
        Formula::And(self.into(), other.into())
    }

    /// `a | b`
    pub fn or(self, other: Formula) -> Self {
        Formula::Or(self.into(), other.into())
    }

    /// `a -> b`
    pub fn implies(self, other: Formula) -> Self {
        Formula::Implies(self.into(), other.into())
    }

    /// `!a`
    pub fn negated(self) -> Self {
        Formula::Not(self.into())
    }

    /// Whether a fact occurs in it.
    pub fn mentions(&self, fact: &Atom) -> bool {
        self.atoms().contains(&fact)
    }

    /// Whether the formula cannot hold without a fact, as far as its form shows.
    pub fn needs(&self, fact: &Atom) -> bool {
        match self {
            Formula::Atom(atom) => atom == fact,
            Formula::And(a, b) => a.needs(fact) || b.needs(fact),
            Formula::Or(a, b) => a.needs(fact) && b.needs(fact),
            Formula::Not(_) | Formula::Implies(..) => false,
        }
    }

    /// Every fact that occurs in it, in the order in which they are written.
    pub fn atoms(&self) -> Vec<&Atom> {
        match self {
            Formula::Atom(atom) => vec![atom],
            Formula::Not(a) => a.atoms(),
            Formula::And(a, b) | Formula::Or(a, b) | Formula::Implies(a, b) => {
                a.atoms().into_iter().chain(b.atoms()).collect()
            }
        }
    }

    /// The greatest index of a layer that is named.
    pub fn deepest_layer(&self) -> Option<usize> {
        self.atoms().into_iter().filter_map(Atom::deepest_layer).max()
    }

    /// The statement about a network of this depth, in which optimality of layers is said of one layer each.
    pub fn for_depth(&self, depth: usize) -> Formula {
        let both = |a: &Formula, b: &Formula| (a.for_depth(depth).into(), b.for_depth(depth).into());
        match self {
            Formula::Atom(Atom::Local(layers)) => spread(Atom::Local, *layers, depth),
            Formula::Atom(Atom::Global(layers)) => spread(Atom::Global, *layers, depth),
            Formula::Atom(atom) => Formula::Atom(atom.clone()),
            Formula::Not(a) => Formula::Not(a.for_depth(depth).into()),
            Formula::And(a, b) => {
                let (a, b) = both(a, b);
                Formula::And(a, b)
            }
            Formula::Or(a, b) => {
                let (a, b) = both(a, b);
                Formula::Or(a, b)
            }
            Formula::Implies(a, b) => {
                let (a, b) = both(a, b);
                Formula::Implies(a, b)
            }
        }
    }
}

fn spread(atom: fn(Layers) -> Atom, layers: Layers, depth: usize) -> Formula {
    let single = |layer: usize| Formula::Atom(atom(Layers::Layer(layer)));
    let last = depth.saturating_sub(1);
    match layers {
        Layers::Last => single(last),
        Layers::Every => (0..last).rev().fold(single(last), |all, layer| single(layer).and(all)),
        Layers::Some => (0..last).rev().fold(single(last), |all, layer| single(layer).or(all)),
        Layers::Whole | Layers::Layer(_) => Formula::Atom(atom(layers)),
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

impl OfLayer {
    fn shown(layer: Option<Self>) -> String {
        match layer {
            None => String::new(),
            Some(OfLayer::Index(layer)) => format!("(layer {layer})"),
            Some(OfLayer::Last) => "(last layer)".into(),
        }
    }
}

impl fmt::Display for Atom {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())?;
        match self {
            Atom::Local(layers) | Atom::Global(layers) => write!(f, "{layers}"),
            Atom::Hidden(Hidden::Leaky(Some(slope))) => write!(f, "({slope})"),
            Atom::Data(DataFact::NearlyOrthogonal(ratio)) | Atom::WithinFactor(ratio) => write!(f, "({ratio})"),
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

/// The text of the formula, with as few parentheses as it takes to be read back.
impl fmt::Display for Formula {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fn strength(formula: &Formula) -> u8 {
            match formula {
                Formula::Implies(..) => 0,
                Formula::Or(..) => 1,
                Formula::And(..) => 2,
                Formula::Not(_) | Formula::Atom(_) => 3,
            }
        }
        fn write(f: &mut fmt::Formatter<'_>, formula: &Formula, least: u8) -> fmt::Result {
            if strength(formula) < least { write!(f, "({formula})") } else { write!(f, "{formula}") }
        }
        match self {
            Formula::Atom(atom) => write!(f, "{atom}"),
            // `!depth == 2` would look like a statement about `!depth`.
            Formula::Not(a) if matches!(**a, Formula::Atom(Atom::Size(..) | Atom::Quantities(..))) => {
                write!(f, "!({a})")
            }
            Formula::Not(a) => {
                f.write_str("!")?;
                write(f, a, 3)
            }
            Formula::And(a, b) | Formula::Or(a, b) | Formula::Implies(a, b) => {
                // The first two associate to the left, the arrow to the right.
                let (sign, left, right) = match self {
                    Formula::And(..) => ("&", 2, 3),
                    Formula::Or(..) => ("|", 1, 2),
                    _ => ("->", 1, 0),
                };
                write(f, a, left)?;
                write!(f, " {sign} ")?;
                write(f, b, right)
            }
        }
    }
}
