//! From a counterexample to a small one.

mod extent;
mod numbers;
mod redraw;
mod surgery;

use proptest::strategy::ValueTree;

use crate::explore::bounds::fewer;
use crate::explore::conjecture::Conjecture;
use crate::explore::judge::{Judgement, judge};
use crate::kernel::certificate::Certificate;
use crate::kernel::exact::Rational;
use crate::kernel::network::{Network, Parameters};
use crate::kernel::problem::Problem;
use crate::prove::halt::is_halted;

pub use extent::Extent;
pub use redraw::redraw;
use surgery::Surgery;

/// The most instances that are judged on the way down a source's tree.
const TREE_STEPS: u32 = 160;
/// The most instances that are judged while parts are taken out.
const STEPS: u32 = 400;

/// The smallest counterexample met while a tree of instances is simplified and then parts are taken out.
///
/// The tree must stand at a counterexample, which is `certificate`. Every candidate is judged anew, so that what is returned is as certified as
/// what was given. The tree solves for the data again at each step, the surgery keeps what is left as it is: each finds what the other cannot.
pub fn down_the_tree(
    conjecture: &Conjecture,
    certificate: Certificate<Rational>,
    tree: &mut dyn ValueTree<Value = Certificate<Rational>>,
) -> Certificate<Rational> {
    let mut best = certificate;
    for _ in 0..fewer(TREE_STEPS, best.problem.network().parameter_count()) {
        if is_halted() || !tree.simplify() {
            break;
        }
        match judge(conjecture, &tree.current()) {
            Judgement::Broken(smaller) => {
                if Extent::of(&smaller.problem) < Extent::of(&best.problem) {
                    best = *smaller;
                }
            }
            _ => {
                tree.complicate();
            }
        }
    }
    shrink(conjecture, best)
}

/// A smaller counterexample, until no part can be taken out: hidden units, samples, inputs, layers; then numbers are lowered.
///
/// The result is no larger than what was given in the order of [`Extent`], and its claims prove that it breaks the conjecture.
pub fn shrink(conjecture: &Conjecture, certificate: Certificate<Rational>) -> Certificate<Rational> {
    let mut best = certificate;
    let most = fewer(STEPS, best.problem.network().parameter_count());
    let mut steps = 0;
    'smaller: loop {
        let problem = best.problem.clone();
        let extent = Extent::of(&problem);
        for candidate in candidates(&problem) {
            if is_halted() {
                return best;
            }
            if Extent::of(&candidate) >= extent {
                continue;
            }
            steps += 1;
            if steps > most {
                return best;
            }
            let candidate = Certificate { problem: candidate, claims: Vec::new(), ..best.clone() };
            if let Judgement::Broken(smaller) = judge(conjecture, &candidate) {
                best = *smaller;
                continue 'smaller;
            }
        }
        return best;
    }
}

/// What is tried next, the largest steps first.
fn candidates(problem: &Problem<Rational>) -> impl Iterator<Item = Problem<Rational>> + '_ {
    let cut = |ways: Vec<Surgery>| ways.into_iter().filter_map(|way| way.apply(problem));
    let units = cut(Surgery::units(problem));
    let inputs = cut(Surgery::inputs(problem));
    let samples = (0..problem.samples().len()).filter_map(|sample| without_sample(problem, sample));
    let layers = (0..problem.network().depth()).filter_map(|layer| without_layer(problem, layer));
    let parts = units.chain(samples).chain(inputs).chain(layers);
    // Each is made when it is asked for: of a large instance there are thousands.
    let lower = std::iter::once_with(|| numbers::lower(problem)).flatten();
    parts.chain(pairs(problem)).chain(lower)
}

/// Without a unit or an input and a sample at once: a unit that only one sample needs, and a sample that only one unit sees.
fn pairs(problem: &Problem<Rational>) -> impl Iterator<Item = Problem<Rational>> + '_ {
    let ways = Surgery::units(problem).into_iter().chain(Surgery::inputs(problem));
    ways.filter_map(|way| way.apply(problem)).flat_map(|rest| {
        let samples = 0..rest.samples().len();
        samples.filter_map(move |sample| without_sample(&rest, sample))
    })
}

fn without_sample(problem: &Problem<Rational>, sample: usize) -> Option<Problem<Rational>> {
    let mut samples = problem.samples().to_vec();
    samples.remove(sample);
    Problem::new(problem.network().clone(), samples, problem.point().clone()).ok()
}

/// Leaves out a hidden layer that has as many units as it reads.
fn without_layer(problem: &Problem<Rational>, layer: usize) -> Option<Problem<Rational>> {
    let network = problem.network();
    let shape = &network.layers()[layer];
    if network.depth() <= 2 || layer + 1 == network.depth() || shape.inputs() != shape.outputs() {
        return None;
    }
    let mut layers: Vec<_> =
        network.layers().iter().map(|layer| (layer.weights().clone(), layer.activation().clone())).collect();
    layers.remove(layer);
    let mut point = problem.point().layers().to_vec();
    point.remove(layer);
    let network = Network::new(network.inputs(), layers).ok()?;
    Problem::new(network, problem.samples().to_vec(), Parameters::new(point)).ok()
}
