//! The method `paths`.

use margincert::kernel::check::{GlobalOptimum, LocalOptimum, Method, PathNode, Paths, Rejection, check};
use margincert::kernel::network::{Activation, Weights};
use margincert::kernel::problem::Problem;

use super::{at, count, infeasible, negative};
use crate::support::{Q, dense, diagonal, last, network, problem, q, row, two_layers, verdict};

type Outcome = Result<(), Rejection<Q>>;

fn size(path: usize, size: &str) -> PathNode<Q> {
    PathNode::Size { path, size: q(size) }
}

fn kind(path: usize) -> PathNode<Q> {
    PathNode::Kind { path }
}

fn common() -> PathNode<Q> {
    PathNode::Leaf { multipliers: None }
}

fn own(multipliers: &str) -> PathNode<Q> {
    PathNode::Leaf { multipliers: Some(row(multipliers)) }
}

fn global(problem: &Problem<Q>, lambda: &str, nodes: Vec<PathNode<Q>>) -> Outcome {
    let by = Method::Paths(Paths { multipliers: row(lambda), nodes });
    verdict(check(problem, &GlobalOptimum { layer: None, by }))
}

fn local(problem: &Problem<Q>, lambda: &str, nodes: Vec<PathNode<Q>>) -> Outcome {
    let by = Method::Paths(Paths { multipliers: row(lambda), nodes });
    verdict(check(problem, &LocalOptimum { layer: None, by }))
}

fn short(node: usize, bound: &str, half_norm: &str) -> Outcome {
    Err(Rejection::PathsBound { node, bound: q(bound), half_norm: q(half_norm) })
}

/// Depth 3, linear, two paths.
fn deep(samples: &[&str], point: &str) -> Problem<Q> {
    problem(network(2, vec![diagonal(Activation::Linear), diagonal(Activation::Linear), last()]), samples, point)
}

/// One path serves each sample; with less than its share it cannot.
fn one_each() -> Problem<Q> {
    deep(&["+ 1 0", "+ 0 1"], "1 1 | 1 1 | 1 1")
}

fn by_size() -> Vec<PathNode<Q>> {
    vec![size(0, "1"), size(1, "1"), own("3/2 3/2"), own("3/2 0"), size(1, "1"), own("0 3/2"), own("0 0")]
}

#[test]
fn sizes_of_two_paths() {
    assert_eq!(global(&one_each(), "0 0", by_size()), Ok(()));
    assert_eq!(local(&one_each(), "0 0", by_size()), Ok(()));
    // A sample of twice the length needs less.
    let longer = deep(&["+ 1 0", "+ 0 2"], "1 1 | 1 1 | 1 1");
    assert_eq!(global(&longer, "0 0", by_size()), short(2, "3/2", "3"));
    // With the other sign the path would have to change its kind, which costs the same.
    assert_eq!(global(&deep(&["- -1 0", "+ 0 1"], "1 1 | 1 1 | 1 1"), "0 0", by_size()), Ok(()));
    assert_eq!(global(&deep(&["- 1 0", "+ 0 1"], "1 1 | 1 1 | -1 1"), "0 0", by_size()), Ok(()));
    // Weights that are not of one size cost more than they need.
    let uneven = deep(&["+ 1 0", "+ 0 1"], "2 1 | 1/2 1 | 1 1");
    assert_eq!(global(&uneven, "0 0", by_size()), short(2, "3", "33/8"));
    assert_eq!(global(&deep(&["+ 1 0", "+ 0 1/2"], "1 1 | 1 1 | 1 1"), "0 0", by_size()), Err(infeasible(1, "1/2")));
}

#[test]
fn each_case_counts() {
    let with = |place: usize, node: PathNode<Q>| {
        let mut nodes = by_size();
        nodes[place] = node;
        global(&one_each(), "0 0", nodes)
    };
    assert_eq!(with(2, common()), short(2, "0", "3"));
    assert_eq!(with(3, own("3/2 1")), Err(Rejection::PathUnbounded { node: 3, path: 1 }));
    assert_eq!(with(3, own("5/4 0")), short(3, "11/4", "3"));
    assert_eq!(with(3, own("3/2")), Err(count("samples", 1, 2)));
    assert_eq!(with(3, own("3/2 -1")), Err(negative(1, "-1")));
    assert_eq!(with(4, size(2, "1")), Err(Rejection::NoSuchPath { node: 4, path: 2 }));
    assert_eq!(with(4, kind(2)), Err(Rejection::NoSuchPath { node: 4, path: 2 }));
    let below = Err(Rejection::NegativeSize { node: 4, size: q("-1") });
    assert_eq!(with(4, size(1, "-1")), below);
    assert_eq!(with(6, kind(0)), Err(Rejection::UnfinishedTree { nodes: 7 }));
    assert_eq!(with(0, common()), short(0, "0", "3"));
    let mut longer = by_size();
    longer.push(common());
    assert_eq!(global(&one_each(), "0 0", longer), Err(Rejection::SuperfluousNode { node: 7 }));
    assert_eq!(global(&one_each(), "0 0", Vec::new()), Err(Rejection::UnfinishedTree { nodes: 0 }));
    assert_eq!(global(&one_each(), "0", by_size()), Err(count("samples", 1, 2)));
    assert_eq!(global(&one_each(), "0 -1", by_size()), Err(negative(1, "-1")));
}

/// Near the point a size that is not the path's there has one branch.
#[test]
fn near_the_point() {
    // The first path alone, beside a second that would do it at less cost, but only if it were large.
    let alone = deep(&["+ 1 8"], "1 0 | 1 0 | 1 0");
    let near = || vec![size(0, "2"), size(0, "1/2"), size(1, "1/8"), size(0, "1"), own("9/7"), own("15/19")];
    let sound = vec![size(0, "3/2"), size(0, "1/2"), size(1, "1/8"), size(0, "1"), own("9/7"), own("15/19")];
    // Up to the size 2 the term for the multiplier 15/19 falls below that of the size 1.
    assert_eq!(local(&alone, "0", near()), short(5, "9/19", "3/2"));
    assert_eq!(local(&alone, "0", sound.clone()), Ok(()));
    // Everywhere the first branches are those of smaller sizes.
    assert_eq!(global(&alone, "0", sound), short(4, "9/7", "3/2"));
}

/// A ReLU path is on for one sign of its input.
#[test]
fn kinds_of_a_relu_path() {
    let layers = || network(2, vec![diagonal(Activation::Relu), last()]);
    let shared = problem(layers(), &["+ 1 4/9", "+ -1 4/9"], "0 3/2 | 0 3/2");
    let nodes = || vec![kind(0), common(), common(), own("9/4 0"), own("0 9/4")];
    assert_eq!(global(&shared, "9/8 9/8", nodes()), Ok(()));
    assert_eq!(local(&shared, "9/8 9/8", nodes()), Ok(()));
    let mut swapped = nodes();
    swapped.swap(3, 4);
    assert_eq!(global(&shared, "9/8 9/8", swapped), Err(Rejection::PathUnbounded { node: 3, path: 0 }));
    let mut few = nodes();
    few.pop();
    assert_eq!(global(&shared, "9/8 9/8", few), Err(Rejection::UnfinishedTree { nodes: 4 }));
    // A linear path has two kinds only, and serves one sample or the other, too.
    let linear =
        problem(network(2, vec![diagonal(Activation::Linear), last()]), &["+ 1 4/9", "+ -1 4/9"], "0 3/2 | 0 3/2");
    assert_eq!(global(&linear, "9/8 9/8", vec![common()]), Ok(()));
    // With leaky units the first path serves both, of one with its slope.
    let leaky = network(2, vec![diagonal(Activation::LeakyRelu(q("-1"))), last()]);
    let leaky = problem(leaky, &["+ 1 4/9", "+ -1 4/9"], "0 3/2 | 0 3/2");
    assert_eq!(global(&leaky, "9/8 9/8", vec![common()]), Err(Rejection::PathUnbounded { node: 0, path: 0 }));
}

#[test]
fn only_where_there_are_paths() {
    let dense_layers = network(2, vec![diagonal(Activation::Linear), dense(2, Activation::Linear), last()]);
    let wide = problem(dense_layers, &["+ 1 0", "+ 0 1"], "1 1 | 1 0 0 1 | 1 1");
    assert_eq!(global(&wide, "0 0", by_size()), Err(Rejection::NotAPath { unit: at(1, 0) }));
    let entries = vec![vec![Some(0), None], vec![None, Some(0)]];
    let shared =
        network(2, vec![(Weights::Template { entries }, Activation::Linear), diagonal(Activation::Linear), last()]);
    let shared = problem(shared, &["+ 1 0", "+ 0 1"], "1 | 1 1 | 1 1");
    assert_eq!(global(&shared, "0 0", by_size()), Err(Rejection::NotAPath { unit: at(0, 1) }));
    let entries = vec![vec![Some(0), None], vec![None, Some(1)]];
    let alike =
        network(2, vec![(Weights::Template { entries }, Activation::Linear), diagonal(Activation::Linear), last()]);
    assert_eq!(global(&problem(alike, &["+ 1 0", "+ 0 1"], "1 1 | 1 1 | 1 1"), "0 0", by_size()), Ok(()));
    let flat = problem(network(1, vec![last()]), &["+ 1"], "1");
    assert_eq!(global(&flat, "1", vec![common()]), Err(Rejection::PathsDepth));
    let by = || Method::Paths(Paths { multipliers: row("0 0"), nodes: by_size() });
    let layer = Some(0);
    let outcome = verdict(check(&one_each(), &GlobalOptimum { layer, by: by() }));
    assert_eq!(outcome, Err(Rejection::NotLayerwise));
    assert_eq!(verdict(check(&one_each(), &LocalOptimum { layer, by: by() })), Err(Rejection::NotLayerwise));
    // Two units of a dense layer on one input are two paths.
    let two = problem(two_layers(1, 2, Activation::Relu), &["+ 1"], "1 0 | 1 0");
    assert_eq!(global(&two, "1", vec![common()]), Ok(()));
}
