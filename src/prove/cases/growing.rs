//! A tree of cases while it grows, and why it may be left.

use crate::kernel::check::{Leaf, Node, Split};
use crate::prove::deadline::OutOfTime;

/// Why a tree was left before it was complete, in words that tell what was tried.
pub struct Open(pub String);

impl From<OutOfTime> for Open {
    fn from(_: OutOfTime) -> Self {
        Open("`cases`, stopped by the time limit".into())
    }
}

/// Why a tree was left that ends with a better point, if there is one.
pub enum Stop<F> {
    /// These parameters, in a row, are better than the point.
    Better(Vec<F>),
    Open(Open),
}

impl<F, W: Into<Open>> From<W> for Stop<F> {
    fn from(why: W) -> Self {
        Stop::Open(why.into())
    }
}

/// The nodes of a tree so far, in pre-order. It has a limit on its cases.
pub struct Growing<F> {
    nodes: Vec<Node<F>>,
    leaves: usize,
    most: usize,
}

impl<F> Growing<F> {
    pub fn up_to(most: usize) -> Self {
        Growing { nodes: Vec::new(), leaves: 0, most }
    }

    /// Splits the case in hand.
    pub fn split(&mut self, split: Split) {
        self.nodes.push(Node::Split(split));
    }

    /// Settles the case in hand.
    ///
    /// # Errors
    /// [`Open`] if there are too many cases.
    pub fn settle(&mut self, leaf: Leaf<F>) -> Result<(), Open> {
        self.leaves += 1;
        if self.leaves > self.most {
            return Err(Open(format!("`cases`: more than {} would be needed", self.most)));
        }
        self.nodes.push(Node::Leaf(leaf));
        Ok(())
    }

    /// The complete tree. Another one may grow from here, whose cases count as well.
    pub fn take(&mut self) -> Vec<Node<F>> {
        std::mem::take(&mut self.nodes)
    }
}
