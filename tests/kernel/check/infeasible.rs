use margincert::kernel::check::check;
use margincert::kernel::check::{Infeasible, InfeasibleRejection};
use margincert::kernel::network::Activation;

use super::no_such_layer;
use crate::support::{problem, q, two_layers, verdict};

#[test]
fn the_margin_of_the_sample_named() {
    let samples = ["+ 1", "+ 999/1000", "+ 2", "- 1"];
    let problem = problem(two_layers(1, 1, Activation::Linear), &samples, "1 | 1");
    let satisfied = |sample, margin| InfeasibleRejection::Satisfied { sample, margin: q(margin) };
    let table = [
        (1, None, Ok(())),
        (3, None, Ok(())),
        (1, Some(0), Ok(())),
        (1, Some(1), Ok(())),
        (0, None, Err(satisfied(0, "1"))),
        (2, None, Err(satisfied(2, "2"))),
        (4, None, Err(InfeasibleRejection::NoSuchSample { sample: 4, samples: 4 })),
        (usize::MAX, None, Err(InfeasibleRejection::NoSuchSample { sample: usize::MAX, samples: 4 })),
        (1, Some(2), Err(no_such_layer(2, 2).into())),
    ];
    for (sample, layer, expected) in table {
        assert_eq!(verdict(check(&problem, &Infeasible { layer, sample })), expected, "sample {sample}");
    }
}
