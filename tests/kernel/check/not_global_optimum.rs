use margincert::kernel::check::check;
use margincert::kernel::check::{NotGlobalOptimum, Rejection};
use margincert::kernel::network::{Activation, ShapeError};

use super::no_such_layer;
use crate::support::{Q, local_not_global, problem, q, shaped, two_layers, verdict};

type Outcome = Result<(), Rejection<Q>>;

fn better(layer: Option<usize>, better: &str) -> Outcome {
    verdict(check(&local_not_global(), &NotGlobalOptimum { layer, better: shaped(better) }))
}

#[test]
fn a_feasible_point_of_smaller_norm() {
    assert_eq!(better(None, "0 13/10 0 0 | 13/10 0"), Ok(()));
    let larger = |better, point| Err(Rejection::NotSmaller { better: q(better), point: q(point) });
    assert_eq!(better(None, "0 2 0 0 | 2 0"), larger("8", "4"));
    // The point itself is not smaller than itself.
    assert_eq!(better(None, "4/5 3/5 -4/5 3/5 | 1 1"), larger("4", "4"));
    let infeasible = |sample, margin| Err(Rejection::BetterInfeasible { sample, margin: q(margin) });
    assert_eq!(better(None, "0 0 0 0 | 0 0"), infeasible(0, "0"));
    assert_eq!(better(None, "4/5 3/5 0 0 | 1 0"), infeasible(1, "0"));
    let shape = |error| Err(Rejection::Shape { what: "better point", error });
    assert_eq!(better(None, "0 0 0 0"), shape(ShapeError::Layers { found: 1, expected: 2 }));
    assert_eq!(better(None, "0 0 0 | 0 0"), shape(ShapeError::Layer { layer: 0, found: 3, expected: 4 }));
    assert_eq!(better(Some(2), "0 0 0 0 | 0 0"), Err(no_such_layer(2, 2)));
}

#[test]
fn one_layer() {
    assert_eq!(better(Some(0), "0 5/6 0 5/6 | 1 1"), Ok(()));
    let leaves = |differs, layer| Err(Rejection::DiffersElsewhere { differs, layer });
    assert_eq!(better(Some(0), "0 13/10 0 0 | 13/10 0"), leaves(1, 0));
    assert_eq!(better(Some(1), "0 5/6 0 5/6 | 1 1"), leaves(0, 1));
    assert_eq!(better(Some(0), "0 5/6 0 5/6 | 1 999/1000"), leaves(1, 0));
    // Norms are the layer's: as a whole the last layer may have grown in the point.
    let heavy = problem(two_layers(1, 1, Activation::Linear), &["+ 1"], "10 | 2");
    let reduce = |layer, text| verdict(check(&heavy, &NotGlobalOptimum { layer, better: shaped(text) }));
    assert_eq!(reduce(Some(1), "10 | 1/10"), Ok(()));
    assert_eq!(reduce(Some(0), "1/2 | 2"), Ok(()));
    let infeasible = Rejection::BetterInfeasible { sample: 0, margin: q("98/100") };
    assert_eq!(reduce(Some(0), "49/100 | 2"), Err(infeasible));
}
