//! Points that are better by a hair: floats see no gain of one part in a million million, and leave no room to round.
//!
//! What matters is how the norm compares with the least margin `m`: a point can be scaled to a better one if its squared norm to the
//! power of the degree is below that of the given point times `m^2`. Where the float search comes to a point about as good as the given one,
//! simple numbers near it are compared in this way, exactly, and bisection finds a factor.

use crate::kernel::check::{self, NotGlobalOptimum};
use crate::kernel::problem::Problem;
use crate::prove::deadline::Deadline;
use crate::prove::field::ProofField;
use crate::prove::kkt::layer_of;

use super::descent::Landscape;

/// A gain or a loss that is no more than this, in proportion, may be due to rounding or to the end of the search.
const HAIR: f64 = 1e-6;
/// How far a simple number may be from the float, tried in this order.
const TOLERANCES: [f64; 3] = [1e-2, 1e-4, 1e-7];
/// How often the interval for the factor is halved: enough for a gain of one part in 10^60.
const HALVINGS: usize = 200;

/// Whether two points are about as good as each other, the first by its `relative` norm.
pub fn is_close(relative: f64) -> bool {
    (relative - 1.0).abs() < HAIR
}

/// The points that were compared already, since many starts lead to one.
pub struct Compared<F>(Vec<Vec<F>>);

impl<F: ProofField> Compared<F> {
    pub fn new() -> Self {
        Compared(Vec::new())
    }

    /// A better point at simple numbers near a float one, times a factor.
    pub fn better(
        &mut self,
        problem: &Problem<F>,
        landscape: &Landscape,
        point: &[f64],
        deadline: Deadline,
    ) -> Option<NotGlobalOptimum<F>> {
        TOLERANCES.into_iter().find_map(|tolerance| {
            let near = |value: f64| F::near(value, tolerance);
            let entries = landscape.free_entries(point).map(near).collect::<Option<Vec<F>>>()?;
            if self.0.contains(&entries) {
                return None;
            }
            self.0.push(entries.clone());
            deadline.bounded(|| scaled(problem, landscape, &entries)).ok().flatten()
        })
    }
}

/// The free entries times a factor that makes a better point of them, if there is one.
fn scaled<F: ProofField>(problem: &Problem<F>, landscape: &Landscape, entries: &[F]) -> Option<NotGlobalOptimum<F>> {
    let with = |factor: &F| {
        let mut exact: Vec<F> = landscape.exact_point(problem);
        landscape.free_indices().zip(entries).for_each(|(p, entry)| exact[p] = entry.clone() * factor);
        landscape.shaped(&exact)
    };
    let square = |sum: F, entry: &F| sum + &(entry.clone() * entry);
    let norm = entries.iter().fold(F::zero(), square);
    let given = landscape.exact_point(problem);
    let given = landscape.free_indices().map(|p| &given[p]).fold(F::zero(), square);
    let point = with(&F::one());
    let least = problem.sample_indices().map(|sample| problem.margin_at(&point, sample)).reduce(lesser)?;
    let degree = landscape.scope().layers(problem.network().depth()).len();
    let power = |base: &F| (0..degree).fold(F::one(), |product, _| product * base);
    if least <= F::zero() || power(&norm) >= power(&given) * &least * &least {
        return None;
    }
    let (mut low, mut high) = (F::zero(), F::integer(2));
    for _ in 0..HALVINGS {
        let factor = (low.clone() + &high) * &F::ratio(1, 2)?;
        if power(&factor) * &least < F::one() {
            low = factor;
        } else if norm.clone() * &factor * &factor >= given {
            high = factor;
        } else {
            let evidence = NotGlobalOptimum { layer: layer_of(landscape.scope()), better: with(&factor) };
            return check::check(problem, &evidence).is_ok().then_some(evidence);
        }
    }
    None
}

fn lesser<F: PartialOrd>(a: F, b: F) -> F {
    if b < a { b } else { a }
}
