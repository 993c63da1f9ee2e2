//! Tests of the trusted kernel; the modules mirror `src/kernel/`.

mod exact;
