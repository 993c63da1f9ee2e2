//! Fresh instances no larger than a counterexample.

use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::TestRunner;

use super::{Extent, down_the_tree};
use crate::explore::bounds::{Bounds, fewer};
use crate::explore::conjecture::Conjecture;
use crate::explore::judge::{Judgement, judge};
use crate::explore::sources::inverse;
use crate::kernel::certificate::Certificate;
use crate::kernel::exact::Rational;
use crate::kernel::network::Layer;
use crate::kernel::problem::Problem;

/// How many instances are drawn in a row without one that is smaller and breaks the conjecture. What breaks one in a hundred is hardly missed.
const DRAWS: u32 = 768;

/// A counterexample that is smaller than the given one in units, samples, inputs or layers and larger in none of them, as long as there
/// is one among so many fresh draws.
///
/// Taking parts out keeps the rest of an instance as it is, so it ends where no part can go without another point or other data. Inverse
/// design within bounds that the counterexample sets solves for all of it anew.
pub fn redraw(
    conjecture: &Conjecture,
    bounds: &Bounds,
    certificate: Certificate<Rational>,
    runner: &mut TestRunner,
) -> Certificate<Rational> {
    let mut best = certificate;
    while let Some(smaller) = smaller(conjecture, bounds, &best, runner) {
        best = smaller;
    }
    best
}

fn smaller(
    conjecture: &Conjecture,
    bounds: &Bounds,
    best: &Certificate<Rational>,
    runner: &mut TestRunner,
) -> Option<Certificate<Rational>> {
    let limit = Extent::of(&best.problem);
    let strategy = inverse(up_to(&best.problem, bounds));
    for _ in 0..fewer(DRAWS, best.problem.network().parameter_count()) {
        // There is none either once the work is to end.
        let mut tree = strategy.new_tree(runner).ok()?;
        let instance = tree.current();
        let extent = Extent::of(&instance.problem);
        if !extent.is_within(&limit) || limit.is_within(&extent) {
            continue;
        }
        if let Judgement::Broken(found) = judge(conjecture, &instance) {
            let found = down_the_tree(conjecture, *found, &mut tree);
            debug_assert!(Extent::of(&found.problem) < limit, "shrinking does not enlarge");
            return Some(found);
        }
    }
    None
}

/// The bounds without what has more parts than an instance.
fn up_to(problem: &Problem<Rational>, bounds: &Bounds) -> Bounds {
    let network = problem.network();
    let hidden = &network.layers()[..network.depth() - 1];
    let up_to = |range: &std::ops::RangeInclusive<usize>, size: usize| *range.start()..=size.min(*range.end());
    Bounds {
        depth: up_to(&bounds.depth, network.depth()),
        inputs: up_to(&bounds.inputs, network.inputs()),
        samples: up_to(&bounds.samples, problem.samples().len()),
        width: up_to(&bounds.width, hidden.iter().map(Layer::outputs).max().unwrap_or(1)),
        ..bounds.clone()
    }
}
