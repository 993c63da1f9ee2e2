//! A part of a page about a certificate or an instance, to be shown inside of another page, such as a notebook.

use maud::{Markup, PreEscaped, html};

use super::{STYLE, data, network, page};
use crate::kernel::certificate::{Certificate, Document};
use crate::kernel::exact::OrderedField;
use crate::report::accepted::{Accepted, NotAccepted, Reader};
use crate::report::explain::explain;
use crate::report::formula::Notation;
use crate::report::html as prose;
use crate::report::table::Summary;

/// Shows what a document holds: the title, the figures, and of a certificate its claims with the proof, folded away. Where a claim is rejected
/// that is what is shown of the claims, and nothing of the proof.
pub fn card(document: &Document) -> String {
    let verdict = match crate::report::accepted::read(document, &Proved) {
        Ok(proved) => proved,
        Err(NotAccepted::NoClaims) => {
            html! { p.note { "An instance: a network, samples and a point, without claims." } }
        }
        Err(rejected) => html! { p { strong { "Not accepted: " } (prose::printable(&rejected.to_string())) } },
    };
    let figures = match document {
        Document::Rational(certificate) => figures(certificate),
        Document::Algebraic(certificate) => figures(certificate),
    };
    let card = html! {
        div.margincert {
            style { (PreEscaped(scoped_style())) }
            @if let Some(title) = document.title() { h3 { (prose::printable(title)) } }
            (verdict)
            (figures)
        }
    };
    card.into_string()
}

/// The style of the atlas for what lies within the card alone: rules that are nested in one for it, with its variables set on it.
fn scoped_style() -> String {
    format!(".margincert {{ {} }}", STYLE.replace(":root", "&"))
}

fn figures<F: OrderedField>(certificate: &Certificate<F>) -> Markup {
    let notation = Notation::of(certificate.field.as_deref());
    html! {
        @if let Some(drawing) = network::drawing(&certificate.problem, &notation) { figure { (drawing) } }
        @if let Some(drawing) = data::drawing(&certificate.problem) { figure { (drawing) } }
    }
}

struct Proved;

impl Reader for Proved {
    type Output = Markup;

    fn read<F: OrderedField>(&self, accepted: &Accepted<'_, F>) -> Markup {
        html! {
            (page::tags(&Summary::of(accepted, "certificate")))
            details {
                summary { (crate::words::count(accepted.claims().count(), "claim")) ", all accepted; the proof" }
                div.proof { (prose::blocks(&explain(accepted, "certificate"))) }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn document(multiplier: &str) -> Document {
        let text = r#"{"format": "margincert/1", "title": "a < b",
            "network": {"inputs": 1, "layers": [{"weights": "dense", "outputs": 1, "activation": "linear"}]},
            "data": [{"x": ["1/2"], "y": 1}], "point": [["2"]], "claims": [{"claim": "kkt", "multipliers": ["M"]}]}"#;
        Document::parse(&text.replace('M', multiplier)).expect("it is a certificate")
    }

    #[test]
    fn the_proof_is_shown_of_what_is_accepted_alone() {
        let (good, bad) = (card(&document("4")), card(&document("5")));
        assert!(good.contains("a &lt; b") && good.contains("1 claim, all accepted") && good.contains("<svg"));
        assert!(bad.contains("Not accepted") && bad.contains("stationarity fails") && bad.contains("<svg"));
        assert!(!bad.contains("<details") && !bad.contains("all accepted"));
    }

    #[test]
    fn the_style_names_nothing_outside_of_the_card() {
        let style = scoped_style();
        assert!(style.starts_with(".margincert {") && !style.contains(":root"));
        assert_eq!(style.matches('{').count(), style.matches('}').count());
    }
}
