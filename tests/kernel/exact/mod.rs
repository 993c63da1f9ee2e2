//! Exact arithmetic, against laws and second methods.

mod rational;
