//! Documents as Markdown, with formulas as LaTeX between dollars.

use super::document::{Block, Document, Inline, Span, Table};
use super::formula::Formula;
use super::latex;

/// Text with every character that Markdown or HTML gives a meaning escaped.
pub fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '\\' | '`' | '*' | '_' | '{' | '}' | '[' | ']' | '(' | ')' | '#' | '+' | '!' | '|' | '$' | '~' => {
                out.push('\\');
                out.push(c);
            }
            c if c.is_control() => out.push(' '),
            c => out.push(c),
        }
    }
    out
}

fn inline(spans: &Inline) -> String {
    spans.0.iter().map(|span| piece(span, &latex::formula)).collect()
}

fn piece(span: &Span, formula: &dyn Fn(&Formula) -> String) -> String {
    match span {
        Span::Text(text) => escape(text),
        Span::Emphasis(text) => format!("*{}*", escape(text)),
        // Code in HTML, since no fence is safe for every text.
        Span::Code(text) => format!("<code>{}</code>", escape(text)),
        Span::Math(math) => format!("${}$", formula(math)),
    }
}

/// A whole document.
pub fn document(document: &Document) -> String {
    let mut out = format!("# {}\n", inline(&document.title));
    for block in &document.blocks {
        out.push('\n');
        match block {
            Block::Heading(title) => out.push_str(&format!("## {}\n", inline(title))),
            Block::Paragraph(text) => out.push_str(&format!("{}\n", paragraph(&inline(text)))),
            Block::Display(lines) => {
                let lines: Vec<_> = lines.iter().map(|line| format!("$${}$$\n", latex::formula(line))).collect();
                out.push_str(&lines.join("\n"));
            }
            Block::List(items) => items.iter().for_each(|item| out.push_str(&format!("- {}\n", inline(item)))),
            Block::Table(table) => out.push_str(&self::table(table)),
        }
    }
    out
}

/// A table with pipes.
pub fn table(table: &Table) -> String {
    // A bar inside a formula would end the cell; those in text are escaped anyway.
    let formula = |math: &Formula| latex::formula(math).replace("\\|", "\\Vert ").replace('|', "\\vert ");
    let cell = |cell: &Inline| cell.0.iter().map(|span| piece(span, &formula)).collect::<String>();
    let line = |cells: &[Inline]| format!("| {} |\n", cells.iter().map(cell).collect::<Vec<_>>().join(" | "));
    let mut out = table.caption.as_ref().map(|caption| inline(caption) + "\n\n").unwrap_or_default();
    out.push_str(&line(&table.header));
    out.push_str(&format!("|{}\n", " --- |".repeat(table.header.len())));
    table.rows.iter().for_each(|row| out.push_str(&line(row)));
    out
}

/// A paragraph that begins like a list item or a rule must not become one.
fn paragraph(text: &str) -> String {
    let numbered = text.trim_start_matches(|c: char| c.is_ascii_digit()).starts_with('.');
    match text.chars().next() {
        Some('-' | '=') => format!("\\{text}"),
        Some('0'..='9') if numbered => text.replacen('.', "\\.", 1),
        _ => text.into(),
    }
}
