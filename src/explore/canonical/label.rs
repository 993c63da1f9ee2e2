//! Canonical labelling by refinement, individualisation and backtracking.

use super::structure::{Structure, Tuple};
use crate::prove::halt::is_halted;

/// The most leaves of the search tree that are looked at.
pub const MAX_LEAVES: usize = 10_000;

/// The most places in tuples, and vertices, that are looked at. It is reached by thousands of samples that are alike, say.
pub const MAX_LOOKS: usize = 10_000_000;

/// The tuples with the vertices renamed, sorted; and whether the search came to its end, so that the list is the same for every
/// isomorphic copy of the structure.
pub fn canonical(structure: &Structure) -> (Vec<Tuple>, bool) {
    let mut search = Search {
        tuples: &structure.tuples,
        incident: incident(structure),
        best: None,
        automorphisms: Vec::new(),
        leaves: 0,
        looks: 0,
    };
    let mut colours = structure.colours.clone();
    search.refine(&mut colours);
    search.descend(colours, &mut Vec::new());
    let is_exact = search.leaves < MAX_LEAVES && search.looks < MAX_LOOKS && !is_halted();
    (search.best.map(|(tuples, _)| tuples).unwrap_or_default(), is_exact)
}

/// For each vertex, the tuples it is in, with its place there.
fn incident(structure: &Structure) -> Vec<Vec<(usize, usize)>> {
    let mut incident = vec![Vec::new(); structure.colours.len()];
    for (index, (_, vertices)) in structure.tuples.iter().enumerate() {
        vertices.iter().enumerate().for_each(|(place, &vertex)| incident[vertex].push((index, place)));
    }
    incident
}

struct Search<'a> {
    tuples: &'a [Tuple],
    incident: Vec<Vec<(usize, usize)>>,
    /// The least leaf so far, and its colouring.
    best: Option<(Vec<Tuple>, Vec<usize>)>,
    /// Permutations of the vertices that leave the structure as it is.
    automorphisms: Vec<Vec<usize>>,
    leaves: usize,
    looks: usize,
}

impl Search<'_> {
    /// Splits colours by the colours of neighbours, until they are stable. Colours remain 0, 1, 2, ..., in an order that does not
    /// depend on the names of vertices. When too much has been looked at, they are left as they are.
    fn refine(&mut self, colours: &mut Vec<usize>) {
        let mut count = distinct(colours);
        let places: usize = self.incident.iter().map(Vec::len).sum();
        while self.looks < MAX_LOOKS {
            self.looks += colours.len() + places;
            let signatures: Vec<_> = (0..colours.len())
                .map(|vertex| {
                    let mut seen: Vec<[usize; 5]> = self.incident[vertex]
                        .iter()
                        .map(|&(tuple, place)| {
                            let (tag, vertices) = &self.tuples[tuple];
                            // Tuples of one tag are of one length, so zeros after the shorter ones tell nothing.
                            let colour = |at: usize| vertices.get(at).map_or(0, |&v| colours[v]);
                            [*tag, place, colour(0), colour(1), colour(2)]
                        })
                        .collect();
                    seen.sort_unstable();
                    (colours[vertex], seen)
                })
                .collect();
            let mut sorted: Vec<_> = signatures.iter().collect();
            sorted.sort_unstable();
            sorted.dedup();
            let rank = |signature| sorted.binary_search(&signature).unwrap_or_default();
            *colours = signatures.iter().map(rank).collect();
            if sorted.len() == count {
                return;
            }
            count = sorted.len();
        }
    }

    /// Visits the leaves below a stable colouring; `fixed` are the vertices that were singled out so far.
    fn descend(&mut self, colours: Vec<usize>, fixed: &mut Vec<usize>) {
        // Many inputs that are alike make a deep tree.
        if self.leaves >= MAX_LEAVES || is_halted() {
            return;
        }
        if self.looks >= MAX_LOOKS {
            // One leaf there must be. Which one depends on the order of the vertices.
            if self.best.is_none() {
                self.leaf(in_order(&colours));
            }
            return;
        }
        let Some(cell) = smallest_cell(&colours) else { return self.leaf(colours) };
        let mut explored: Vec<usize> = Vec::new();
        for &vertex in &cell {
            if explored.iter().any(|&other| self.equivalent(other, vertex, fixed)) {
                continue;
            }
            if self.looks >= MAX_LOOKS && self.best.is_some() {
                return;
            }
            explored.push(vertex);
            // The vertex comes before the rest of its cell.
            let single = |v: usize| 2 * colours[v] + usize::from(colours[v] == colours[vertex] && v != vertex);
            let mut finer: Vec<usize> = (0..colours.len()).map(single).collect();
            compress(&mut finer);
            self.refine(&mut finer);
            fixed.push(vertex);
            self.descend(finer, fixed);
            fixed.pop();
        }
    }

    /// Whether the automorphisms known so far that leave the fixed vertices alone take one vertex to the other.
    fn equivalent(&mut self, from: usize, to: usize, fixed: &[usize]) -> bool {
        let stabiliser = self.automorphisms.iter().filter(|a| fixed.iter().all(|&v| a[v] == v));
        let stabiliser: Vec<_> = stabiliser.collect();
        let mut is_in_orbit = vec![false; self.incident.len()];
        is_in_orbit[from] = true;
        let mut orbit = vec![from];
        let mut next = 0;
        while next < orbit.len() {
            for automorphism in &stabiliser {
                let image = automorphism[orbit[next]];
                if !std::mem::replace(&mut is_in_orbit[image], true) {
                    orbit.push(image);
                }
            }
            next += 1;
        }
        self.looks +=
            self.automorphisms.len() * (1 + fixed.len()) + orbit.len() * stabiliser.len() + self.incident.len();
        is_in_orbit[to]
    }

    fn leaf(&mut self, colours: Vec<usize>) {
        self.leaves += 1;
        let rename = |(tag, vertices): &Tuple| (*tag, vertices.iter().map(|&v| colours[v]).collect());
        let mut tuples: Vec<Tuple> = self.tuples.iter().map(rename).collect();
        tuples.sort_unstable();
        match &self.best {
            Some((best, labels)) if *best == tuples => {
                // Two labellings that give the same structure differ by an automorphism.
                let mut vertex_of = vec![0; colours.len()];
                labels.iter().enumerate().for_each(|(vertex, &label)| vertex_of[label] = vertex);
                self.automorphisms.push(colours.iter().map(|&label| vertex_of[label]).collect());
            }
            Some((best, _)) if *best < tuples => {}
            _ => self.best = Some((tuples, colours)),
        }
    }
}

/// Colours that are all different: vertices of one colour in the order of their names.
fn in_order(colours: &[usize]) -> Vec<usize> {
    let mut vertices: Vec<usize> = (0..colours.len()).collect();
    vertices.sort_by_key(|&vertex| colours[vertex]);
    let mut different = vec![0; colours.len()];
    vertices.into_iter().enumerate().for_each(|(place, vertex)| different[vertex] = place);
    different
}

/// The vertices of a smallest colour that has more than one; of the first such colour.
fn smallest_cell(colours: &[usize]) -> Option<Vec<usize>> {
    let mut cells = vec![Vec::new(); colours.iter().max().map_or(0, |greatest| greatest + 1)];
    colours.iter().enumerate().for_each(|(vertex, &colour)| cells[colour].push(vertex));
    cells.into_iter().filter(|cell| cell.len() > 1).min_by_key(Vec::len)
}

fn distinct(colours: &[usize]) -> usize {
    let mut sorted = colours.to_vec();
    sorted.sort_unstable();
    sorted.dedup();
    sorted.len()
}

/// Renames colours to 0, 1, 2, ... in their order.
fn compress(colours: &mut [usize]) {
    let mut sorted = colours.to_vec();
    sorted.sort_unstable();
    sorted.dedup();
    for colour in colours {
        *colour = sorted.binary_search(colour).unwrap_or_default();
    }
}
