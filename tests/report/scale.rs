//! Ten thousand certificates; slow, so only on demand: `cargo test --release --test report -- --ignored ten_thousand --nocapture`.

use std::fs;
use std::process::Command;
use std::time::{Duration, Instant};

use crate::scratch::{Scratch, repository};

#[test]
#[ignore = "takes a minute"]
fn ten_thousand_certificates_in_under_a_minute_and_a_gigabyte() {
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
        // A process that asks for more than a gigabyte of addresses is refused and ends.
        let line = "ulimit -v 1048576 && exec \"$0\" \"$@\"";
        let mut command = Command::new("sh");
        command.args(["-c", line, env!("CARGO_BIN_EXE_margincert")]).args(arguments).current_dir(scratch.path(""));
        let output = command.output().expect("it runs");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        println!("{arguments:?}: {:?}", start.elapsed());
        assert!(start.elapsed() < Duration::from_secs(60), "{arguments:?}: {:?}", start.elapsed());
    }
}
