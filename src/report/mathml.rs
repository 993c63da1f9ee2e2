//! Formulas as MathML, for pages that need no script.

use super::formula::{Formula, Operator};

/// Text with every character that HTML gives a meaning escaped.
pub fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c if c.is_control() => out.push(' '),
            c => out.push(c),
        }
    }
    out
}

/// A formula within a line.
pub fn inline(formula: &Formula) -> String {
    format!("<math>{}</math>", element(formula))
}

/// A formula on a line of its own, with fractions at full size.
pub fn display(formula: &Formula) -> String {
    format!("<math displaystyle=\"{}\">{}</math>", formula.is_set_large(), element(formula))
}

fn element(formula: &Formula) -> String {
    match formula {
        Formula::Integer(digits) => format!("<mn>{digits}</mn>"),
        Formula::Name(name) => match name.text.strip_suffix('\u{303}') {
            // A tilde set as an accent sits better than a combining character does.
            Some(base) => format!("<mover accent=\"true\"><mi>{}</mi><mo>~</mo></mover>", escape(base)),
            // Large operators stand beside their index, as in a line of text.
            None if ["Σ", "Π"].contains(&name.text.as_str()) => {
                let symbol = if name.text == "Σ" { "∑" } else { "∏" };
                format!("<mo movablelimits=\"false\" lspace=\"0\">{symbol}</mo>")
            }
            None => format!("<mi>{}</mi>", escape(&name.text)),
        },
        Formula::Operator(Operator::Comma) => "<mo separator=\"true\">,</mo>".into(),
        Formula::Operator(Operator::Semicolon) => "<mo separator=\"true\">;</mo>".into(),
        Formula::Operator(operator) => format!("<mo>{}</mo>", escape(operator.spelling().1)),
        Formula::Row(parts) => format!("<mrow>{}</mrow>", row(parts)),
        Formula::Fraction(top, bottom) => format!("<mfrac>{}{}</mfrac>", element(top), element(bottom)),
        Formula::Root(2, radicand) => format!("<msqrt><mn>{radicand}</mn></msqrt>"),
        Formula::Root(degree, radicand) => format!("<mroot><mn>{radicand}</mn><mn>{degree}</mn></mroot>"),
        Formula::Sub(base, index) => format!("<msub>{}{}</msub>", element(base), self::index(index)),
        // A base with an index and an exponent is one element, so that both sit at the base.
        Formula::Sup(base, exponent) => match base.as_ref() {
            Formula::Sub(base, index) => {
                format!("<msubsup>{}{}{}</msubsup>", element(base), self::index(index), element(exponent))
            }
            _ => format!("<msup>{}{}</msup>", element(base), element(exponent)),
        },
        Formula::Paren(inner) => fenced("(", &element(inner), ")", inner.is_tall()),
        Formula::Norm(inner) => fenced("‖", &element(inner), "‖", inner.is_tall()),
        Formula::Abs(inner) => fenced("|", &element(inner), "|", inner.is_tall()),
        Formula::Tuple(items) => {
            let inner: Vec<_> = items.iter().map(element).collect();
            fenced("(", &inner.join("<mo separator=\"true\">,</mo>"), ")", false)
        }
        Formula::Interval(low, high) => {
            let inner = format!("{}<mo separator=\"true\">,</mo>{}", element(low), element(high));
            fenced("(", &inner, ")", false)
        }
        Formula::Matrix(rows) => {
            let cell = |cell: &Formula| format!("<mtd>{}</mtd>", element(cell));
            let line = |row: &Vec<Formula>| format!("<mtr>{}</mtr>", row.iter().map(cell).collect::<String>());
            fenced("(", &format!("<mtable>{}</mtable>", rows.iter().map(line).collect::<String>()), ")", true)
        }
    }
}

/// Indices next to one another are letters and digits, not a word.
fn index(formula: &Formula) -> String {
    match formula {
        Formula::Name(name) if name.text.chars().count() > 1 && name.text.chars().all(char::is_alphanumeric) => {
            let letter = |c: char| if c.is_numeric() { format!("<mn>{c}</mn>") } else { format!("<mi>{c}</mi>") };
            format!("<mrow>{}</mrow>", name.text.chars().map(letter).collect::<String>())
        }
        _ => element(formula),
    }
}

/// Parts in a row, with a product sign between digits that would run together. A minus between two terms is spaced as an
/// operator even where it begins the second.
fn row(parts: &[Formula]) -> String {
    let mut out = String::new();
    let mut before: Option<&Formula> = None;
    for part in parts {
        let is_number = |part: &Formula| matches!(part, Formula::Integer(_));
        let follows_a_term = before.is_some_and(|before| !matches!(before, Formula::Operator(_)));
        match part {
            Formula::Row(inner) if follows_a_term && inner.first() == Some(&Formula::Operator(Operator::Minus)) => {
                out.push_str("<mo form=\"infix\">−</mo>");
                out.push_str(&row(&inner[1..]));
            }
            _ => {
                if is_number(part) && before.is_some_and(is_number) {
                    out.push_str("<mo>·</mo>");
                }
                out.push_str(&element(part));
            }
        }
        before = Some(part);
    }
    out
}

fn fenced(open: &str, inner: &str, close: &str, grows: bool) -> String {
    let fence = |text: &str| format!("<mo fence=\"true\" stretchy=\"{grows}\" lspace=\"0\" rspace=\"0\">{text}</mo>");
    format!("<mrow>{}{inner}{}</mrow>", fence(open), fence(close))
}
