//! What is claimed of an enclosed point of depth 2: whether it is an optimum, as a whole and layer by layer.

use margincert::kernel::check::{
    EnclosedOptimum, EnclosedOptimumRejection, KktEnclosed, Rejection, SlopeNode, SlopeTree, check,
};
use margincert::kernel::exact::Rational;
use margincert::kernel::problem::{Label, Problem};

use super::kkt_enclosed::{dead, pair, pair_evidence, ridge, with};
use crate::support::{Q, q, row, shaped, verdict};

fn pair_trees() -> EnclosedOptimum<Q> {
    let tree = |sample, direction| SlopeTree {
        slopes: vec![row("0")],
        nodes: vec![SlopeNode::Split(sample), SlopeNode::Live(direction), SlopeNode::Bound(0)],
    };
    EnclosedOptimum::Global { positive: tree(0, 0), negative: tree(1, 1) }
}

/// What a claim of optimality is refused for.
fn optimum(
    problem: &Problem<Q>,
    evidence: &KktEnclosed<Q>,
    claim: EnclosedOptimum<Q>,
) -> Result<(), EnclosedOptimumRejection<Q>> {
    match verdict(check(problem, &with(evidence, |e| e.optimum = vec![claim]))) {
        Err(Rejection::EnclosedOptimum { index: 0, error }) => Err(*error),
        other => other.map_err(|rejection| panic!("{rejection}")),
    }
}

#[test]
fn local_and_not_local() {
    let pair = pair(&[]);
    let of_pair = pair_evidence(&pair);
    assert_eq!(optimum(&pair, &of_pair, EnclosedOptimum::Local), Ok(()));
    let no_ridge = |direction, sample| {
        let rejected = Err(EnclosedOptimumRejection::NoRidge { direction, sample });
        assert_eq!(optimum(&pair, &of_pair, EnclosedOptimum::Ridge { direction, sample }), rejected);
    };
    no_ridge(0, 1);
    no_ridge(0, 0);
    no_ridge(2, 0);
    no_ridge(0, 7);
    let dead_unit = |incoming: &str, sign| EnclosedOptimum::DeadUnit { incoming: row(incoming), sign };
    let alive = dead_unit("1 0", Label::Positive);
    assert_eq!(optimum(&pair, &of_pair, alive), Err(EnclosedOptimumRejection::NoDeadUnit));

    let (ridge, of_ridge) = ridge();
    assert_eq!(optimum(&ridge, &of_ridge, EnclosedOptimum::Ridge { direction: 0, sample: 1 }), Ok(()));
    let descends = Err(EnclosedOptimumRejection::Descends { direction: 0, sample: 1 });
    assert_eq!(optimum(&ridge, &of_ridge, EnclosedOptimum::Local), descends);

    let (dead, of_dead) = dead();
    let is_dead = Err(EnclosedOptimumRejection::Dead { unit: 1 });
    assert_eq!(optimum(&dead, &of_dead, EnclosedOptimum::Local), is_dead);
    assert_eq!(optimum(&dead, &of_dead, dead_unit("1 1/4", Label::Positive)), Ok(()));
    let no_gain = |incoming, sign| {
        let outcome = optimum(&dead, &of_dead, dead_unit(incoming, sign));
        assert!(matches!(outcome, Err(EnclosedOptimumRejection::NoGain { .. })), "{outcome:?}");
    };
    // Along the live unit the gain is exactly the cost.
    no_gain("0 1", Label::Positive);
    no_gain("1 1/4", Label::Negative);
    no_gain("0 0", Label::Positive);
    let length = EnclosedOptimumRejection::Length { what: "direction of the unit", found: 1, expected: 2 };
    assert_eq!(optimum(&dead, &of_dead, dead_unit("1", Label::Positive)), Err(length));
}

#[test]
fn layers_by_themselves() {
    let layer = |layer| EnclosedOptimum::Layer { layer };
    let (alone, (dead, of_dead)) = (pair(&[]), dead());
    for (problem, evidence) in [(&alone, &pair_evidence(&alone)), (&dead, &of_dead)] {
        assert_eq!(
            optimum(problem, evidence, layer(0)),
            Ok(()),
            "a unit that is 0 adds nothing if the last layer is held"
        );
        assert_eq!(optimum(problem, evidence, layer(1)), Ok(()));
        for none in [2, usize::MAX] {
            let rejected = Err(EnclosedOptimumRejection::NoLayer { layer: none });
            assert_eq!(optimum(problem, evidence, layer(none)), rejected);
        }
    }
    let (ridge, of_ridge) = ridge();
    let descends = Err(EnclosedOptimumRejection::Descends { direction: 0, sample: 1 });
    assert_eq!(optimum(&ridge, &of_ridge, layer(0)), descends);
    assert_eq!(optimum(&ridge, &of_ridge, layer(1)), Ok(()), "the last layer reads no kink");
}

/// A second method: near the points with two units, with the last layer held, are there better ones in floats?
#[test]
fn the_first_layer_by_itself_against_random_points_nearby() {
    let (v, size) = (1.25_f64.sqrt(), 1e-3);
    // The exact point, the samples, and labels.
    let ridge = ([v * 0.8, v * 0.6, -0.6, 0.8], [v, 1.0], [[1.0, 0.0], [-0.6, 0.8]], [1.0, 1.0]);
    let pair = ([1.0, 0.0, v * -0.6, v * 0.8], [1.0, -v], [[1.0, 0.75], [0.0, 1.0]], [1.0, -1.0]);
    let mut state = 7_u64;
    let mut random = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        (state >> 33) as f64 / f64::from(1_u32 << 30) - 1.0
    };
    for ((w, v, inputs, labels), is_optimal) in [(ridge, false), (pair, true)] {
        let squared = |w: &[f64; 4]| w.iter().map(|x| x * x).sum::<f64>();
        let mut gains = 0;
        for _ in 0..20_000 {
            let moved = w.map(|x| x + size * random());
            let margin = |(x, y): (&[f64; 2], &f64)| {
                let unit = |u: usize| v[u] * (moved[2 * u] * x[0] + moved[2 * u + 1] * x[1]).max(0.0);
                y * (unit(0) + unit(1))
            };
            let least = inputs.iter().zip(&labels).map(margin).fold(f64::INFINITY, f64::min);
            // Scaled to margin 1 by the first layer alone.
            gains += usize::from(squared(&moved) / (least * least) < squared(&w) * (1.0 - 1e-9));
        }
        assert_eq!(gains == 0, is_optimal, "{gains} better points");
    }
}

#[test]
fn global() {
    let pair = pair(&[]);
    let of = pair_evidence(&pair);
    assert_eq!(optimum(&pair, &of, pair_trees()), Ok(()));
    let changed = |change: &dyn Fn(&mut SlopeTree)| {
        let EnclosedOptimum::Global { mut positive, negative } = pair_trees() else { unreachable!() };
        change(&mut positive);
        optimum(&pair, &of, EnclosedOptimum::Global { positive, negative })
    };
    let sign = Label::Positive;
    // A leaf that is too large, one that is none, and one of the wrong direction.
    assert!(matches!(
        changed(&|tree| tree.nodes[1] = SlopeNode::Bound(0)),
        Err(EnclosedOptimumRejection::Bound { node: 1, .. })
    ));
    assert_eq!(
        changed(&|tree| tree.nodes[2] = SlopeNode::Live(0)),
        Err(EnclosedOptimumRejection::SlopeNode { sign, node: 2 })
    );
    assert_eq!(
        changed(&|tree| tree.nodes[1] = SlopeNode::Live(1)),
        Err(EnclosedOptimumRejection::SlopeNode { sign, node: 1 })
    );
    assert_eq!(
        changed(&|tree| tree.nodes[1] = SlopeNode::Live(2)),
        Err(EnclosedOptimumRejection::SlopeNode { sign, node: 1 })
    );
    assert_eq!(
        changed(&|tree| tree.nodes[2] = SlopeNode::Bound(1)),
        Err(EnclosedOptimumRejection::SlopeNode { sign, node: 2 })
    );
    // Samples that cannot be split: of the other label, decided already, not active.
    assert_eq!(
        changed(&|tree| tree.nodes[0] = SlopeNode::Split(1)),
        Err(EnclosedOptimumRejection::SlopeNode { sign, node: 0 })
    );
    assert_eq!(
        changed(&|tree| tree.nodes[1] = SlopeNode::Split(0)),
        Err(EnclosedOptimumRejection::SlopeNode { sign, node: 1 })
    );
    assert_eq!(
        changed(&|tree| tree.nodes[0] = SlopeNode::Split(9)),
        Err(EnclosedOptimumRejection::SlopeNode { sign, node: 0 })
    );
    // Trees that end too early, or too late.
    let incomplete = |nodes| Err(EnclosedOptimumRejection::Incomplete { sign, nodes });
    assert_eq!(changed(&|tree| tree.nodes.truncate(2)), incomplete(2));
    assert_eq!(changed(&|tree| tree.nodes.clear()), incomplete(0));
    assert_eq!(changed(&|tree| tree.nodes.push(SlopeNode::Bound(0))), incomplete(4));
    // Choices of slopes.
    let length = EnclosedOptimumRejection::Length { what: "choice of slopes", found: 2, expected: 1 };
    assert_eq!(changed(&|tree| tree.slopes[0] = row("0 0")), Err(length));
    for slope in ["-1/9", "10/9"] {
        let rejected = EnclosedOptimumRejection::Slope { sign, choice: 0, slope: q(slope) };
        assert_eq!(changed(&|tree| tree.slopes[0] = row(slope)), Err(rejected));
    }
    let too_long = changed(&|tree| tree.slopes[0] = row("1"));
    assert!(
        matches!(too_long, Err(EnclosedOptimumRejection::Bound { node: 2, norm_squared, .. }) if norm_squared > q("3/2"))
    );
}

#[test]
fn not_global() {
    let (dead, of) = dead();
    let better = |better: &str| optimum(&dead, &of, EnclosedOptimum::NotGlobal { better: shaped(better) });
    // Each sample has a unit of its own: 16/17 x_i on either side, of squared norm 16/17.
    assert_eq!(better("1 1/4 -1 1/4 | 1 1"), Ok(()));
    assert_eq!(
        better("0 2 0 0 | 2 0"),
        Err(EnclosedOptimumRejection::NotSmaller { better: q("8"), point: not_smaller(&dead, &of) })
    );
    let infeasible = EnclosedOptimumRejection::Infeasible { sample: 1, margin: q("17/32") };
    assert_eq!(better("1 1/4 -1/2 1/8 | 1 1"), Err(infeasible));
    assert!(matches!(better("1 | 1"), Err(EnclosedOptimumRejection::Shape(_))));
}

fn not_smaller(problem: &Problem<Q>, of: &KktEnclosed<Q>) -> Rational {
    match optimum(problem, of, EnclosedOptimum::NotGlobal { better: shaped("0 2 0 0 | 2 0") }) {
        Err(EnclosedOptimumRejection::NotSmaller { point, .. }) => point,
        other => panic!("{other:?}"),
    }
}
