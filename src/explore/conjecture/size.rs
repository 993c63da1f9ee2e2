//! What can be counted of an instance, and comparisons and products of such sizes.

use std::fmt;

use num_bigint::BigInt;
use num_traits::One;

use crate::kernel::exact::Rational;

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

/// A product of a number and sizes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Factor {
    /// The number; 1 where none is written.
    pub number: Rational,
    /// The sizes, as often as they are written.
    pub sizes: Vec<Size>,
}

impl Factor {
    /// The product, given the sizes; nothing where one is not known.
    pub fn value(&self, size: impl Fn(Size) -> Option<u64>) -> Option<Rational> {
        self.sizes
            .iter()
            .try_fold(self.number.clone(), |product, one| Some(product * &Rational::from(BigInt::from(size(*one)?))))
    }
}

impl fmt::Display for Factor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let number = (self.sizes.is_empty() || !self.number.is_one()).then(|| self.number.to_string());
        let sizes = self.sizes.iter().map(|size| size.name().to_string());
        f.write_str(&number.into_iter().chain(sizes).collect::<Vec<_>>().join(" * "))
    }
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

impl OfLayer {
    /// How it is written after a size; nothing where the whole network is meant.
    pub(super) fn shown(layer: Option<Self>) -> String {
        match layer {
            None => String::new(),
            Some(OfLayer::Index(layer)) => format!("(layer {layer})"),
            Some(OfLayer::Last) => "(last layer)".into(),
        }
    }
}
