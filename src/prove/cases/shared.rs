//! Both layers of a network of depth 2 whose hidden units share weights, as the patches of a filter do: one tree for all of them, in which
//! each case has multipliers of its own.

mod multipliers;

use super::MAX_CASES;
use super::both_layers::{BothLayers, Case, Grow};
use super::growing::{Growing, Open};
use super::reads::grouped;
use crate::kernel::check::{Cases, Tree};
use crate::kernel::problem::Problem;
use crate::prove::field::ProofField;
use crate::prove::search::Search;

/// Evidence that the point is a local or global optimum, if the network has depth 2 and a hidden layer that bends, and no
/// outgoing weight is shared.
///
/// In a case with the signs of the outgoing weights `v` known, unit `j` adds `|v_j| z_j . w` to the weighted margins, where `w` are all weights of the first layer.
/// Together that is at most `1/2 (||w||^2 + ||v||^2)` if the matrix `Z` of the rows `z_j` has no singular value above 1.
/// Which multipliers, of samples and of sides, make it so is a convex program.
pub fn shared<F: ProofField>(
    problem: &Problem<F>,
    multipliers: &[F],
    is_local: bool,
    search: &mut Search,
) -> Option<Cases<F>> {
    if problem.network().depth() != 2 || grouped(problem).iter().all(|units| units.len() == 1) {
        return None;
    }
    let ground = BothLayers::of(problem, is_local)?;
    // Samples that count at the point come first.
    let mut order: Vec<usize> = problem.sample_indices().collect();
    order.sort_by_key(|&sample| multipliers[sample].is_zero());
    let mut grower = Grower { ground, order, tree: Growing::up_to(MAX_CASES) };
    let grown = grower.signs(&mut Case::default(), search);
    let trees = vec![Tree { units: None, nodes: grower.tree.take() }];
    grown.map(|()| Cases { multipliers: multipliers.to_vec(), trees }).map_err(|Open(why)| search.tried(why)).ok()
}

/// Grows the tree.
struct Grower<'a, F> {
    ground: BothLayers<'a, F>,
    /// In which order samples are looked at.
    order: Vec<usize>,
    tree: Growing<F>,
}

impl<'a, F: ProofField> Grow<'a, F> for Grower<'a, F> {
    type Stop = Open;

    fn ground(&self) -> &BothLayers<'a, F> {
        &self.ground
    }

    fn tree(&mut self) -> &mut Growing<F> {
        &mut self.tree
    }

    fn case(&mut self, case: &mut Case, search: &Search) -> Result<(), Open> {
        search.check()?;
        if let Some(leaf) = self.bound(case, search)? {
            return self.tree.settle(leaf);
        }
        match self.order.iter().find_map(|&sample| Some((sample, self.to_split(case, sample)?))) {
            Some(kink) => self.split(case, kink, search),
            None => {
                let why = "`cases`: in one of them no multipliers bound what units that share weights do together";
                Err(Open(why.into()))
            }
        }
    }
}

impl<F: ProofField> Grower<'_, F> {
    /// A unit whose side must be known before the margin of a sample is bounded.
    fn to_split(&self, case: &Case, sample: usize) -> Option<usize> {
        let ground = &self.ground;
        (0..ground.outgoing.len())
            .find(|&unit| ground.slope(case, sample, unit).is_none() && ground.harms(case, sample, unit))
    }
}
