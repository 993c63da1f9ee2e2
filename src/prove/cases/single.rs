//! Both layers of a network of depth 2 with one hidden unit: for each sign of its outgoing weight a tree over the first layer.

use super::MAX_CASES;
use super::ground::Ground;
use super::layer::{Grown, tree};
use crate::kernel::check::{Cases, Leaf, Node, Split, Tree};
use crate::kernel::exact::Sign;
use crate::kernel::network::{Parameters, Scope};
use crate::kernel::problem::Problem;
use crate::prove::field::ProofField;
use crate::prove::search::Search;

/// Evidence for a global optimum, which is found if there is any, while cases and time suffice.
///
/// The unit computes `v act(w . x)`, and only `u = |v| w` and the sign of `v` count. The least norm for given `u` is
/// `1/2 (||w||^2 + v^2) = ||u||`. So with `v` held at 1 or -1 the first layer must not do with less than `T = 1/2 ||theta~||^2`. In a case of that
/// layer, with `sum lambda_i a_i + sum nu_k c_k` for its normals and a squared norm of at least `T^2`, let `lambda` and `nu` be scaled until `sum
/// lambda_i = T`. That sum of normals is then no longer than 1, and with the multipliers `nu` of products of the sign of `v` with those of the
/// preactivations the Lagrangian of both layers is convex.
pub fn single<F: ProofField>(problem: &Problem<F>, search: &mut Search) -> Option<Cases<F>> {
    let ([hidden, _], [incoming, outgoing]) = (problem.network().layers(), problem.point().layers()) else {
        return None;
    };
    let [weight] = outgoing.as_slice() else { return None };
    if hidden.outputs() != 1 || hidden.activation().is_linear() {
        return None;
    }
    let half_norm = problem.point().norm_squared(Scope::All) * &F::ratio(1, 2)?;
    let size = if weight.sign() == Sign::Negative { -weight.clone() } else { weight.clone() };
    let start: Vec<F> = incoming.iter().map(|w| w.clone() * &size).collect();
    let mut nodes = vec![Node::Split(Split::Weight { layer: 1, parameter: 0 })];
    for sign in [-F::one(), F::one()] {
        let point = Parameters::new(vec![start.clone(), vec![sign]]);
        let held = Problem::new(problem.network().clone(), problem.samples().to_vec(), point).ok()?;
        let ground = Ground::of(&held, 0, false);
        let Grown::Whole(tree) = tree(ground, half_norm.clone() * &half_norm, MAX_CASES, search)? else {
            search.tried("`cases`: another unit is shorter");
            return None;
        };
        for node in tree {
            nodes.push(match node {
                Node::Leaf(leaf) => Node::Leaf(of_both_layers(leaf, &half_norm)?),
                split => split,
            });
        }
    }
    let multipliers = vec![F::zero(); problem.samples().len()];
    Some(Cases { multipliers, trees: vec![Tree { units: None, nodes }] })
}

/// A case of the first layer as one of both: the first split is that of the outgoing weight.
fn of_both_layers<F: ProofField>(leaf: Leaf<F>, half_norm: &F) -> Option<Leaf<F>> {
    let own = leaf.multipliers?;
    let sum = own.iter().fold(F::zero(), |sum, multiplier| sum + multiplier);
    let factor = half_norm.clone().over(&sum)?;
    let multipliers = Some(own.into_iter().map(|multiplier| multiplier * &factor).collect());
    let signs = leaf.signs.into_iter().enumerate().filter(|(_, nu)| !nu.is_zero());
    let products = signs.map(|(k, nu)| (0, k + 1, nu * &factor)).collect();
    Some(Leaf { multipliers, signs: Vec::new(), products, slopes: leaf.slopes })
}
