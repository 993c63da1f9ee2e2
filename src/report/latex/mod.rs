//! Formulas and documents as LaTeX.

mod characters;

pub use characters::{escape, known};

use super::document::{Block, Document, Inline, Span, Table, columns};
use super::formula::{Formula, Operator};

/// A formula, without the dollars.
pub fn formula(formula: &Formula) -> String {
    let group = |inner: &Formula| format!("{{{}}}", self::formula(inner));
    match formula {
        Formula::Integer(digits) => digits.clone(),
        Formula::Name(name) => name.latex.clone(),
        // A list may break after a comma.
        Formula::Operator(Operator::Comma) => r",\allowbreak\ ".into(),
        Formula::Operator(operator) => {
            let spelling = operator.spelling().0;
            if spelling.starts_with('\\') { format!("{spelling} ") } else { spelling.into() }
        }
        Formula::Row(parts) => parts.iter().map(self::formula).fold(String::new(), join),
        Formula::Fraction(top, bottom) => format!(r"\frac{}{}", group(top), group(bottom)),
        Formula::Root(2, radicand) => format!(r"\sqrt{{{radicand}}}"),
        Formula::Root(degree, radicand) => format!(r"\sqrt[{degree}]{{{radicand}}}"),
        Formula::Sub(base, index) => format!("{}_{}", group(base), group(index)),
        // Without braces around a base with an index both sit at the base.
        Formula::Sup(base, exponent) if matches!(**base, Formula::Sub(..)) => {
            format!("{}^{}", self::formula(base), group(exponent))
        }
        Formula::Sup(base, exponent) => format!("{}^{}", group(base), group(exponent)),
        Formula::Paren(inner) if inner.is_tall() => format!(r"\left({}\right)", self::formula(inner)),
        Formula::Paren(inner) => format!("({})", self::formula(inner)),
        Formula::Norm(inner) => format!(r"\|{}\|", self::formula(inner)),
        Formula::Abs(inner) => format!("|{}|", self::formula(inner)),
        Formula::Tuple(items) => {
            let items: Vec<_> = items.iter().map(self::formula).collect();
            // Long lists may break after a comma.
            format!("({})", items.join(r",\allowbreak\,"))
        }
        // It may be broken before the interval, but not in it.
        Formula::Interval(low, high) => format!("({},\\,{})", self::formula(low), self::formula(high)),
        Formula::Matrix(matrix) => {
            let is_tall = matrix.iter().flatten().any(Formula::is_tall);
            let line = |row: &Vec<Formula>| row.iter().map(self::formula).collect::<Vec<_>>().join(" & ");
            let rows: Vec<_> = matrix.iter().map(line).collect();
            // Rows of fractions need room between them.
            let stretch = if is_tall { r"\renewcommand{\arraystretch}{1.4}" } else { "" };
            // The matrices of amsmath have ten columns at most.
            let columns = matrix.first().map_or(0, Vec::len);
            let (begin, end) = match columns {
                0..=10 => (r"\begin{pmatrix}".into(), r"\end{pmatrix}"),
                _ => (format!(r"\left(\begin{{array}}{{{}}}", "c".repeat(columns)), r"\end{array}\right)"),
            };
            format!("{{{stretch}{begin}{}{end}}}", rows.join(r" \\ "))
        }
    }
}

/// Keeps a command like `\alpha` apart from the letter that follows, and digits from digits.
fn join(mut line: String, part: String) -> String {
    let ends_in_command = line.rfind('\\').is_some_and(|at| line[at + 1..].chars().all(|c| c.is_ascii_alphabetic()));
    let runs_on = ends_in_command && part.starts_with(|c: char| c.is_ascii_alphabetic());
    let digits = line.ends_with(|c: char| c.is_ascii_digit()) && part.starts_with(|c: char| c.is_ascii_digit());
    line.push_str(if digits {
        r"\cdot "
    } else if runs_on {
        " "
    } else {
        ""
    });
    line.push_str(&part);
    line
}

fn inline(spans: &Inline) -> String {
    spans.0.iter().fold(String::new(), |line, span| {
        line + &match span {
            Span::Text(text) => escape(text),
            Span::Emphasis(text) => format!(r"\emph{{{}}}", escape(text)),
            Span::Code(text) => format!(r"\texttt{{{}}}", breakable(text)),
            Span::Math(math) => format!("${}$", formula(math)),
        }
    })
}

/// A name or a long number, which may break after a hyphen or an underscore; a hash or an id, which has none, every so often.
fn breakable(text: &str) -> String {
    /// No name has a word as long as this; an id of a collection has.
    const WORD: usize = 32;
    let has_long_word = text.split(|c: char| !c.is_alphanumeric()).any(|word| word.chars().count() >= WORD);
    let pieces: Vec<char> = text.chars().collect();
    let pieces = pieces.chunks(if has_long_word { 4 } else { usize::MAX });
    let pieces: Vec<String> = pieces.map(|piece| escape(&piece.iter().collect::<String>())).collect();
    let text = pieces.join(r"\allowbreak{}");
    text.replace("-{}", r"-\allowbreak{}").replace(r"\_", r"\_\allowbreak{}")
}

/// A document's body: sections, paragraphs, displays and tables, to be read with `\input`.
pub fn body(document: &Document) -> String {
    let mut out = format!("\\section*{{{}}}\n", inline(&document.title));
    for block in &document.blocks {
        match block {
            Block::Heading(title) => out.push_str(&format!("\n\\subsection*{{{}}}\n", inline(title))),
            Block::Paragraph(text) => out.push_str(&format!("\n{}\n", inline(text))),
            Block::Display(lines) => {
                // Left-aligned and breakable, since exact polynomials can be long.
                out.push_str("\n\\begin{flushleft}\n");
                let columns = columns(lines);
                for row in lines.chunks(columns) {
                    out.push_str("\\hspace*{2em}");
                    for line in row {
                        let style = if line.is_set_large() { "\\displaystyle " } else { "" };
                        let set = format!("${style}{}$", formula(line));
                        out.push_str(&match columns {
                            1 => set,
                            _ => format!("\\makebox[{:.3}\\linewidth][l]{{{set}}}", 0.92 / columns as f64),
                        });
                    }
                    out.push_str("\\\\[3pt]\n");
                }
                out.push_str("\\end{flushleft}\n");
            }
            Block::List(items) => {
                out.push_str("\n\\begin{itemize}\n");
                items.iter().for_each(|item| out.push_str(&format!("  \\item {}\n", inline(item))));
                out.push_str("\\end{itemize}\n");
            }
            Block::Table(table) => out.push_str(&self::table(table)),
        }
    }
    out
}

/// A table of no more rows than this that has no caption stays in one piece, and needs no second run of LaTeX.
const UNBROKEN: usize = 24;

/// A table with rules by `booktabs` that breaks over pages by `longtable`.
pub fn table(table: &Table) -> String {
    let columns: String = table
        .widths
        .iter()
        .map(|width| match width {
            None => "l".to_string(),
            Some(width) => format!(r">{{\raggedright\arraybackslash}}p{{{width}\linewidth}}"),
        })
        .collect();
    let line = |cells: &[Inline]| format!("{} \\\\\n", cells.iter().map(inline).collect::<Vec<_>>().join(" & "));
    // Tables whose cells wrap are crowded: they are set in small type.
    let is_crowded = table.widths.iter().any(Option::is_some);
    let type_size = if is_crowded { "\\footnotesize\\setlength{\\tabcolsep}{3pt}\n" } else { "" };
    if table.caption.is_none() && !is_crowded && table.rows.len() <= UNBROKEN {
        let rows: String = table.rows.iter().map(|row| line(row)).collect();
        let header = line(&table.header);
        return format!(
            "\n\\begin{{center}}\n\\begin{{tabular}}{{@{{}}{columns}@{{}}}}\n\\toprule\n{header}\\midrule\n{rows}\\bottomrule\n\
             \\end{{tabular}}\n\\end{{center}}\n"
        );
    }
    let mut out = format!("\n\\begingroup\n{type_size}\\begin{{longtable}}{{@{{}}{columns}@{{}}}}\n");
    if let Some(caption) = &table.caption {
        out.push_str(&format!("\\caption{{{}}}\\\\\n", inline(caption)));
    }
    out.push_str(&format!("\\toprule\n{}\\midrule\n\\endhead\n\\bottomrule\n\\endfoot\n", line(&table.header)));
    table.rows.iter().for_each(|row| out.push_str(&line(row)));
    out.push_str("\\end{longtable}\n\\endgroup\n");
    out
}

/// The preamble that `body` and `table` need, as comments say in what they print.
pub const PACKAGES: &str = "\\usepackage{amsmath}\n\\usepackage{amssymb}\n\\usepackage{array}\n\\usepackage{booktabs}\n\\usepackage{longtable}\n";

/// How a page lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Page {
    /// Upright, for text.
    Portrait,
    /// On its side, for wide tables.
    Landscape,
}

/// A part of a file, with comments that say what the file's preamble needs.
pub fn for_input(body: &str) -> String {
    let packages: Vec<_> = PACKAGES.lines().map(|line| format!("%   {line}\n")).collect();
    format!("% To be read with \\input. The preamble needs\n{}{body}", packages.concat())
}

/// A whole file that compiles as it is.
pub fn standalone(body: &str, page: Page) -> String {
    let margins = match page {
        Page::Portrait => "margin=2.2cm",
        Page::Landscape => "landscape,margin=1.5cm",
    };
    format!(
        "\\documentclass[a4paper]{{article}}\n\\usepackage[utf8]{{inputenc}}\n\
         \\usepackage[{margins}]{{geometry}}\n{PACKAGES}\
         \\setlength{{\\emergencystretch}}{{3em}}\n\\begin{{document}}\n{body}\\end{{document}}\n"
    )
}
