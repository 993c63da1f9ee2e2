//! The language of conjectures as a tree, and its text.

use std::fmt;

use super::atom::{Atom, Layers};

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
