//! A crate that keeps certificates of its own, in `certificates/`.
//!
//! `cargo test` checks each of them: see `Cargo.toml` and `tests/certificates.rs`, which is one line long.
