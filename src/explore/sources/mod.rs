//! Where instances come from.
