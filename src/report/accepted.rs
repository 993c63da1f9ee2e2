//! Certificates every claim of which has passed.

use crate::kernel::certificate::Certificate;
use crate::kernel::check::{Checked, Claim, Rejection};
use crate::kernel::exact::OrderedField;

/// A certificate with the proof that each of its claims passed the checker; [`Accepted::of`] is its only source.
#[derive(Clone, Debug)]
pub struct Accepted<'a, F> {
    certificate: &'a Certificate<F>,
    claims: Vec<Checked<'a, F, Claim<F>>>,
}

impl<'a, F: OrderedField> Accepted<'a, F> {
    /// Checks every claim.
    ///
    /// # Errors
    /// The place of the first rejected claim, and its rejection.
    pub fn of(certificate: &'a Certificate<F>) -> Result<Self, (usize, Rejection<F>)> {
        let verdicts = certificate.check().into_iter().enumerate();
        let claims = verdicts.map(|(index, verdict)| verdict.map_err(|rejection| (index, rejection)));
        Ok(Accepted { certificate, claims: claims.collect::<Result<_, _>>()? })
    }

    /// The certificate.
    pub fn certificate(&self) -> &'a Certificate<F> {
        self.certificate
    }

    /// Its claims, in the file's order.
    pub fn claims(&self) -> impl Iterator<Item = &'a Claim<F>> + '_ {
        self.claims.iter().map(|checked| checked.evidence())
    }
}
