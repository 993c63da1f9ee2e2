//! A folder of its own for each test, and the command run in it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};

/// A folder that is removed when the test ends.
pub struct Scratch(PathBuf);

/// What a run of the command came to.
#[derive(Debug)]
pub struct Run {
    pub status: i32,
    pub stdout: String,
    pub stderr: String,
}

impl Scratch {
    /// An empty folder.
    pub fn new() -> Self {
        static COUNT: AtomicUsize = AtomicUsize::new(0);
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        let folder = std::env::temp_dir().join(format!("margincert-report-{}-{count}", std::process::id()));
        fs::create_dir_all(&folder).expect("a temporary folder");
        Scratch(folder)
    }

    /// The path of a name in the folder.
    pub fn path(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }

    /// Writes a file, making its folders.
    pub fn write(&self, name: &str, text: &str) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::write(path, text).expect("a file");
    }

    /// Reads a file.
    pub fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
    }

    /// Runs the command in the folder.
    pub fn run(&self, arguments: &[&str]) -> Run {
        let mut command = Command::new(env!("CARGO_BIN_EXE_margincert"));
        let output = command.args(arguments).current_dir(&self.0).stdin(Stdio::null()).output().expect("it runs");
        Run {
            status: output.status.code().expect("the command was not killed"),
            stdout: String::from_utf8(output.stdout).expect("UTF-8"),
            stderr: String::from_utf8(output.stderr).expect("UTF-8"),
        }
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        // Leaving a folder behind in the system's temporary place does no harm.
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// A path in the repository.
pub fn repository(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// A path in the repository, as an argument.
pub fn argument(path: &str) -> String {
    repository(path).to_str().expect("UTF-8").to_string()
}

/// A small certificate with this title: one linear unit on one sample. A wrong multiplier makes it a rejected one.
pub fn certificate(title: &str, multiplier: &str) -> String {
    let title = serde_json::to_string(title).expect("a string");
    format!(
        r#"{{"format": "margincert/1", "title": {title},
            "network": {{"inputs": 1, "layers": [{{"weights": "dense", "outputs": 1, "activation": "linear"}}]}},
            "data": [{{"x": ["1/2"], "y": 1}}], "point": [["2"]],
            "claims": [{{"claim": "feasible"}}, {{"claim": "kkt", "multipliers": ["{multiplier}"]}}]}}"#
    )
}
