//! A certificate that is quickly read.

/// A small certificate with this title: one linear unit on one sample. A wrong multiplier makes it a rejected one.
pub fn certificate(title: &str, multiplier: &str) -> String {
    let title = serde_json::to_string(title).expect("a string");
    format!(
        r#"{{"format": "margincert/1", "title": {title},
            "network": {{"inputs": 1, "layers": [{{"weights": "dense", "outputs": 1, "activation": "linear"}}]}},
            "data": [{{"x": ["1/2"], "y": 1}}], "point": [["2"]],
            "claims": [{{"claim": "feasible"}}, {{"claim": "kkt", "multipliers": ["{multiplier}"]}}]}}"#
    )
}
