//! The method `chain`.

use margincert::kernel::check::{Chain, GlobalOptimum, LocalOptimum, MAX_SUBSET_SAMPLES, Method, Rejection, check};
use margincert::kernel::network::{Activation, Network, Weights};
use margincert::kernel::problem::{Label, Problem};

use super::{count, infeasible, negative};
use crate::support::{Q, dense, diagonal, last, network, problem, q, row, two_layers, verdict};

type Outcome = Result<(), Rejection<Q>>;

fn global(problem: &Problem<Q>, mu: &str) -> Outcome {
    let by = Method::Chain(Chain { multipliers: row(mu), by_label: false });
    verdict(check(problem, &GlobalOptimum { layer: None, by }))
}

fn local(problem: &Problem<Q>, mu: &str) -> Outcome {
    let by = Method::Chain(Chain { multipliers: row(mu), by_label: false });
    verdict(check(problem, &LocalOptimum { layer: None, by }))
}

fn short(attained: &str, needed: &str) -> Outcome {
    Err(Rejection::ChainBound { attained: q(attained), needed: q(needed) })
}

/// Three layers of two units, a path of ones through the first.
fn path(activation: Activation<Q>, samples: &[&str]) -> Problem<Q> {
    let layers = vec![dense(2, activation.clone()), dense(2, activation), last()];
    problem(network(2, layers), samples, "1 0 0 0 | 1 0 0 0 | 1 0")
}

#[test]
fn one_sample_and_dead_units_at_any_depth() {
    let relu = path(Activation::Relu, &["+ 1 0"]);
    assert_eq!(global(&relu, "1"), Ok(()));
    assert_eq!(global(&relu, "7/3"), Ok(()), "one sample needs no scale");
    assert_eq!(local(&relu, "1"), Ok(()));
    assert_eq!(global(&relu, "0"), short("0", "0"));
    assert_eq!(global(&relu, "1 1"), Err(count("samples", 2, 1)));
    assert_eq!(global(&relu, "-1"), Err(negative(0, "-1")));
    // A longer sample could be reached with less.
    assert_eq!(global(&path(Activation::Relu, &["+ 1 1"]), "1"), short("2", "1"));
    assert_eq!(global(&path(Activation::Relu, &["+ 1/2 0"]), "1"), Err(infeasible(0, "1/2")));
    assert_eq!(global(&path(Activation::LeakyRelu(q("1/2")), &["+ 1 0"]), "1"), Ok(()));
    for slope in ["2", "-2"] {
        let steep = path(Activation::LeakyRelu(q(slope)), &["+ 1 0"]);
        assert_eq!(global(&steep, "1"), Err(Rejection::SteepActivation { layer: 0 }));
    }
}

/// Units of slopes from -1 on make no sample longer, but they can turn samples to one side.
#[test]
fn negative_slopes() {
    let steep = Err(Rejection::SteepActivation { layer: 0 });
    for slope in ["-1", "-1/2"] {
        let folds = Activation::LeakyRelu(q(slope));
        assert_eq!(global(&path(folds.clone(), &["+ 1 0"]), "1"), Ok(()));
        // One sample supports, others need not.
        assert_eq!(global(&path(folds.clone(), &["+ 1 0", "+ 2 5"]), "1 0"), Ok(()));
        assert_eq!(global(&path(folds.clone(), &["+ 1 0", "+ 2 5"]), "1 1"), steep);
        assert_eq!(global(&path(folds, &["+ 1 1"]), "1"), short("2", "1"));
    }
    // |z| is 1 on both of these; both together are 0, and each of them is half as long as their multipliers say.
    let folds = Activation::LeakyRelu(q("-1"));
    let both = problem(network(1, vec![dense(1, folds.clone()), last()]), &["+ 1", "+ -1"], "1 | 1");
    assert_eq!(global(&both, "1 1"), steep);
    assert_eq!(local(&both, "1 1"), steep);
    // Near a point at which each unit has one slope on both, it has no way to fold; w = (0, 1/3) folds, and needs a third.
    let alike = problem(network(2, vec![dense(1, folds.clone()), last()]), &["+ 1 3", "+ 1 -3"], "1 0 | 1");
    assert_eq!(local(&alike, "1/2 1/2"), Ok(()));
    assert_eq!(global(&alike, "1/2 1/2"), steep);
    let wider = problem(network(2, vec![dense(2, folds), last()]), &["+ 1 3", "+ 1 -3"], "1 0 0 0 | 1 0");
    assert_eq!(local(&wider, "1/2 1/2"), steep, "the dead unit can tell them apart");
}

/// What the support vector machine says of dense linear networks.
#[test]
fn dense_linear_layers() {
    let samples = ["+ 1 1", "+ 1 -1", "- -2 0"];
    let on = |hidden, point| problem(two_layers(2, hidden, Activation::Linear), &samples, point);
    // Two hidden units, rank one: (1, 0) = v^T W with v = (3/5, 4/5), W = v (1, 0).
    let turned = "3/5 0 4/5 0 | 3/5 4/5";
    assert_eq!(global(&on(2, turned), "1/2 1/2 0"), Ok(()));
    assert_eq!(global(&on(2, turned), "1 1 0"), Ok(()));
    assert_eq!(global(&on(2, turned), "1/2 1/4 0"), short("5/8", "9/16"));
    // The third sample has slack.
    assert_eq!(global(&on(2, turned), "1/4 1/4 1/4"), short("1", "9/16"));
    // Out of balance, or not of rank one.
    assert_eq!(global(&on(1, "2 0 | 1/2"), "1/2 1/2 0"), short("289/64", "1"));
    assert_eq!(global(&on(2, "1 0 0 1 | 1 0"), "1/2 1/2 0"), short("9/4", "1"));
}

#[test]
fn sets_of_samples() {
    // Only both together have the norm 1; one of them alone is longer, and the dead units may tell them apart.
    let samples = ["+ 1 1", "+ 1 -1"];
    let halves = "1/2 1/2";
    assert_eq!(global(&path(Activation::Linear, &samples), halves), Ok(()));
    assert_eq!(global(&path(Activation::Relu, &samples), halves), Ok(()), "each half has the norm (1/2)^(1/2)");
    let far = ["+ 1 3", "+ 1 -3"];
    assert_eq!(global(&path(Activation::Linear, &far), halves), Ok(()));
    assert_eq!(global(&path(Activation::Relu, &far), halves), short("5/2", "1"));
    assert_eq!(local(&path(Activation::Relu, &far), halves), short("5/2", "1"), "the dead units bend");
    // All units on for both samples: near the point the network is linear.
    let layers = vec![dense(1, Activation::Relu), dense(1, Activation::Relu), last()];
    let live = problem(network(2, layers), &far, "1 0 | 1 | 1");
    assert_eq!(local(&live, halves), Ok(()));
    // One unit more in any layer, be it dead, might be on for one of them only.
    let layers = vec![dense(1, Activation::Relu), dense(2, Activation::Relu), last()];
    let wider = problem(network(2, layers), &far, "1 0 | 1 0 | 1 0");
    assert_eq!(global(&wider, halves), short("5/2", "1"));
    // A unit that is on for one sample only tells them apart without bending.
    let layers = vec![dense(2, Activation::Relu), last()];
    let apart = problem(network(2, layers), &far, "1 0 0 1 | 1 0");
    assert_eq!(local(&apart, halves), short("45/8", "1"));
}

/// A unit that is alone in its layer is on for all samples of one label, or for none.
#[test]
fn layers_of_one_unit() {
    let far = ["+ 1 3", "+ 1 -3"];
    let halves = "1/2 1/2";
    let narrow = |activations: &[Activation<Q>], samples: &[&str], point: &str| {
        let layers = activations.iter().map(|activation| dense(1, activation.clone()));
        problem(network(2, layers.chain([last()]).collect()), samples, point)
    };
    let relu = Activation::Relu;
    assert_eq!(global(&narrow(std::slice::from_ref(&relu), &far, "1 0 | 1"), halves), Ok(()));
    assert_eq!(global(&narrow(&[relu.clone(), relu.clone()], &far, "1 0 | 1 | 1"), halves), Ok(()));
    let leaky = Activation::LeakyRelu(q("1/2"));
    assert_eq!(global(&narrow(&[leaky.clone(), relu.clone()], &far, "1 0 | 1 | 1"), halves), Ok(()));
    // Both samples are on the side where a leaky unit passes on half of them. Turned round, the network is shorter.
    assert_eq!(global(&narrow(std::slice::from_ref(&leaky), &far, "-2 0 | -1"), halves), short("25/4", "1"));
    // With unlike labels a leaky unit does tell them apart.
    let unlike = narrow(std::slice::from_ref(&leaky), &["+ 1 3", "- -2 6"], "1 0 | 1");
    assert_eq!(global(&unlike, "1/2 1/4"), short("5/2", "9/16"));
    // A layer without bends may have any width.
    let layers = vec![dense(2, Activation::Linear), dense(1, relu.clone()), last()];
    assert_eq!(global(&problem(network(2, layers), &far, "1 0 0 0 | 1 0 | 1"), halves), Ok(()));
    // A diagonal layer bends once for each input.
    let layers = vec![diagonal(relu), last()];
    assert_eq!(global(&problem(network(2, layers), &far, "1 0 | 1 0"), halves), short("9/4", "1"));
}

#[test]
fn many_samples() {
    let many = MAX_SUBSET_SAMPLES + 1;
    let mu = vec!["1"; many].join(" ");
    let two = |samples: &[&str]| problem(two_layers(2, 2, Activation::Relu), samples, "1 0 0 0 | 1 0");
    assert_eq!(global(&two(&vec!["+ 1 0"; many]), &mu), Ok(()), "no two point away from one another");
    let mut apart = vec!["+ 1 0"; many];
    apart[0] = "+ 1 3";
    apart[1] = "+ 1 -3";
    assert_eq!(global(&two(&apart), &mu), Err(Rejection::TooManySubsets { samples: many }));
}

/// The vertices of a cross-polytope in so many dimensions, and opposite units on all of them.
fn cross_polytope(dimension: usize, units: &[&str], outgoing: &str) -> Problem<Q> {
    let vertex = |k: usize, sign: &str| {
        let entries = (0..dimension).map(|j| if j == k { sign } else { "0" });
        format!("+ {}", entries.collect::<Vec<_>>().join(" "))
    };
    let samples: Vec<String> = (0..dimension).flat_map(|k| [vertex(k, "1"), vertex(k, "-1")]).collect();
    let samples: Vec<&str> = samples.iter().map(String::as_str).collect();
    let point = format!("{} | {outgoing}", units.join(" "));
    problem(two_layers(dimension, units.len(), Activation::Relu), &samples, &point)
}

#[test]
fn sets_of_orthogonal_samples_are_looked_at_one_by_one() {
    // 18 samples, of which each points away from one other only: nine times four sets.
    let (up, down) = (["1/3"; 9].join(" "), ["-1/3"; 9].join(" "));
    let mu = vec!["1/3"; 18].join(" ");
    let three = [&*up, &down, &up, &down, &up, &down];
    assert_eq!(global(&cross_polytope(9, &three, "1 1 1 1 1 1"), &mu), Ok(()));
    // Out of balance it is longer than it need be.
    assert_eq!(global(&cross_polytope(9, &three, "1 1 1 1 1 2"), &mu), short("225/4", "36"));
    let uneven = format!("2/3 {}", vec!["1/3"; 17].join(" "));
    assert_eq!(global(&cross_polytope(9, &three, "1 1 1 1 1 1"), &uneven), short("48", "361/9"));
}

#[test]
fn shared_and_missing_weights() {
    let sparse = problem(network(2, vec![diagonal(Activation::Relu), last()]), &["+ 1 0"], "1 0 | 1 0");
    assert_eq!(global(&sparse, "1"), Ok(()));
    // One patch of all inputs is a dense layer; two patches may each use the filter.
    let filter = |patches: Vec<Vec<usize>>| -> Network<Q> {
        network(2, vec![(Weights::Convolution { patches, filters: 1 }, Activation::Relu), last()])
    };
    let single = problem(filter(vec![vec![1, 0]]), &["+ 0 1"], "1 0 | 1");
    assert_eq!(global(&single, "1"), Ok(()));
    let double = problem(filter(vec![vec![1], vec![0]]), &["+ 0 1"], "1 | 1 0");
    assert_eq!(global(&double, "1"), short("2", "1"));
}

#[test]
fn only_what_one_unit_reads_counts() {
    // Paths that share no input: what counts is the longest, not all of them together.
    let paths = |activation: Activation<Q>, samples: &[&str]| {
        let layers = vec![diagonal(activation.clone()), diagonal(activation), last()];
        problem(network(2, layers), samples, "1 0 | 1 0 | 1 0")
    };
    for shorter in ["+ 1 1/2", "+ 1 1", "+ 1 -1"] {
        assert_eq!(global(&paths(Activation::Relu, &[shorter]), "1"), Ok(()), "{shorter}");
    }
    assert_eq!(global(&paths(Activation::Relu, &["+ 1 3/2"]), "1"), short("9/4", "1"));
    // On two samples the second path reads 3 and -3, of which a linear one makes nothing.
    let far = ["+ 1 3", "+ 1 -3"];
    assert_eq!(global(&paths(Activation::Linear, &far), "1/2 1/2"), Ok(()));
    assert_eq!(global(&paths(Activation::Relu, &far), "1/2 1/2"), short("9/4", "1"));
    // One unit that reads both inputs is enough for the whole length.
    let entries = vec![vec![Some(0), None], vec![Some(1), Some(2)]];
    let layers = vec![(Weights::Template { entries }, Activation::Relu), last()];
    let sparse = problem(network(2, layers), &["+ 1 1/2"], "1 0 0 | 1 0");
    assert_eq!(global(&sparse, "1"), short("5/4", "1"));
}

/// A path for each label: the inputs are read one by one.
fn labels(activations: [Activation<Q>; 2], samples: &[&str], point: &str) -> Problem<Q> {
    let [first, second] = activations;
    problem(network(2, vec![dense(2, first), dense(3, second), last()]), samples, point)
}

/// The last unit of the second layer is dead.
const PATHS: &str = "1 0 0 1 | 1 0 0 1 0 0 | 1 -1 0";

fn by_label(problem: &Problem<Q>, mu: &str) -> Outcome {
    let chain = || Chain { multipliers: row(mu), by_label: true };
    let global = verdict(check(problem, &GlobalOptimum { layer: None, by: Method::Chain(chain()) }));
    let local = verdict(check(problem, &LocalOptimum { layer: None, by: Method::Chain(chain()) }));
    assert_eq!(global, local, "one bound");
    global
}

fn label_short(label: Label, attained: &str, needed: &str) -> Outcome {
    Err(Rejection::LabelBound { label, attained: q(attained), needed: q(needed) })
}

const RELU: [Activation<Q>; 2] = [Activation::Relu, Activation::Relu];

#[test]
fn a_path_for_each_label() {
    let right = labels(RELU, &["+ 1 0", "- 0 1"], PATHS);
    assert_eq!(by_label(&right, "1 1"), Ok(()));
    assert_eq!(by_label(&right, "1 3"), Ok(()), "the labels have a scale each");
    assert_eq!(global(&right, "1 1"), short("16", "4"), "together they do not attain one bound");
    assert_eq!(by_label(&right, "1 0"), label_short(Label::Negative, "0", "0"));
    assert_eq!(by_label(&right, "0 1"), label_short(Label::Positive, "0", "0"));
    assert_eq!(by_label(&right, "1 -1"), Err(negative(1, "-1")));
    assert_eq!(by_label(&right, "1"), Err(count("samples", 1, 2)));
    assert_eq!(by_label(&labels(RELU, &["+ 1 0", "- 0 1/2"], PATHS), "1 1"), Err(infeasible(1, "1/2")));
    assert_eq!(by_label(&labels(RELU, &["+ 1 0", "- 0 2"], PATHS), "1 1"), label_short(Label::Negative, "4", "1"));
    // Samples that do not support may make any angle.
    let more = labels(RELU, &["+ 1 0", "- 0 1", "- 1 5"], PATHS);
    assert_eq!(by_label(&more, "1 1 0"), Ok(()));
    let angle = |first, second, product| Err(Rejection::AcuteAngle { first, second, product: q(product) });
    assert_eq!(by_label(&more, "1 1 1/9"), angle(0, 2, "1"));
    assert_eq!(by_label(&labels(RELU, &["- 0 1", "+ 1 0", "- -1 1"], PATHS), "1 1 0"), Ok(()));
    // Two paths of one label are not better than one.
    let alone = "1 0 0 1 | 1 0 0 1 0 0 | 1 1 0";
    assert_eq!(by_label(&labels(RELU, &["+ 1 0", "+ 0 1"], alone), "1 1"), label_short(Label::Positive, "16", "4"));
    assert_eq!(by_label(&path(Activation::Relu, &["+ 1 0"]), "1"), Ok(()), "nor need there be two labels");
}

#[test]
fn subsets_of_one_label() {
    // On two samples of one label the path is as long as their mean is short; each half has less than the norm 1.
    let layers = || vec![dense(2, Activation::Relu), dense(2, Activation::Relu), last()];
    let on = |samples: &[&str]| problem(network(3, layers()), samples, "1 0 0 0 0 1 | 1 0 0 1 | 1 -1");
    assert_eq!(by_label(&on(&["+ 1 1 0", "+ 1 -1 0", "- 0 0 1"]), "1/2 1/2 1"), Ok(()));
    assert_eq!(
        by_label(&on(&["+ 1 3 0", "+ 1 -3 0", "- 0 0 1"]), "1/2 1/2 1"),
        label_short(Label::Positive, "5/2", "1")
    );
    assert_eq!(
        by_label(&on(&["+ 1 1 0", "+ 1 -1 0", "- -1 0 1"]), "1/2 1/2 1"),
        label_short(Label::Negative, "2", "1")
    );
}

#[test]
fn labels_share_one_layer_at_most() {
    let samples = ["+ 1 0", "- 0 1"];
    let relu = |count| vec![dense(2, Activation::Relu); count];
    let of = |mut layers: Vec<_>, point| {
        layers.push(last());
        problem(network(2, layers), &samples, point)
    };
    assert_eq!(by_label(&of(relu(1), "1 0 0 1 | 1 -1"), "1 1"), Ok(()));
    let depth = |depth| Err(Rejection::LabelDepth { depth });
    assert_eq!(by_label(&of(relu(3), "1 0 0 1 | 1 0 0 1 | 1 0 0 1 | 1 -1"), "1 1"), depth(4));
    assert_eq!(by_label(&of(relu(0), "1 -1"), "1 1"), depth(1));
    let not_relu = |layer| Err(Rejection::NotRelu { layer });
    let leaky = |slope| Activation::LeakyRelu(q(slope));
    assert_eq!(by_label(&labels([leaky("1/2"), Activation::Relu], &samples, PATHS), "1 1"), not_relu(0));
    assert_eq!(by_label(&labels([leaky("0"), Activation::Linear], &samples, PATHS), "1 1"), not_relu(1));
    assert_eq!(by_label(&labels([leaky("0"), leaky("0")], &samples, PATHS), "1 1"), Ok(()));
}

#[test]
fn the_last_layer_has_its_share() {
    let on = |point| labels(RELU, &["+ 1 0", "- 0 1"], point);
    let little = Err(Rejection::LastLayerShort { last: q("2"), mean: q("11/4") });
    assert_eq!(by_label(&on("2 0 0 1 | 1/2 0 0 1 0 0 | 1 -1 0"), "1 1"), little);
    let much = "1 0 0 1 | 1/2 0 0 1 0 0 | 2 -1 0";
    assert_eq!(by_label(&on(much), "1 1"), label_short(Label::Positive, "64", "1"));
}

#[test]
fn shared_weights_by_label() {
    // Two patches of one input each: the filter serves both labels, and is used twice.
    let filter = || (Weights::Convolution { patches: vec![vec![0], vec![1]], filters: 1 }, Activation::Relu);
    let shared = problem(network(2, vec![filter(), last()]), &["+ 1 0", "- 0 1"], "1 | 1 -1");
    assert_eq!(by_label(&shared, "1 1"), label_short(Label::Positive, "2", "1"));
    let apart = problem(network(2, vec![diagonal(Activation::Relu), last()]), &["+ 1 0", "- 0 1"], "1 1 | 1 -1");
    assert_eq!(by_label(&apart, "1 1"), Ok(()));
}

#[test]
fn nothing_about_one_layer() {
    let relu = path(Activation::Relu, &["+ 1 0"]);
    let chain = || Chain { multipliers: row("1"), by_label: false };
    let global = GlobalOptimum { layer: Some(0), by: Method::Chain(chain()) };
    assert_eq!(verdict(check(&relu, &global)), Err(Rejection::NotLayerwise));
    let local = LocalOptimum { layer: Some(0), by: Method::Chain(chain()) };
    assert_eq!(verdict(check(&relu, &local)), Err(Rejection::NotLayerwise));
}
