//! Exact certificates about KKT points of the max-margin problem of small homogeneous networks.
//!
//! The problem is `min 1/2 ||theta||^2` subject to `y_i Phi(theta; x_i) >= 1` for every sample `i`, for a network `Phi` of linear,
//! ReLU or leaky ReLU layers without biases. Gradient flow on the exponential or logistic loss converges in direction to its KKT
//! points (Lyu and Li, 2020). Whether such a point is a local or a global optimum is asked by Vardi, Shamir and Srebro (*On Margin
//! Maximization in Linear and ReLU Networks*, 2022), and answered here for one network, dataset and point at a time, with a proof.
//!
//! # From an instance to a proof
//!
//! Numbers are exact: `"4/5"` is four fifths. [`prove::certify::Prover`] searches, and may fail to find; what it finds counts only
//! because [`kernel`] has checked it.
//!
//! ```
//! use margincert::kernel::certificate::Document;
//! use margincert::prove::certify::{Prover, Verdict};
//!
//! // Two ReLU units with output weights 1: x -> relu(2 x_2) + relu(0), and two samples at mirrored places.
//! let instance = Document::parse(r#"{
//!     "format": "margincert/1",
//!     "network": {"inputs": 2, "layers": [
//!         {"weights": "dense", "outputs": 2, "activation": "relu"},
//!         {"weights": "dense", "outputs": 1, "activation": "linear"}
//!     ]},
//!     "data": [{"x": ["1", "1/4"], "y": 1}, {"x": ["-1", "1/4"], "y": 1}],
//!     "point": [["0", "2", "0", "0"], ["2", "0"]]
//! }"#)?;
//! let (certificate, account) = Prover::new().certify(&instance);
//! assert_eq!(account.verdict(), Verdict::NotLocalOptimum);
//!
//! // A certificate is a text that anybody can read and check again.
//! let text = certificate.to_text();
//! let verdicts = Document::parse(&text)?.check();
//! assert!(!verdicts.is_empty() && verdicts.iter().all(Result::is_ok));
//! # Ok::<(), margincert::words::ReadError>(())
//! ```
//!
//! # Where things are
//!
//! - [`kernel`]: all that is to be trusted. Exact numbers, networks, the checks, the file. It searches nothing and has no floats.
//! - [`prove`]: finds evidence, among it `prove::trained` for networks trained in floats.
//! - `explore`: instances, conjectures and hunts for what breaks them.
//! - [`report`]: a proof as text, Markdown, LaTeX or a page; tables; the atlas. [`export`]: theorems for Rocq.
//! - `harness`: `cargo test` over a folder of certificates, for crates that have some.
//!
//! # Features
//!
//! `default-features = false` leaves the kernel, the prover, explanations and tables, and what they need. `cli` is the command,
//! `explore` hunts, `harness` the tests of certificates, `atlas` the site, `trained` networks trained in floats, `database` what
//! was found.

#[cfg(feature = "cli")]
pub mod cli;
mod conversions;
#[cfg(feature = "explore")]
pub mod explore;
pub mod export;
pub mod files;
#[cfg(feature = "harness")]
pub mod harness;
pub mod instance;
pub mod kernel;
pub mod prove;
pub mod report;
pub mod words;
mod write;
