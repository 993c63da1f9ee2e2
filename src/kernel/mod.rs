//! The trusted floor: exact arithmetic, networks, the problem, the checks, and the certificate file.
//!
//! Nothing here searches, guesses, reads a clock or a file, or computes with floats. Each module uses only those before it in
//! this list: [`exact`], [`network`], [`problem`], [`enclosure`], [`check`], [`certificate`].

pub mod certificate;
#[allow(missing_docs)] // The fields of rejections, which say what they are by their names.
pub mod check;
pub mod enclosure;
pub mod exact;
pub mod network;
pub mod problem;
