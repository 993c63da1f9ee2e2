//! A page about one certificate.

use maud::{Markup, html};

use super::trajectory::Trajectory;
use super::{data, network, plot, shell};
use crate::kernel::check::{Claim, NotLocalOptimum};
use crate::kernel::exact::OrderedField;
use crate::kernel::problem::Problem;
use crate::report::accepted::{Accepted, Reader};
use crate::report::explain::explain;
use crate::report::formula::Notation;
use crate::report::html as prose;
use crate::report::table::Summary;
use crate::report::table::class::Hypothesis;
use crate::report::table::facts::Facts;

/// Renders the page of a certificate, and summarises it.
pub struct Page<'p> {
    /// The name that tables know the certificate by.
    pub id: &'p str,
    /// The name of its files on the site, without extension.
    pub name: &'p str,
}

impl Reader for Page<'_> {
    type Output = (Summary, String);

    fn read<F: OrderedField>(&self, accepted: &Accepted<'_, F>) -> (Summary, String) {
        let summary = Summary::of(accepted, self.id);
        let page = shell::page(&prose::printable(&summary.title), "../", content(accepted, &summary, self.name), None);
        (summary, page)
    }
}

fn content<F: OrderedField>(accepted: &Accepted<'_, F>, summary: &Summary, name: &str) -> Markup {
    let problem = &accepted.certificate().problem;
    let notation = Notation::of(accepted.certificate().field.as_deref());
    let network = network::drawing(problem, &notation);
    let samples = data::drawing(problem);
    let curves = accepted.claims().filter_map(|claim| match claim {
        Claim::NotLocalOptimum(evidence) => Some(evidence),
        _ => None,
    });
    let curves: Vec<Markup> = curves.filter_map(|evidence| curve(problem, evidence)).collect();
    let file = format!("{name}.json");
    html! {
        h1 { (prose::printable(&summary.title)) }
        (tags(summary))
        (facts(summary))
        section aria-labelledby="file" {
            h2 #file { "The file" }
            p { a href={ "../files/" (file) } download { "Download the certificate" } " and check it again:" }
            pre tabindex="0" { code { "margincert check " (file) } }
        }
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
                None => p { "This network is too large to be drawn; the proof below lists its weights." }
            }
        }
        @if let Some(drawing) = samples {
            section aria-labelledby="samples" {
                h2 #samples { "The samples" }
                figure {
                    (drawing)
                    figcaption { "The samples with the directions of the first layer's units." }
                }
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
            (prose::blocks(&explain(accepted, &summary.id)))
        }
    }
}

fn curve<F: OrderedField>(problem: &Problem<F>, evidence: &NotLocalOptimum<F>) -> Option<Markup> {
    let plots = plot::plots(&Trajectory::of(problem, evidence))?;
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

fn facts(summary: &Summary) -> Markup {
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
