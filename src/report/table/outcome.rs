//! The two summary tables: for each class of networks and each hypothesis, what holds of KKT points, and why.

use std::collections::BTreeSet;

use super::class::{Activations, Architecture, Class, Depth, Hypothesis};
use super::facts::Facts;
use super::summary::Summary;
use super::theorem::{Conclusion, Subject, THEOREMS, Theorem};
use crate::report::document::{Block, Document, Inline, Table};
use crate::report::trials::{Counts, CoveredCell};

/// A summary table.
#[derive(Clone, Debug, PartialEq)]
pub struct Outcomes {
    /// Whether it is about points or about layers.
    pub subject: Subject,
    /// The rows.
    pub rows: Vec<(Class, [Cell; 3])>,
}

/// What holds of the KKT points of a class under a hypothesis.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Cell {
    /// Certificates of KKT points that are not local optima.
    pub not_local: Vec<Carrier>,
    /// Certificates of KKT points that are not global optima, though they may be local ones.
    pub not_global: Vec<Carrier>,
    /// Certificates of local and global optima.
    pub positive: Vec<Carrier>,
    /// The universal theorem, by number.
    pub theorem: Option<(usize, &'static Theorem)>,
    /// On how many random instances the theorem was tried, always with success.
    pub trials: usize,
}

/// A certificate that carries a cell.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Carrier {
    /// The certificate's place in the list of summaries.
    pub index: usize,
    /// The layers concerned; empty in the table of points.
    pub layers: Vec<usize>,
}

/// What a cell reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// KKT points need not be local optima.
    NotLocal,
    /// They are local optima, but need not be global ones.
    LocalNotGlobal,
    /// They need not be global optima; whether they are local ones is not settled here.
    NotGlobal,
    /// They are local optima; whether they are global ones is not settled here.
    Local,
    /// They are global optima.
    Global,
    /// Optima are known, but no theorem and no counterexample.
    Examples,
    /// Nothing is known here.
    Nothing,
}

impl Cell {
    /// What the cell reads.
    pub fn outcome(&self) -> Outcome {
        let conclusion = self.theorem.map(|(_, theorem)| theorem.conclusion);
        match (conclusion, self.not_local.is_empty(), self.not_global.is_empty()) {
            (_, false, _) => Outcome::NotLocal,
            (Some(Conclusion::Local), _, false) => Outcome::LocalNotGlobal,
            (_, _, false) => Outcome::NotGlobal,
            (Some(Conclusion::Global), ..) => Outcome::Global,
            (Some(Conclusion::Local), ..) => Outcome::Local,
            (None, ..) if !self.positive.is_empty() => Outcome::Examples,
            (None, ..) => Outcome::Nothing,
        }
    }

    /// The certificates that carry what the cell reads: counterexamples if there are any, else illustrations.
    pub fn carriers(&self) -> &[Carrier] {
        match self.outcome() {
            Outcome::NotLocal => &self.not_local,
            Outcome::LocalNotGlobal | Outcome::NotGlobal => &self.not_global,
            Outcome::Local | Outcome::Global | Outcome::Examples | Outcome::Nothing => &self.positive,
        }
    }

    /// Whether what the cell reads rests on its theorem.
    pub fn rests_on_theorem(&self) -> Option<(usize, &'static Theorem)> {
        let rests = matches!(self.outcome(), Outcome::LocalNotGlobal | Outcome::Local | Outcome::Global);
        self.theorem.filter(|_| rests)
    }

    /// The certificates in parts, each with what they do for the cell: illustrate its theorem, or refute more.
    pub fn parts(&self) -> Vec<(&'static str, &[Carrier])> {
        let parts = match self.outcome() {
            Outcome::LocalNotGlobal => {
                vec![("illustrated by", &self.positive[..]), ("not global", &self.not_global[..])]
            }
            Outcome::Local | Outcome::Global => vec![("illustrated by", &self.positive[..])],
            _ => vec![("", self.carriers())],
        };
        parts.into_iter().filter(|(_, carriers)| !carriers.is_empty()).collect()
    }

    /// What is to be said of the theorem that the cell rests on, in parentheses: how it was tried, if it was, and that it is not
    /// the paper's.
    pub fn note(&self, theorem: &Theorem) -> String {
        let tried = format!("{} without failure", crate::words::count(self.trials, "trial"));
        let tried = (self.trials > 0).then_some(tried);
        let own = (!theorem.is_of_the_paper()).then(|| "not in the paper".to_string());
        let notes: Vec<String> = tried.into_iter().chain(own).collect();
        if notes.is_empty() { String::new() } else { format!(" ({})", notes.join(", ")) }
    }
}

impl Outcome {
    /// In words.
    pub fn name(self) -> &'static str {
        match self {
            Outcome::NotLocal => "not local",
            Outcome::LocalNotGlobal => "local, not global",
            Outcome::NotGlobal => "not global",
            Outcome::Local => "local",
            Outcome::Global => "global",
            Outcome::Examples => "optima known, no theorem",
            Outcome::Nothing => "–",
        }
    }

    /// As a word without spaces, for programs.
    pub fn key(self) -> &'static str {
        match self {
            Outcome::NotLocal => "not-local",
            Outcome::LocalNotGlobal => "local-not-global",
            Outcome::NotGlobal => "not-global",
            Outcome::Local => "local",
            Outcome::Global => "global",
            Outcome::Examples => "open",
            Outcome::Nothing => "nothing",
        }
    }
}

impl Outcomes {
    /// The table of points or of layers.
    pub fn of(subject: Subject, summaries: &[Summary], trials: &Counts) -> Self {
        let rows = classes(summaries.iter().map(|summary| summary.class)).into_iter().map(|class| {
            let cell = |hypothesis| {
                let trials = trials.of(CoveredCell { subject, class, hypothesis });
                Cell { trials, ..cell(subject, class, hypothesis, summaries) }
            };
            (class, Hypothesis::ALL.map(cell))
        });
        Outcomes { subject, rows: rows.collect() }
    }

    /// The title.
    pub fn caption(&self) -> &'static str {
        match self.subject {
            Subject::Point => "What KKT points of the max-margin problem are",
            Subject::EachLayer => "What KKT points are, layer by layer, the other layers being held",
        }
    }

    /// The table for printing; of many carriers the first `shown` are named.
    pub fn table(&self, summaries: &[Summary], shown: usize) -> Table {
        let header = ["network", "activation", "depth"].map(Inline::from).into_iter();
        let header = header.chain(Hypothesis::ALL.map(|hypothesis| Inline::from(hypothesis.name()))).collect();
        let rows = self.rows.iter().map(|(class, cells)| {
            let class = [class.architecture.name(), class.activations.name(), class.depth.name()].map(Inline::from);
            class.into_iter().chain(cells.iter().map(|cell| describe(cell, summaries, shown))).collect()
        });
        Table {
            caption: Some(Inline::from(self.caption())),
            widths: vec![Some("0.15"), Some("0.12"), None, Some("0.19"), Some("0.19"), Some("0.19")],
            rows: rows.collect(),
            header,
        }
    }
}

/// The rows of the paper, and any other class that a certificate belongs to.
fn classes(found: impl Iterator<Item = Class>) -> BTreeSet<Class> {
    let mut classes: BTreeSet<Class> = found.collect();
    for architecture in [Architecture::FullyConnected, Architecture::Sparse, Architecture::Convolutional] {
        for activations in [Activations::Linear, Activations::Relu] {
            for depth in [Depth::Two, Depth::ThreeOrMore] {
                classes.insert(Class { architecture, activations, depth });
            }
        }
    }
    classes
}

fn cell(subject: Subject, class: Class, hypothesis: Hypothesis, summaries: &[Summary]) -> Cell {
    let mut cell = Cell { theorem: Theorem::for_cell(subject, class, hypothesis), ..Cell::default() };
    let concerned =
        summaries.iter().enumerate().filter(|(_, summary)| summary.class == class && summary.satisfies(hypothesis));
    for (index, summary) in concerned {
        // Where a test is passed: at the point (one empty list of layers), or in these layers.
        let passed = |test: &dyn Fn(&Facts) -> bool| match subject {
            Subject::Point => test(&summary.facts).then_some(Carrier { index, layers: Vec::new() }),
            Subject::EachLayer => {
                let layers: Vec<_> = (0..summary.layers.len()).filter(|&layer| test(&summary.layers[layer])).collect();
                (!layers.is_empty()).then_some(Carrier { index, layers })
            }
        };
        // A KKT point of the whole problem is one in each layer.
        let is_kkt = |facts: &Facts| facts.is_kkt || summary.facts.is_kkt;
        cell.not_local.extend(passed(&|facts| facts.is_not_local && is_kkt(facts)));
        cell.not_global.extend(passed(&|facts| facts.is_not_global && is_kkt(facts)));
        // By a claim of its own: that a layer is optimal where the whole is illustrates nothing new.
        cell.positive.extend(passed(&|facts| !facts.local.is_empty() || !facts.global.is_empty()));
    }
    // Short names first: variants of an instance add to its name. The ids of a collection tell a reader less.
    let is_hash = |id: &str| id.len() == 32 && id.bytes().all(|byte| byte.is_ascii_hexdigit());
    let key = |carrier: &Carrier| {
        let id = summaries[carrier.index].id.as_str();
        (is_hash(id), id.len(), id)
    };
    for carriers in [&mut cell.not_local, &mut cell.not_global, &mut cell.positive] {
        carriers.sort_by(|a, b| key(a).cmp(&key(b)));
    }
    cell
}

fn describe(cell: &Cell, summaries: &[Summary], shown: usize) -> Inline {
    let mut text = Inline::default().emphasis(cell.outcome().name());
    if let Some((number, theorem)) = cell.rests_on_theorem() {
        let what = if cell.outcome() == Outcome::LocalNotGlobal { ": local" } else { "" };
        text = text.text(format!("{what} by theorem {number}{}", cell.note(theorem)));
    }
    for (what, carriers) in cell.parts() {
        text = text.text(match what {
            "" => ": ".to_string(),
            "illustrated by" => format!(", {what} "),
            _ => format!("; {what}: "),
        });
        for (place, carrier) in carriers.iter().take(shown).enumerate() {
            text = text.text(if place == 0 { "" } else { ", " });
            text = text.code(summaries[carrier.index].id.as_str()).text(layers(carrier));
        }
        if carriers.len() > shown {
            text = text.text(format!(" and {} more", carriers.len() - shown));
        }
    }
    text
}

/// ` (layer 0)`, ` (layers 0, 2)` or nothing.
pub fn layers(carrier: &Carrier) -> String {
    let list = carrier.layers.iter().map(usize::to_string).collect::<Vec<_>>().join(", ");
    match carrier.layers.len() {
        0 => String::new(),
        1 => format!(" (layer {list})"),
        _ => format!(" (layers {list})"),
    }
}

/// The cells that a theorem covers, of both tables of certificates of these classes.
pub fn covered(found: impl Iterator<Item = Class>) -> Vec<CoveredCell> {
    let (mut cells, classes) = (Vec::new(), classes(found));
    for subject in [Subject::Point, Subject::EachLayer] {
        for &class in &classes {
            let cell = |hypothesis| CoveredCell { subject, class, hypothesis };
            let is_covered = |cell: &CoveredCell| Theorem::for_cell(subject, class, cell.hypothesis).is_some();
            cells.extend(Hypothesis::ALL.map(cell).into_iter().filter(is_covered));
        }
    }
    cells
}

/// What the cells mean.
pub const LEGEND: &str = "A cell that reads “not local” or “not global” is carried by certificates of counterexamples: KKT \
    points, with the hypothesis of the column certified too. A cell that reads “global” or “local” rests on a universal theorem, \
    listed below the tables; certificates illustrate it but cannot prove it. “Optima known, no theorem” says only that \
    certificates show optima. A dash: neither the certificates nor a theorem say anything.";

/// What trials are, where some were run.
pub const TRIALS: &str = " A trial takes a random KKT point of the row and column, has the prover's algorithm for the theorem find \
    evidence of optimality, and has the checker check it.";

/// Both tables and the theorems that cells rest on, as a document.
pub fn document(summaries: &[Summary], trials: &Counts, shown: usize) -> Document {
    let mut document = Document::new("What holds at KKT points of the max-margin problem");
    document.paragraph(format!(
        "Computed from {} every claim of which passed the exact checker. {LEGEND}{}",
        crate::words::count(summaries.len(), "certificate"),
        if trials.are_none() { "" } else { TRIALS },
    ));
    for subject in [Subject::Point, Subject::EachLayer] {
        document.blocks.push(Block::Table(Outcomes::of(subject, summaries, trials).table(summaries, shown)));
    }
    document.heading("Theorems");
    document.list(theorems());
    document
}

/// The theorems, numbered.
pub fn theorems() -> Vec<Inline> {
    let item = |(index, theorem): (usize, &Theorem)| {
        Inline::from(format!("Theorem {}: {}. Source: {}.", index + 1, theorem.statement(), theorem.source))
    };
    THEOREMS.iter().enumerate().map(item).collect()
}
