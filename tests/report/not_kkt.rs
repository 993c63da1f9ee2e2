//! Why a point is no KKT point, with every number that the argument needs.

use crate::scratch::Scratch;

/// One linear unit on one sample, with this point and direction.
fn told(point: &str, direction: &str, format: &str) -> String {
    let scratch = Scratch::new();
    let text = format!(
        r#"{{"format": "margincert/1",
            "network": {{"inputs": 2, "layers": [{{"weights": "dense", "outputs": 1, "activation": "linear"}}]}},
            "data": [{{"x": ["1/2", "0"], "y": 1}}], "point": [{point}],
            "claims": [{{"claim": "not_kkt", "direction": [{direction}]}}]}}"#
    );
    scratch.write("a.json", &text);
    let run = scratch.run(&["explain", "a.json", "--format", format]);
    assert_eq!((run.status, run.stderr.as_str()), (0, ""));
    run.stdout.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn that_no_margin_is_1_is_said() {
    for format in ["text", "markdown", "latex"] {
        let told = told(r#"["4", "0"]"#, r#"["-1", "0"]"#, format);
        assert!(told.contains("while no margin is 1, so that there is no such sample and the sum is 0."), "{told}");
        assert!(!told.contains("on every such sample"), "{told}");
    }
}

#[test]
fn derivatives_are_told_and_without_kinks_exactly() {
    let told = told(r#"["2", "1"]"#, r#"["1", "-3"]"#, "text");
    assert!(told.contains("on every such sample yᵢ gᵢ · d is not negative: y₀ g₀ · d = 1/2 Printed by"), "{told}");
}
