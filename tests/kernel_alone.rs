//! The trusted floor as a crate of its own: it compiles without any other part of margincert, and reads and checks a certificate.
//!
//! How its numbers are written out it leaves to whoever uses it; here that takes a few lines.

// What is public in the library is private here, which lints judge otherwise.
#![allow(dead_code, unused_imports, clippy::wrong_self_convention)]

#[path = "../src/kernel/mod.rs"]
mod kernel;

use std::fmt;

use kernel::certificate::Document;
use kernel::check::Rejection;
use kernel::exact::{Algebraic, Rational};

macro_rules! written {
    ($($number:ty),*) => {
        $(
            impl fmt::Display for $number {
                fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                    f.write_str("a number")
                }
            }

            impl fmt::Debug for $number {
                fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                    fmt::Display::fmt(self, f)
                }
            }
        )*
    };
}

written!(Rational, Algebraic);

fn document(multiplier: &str) -> String {
    r#"{
        "format": "margincert/1",
        "field": {"minimal_polynomial": [-2, 0, 1], "root_between": [1, 2]},
        "network": {"inputs": 1, "layers": [{"weights": "dense", "outputs": 1, "activation": "linear"}]},
        "data": [{"x": [[0, "1/2"]], "y": 1}],
        "point": [[[0, 1]]],
        "claims": [{"claim": "kkt", "multipliers": [MULTIPLIER]}]
    }"#
    .replace("MULTIPLIER", multiplier)
}

#[test]
fn a_certificate_is_read_and_checked() {
    let verdict = |text: &str| match Document::read(text) {
        Ok(Document::Algebraic(certificate)) => certificate.check().remove(0).map(drop),
        other => panic!("{other:?}"),
    };
    assert_eq!(verdict(&document("2")), Ok(()));
    let refused = verdict(&document("1"));
    assert!(matches!(refused, Err(Rejection::NotStationary { layer: 0, parameter: 0, .. })), "{refused:?}");
}
