//! `cargo test` over a folder of certificates: one named test a file.
//!
//! A crate that keeps certificates in a folder `certificates/` adds to its `Cargo.toml`
//!
//! ```toml
//! [dev-dependencies]
//! margincert = { version = "0.1", default-features = false, features = ["harness"] }
//!
//! [[test]]
//! name = "certificates"
//! harness = false
//! ```
//!
//! and a file `tests/certificates.rs`:
//!
//! ```text
//! fn main() { margincert::harness::run("certificates") }
//! ```
//!
//! Each test is named for its file's path in the folder, and passes if the file can be read, makes at least one claim,
//! and every claim is accepted. The usual arguments of a test binary work: filters, `--list`, `--nocapture` and so on.

use std::path::{Path, PathBuf};

use libtest_mimic::{Arguments, Failed, Trial};

use crate::files::{self, FileError};

/// Runs the tests of a folder as the arguments of the process ask, and ends the process with their outcome.
///
/// A relative path starts at the package that is being tested. A folder without a certificate is a failed test.
pub fn run(folder: impl AsRef<Path>) -> ! {
    let package = std::env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from).unwrap_or_default();
    let cases = cases(&package.join(folder)).into_iter();
    let trials = cases.map(|(name, file)| Trial::test(name, move || check(&file?))).collect();
    libtest_mimic::run(&Arguments::from_args(), trials).exit()
}

/// The name of each test, and the file it checks.
fn cases(folder: &Path) -> Vec<(String, Result<PathBuf, FileError>)> {
    let case = |file: Result<PathBuf, FileError>| {
        let path = file.as_ref().unwrap_or_else(|error| &error.path);
        (name_in(folder, path), file)
    };
    files::find(folder).into_iter().map(case).collect()
}

/// The path in the folder without extension, its parts separated by `/`; for the folder itself, its own path.
fn name_in(folder: &Path, path: &Path) -> String {
    let inner = path.strip_prefix(folder).ok().filter(|inner| !inner.as_os_str().is_empty());
    let Some(inner) = inner else {
        return path.display().to_string();
    };
    let inner = inner.with_extension("");
    let parts: Vec<_> = inner.components().map(|part| part.as_os_str().to_string_lossy()).collect();
    parts.join("/")
}

fn check(path: &Path) -> Result<(), Failed> {
    let document = files::read(path)?;
    let claims = document.claims();
    if claims.is_empty() {
        return Err("the document makes no claim".into());
    }
    let rejections: Vec<String> = claims
        .iter()
        .zip(document.check())
        .enumerate()
        .filter_map(|(index, ((name, layer), verdict))| {
            let layer = layer.map_or(String::new(), |layer| format!(" (layer {layer})"));
            Some(format!("claim {index}, {name}{layer}: {}", verdict.err()?))
        })
        .collect();
    if rejections.is_empty() { Ok(()) } else { Err(rejections.join("\n").into()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The name and the outcome of each test of a folder.
    fn outcomes(folder: &Path) -> Vec<(String, Result<(), Failed>)> {
        cases(folder)
            .into_iter()
            .map(|(name, file)| (name, file.map_err(Failed::from).and_then(|file| check(&file))))
            .collect()
    }

    /// The folder's one test fails with a message that contains `reason`.
    #[track_caller]
    fn assert_fails(folder: &Path, reason: &str) {
        let outcomes = outcomes(folder);
        let [(_, Err(failed))] = outcomes.as_slice() else {
            panic!("not one failed test: {outcomes:?}");
        };
        let message = failed.message().unwrap_or_default();
        assert!(message.contains(reason), "{message}");
    }

    #[test]
    fn each_file_is_a_test_named_for_its_path_in_the_folder() {
        let outcomes = outcomes(&certificates().join("accepted"));
        let names: Vec<_> = outcomes.iter().map(|(name, outcome)| (name.as_str(), outcome.is_ok())).collect();
        assert_eq!(names, [("deeper/not-kkt", true), ("one-unit", true)]);
    }

    #[test]
    fn what_is_not_an_accepted_certificate_fails() {
        let reason = "claim 1, kkt (layer 0): stationarity fails at parameter 0 of layer 0";
        assert_fails(&certificates().join("rejected"), reason);
        assert_fails(
            &certificates().join("unreadable"),
            "float.json: line 4, column 19, at data[0].x[0]: found 0.5, a JSON float",
        );
        assert_fails(&certificates().join("instance"), "no claim");
    }

    #[test]
    fn a_folder_without_certificates_or_none_at_all_fails() {
        let empty = std::env::temp_dir().join(format!("margincert-harness-{}", std::process::id()));
        std::fs::create_dir_all(&empty).expect("a temporary folder");
        assert_fails(&empty, "no certificate (*.json) in this folder");
        std::fs::remove_dir(&empty).expect("the folder is empty");
        assert_fails(&empty, empty.to_str().expect("UTF-8"));
    }

    fn certificates() -> PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cli/certificates")
    }
}
