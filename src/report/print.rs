//! Explanations and tables in every format.

use super::document::Document;
use super::table::{Summary, compact, csv, detail, json, outcome};
use super::trials::Counts;
use super::{latex, markdown, text};

/// Of the certificates that carry a cell as many are named; CSV names all.
const SHOWN: usize = 3;

/// Formats that hold text with formulas.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Unicode text.
    Text,
    /// Markdown with formulas between dollars.
    Markdown,
    /// LaTeX for `\input`.
    Latex,
    /// LaTeX that compiles as it is.
    StandaloneLatex,
}

/// An explanation, printed.
pub fn explanation(document: &Document, format: Format) -> String {
    match format {
        Format::Text => text::document(document),
        Format::Markdown => markdown::document(document),
        Format::Latex => latex::for_input(&latex::body(document)),
        Format::StandaloneLatex => latex::standalone(&latex::body(document), latex::Page::Portrait),
    }
}

/// What holds for which networks, printed.
pub fn outcomes(summaries: &[Summary], trials: &Counts, format: Format) -> String {
    explanation(&outcome::document(summaries, trials, SHOWN), format)
}

/// The same with a verdict a cell and numbers that refer to a list of certificates, printed.
pub fn compact(summaries: &[Summary], trials: &Counts, format: Format) -> String {
    explanation(&compact::document(summaries, trials, SHOWN), format)
}

/// A row a certificate, printed.
pub fn details(summaries: &[Summary], format: Format) -> String {
    let table = detail::table(summaries);
    match format {
        Format::Text => text::table(&table),
        Format::Markdown => markdown::table(&table),
        Format::Latex => latex::for_input(&latex::table(&table)),
        Format::StandaloneLatex => latex::standalone(&latex::table(&table), latex::Page::Landscape),
    }
}

/// The same as comma-separated values: a row a certificate, or a row a cell of the summary tables.
pub fn comma_separated(summaries: &[Summary], trials: &Counts, detailed: bool) -> String {
    if detailed { csv::detail(summaries) } else { csv::outcomes(summaries, trials) }
}

/// The same as JSON.
pub fn json(summaries: &[Summary], trials: &Counts, detailed: bool) -> String {
    if detailed { json::detail(summaries) } else { json::outcomes(summaries, trials) }.to_string()
}
