//! The census last opened, so that the units of a hunt need not open it one by one.

use std::cell::RefCell;
use std::rc::Rc;

use super::{Census, CensusError};
use crate::explore::bounds::Bounds;

thread_local! {
    static LAST: RefCell<Option<(Bounds, Rc<Census>)>> = const { RefCell::new(None) };
}

impl Census {
    /// The census of the bounds: the one that this thread has opened last, if it has the same bounds, else a new one. Opening may
    /// take longer than a unit, since it goes through all networks.
    ///
    /// # Errors
    /// Those of [`Census::new`].
    pub fn opened(bounds: &Bounds) -> Result<Rc<Self>, CensusError> {
        LAST.with_borrow_mut(|last| {
            if let Some((_, census)) = last.as_ref().filter(|(of, _)| of == bounds) {
                return Ok(Rc::clone(census));
            }
            let census = Rc::new(Census::new(bounds)?);
            *last = Some((bounds.clone(), Rc::clone(&census)));
            Ok(census)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_bounds_share_a_census_and_others_do_not() {
        let bounds = Bounds { depth: 2..=2, inputs: 1..=1, samples: 1..=1, width: 1..=1, ..Bounds::default() };
        let lower = Bounds { height: 1, ..bounds.clone() };
        let census = Census::opened(&bounds).expect("a census");
        assert!(Rc::ptr_eq(&census, &Census::opened(&bounds).expect("a census")));
        let other = Census::opened(&lower).expect("a census");
        assert_ne!(census.numbers(), other.numbers());
        assert_eq!(Census::opened(&bounds).expect("a census").numbers(), census.numbers());
        let nothing = Bounds { activations: vec![], ..bounds };
        assert_eq!(Census::opened(&nothing).err(), Some(CensusError::Empty));
    }
}
