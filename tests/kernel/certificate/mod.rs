//! The certificate file: reading, writing, and files that set traps.

mod fixtures;
mod hostile;
mod places;
mod round_trip;
mod slow;
mod traps;
