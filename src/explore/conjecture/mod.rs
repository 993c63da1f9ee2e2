//! Conjectures about max-margin KKT points: a small language over checked facts.
//!
//! ```text
//! kkt & nonzero_inputs & depth == 2 & relu -> local_optimum
//! ```
//!
//! | | |
//! |---|---|
//! | connectives, tightest first | `!`, `&`, <code>\|</code>, `->` (associates to the right), parentheses |
//! | hypotheses | `feasible`, `kkt`, `nonzero_weights`, `nonzero_inputs`, `flow_converges`, `unique_multipliers` |
//! | optimality | `strict_local_optimum`, `flat_direction`, `within_factor(2)`, `within_factor(2 * samples)`, `local_optimum`, `global_optimum`; of one layer alone: `local_optimum(layer 0)`, `(last layer)`, `(every layer)`, `(some layer)` |
//! | wiring | `dense`, `diagonal`, `sparse`, `convolution`, `overlapping`, `no_sharing` |
//! | hidden units | `linear`, `relu`, `leaky`, `leaky(1/10)` |
//! | data | `equal_labels`, `symmetric_data`, `linearly_separable`, `orthogonally_separable`, `nearly_orthogonal(2)` |
//! | layers and units | `mixed_activations`, `mixed_wirings`, `equal_units`, `collinear_units`, `strictly_complementary` |
//! | sizes | `depth`, `inputs`, `samples`, `width`, `filters`, `parameters`, `support`, `kinks`, `height`, `active`, `supporting`, `live`, `dead` with `==`, `!=`, `<`, `<=`, `>`, `>=` and an integer or another size |
//! | of one layer | `width(layer 0)`, `parameters`, `support`, `kinks`, `live`, `dead`, `rank(last layer)` |

mod atom;
mod bounds;
mod foreign;
mod formula;
mod parse;
mod size;
mod truth;

use std::fmt;
use std::str::FromStr;

pub use atom::{Atom, DataFact, Hidden, Layers, Shape, Wiring};
pub use formula::Formula;
pub use parse::{MAX_LENGTH, ParseError};
pub use size::{Comparison, Factor, OfLayer, Operand, Quantity, Size};
pub use truth::{Truth, Value};

/// A statement that is claimed of every instance.
///
/// If it is an implication, instances on which its hypothesis fails say nothing about it. What is printed can be read back.
///
/// ```
/// use margincert::explore::conjecture::Conjecture;
///
/// let conjecture: Conjecture = "kkt & (relu | linear) & depth == 2 -> local_optimum(every layer)".parse()?;
/// assert_eq!(conjecture.conclusion().to_string(), "local_optimum(every layer)");
/// assert_eq!(conjecture.bounds().depth, 2..=2);
/// # Ok::<(), margincert::explore::conjecture::ParseError>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Conjecture {
    hypothesis: Option<Formula>,
    conclusion: Formula,
}

impl Conjecture {
    /// What is assumed, if the statement is an implication.
    pub fn hypothesis(&self) -> Option<&Formula> {
        self.hypothesis.as_ref()
    }

    /// What is concluded.
    pub fn conclusion(&self) -> &Formula {
        &self.conclusion
    }

    /// Whether a fact is among what is assumed, so that the hypothesis cannot hold without it.
    ///
    /// ```
    /// use margincert::explore::conjecture::{Atom, Conjecture};
    ///
    /// let assumes_kkt = |text: &str| text.parse::<Conjecture>().unwrap().assumes(&Atom::Kkt);
    /// assert!(assumes_kkt("kkt & relu -> local_optimum"));
    /// assert!(!assumes_kkt("kkt | relu -> local_optimum") && !assumes_kkt("feasible -> kkt"));
    /// ```
    pub fn assumes(&self, fact: &Atom) -> bool {
        self.hypothesis.as_ref().is_some_and(|hypothesis| hypothesis.needs(fact))
    }

    /// The greatest index of a layer that is named, from 0 on; nothing if none is.
    pub fn deepest_layer(&self) -> Option<usize> {
        self.hypothesis.iter().chain([&self.conclusion]).filter_map(Formula::deepest_layer).max()
    }
}

impl From<Formula> for Conjecture {
    fn from(formula: Formula) -> Self {
        match formula {
            Formula::Implies(hypothesis, conclusion) => {
                Conjecture { hypothesis: Some(*hypothesis), conclusion: *conclusion }
            }
            conclusion => Conjecture { hypothesis: None, conclusion },
        }
    }
}

impl FromStr for Conjecture {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        parse::formula(text).map(Conjecture::from)
    }
}

impl fmt::Display for Conjecture {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.hypothesis {
            Some(hypothesis) => hypothesis.clone().implies(self.conclusion.clone()).fmt(f),
            None => self.conclusion.fmt(f),
        }
    }
}
