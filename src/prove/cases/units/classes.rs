//! One hidden unit with a known sign of its outgoing weight: what the point decides of it, and where it bends.

use super::super::reads::read;
use super::Given;
use crate::kernel::check::Side;
use crate::kernel::exact::Sign;
use crate::kernel::network::Unit;
use crate::prove::field::ProofField;
use crate::prove::linear_algebra::quotient;
use crate::prove::sides::{sign_of, turned};

/// The supporting samples on which a unit bends and that read in the same direction.
pub struct Class<F> {
    pub direction: Vec<F>,
    pub members: Vec<Member<F>>,
}

/// A supporting sample of a class.
pub struct Member<F> {
    pub sample: usize,
    /// What the unit reads, as a multiple of the direction.
    pub ratio: F,
    /// `sgn(v) y lambda`: of this sign the unit changes the margin where it is on.
    pub weight: F,
}

impl<F: ProofField> Member<F> {
    /// Whether the unit is on, on this side of the direction.
    pub fn is_on(&self, side: Side) -> bool {
        self.ratio.sign() == sign_of(side)
    }

    /// Whether the unit raises the margin where it is on.
    pub fn is_raised(&self) -> bool {
        self.weight.sign() == Sign::Positive
    }
}

/// One unit with a known sign of its outgoing weight.
pub struct Signed<F> {
    pub unit: usize,
    /// The split of the outgoing weight.
    pub weight: usize,
    /// The gradient of what the unit adds to the weighted margins where its sides are decided.
    pub fixed: Vec<F>,
    /// Classes that must be split.
    pub harmful: Vec<Class<F>>,
    /// Classes that need not.
    pub helpful: Vec<Class<F>>,
}

impl<F: ProofField> Signed<F> {
    /// The unit where the split `weight` says this sign of its outgoing weight.
    pub fn of(given: &Given<'_, F>, unit: usize, sign: Side, weight: usize) -> Self {
        let problem = given.problem;
        let mut fixed = vec![F::zero(); problem.network().layers()[0].parameters()];
        let mut classes: Vec<Class<F>> = Vec::new();
        for sample in given.support() {
            let read = read(problem, sample, unit);
            let weight = turned(sign, problem.samples()[sample].y.times(given.multipliers[sample].clone()));
            if !given.is_open(sample, unit) {
                let factor = weight * &problem.traces()[sample].slopes[0][unit];
                fixed.iter_mut().zip(&read).for_each(|(f, x)| f.add_product(&factor, x));
                continue;
            }
            let found = classes.iter_mut().find_map(|class| Some((quotient(&read, &class.direction)?, class)));
            match found {
                Some((ratio, class)) => class.members.push(Member { sample, ratio, weight }),
                None => {
                    let members = vec![Member { sample, ratio: F::one(), weight }];
                    classes.push(Class { direction: read, members });
                }
            }
        }
        // Where the unit's output makes a margin a convex function, no linear form is above it.
        let is_convex = problem.network().slope(Unit { layer: 0, unit }, Sign::Negative) <= F::one();
        let harms = |class: &Class<F>| class.members.iter().any(|member| member.is_raised() == is_convex);
        let (harmful, helpful) = classes.into_iter().partition(harms);
        Signed { unit, weight, fixed, harmful, helpful }
    }
}
