//! Rocq itself, where it is installed.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering};

/// A path in the repository.
pub fn repository(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

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

/// A folder that is removed when it is dropped.
pub struct Scratch(pub PathBuf);

impl Scratch {
    /// A new one, which no other test has.
    pub fn new() -> Self {
        static COUNT: AtomicUsize = AtomicUsize::new(0);
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        let folder = std::env::temp_dir().join(format!("margincert-export-{}-{count}", std::process::id()));
        fs::create_dir_all(&folder).expect("a temporary folder");
        Scratch(folder)
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}
