//! The method `cases`.

use std::collections::BTreeMap;

use margincert::kernel::check::{
    Cases, GlobalOptimum, Leaf, LocalOptimum, Method, Node, Rejection, Split, Tree, check,
};
use margincert::kernel::network::{Activation, Unit};
use margincert::kernel::problem::Problem;

use super::{at, count, infeasible, negative};
use crate::support::{Q, dead_neuron, dense, diagonal, last, network, problem, q, row, two_layers, verdict};

type Outcome = Result<(), Rejection<Q>>;

fn kink(sample: usize, layer: usize, unit: usize) -> Node<Q> {
    Node::Split(Split::Kink { sample, unit: at(layer, unit) })
}

fn weight(layer: usize, parameter: usize) -> Node<Q> {
    Node::Split(Split::Weight { layer, parameter })
}

fn empty() -> Leaf<Q> {
    Leaf { multipliers: None, signs: vec![], products: vec![], slopes: BTreeMap::new() }
}

fn leaf() -> Node<Q> {
    Node::Leaf(empty())
}

/// A case with multipliers of its own.
fn own(multipliers: &str) -> Node<Q> {
    Node::Leaf(Leaf { multipliers: Some(row(multipliers)), ..empty() })
}

fn tree(units: &[usize], nodes: Vec<Node<Q>>) -> Tree<Q> {
    Tree { units: Some(units.to_vec()), nodes }
}

fn one(nodes: Vec<Node<Q>>) -> Vec<Tree<Q>> {
    vec![Tree { units: None, nodes }]
}

fn local(problem: &Problem<Q>, layer: Option<usize>, lambda: &str, trees: Vec<Tree<Q>>) -> Outcome {
    let by = Method::Cases(Cases { multipliers: row(lambda), trees });
    verdict(check(problem, &LocalOptimum { layer, by }))
}

fn global(problem: &Problem<Q>, layer: Option<usize>, lambda: &str, trees: Vec<Tree<Q>>) -> Outcome {
    let by = Method::Cases(Cases { multipliers: row(lambda), trees });
    verdict(check(problem, &GlobalOptimum { layer, by }))
}

#[test]
fn one_layer() {
    let dead = dead_neuron();
    // Nothing but the second unit bends near the point, and its outgoing weight is 0.
    assert_eq!(local(&dead, Some(0), "2 2", one(vec![leaf()])), Ok(()));
    assert_eq!(local(&dead, Some(0), "2 2", one(vec![own("2 2")])), Ok(()));
    let short = Rejection::CasesBound { bound: q("3/2"), half_norm: q("2") };
    assert_eq!(local(&dead, Some(0), "1 1", one(vec![leaf()])), Err(short));
    // Everywhere the first unit may be off on either sample, where the constraint cannot hold.
    let nodes = || vec![kink(0, 0, 0), own("2 0"), kink(1, 0, 0), own("0 2"), own("2 2")];
    assert_eq!(global(&dead, Some(0), "0 0", one(nodes())), Ok(()));
    let off = Rejection::CasesBound { bound: q("0"), half_norm: q("2") };
    let mut weaker = nodes();
    weaker[1] = own("0 0");
    assert_eq!(global(&dead, Some(0), "0 0", one(weaker)), Err(off));
    let undecided = Rejection::UndecidedKink { node: 0, sample: 0, unit: at(0, 0) };
    assert_eq!(global(&dead, Some(0), "2 2", one(vec![leaf()])), Err(undecided));
}

/// A dead unit whose input has norm 1 beside a live one: a path that costs as much as it brings.
fn dead_path(x: &str) -> Problem<Q> {
    problem(network(2, vec![diagonal(Activation::Relu), last()]), &[x], "1 0 | 1 0")
}

/// The cases of the dead unit: its outgoing weight, then its kink.
fn of_dead_unit() -> Vec<Node<Q>> {
    vec![weight(1, 1), leaf(), kink(0, 0, 1), leaf(), leaf()]
}

#[test]
fn both_layers() {
    let (dead, long) = (dead_path("+ 1 1"), dead_path("+ 1 2"));
    assert_eq!(local(&dead, None, "1", one(of_dead_unit())), Ok(()));
    assert_eq!(local(&dead, None, "1", vec![tree(&[0], vec![leaf()]), tree(&[1], of_dead_unit())]), Ok(()));
    let indefinite = Rejection::CaseNotSemidefinite { tree: 0, node: 4, index: 3, pivot: q("-3") };
    assert_eq!(local(&long, None, "1", one(of_dead_unit())), Err(indefinite));
    // Over all parameters the first unit has cases too. Its kink decides nothing where its outgoing weight is negative.
    let of_first = || vec![weight(1, 0), leaf(), kink(0, 0, 0), leaf(), leaf()];
    let trees = |first| vec![tree(&[0], first), tree(&[1], of_dead_unit())];
    assert_eq!(global(&dead, None, "1", trees(of_first())), Ok(()));
    let undecided = Rejection::UndecidedKink { node: 0, sample: 0, unit: at(0, 0) };
    assert_eq!(global(&dead, None, "1", trees(vec![leaf()])), Err(undecided.clone()));
    assert_eq!(global(&dead, None, "1", trees(vec![kink(0, 0, 0), leaf(), leaf()])), Ok(()));
    // The split of a parameter decides kinks that are multiples of it.
    assert_eq!(global(&dead, None, "1", trees(vec![weight(0, 0), leaf(), leaf()])), Ok(()));
    assert_eq!(global(&dead, None, "1", trees(vec![weight(1, 0), leaf(), leaf()])), {
        Err(Rejection::UndecidedKink { node: 2, sample: 0, unit: at(0, 0) })
    });
    assert_eq!(global(&dead, None, "1/2", trees(of_first())), {
        Err(Rejection::CasesBound { bound: q("1/2"), half_norm: q("1") })
    });
    assert_eq!(local(&dead_path("+ 1/2 1"), None, "1", one(of_dead_unit())), Err(infeasible(0, "1/2")));
    assert_eq!(local(&dead, None, "1 1", one(of_dead_unit())), Err(count("samples", 2, 1)));
    assert_eq!(local(&dead, None, "-1", one(of_dead_unit())), Err(negative(0, "-1")));
    assert_eq!(local(&dead, None, "1", one(vec![own("-1")])), Err(negative(0, "-1")));
}

#[test]
fn products_of_signs() {
    let of = |a, b, nu: &str| {
        let case = Node::Leaf(Leaf { products: vec![(a, b, q(nu))], ..empty() });
        local(&dead_path("+ 1 1"), None, "1", one(vec![weight(1, 1), leaf(), kink(0, 0, 1), leaf(), case]))
    };
    assert_eq!(of(0, 1, "0"), Ok(()));
    assert_eq!(of(0, 2, "0"), Err(Rejection::NoSuchProduct { node: 4, a: 0, b: 2 }));
    assert_eq!(of(0, 1, "-1"), Err(Rejection::NegativeSign { node: 4, value: q("-1") }));
    // 1/2 (w^2 + v^2) - v w - v w has a negative direction.
    let indefinite = Rejection::CaseNotSemidefinite { tree: 0, node: 4, index: 3, pivot: q("-3") };
    assert_eq!(of(0, 1, "1"), Err(indefinite));
    // Where the dead unit is off and its outgoing weight positive, w <= 0 <= v: adding v (-w) leaves room.
    let off = |nu: &str| {
        let case = Node::Leaf(Leaf { products: vec![(0, 1, q(nu))], ..empty() });
        local(&dead_path("+ 1 1"), None, "1", one(vec![weight(1, 1), leaf(), kink(0, 0, 1), case, leaf()]))
    };
    assert_eq!(off("1"), Ok(()));
    assert!(off("2").is_err());
}

#[test]
fn a_tree_is_complete() {
    let dead = dead_path("+ 1 1");
    let of = |nodes: Vec<Node<Q>>| local(&dead, None, "1", one(nodes));
    assert_eq!(of(vec![]), Err(Rejection::UnfinishedTree { nodes: 0 }));
    assert_eq!(of(vec![weight(1, 1), leaf()]), Err(Rejection::UnfinishedTree { nodes: 2 }));
    assert_eq!(of(of_dead_unit()[..4].to_vec()), Err(Rejection::UnfinishedTree { nodes: 4 }));
    assert_eq!(of([of_dead_unit(), vec![leaf()]].concat()), Err(Rejection::SuperfluousNode { node: 5 }));
    // What is not 0 at the point has one side nearby.
    assert_eq!(of([vec![weight(1, 0)], of_dead_unit()].concat()), Ok(()));
    assert_eq!(of([vec![weight(1, 0), leaf()], of_dead_unit()].concat()), {
        Err(Rejection::UndecidedKink { node: 1, sample: 0, unit: at(0, 1) })
    });
    for split in [weight(1, 2), weight(2, 0), kink(1, 0, 0), kink(0, 0, 2), kink(0, 1, 0), kink(0, 7, 0)] {
        assert_eq!(of(vec![split]), Err(Rejection::NoSuchSplit { node: 0 }));
    }
    let held = local(&dead, Some(1), "1", one(vec![weight(0, 0)]));
    assert_eq!(held, Err(Rejection::NoSuchSplit { node: 0 }));
    let signs = Node::Leaf(Leaf { signs: row("1"), ..empty() });
    assert_eq!(of(vec![signs.clone()]), Err(Rejection::SignCount { node: 0, found: 1, expected: 0 }));
    let signs = Node::Leaf(Leaf { signs: row("-1"), ..empty() });
    assert_eq!(of(vec![weight(1, 1), signs]), Err(Rejection::NegativeSign { node: 1, value: q("-1") }));
}

#[test]
fn each_unit_has_one_tree() {
    let dead = dead_path("+ 1 1");
    let of = |trees: Vec<Tree<Q>>| local(&dead, None, "1", trees);
    assert_eq!(of(vec![]), Err(Rejection::TreeUnits { tree: 0 }));
    assert_eq!(of(vec![tree(&[1], of_dead_unit())]), Err(Rejection::TreeUnits { tree: 1 }));
    let twice = vec![tree(&[0], vec![leaf()]), tree(&[1, 0], of_dead_unit())];
    assert_eq!(of(twice), Err(Rejection::TreeUnits { tree: 1 }));
    let beyond = vec![tree(&[0], vec![leaf()]), tree(&[2], of_dead_unit())];
    assert_eq!(of(beyond), Err(Rejection::TreeUnits { tree: 1 }));
    let mixed = vec![tree(&[0], vec![leaf()]), Tree { units: None, nodes: of_dead_unit() }];
    assert_eq!(of(mixed), Err(Rejection::TreeUnits { tree: 1 }));
    let own = vec![tree(&[0], vec![own("1")]), tree(&[1], of_dead_unit())];
    assert_eq!(of(own), Err(Rejection::OwnMultipliers { tree: 0, node: 0 }));
    let linear = problem(network(2, vec![diagonal(Activation::Linear), last()]), &["+ 1 1"], "1 0 | 1 0");
    let trees = vec![tree(&[0], vec![leaf()]), tree(&[1], vec![leaf()])];
    assert_eq!(local(&linear, None, "1", trees), Err(Rejection::TreeUnits { tree: 0 }));
    let deep = network(1, vec![dense(1, Activation::Relu), dense(1, Activation::Relu), last()]);
    let deep = problem(deep, &["+ 1"], "1 | 1 | 1");
    assert_eq!(local(&deep, None, "1", one(vec![leaf()])), Err(Rejection::CasesDepth { depth: 3 }));
}

#[test]
fn over_one_layer_units_that_meet_in_no_later_kink_have_trees_of_their_own() {
    // Two paths of ones that share a sample. In each the unit of the second layer is on where that of the first is, so that a split of the
    // one decides the other.
    let layers = || vec![diagonal(Activation::Relu), diagonal(Activation::Relu), last()];
    let paths = problem(network(2, layers()), &["+ 1/2 1/2"], "1 1 | 1 1 | 1 1");
    let of = |unit| tree(&[unit], vec![kink(0, 0, unit), leaf(), leaf()]);
    let at_length = |unit| tree(&[unit], vec![kink(0, 0, unit), leaf(), kink(0, 1, unit), leaf(), leaf()]);
    assert_eq!(global(&paths, Some(0), "2", vec![of(0), of(1)]), Ok(()));
    assert_eq!(global(&paths, Some(0), "2", vec![at_length(0), of(1)]), Ok(()));
    assert_eq!(local(&paths, Some(0), "2", vec![tree(&[0], vec![leaf()]), tree(&[1], vec![leaf()])]), Ok(()));
    let second = |unit| tree(&[unit], vec![kink(0, 1, unit), leaf(), leaf()]);
    assert_eq!(global(&paths, Some(1), "2", vec![second(0), second(1)]), Ok(()));
    let short = Rejection::CasesBound { bound: q("3/4"), half_norm: q("1") };
    assert_eq!(global(&paths, Some(0), "1", vec![of(0), of(1)]), Err(short));
    // With a kink undecided below, no later one is known to be beside it.
    let undecided = Rejection::UndecidedKink { node: 0, sample: 0, unit: at(1, 0) };
    let hasty = tree(&[1], vec![leaf()]);
    assert_eq!(global(&paths, Some(0), "2", vec![of(0), hasty]), Err(undecided));
    assert_eq!(global(&paths, Some(2), "2", vec![of(0), of(1)]), Err(Rejection::TreeUnits { tree: 0 }));
    // Units that meet in one that bends have one tree, unless one of them is not connected to it.
    let meeting = |point| {
        let layers = vec![dense(2, Activation::Relu), dense(1, Activation::Relu), last()];
        let problem = problem(network(1, layers), &["+ 1"], point);
        local(&problem, Some(0), "1", vec![tree(&[0], vec![leaf()]), tree(&[1], vec![leaf()])])
    };
    assert_eq!(meeting("1 0 | 1 0 | 1"), Ok(()));
    assert_eq!(meeting("1 0 | 1 1/2 | 1"), Err(Rejection::TreeUnits { tree: 2 }));
    let linear = network(1, vec![dense(2, Activation::Relu), dense(1, Activation::Linear), last()]);
    let linear = problem(linear, &["+ 1"], "1 0 | 1 -1/2 | 1");
    let trees = || vec![tree(&[0], vec![leaf()]), tree(&[1], vec![leaf()])];
    assert_eq!(local(&linear, Some(0), "1", trees()), Ok(()));
    // Through a linear layer into one that bends.
    let layers = vec![dense(2, Activation::Relu), dense(2, Activation::Linear), dense(1, Activation::Relu), last()];
    let later = problem(network(1, layers), &["+ 1"], "1 0 | 1 0 0 1 | 1 1 | 1");
    assert_eq!(local(&later, Some(0), "1", trees()), Err(Rejection::TreeUnits { tree: 2 }));
}

#[test]
fn kinks_that_lower_the_margin_may_stay() {
    // The second unit is off at the point; where it is on, it lowers the margin.
    let against = problem(two_layers(1, 2, Activation::Relu), &["+ 1"], "1 0 | 1 -1/2");
    let of = |slopes: &[(usize, Unit, &str)]| {
        let slopes = slopes.iter().map(|(sample, unit, c)| ((*sample, *unit), q(c))).collect();
        let case = Node::Leaf(Leaf { multipliers: Some(row("1")), slopes, ..empty() });
        local(&against, Some(0), "0", one(vec![case]))
    };
    assert_eq!(of(&[]), Ok(()));
    assert_eq!(of(&[(0, at(0, 1), "0")]), Ok(()));
    // Half of it is allowed as well, but shows less: the bound is that of another slope.
    let weaker = Rejection::CasesBound { bound: q("15/32"), half_norm: q("1/2") };
    assert_eq!(of(&[(0, at(0, 1), "1/2")]), Err(weaker));
    let steep = Rejection::SlopeRange { node: Some(0), sample: 0, unit: at(0, 1), slope: q("2") };
    assert_eq!(of(&[(0, at(0, 1), "2")]), Err(steep));
    let below = Rejection::SlopeRange { node: Some(0), sample: 0, unit: at(0, 1), slope: q("-1") };
    assert_eq!(of(&[(0, at(0, 1), "-1")]), Err(below));
    // With the other sign it raises the margin.
    let with = problem(two_layers(1, 2, Activation::Relu), &["+ 1"], "1 0 | 1 1/2");
    assert_eq!(local(&with, Some(0), "1", one(vec![leaf()])), {
        Err(Rejection::UndecidedKink { node: 0, sample: 0, unit: at(0, 1) })
    });
    // An activation of slope 2 for negative inputs is concave.
    let steep = Activation::LeakyRelu(q("2"));
    let concave = problem(two_layers(1, 2, steep.clone()), &["+ 1"], "1 0 | 1 1/2");
    let slopes = BTreeMap::from([((0, at(0, 1)), q("1"))]);
    let case = |slopes| one(vec![Node::Leaf(Leaf { slopes, ..empty() })]);
    assert!(matches!(local(&concave, Some(0), "1", case(slopes)), Err(Rejection::CasesBound { .. })));
    let convex = problem(two_layers(1, 2, steep), &["+ 1"], "1 0 | 1 -1/2");
    assert!(matches!(local(&convex, Some(0), "1", case(BTreeMap::new())), Err(Rejection::UndecidedKink { .. })));
}

#[test]
fn a_condition_behind_an_undecided_kink_is_not_known() {
    // Unit 1 of the first layer bends and lowers the margin through unit 0 of the second, which bends too.
    let layers = vec![dense(2, Activation::Relu), dense(2, Activation::Relu), last()];
    let deep = problem(network(1, layers), &["+ 1"], "1 0 | 1 0 0 1 | 1 0");
    let signs = |place: &str| Node::Leaf(Leaf { signs: row(place), multipliers: Some(row("1")), ..empty() });
    let nodes = vec![kink(0, 1, 1), signs("1"), signs("1")];
    let clouded = Rejection::CloudedSplit { node: 1, sample: 0, unit: at(0, 1) };
    assert_eq!(local(&deep, Some(0), "0", one(nodes)), Err(clouded));
    let nodes = vec![kink(0, 1, 1), signs("0"), signs("0")];
    assert_eq!(local(&deep, Some(0), "0", one(nodes)), Ok(()));
}
