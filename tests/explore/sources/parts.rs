//! Networks and datasets by themselves.

use std::collections::BTreeSet;

use margincert::explore::bounds::{Architecture, Bounds};
use margincert::explore::sources::{datasets, networks};
use margincert::kernel::network::{Activation, Weights};

#[test]
fn networks_are_of_every_kind() {
    let strategy = networks(Bounds::default());
    let mut kinds = BTreeSet::new();
    let mut windows = BTreeSet::new();
    for network in (0..2000).filter_map(|seed| strategy.draw(seed)) {
        let first = &network.layers()[0];
        let architecture = Architecture::ALL.into_iter().find(|architecture| architecture.wires(&network));
        let activation = match first.activation() {
            Activation::Linear => "linear",
            Activation::Relu => "relu",
            Activation::LeakyRelu(_) => "leaky",
        };
        kinds.insert((architecture.expect("an architecture"), activation, network.depth()));
        if let Weights::Convolution { patches, filters } = first.weights() {
            windows.insert((patches[0].iter().any(|input| patches[1].contains(input)), *filters));
        }
    }
    assert_eq!(kinds.len(), 4 * 3 * 3, "{kinds:?}");
    // Apart and overlapping, with one filter and with two.
    for expected in [(false, 1), (false, 2), (true, 1), (true, 2)] {
        assert!(windows.contains(&expected), "{windows:?}");
    }
}

#[test]
fn datasets_have_both_labels_and_small_numbers() {
    let strategy = datasets(3, Bounds { samples: 2..=3, height: 2, ..Bounds::default() });
    let drawn: Vec<_> = (0..200).filter_map(|seed| strategy.draw(seed)).collect();
    assert_eq!(drawn.len(), 200);
    let sizes: BTreeSet<usize> = drawn.iter().map(Vec::len).collect();
    let numbers: BTreeSet<String> = drawn.iter().flatten().flat_map(|s| s.x.iter().map(ToString::to_string)).collect();
    assert_eq!(sizes, [2, 3].into());
    assert_eq!(numbers, ["-1", "-2", "0", "1", "2"].map(str::to_owned).into());
    assert!(drawn.iter().any(|dataset| dataset[0].y != dataset[1].y));
}
