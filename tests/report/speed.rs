//! How fast the pages are, in processor time, which other work on the machine changes little.

use std::fs;

use serde_json::json;

use crate::browser::Browser;
use crate::scratch::{Scratch, repository};
use crate::tools;

/// Checks every document with the checker that is in every atlas, and says how many are accepted.
const CHECK_ALL: &str = r#"(async (documents) => {
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
  return accepted.length;
})"#;

#[test]
fn the_catalogue_is_checked_in_the_browser_in_under_a_second() {
    if !tools::has("chromium", "checking in the browser") {
        return;
    }
    let scratch = Scratch::new();
    scratch.write("checker.js", &fs::read(repository("src/report/atlas/checker.js")).expect("the checker"));
    scratch.write("page.html", "<!doctype html><title>page</title><script src=\"checker.js\"></script>");
    let files = fs::read_dir(repository("proofs/paper")).expect("the catalogue");
    let files = files.map(|entry| entry.expect("an entry").path());
    let files = files.filter(|path| path.extension().is_some_and(|extension| extension == "json"));
    let documents: Vec<String> = files.map(|path| fs::read_to_string(path).expect("a certificate")).collect();
    let spent = least_of_three("the catalogue is checked", || {
        let mut browser = Browser::new();
        browser.open(&format!("file://{}", scratch.path("page.html").display()), 1280, "light");
        let before = browser.processor_seconds();
        assert_eq!(browser.evaluate(&format!("{CHECK_ALL}({})", json!(documents))), documents.len());
        browser.processor_seconds() - before
    });
    assert!(spent < 1.0, "{spent} s");
}

#[test]
fn the_first_verdict_is_in_the_browser_two_seconds_after_opening() {
    if !tools::has("chromium", "opening the playground") {
        return;
    }
    let address = format!("file://{}", repository("docs/playground.html").display());
    let spent = least_of_three("the first verdict is there", || {
        let mut browser = Browser::new();
        browser.open(&address, 1280, "light");
        browser.evaluate(
            "new Promise(done => { const look = () => document.getElementById('verdict').textContent.startsWith('The point is') \
             ? done() : setTimeout(look, 5); look(); })",
        );
        browser.processor_seconds()
    });
    assert!(spent < 2.0, "{spent} s");
}

/// The least of three times in seconds, which are printed: what disturbs a run only adds to it.
fn least_of_three(what: &str, mut run: impl FnMut() -> f64) -> f64 {
    let times = [run(), run(), run()];
    println!("{what} after {times:.2?} s of processor time");
    times.into_iter().fold(f64::INFINITY, f64::min)
}
