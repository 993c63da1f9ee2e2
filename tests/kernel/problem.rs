//! Putting a network, samples and a point together.

use margincert::kernel::exact::Sign;
use margincert::kernel::network::{Activation, Scope, ShapeError, Unit, Weights};
use margincert::kernel::problem::{Label, Problem, ProblemError, Sample};

use crate::support::{Q, dead_neuron, dense, diagonal, last, network, problem, q, row, shaped, two_layers};

#[test]
fn parts_that_do_not_fit() {
    let network = || two_layers(2, 1, Activation::Relu);
    let sample = |x: &str| Sample { x: row(x), y: Label::Positive };
    let error = |samples: Vec<_>, point: &str| Problem::new(network(), samples, shaped(point)).unwrap_err();
    assert_eq!(error(vec![], "1 1 | 1"), ProblemError::NoSamples);
    let length = |sample, found| ProblemError::SampleLength { sample, found, expected: 2 };
    assert_eq!(error(vec![sample("1 1"), sample("1")], "1 1 | 1"), length(1, 1));
    assert_eq!(error(vec![sample("1 1 1")], "1 1 | 1"), length(0, 3));
    let layers = ShapeError::Layers { found: 1, expected: 2 };
    assert_eq!(error(vec![sample("1 1")], "1 1"), ProblemError::Point(layers));
    let layer = ShapeError::Layer { layer: 1, found: 2, expected: 1 };
    assert_eq!(error(vec![sample("1 1")], "1 1 | 1 1"), ProblemError::Point(layer));
}

#[test]
fn margins() {
    let problem =
        problem(two_layers(2, 1, Activation::LeakyRelu(q("1/10"))), &["+ 1 1", "- 2 -3", "+ 1 -1"], "1 1 | 2");
    let margins: Vec<_> = (0..3).map(|sample| problem.margin(sample)).collect();
    assert_eq!(margins, row("4 1/5 0"));
    let elsewhere = shaped("1 0 | 1");
    assert_eq!((0..3).map(|i| problem.margin_at(&elsewhere, i)).collect::<Vec<_>>(), row("1 -2 1"));
    assert_eq!(problem.violated(), Some((1, q("1/5"))));
    assert!(!problem.is_active(0));
    assert_eq!(self::problem(two_layers(1, 1, Activation::Relu), &["+ 1"], "1 | 1").violated(), None);
    assert_eq!(Label::Negative.times(q("3")), q("-3"));
}

#[test]
fn kinks() {
    let dead = dead_neuron();
    assert_eq!(dead.kinks(0, Scope::All), [Unit { layer: 0, unit: 1 }]);
    assert_eq!(dead.kinks(0, Scope::Layer(0)), [Unit { layer: 0, unit: 1 }]);
    assert_eq!(dead.kinks(0, Scope::Layer(1)), []);
    assert!(dead.is_active(0) && dead.is_active(1));
    // Linear units have none, and neither has the output.
    let linear = problem(network(2, vec![diagonal(Activation::Linear), last()]), &["+ 0 1"], "1 0 | 0 0");
    assert_eq!(linear.kinks(0, Scope::All), []);
    assert_eq!(Activation::<Q>::Relu.slope(Sign::Positive), q("1"));
    assert_eq!(Activation::LeakyRelu(q("1/3")).slope(Sign::Negative), q("1/3"));
}

/// What is zero for all parameters near the point is no kink; what is zero at the point alone is one.
#[test]
fn what_is_identically_zero_is_no_kink() {
    use margincert::kernel::network::Weights;
    let at = |layer, unit| Unit { layer, unit };
    let relu_twice = || network(2, vec![diagonal(Activation::Relu), diagonal(Activation::Relu), last()]);
    let leaky = || Activation::LeakyRelu(q("1/2"));
    // An input 0, whatever the weight; a weight 0 instead is a kink.
    let problem = |network, sample: &str, point: &str| problem(network, &[sample], point);
    let zero_input = problem(relu_twice(), "+ 1 0", "1 1 | 1 1 | 1 1");
    assert_eq!(zero_input.kinks(0, Scope::All), []);
    let zero_weight = problem(relu_twice(), "+ 1 1", "1 0 | 1 1 | 1 1");
    assert_eq!(zero_weight.kinks(0, Scope::All), [at(0, 1), at(1, 1)]);
    // With a later layer free the zero before it is held, and so is a weight 0 after it.
    assert_eq!(zero_weight.kinks(0, Scope::Layer(0)), [at(0, 1), at(1, 1)]);
    assert_eq!(zero_weight.kinks(0, Scope::Layer(1)), []);
    let held = problem(relu_twice(), "+ 1 1", "1 1 | 1 0 | 1 1");
    assert_eq!(held.kinks(0, Scope::Layer(0)), []);
    assert_eq!(held.kinks(0, Scope::Layer(1)), [at(1, 1)]);
    assert_eq!(held.kinks(0, Scope::All), [at(1, 1)]);
    // A dead ReLU unit feeds zeros near the point; a leaky one does not, and one at 0 may wake up.
    let dead = problem(relu_twice(), "+ 1 -1", "1 1 | 1 1 | 1 1");
    assert_eq!(dead.kinks(0, Scope::All), []);
    let layers = vec![diagonal(leaky()), diagonal(Activation::Relu), last()];
    let leaking = problem(network(2, layers), "+ 1 -1", "1 1 | 1 0 | 1 1");
    assert_eq!(leaking.kinks(0, Scope::All), [at(1, 1)]);
    // All inputs must be null, not only one.
    let layers = vec![diagonal(Activation::Linear), dense(2, Activation::Relu), last()];
    let cancelling = problem(network(2, layers), "+ 1 0", "1 1 | 1 0 0 1 | 1 1");
    assert_eq!(cancelling.kinks(0, Scope::All), [at(1, 1)]);
    // A unit without a connection.
    let entries = vec![vec![Some(0), Some(1)], vec![None, None]];
    let layers = vec![(Weights::Template { entries }, Activation::Relu), last()];
    let alone = problem(network(2, layers), "+ 1 1", "1 1 | 1 1");
    assert_eq!(alone.kinks(0, Scope::All), []);
}

/// A unit is 0 if all its weights are, incoming and outgoing; the weights of units that live are those between two of them.
#[test]
fn units_that_are_0_have_no_weight_that_is_not() {
    let network = || {
        let hidden = || dense(2, Activation::Relu);
        network(2, vec![hidden(), hidden(), last()])
    };
    let live = |point: &str| problem(network(), &["+ 1 0"], point).weights_of_live_units();
    let zero = |point: &str, layer, unit| problem(network(), &["+ 1 0"], point).is_zero_unit(Unit { layer, unit });
    let (path, fed) = ("1 0 0 0 | 1 0 0 0 | 1 0", "1 0 0 0 | 1 0 1 0 | 1 0");
    assert!(zero(path, 0, 1) && zero(path, 1, 1) && !zero(path, 0, 0));
    assert!(!zero(fed, 1, 1), "it reads something");
    // The output is no hidden unit; there are no others.
    for (layer, unit) in [(2, 0), (0, 2), (3, 0), (usize::MAX, 0)] {
        assert!(!zero(path, layer, unit));
    }
    assert_eq!(live(path), [vec![true, true, false, false], vec![true, false, false, false], vec![true, false]]);
    assert_eq!(live(fed), [vec![true, true, false, false], vec![true, false, true, false], vec![true, true]]);
    // A weight that a unit that is 0 shares does not move with the other unit.
    let filter = Weights::Convolution { patches: vec![vec![0], vec![1]], filters: 1 };
    let shared = problem(crate::support::network(2, vec![(filter, Activation::Relu), last()]), &["+ 1 0"], "0 | 1 0");
    assert_eq!(shared.weights_of_live_units(), [vec![false], vec![true, false]]);
}
