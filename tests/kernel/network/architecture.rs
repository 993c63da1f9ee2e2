use margincert::kernel::network::{
    Activation, LayerError, MAX_CONNECTIONS, MAX_LAYERS, Network, NetworkError, Weights,
};

use crate::support::{Q, dense, diagonal, last, problem, q, row};

fn refused(inputs: usize, layers: Vec<(Weights, Activation<Q>)>) -> NetworkError {
    Network::new(inputs, layers).expect_err("layers that do not fit")
}

fn first_layer(inputs: usize, weights: Weights) -> LayerError {
    match refused(inputs, vec![(weights, Activation::Relu), last()]) {
        NetworkError::Layer { layer: 0, error } => error,
        other => panic!("{other:?}"),
    }
}

#[test]
fn networks_that_are_none() {
    assert_eq!(refused(0, vec![last()]), NetworkError::NoInputs);
    let found = MAX_CONNECTIONS + 1;
    assert_eq!(refused(found, vec![last()]), NetworkError::TooManyInputs { found });
    assert_eq!(refused(usize::MAX, vec![last()]), NetworkError::TooManyInputs { found: usize::MAX });
    assert_eq!(refused(1, vec![]), NetworkError::NoLayers);
    let found = MAX_LAYERS + 1;
    assert_eq!(refused(1, vec![last(); found]), NetworkError::TooManyLayers { found });
    assert_eq!(refused(2, vec![diagonal(Activation::Linear)]), NetworkError::LastLayerOutputs { outputs: 2 });
    for activation in [Activation::Relu, Activation::LeakyRelu(q("1"))] {
        assert_eq!(refused(1, vec![dense(1, activation)]), NetworkError::LastLayerActivation);
    }
    let layer = |layer, error| NetworkError::Layer { layer, error };
    assert_eq!(refused(1, vec![last(), dense(0, Activation::Linear)]), layer(1, LayerError::NoOutputs));
}

#[test]
fn too_many_connections() {
    let dense = |outputs| Weights::Dense { outputs };
    for (inputs, outputs) in [(1 << 10, (1 << 10) + 1), (2, usize::MAX), (1 << 20, 2), (1, usize::MAX)] {
        assert_eq!(first_layer(inputs, dense(outputs)), LayerError::TooManyConnections);
    }
    let filters = |filters, patches| Weights::Convolution { filters, patches };
    assert_eq!(first_layer(1, filters(usize::MAX, vec![vec![0]])), LayerError::TooManyConnections);
    // Patches of length 0 make units without connections; they count all the same.
    assert_eq!(first_layer(1, filters(usize::MAX, vec![vec![]])), LayerError::TooManyConnections);
    assert_eq!(first_layer(1, filters(usize::MAX, vec![])), LayerError::NoOutputs);
    // The limit holds for all layers together.
    let half = 1 << 19;
    let layers = vec![(dense(half), Activation::Linear), last()];
    assert!(Network::<Q>::new(1, layers.clone()).is_ok());
    let error = LayerError::TooManyConnections;
    assert_eq!(refused(2, layers), NetworkError::Layer { layer: 1, error });
}

#[test]
fn convolutions() {
    let patches = |patches: &[&[usize]]| Weights::Convolution {
        patches: patches.iter().map(|patch| patch.to_vec()).collect(),
        filters: 1,
    };
    let length = LayerError::PatchLength { patch: 1, found: 1, expected: 2 };
    assert_eq!(first_layer(3, patches(&[&[0, 1], &[2]])), length);
    let index = LayerError::PatchIndex { patch: 1, input: 3, inputs: 3 };
    assert_eq!(first_layer(3, patches(&[&[0, 1], &[2, 3]])), index);
    let index = LayerError::PatchIndex { patch: 0, input: usize::MAX, inputs: 3 };
    assert_eq!(first_layer(3, patches(&[&[usize::MAX]])), index);
    let repeats = LayerError::PatchRepeats { patch: 0, input: 1 };
    assert_eq!(first_layer(3, patches(&[&[1, 1]])), repeats);
    assert_eq!(first_layer(3, patches(&[&[], &[]])), LayerError::NoParameters);
    assert_eq!(first_layer(3, patches(&[])), LayerError::NoOutputs);
    let none = Weights::Convolution { patches: vec![vec![0]], filters: 0 };
    assert_eq!(first_layer(3, none), LayerError::NoOutputs);
    // Filters (1, 2) and (3, 4) on the patches [0, 1] and [2, 1]: units in the order of the format.
    let weights = Weights::Convolution { patches: vec![vec![0, 1], vec![2, 1]], filters: 2 };
    let layers = vec![(weights, Activation::Linear), last()];
    let network = Network::new(3, layers).expect("a network");
    let problem = problem(network, &["+ 1 10 100"], "1 2 3 4 | 1 1 1 1");
    assert_eq!(problem.traces()[0].preactivations[0], row("21 120 43 340"));
}

#[test]
fn many_patches_over_many_inputs_are_laid_out_quickly() {
    // A patch must not cost as much as there are inputs.
    let weights = Weights::Convolution { patches: vec![vec![0]; 1 << 18], filters: 1 };
    let start = std::time::Instant::now();
    assert!(Network::<Q>::new(1 << 18, vec![(weights, Activation::Linear), last()]).is_ok());
    assert!(start.elapsed().as_secs() < 20, "{:?}", start.elapsed());
}

#[test]
fn templates() {
    let template = |rows: &[&[i64]]| Weights::Template {
        entries: rows.iter().map(|row| row.iter().map(|&i| usize::try_from(i).ok()).collect()).collect(),
    };
    let row_length = LayerError::TemplateRow { row: 1, found: 1, expected: 2 };
    assert_eq!(first_layer(2, template(&[&[0, 1], &[2]])), row_length);
    assert_eq!(first_layer(2, template(&[&[0, 2]])), LayerError::TemplateGap { missing: 1, greatest: 2 });
    assert_eq!(first_layer(2, template(&[&[1, -1]])), LayerError::TemplateGap { missing: 0, greatest: 1 });
    let greatest = i64::MAX as usize;
    assert_eq!(first_layer(2, template(&[&[0, i64::MAX]])), LayerError::TemplateGap { missing: 1, greatest });
    assert_eq!(first_layer(2, template(&[&[-1, -1]])), LayerError::NoParameters);
    assert_eq!(first_layer(2, template(&[])), LayerError::NoOutputs);
    let layers = vec![(template(&[&[1, -1, 0], &[-1, -1, 1]]), Activation::Linear), last()];
    let problem = problem(Network::new(3, layers).expect("a network"), &["+ 1 10 100"], "2 3 | 1 1");
    assert_eq!(problem.traces()[0].preactivations[0], row("203 300"));
}

#[test]
fn every_architecture_is_a_dense_one_with_zeros() {
    let x = "+ 2 -3 5";
    let dense = problem(
        Network::new(3, vec![dense(3, Activation::Relu), last()]).expect("a network"),
        &[x],
        "7 0 0 0 -1 0 0 0 2 | 1 1 1",
    );
    let diagonal =
        problem(Network::new(3, vec![diagonal(Activation::Relu), last()]).expect("a network"), &[x], "7 -1 2 | 1 1 1");
    assert_eq!(dense.traces()[0].preactivations, diagonal.traces()[0].preactivations);
    assert_eq!(dense.margin(0), q("27"));
}
