//! Small documents that kept a checker busy, or filled its memory, for work that was not charged for.

use std::path::{Path, PathBuf};

use margincert::kernel::certificate::Document;
use margincert::kernel::exact::BUDGET;

use crate::budget::{assert_charged, steps};

/// The documents of a folder.
fn documents(folder: &str) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    let mut paths: Vec<_> =
        std::fs::read_dir(folder).expect("a folder").map(|file| file.expect("a file").path()).collect();
    paths.sort();
    paths
}

#[test]
fn what_they_cost_is_charged_for() {
    let paths = documents("tests/slow");
    assert_eq!(paths.len(), 8);
    for path in paths {
        let name = path.display().to_string();
        let text = std::fs::read_to_string(&path).expect("text");
        let read = assert_charged(BUDGET / 10, &format!("reading {name}"), || Document::parse(&text));
        let Some(Ok(document)) = read else { continue };
        // With the reasons in words, which are not charged for, but short.
        let Some(verdicts) = assert_charged(BUDGET / 10, &format!("checking {name}"), || document.check()) else {
            continue;
        };
        let reasons: usize = verdicts.iter().map(|verdict| verdict.as_ref().err().map_or(0, String::len)).sum();
        assert!(reasons < 5_000_000 && !verdicts.is_empty(), "{name}: {reasons} bytes");
    }
}

/// A certificate with a network, samples, a point and a claim, without spaces.
fn certificate(network: &str, data: &str, point: &str, claim: &str) -> String {
    format!(r#"{{"format":"margincert/1","network":{network},"data":[{data}],"point":{point},"claims":[{claim}]}}"#)
}

/// The same text again and again.
fn times(text: &str, count: usize) -> String {
    vec![text; count].join(",")
}

/// Many cases of one unit of a wide layer.
#[test]
fn a_case_of_one_unit_costs_little_however_wide_the_layer_is() {
    let width = 20_000;
    let network = format!(
        r#"{{"inputs":1,"layers":[{{"weights":"dense","outputs":{width},"activation":"relu"}},
            {{"weights":"dense","outputs":1,"activation":"linear"}}]}}"#
    );
    let zeros = times("0", width - 1);
    // Each part is split in two, again and again.
    let split = r#"{"sample":0,"layer":0,"unit":0}"#;
    let leaf = r#"{"products":[[0,0,"1/4"]]}"#.to_string();
    let cases = (0..11).fold(leaf, |part, _| format!("{split},{part},{part}"));
    let others: Vec<String> = (1..width).map(|unit| unit.to_string()).collect();
    let claim = format!(
        r#"{{"claim":"global_optimum","by":"cases","multipliers":[0],"trees":[
            {{"units":[0],"cases":[{cases}]}},{{"units":[{}],"cases":[{{}}]}}]}}"#,
        others.join(",")
    );
    let text = certificate(&network, r#"{"x":[1],"y":1}"#, &format!("[[1,{zeros}],[1,{zeros}]]"), &claim);
    let document = Document::parse(&text).expect("a certificate");
    let verdicts = assert_charged(BUDGET / 10, "2048 cases", || document.check()).expect("not given up");
    assert_eq!(verdicts, [Err("the cases show a bound of 0, but 1/2 ||theta~||^2 = 1".to_string())]);
}

/// Many claims about one enclosed point of units that share their weights: each looks at all units.
#[test]
fn each_claim_about_an_enclosed_point_is_charged_for() {
    let (width, claims) = (1_024, 10_000);
    let network = format!(
        r#"{{"inputs":1,"layers":[{{"weights":"convolution","patches":[{}],"activation":"relu"}},
            {{"weights":"template","entries":[[{}]],"activation":"linear"}}]}}"#,
        times("[0]", width),
        times("0", width)
    );
    let with = |claims| {
        let claim = format!(
            r#"{{"claim":"kkt_enclosed","by":"parameters","active":[0],"multipliers":["1/1024"],"patterns":[["{}"]],"slopes":[],
                "radius":"1/1000000","inverse":[["1/4","-1/4","1/64"],["-1/4","1/4","1/64"],["-1/64","-1/64",0]],
                "optimum":[{}]}}"#,
            "+".repeat(width),
            times(r#"{"is":"local","layer":0}"#, claims)
        );
        let text = certificate(&network, r#"{"x":[1],"y":1}"#, r#"[["1/32"],["1/32"]]"#, &claim);
        let document = Document::parse(&text).expect("a certificate");
        let (verdicts, steps) = steps(BUDGET, || document.check());
        assert_eq!(verdicts, Some(vec![Ok(())]));
        steps
    };
    let (one, many) = (with(1), with(claims));
    assert!(many - one > (claims * width) as u64, "{one} and {many} steps");
}

/// The name of the variable that tells a process which file to read.
#[cfg(target_os = "linux")]
const READER: &str = "MARGINCERT_TEST_READER";

/// Not a test: what a process does whose memory is measured.
#[cfg(target_os = "linux")]
#[test]
fn reader() {
    let Some(path) = std::env::var_os(READER) else { return };
    let text = std::fs::read_to_string(path).expect("text");
    if let (Some(Ok(document)), _) = steps(BUDGET / 20, || Document::parse(&text)) {
        steps(BUDGET / 20, || document.check());
    }
    let status = std::fs::read_to_string("/proc/self/status").expect("a status");
    println!("{}", status.lines().find(|line| line.starts_with("VmHWM:")).expect("the most memory"));
}

/// What they keep is charged for: with a twentieth of the budget they come not far. A network of a million connections itself takes
/// some 200 MB while it is made.
#[cfg(target_os = "linux")]
#[test]
fn they_do_not_fill_the_memory() {
    for path in documents("tests/slow") {
        let mut command = std::process::Command::new(std::env::current_exe().expect("this test"));
        command.args(["--exact", "certificate::slow::reader", "--nocapture"]).env(READER, &path);
        let output = command.output().expect("it runs");
        let printed = String::from_utf8_lossy(&output.stdout).into_owned();
        let memory = printed.lines().find_map(|line| line.strip_prefix("VmHWM:")?.trim().strip_suffix(" kB"));
        let kilobytes: u64 = memory.and_then(|kb| kb.parse().ok()).unwrap_or_else(|| panic!("{printed}"));
        assert!(kilobytes < 350_000, "{}: {kilobytes} kB", path.display());
    }
}

/// A field given by a simple polynomial with two close roots costs little.
#[test]
fn close_roots_are_told_apart_within_the_budget() {
    // x^32 - 2 (10^5 x - 1)^2
    let mut polynomial = vec!["0".to_string(); 33];
    (polynomial[0], polynomial[1], polynomial[2], polynomial[32]) =
        ("-2".into(), "400000".into(), "-20000000000".into(), "1".into());
    let text = format!(
        r#"{{"format": "margincert/1", "field": {{"minimal_polynomial": [{}], "root_between": ["1/100000", 1]}},
            "network": {{"inputs": 1, "layers": [{{"weights": "dense", "outputs": 1, "activation": "linear"}}]}},
            "data": [{{"x": [[0, 100000]], "y": 1}}], "point": [[1]], "claims": [{{"claim": "feasible"}}]}}"#,
        polynomial.join(",")
    );
    let (document, read) = steps(BUDGET, || Document::parse(&text));
    let document = document.expect("not given up").unwrap_or_else(|error| panic!("{error}"));
    let (verdicts, checked) = steps(BUDGET, || document.check());
    assert_eq!(verdicts, Some(vec![Ok(())]), "the upper root is above 1/100000");
    assert!(read + checked < BUDGET / 2, "{read} and {checked} steps");
}
