//! The page that leads to all others: search, filters, the summary tables, and what was left out.

use maud::{Markup, PreEscaped, html};

use super::shell::{self, Script};
use super::{FILTER, page};
use crate::report::html as prose;
use crate::report::provenance::VERSION;
use crate::report::table::Summary;
use crate::report::table::class::{Activations, Architecture, Depth, Hypothesis};
use crate::report::table::facts::Verdict;
use crate::report::table::outcome::{Carrier, Cell, LEGEND, Outcome, Outcomes, TRIALS, layers};
use crate::report::table::theorem::Subject;
use crate::report::trials::Counts;
use crate::words::{count, count_of};

/// Of the certificates that carry a cell as many are linked at once, and as many on demand.
const SHOWN: (usize, usize) = (3, 100);

/// A certificate on the page.
pub struct Entry<'n> {
    /// What is known.
    pub summary: Summary,
    /// The name of its files.
    pub name: &'n str,
    /// The network in small.
    pub thumbnail: Option<String>,
}

/// What has pages of its own.
#[derive(Clone, Copy, Debug, Default)]
pub struct More {
    /// The entries of a collection.
    pub collected: usize,
    /// Conjectures.
    pub conjectures: usize,
}

/// With more certificates than this they are listed without drawings.
const DRAWN: usize = 1000;

/// The order of the groups: what refutes first, then what holds.
const GROUPS: [(Verdict, &str); 9] = [
    (Verdict::NotLocal, "KKT points, or directions of flow, that are not local optima"),
    (Verdict::LocalNotGlobal, "Local optima that are not global"),
    (Verdict::NotGlobal, "Not global optima; local or not is not claimed"),
    (Verdict::Local, "Local optima"),
    (Verdict::Global, "Global optima"),
    (Verdict::Kkt, "KKT points of which nothing more is claimed"),
    (Verdict::NotKkt, "Not KKT points"),
    (Verdict::Infeasible, "Not feasible"),
    (Verdict::Open, "Other"),
];

/// The page.
pub fn page(certificates: &[Entry<'_>], trials: &Counts, left_out: &[String], more: &More) -> String {
    let summaries: Vec<Summary> = certificates.iter().map(|entry| entry.summary.clone()).collect();
    let names: Vec<&str> = certificates.iter().map(|entry| entry.name).collect();
    let content = html! {
        h1 { "Atlas of certificates" }
        p {
            "Exact certificates about Karush-Kuhn-Tucker points of the max-margin problem of small homogeneous networks: "
            (count(summaries.len(), "certificate")) ", every claim of which passed the checker. Each page runs the checker in your \
             browser, too, and the " a href="playground.html" { "playground" } " certifies networks of your own."
        }
        nav aria-label="On this page" {
            ul.contents {
                li { a href="#summary" { "What holds for which networks" } }
                li { a href="#certificates" { "Certificates" } }
                @if more.collected > 0 {
                    li { a href=(super::collection::PAGE) { "Collection" } ": " (count_of(more.collected, "instance", "instances")) " more, searchable" }
                }
                @if more.conjectures > 0 {
                    li { a href=(super::conjectures::PAGE) { "Conjectures" } ": " (more.conjectures) ", with their records" }
                }
                @if !left_out.is_empty() { li { a href="#left-out" { "Files left out" } } }
                li { a href="#cite" { "Cite" } }
            }
        }
        section aria-labelledby="summary" {
            h2 #summary { "What holds for which networks" }
            p { (LEGEND.replace("listed below the tables", "on a page of its own")) @if !trials.are_none() { (TRIALS) } }
            @for subject in [Subject::Point, Subject::EachLayer] {
                (outcomes(&Outcomes::of(subject, &summaries, trials), &summaries, &names))
            }
        }
        section aria-labelledby="certificates" {
            h2 #certificates { "Certificates" }
            (filters())
            p #count role="status" { (count(summaries.len(), "certificate")) }
            @for (verdict, title) in GROUPS {
                @let group = group(certificates, verdict);
                @if !group.is_empty() {
                    section.group aria-labelledby={ "group-" (verdict.key()) } {
                        h3 id={ "group-" (verdict.key()) } { (title) " " span.number { (group.len()) } }
                        ul.cards { @for entry in group { (card(entry, certificates.len() <= DRAWN)) } }
                    }
                }
            }
        }
        @if !left_out.is_empty() {
            section aria-labelledby="left-out" {
                h2 #left-out { "Files left out" }
                p { "These files were rejected or could not be read. Nothing above is taken from them." }
                ul.left-out { @for file in left_out { li { (prose::printable(file)) } } }
            }
        }
        section aria-labelledby="cite" {
            h2 #cite { "Cite" }
            p { "The paper whose results the catalogue of margincert realises, and the program:" }
            ul {
                li {
                    "G. Vardi, O. Shamir, N. Srebro: " cite { "On Margin Maximization in Linear and ReLU Networks" }
                    ", NeurIPS 2022, arXiv:2110.02732."
                }
                li {
                    "The margincert contributors: " cite {
                        "margincert: exact certificates about KKT points of the max-margin problem of small homogeneous networks"
                    }
                    ", version " (VERSION) "."
                }
            }
        }
    };
    shell::page("Atlas of certificates", "", content, Some(Script::Inline(FILTER)))
}

/// The certificates with a verdict, alike networks beside one another.
fn group<'c, 'n>(certificates: &'c [Entry<'n>], verdict: Verdict) -> Vec<&'c Entry<'n>> {
    let mut group: Vec<_> = certificates.iter().filter(|entry| entry.summary.facts.verdict() == verdict).collect();
    group.sort_by(|a, b| {
        let key = |summary: &Summary| (summary.class, summary.depth);
        key(&a.summary).cmp(&key(&b.summary)).then_with(|| a.summary.id.cmp(&b.summary.id))
    });
    group
}

/// The form that the script makes work, and shows.
fn filters() -> Markup {
    let select = |name: &str, label: &str, options: Vec<(String, &str)>| {
        html! {
            label { (label)
                select name=(name) {
                    option value="" { "any" }
                    @for (value, text) in options { option value=(value) { (text) } }
                }
            }
        }
    };
    let architectures = [Architecture::FullyConnected, Architecture::Sparse, Architecture::Convolutional];
    let activations = [Activations::Linear, Activations::Relu, Activations::LeakyRelu, Activations::Mixed];
    let depths = [Depth::One, Depth::Two, Depth::ThreeOrMore];
    html! {
        form #filters role="search" aria-label="Filter the certificates" hidden {
            label.wide { "Search" input type="search" name="q" autocomplete="off"; }
            (select("architecture", "Architecture", architectures.map(|a| (a.key().into(), a.name())).into()))
            (select("activation", "Activation", activations.map(|a| (a.key().into(), a.name())).into()))
            (select("depth", "Depth", depths.map(|d| (d.key().into(), d.name())).into()))
            (select("verdict", "Verdict", Verdict::ALL.map(|v| (v.key(), v.name())).into()))
            (select("hypothesis", "Hypothesis", Hypothesis::ALL.map(|h| (h.key().into(), h.name())).into()))
            button type="reset" { "Show all" }
        }
    }
}

fn card(entry: &Entry<'_>, is_drawn: bool) -> Markup {
    let Entry { summary, name, thumbnail } = entry;
    let hypotheses: Vec<_> = Hypothesis::ALL.iter().filter(|h| summary.satisfies(**h)).map(|h| h.key()).collect();
    html! {
        li data-architecture=(summary.class.architecture.key()) data-activation=(summary.class.activations.key())
            data-depth=(summary.class.depth.key()) data-verdict=(summary.facts.verdict().key())
            data-hypothesis=(hypotheses.join(" ")) {
            @if let Some(drawing) = thumbnail.as_ref().filter(|_| is_drawn) { (PreEscaped(drawing)) }
            a href={ "certificates/" (name) ".html" } { (prose::printable(&summary.title)) }
            p.id { code { (prose::printable(&summary.id)) } " · " (summary.shape()) }
            (page::tags(summary))
        }
    }
}

fn outcomes(table: &Outcomes, summaries: &[Summary], names: &[&str]) -> Markup {
    html! {
        div.scroll tabindex="0" role="group" aria-label=(table.caption()) {
            // The style sets a row's cells below one another where the page is narrow; the roles keep it a table.
            table.outcomes role="table" {
                caption { (table.caption()) }
                thead role="rowgroup" {
                    tr role="row" {
                        @for name in ["network", "activation", "depth"].into_iter().chain(Hypothesis::ALL.map(|h| h.name())) {
                            th scope="col" role="columnheader" { (name) }
                        }
                    }
                }
                tbody role="rowgroup" {
                    @for (class, cells) in &table.rows {
                        tr role="row" {
                            th scope="row" role="rowheader" data-column="network" { (class.architecture.name()) }
                            td role="cell" data-column="activation" { (class.activations.name()) }
                            td role="cell" data-column="depth" { (class.depth.name()) }
                            @for (hypothesis, cell) in Hypothesis::ALL.iter().zip(cells) {
                                (outcome(*hypothesis, cell, summaries, names))
                            }
                        }
                    }
                }
            }
        }
    }
}

fn outcome(hypothesis: Hypothesis, cell: &Cell, summaries: &[Summary], names: &[&str]) -> Markup {
    let link = |carrier: &Carrier| {
        html! {
            li {
                a href={ "certificates/" (names[carrier.index]) ".html" } { (prose::printable(&summaries[carrier.index].id)) }
                (layers(carrier))
            }
        }
    };
    let class = match cell.outcome() {
        Outcome::NotLocal | Outcome::NotGlobal => "bad",
        Outcome::LocalNotGlobal | Outcome::Local => "middling",
        Outcome::Global => "good",
        Outcome::Examples | Outcome::Nothing => "open",
    };
    html! {
        td class=(class) role="cell" data-column=(hypothesis.name()) {
            strong { (cell.outcome().name()) }
            @if let Some((number, theorem)) = cell.rests_on_theorem() {
                @if cell.outcome() == Outcome::LocalNotGlobal { ": local" }
                " by " a href={ "theorems.html#theorem-" (number) } { "theorem " (number) } (cell.note(theorem))
            }
            @for (what, carriers) in cell.parts() {
                @let (first, more) = carriers.split_at(carriers.len().min(SHOWN.0));
                @if !what.is_empty() { p { (what) ":" } }
                ul { @for carrier in first { (link(carrier)) } }
                @if !more.is_empty() {
                    details {
                        summary { (more.len()) " more" }
                        ul { @for carrier in more.iter().take(SHOWN.1) { (link(carrier)) } }
                        @if more.len() > SHOWN.1 { p { "and " (more.len() - SHOWN.1) " in the list above" } }
                    }
                }
            }
        }
    }
}
