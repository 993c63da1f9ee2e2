//! Pages about conjectures: what is known of each, and what the certificates of the site say to it.

use maud::{Markup, html};

use super::shell;
use crate::report::html as prose;
use crate::report::provenance::VERSION;
use crate::words::count;

/// The page that lists them.
pub const PAGE: &str = "conjectures.html";

/// The folder of their pages.
pub const FOLDER: &str = "conjectures";

/// Of the certificates that break one so many are linked.
const LINKED: usize = 50;

/// A conjecture with what the site's certificates say to it.
pub struct Conjecture {
    /// The name of its file.
    pub name: String,
    /// What it says, in a line.
    pub title: String,
    /// `true`, `false` or `open`.
    pub status: String,
    /// The statement in the language.
    pub statement: String,
    /// What else its author says.
    pub comment: String,
    /// The title and file of the certificate that is its evidence, if it is in the site.
    pub evidence: Option<(String, String)>,
    /// What the certificates come to.
    pub record: Record,
    /// Titles and files of those that break it, the smallest first.
    pub broken_by: Vec<(String, String)>,
}

/// What a site's certificates come to for a conjecture, judged by their claims alone.
#[derive(Clone, Copy, Debug, Default)]
pub struct Record {
    /// It holds of so many.
    pub holds: usize,
    /// Of so many the hypothesis does not.
    pub vacuous: usize,
    /// Of so many the claims do not say.
    pub unknown: usize,
    /// So many break it.
    pub broken: usize,
}

/// The page that lists all.
pub fn list(conjectures: &[Conjecture]) -> String {
    let content = html! {
        h1 { "Conjectures" }
        p {
            "Each with what the certificates of this atlas say to it by their claims alone. Where they do not say it is unknown. \
             A statement is open if the paper does not answer it, even if a certificate breaks it by now."
        }
        div.rows {
            table #statements {
                thead { tr {
                    @for head in ["conjecture", "status", "holds", "breaks", "does not apply", "unknown"] { th scope="col" { (head) } }
                } }
                tbody {
                    @for conjecture in conjectures {
                        @let Record { holds, vacuous, unknown, broken } = conjecture.record;
                        tr {
                            td { a href={ (FOLDER) "/" (conjecture.name) ".html" } { (prose::printable(&conjecture.title)) } }
                            td { (conjecture.status) }
                            @for number in [holds, broken, vacuous, unknown] { td.number { (number) } }
                        }
                    }
                }
            }
        }
        (cite())
    };
    shell::page("Conjectures", "", content, None)
}

/// The page of one.
pub fn page(conjecture: &Conjecture) -> String {
    let Record { holds, vacuous, unknown, broken } = conjecture.record;
    let linked = |(title, name): &(String, String)| html! { a href={ "../certificates/" (name) ".html" } { (prose::printable(title)) } };
    let content = html! {
        h1 { (prose::printable(&conjecture.title)) }
        p { "Status on file: " strong { (conjecture.status) } "." }
        pre { code { (conjecture.statement) } }
        @for paragraph in conjecture.comment.split("\n\n").filter(|paragraph| !paragraph.is_empty()) {
            p { (prose::printable(paragraph)) }
        }
        h2 { "Evidence" }
        @match &conjecture.evidence {
            Some(evidence) => p { "The result on file: " (linked(evidence)) "." },
            None => p { "No result on file is named for it, or it is not in this atlas." },
        }
        h2 { "Record" }
        p {
            "Of the certificates of this atlas, judged by their claims alone: it holds of " (holds) ", " (count(broken, "certificate")) " break it, "
            "its hypothesis does not hold of " (vacuous) ", and of " (unknown) " it is unknown."
        }
        h2 { "Smallest counterexample" }
        @match conjecture.broken_by.split_first() {
            None => p { "No claims of this atlas show one." },
            Some((smallest, others)) => {
                p { (linked(smallest)) }
                @if !others.is_empty() {
                    details {
                        summary { (others.len()) " more, the small ones first" }
                        ul { @for other in others.iter().take(LINKED) { li { (linked(other)) } } }
                        @if others.len() > LINKED { p { "and " (others.len() - LINKED) " more" } }
                    }
                }
            }
        }
        p { a href="../conjectures.html" { "All conjectures" } }
        (cite())
    };
    shell::page(&conjecture.title, "../", content, None)
}

fn cite() -> Markup {
    html! { p.note { "Cite as: the margincert contributors, margincert, version " (VERSION) ", with the address of this page." } }
}
