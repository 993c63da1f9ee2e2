//! The page about the theorems that cells of the tables rest on, with their proofs.

use maud::{Markup, html};

use super::shell;
use crate::report::html as prose;
use crate::report::table::outcome::theorems;

/// Where the proofs are written.
const MATHEMATICS: &str = include_str!("../../../docs/mathematics.md");
/// The heading above them.
const HEADING: &str = "\n## Universal theorems\n";

/// The page.
pub fn page() -> String {
    let content = html! {
        h1 { "Theorems" }
        p {
            "Where a cell of the tables reads “global” or “local”, a theorem says so of every KKT point of the row under the \
             hypothesis of the column. Certificates illustrate such a theorem; no number of them proves it."
        }
        @for paragraph in introduction() { p { (line(&paragraph)) } }
        @for (place, theorem) in theorems().iter().enumerate() {
            section aria-labelledby={ "theorem-" (place + 1) } {
                h2 id={ "theorem-" (place + 1) } { "Theorem " (place + 1) }
                p { (prose::inline(theorem)) }
                @if let Some(proof) = proof(place + 1) { p { (line(&proof)) } }
            }
        }
    };
    shell::page("Theorems", "", content, None)
}

/// The paragraphs of the section, each on one line.
fn paragraphs() -> Vec<String> {
    let section = MATHEMATICS.split_once(HEADING).map_or("", |(_, rest)| rest);
    let section = section.split("\n## ").next().unwrap_or_default();
    section.split("\n\n").map(|paragraph| paragraph.split_whitespace().collect::<Vec<_>>().join(" ")).collect()
}

/// What is said before the theorems.
fn introduction() -> Vec<String> {
    let numbered = |text: &String| text.starts_with(|c: char| c.is_ascii_digit());
    paragraphs().into_iter().filter(|text| !text.is_empty()).take_while(|text| !numbered(text)).collect()
}

/// The statement and proof of a theorem, counted from 1.
fn proof(number: usize) -> Option<String> {
    let prefix = format!("{number}. ");
    paragraphs().iter().find_map(|text| text.strip_prefix(&prefix).map(str::to_string))
}

/// A line of Markdown with code between backticks and emphasis between stars; a star beside a space is one.
fn line(text: &str) -> Markup {
    let emphasised = |text: &str| {
        let parts: Vec<String> = text.split('*').map(str::to_string).collect();
        html! { @for (place, part) in parts.iter().enumerate() { @if place % 2 == 1 { em { (part) } } @else { (part) } } }
    };
    html! {
        @for (place, part) in text.split('`').enumerate() {
            @if place % 2 == 1 { code { (part) } } @else { (emphasised(part)) }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_theorem_has_its_proof_on_the_page() {
        assert!(!introduction().is_empty());
        for number in 1..=theorems().len() {
            assert!(proof(number).is_some_and(|proof| proof.len() > 60), "theorem {number}");
        }
        assert_eq!(proof(theorems().len() + 1), None);
    }
}
