//! Certificates every claim of which has passed.

use crate::kernel::certificate::{Certificate, Document};
use crate::kernel::check::{Checked, Claim, Rejection};
use crate::kernel::exact::{BUDGET_TO_READ, Fault, OrderedField, guarded_within};
use crate::words::Reasons;

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

/// What is done with an accepted certificate, over whatever field.
pub trait Reader {
    /// What comes of it.
    type Output;

    /// Reads the certificate.
    fn read<F: OrderedField>(&self, accepted: &Accepted<'_, F>) -> Self::Output;
}

/// Why nothing may be printed of a document.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotAccepted {
    /// A claim is rejected.
    #[error("claim {index}, {claim}{}, is rejected: {reason}", .layer.map(|l| format!(", layer {l}")).unwrap_or_default())]
    Rejected {
        /// The claim's place in the file.
        index: usize,
        /// Its name.
        claim: &'static str,
        /// The layer that it is about.
        layer: Option<usize>,
        /// What the check found.
        reason: String,
    },
    /// What is to be printed passes the limit on work.
    #[error("every claim is accepted, but to print what they show takes too long: {0}")]
    Exhausted(Fault),
    /// There is no claim, so nothing has been proved.
    #[error("the document makes no claim, so there is nothing to report (it is an instance: certify it first)")]
    NoClaims,
}

/// Checks a document and reads it if every claim passes.
///
/// # Errors
/// The first rejected claim, or that there is none at all.
pub fn read<R: Reader>(document: &Document, reader: &R) -> Result<R::Output, NotAccepted> {
    fn of<F: OrderedField, R: Reader>(certificate: &Certificate<F>, reader: &R) -> Result<R::Output, NotAccepted> {
        if certificate.claims.is_empty() {
            return Err(NotAccepted::NoClaims);
        }
        match Accepted::of(certificate) {
            Ok(accepted) => guarded_within(BUDGET_TO_READ, || reader.read(&accepted)).map_err(NotAccepted::Exhausted),
            Err((index, rejection)) => {
                let claim = &certificate.claims[index];
                let (layer, reason) = (claim.layer(), Reasons::new().write(&rejection));
                Err(NotAccepted::Rejected { index, claim: claim.name(), layer, reason })
            }
        }
    }
    match document {
        Document::Rational(certificate) => of(certificate, reader),
        Document::Algebraic(certificate) => of(certificate, reader),
    }
}
