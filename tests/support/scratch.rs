//! A folder of its own for each test, the command run in it, and paths in the repository.
#![allow(dead_code, reason = "not every suite needs all of it")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
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
        let folder = std::env::temp_dir().join(format!("margincert-test-{}-{count}", std::process::id()));
        fs::create_dir_all(&folder).expect("a temporary folder");
        Scratch(folder)
    }

    /// A folder with certificates of `tests/cli/certificates/` under the given names.
    pub fn with(files: &[(&str, &str)]) -> Self {
        let scratch = Scratch::new();
        let certificates = repository("tests/cli/certificates");
        for (name, source) in files {
            scratch.write(name, &fs::read(certificates.join(source)).expect(source));
        }
        scratch
    }

    /// The path of a name in the folder.
    pub fn path(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }

    /// Writes a file, making its folders.
    pub fn write(&self, name: &str, content: &(impl AsRef<[u8]> + ?Sized)) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::write(path, content).expect("a file");
    }

    /// Reads a file.
    pub fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
    }

    /// The command, to be run in the folder.
    #[cfg(feature = "cli")]
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_margincert"));
        command.args(arguments).current_dir(&self.0).stdin(Stdio::null());
        command
    }

    /// Runs the command in the folder.
    #[cfg(feature = "cli")]
    pub fn run(&self, arguments: &[&str]) -> Run {
        Run::from(self.command(arguments).output().expect("the command runs"))
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        // Leaving a folder behind in the system's temporary place does no harm.
        let _ = fs::remove_dir_all(&self.0);
    }
}

impl From<Output> for Run {
    fn from(output: Output) -> Self {
        Run {
            status: output.status.code().expect("the command was not killed"),
            stdout: String::from_utf8(output.stdout).expect("UTF-8"),
            stderr: String::from_utf8(output.stderr).expect("UTF-8"),
        }
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
