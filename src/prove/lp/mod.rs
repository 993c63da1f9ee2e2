//! Exact linear programming.
//!
//! A [`LinearProgram`] over the rationals or over a real number field is
//! [solved](LinearProgram::solve) to an [`Outcome`] that carries its own evidence: an optimum with
//! a dual solution, a Farkas vector, or a ray. Every outcome has passed [`LinearProgram::verify`]
//! before it is returned.
//!
//! How: `float` guesses the basis by a simplex method in floating point, which nothing depends on;
//! `simplex` solves with that basis exactly and goes on from there, if need be. Rational data are
//! integers over common denominators throughout, and systems are solved by p-adic lifting
//! (`factor`).

mod arithmetic;
mod basis;
mod factor;
mod float;
mod int;
mod outcome;
mod program;
mod ring;
mod simplex;
mod solve;
mod sparse;
mod standard;
#[cfg(test)]
mod tests;
mod translate;
mod verify;

pub use outcome::{Multipliers, Outcome};
pub use program::{LinearProgram, Relation, Row, Sense};
pub use verify::Fault;
