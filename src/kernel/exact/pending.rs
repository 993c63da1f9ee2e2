//! Signatures of the number field, the symmetric matrices and the interval signs, until each has its own file.
#![allow(missing_docs, dead_code)]
use super::*;
use std::sync::Arc;
#[derive(Clone, Debug, PartialEq)]
pub struct NumberField;
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum FieldError {
    #[error("")]
    A,
}
pub type Algebraic = Rational;
impl NumberField {
    pub fn new(_p: Vec<Rational>, _l: Rational, _h: Rational, _s: Option<String>) -> Result<Arc<Self>, FieldError> {
        todo!()
    }
    pub fn element(self: &Arc<Self>, _c: Vec<Rational>) -> Algebraic {
        todo!()
    }
    pub fn root_between(&self) -> (&Rational, &Rational) {
        todo!()
    }
    pub fn polynomial(&self) -> &[Rational] {
        todo!()
    }
    pub fn given_symbol(&self) -> Option<&str> {
        None
    }
}
