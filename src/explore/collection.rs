//! Making a collection: what is worth keeping of the censuses of small classes.
//!
//! An instance is kept for a reason that can be told and checked: it belongs to a class that is kept whole, it is the least of its kind, no other of its class
//! exceeds it in some number, or it is the least that breaks a conjecture. Which classes are gone through stands in `CLASSES`. The outcome depends on that list, the conjectures and the
//! certificates that are named besides, on nothing else.

mod kinds;

use std::collections::BTreeMap;

use rayon::prelude::*;

use super::bounds::Bounds;
use super::canonical::ContentId;
use super::conjecture::{Atom, Conjecture, Layers};
use super::facts::Facts;
use super::judge::{Judgement, examine, with_claims};
use super::shrink::Extent;
use super::sources::{Census, CensusError};
use crate::files::collection;
use crate::kernel::certificate::{Certificate, Document, Source};
use crate::kernel::exact::Rational;
use kinds::Kind;

/// What is kept of a class.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Keep {
    /// Every instance.
    All,
    /// Those that stand out.
    Notable,
}

/// The classes, in the words of `explore`.
const CLASSES: [(Keep, &str); 12] = [
    (Keep::All, "dense; linear; depth 2, inputs 1..2, samples 1..2, width 1..2, height 2"),
    (Keep::All, "dense; relu; depth 2, inputs 1..2, samples 1..2, width 1..2, height 2"),
    (Keep::All, "dense; leaky; depth 2, inputs 1..2, samples 1..2, width 1..2, height 2"),
    (Keep::All, "dense; relu; depth 3, inputs 1..2, samples 1..2, width 1..2, height 2"),
    (Keep::All, "dense; leaky; depth 3, inputs 1..2, samples 1..2, width 1..2, height 2"),
    (Keep::All, "diagonal; linear; depth 2..3, inputs 1..2, samples 1..2, width 1..2, height 2"),
    (Keep::All, "diagonal; relu; depth 2..3, inputs 1..2, samples 1..2, width 1..2, height 2; without kinks"),
    (Keep::All, "diagonal; leaky; depth 2, inputs 1..2, samples 1..2, width 1..2, height 2; without kinks"),
    (Keep::Notable, "dense; relu; depth 2, inputs 2, samples 3, width 2, height 1"),
    (Keep::Notable, "dense; mixed; depth 3, inputs 1..2, samples 1..2, width 1..2, height 1"),
    (Keep::Notable, "sparse; linear, relu, leaky; depth 2, inputs 1..2, samples 1..2, width 1..2, height 1"),
    (Keep::Notable, "convolution; linear, relu, leaky; depth 2, inputs 2..3, samples 1..2, width 2, height 1"),
];

/// What a collection is made from, besides the classes.
#[derive(Clone, Debug)]
pub struct Plan {
    /// Who is said to have found what the censuses hold.
    pub finder: String,
    /// The day that is written down, as `2026-11-27`.
    pub date: String,
    /// Conjectures, each with its name.
    pub conjectures: Vec<(String, Conjecture)>,
    /// Certificates to keep whatever they are, all of whose claims are accepted.
    pub besides: Vec<Document>,
}

/// Why there is no collection.
#[derive(Debug, thiserror::Error)]
pub enum BuildError {
    /// A class of the list cannot be gone through.
    #[error("the class [{0}]: {1}")]
    Class(&'static str, CensusError),
    /// A certificate that is to be kept gives no reason for it.
    #[error("{0} names no result and no title that would say why it is kept")]
    NoReason(String),
    /// A line cannot be written.
    #[error("an entry cannot be written: {0}")]
    Json(#[from] serde_json::Error),
    /// It was interrupted.
    #[error("interrupted")]
    Interrupted,
}

/// An instance of some census, with all that was found out about it.
struct Found {
    certificate: Certificate<Rational>,
    id: ContentId,
    extent: Extent,
    /// The classes that it is in, by their place in the list.
    classes: Vec<usize>,
    kind: Kind,
    /// The conjectures that it breaks, by their place in the plan.
    breaks: Vec<usize>,
    reasons: Vec<String>,
}

/// An instance of a census, and the classes that it was met in.
type Met = (Certificate<Rational>, Vec<usize>);

/// Makes the lines of a collection. Calls `progress` with what is being done, how much of it is done, and how much there is.
///
/// # Errors
/// See [`BuildError`].
pub fn build(plan: &Plan, progress: &(dyn Fn(&str, usize, usize) + Sync)) -> Result<Vec<String>, BuildError> {
    let (met, sizes) = met(progress)?;
    let done = std::sync::atomic::AtomicUsize::new(0);
    let all = met.len();
    let mut found: Vec<Found> = met
        .into_par_iter()
        .map(|(id, (instance, classes))| {
            let found = study(plan, id, &instance, classes);
            progress("instances", done.fetch_add(1, std::sync::atomic::Ordering::Relaxed) + 1, all);
            found
        })
        .collect();
    if crate::prove::halt::is_halted() {
        return Err(BuildError::Interrupted);
    }
    found.sort_by_key(|one| (one.extent, one.id));
    keep_classes(&mut found, &sizes);
    keep_least_of_kind(&mut found);
    keep_extreme(&mut found);
    keep_breaking(plan, &mut found);
    let kept = found.iter().filter(|one| !one.reasons.is_empty());
    let of_censuses = kept.map(|one| (one.extent, one.id, line(plan, one)));
    let mut lines: Vec<_> = of_censuses.collect();
    for document in &plan.besides {
        let Document::Rational(certificate) = document else { continue };
        let id = ContentId::of(&certificate.problem);
        // What is known of it besides is kept with it.
        lines.retain(|(_, other, _)| *other != id);
        lines.push((Extent::of(&certificate.problem), id, beside(plan, id, certificate)));
    }
    lines.sort_by_key(|(extent, id, _)| (*extent, *id));
    lines.into_iter().map(|(_, _, line)| line).collect()
}

/// What was met, by ids, and of each class how many instances there are and how many of them are undecided.
type AllMet = (BTreeMap<ContentId, Met>, Vec<[usize; 2]>);

/// Goes through all censuses.
fn met(progress: &(dyn Fn(&str, usize, usize) + Sync)) -> Result<AllMet, BuildError> {
    let (mut met, mut sizes) = (BTreeMap::<ContentId, Met>::new(), Vec::new());
    for (class, (_, words)) in CLASSES.iter().enumerate() {
        progress("classes", class, CLASSES.len());
        let bounds: Bounds = words.parse().expect("a class of the list is in the words that bounds are printed in");
        let census = Census::new(&bounds).map_err(|error| BuildError::Class(words, error))?;
        let members = (0..census.len_units()).into_par_iter().flat_map_iter(|unit| {
            census
                .unit_unless(unit, &crate::prove::halt::is_halted)
                .map(|member| (ContentId::of(&member.instance.problem), member.instance))
                .collect::<Vec<_>>()
        });
        let members: Vec<_> = members.collect();
        // Of those without a claim it is not known whether they are KKT points.
        let undecided = members.iter().filter(|(_, instance)| instance.claims.is_empty()).count();
        sizes.push([members.len(), undecided]);
        for (id, instance) in members.into_iter().filter(|(_, instance)| !instance.claims.is_empty()) {
            let (_, classes) = met.entry(id).or_insert_with(|| (instance, Vec::new()));
            classes.push(class);
        }
    }
    Ok((met, sizes))
}

/// Looks for all evidence about an instance.
fn study(plan: &Plan, id: ContentId, instance: &Certificate<Rational>, classes: Vec<usize>) -> Found {
    let mut facts = Facts::of(instance);
    let depth = instance.problem.network().depth();
    let layers = (0..depth).map(Layers::Layer);
    let scopes = std::iter::once(Layers::Whole).chain(layers);
    let questions = [Atom::Kkt, Atom::NonzeroWeights, Atom::NonzeroInputs].into_iter();
    let questions = questions.chain(scopes.flat_map(|layers| [Atom::Local(layers), Atom::Global(layers)]));
    for atom in questions {
        facts.truth(&atom);
    }
    let kind = Kind::of(instance, &mut facts);
    let breaks = |conjecture: &Conjecture| matches!(examine(conjecture, &mut facts, instance), Judgement::Broken(_));
    let broken: Vec<bool> = plan.conjectures.iter().map(|(_, conjecture)| conjecture).map(breaks).collect();
    let broken = broken.iter().enumerate().filter(|(_, broken)| **broken).map(|(place, _)| place).collect();
    let title = Some(kind.title(&instance.problem));
    let certificate = Certificate { title, ..with_claims(&facts, instance) };
    let extent = Extent::of(&instance.problem);
    Found { certificate, id, extent, classes, kind, breaks: broken, reasons: Vec::new() }
}

fn keep_classes(found: &mut [Found], sizes: &[[usize; 2]]) {
    for one in found {
        for &class in one.classes.iter().filter(|class| CLASSES[**class].0 == Keep::All) {
            let ([members, undecided], words) = (sizes[class], CLASSES[class].1);
            one.reasons.push(match undecided {
                0 => format!("one of the {members} KKT points of the class [{words}], which is here whole"),
                _ => format!(
                    "one of the {} points of the class [{words}] that are known to be KKT points, all of which are here; {undecided} more are undecided",
                    members - undecided
                ),
            });
        }
    }
}

/// They come smallest first.
fn keep_least_of_kind(found: &mut [Found]) {
    let mut seen: BTreeMap<String, (usize, usize)> = BTreeMap::new();
    for (place, one) in found.iter().enumerate() {
        seen.entry(one.kind.words()).or_insert((place, 0)).1 += 1;
    }
    for (words, (place, count)) in seen {
        let of = if count == 1 { "the only one".into() } else { format!("the least of {count}") };
        found[place].reasons.push(format!("{of} of its kind in the censuses gone through: {words}"));
    }
}

/// Of several that are extreme the smallest is kept.
fn keep_extreme(found: &mut [Found]) {
    let mut greatest: BTreeMap<(String, &'static str), (usize, Rational)> = BTreeMap::new();
    for (place, one) in found.iter().enumerate() {
        for (name, number) in one.kind.numbers() {
            let best = greatest.entry((one.kind.family(), name)).or_insert((place, number.clone()));
            if number > best.1 {
                *best = (place, number);
            }
        }
    }
    for ((family, name), (place, number)) in greatest {
        if number > Rational::from(1) {
            found[place].reasons.push(format!("{name} {number}, the most in the censuses gone through among {family}"));
        }
    }
}

fn keep_breaking(plan: &Plan, found: &mut [Found]) {
    let mut is_first = vec![true; plan.conjectures.len()];
    for one in found {
        for &conjecture in &one.breaks {
            let name = &plan.conjectures[conjecture].0;
            if std::mem::replace(&mut is_first[conjecture], false) {
                one.reasons.push(format!("breaks {name}, the least in the censuses gone through that does"));
            } else if !one.reasons.is_empty() {
                one.reasons.push(format!("breaks {name}"));
            }
        }
    }
}

fn line(plan: &Plan, one: &Found) -> Result<String, BuildError> {
    let id = one.id.to_string();
    Ok(collection::line(&id, &plan.finder, &plan.date, &one.reasons, &one.certificate.to_text())?)
}

/// The line of a certificate that is kept for what its source says.
fn beside(plan: &Plan, id: ContentId, certificate: &Certificate<Rational>) -> Result<String, BuildError> {
    let why = match &certificate.source {
        Some(Source::Reference { paper: Some(paper), result: Some(result), .. }) => {
            Some(format!("realises {result}: {paper}"))
        }
        Some(Source::Reference { paper: Some(paper), .. }) => Some(format!("realises a result of {paper}")),
        Some(Source::Reference { note: Some(note), .. }) => Some(note.clone()),
        Some(Source::Text(text)) => Some(text.clone()),
        _ => certificate.title.clone(),
    };
    let why = why.ok_or_else(|| BuildError::NoReason(id.to_string()))?;
    Ok(collection::line(&id.to_string(), &plan.finder, &plan.date, &[why], &certificate.to_text())?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_classes_are_in_the_words_of_bounds() {
        for (_, words) in CLASSES {
            let bounds: Bounds = words.parse().expect(words);
            assert_eq!(bounds.to_string(), words);
        }
    }
}
