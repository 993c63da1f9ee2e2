//! The trusted floor: exact arithmetic, networks, the certificate file, and the checks.

pub mod exact;
