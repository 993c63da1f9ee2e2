//! Sparse matrices stored row by row.

/// A matrix as its rows, each a list of column indices in increasing order and the entries there.
#[derive(Clone, Debug)]
pub struct Sparse<R> {
    columns: usize,
    start: Vec<usize>,
    index: Vec<usize>,
    value: Vec<R>,
}

impl<R: Clone> Sparse<R> {
    /// A matrix with that many columns and no row yet.
    pub(super) fn new(columns: usize) -> Self {
        Self { columns, start: vec![0], index: Vec::new(), value: Vec::new() }
    }

    /// Appends a row.
    pub(super) fn push_row(&mut self, terms: impl IntoIterator<Item = (usize, R)>) {
        let terms = terms.into_iter();
        let (least, _) = terms.size_hint();
        self.index.reserve(least);
        self.value.reserve(least);
        for (column, value) in terms {
            debug_assert!(column < self.columns);
            self.index.push(column);
            self.value.push(value);
        }
        self.start.push(self.index.len());
    }

    /// The number of rows.
    pub(super) fn rows(&self) -> usize {
        self.start.len() - 1
    }

    /// The number of columns.
    pub(super) fn columns(&self) -> usize {
        self.columns
    }

    /// Column indices and entries of one row.
    pub(super) fn row(&self, row: usize) -> (&[usize], &[R]) {
        let range = self.start[row]..self.start[row + 1];
        (&self.index[range.clone()], &self.value[range])
    }

    /// The entries of one row with their columns.
    pub(super) fn entries(&self, row: usize) -> impl Iterator<Item = (usize, &R)> {
        let (index, value) = self.row(row);
        index.iter().copied().zip(value)
    }

    /// The matrix with rows and columns exchanged.
    pub(super) fn transposed(&self) -> Self {
        let mut start = vec![0; self.columns + 1];
        for &column in &self.index {
            start[column + 1] += 1;
        }
        for column in 0..self.columns {
            start[column + 1] += start[column];
        }
        let mut next = start.clone();
        let mut order = vec![(0, 0); self.index.len()];
        for row in 0..self.rows() {
            for position in self.start[row]..self.start[row + 1] {
                let slot = &mut next[self.index[position]];
                order[*slot] = (row, position);
                *slot += 1;
            }
        }
        Self {
            columns: self.rows(),
            start,
            index: order.iter().map(|&(row, _)| row).collect(),
            value: order.iter().map(|&(_, position)| self.value[position].clone()).collect(),
        }
    }

    /// The same pattern with every entry replaced by its image; `None` as soon as one has none.
    pub(super) fn map<S>(&self, image: impl FnMut(&R) -> Option<S>) -> Option<Sparse<S>> {
        Some(Sparse {
            columns: self.columns,
            start: self.start.clone(),
            index: self.index.clone(),
            value: self.value.iter().map(image).collect::<Option<_>>()?,
        })
    }
}
