//! Documents as HTML with MathML. All text goes through the template library, which escapes it.

use maud::{Markup, PreEscaped, html};

use super::document::{Block, Document, Inline, Span, Table, columns};
use super::{mathml, text};

/// A line of text.
pub fn inline(line: &Inline) -> Markup {
    html! {
        @for span in &line.0 {
            @match span {
                Span::Text(text) => (printable(text)),
                Span::Emphasis(text) => em { (printable(text)) },
                Span::Code(text) => code { (printable(text)) },
                Span::Math(formula) => (PreEscaped(mathml::inline(formula))),
            }
        }
    }
}

/// Text without control characters, which HTML does not allow.
pub fn printable(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

/// The blocks of a document, without its title; headings are of the third level.
pub fn blocks(document: &Document) -> Markup {
    html! {
        @for block in &document.blocks {
            @match block {
                Block::Heading(title) => h3 { (inline(title)) },
                Block::Paragraph(text) => p { (inline(text)) },
                Block::Display(lines) => div.display.columns[columns(lines) > 1] tabindex="0" role="group" aria-label="Formulas" {
                    @for line in lines { div { (PreEscaped(mathml::display(line))) } }
                },
                Block::List(items) => ul { @for item in items { li { (inline(item)) } } },
                Block::Table(table) => (self::table(table)),
            }
        }
    }
}

/// A table that scrolls on its own where the page is narrower.
pub fn table(table: &Table) -> Markup {
    let columns: Vec<String> = table.header.iter().map(text::inline).collect();
    let label = table.caption.as_ref().map_or_else(|| columns.join(", "), text::inline);
    html! {
        div.scroll tabindex="0" role="group" aria-label=(label) {
            table aria-label=[table.caption.is_none().then_some(&label)] {
                @if let Some(caption) = &table.caption { caption { (inline(caption)) } }
                thead { tr { @for cell in &table.header { th scope="col" { (inline(cell)) } } } }
                tbody {
                    @for row in &table.rows {
                        tr {
                            @for (place, cell) in row.iter().enumerate() {
                                @if place == 0 { th scope="row" { (inline(cell)) } } @else { td { (inline(cell)) } }
                            }
                        }
                    }
                }
            }
        }
    }
}
