//! What every check uses.

pub(super) use num_traits::Zero;

pub(super) use super::*;
pub(super) use crate::kernel::exact::*;
pub(super) use crate::kernel::network::*;
pub(super) use crate::kernel::problem::*;
