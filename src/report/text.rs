//! Formulas and documents as plain Unicode text.

use super::document::{Block, Document, Inline, Span, Table};
use super::formula::Formula;

/// The width that paragraphs are filled to.
const WIDTH: usize = 100;

/// A formula on one line.
pub fn formula(formula: &Formula) -> String {
    match formula {
        Formula::Integer(digits) => digits.clone(),
        Formula::Name(name) => name.text.clone(),
        Formula::Operator(operator) => operator.spelling().1.into(),
        Formula::Row(parts) => row(parts),
        Formula::Fraction(top, bottom) => format!("{}/{}", term(top), term(bottom)),
        Formula::Root(2, radicand) => format!("√{radicand}"),
        Formula::Root(degree, radicand) => format!("{}√{radicand}", shifted(&degree.to_string(), SUPERSCRIPTS)),
        Formula::Sub(base, index) => self::formula(base) + &shifted(&self::formula(index), SUBSCRIPTS),
        Formula::Sup(base, exponent) => self::formula(base) + &shifted(&self::formula(exponent), SUPERSCRIPTS),
        Formula::Paren(inner) => format!("({})", self::formula(inner)),
        Formula::Norm(inner) => format!("‖{}‖", self::formula(inner)),
        Formula::Abs(inner) => format!("|{}|", self::formula(inner)),
        Formula::Tuple(items) => format!("({})", list(items, ", ")),
        Formula::Interval(low, high) => format!("({}, {})", self::formula(low), self::formula(high)),
        Formula::Matrix(rows) => format!("[{}]", rows.iter().map(|row| list(row, "  ")).collect::<Vec<_>>().join("; ")),
    }
}

/// A part of a fraction: a sum is put in parentheses.
fn term(part: &Formula) -> String {
    let is_sum = |part: &Formula| matches!(part, Formula::Operator(_));
    match part {
        Formula::Row(parts) if parts.iter().any(is_sum) => format!("({})", formula(part)),
        _ => formula(part),
    }
}

fn list(items: &[Formula], separator: &str) -> String {
    items.iter().map(formula).collect::<Vec<_>>().join(separator)
}

/// Parts in a row: operators between two parts are spaced, a sign before one is not, products of numbers are marked.
fn row(parts: &[Formula]) -> String {
    let mut line = String::new();
    for (place, part) in parts.iter().enumerate() {
        match part {
            Formula::Operator(super::formula::Operator::Comma) => line.push_str(", "),
            Formula::Operator(super::formula::Operator::Semicolon) => line.push_str("; "),
            Formula::Operator(operator) if place == 0 => line.push_str(operator.spelling().1),
            Formula::Operator(operator) => line.push_str(&format!(" {} ", operator.spelling().1)),
            Formula::Row(inner) if starts_with_sign(inner) && follows_a_term(&parts[..place]) => {
                line.push_str(" − ");
                line.push_str(&row(&inner[1..]));
            }
            _ => {
                let text = formula(part);
                let is_term = line.ends_with(|c: char| c.is_alphanumeric() || ")‖|".contains(c));
                let opens = text.starts_with(['(', '√']) || text.starts_with('‖') && !line.ends_with(['‖', '|']);
                let touches = is_term && !opens;
                line.push_str(if touches { " " } else { "" });
                line.push_str(&text);
            }
        }
    }
    line
}

fn starts_with_sign(parts: &[Formula]) -> bool {
    matches!(parts.first(), Some(Formula::Operator(super::formula::Operator::Minus)))
}

fn follows_a_term(parts: &[Formula]) -> bool {
    parts.last().is_some_and(|last| !matches!(last, Formula::Operator(_)))
}

const SUPERSCRIPTS: [char; 10] = ['⁰', '¹', '²', '³', '⁴', '⁵', '⁶', '⁷', '⁸', '⁹'];
const SUBSCRIPTS: [char; 10] = ['₀', '₁', '₂', '₃', '₄', '₅', '₆', '₇', '₈', '₉'];

/// Raised or lowered digits and indices; anything else is marked in ASCII.
fn shifted(text: &str, digits: [char; 10]) -> String {
    let is_raised = digits == SUPERSCRIPTS;
    let one = |c: char| match (c, is_raised) {
        ('*', true) => Some('*'),
        ('i', false) => Some('ᵢ'),
        ('j', false) => Some('ⱼ'),
        ('k', false) => Some('ₖ'),
        ('l', false) => Some('ₗ'),
        ('⊤', true) => Some('ᵀ'),
        _ => c.to_digit(10).map(|d| digits[d as usize]),
    };
    let raised: Option<String> = text.chars().map(one).collect();
    let mark = if is_raised { '^' } else { '_' };
    raised.unwrap_or_else(|| match text.chars().count() {
        1 => format!("{mark}{text}"),
        _ => format!("{mark}[{text}]"),
    })
}

/// A line of text.
pub fn inline(spans: &Inline) -> String {
    let piece = |span: &Span| match span {
        Span::Text(text) | Span::Emphasis(text) | Span::Code(text) => text.clone(),
        Span::Math(math) => formula(math),
    };
    // Control characters in a title must not reach a terminal.
    let text: String = spans.0.iter().map(piece).collect();
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

/// A whole document.
pub fn document(document: &Document) -> String {
    let title = inline(&document.title);
    let mut out = format!("{title}\n{}\n", "=".repeat(title.chars().count()));
    for block in &document.blocks {
        out.push('\n');
        match block {
            Block::Heading(title) => {
                let title = inline(title);
                out.push_str(&format!("{title}\n{}\n", "-".repeat(title.chars().count())));
            }
            Block::Paragraph(text) => out.push_str(&fill(&inline(text), "", "")),
            Block::Display(lines) => lines.iter().for_each(|line| out.push_str(&format!("    {}\n", formula(line)))),
            Block::List(items) => items.iter().for_each(|item| out.push_str(&fill(&inline(item), "  - ", "    "))),
            Block::Table(table) => out.push_str(&self::table(table)),
        }
    }
    out
}

/// The width that columns which may wrap share.
const TABLE_WIDTH: f64 = 160.0;

/// A table in aligned columns; where a column may wrap, long cells go on below.
pub fn table(table: &Table) -> String {
    let limit = |width: &Option<&str>| match width.and_then(|share| share.parse::<f64>().ok()) {
        Some(share) => (share * TABLE_WIDTH) as usize,
        None => usize::MAX,
    };
    let limits: Vec<usize> = table.widths.iter().map(limit).collect();
    let wrapped = |row: &Vec<Inline>| -> Vec<Vec<String>> {
        row.iter().zip(&limits).map(|(cell, limit)| wrap(&inline(cell), *limit)).collect()
    };
    let rows: Vec<Vec<Vec<String>>> = std::iter::once(&table.header).chain(&table.rows).map(wrapped).collect();
    let width = |column: usize| rows.iter().flat_map(|row| &row[column]).map(|line| line.chars().count()).max();
    let widths: Vec<usize> = (0..table.header.len()).map(|column| width(column).unwrap_or(0)).collect();
    let mut out = table.caption.as_ref().map(|caption| inline(caption) + "\n\n").unwrap_or_default();
    for (place, row) in rows.iter().enumerate() {
        for k in 0..row.iter().map(Vec::len).max().unwrap_or(0) {
            let cell = |(lines, width): (&Vec<String>, &usize)| {
                let text = lines.get(k).map_or("", String::as_str);
                format!("{text}{}", " ".repeat(width - text.chars().count()))
            };
            let line = row.iter().zip(&widths).map(cell).collect::<Vec<_>>().join("  ");
            out.push_str(&format!("{}\n", line.trim_end()));
        }
        if place == 0 {
            out.push_str(&widths.iter().map(|width| "-".repeat(*width)).collect::<Vec<_>>().join("  "));
            out.push('\n');
        }
    }
    out
}

/// Whether a table printed in columns keeps to a width.
pub fn fits(printed: &str, width: usize) -> bool {
    printed.lines().all(|line| line.chars().count() <= width)
}

/// A table as paragraphs, a line a cell, for where its columns have no room: the first cell is the paragraph's title, and cells
/// without content are left out.
pub fn records(table: &Table, width: usize) -> String {
    let names: Vec<String> = table.header.iter().map(inline).collect();
    let widest = names.iter().skip(1).map(|name| name.chars().count()).max().unwrap_or(0);
    let mut out = String::new();
    for row in &table.rows {
        let cells: Vec<String> = row.iter().map(inline).collect();
        out.push_str(&format!("{}\n", cells.first().map_or("", String::as_str)));
        for (name, cell) in names.iter().zip(&cells).skip(1).filter(|(_, cell)| !["", "–"].contains(&cell.as_str())) {
            let indent = 2 + widest + 2;
            for (place, line) in wrap(cell, width.saturating_sub(indent).max(20)).iter().enumerate() {
                let name = if place == 0 { name.as_str() } else { "" };
                out.push_str(&format!("  {name}{}  {line}\n", " ".repeat(widest - name.chars().count())));
            }
        }
        out.push('\n');
    }
    out
}

/// The lines of a cell.
fn wrap(text: &str, limit: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split(' ') {
        let line = lines.last_mut().expect("there is a line");
        if line.is_empty() {
            line.push_str(word);
        } else if line.chars().count() + 1 + word.chars().count() <= limit {
            line.push(' ');
            line.push_str(word);
        } else {
            lines.push(word.into());
        }
    }
    lines
}

/// Breaks text into lines at spaces.
fn fill(text: &str, first: &str, next: &str) -> String {
    let mut out = String::from(first);
    let mut used = first.chars().count();
    for (place, word) in text.split(' ').enumerate() {
        let length = word.chars().count();
        if place > 0 && used + 1 + length > WIDTH {
            out.push('\n');
            out.push_str(next);
            used = next.chars().count();
        } else if place > 0 {
            out.push(' ');
            used += 1;
        }
        out.push_str(word);
        used += length;
    }
    out + "\n"
}
