//! What the certificates of a site say to conjectures, and what stands beside those of a collection.

use std::sync::Arc;

use crate::cli::collect::Job;
use crate::explore::canonical::ContentId;
use crate::explore::facts::Facts;
use crate::explore::judge::{Judgement, examine};
use crate::explore::library;
use crate::explore::shrink::Extent;
use crate::files;
use crate::files::collection::Collection;
use crate::kernel::certificate::Document;
use crate::report::atlas::collection;
use crate::report::atlas::conjectures::{self, Conjecture, Record};
use crate::report::atlas::index::Entry;
use crate::report::atlas::site::{Site, SiteError};

/// What a certificate says to each conjecture of the library by its claims alone.
pub(super) struct Judged {
    /// The title and the name of its files.
    told: (String, String),
    /// Only of one over the rationals. The facts of others are not looked up, so that what they say is unknown.
    extent: Option<Extent>,
    says: Vec<Says>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Says {
    Holds,
    HypothesisFails,
    Unknown,
    Breaks,
}

impl Judged {
    pub(super) fn of(document: &Document, library: &[(String, library::Entry)]) -> Self {
        let Document::Rational(certificate) = document else {
            return Judged { told: Default::default(), extent: None, says: vec![Says::Unknown; library.len()] };
        };
        let mut facts = Facts::on_record(certificate);
        let mut says = |conjecture| match examine(conjecture, &mut facts, certificate) {
            Judgement::Holds => Says::Holds,
            Judgement::HypothesisFails => Says::HypothesisFails,
            Judgement::Undecided { .. } => Says::Unknown,
            Judgement::Broken(_) => Says::Breaks,
        };
        let says = library.iter().map(|(_, entry)| says(&entry.conjecture)).collect();
        Judged { told: Default::default(), extent: Some(Extent::of(&certificate.problem)), says }
    }

    pub(super) fn named(self, title: &str, name: &str) -> Self {
        Judged { told: (title.into(), name.into()), ..self }
    }

    pub(super) fn breaks(&self, place: usize) -> bool {
        self.says[place] == Says::Breaks
    }
}

/// An entry of a collection that is read.
pub(super) struct Collected<'e> {
    collection: Arc<Collection>,
    id: &'e str,
    name: &'e str,
    breaks: Vec<&'e str>,
}

impl<'e> Collected<'e> {
    /// The entry that a job is about; nothing if it is about a file, or where it is not certain that the id is that of this
    /// instance and of every symmetric copy: the page says so of all its entries.
    pub(super) fn of(
        job: &'e Job,
        document: &Document,
        judged: &Judged,
        library: &'e [(String, library::Entry)],
        name: &'e str,
    ) -> Option<Self> {
        let (file, id) = files::collection::split(&job.path)?;
        let Document::Rational(certificate) = document else { return None };
        let collection = Collection::open(file).ok()?;
        if ContentId::exact(&certificate.problem)?.to_string() != collection.get(id)?.id {
            return None;
        }
        let broken = (0..library.len()).filter(|&place| judged.breaks(place));
        let breaks = broken.map(|place| library[place].0.as_str()).collect();
        Some(Collected { collection, id, name, breaks })
    }

    fn entry(&self) -> &files::collection::Entry {
        self.collection.get(self.id).expect("it was there")
    }

    pub(super) fn reader(&self) -> collection::RowOf<'_> {
        collection::RowOf { entry: self.entry(), name: self.name, breaks: &self.breaks }
    }

    /// Its whole id, and the line as it stands in the collection.
    pub(super) fn told(&self) -> (String, String) {
        (self.entry().id.clone(), self.collection.line(self.entry()).to_string())
    }
}

/// A page for each conjecture, and one that lists them.
pub(super) fn write_conjectures(
    site: &Site,
    library: &[(String, library::Entry)],
    judged: &[Judged],
    certificates: &[Entry<'_>],
) -> Result<(), SiteError> {
    if library.is_empty() {
        return Ok(());
    }
    let page = |(place, (name, entry)): (usize, &(String, library::Entry))| {
        let mut record = Record::default();
        for said in judged.iter().map(|said| said.says[place]) {
            match said {
                Says::Holds => record.holds += 1,
                Says::HypothesisFails => record.vacuous += 1,
                Says::Unknown => record.unknown += 1,
                Says::Breaks => record.broken += 1,
            }
        }
        let mut breaking: Vec<&Judged> = judged.iter().filter(|said| said.breaks(place)).collect();
        breaking.sort_by(|a, b| (a.extent, &a.told).cmp(&(b.extent, &b.told)));
        // The certificate of a result has its name.
        let result = entry.result.as_deref();
        let evidence = certificates.iter().find(|certificate| result.is_some_and(|result| certificate.name == result));
        Conjecture {
            name: name.clone(),
            title: entry.title.clone(),
            status: entry.status.to_string(),
            statement: entry.conjecture.to_string(),
            comment: entry.comment.clone(),
            evidence: evidence.map(|certificate| (certificate.summary.title.clone(), certificate.name.to_string())),
            record,
            broken_by: breaking.into_iter().map(|said| said.told.clone()).collect(),
        }
    };
    let pages: Vec<Conjecture> = library.iter().enumerate().map(page).collect();
    for conjecture in &pages {
        let name = format!("{}/{}.html", conjectures::FOLDER, conjecture.name);
        site.write(&name, conjectures::page(conjecture).as_bytes())?;
    }
    site.write(conjectures::PAGE, conjectures::list(&pages).as_bytes())
}
