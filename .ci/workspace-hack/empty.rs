//! Nothing: this member stands for what its `Cargo.toml` says.
