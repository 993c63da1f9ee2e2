//! Tests of the floor that hunts.

mod sources;
