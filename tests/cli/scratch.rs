//! A folder of its own for each test, and the command run in it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};

/// A folder that is removed when the test ends.
pub struct Scratch {
    folder: PathBuf,
}

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
        let folder = std::env::temp_dir().join(format!("margincert-cli-{}-{count}", std::process::id()));
        fs::create_dir_all(&folder).expect("a temporary folder");
        Scratch { folder }
    }

    /// A folder with certificates of `tests/cli/certificates/` under the given names.
    pub fn with(files: &[(&str, &str)]) -> Self {
        let scratch = Scratch::new();
        let certificates = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cli/certificates");
        for (name, source) in files {
            scratch.write(name, &fs::read(certificates.join(source)).expect(source));
        }
        scratch
    }

    /// Writes a file, making its folders.
    pub fn write(&self, name: &str, bytes: &[u8]) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::write(path, bytes).expect("a file");
    }

    /// The path of a name in the folder.
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// The command, to be run in the folder.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_margincert"));
        command.args(arguments).current_dir(&self.folder).stdin(Stdio::null());
        command
    }

    /// Runs the command in the folder.
    pub fn run(&self, arguments: &[&str]) -> Run {
        Run::from(self.command(arguments).output().expect("the command runs"))
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        // Leaving a folder behind in the system's temporary place does no harm.
        let _ = fs::remove_dir_all(&self.folder);
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
