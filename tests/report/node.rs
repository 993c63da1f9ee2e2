//! The checker as a package for Node.

use std::process::Command;

use crate::scratch::{Scratch, repository};
use crate::tools;

/// Checks the certificates that are named, and a changed one.
const PROGRAM: &str = r#"
const { readFileSync } = require("node:fs");
const { check, version } = require("margincert");
const texts = process.argv.slice(2).map((file) => readFileSync(file, "utf8"));
const wrong = texts.filter((text) => !check(text).accepted).length;
const changed = check(texts[0].replace('"multipliers": ["', '"multipliers": ["9'));
const message = (text) => { try { check(text); return "none"; } catch (error) { return `${error.name}: ${error.message}`; } };
const empty = check(texts[0].replace(/"claims": \[.*\]/s, '"claims": []'));
console.log(JSON.stringify({ version, count: texts.length, wrong, changed, empty: empty.accepted, refused: message("{"), parsed: message({}) }));
"#;

#[test]
fn the_package_for_node_checks_the_catalogue() {
    if !tools::has("node", "trying the package for Node") || !tools::has("npm", "making the package for Node") {
        return;
    }
    let scratch = Scratch::new();
    let npm = |arguments: &[&str]| {
        let output = Command::new("npm").args(arguments).current_dir(scratch.path("")).output().expect("npm");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    };
    // As `npm pack` and `npm install` do it, in a copy: the repository stays as it is.
    for file in ["package.json", "index.js", "index.d.ts", "README.md"] {
        scratch.write(&format!("web/npm/{file}"), &std::fs::read(repository("web/npm").join(file)).expect(file));
    }
    let checker = "src/report/atlas/checker.js";
    scratch.write(checker, &std::fs::read(repository(checker)).expect(checker));
    npm(&["pack", "--silent", "./web/npm"]);
    scratch.write("package.json", r#"{"private": true}"#);
    let package = format!("./margincert-{}.tgz", env!("CARGO_PKG_VERSION"));
    npm(&["install", "--silent", "--offline", "--no-audit", "--no-fund", &package]);
    scratch.write("program.js", PROGRAM);
    let folder = std::fs::read_dir(repository("proofs/paper")).expect("certificates");
    let mut files: Vec<_> = folder.map(|entry| entry.expect("an entry").path()).collect();
    files.sort_by_key(|file| !file.ends_with("fc-relu-dead-neuron.json"));
    let output =
        Command::new("node").arg("program.js").args(files).current_dir(scratch.path("")).output().expect("node");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let told: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!(told["version"], env!("CARGO_PKG_VERSION"));
    assert!(told["count"].as_u64() > Some(100) && told["wrong"] == 0, "{told}");
    assert_eq!(told["changed"]["accepted"], false, "{told}");
    let reasons = told["changed"]["claims"].as_array().expect("claims");
    assert!(reasons.iter().any(|claim| claim["reason"].as_str().is_some_and(|reason| !reason.is_empty())), "{told}");
    assert_eq!(told["empty"], false);
    assert!(told["refused"].as_str().is_some_and(|text| text.starts_with("SyntaxError: line 1")), "{told}");
    assert!(told["parsed"].as_str().is_some_and(|text| text.contains("as a string")), "{told}");
}
