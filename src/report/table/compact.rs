//! The summary tables in small: a verdict a cell, with numbers that refer to a list of certificates below.

use std::collections::BTreeMap;

use super::class::{Class, Hypothesis};
use super::outcome::{Cell, Outcome, Outcomes, layers, theorems};
use super::summary::Summary;
use super::theorem::Subject;
use crate::report::document::{Block, Document, Inline, Table};
use crate::report::trials::Counts;

/// Both tables, the certificates that they refer to, and the theorems; of many carriers of a cell the first `shown` are numbered.
pub fn document(summaries: &[Summary], trials: &Counts, shown: usize) -> Document {
    let mut document = Document::new("What holds at KKT points of the max-margin problem");
    document.paragraph(
        "Numbers in brackets refer to the certificates below, every claim of which passed the exact checker; T1 and so on are the \
         theorems at the end. What no theorem is named for rests on the certificates alone.",
    );
    let mut numbers = Numbers::default();
    for subject in [Subject::Point, Subject::EachLayer] {
        let outcomes = Outcomes::of(subject, summaries, trials);
        document.blocks.push(Block::Table(table(&outcomes, &mut numbers, shown)));
    }
    document.heading("Certificates");
    document.list(numbers.list(summaries));
    document.heading("Theorems");
    document.list(theorems());
    document
}

/// The certificates that were referred to, numbered in the order of their first use.
#[derive(Default)]
struct Numbers(BTreeMap<usize, usize>);

impl Numbers {
    fn of(&mut self, certificate: usize) -> usize {
        let next = self.0.len() + 1;
        *self.0.entry(certificate).or_insert(next)
    }

    fn list(&self, summaries: &[Summary]) -> Vec<Inline> {
        let mut ordered: Vec<(usize, usize)> =
            self.0.iter().map(|(certificate, number)| (*number, *certificate)).collect();
        ordered.sort_unstable();
        let item = |(number, certificate): (usize, usize)| {
            let Summary { id, title, .. } = &summaries[certificate];
            let item = Inline::from(format!("[{number}] ")).code(id.as_str());
            if title == id { item } else { item.text(format!(": {title}")) }
        };
        ordered.into_iter().map(item).collect()
    }
}

fn table(outcomes: &Outcomes, numbers: &mut Numbers, shown: usize) -> Table {
    let header = ["network", "activation", "depth"].into_iter().chain(Hypothesis::ALL.map(Hypothesis::name));
    let mut rows = Vec::with_capacity(outcomes.rows.len());
    let mut above: Option<&Class> = None;
    for (class, cells) in &outcomes.rows {
        let is_new = above.is_none_or(|above| above.architecture != class.architecture);
        let is_other = is_new || above.is_none_or(|above| above.activations != class.activations);
        // What is as in the row above is not said again.
        let mut row: Vec<Inline> = vec![
            if is_new { class.architecture.name() } else { "" }.into(),
            if is_other { class.activations.name() } else { "" }.into(),
            class.depth.name().into(),
        ];
        row.extend(cells.iter().map(|cell| entry(cell, numbers, shown)));
        rows.push(row);
        above = Some(class);
    }
    Table {
        caption: Some(Inline::from(outcomes.caption())),
        widths: vec![None, None, None, Some("0.2"), Some("0.2"), Some("0.2")],
        header: header.map(Inline::from).collect(),
        rows,
    }
}

/// `not local [1, 4, +12]`, or `global T1`. Layers are named once where all the carriers have the same.
fn entry(cell: &Cell, numbers: &mut Numbers, shown: usize) -> Inline {
    let outcome = match cell.outcome() {
        Outcome::Examples => "open",
        other => other.name(),
    };
    let mut entry = Inline::default().emphasis(outcome);
    if let Some((number, _)) = cell.rests_on_theorem() {
        entry = entry.text(format!(" T{number}"));
    }
    let carriers = cell.carriers();
    let of_all = carriers.first().map(layers).unwrap_or_default();
    let is_shared = carriers.iter().all(|carrier| layers(carrier) == of_all);
    let of_one = |carrier| if is_shared { String::new() } else { layers(carrier) };
    let named = carriers.iter().take(shown).map(|carrier| format!("{}{}", numbers.of(carrier.index), of_one(carrier)));
    let more = (carriers.len() > shown).then(|| format!("+{}", carriers.len() - shown));
    let references: Vec<String> = named.chain(more).collect();
    match (references.is_empty(), is_shared) {
        (true, _) => entry,
        (false, true) => entry.text(format!(" [{}]{of_all}", references.join(", "))),
        (false, false) => entry.text(format!(" [{}]", references.join(", "))),
    }
}
