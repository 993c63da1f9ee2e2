//! Where a report comes from: the file, its hash, the version, and the command that checks it again.

#[cfg(feature = "atlas")]
use sha2::{Digest, Sha256};

use super::document::Inline;

/// The version of this program.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");

/// The SHA-256 of a file, in hexadecimal.
#[cfg(feature = "atlas")]
pub fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The paragraph that ends a printed proof; `file` is the name that the certificate was read under, without folders.
pub fn paragraph(file: Option<&str>, sha256: &str) -> Inline {
    let text = Inline::from(format!(
        "Printed by margincert {VERSION} after its checker had accepted every claim of the certificate "
    ));
    match file {
        Some(file) => text
            .code(file)
            .text(", whose SHA-256 is ")
            .code(sha256)
            .text(". To check it again: ")
            .code(format!("margincert check {file}"))
            .text(". To turn its claims into theorems that Rocq checks: ")
            .code(format!("margincert export --rocq {file} -o theorems"))
            .text(". The file written names those that have no theorem yet."),
        None => text.text("with the SHA-256 ").code(sha256).text("."),
    }
}
