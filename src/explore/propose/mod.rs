//! Proposing conjectures: what no instance on record breaks, needs each of its assumptions, and does not follow from what is known.
//!
//! A [`Record`] holds, for each instance, which facts of a [`Vocabulary`] are certified of it. A [`Statement`] says that some of them
//! imply another. [`propose()`] lists those that no recorded instance breaks and that
//!
//! - are tight: without any one of its assumptions some recorded instance breaks it;
//! - are new: what they conclude does not follow from what they assume by definitions, theorems on file or simpler proposals;
//! - explain enough instances, those of which they prove the conclusion, that simpler proposals do not.
//!
//! [`try_to_break`] hunts for counterexamples to each, which go on record, and tells how far each of what is proposed in the end was tried.
//!
//! A set of assumptions that no instance breaks is one that every instance without the conclusion lacks a member of, and the tight ones are
//! the minimal such sets: the minimal transversals of a hypergraph.

mod gather;
mod record;
mod rules;
mod statement;
mod transversals;
mod trial;
mod vocabulary;

pub use gather::{Sampling, gather};
pub use record::{Origin, Record, Witness};
pub use rules::Theory;
pub use statement::{Limits, Proposal, Statement, Weakening, propose, theorems_told};
pub use trial::{Tallies, Tally, try_to_break};
pub use vocabulary::Vocabulary;
