//! A page about one certificate.

use maud::{Markup, PreEscaped, html};

use super::shell::{self, Script};
use super::trajectory::Trajectory;
use super::{data, hyperplanes, network, plot};
use crate::kernel::certificate::Certificate;
use crate::kernel::check::{Claim, NotLocalOptimum};
use crate::kernel::exact::OrderedField;
use crate::kernel::problem::Problem;
use crate::report::accepted::{Accepted, Reader};
use crate::report::explain::explain;
use crate::report::formula::Notation;
use crate::report::html as prose;
use crate::report::provenance::{VERSION, sha256};
use crate::report::table::Summary;
use crate::report::table::class::Hypothesis;
use crate::report::table::facts::Facts;
use crate::words::{count, count_of};

/// A certificate of more bytes is not repeated on its page.
const SHOWN: usize = 1 << 18;

/// Renders the page of a certificate, and summarises it.
pub struct Page<'p> {
    /// The name that tables know the certificate by.
    pub id: &'p str,
    /// The name of its files, without extension; of a page by itself the whole name of the file.
    pub name: &'p str,
    /// The certificate as it was read.
    pub bytes: &'p [u8],
    /// Where the page is to stand.
    pub place: Place,
    /// The theorems that stand beside it.
    pub theorems: Option<Theorems<'p>>,
}

/// The claims as theorems for Rocq, in a file beside the certificate.
#[derive(Clone, Copy, Debug)]
pub struct Theorems<'p> {
    /// The file's name, without extension.
    pub module: &'p str,
    /// How many claims it proves.
    pub proved: usize,
    /// How many it leaves out.
    pub left_out: usize,
}

/// Where a page stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// In the atlas, beside other pages.
    Atlas,
    /// By itself, with all that it needs in it.
    Alone,
}

/// What is made of a certificate for the atlas.
pub struct Rendered {
    /// Its summary, for the tables.
    pub summary: Summary,
    /// The page.
    pub page: String,
    /// A small drawing of the network, unless it is large.
    pub thumbnail: Option<String>,
}

impl Reader for Page<'_> {
    type Output = Rendered;

    fn read<F: OrderedField>(&self, accepted: &Accepted<'_, F>) -> Rendered {
        let summary = Summary::of(accepted, self.id);
        let title = prose::printable(&summary.title);
        let content = content(accepted, &summary, self);
        let page = match self.place {
            Place::Atlas => shell::page(&title, "../", content, Some(Script::File("check.js"))),
            Place::Alone => shell::alone(&title, content, &[super::CHECKER, super::CHECK]),
        };
        let thumbnail = network::thumbnail(&accepted.certificate().problem).map(Markup::into_string);
        Rendered { summary, page, thumbnail }
    }
}

/// The drawings of a document's network and data, whether or not it claims anything.
pub fn drawings<F: OrderedField>(certificate: &Certificate<F>) -> Markup {
    let notation = Notation::of(certificate.field.as_deref());
    let network = network::drawing(&certificate.problem, &notation);
    html! {
        section aria-labelledby="network" {
            h2 #network { "The network" }
            @match network {
                Some(drawing) => {
                    figure {
                        (drawing)
                        figcaption {
                            "Weights at the point: solid lines are positive, dashed ones negative, dotted ones 0."
                        }
                    }
                }
                None => p { "This network is too large to be drawn." }
            }
        }
        @if let Some(drawing) = data::drawing(&certificate.problem) {
            section aria-labelledby="samples" {
                h2 #samples { "The samples" }
                figure { (drawing) }
            }
        }
    }
}

/// What accepted claims show beside the drawings: an enclosed point, better points nearby, and the proof.
pub fn findings<F: OrderedField>(accepted: &Accepted<'_, F>, id: &str) -> Markup {
    let problem = &accepted.certificate().problem;
    let curves = accepted.claims().filter_map(|claim| match claim {
        Claim::NotLocalOptimum(evidence) => Some(evidence),
        _ => None,
    });
    let curves: Vec<Markup> = curves.filter_map(|evidence| curve(problem, evidence)).collect();
    // Several claims may be about one point.
    let enclosed = accepted.claims().find_map(|claim| match claim {
        Claim::KktEnclosed(evidence) => hyperplanes::drawing(problem, evidence),
        _ => None,
    });
    html! {
        @if let Some(drawing) = &enclosed {
            section aria-labelledby="enclosed" {
                h2 #enclosed { "The exact KKT point" }
                (drawing)
            }
        }
        @if !curves.is_empty() {
            section aria-labelledby="curve" {
                h2 #curve { "Better points nearby" }
                @for curve in &curves { (curve) }
            }
        }
        section.proof aria-labelledby="proof" {
            h2 #proof { "The proof" }
            (prose::blocks(&explain(accepted, id)))
        }
    }
}

fn content<F: OrderedField>(accepted: &Accepted<'_, F>, summary: &Summary, page: &Page<'_>) -> Markup {
    let file = match page.place {
        Place::Atlas => format!("{}.json", page.name),
        Place::Alone => page.name.to_string(),
    };
    html! {
        h1 { (prose::printable(&summary.title)) }
        (tags(summary))
        (facts(summary))
        section aria-labelledby="file" {
            h2 #file { "The file" }
            @if page.place == Place::Atlas {
                p { a href={ "../files/" (file) } download { "Download the certificate" } " and check it again:" }
            } @else {
                p { "To check it again, with the file that this page was made from:" }
            }
            pre tabindex="0" { code { "margincert check " (file) } }
            @if page.place == Place::Alone {
                p { "To turn its claims into theorems that Rocq checks. The file written names those that have no theorem yet:" }
                pre tabindex="0" { code { "margincert export --rocq " (file) " -o theorems" } }
            }
            p.note { "SHA-256 " code { (sha256(page.bytes)) } ", printed by margincert " (VERSION) "." }
        }
        (check(page))
        @if let Some(theorems) = page.theorems { (formal(theorems)) }
        (drawings(accepted.certificate()))
        (findings(accepted, page.id))
    }
}

/// The theorems, and how Rocq checks them.
fn formal(theorems: Theorems<'_>) -> Markup {
    let file = format!("{}.v", theorems.module);
    html! {
        section aria-labelledby="formal" {
            h2 #formal { "A formal proof" }
            p {
                a href={ "../files/" (file) } download { "Download " (count_of(theorems.proved, "claim as a theorem", "claims as theorems")) }
                " about the real numbers. Rocq checks them with the library in the folder " code { "rocq" }
                " of margincert's sources, which " code { "make -C rocq" }
                " builds once. Nothing else of margincert need be trusted:"
            }
            pre tabindex="0" { code { "coqc -Q rocq Margincert " (file) } }
            @if theorems.left_out > 0 {
                p.note { (count(theorems.left_out, "claim")) " left out: the file says why." }
            }
        }
    }
}

/// The checker in the reader's browser, shown by a script where it can run.
fn check(page: &Page<'_>) -> Markup {
    let text = std::str::from_utf8(page.bytes).ok().filter(|text| text.len() <= SHOWN);
    html! {
        section #check aria-labelledby="check-title" data-checker="../checker.js" hidden {
            h2 #check-title { "Check it here" }
            p {
                "The checker itself, compiled to WebAssembly, runs in your browser on the certificate below. Nothing is sent \
                 anywhere."
            }
            p.buttons {
                button #check-run type="button" { "Check this proof here" }
                button #check-stop type="button" hidden { "Stop" }
            }
            p #check-verdict role="status" {}
            ol #check-claims start="0" {}
            details {
                summary { "Look at the certificate, change it, or check a file of yours" }
                label for="check-text" { "The document that is checked" }
                textarea #check-text rows="18" spellcheck="false" autocomplete="off" { (PreEscaped("\n")) (text.unwrap_or_default()) }
                p.buttons {
                    button #check-reset type="button" { "Undo changes" }
                    label { "Check a file " input #check-file type="file" accept=".json,application/json"; }
                }
                @if text.is_none() { p.note { "This certificate is large: download it and choose it here." } }
            }
        }
    }
}

fn curve<F: OrderedField>(problem: &Problem<F>, evidence: &NotLocalOptimum<F>) -> Option<Markup> {
    let plots = plot::plots(&Trajectory::of(problem, evidence)?);
    Some(html! {
        @if let Some(layer) = evidence.layer { h3 { "Moving layer " (layer) " alone" } }
        (plots)
    })
}

/// The classes that a certificate belongs to, as a list of short words.
pub(super) fn tags(summary: &Summary) -> Markup {
    let verdict = summary.facts.verdict();
    html! {
        ul.tags {
            li class=(format!("verdict {}", verdict.key())) { (verdict.name()) }
            li { (summary.class.architecture.name()) }
            li { (summary.class.activations.name()) }
            li { "depth " (summary.depth) }
            @for hypothesis in [Hypothesis::NonzeroWeights, Hypothesis::NonzeroInputs] {
                @if summary.satisfies(hypothesis) { li { (hypothesis.name()) } }
            }
            @if summary.flow { li { "reached by gradient flow" } }
        }
    }
}

/// Size, field and multipliers, and the verdicts on single layers.
pub fn facts(summary: &Summary) -> Markup {
    let layer = |facts: &Facts| facts.verdict().name();
    html! {
        dl.facts {
            div { dt { "Certificate" } dd { code { (prose::printable(&summary.id)) } } }
            div { dt { "Units" } dd { (summary.shape()) } }
            div { dt { "Parameters" } dd { (summary.parameters) } }
            div { dt { "Samples" } dd { (summary.samples) } }
            div { dt { "Numbers in" } dd { (prose::inline(&summary.field.clone().into())) } }
            @if let Some(multipliers) = &summary.multipliers {
                div { dt { "Multipliers" } dd { (prose::inline(&multipliers.clone().into())) } }
            }
            @for (index, facts) in summary.layers.iter().enumerate() {
                @if *facts != Facts::default() { div { dt { "Layer " (index) " alone" } dd { (layer(facts)) } } }
            }
        }
    }
}
