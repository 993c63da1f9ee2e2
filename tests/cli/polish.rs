//! `margincert polish`: from small trained networks to certificates, and what it says of files that do not fit.

use crate::scratch::{Scratch, repository};

/// Two units on two samples, each with some error.
const MODEL: &str = "[[[0.79, 0.6], [-0.7, 0.61]], [[1.0, -0.98]]]";
const DATA: &str = "0.8,0.6,1\n-0.8,0.7,-1\n";

fn scratch(model: &str, data: &str) -> Scratch {
    let scratch = Scratch::new();
    scratch.write("model.json", model.as_bytes());
    scratch.write("data.csv", data.as_bytes());
    scratch
}

#[test]
fn a_trained_network_becomes_a_certificate_that_is_accepted() {
    let scratch = scratch(MODEL, DATA);
    let run = scratch.run(&["polish", "model.json", "data.csv", "-o", "certificate.json"]);
    assert_eq!((run.status, run.stderr.as_str()), (0, ""), "{}", run.stdout);
    for part in ["exact KKT point", "GLOBAL OPTIMUM", "2 live, in 2 directions", "2 samples on the margin: 0, 1."] {
        assert!(run.stdout.contains(part), "{part} is not in {}", run.stdout);
    }
    let check = scratch.run(&["check", "certificate.json"]);
    assert_eq!(check.status, 0, "{}", check.stdout);
    assert!(check.stdout.contains("KKT enclosed (global)"), "{}", check.stdout);
    let explained = scratch.run(&["explain", "certificate.json"]);
    assert_eq!(explained.status, 0, "{}", explained.stderr);
    assert!(explained.stdout.contains("global optimum, among networks of every width"), "{}", explained.stdout);
    // What is there is not lost.
    let again = scratch.run(&["polish", "model.json", "data.csv", "-o", "certificate.json"]);
    assert_eq!(again.status, 2, "{}", again.stdout);
}

#[test]
fn programs_are_told_the_same() {
    let run = scratch(MODEL, DATA).run(&["polish", "model.json", "data.csv", "--json"]);
    assert_eq!(run.status, 0, "{}", run.stderr);
    let said: serde_json::Value = serde_json::from_str(&run.stdout).expect("one object");
    assert_eq!(said["verdict"], "global_optimum");
    assert_eq!(said["certificate"]["claims"][0]["claim"], "kkt_enclosed");
    assert_eq!(said["enclosed"]["dead"], serde_json::json!([]));
    let half = |key: &str| said["enclosed"][key].as_f64().expect("a number");
    assert!(half("half_norm_squared") <= half("trained_half_norm_squared"));
}

/// A network of width 10 on Iris, versicolor against virginica, whose unit 5 is small and yet needed: without it the KKT point found is worse than
/// the network.
#[test]
fn no_unit_that_is_needed_is_left_out() {
    let model = "[[[-0.0137, -0.1946, 0.0357, 0.1516, 0.222], [0.4106, -0.1401, -0.3914, -0.1815, 0.0735],
        [-0.0606, 0.4586, -0.0666, -0.3978, 0.0341], [0.236, -0.2782, 0.0003, -0.3466, -0.1123],
        [-0.1338, 0.0916, 0.0599, 0.2861, -0.2079], [0.0085, 0.038, 0.0057, -0.0002, 0.0759], [0, 0, 0, 0, 0],
        [-0.0155, -0.2198, 0.0403, 0.1713, 0.2508], [0.0273, -0.315, -0.0254, 0.763, -0.4045],
        [0.0476, 0.1666, 0.0579, -0.3059, -0.5412]],
        [[0.3342, 0.6163, 0.6146, -0.5157, -0.3931, 0.0967, 0, 0.3775, -0.9198, -0.6475]]]";
    let certificate = repository("proofs/trained/iris-relu-versicolor-virginica.json");
    let certificate = std::fs::read_to_string(certificate).expect("text");
    let certificate: serde_json::Value = serde_json::from_str(&certificate).expect("JSON");
    let line = |sample: &serde_json::Value| {
        let inputs = sample["x"].as_array().expect("a list").iter().map(|x| x.as_str().expect("a number"));
        format!("{},{}\n", inputs.collect::<Vec<_>>().join(","), sample["y"])
    };
    let data: String = certificate["data"].as_array().expect("a list").iter().map(line).collect();
    let run = scratch(model, &data).run(&["polish", "model.json", "data.csv", "--json"]);
    assert_eq!(run.status, 0, "{}", run.stderr);
    let said: serde_json::Value = serde_json::from_str(&run.stdout).expect("one object");
    let half = said["enclosed"]["half_norm_squared"].as_f64().expect("a number");
    assert!((half - 49.765628).abs() < 1e-5, "{half}");
    // A unit that is 0 gains, which takes both layers: by itself each is at a local optimum.
    assert_eq!(said["verdict"], "not_local_optimum");
    assert_eq!(said["enclosed"]["optimal_layers"], serde_json::json!([0, 1]));
    let optimum = said["certificate"]["claims"][0]["optimum"].as_array().expect("a list");
    let layers: Vec<_> = optimum.iter().filter_map(|claim| claim.get("layer")?.as_u64()).collect();
    assert_eq!((optimum.len(), layers), (3, vec![0, 1]));
    let live = said["enclosed"]["directions"].as_array().expect("a list").iter();
    assert!(live.flat_map(|direction| direction["units"].as_array().expect("a list")).any(|unit| *unit == 5));
}

/// Eight directions on seven active samples: the active margins leave a line of amounts free, at an end of which there are fewer.
#[test]
fn more_directions_than_active_samples_are_made_fewer() {
    let model = "[[[0.23, -0.34], [0.03, 0.24], [0.23, 0.16], [-0.21, -0.15], [0.06, 0.52], [0.36, 0.25], [-0.19, 0.28], [-0.35, -0.89],
        [0.33, -0.49], [-0.09, 0.13], [-0.5, -0.35], [-0.16, 0.23], [-0.15, -0.38], [-0.12, -0.09], [-0.04, -0.03], [-0.06, -0.04],
        [0.08, -0.12], [0.18, 0.46], [-0.13, -1.18]],
        [[-0.41, 0.24, 0.29, 0.26, 0.51, 0.44, -0.33, -0.93, -0.59, -0.15, 0.6, -0.27, -0.4, 0.15, 0.05, 0.07, -0.15, -0.49, 1.18]]]";
    let data = "1.21,-0.75,1\n-0.94,0.11,-1\n0.69,-0.99,-1\n-0.05,-0.45,1\n-0.88,2.37,-1\n1.87,0.24,-1\n-0.25,-0.13,1\n\
                -0.61,-0.98,1\n1.07,-0.05,-1\n-1.23,0.93,1\n-0.09,-0.06,1\n-1.37,0.32,1\n";
    let run = scratch(model, data).run(&["polish", "model.json", "data.csv", "--json"]);
    let said: serde_json::Value = serde_json::from_str(&run.stdout).expect("one object");
    let length = |key: &str| said["enclosed"][key].as_array().expect("a list").len();
    assert_eq!(length("active"), 7);
    assert!(length("directions") <= 7);
    // Whether it is a local optimum cannot be told, and why is said.
    assert_eq!((run.status, said["verdict"].as_str()), (3, Some("open")));
    let standing = said["enclosed"]["standing"].as_str().expect("text");
    assert!(standing.contains("the opposite of a live direction gains as much"), "{standing}");
}

/// A trained network of depth 3 in the plane. One unit of the second layer that is 0 does better than two live ones.
#[test]
fn a_deeper_network_is_enclosed_by_its_parameters() {
    let model = "[[[0.476, -0.647], [0.211, -0.287], [0.267, -0.363], [-1.085, -0.517], [-0.16, 0.615], [0.25, -0.339]],
        [[0, 0, 0, 0, 0.155, 0], [0, 0, 0, 1.202, 0, 0], [0.803, 0.357, 0.451, 0, 0, 0.421], [0, 0, 0, 0, 0.439, 0], [0, 0, 0, 0, 0, 0],
        [0, 0, 0, 0, 0.432, 0]], [[-0.155, 1.202, -1.073, -0.439, 0, -0.432]]]";
    let data = "2.041,-2.556,-1\n0.418,-0.568,-1\n-0.453,-0.216,1\n-2.02,-0.232,1\n-0.865,3.323,-1\n";
    let scratch = scratch(model, data);
    let run = scratch.run(&["polish", "model.json", "data.csv", "-o", "certificate.json"]);
    assert_eq!((run.status, run.stderr.as_str()), (0, ""), "{}", run.stdout);
    for part in [
        "NOT A LOCAL OPTIMUM: unit 4 of layer 1",
        "gains 1.41421",
        "layer 1: of 6 units live",
        "3 samples on the margin",
    ] {
        assert!(run.stdout.contains(part), "{part} is not in {}", run.stdout);
    }
    let check = scratch.run(&["check", "certificate.json"]);
    assert_eq!(check.status, 0, "{}", check.stdout);
    assert!(check.stdout.contains("KKT enclosed (not local)"), "{}", check.stdout);
    for (format, part) in [("text", "Unit 4 of layer 1, whose weights are all 0"), ("latex", "is not a local optimum")]
    {
        let explained = scratch.run(&["explain", "certificate.json", "--format", format]);
        assert_eq!(explained.status, 0, "{}", explained.stderr);
        assert!(explained.stdout.contains(part), "{}", explained.stdout);
    }
}

/// The data of the tests in which kinks are held in the second hidden layer.
const HELD: &str = "-0.652,-0.175,1.664,1\n0.659,-1.641,-0.005,-1\n-0.623,0.149,-1.608,-1\n0.242,0.235,1.576,1\n\
                    0.317,0.511,-1.493,-1\n2.253,-1.916,1.102,1\n";

/// Kinks are held; the units that live are at a local optimum, and what those could do that are 0 is not claimed.
#[test]
fn a_deeper_network_holds_kinks() {
    let model = "[[[0.124, 0.016, 0.575], [0.022, -0.742, -1.114], [0, 0, 0], [0.208, 0.027, 0.965]],
        [[0.559, -0.192, 0, 0.938], [-0.119, 1.108, 0, -0.199], [-0.069, 0.648, 0, -0.116], [0.024, -0.008, 0, 0.041]],
        [[1.106, -1.129, -0.66, 0.048]]]";
    let scratch = scratch(model, HELD);
    let run = scratch.run(&["polish", "model.json", "data.csv", "--json"]);
    assert_eq!(run.status, 3, "{}", run.stderr);
    let said: serde_json::Value = serde_json::from_str(&run.stdout).expect("one object");
    assert_eq!(said["verdict"], "local_optimum_of_live_units");
    let standing = said["enclosed"]["standing"].as_str().expect("text");
    assert!(standing.contains("in which the 4 units that are 0 stay 0"), "{standing}");
    assert_eq!(said["enclosed"]["optimal_layers"], serde_json::json!([0, 1, 2]));
    let layers = said["enclosed"]["layers"].as_array().expect("a list");
    let lengths = |key: &str| layers.iter().map(|layer| layer[key].as_array().map_or(0, Vec::len)).collect::<Vec<_>>();
    assert_eq!((lengths("live"), lengths("held")), (vec![2, 2], vec![0, 2]));
    let half = said["enclosed"]["half_norm_squared"].as_f64().expect("a number");
    assert!((half - 2.73067).abs() < 0.01, "{half}");
    let claim = &said["certificate"]["claims"][0];
    assert_eq!((&claim["by"], &claim["optimum"][0]["is"]), (&"parameters".into(), &"local_of_live_units".into()));
}

/// A local optimum of the units that live, or of a layer, is not said to be one of the whole.
#[test]
fn what_holds_of_a_part_is_not_said_of_the_whole() {
    let scratch = Scratch::new();
    let said = |name: &str, last: usize| {
        let path = repository(&format!("tests/nearby/{name}"));
        let text = std::fs::read_to_string(path).expect("a certificate");
        let mut document: serde_json::Value = serde_json::from_str(&text).expect("JSON");
        document["claims"] = serde_json::json!([document["claims"][last]]);
        scratch.write("part.json", document.to_string().as_bytes());
        let run = scratch.run(&["check", "part.json"]);
        assert_eq!(run.status, 0, "{}", run.stdout);
        run.stdout
    };
    assert!(said("enclosed-deep-local.json", 0).contains("KKT enclosed (local)"));
    for (name, last) in [("enclosed-deep-live.json", 0), ("enclosed-deep-local.json", 1), ("enclosed-layer.json", 0)] {
        let words = said(name, last);
        assert!(words.contains("KKT enclosed") && !words.contains("KKT enclosed ("), "{words}");
    }
}

/// The same without the units that are 0: a local optimum.
#[test]
fn a_deeper_network_without_units_that_are_0_is_at_a_local_optimum() {
    let model = "[[[0.022, -0.742, -1.114], [0.24, 0.03, 1.12]], [[-0.2, 1.1], [1.28, -0.23]], [[1.106, -1.3]]]";
    let scratch = scratch(model, HELD);
    let run = scratch.run(&["polish", "model.json", "data.csv", "-o", "certificate.json"]);
    assert_eq!((run.status, run.stderr.as_str()), (0, ""), "{}", run.stdout);
    for part in
        ["It is a LOCAL OPTIMUM: ", "at a local optimum: 0, 1, 2", "layer 1: of 2 units live 0, 1; 2 kinks held"]
    {
        assert!(run.stdout.contains(part), "{part} is not in {}", run.stdout);
    }
    let check = scratch.run(&["check", "certificate.json"]);
    assert_eq!(check.status, 0, "{}", check.stdout);
    assert!(check.stdout.contains("KKT enclosed (local)"), "{}", check.stdout);
    for (format, part) in [("text", "The KKT point is a strict local optimum."), ("latex", "is a strict local optimum")]
    {
        let explained = scratch.run(&["explain", "certificate.json", "--format", format]);
        assert_eq!(explained.status, 0, "{}", explained.stderr);
        assert!(explained.stdout.contains(part), "{}", explained.stdout);
        assert!(explained.stdout.contains("Layer 2 by itself is at a strict local optimum."), "{}", explained.stdout);
    }
}

/// Without a hidden layer the problem is another one, and what is true of the network is certified.
#[test]
fn a_network_without_a_hidden_layer_is_certified_as_it_is() {
    let scratch = scratch("[[[1.3, 0.1]]]", DATA);
    let run = scratch.run(&["polish", "model.json", "data.csv", "-o", "certificate.json"]);
    assert_eq!(run.status, 3, "{}", run.stdout);
    assert!(run.stdout.contains("support vector machine"), "{}", run.stdout);
    let check = scratch.run(&["check", "certificate.json"]);
    assert_eq!(check.status, 0, "{}", check.stdout);
    assert!(check.stdout.contains("nearly KKT"), "{}", check.stdout);
}

#[test]
fn labels_of_0_and_1_are_taken_and_said() {
    let run = scratch(MODEL, "0.8,0.6,1\n-0.8,0.7,0\n").run(&["polish", "model.json", "data.csv", "-o", "c.json"]);
    assert_eq!(run.status, 0, "{}", run.stderr);
    assert!(run.stderr.contains("0 is taken as -1"), "{}", run.stderr);
}

/// A file in the format safetensors: the length of the header, the header, the numbers.
fn safetensors(kind: &str, tensors: &[(&str, &[usize], &[f64])]) -> Vec<u8> {
    let bytes = |value: &f64| match kind {
        "F64" => value.to_le_bytes().to_vec(),
        "F32" => (*value as f32).to_le_bytes().to_vec(),
        // Nearest but for ties, which are not among the values.
        "BF16" => ((((*value as f32).to_bits() + 0x8000) >> 16) as u16).to_le_bytes().to_vec(),
        "F16" => half(*value).to_le_bytes().to_vec(),
        _ => vec![0; 1],
    };
    let (mut header, mut data) = (serde_json::Map::new(), Vec::new());
    for (name, shape, values) in tensors {
        let start = data.len();
        data.extend(values.iter().flat_map(bytes));
        let entry = serde_json::json!({"dtype": kind, "shape": shape, "data_offsets": [start, data.len()]});
        header.insert((*name).to_string(), entry);
    }
    let header = serde_json::Value::Object(header).to_string();
    let length = u64::try_from(header.len()).expect("a short header");
    [&length.to_le_bytes()[..], header.as_bytes(), &data].concat()
}

/// The bits of a number between 1/1024 and 2 in binary16, its last ones cut off.
fn half(value: f64) -> u16 {
    let exponent = value.abs().log2().floor();
    let fraction = (value.abs() / exponent.exp2() - 1.0) * 1024.0;
    let sign = if value < 0.0 { 1 << 15 } else { 0 };
    sign + ((exponent as i32 + 15) << 10) as u16 + fraction as u16
}

/// The layers of [`MODEL`], with the names that PyTorch gives to those of a `Sequential`.
const LAYERS: [(&str, &[usize], &[f64]); 2] =
    [("2.weight", &[1, 2], &[1.0, -0.98]), ("0.weight", &[2, 2], &[0.79, 0.6, -0.7, 0.61])];

#[test]
fn safetensors_are_read() {
    let from = |name: &str, bytes: &[u8]| {
        let scratch = scratch(MODEL, DATA);
        scratch.write(name, bytes);
        scratch.run(&["polish", name, "data.csv", "--json"])
    };
    let read = |name: &str, bytes: &[u8]| -> serde_json::Value {
        let run = from(name, bytes);
        assert_eq!((run.status, run.stderr.as_str()), (0, ""), "{name}");
        let mut said: serde_json::Value = serde_json::from_str(&run.stdout).expect("one object");
        // Its file's name is the only thing that differs.
        said["model"] = serde_json::Value::Null;
        for key in ["title", "source"] {
            said["certificate"][key] = serde_json::Value::Null;
        }
        said
    };
    let expected = read("model.json", MODEL.as_bytes());
    assert_eq!(read("model.safetensors", &safetensors("F64", &LAYERS)), expected);
    // Rounded to fewer bits it is another network, near the same KKT point.
    for kind in ["F32", "F16", "BF16"] {
        let rounded = read("model.safetensors", &safetensors(kind, &LAYERS));
        assert_eq!(rounded["verdict"], "global_optimum", "{kind}");
        let multipliers = |said: &serde_json::Value| said["certificate"]["claims"][0]["multipliers"].clone();
        assert_eq!(multipliers(&rounded), multipliers(&expected), "{kind}");
        assert_ne!(rounded["least_margin"], expected["least_margin"], "{kind}");
    }

    let whole = safetensors("F64", &LAYERS);
    let nan: &[f64] = &[0.79, f64::NAN, -0.7, 0.61];
    let [output, (hidden, shape, weights)] = LAYERS;
    let bias: &[(&str, &[usize], &[f64])] = &[output, (hidden, shape, weights), ("0.bias", &[2], &[0.5, 0.5])];
    let cases = [
        (whole[..whole.len() - 8].to_vec(), "no safetensors file"),
        (b"PK".to_vec(), "no safetensors file"),
        (safetensors("I8", &LAYERS), "has numbers of the kind I8; F16, BF16, F32 and F64 are read"),
        (safetensors("F64", &[output, (hidden, shape, nan)]), "weight 1 of row 0 of layer 0 is NaN"),
        (
            safetensors("F64", &[output, (hidden, &[4, 1], weights)]),
            "sample 0 has 2 inputs, but the first layer reads 1",
        ),
        (safetensors("F64", bias), "array 0.bias (2) looks like a bias"),
        (safetensors("F64", &[]), "holds no array"),
    ];
    for (bytes, part) in cases {
        let run = from("model.safetensors", &bytes);
        assert_eq!((run.status, run.stdout.as_str()), (2, ""), "{part}");
        assert!(run.stderr.contains(part), "{part} is not in {}", run.stderr);
    }
}

#[test]
fn what_does_not_fit_is_named() {
    let said = |model: &str, data: &str, parts: &[&str]| {
        let run = scratch(model, data).run(&["polish", "model.json", "data.csv"]);
        assert_eq!((run.status, run.stdout.as_str()), (2, ""), "{}", run.stderr);
        for part in parts {
            assert!(run.stderr.contains(part), "{part} is not in {}", run.stderr);
        }
    };
    said(MODEL, "0.8,0.6,2\n-0.8,0.7,3\n", &["sample 0 has the label 2", "1 and -1"]);
    said(MODEL, "0.8,0.6,1\n-0.8,0.7,0\n1,1,-1\n", &["sample 1 has the label 0", "there is a label -1 too"]);
    said(MODEL, "0.8,NaN,1\n-0.8,0.7,-1\n", &["line 1", "`NaN` is no finite number"]);
    said(MODEL, "0.8,1\n-0.8,-1\n", &["sample 0 has 1 inputs", "reads 2", "column of ones"]);
    let convolved = "0.8,0.6,1,1,1\n-0.8,0.7,1,1,-1\n";
    said(
        MODEL,
        convolved,
        &["sample 0 has 4 inputs, but the first layer reads 2", "not dense is named with --network"],
    );
    // Lines are counted with those that are empty.
    said(
        MODEL,
        "0.8,0.6,1\n\n-0.8,-1\n",
        &["line 3 has 2 fields, but line 1 has 3", "a sample's inputs and then its label"],
    );
    said(MODEL, "a,b,y\n0.8,0.6,1,4\n", &["line 2 has 4 fields, but line 1 has 3"]);
    said(MODEL, "0.8,0.6,1\n\n-0.8,0.7,x\n", &["line 3: the label `x` is no number"]);
    said(MODEL, "0.8,0.6,1\n-0.8,0.7,-1\n0.8,0.7,-1\n", &["does not separate", "sample 2", "1 of 3 samples"]);
    said(MODEL, "0.8,0.6,1\n0.8,0.7,1\n", &["every sample has the label 1"]);
    said("[[[1, 2], [3]], [[1, 1]]]", DATA, &["layer 0, row 1, has 1 weights, but row 0 has 2"]);
    said("[[[1, 2]], [[1, 1]]]", DATA, &["layer 1, row 0, has 2 weights, but 1 are expected"]);
    said("[[[1, 2]], [[1], [1]]]", DATA, &["the last layer has 2 outputs"]);
    said("{\"W1\": 3}", DATA, &["layer W1 is no matrix"]);
    for bias in ["[[[1, 2], [3, 4]], [5, 6], [[1, 1]]]", "[[[1, 2], [3, 4]], [5, 6], [[1, 1]], [7]]"] {
        said(bias, DATA, &["array 1 (2) looks like a bias"]);
    }
    said(
        "{\"0.bias\": [5, 6], \"0.weight\": [[1, 2], [3, 4]], \"1\": [[1, 1]]}",
        DATA,
        &["0.bias (2) looks like a bias"],
    );
    said("[[[NaN, 2], [3, 4]], [[1, 1]]]", DATA, &["JSON has no NaN"]);
    let run = scratch(MODEL, DATA).run(&["polish", "model.json", "data.csv", "--activation", "leaky:x"]);
    assert_eq!(run.status, 2);
    assert!(run.stderr.contains("leaky:x"), "{}", run.stderr);
}

#[test]
fn programs_get_the_same_words_from_every_command() {
    let polished = scratch(MODEL, DATA);
    assert_eq!(polished.run(&["polish", "model.json", "data.csv", "-o", "certificate.json"]).status, 0);
    let first = |run: &str| -> serde_json::Value {
        serde_json::from_str(run.lines().next().expect("a line")).expect("an object")
    };
    let checked = first(&polished.run(&["check", "certificate.json", "--json"]).stdout);
    assert_eq!(checked["standing"], "global_optimum", "{checked}");
    let table = polished.run(&["table", "certificate.json", "--detail", "--format", "json"]).stdout;
    let table: serde_json::Value = serde_json::from_str(&table).expect("JSON");
    assert_eq!(table[0]["verdict"], "global_optimum", "{table}");
}
