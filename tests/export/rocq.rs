//! Rocq itself, where it is installed.

use std::path::Path;
use std::process::Command;

use crate::scratch::repository;

/// Whether Rocq and the compiled library are here. Without them a test is skipped, and says so, unless this is
/// continuous integration.
pub fn is_ready() -> bool {
    let has_coqc = Command::new("coqc").arg("--version").output().is_ok_and(|output| output.status.success());
    let is_built = repository("rocq/Checks.vo").exists();
    let missing = match (has_coqc, is_built) {
        (true, true) => return true,
        (false, _) => "coqc is missing (Debian: apt-get install coq)",
        (true, false) => "the library is not compiled (make -C rocq)",
    };
    assert!(std::env::var_os("MARGINCERT_REQUIRE_ROCQ").is_none(), "{missing}");
    eprintln!("skipped: {missing}");
    false
}

/// Compiles a file; what it printed, or what Rocq had against it.
pub fn compile(file: &Path) -> Result<String, String> {
    let library = repository("rocq");
    let mut coqc = Command::new("coqc");
    coqc.arg("-q").arg("-Q").arg(&library).arg("Margincert").arg(file);
    let output = coqc.output().expect("coqc runs");
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    if output.status.success() { Ok(text(&output.stdout)) } else { Err(text(&output.stderr)) }
}
