//! Programs that some tests need and that not every machine has.

use std::process::Command;

/// Whether a program is here. Without it a test is skipped, and says so, unless this is continuous integration.
pub fn has(program: &str, what_for: &str) -> bool {
    let found = Command::new(program).arg("--version").output().is_ok_and(|output| output.status.success());
    let is_required = std::env::var("CI").is_ok_and(|value| value == "true");
    assert!(found || !is_required, "{program} is missing, which {what_for} needs");
    if !found {
        eprintln!("skipped: {program} is missing, which {what_for} needs");
    }
    found
}
