//! A document before it is printed in any format.

use super::formula::Formula;

/// A titled sequence of blocks.
#[derive(Clone, Debug, PartialEq)]
pub struct Document {
    /// The title.
    pub title: Inline,
    /// What follows.
    pub blocks: Vec<Block>,
}

/// A block of a document.
#[derive(Clone, Debug, PartialEq)]
pub enum Block {
    /// A heading.
    Heading(Inline),
    /// A paragraph.
    Paragraph(Inline),
    /// Formulas on lines of their own.
    Display(Vec<Formula>),
    /// A list.
    List(Vec<Inline>),
    /// A table.
    Table(Table),
}

/// In how many columns lines of formulas are set: long lists of short ones side by side.
pub fn columns(lines: &[Formula]) -> usize {
    /// Characters that go on a line, and the number of lines that are worth it.
    const ROOM: (usize, usize) = (84, 4);
    let widest = lines.iter().map(|line| super::text::formula(line).chars().count()).max().unwrap_or(0);
    if lines.len() < ROOM.1 { 1 } else { (ROOM.0 / (widest + 4)).clamp(1, 4) }
}

/// How many characters wide text is when it is set: fractions take half the room that they take in a line of text.
pub fn set_width(cell: &Inline) -> usize {
    let characters = super::text::inline(cell).chars().count();
    let is_tall = cell.0.iter().any(|span| matches!(span, Span::Math(formula) if formula.is_tall()));
    if is_tall { characters / 2 } else { characters }
}

/// Whether a matrix is no wider than a line.
pub fn fits_a_line(matrix: &[Vec<Formula>]) -> bool {
    /// Characters that go on a line.
    const ROOM: usize = 84;
    let width = |cell: &Formula| 2 + set_width(&cell.clone().into());
    let columns = matrix.first().map_or(0, Vec::len);
    let widest = |column: usize| matrix.iter().filter_map(|row| row.get(column)).map(width).max().unwrap_or(0);
    // Any column takes some room, and there may be very many.
    columns <= ROOM && (0..columns).map(widest).sum::<usize>() <= ROOM
}

/// A table.
#[derive(Clone, Debug, PartialEq)]
pub struct Table {
    /// A caption.
    pub caption: Option<Inline>,
    /// For LaTeX: a column's share of the line's width where its text should wrap.
    pub widths: Vec<Option<&'static str>>,
    /// The header, one cell a column.
    pub header: Vec<Inline>,
    /// The rows, one cell a column each.
    pub rows: Vec<Vec<Inline>>,
}

/// A line of text with formulas in it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Inline(pub Vec<Span>);

/// A part of a line.
#[derive(Clone, Debug, PartialEq)]
pub enum Span {
    /// Plain text; printers escape it.
    Text(String),
    /// Emphasised text.
    Emphasis(String),
    /// A file's name, a key, a command.
    Code(String),
    /// A formula.
    Math(Formula),
}

impl From<&str> for Inline {
    fn from(text: &str) -> Self {
        Inline(vec![Span::Text(text.into())])
    }
}

impl From<String> for Inline {
    fn from(text: String) -> Self {
        Inline(vec![Span::Text(text)])
    }
}

impl From<Formula> for Inline {
    fn from(formula: Formula) -> Self {
        Inline(vec![Span::Math(formula)])
    }
}

impl Inline {
    /// This, then text.
    pub fn text(mut self, text: impl Into<String>) -> Self {
        self.0.push(Span::Text(text.into()));
        self
    }

    /// This, then a formula.
    pub fn math(mut self, formula: Formula) -> Self {
        self.0.push(Span::Math(formula));
        self
    }

    /// This, then a name set as code.
    pub fn code(mut self, text: impl Into<String>) -> Self {
        self.0.push(Span::Code(text.into()));
        self
    }

    /// This, then emphasised text.
    pub fn emphasis(mut self, text: impl Into<String>) -> Self {
        self.0.push(Span::Emphasis(text.into()));
        self
    }
}

impl Document {
    /// A document without blocks.
    pub fn new(title: impl Into<Inline>) -> Self {
        Document { title: title.into(), blocks: Vec::new() }
    }

    /// Appends a heading.
    pub fn heading(&mut self, title: impl Into<Inline>) {
        self.blocks.push(Block::Heading(title.into()));
    }

    /// Appends a paragraph.
    pub fn paragraph(&mut self, text: impl Into<Inline>) {
        self.blocks.push(Block::Paragraph(text.into()));
    }

    /// Appends formulas on lines of their own.
    pub fn display(&mut self, lines: Vec<Formula>) {
        if !lines.is_empty() {
            self.blocks.push(Block::Display(lines));
        }
    }

    /// Appends a list.
    pub fn list(&mut self, items: Vec<Inline>) {
        if !items.is_empty() {
            self.blocks.push(Block::List(items));
        }
    }
}
