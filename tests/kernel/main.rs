//! Tests of the trusted kernel; the modules mirror `src/kernel/`.

mod budget;
mod cases;
mod certificate;
mod check;
mod enclosure;
mod exact;
mod network;
mod problem;
mod support;
