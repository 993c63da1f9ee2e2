//! What a family is, and what is known of its instances.

use margincert::kernel::certificate::{Certificate, Document};
use margincert::kernel::exact::Rational;
use margincert::kernel::network::{Activation, Weights};
use margincert::kernel::problem::Problem;
use margincert::prove::certify::Verdict;
use margincert::prove::search::Random;

use crate::known;
pub use crate::known::exact::*;

/// What is known of a point by construction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Truth {
    /// A global optimum.
    Global,
    /// A local optimum; maybe a global one.
    Local,
    /// No local optimum; maybe no KKT point.
    NotLocal,
    /// No KKT point.
    NotKkt,
    /// As in the tests.
    Known(known::Truth),
}

impl Truth {
    /// Whether a verdict can be true then.
    pub fn allows(self, verdict: Verdict) -> bool {
        if let Truth::Known(truth) = self {
            return truth.agrees(verdict) != Some(false);
        }
        match verdict {
            Verdict::Infeasible => false,
            Verdict::Feasible => true,
            Verdict::Kkt => self != Truth::NotKkt,
            Verdict::NotKkt => matches!(self, Truth::NotKkt | Truth::NotLocal),
            Verdict::NotLocalOptimum => self == Truth::NotLocal,
            Verdict::NotOptimal => matches!(self, Truth::NotKkt | Truth::NotLocal),
            Verdict::LocalOptimum | Verdict::GlobalOptimum => matches!(self, Truth::Global | Truth::Local),
        }
    }
}

/// An instance, and what is known of it.
pub type Drawn = (Document, Option<Truth>);

/// A family, and how to draw from it.
pub struct Family {
    pub name: &'static str,
    pub draw: Box<dyn Fn(&mut Random) -> Drawn>,
}

impl Family {
    pub fn new(name: &'static str, draw: impl Fn(&mut Random) -> (Problem<Rational>, Option<Truth>) + 'static) -> Self {
        let draw = move |random: &mut Random| {
            let (problem, truth) = draw(random);
            (document(problem), truth)
        };
        Family { name, draw: Box::new(draw) }
    }

    /// A family of the tests.
    pub fn known(name: &'static str, draw: fn(&mut Random) -> known::Case) -> Self {
        Family::new(name, move |random| {
            let case = draw(random);
            (case.problem, Some(Truth::Known(case.truth)))
        })
    }
}

/// An instance as a document without claims.
pub fn document(problem: Problem<Rational>) -> Document {
    Document::Rational(Certificate::instance(None, problem))
}

/// A dense layer.
pub fn dense(outputs: usize, activation: Activation<Rational>) -> (Weights, Activation<Rational>) {
    (Weights::Dense { outputs }, activation)
}

/// The output layer.
pub fn last() -> (Weights, Activation<Rational>) {
    dense(1, Activation::Linear)
}

/// The activation with this slope for negative inputs.
pub fn with_slope(slope: &Rational) -> Activation<Rational> {
    if *slope == q(0, 1) { Activation::Relu } else { Activation::LeakyRelu(slope.clone()) }
}

/// A power.
pub fn power(base: &Rational, exponent: usize) -> Rational {
    (0..exponent).fold(q(1, 1), |product, _| &product * base)
}

/// Some of the numbers below `n`, at least one.
pub fn one_of<T: Clone>(choices: &[T], random: &mut Random) -> T {
    choices[random.below(choices.len() as u64) as usize].clone()
}

/// The greatest `|| sum s_i v_i ||^2` over all `s_i` in `{low, 1}`: what one unit of norm 1 can at most make of the vectors, squared.
pub fn greatest_sum(vectors: &[Vec<Rational>], low: &Rational) -> Rational {
    let n = vectors[0].len();
    let of_set = |set: usize| {
        let total = vectors.iter().enumerate().fold(zeros(n), |total, (i, v)| {
            if set >> i & 1 == 1 { sum(&total, v) } else { sum(&total, &scaled(v, low)) }
        });
        dot(&total, &total)
    };
    (0..1usize << vectors.len()).map(of_set).max().expect("the empty set")
}
