//! Minimal transversals: sets that meet each of given sets, and of which every member is needed.

/// The minimal sets of at most `most` members, out of the places below `places`, that are within none of the sets in `avoided`; those alone that
/// are `worth_while`, which must hold of every subset of a set of which it holds.
///
/// A set of assumptions that is within what is certified of an instance applies to it. So these are the tight sets of assumptions that apply to
/// no instance of a list.
pub fn minimal(avoided: &[u128], places: usize, most: usize, worth_while: &dyn Fn(u128) -> bool) -> Vec<u128> {
    // Whoever is not within a set is not within its subsets.
    let mut largest: Vec<u128> = Vec::new();
    for (index, set) in avoided.iter().enumerate() {
        let is_within = |(other, wider): (usize, &u128)| set & wider == *set && (wider != set || other < index);
        if !avoided.iter().enumerate().any(is_within) {
            largest.push(*set);
        }
    }
    let mut search = Search { avoided: &largest, worth_while, most, found: Vec::new() };
    let all = if places >= 128 { u128::MAX } else { (1 << places) - 1 };
    search.extend(0, 0, all);
    search.found.sort_unstable();
    search.found
}

struct Search<'a> {
    avoided: &'a [u128],
    worth_while: &'a dyn Fn(u128) -> bool,
    most: usize,
    found: Vec<u128>,
}

impl Search<'_> {
    /// All minimal sets that hold `set`, otherwise only `candidates`. (Murakami and Uno, *Efficient algorithms for dualizing large-scale hypergraphs*.)
    fn extend(&mut self, set: u128, size: usize, mut candidates: u128) {
        let is_open = |avoided: &&u128| set & **avoided == set;
        let open = self.avoided.iter().filter(is_open).min_by_key(|avoided| (candidates & !**avoided).count_ones());
        let Some(open) = open else {
            self.found.push(set);
            return;
        };
        if size == self.most {
            return;
        }
        let choices = candidates & !open;
        candidates &= open;
        for place in (0..128).filter(|place| choices >> place & 1 == 1) {
            let wider = set | 1 << place;
            if self.needs_all(wider) && (self.worth_while)(wider) {
                self.extend(wider, size + 1, candidates);
            }
            // Later branches may hold it, earlier ones held it alone of these.
            candidates |= 1 << place;
        }
    }

    /// Whether each member is the only one that some set lacks.
    fn needs_all(&self, set: u128) -> bool {
        let lacked = self.avoided.iter().map(|avoided| set & !avoided);
        let alone = lacked.filter(|lacked| lacked.is_power_of_two()).fold(0, |alone, lacked| alone | lacked);
        alone == set
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        /// Against all subsets, one by one.
        #[test]
        fn they_are_the_minimal_ones(avoided in prop::collection::vec(0u128..256, 0..12), most in 0usize..6, needed in 0u128..256) {
            let is_outside = |set: u128| avoided.iter().all(|avoided| set & !avoided != 0);
            let worth_while = |set: u128| set & needed != needed || needed == 0;
            let members = |set: u128| (0..8).filter(move |place| set >> place & 1 == 1);
            let expected: Vec<u128> = (0..256u128)
                .filter(|&set| set.count_ones() as usize <= most && worth_while(set) && is_outside(set))
                .filter(|&set| members(set).all(|place| !is_outside(set & !(1 << place))))
                .collect();
            prop_assert_eq!(minimal(&avoided, 8, most, &worth_while), expected);
        }
    }
}
