//! Builders that keep the tables of the tests short.

use margincert::kernel::exact::Rational;
use margincert::kernel::network::{Activation, Curve, Network, Parameters, Weights};
use margincert::kernel::problem::{Label, Problem, Sample};

pub type Q = Rational;

/// A number from its text.
pub fn q(text: &str) -> Q {
    text.parse().expect("a rational number")
}

/// Numbers separated by blanks.
pub fn row(text: &str) -> Vec<Q> {
    text.split_whitespace().map(q).collect()
}

/// Numbers separated by blanks, the layers by bars: `"1 2 | 3"`.
pub fn shaped(text: &str) -> Parameters<Q> {
    Parameters::new(text.split('|').map(row).collect())
}

/// A curve from its coefficients, that of `t` first.
pub fn curve(coefficients: &[&str]) -> Curve<Q> {
    Curve::new(coefficients.iter().map(|text| shaped(text)).collect())
}

/// A dense layer.
pub fn dense(outputs: usize, activation: Activation<Q>) -> (Weights, Activation<Q>) {
    (Weights::Dense { outputs }, activation)
}

/// A diagonal layer.
pub fn diagonal(activation: Activation<Q>) -> (Weights, Activation<Q>) {
    (Weights::Diagonal, activation)
}

/// The dense layer with one linear output that ends every network.
pub fn last() -> (Weights, Activation<Q>) {
    dense(1, Activation::Linear)
}

/// A network; the layers must fit.
pub fn network(inputs: usize, layers: Vec<(Weights, Activation<Q>)>) -> Network<Q> {
    Network::new(inputs, layers).expect("layers that fit")
}

/// A dense network of depth 2.
pub fn two_layers(inputs: usize, hidden: usize, activation: Activation<Q>) -> Network<Q> {
    network(inputs, vec![dense(hidden, activation), last()])
}

/// A problem; samples are written `"+ 1 2"` or `"- 1 2"`.
pub fn problem(network: Network<Q>, samples: &[&str], point: &str) -> Problem<Q> {
    let sample = |text: &&str| {
        let (label, x) = text.split_once(' ').expect("a label and numbers");
        let y = if label == "+" { Label::Positive } else { Label::Negative };
        Sample { x: row(x), y }
    };
    Problem::new(network, samples.iter().map(sample).collect(), shaped(point)).expect("a problem")
}

/// A KKT point with a dead second neuron, which is not a local optimum (`fc-relu-dead-neuron`).
pub fn dead_neuron() -> Problem<Q> {
    problem(two_layers(2, 2, Activation::Relu), &["+ 1 1/4", "+ -1 1/4"], "0 2 0 0 | 2 0")
}

/// A local, not a global optimum without kinks (`fc-relu-local-not-global`).
pub fn local_not_global() -> Problem<Q> {
    problem(two_layers(2, 2, Activation::Relu), &["+ 4/5 3/5", "+ -4/5 3/5"], "4/5 3/5 -4/5 3/5 | 1 1")
}

/// A rejection or acceptance without what was accepted.
pub fn verdict<T, E>(result: Result<T, E>) -> Result<(), E> {
    result.map(drop)
}
