//! Certificates for other proof checkers, printed from accepted certificates only.
//!
//! [`rocq`] writes theorems about the real numbers that Rocq (formerly Coq) checks with the library in `rocq/`, so that
//! nothing of this crate has to be trusted for them.

pub mod rocq;
