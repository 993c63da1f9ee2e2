//! Small documents about large things: what is printed of them is not large.

use crate::scratch::Scratch;

/// A network of few parameters and many connections, each weight of which would stand in a matrix of thousands of rows and columns.
fn wide(units: usize) -> String {
    let patches: Vec<String> = (0..units).map(|unit| format!("[{unit}]")).collect();
    let x = vec!["1"; units].join(",");
    format!(
        r#"{{"format": "margincert/1",
            "network": {{"inputs": {units}, "layers": [
                {{"weights": "convolution", "patches": [{}], "activation": "relu"}},
                {{"weights": "convolution", "patches": [[0]], "activation": "linear"}}]}},
            "data": [{{"x": [{x}], "y": 1}}], "point": [[1], [1]],
            "claims": [{{"claim": "feasible"}}]}}"#,
        patches.join(",")
    )
}

/// Many units of few parameters are 0 on many samples, and each selection resolves them all.
fn kinks(units: usize, samples: usize) -> String {
    let patches = vec!["[0]"; units].join(",");
    let data = vec![r#"{"x": [1], "y": 1}"#; samples].join(",");
    let selections: Vec<String> = (0..samples)
        .map(|sample| format!(r#""{sample}": [{{"weight": 1, "toward": [[[1, 0], [0], [0]]]}}]"#))
        .collect();
    format!(
        r#"{{"format": "margincert/1",
            "network": {{"inputs": 1, "layers": [
                {{"weights": "convolution", "patches": [{patches}], "filters": 2, "activation": "relu"}},
                {{"weights": "convolution", "patches": [[{units}]], "activation": "relu"}},
                {{"weights": "dense", "outputs": 1, "activation": "linear"}}]}},
            "data": [{data}], "point": [[0, 1], [1], [1]],
            "claims": [{{"claim": "kkt", "multipliers": [{}], "selections": {{{}}}}}]}}"#,
        vec![format!("\"1/{samples}\""); samples].join(","),
        selections.join(",")
    )
}

/// What takes more than so much address space fails.
#[cfg(target_os = "linux")]
#[test]
fn explanations_stay_within_memory() {
    let scratch = Scratch::new();
    scratch.write("wide.json", &wide(7000));
    scratch.write("kinks.json", &kinks(600, 40));
    for file in ["wide.json", "kinks.json"] {
        for format in ["text", "latex", "html"] {
            let command = "ulimit -v 1500000; exec \"$1\" explain \"$2\" --format \"$3\"";
            let mut shell = std::process::Command::new("sh");
            shell.args(["-c", command, "sh", env!("CARGO_BIN_EXE_margincert"), file, format]);
            let output = shell.current_dir(scratch.path("")).output().expect("a shell");
            let text = String::from_utf8_lossy(&output.stdout).into_owned();
            let is_cut = text.contains("and 400 more such preactivations") == (file == "kinks.json");
            assert!(is_cut || format == "html", "{file} as {format}: {text:.300}");
            let (printed, errors) = (output.stdout.len(), String::from_utf8_lossy(&output.stderr));
            assert!(output.status.success(), "{file} as {format}: {}, {errors:.300}", output.status);
            // The page repeats the document, and holds the checker.
            assert!((1000..5_000_000).contains(&printed), "{file} as {format}: {printed} bytes");
        }
    }
}
