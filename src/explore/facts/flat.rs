//! Strictness of local optima, and flat directions.
//!
//! *A flat direction is read off the instance* in two cases. Let `a`, `b` be units of a hidden layer that read the same units and feed the same
//! units, with weights that no other connection shares, not all of them 0.
//!
//! - No sample has a kink, and on every sample the two have one slope: rotating them into each other changes no output as long as the samples
//!   stay on their pieces, and never the norm.
//! - All weights of `b`, incoming and outgoing, are those of `a` times one number `c >= 0`. So are they after a small rotation, to the side on which
//!   no factor becomes negative; and as activations are positively homogeneous, units with the weights of one unit times `c_1` and `c_2` compute what
//!   that unit does times `c_1^2 + c_2^2`, which a rotation leaves as it is.
//!
//! A strict local optimum has no flat direction, as the points on the curve are feasible and no longer than the point.

use num_traits::{One, Zero};

use super::layers::multiple;
use super::{Facts, decided};
use crate::explore::conjecture::{Layers, Truth};
use crate::kernel::check::symmetry::rotations;
use crate::kernel::check::{Claim, Method};
use crate::kernel::exact::{Rational, Sign};
use crate::kernel::network::{Connection, Layer, Scope};
use crate::kernel::problem::Problem;
use crate::prove::optimality::strict_local_optimum;

impl Facts<'_> {
    pub(super) fn strict_local(&mut self) -> Truth {
        if self.claims.iter().any(is_strict) || self.keep_given(is_strict) {
            return Truth::True;
        }
        if has_flat_direction(self.problem) {
            return Truth::False;
        }
        let proof = self.search("strict local", strict_local_optimum);
        if proof.is_some_and(|evidence| self.keep(Claim::LocalOptimum(evidence))) {
            return Truth::True;
        }
        decided(self.local(Layers::Whole) == Truth::False, Truth::False)
    }

    pub(super) fn flat_direction(&mut self) -> Truth {
        if has_flat_direction(self.problem) {
            return Truth::True;
        }
        decided(self.strict_local() == Truth::True, Truth::False)
    }
}

/// Whether a claim proves a strict local optimum, once it is accepted.
fn is_strict(claim: &Claim<Rational>) -> bool {
    match claim {
        Claim::LocalOptimum(local) => {
            local.layer.is_none() && matches!(&local.by, Method::SecondOrder(by) if !by.symmetry)
        }
        _ => false,
    }
}

fn has_flat_direction(problem: &Problem<Rational>) -> bool {
    let is_smooth = || problem.sample_indices().all(|sample| problem.kinks(sample, Scope::All).is_empty());
    // What a rotation must leave as it is are all samples here, and not only those with a multiplier.
    let every_sample = vec![Rational::one(); problem.samples().len()];
    let turns = || rotations(problem, &every_sample).any(|tangent| tangent.iter().any(|entry| !entry.is_zero()));
    has_multiples(problem) || is_smooth() && turns()
}

/// Whether all weights of a unit are those of another of its layer times one number that is not negative.
fn has_multiples(problem: &Problem<Rational>) -> bool {
    let (network, point) = (problem.network(), problem.point().layers());
    network.layers().windows(2).zip(point.windows(2)).any(|(layers, numbers)| {
        let shares = |layer: &Layer<Rational>| layer.parameters() < layer.connection_count();
        if layers.iter().any(shares) {
            return false;
        }
        let weights = |unit: usize| {
            let (incoming, outgoing) = (&layers[0].incoming()[unit], &layers[1].outgoing()[unit]);
            let ends = |of: &[Connection]| of.iter().map(|connection| connection.unit).collect::<Vec<_>>();
            let number = |(connection, layer): (&Connection, usize)| numbers[layer][connection.parameter].clone();
            let all = incoming.iter().map(|c| (c, 0)).chain(outgoing.iter().map(|c| (c, 1))).map(number);
            (ends(incoming), ends(outgoing), all.collect::<Vec<_>>())
        };
        let units: Vec<_> = (0..layers[0].outputs()).map(weights).collect();
        let is_multiple = |a, b| matches!(multiple(a, b), Some(Sign::Zero | Sign::Positive));
        units.iter().enumerate().any(|(i, a)| {
            units.iter().enumerate().any(|(j, b)| i != j && a.0 == b.0 && a.1 == b.1 && is_multiple(&a.2, &b.2))
        })
    })
}
