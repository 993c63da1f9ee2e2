//! Between the database and certificate files.

use std::collections::BTreeSet;

use sha2::{Digest, Sha256};

use super::error::{DatabaseError, Problem};
use super::record::{Certified, Kept, in_transaction, put_kept};
use super::{Database, Entry};
use crate::explore::canonical::ContentId;
use crate::explore::conjecture::Conjecture;
use crate::explore::judge::unclaimed;
use crate::explore::shrink::Extent;
use crate::kernel::certificate::{Certificate, Document, Source};
use crate::report::accepted::NotAccepted;

/// A file to be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exported {
    /// Its name without folder, with extension.
    pub name: String,
    /// Its text.
    pub text: String,
}

impl Kept {
    /// An instance with its claims, which are taken as they are.
    pub fn of(document: &Document) -> Self {
        let (id, extent) = identify(document);
        let certificates = match document.claims().as_slice() {
            [] => Vec::new(),
            claims => vec![Certified { claims: names(claims), text: document.to_text() }],
        };
        Kept { id, extent, document: instance(document).to_text(), certificates }
    }

    /// A certificate, if the kernel accepts every claim.
    ///
    /// # Errors
    /// The first rejected claim, or that there is none at all.
    pub fn checked(document: &Document) -> Result<Self, NotAccepted> {
        let claims = document.claims();
        if claims.is_empty() {
            return Err(NotAccepted::NoClaims);
        }
        for (index, ((claim, layer), verdict)) in claims.into_iter().zip(document.check()).enumerate() {
            verdict.map_err(|reason| NotAccepted::Rejected { index, claim, layer, reason })?;
        }
        Ok(Kept::of(document))
    }

    /// The files that hold what is certified of it: one, unless no certificate has all the claims of the others. Nothing if
    /// nothing is certified.
    pub fn files(&self) -> Vec<Exported> {
        let of = |certified: &Certified| certified.claims.split(',').map(String::from).collect::<BTreeSet<_>>();
        let sets: Vec<_> = self.certificates.iter().map(of).collect();
        let is_needed =
            |set: &BTreeSet<String>| !sets.iter().any(|other| set.len() < other.len() && set.is_subset(other));
        let needed = self.certificates.iter().zip(&sets).filter(|(_, set)| is_needed(set));
        let file = |(index, (certified, _)): (usize, (&Certified, _))| {
            let number = if index == 0 { String::new() } else { format!("-{}", index + 1) };
            Exported { name: format!("{}{number}.json", self.id), text: certified.text.clone() }
        };
        needed.enumerate().map(file).collect()
    }
}

impl Database {
    /// Keeps instances, all of them or, when there is an error, none.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub fn import(&mut self, instances: &[Kept]) -> Result<(), DatabaseError> {
        let result = in_transaction(&mut self.connection, |connection| {
            instances.iter().try_for_each(|instance| put_kept(connection, instance))
        });
        self.at_path(result)
    }

    /// The files for what the ids stand for, the first characters of an id being enough: instances, and the counterexamples of
    /// runs and conjectures. Of everything that is certified when there are no ids.
    ///
    /// # Errors
    /// When the database cannot be read, and for an id that stands for nothing, or for several things.
    pub fn export(&self, ids: &[String]) -> Result<Vec<Exported>, DatabaseError> {
        let mut instances = BTreeSet::new();
        if ids.is_empty() {
            instances.extend(self.instance_ids()?);
        }
        for id in ids {
            instances.extend(self.instances_of(id)?);
        }
        let mut files = Vec::new();
        for id in &instances {
            let kept = self.at_path(self.kept(id))?.ok_or_else(|| Problem::Unknown(id.clone()).at(&self.path))?;
            let mut certificates = kept.files();
            if let Some(note) = self.at_path(self.unclaimed(&kept))? {
                certificates.iter_mut().for_each(|file| add_note(&mut file.text, note));
            }
            // An instance that was asked for by name is worth a file though nothing is certified of it.
            if certificates.is_empty() && ids.iter().any(|prefix| id.starts_with(prefix.as_str())) {
                files.push(Exported { name: format!("{id}.json"), text: kept.document });
            } else {
                files.extend(certificates);
            }
        }
        Ok(files)
    }

    /// What the certificates of a counterexample leave to be decided outside of the checker.
    pub(super) fn unclaimed(&self, kept: &Kept) -> Result<Option<&'static str>, Problem> {
        let claims = |certified: &Certified| Document::parse(&certified.text).map(|document| document.claims()).ok();
        let claims: Vec<_> = kept.certificates.iter().filter_map(claims).flatten().collect();
        // What cannot be read is for `verify` to report.
        let conjectures = self.broken_by(&kept.id)?.into_iter().filter_map(|text| text.parse::<Conjecture>().ok());
        Ok(conjectures.filter_map(|conjecture| unclaimed(&conjecture, &claims)).next())
    }

    fn instances_of(&self, id: &str) -> Result<Vec<String>, DatabaseError> {
        match self.find(id)? {
            Entry::Instance(instance) => Ok(vec![instance.kept.id]),
            Entry::Run(_, _, summary) => Ok(summary.finds.into_iter().map(|find| find.instance).collect()),
            Entry::Conjecture(_, finds) => Ok(finds),
        }
    }
}

/// The content id of an instance, and its extent.
fn identify(document: &Document) -> (String, Extent) {
    match document {
        Document::Rational(certificate) => {
            (ContentId::of(&certificate.problem).to_string(), Extent::of(&certificate.problem))
        }
        Document::Algebraic(certificate) => {
            // Symmetric copies over a number field have ids of their own.
            let bare = Certificate { title: None, source: None, claims: Vec::new(), ..certificate.clone() };
            let hash = Sha256::digest(bare.to_text());
            let id = hash.iter().take(16).map(|byte| format!("{byte:02x}")).collect();
            (id, Extent::of(&certificate.problem))
        }
    }
}

/// Writes a note into the source of a certificate that names none.
fn add_note(text: &mut String, note: &str) {
    let Ok(mut document) = Document::parse(text) else { return };
    let source = match &mut document {
        Document::Rational(certificate) => &mut certificate.source,
        Document::Algebraic(certificate) => &mut certificate.source,
    };
    source.get_or_insert_with(|| Source::Reference { paper: None, result: None, note: Some(note.into()) });
    *text = document.to_text();
}

/// The document without its claims.
fn instance(document: &Document) -> Document {
    match document {
        Document::Rational(certificate) => {
            Document::Rational(Certificate { claims: Vec::new(), ..certificate.clone() })
        }
        Document::Algebraic(certificate) => {
            Document::Algebraic(Certificate { claims: Vec::new(), ..certificate.clone() })
        }
    }
}

/// The names of claims, in order, each once.
pub(super) fn names(claims: &[(&'static str, Option<usize>)]) -> String {
    let name = |(claim, layer): &(&str, Option<usize>)| match layer {
        None => claim.to_string(),
        Some(layer) => format!("{claim}[{layer}]"),
    };
    claims.iter().map(name).collect::<BTreeSet<_>>().into_iter().collect::<Vec<_>>().join(",")
}
