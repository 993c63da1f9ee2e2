//! What goes into the crate's package: what it is built from and read with, and nothing else.

use std::process::Command;

use crate::source::repository;

#[test]
fn the_package_holds_sources_and_documents_and_no_tests() {
    let run = Command::new(env!("CARGO"))
        .args(["package", "--list", "--allow-dirty", "--offline", "--package", "margincert"])
        .current_dir(repository())
        .output()
        .expect("cargo runs");
    assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
    let list = String::from_utf8(run.stdout).expect("UTF-8");
    let files: Vec<&str> = list.lines().collect();
    let belongs = |file: &&str| {
        let is_data = file.starts_with("proofs/conjectures/") && file.ends_with(".conj");
        let is_top = !file.contains('/') && !file.ends_with(".sh");
        file.starts_with("src/") || file.starts_with("docs/") || is_data || is_top
    };
    assert_eq!(files.iter().filter(|file| !belongs(file)).collect::<Vec<_>>(), Vec::<&&str>::new());
    for needed in ["Cargo.lock", "LICENSE-MIT", "LICENSE-APACHE", "README.md", "src/main.rs", "docs/playground.html"] {
        assert!(files.contains(&needed), "{needed} is missing");
    }
}
