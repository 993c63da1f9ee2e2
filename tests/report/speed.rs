//! How fast the pages are. Figures are for a machine that has nothing else to do, so these tests run when they are asked for.

use std::fs;

use serde_json::{Value, json};

use crate::browser::Browser;
use crate::scratch::{Scratch, repository};

/// Checks every document with the checker that is in every atlas, and says how long that took, in milliseconds.
const CHECK_ALL: &str = r#"(async (documents) => {
  const began = performance.now();
  const bytes = Uint8Array.from(atob(margincertChecker.wasm), (c) => c.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  const { instance } = await WebAssembly.instantiate(await new Response(stream).arrayBuffer(), {});
  const { memory, input, check, output, output_length: length } = instance.exports;
  const accepted = documents.filter((text) => {
    const document = new TextEncoder().encode(text);
    const place = input(document.length);
    new Uint8Array(memory.buffer, place, document.length).set(document);
    check();
    const found = new TextDecoder().decode(new Uint8Array(memory.buffer, output(), length()));
    return JSON.parse(found).claims.every((claim) => claim.accepted);
  });
  return [accepted.length, performance.now() - began];
})"#;

#[test]
#[ignore = "of use on a quiet machine only"]
fn the_catalogue_is_checked_in_the_browser_in_under_a_second() {
    let scratch = Scratch::new();
    let checker = fs::read_to_string(repository("src/report/atlas/checker.js")).expect("the checker");
    scratch.write("checker.js", &checker);
    scratch.write("page.html", "<!doctype html><title>page</title><script src=\"checker.js\"></script>");
    let files = fs::read_dir(repository("proofs/paper")).expect("the catalogue");
    let files = files.map(|entry| entry.expect("an entry").path());
    let files = files.filter(|path| path.extension().is_some_and(|extension| extension == "json"));
    let documents: Vec<String> = files.map(|path| fs::read_to_string(path).expect("a certificate")).collect();
    let mut browser = Browser::new();
    let mut times = Vec::new();
    for _ in 0..5 {
        browser.open(&format!("file://{}", scratch.path("page.html").display()), 1280, "light");
        let found = browser.evaluate(&format!("{CHECK_ALL}({})", json!(documents)));
        assert_eq!(found[0], documents.len());
        times.push(found[1].as_f64().expect("a time"));
    }
    assert!(median("the catalogue is checked", times) < 1000.0);
}

#[test]
#[ignore = "of use on a quiet machine only"]
fn the_first_verdict_is_in_the_browser_two_seconds_after_opening() {
    let address = format!("file://{}", repository("docs/playground.html").display());
    let mut browser = Browser::new();
    let mut times = Vec::new();
    for _ in 0..5 {
        browser.open(&address, 1280, "light");
        let said = browser.evaluate(
            "new Promise(done => { const look = () => document.getElementById('verdict').textContent.startsWith('The point is') \
             ? done(performance.now()) : setTimeout(look, 5); look(); })",
        );
        times.push(Value::as_f64(&said).expect("a time"));
    }
    assert!(median("the first verdict is there", times) < 2000.0);
}

/// The median of times in milliseconds, which is printed.
fn median(what: &str, mut times: Vec<f64>) -> f64 {
    times.sort_by(f64::total_cmp);
    let median = times[times.len() / 2];
    eprintln!("{what} after {median:.0} ms in the median of {times:.0?}");
    median
}
