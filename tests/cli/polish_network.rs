//! `margincert polish --network`: networks whose layers are not dense.

use crate::scratch::Scratch;

/// A convolution of three filters, of which training left one at 0 and made two parallel.
const CONVOLUTION: [&str; 3] = [
    r#"{"inputs": 4, "layers": [
        {"weights": "convolution", "patches": [[0, 1], [1, 2], [2, 3]], "filters": 3, "activation": "relu"},
        {"weights": "dense", "outputs": 1, "activation": "linear"}]}"#,
    "[[[1.131, 1.089], [0, 0], [0.956, 0.92]], [[0.893, 0.028, -1.41, 0, 0, 0, 0.755, 0.024, -1.192]]]",
    "1.053,1.776,-2.553,-0.138,1\n1.014,1.352,0.654,1.497,-1\n0.290,0.551,0.179,-1.074,1\n\
     -0.847,0.380,-0.580,1.272,-1\n1.292,1.799,-0.026,1.384,1\n",
];

/// Two sparse layers.
const SPARSE: [&str; 3] = [
    r#"{"inputs": 4, "layers": [
        {"weights": "template", "entries": [[null, 0, null, 1], [null, 2, 3, null], [4, 5, null, null]], "activation": "relu"},
        {"weights": "template", "entries": [[null, 0, 1], [2, 3, null], [4, 5, null]], "activation": "relu"},
        {"weights": "dense", "outputs": 1, "activation": "linear"}]}"#,
    "[[[0, 0.911, 0, 0.245], [0, 0.109, -1.207, 0], [0.47, 0.653, 0, 0]],
      [[0, -0.834, 0.804], [0.233, 0.526, 0], [-0.911, 0.708, 0]], [[-1.155, 0.575, -1.151]]]",
    "0.346,0.822,0.330,-1.303,-1\n0.905,0.446,-0.537,0.581,1\n0.365,0.294,0.028,0.547,-1\n\
     -0.736,-0.163,-0.482,0.599,-1\n0.040,-0.292,-0.782,-0.257,-1\n",
];

const POLISH: [&str; 5] = ["polish", "model.json", "data.csv", "--network", "network.json"];

fn scratch([network, model, data]: [&str; 3]) -> Scratch {
    let scratch = Scratch::new();
    scratch.write("network.json", network.as_bytes());
    scratch.write("model.json", model.as_bytes());
    scratch.write("data.csv", data.as_bytes());
    scratch
}

#[test]
fn networks_that_are_not_dense_become_certificates_that_are_accepted() {
    let convolution = ["NOT A LOCAL OPTIMUM: unit 5 of layer 0, which is 0", "live 0 (for 2 that are parallel)"];
    let sparse = ["It is a LOCAL OPTIMUM: no network near it", "layer 1: of 3 units live 0, 1, 2; 2 kinks held"];
    for (files, parts, kind) in [(CONVOLUTION, convolution, "not local"), (SPARSE, sparse, "local")] {
        let scratch = scratch(files);
        let run = scratch.run(&[&POLISH[..], &["-o", "certificate.json"]].concat());
        assert_eq!((run.status, run.stderr.as_str()), (0, ""), "{}", run.stdout);
        for part in parts {
            assert!(run.stdout.contains(part), "{part} is not in {}", run.stdout);
        }
        let check = scratch.run(&["check", "certificate.json"]);
        assert_eq!(check.status, 0, "{}", check.stdout);
        assert!(check.stdout.contains(&format!("KKT enclosed ({kind})")), "{}", check.stdout);
        for format in ["text", "latex", "html", "markdown"] {
            let explained = scratch.run(&["explain", "certificate.json", "--format", format]);
            assert_eq!(explained.status, 0, "{}", explained.stderr);
        }
    }
}

/// A network that is dense goes the same way with `--network` and without.
#[test]
fn a_dense_network_may_be_given_too() {
    let network = r#"{"inputs": 2, "layers": [{"weights": "dense", "outputs": 2, "activation": "relu"},
        {"weights": "dense", "outputs": 1, "activation": "linear"}]}"#;
    let scratch = scratch([network, "[[[0.79, 0.6], [-0.7, 0.61]], [1.0, -0.98]]", "0.8,0.6,1\n-0.8,0.7,-1\n"]);
    let [given, not] = [&POLISH[..], &POLISH[..3]].map(|arguments| scratch.run(arguments));
    assert_eq!((given.status, &given.stdout), (0, &not.stdout));
    assert!(given.stderr.contains("GLOBAL OPTIMUM"), "{}", given.stderr);
}

#[test]
fn what_does_not_fit_the_network_is_named() {
    let [network, model, data] = SPARSE;
    let with = |from: &str, to: &str| model.replacen(from, to, 1);
    let shared = network.replacen("[4, 5, null, null]", "[0, 4, null, null]", 1);
    let cases: [([&str; 3], &[&str]); 6] = [
        (
            [network, &with("[[0, 0.911", "[[0.5, 0.911"), data],
            &["model.json: layer 0: the weight in row 0, column 0 is 0.5, but the network has no connection there"],
        ),
        (
            [&shared, model, data],
            &["layer 0: the weights in row 0, column 1, and in row 2, column 0, are one parameter", "0.911 and 0.47"],
        ),
        (
            [network, &with(", [0.47, 0.653, 0, 0]", ""), data],
            &["layer 0: the array is 2 x 4; a sparse layer of this network has 3 x 4 numbers"],
        ),
        ([network, &with(", [[-1.155, 0.575, -1.151]]", ""), data], &["the model has 2 arrays, but the network has 3"]),
        ([&network.replacen("\"relu\"", "\"tanh\"", 1), model, data], &["network.json: line 2, column", "\"relu\""]),
        ([network, model, "1,2,3,1\n4,5,6,-1\n"], &["sample 0 has 3 inputs, but the first layer reads 4"]),
    ];
    for (files, parts) in cases {
        let scratch = scratch(files);
        let run = scratch.run(&POLISH);
        assert_eq!(run.status, 2, "{}", run.stdout);
        for part in parts {
            assert!(run.stderr.contains(part), "{part} is not in {}", run.stderr);
        }
    }
    // The network has its own activations.
    let run = scratch(SPARSE).run(&[&POLISH[..], &["--activation", "relu"]].concat());
    assert_eq!(run.status, 2);
    assert!(run.stderr.contains("--activation") && run.stderr.contains("--network"), "{}", run.stderr);
}
