//! Trees that are written as lists in pre-order, as terms.

/// A node on the way whose branches are not all complete.
struct Open<'n, N> {
    node: &'n N,
    missing: usize,
    branches: Vec<String>,
}

/// The term of a tree, if the list is one: `branches` says how many branches follow a node, 0 for a leaf, or that the
/// node makes no sense; `term` makes the term of a node from those of its branches.
pub fn folded<N>(
    nodes: &[N],
    branches: impl Fn(&N) -> Option<usize>,
    term: impl Fn(&N, Vec<String>) -> Option<String>,
) -> Option<String> {
    let (mut way, mut whole): (Vec<Open<N>>, Option<String>) = (Vec::new(), None);
    for node in nodes {
        if whole.is_some() {
            return None;
        }
        way.push(Open { node, missing: branches(node)?, branches: Vec::new() });
        while let Some(open) = way.pop_if(|open| open.missing == 0) {
            let complete = term(open.node, open.branches)?;
            match way.last_mut() {
                Some(parent) => {
                    parent.missing -= 1;
                    parent.branches.push(complete);
                }
                None => whole = Some(complete),
            }
        }
    }
    whole
}

#[cfg(test)]
mod tests {
    use super::folded;

    fn written(nodes: &[usize]) -> Option<String> {
        let branches = |node: &usize| (*node < 4).then_some(*node);
        folded(nodes, branches, |node, branches| Some(format!("{node}({})", branches.join(" "))))
    }

    #[test]
    fn a_tree_has_its_branches_in_order() {
        let term = |nodes: &[usize]| written(nodes).expect("a tree");
        assert_eq!(term(&[0]), "0()");
        assert_eq!(term(&[2, 1, 0, 3, 0, 0, 0]), "2(1(0()) 3(0() 0() 0()))");
    }

    #[test]
    fn what_is_no_tree_has_no_term() {
        for nodes in [[].as_slice(), &[1], &[2, 0], &[0, 0], &[1, 0, 0], &[2, 0, 7]] {
            assert_eq!(written(nodes), None, "{nodes:?}");
        }
    }
}
