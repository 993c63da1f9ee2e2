//! Ten thousand certificates; slow, so only on demand: `cargo test --release --test report -- --ignored ten_thousand`.

use std::fs;
use std::time::{Duration, Instant};

use crate::scratch::{Scratch, repository};

#[test]
#[ignore = "takes a minute"]
fn ten_thousand_certificates_in_under_a_minute() {
    let scratch = Scratch::new();
    fs::create_dir(scratch.path("in")).expect("a folder");
    let entries = fs::read_dir(repository("proofs/paper")).expect("the catalogue");
    let files: Vec<_> = entries.map(|entry| entry.expect("an entry").path()).collect();
    for k in 0..10_000 {
        let file = &files[k % files.len()];
        let stem = file.file_stem().expect("a name").to_string_lossy();
        fs::copy(file, scratch.path("in").join(format!("{stem}-{k}.json"))).expect("a copy");
    }
    for arguments in [&["table", "in", "--format", "csv"][..], &["atlas", "in", "-o", "out"]] {
        let start = Instant::now();
        let run = scratch.run(arguments);
        assert_eq!(run.status, 0, "{}", run.stderr);
        assert!(start.elapsed() < Duration::from_secs(60), "{arguments:?}: {:?}", start.elapsed());
    }
}
