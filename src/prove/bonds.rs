//! Which units are bound to each other, by parameters that they share or in other ways.

use std::collections::{BTreeMap, BTreeSet};

use crate::kernel::network::Connection;

/// For each parameter the units that use it, where the connections of each unit are given.
pub fn sharing(connections: &[Vec<Connection>]) -> impl Iterator<Item = BTreeSet<usize>> {
    let mut users: BTreeMap<usize, BTreeSet<usize>> = BTreeMap::new();
    for (unit, own) in connections.iter().enumerate() {
        own.iter().for_each(|connection| {
            users.entry(connection.parameter).or_default().insert(unit);
        });
    }
    users.into_values()
}

/// So many units in groups: those of a set are in the same one. Each group is ascending, and they are in the order of their first units.
pub fn joined(units: usize, sets: impl IntoIterator<Item = BTreeSet<usize>>) -> Vec<Vec<usize>> {
    let mut groups: Vec<BTreeSet<usize>> = (0..units).map(|unit| BTreeSet::from([unit])).collect();
    for set in sets.into_iter().filter(|set| set.len() > 1) {
        let (touched, rest): (Vec<_>, Vec<_>) = groups.into_iter().partition(|group| !group.is_disjoint(&set));
        groups = rest;
        groups.push(touched.into_iter().flatten().collect());
    }
    groups.sort();
    groups.into_iter().map(|group| group.into_iter().collect()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_are_in_one_group_if_a_chain_of_sets_leads_from_one_to_the_other() {
        let sets = |sets: &[&[usize]]| sets.iter().map(|set| set.iter().copied().collect()).collect::<Vec<_>>();
        assert_eq!(joined(3, sets(&[])), [vec![0], vec![1], vec![2]]);
        assert_eq!(joined(3, sets(&[&[1], &[]])), [vec![0], vec![1], vec![2]]);
        assert_eq!(joined(5, sets(&[&[0, 3], &[2, 4], &[3, 2]])), [vec![0, 2, 3, 4], vec![1]]);
        assert_eq!(joined(5, sets(&[&[0, 3], &[2, 4]])), [vec![0, 3], vec![1], vec![2, 4]]);
    }
}
