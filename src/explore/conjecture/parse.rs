//! Reading a conjecture, with errors that show the place.

use std::fmt;

use chumsky::error::RichPattern;
use chumsky::input::ValueInput;
use chumsky::prelude::*;
use num_bigint::BigInt;
use num_traits::One;

use super::atom::{Atom, DataFact, Hidden, Layers};
use super::foreign;
use super::formula::Formula;
use super::size::{Comparison, Factor, OfLayer, Operand, Quantity, Size};
use crate::kernel::exact::Rational;

/// The longest text that is read, in bytes.
pub const MAX_LENGTH: usize = 4096;
/// The deepest nesting of parentheses, negations and arrows.
const MAX_NESTING: usize = 64;

/// A text that is not a conjecture. It is shown with the place marked, and what was expected there.
///
/// ```
/// use margincert::explore::conjecture::Conjecture;
///
/// let error = "kkt & nonzero_input -> local_optimum".parse::<Conjecture>().unwrap_err();
/// assert_eq!(
///     error.to_string(),
///     "\
/// there is no fact `nonzero_input`; did you mean `nonzero_inputs`?
///   |
/// 1 | kkt & nonzero_input -> local_optimum
///   |       ^^^^^^^^^^^^^"
/// );
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParseError {
    /// What is wrong, in one line.
    pub message: String,
    /// The first byte of the place and the one after its last.
    pub place: (usize, usize),
    /// What else is wrong, with its place. Wrong words are all told at once, and a wrong order one by one.
    pub more: Vec<(String, (usize, usize))>,
    text: String,
}

impl std::error::Error for ParseError {}

/// The most mistakes that are told at once.
const MAX_TOLD: usize = 8;
/// The most characters of a line that are shown, and how many of them before the place.
const SHOWN: usize = 100;
const SHOWN_BEFORE: usize = 40;

impl fmt::Display for ParseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.show(f, &self.message, self.place)?;
        for (message, place) in &self.more {
            writeln!(f)?;
            self.show(f, message, *place)?;
        }
        Ok(())
    }
}

impl ParseError {
    fn show(&self, f: &mut fmt::Formatter<'_>, message: &str, (start, end): (usize, usize)) -> fmt::Result {
        let begin = self.text[..start].rfind('\n').map_or(0, |newline| newline + 1);
        let line: Vec<char> = self.text[begin..].lines().next().unwrap_or("").chars().collect();
        let number = self.text[..start].matches('\n').count() + 1;
        let place = self.text[begin..start].chars().count();
        let marked = self.text[start..end.max(start)].lines().next().map_or(0, |text| text.chars().count());
        // Of a long line a window.
        let first = if line.len() > SHOWN { place.saturating_sub(SHOWN_BEFORE) } else { 0 };
        let last = line.len().min(first + SHOWN);
        let shown: String = line[first.min(last)..last].iter().collect();
        let (left, right) = (if first > 0 { "…" } else { "" }, if last < line.len() { "…" } else { "" });
        let gutter = " ".repeat(number.to_string().len());
        // Tabs are kept, so that the mark stands below what it marks.
        let before = line[first.min(place)..place.min(line.len())].iter();
        let before: String =
            left.chars().map(|_| ' ').chain(before.map(|c| if *c == '\t' { '\t' } else { ' ' })).collect();
        let marks = marked.min((first + SHOWN).saturating_sub(place)).max(1);
        writeln!(f, "{message}")?;
        writeln!(f, "{gutter} |")?;
        writeln!(f, "{number} | {left}{shown}{right}")?;
        write!(f, "{gutter} | {before}{}", "^".repeat(marks))
    }
}

#[derive(Clone, Debug, PartialEq)]
enum Token {
    Word(String),
    Integer(u64),
    /// A number that is no integer, or an integer that is too large, and how it was written.
    Number(Rational, String),
    Compare(Comparison),
    Sign(&'static str),
    Unknown(String),
}

impl fmt::Display for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Token::Word(word) => f.write_str(word),
            Token::Integer(number) => number.fmt(f),
            Token::Number(_, text) => f.write_str(text),
            Token::Compare(comparison) => f.write_str(comparison.sign()),
            Token::Sign(sign) => f.write_str(sign),
            Token::Unknown(text) => f.write_str(text),
        }
    }
}

type Spanned = (Token, SimpleSpan);

/// Reads a formula. What follows `#` up to the end of a line is a comment.
pub fn formula(text: &str) -> Result<Formula, ParseError> {
    let error = |message: String, start: usize, end: usize| ParseError {
        message,
        place: (start, end),
        more: Vec::new(),
        text: text.to_string(),
    };
    let code = without_comments(text);
    if code.trim_end().len() > MAX_LENGTH {
        let end = text.char_indices().map(|(at, _)| at).take_while(|at| *at <= MAX_LENGTH).last().unwrap_or(0);
        return Err(error(format!("a conjecture has at most {MAX_LENGTH} bytes"), end, end));
    }
    // Every character begins some token, so this cannot fail.
    let tokens = tokens().parse(&code).into_output().unwrap_or_default();
    let wrong = tokens.iter().enumerate().filter_map(|(at, (_, span))| Some((misspelt(&tokens, at)?, span)));
    let mut wrong = wrong.map(|(message, span)| (message, (span.start, span.end))).take(MAX_TOLD);
    if let Some((message, place)) = wrong.next() {
        return Err(ParseError { more: wrong.collect(), ..error(message, place.0, place.1) });
    }
    if let Some(place) = nested_too_deeply(&tokens) {
        return Err(error(format!("nested more than {MAX_NESTING} deep"), place.start, place.end));
    }
    let end = SimpleSpan::from(code.trim_end().len()..code.trim_end().len());
    let parsed = whole().parse(tokens.as_slice().map(end, |(token, span)| (token, span))).into_result();
    parsed.map_err(|errors| {
        let first = errors.into_iter().max_by_key(|error| error.span().start);
        let Some(first) = first else { return error("this is no conjecture".into(), 0, text.len()) };
        error(describe(&first), first.span().start, first.span().end)
    })
}

/// The text with spaces in place of comments, so that every place stays the same.
fn without_comments(text: &str) -> String {
    let mut comment = false;
    let mut code = String::with_capacity(text.len());
    for c in text.chars() {
        comment = c != '\n' && (comment || c == '#');
        match comment {
            true => code.extend(std::iter::repeat_n(' ', c.len_utf8())),
            false => code.push(c),
        }
    }
    code
}

fn tokens<'a>() -> impl Parser<'a, &'a str, Vec<Spanned>> {
    let word = text::ascii::ident().map(|word: &str| Token::Word(word.to_string()));
    let digits = text::digits(10).to_slice();
    let rational = digits.then(one_of("/.").then(digits).or_not()).to_slice();
    let number = rational.map(|digits: &str| match (digits.parse(), digits.parse()) {
        (Ok(integer), _) => Token::Integer(integer),
        (_, Ok(number)) => Token::Number(number, digits.to_string()),
        // Division by zero, or too many digits.
        _ => Token::Unknown(digits.to_string()),
    });
    let compare = choice(Comparison::ALL.map(|c| just(c.sign()).to(Token::Compare(c))));
    let sign = choice(["->", "&", "|", "!", "(", ")", "*"].map(|sign| just(sign).to(Token::Sign(sign))));
    // Before the signs that they begin or end with.
    let foreign = choice(foreign::SIGNS.map(|(sign, _)| just(sign).to(Token::Unknown(sign.to_string()))));
    let token = choice((word, number, foreign, compare, sign, any().map(|c: char| Token::Unknown(c.to_string()))));
    token.map_with(|token, extra| (token, extra.span())).padded().repeated().collect().padded()
}

/// The token that opens one level too many. Only parentheses, negations and arrows nest.
fn nested_too_deeply(tokens: &[Spanned]) -> Option<SimpleSpan> {
    let (mut open, mut levels) = (Vec::new(), 0usize);
    for (token, span) in tokens {
        match token {
            Token::Sign("(") => {
                open.push(levels);
                levels += 1;
            }
            Token::Sign(")") => levels = open.pop().unwrap_or(levels),
            Token::Sign("!" | "->") => levels += 1,
            _ => {}
        }
        // Signs count until their parenthesis closes, which errs on the safe side.
        if levels > MAX_NESTING {
            return Some(*span);
        }
    }
    None
}

type Errors<'a> = extra::Err<Rich<'a, Token, SimpleSpan>>;

fn whole<'a, I>() -> impl Parser<'a, I, Formula, Errors<'a>>
where
    I: ValueInput<'a, Token = Token, Span = SimpleSpan>,
{
    let sign = |sign: &'static str| just(Token::Sign(sign));
    recursive(|formula| {
        let inner = formula.delimited_by(sign("("), sign(")"));
        let unary = recursive(|unary| {
            choice((sign("!").ignore_then(unary).map(Formula::negated), atom().map(Formula::Atom), inner))
        });
        let and = unary.clone().foldl(sign("&").ignore_then(unary).repeated(), Formula::and);
        let or = and.clone().foldl(sign("|").ignore_then(and).repeated(), Formula::or);
        recursive(|arrow| {
            or.then(sign("->").ignore_then(arrow).or_not()).map(|(left, right): (Formula, Option<Formula>)| match right
            {
                Some(right) => left.implies(right),
                None => left,
            })
        })
    })
    .then_ignore(end())
}

fn atom<'a, I>() -> impl Parser<'a, I, Atom, Errors<'a>> + Clone
where
    I: ValueInput<'a, Token = Token, Span = SimpleSpan>,
{
    let sign = |sign: &'static str| just(Token::Sign(sign));
    let word = |word: &'static str| just(Token::Word(word.to_string()));
    let integer = select! { Token::Integer(number) => number }.labelled("an integer");
    let slope =
        select! { Token::Integer(number) => Rational::from(BigInt::from(number)), Token::Number(number, _) => number }
            .labelled("a number");
    let layers = choice((
        word("layer").ignore_then(integer).map(|layer| Layers::Layer(layer as usize)),
        word("last").then(word("layer")).to(Layers::Last),
        word("every").then(word("layer")).to(Layers::Every),
        word("some").then(word("layer")).to(Layers::Some),
    ));
    let layers = layers.delimited_by(sign("("), sign(")"));
    let comparison = select! { Token::Compare(comparison) => comparison }.labelled("a comparison");
    let name = select! { Token::Word(word) if find_size(&word).is_some() => word };
    let of_layer = choice((
        word("layer").ignore_then(integer).map(|layer| OfLayer::Index(layer as usize)),
        word("last").then(word("layer")).to(OfLayer::Last),
    ));
    let quantity = name.then(of_layer.delimited_by(sign("("), sign(")")).or_not());
    let quantity = quantity.filter_map(|(word, layer)| Some(Quantity { size: find_size(&word)?, layer }));
    let operand =
        choice((integer.map(Operand::Number), quantity.clone().map(Operand::Quantity))).labelled("an integer");
    let size = quantity.then(comparison).then(operand).map(|((left, comparison), right)| match (left, right) {
        (Quantity { size, layer: None }, Operand::Number(number)) => Atom::Size(size, comparison, number),
        (left, right) => Atom::Quantities(left, comparison, right),
    });
    let of_networks = |word: &str| find_size(word).filter(|size| size.is_of_networks());
    let size_of_all = select! { Token::Word(word) if of_networks(&word).is_some() => word };
    let size_of_all = size_of_all.filter_map(move |word| of_networks(&word));
    let factor = choice((
        slope.map(|number| Factor { number, sizes: Vec::new() }),
        size_of_all.map(|size| Factor { number: Rational::one(), sizes: vec![size] }),
    ));
    let product = factor.foldl(sign("*").ignore_then(factor).repeated(), |product, factor| Factor {
        number: product.number * &factor.number,
        sizes: product.sizes.into_iter().chain(factor.sizes).collect(),
    });
    let within = word(Atom::WITHIN_FACTOR).ignore_then(product.delimited_by(sign("("), sign(")")));
    let within = within.map(Atom::WithinFactor);
    let nearly = word(Atom::NEARLY_ORTHOGONAL).ignore_then(slope.delimited_by(sign("("), sign(")")));
    let nearly = nearly.map(|ratio| Atom::Data(DataFact::NearlyOrthogonal(ratio)));
    let leaky = word("leaky")
        .ignore_then(slope.delimited_by(sign("("), sign(")")).or_not())
        .map(|slope| Atom::Hidden(Hidden::Leaky(slope)));
    let local = word("local_optimum").ignore_then(layers.clone().or_not());
    let local = local.map(|layers| Atom::Local(layers.unwrap_or(Layers::Whole)));
    let global = word("global_optimum").ignore_then(layers.or_not());
    let global = global.map(|layers| Atom::Global(layers.unwrap_or(Layers::Whole)));
    let plain = choice(Atom::WORDS.map(|(known, atom)| word(known).to(atom)));
    choice((size, leaky, nearly, within, local, global, plain)).labelled("a fact")
}

fn find_size(word: &str) -> Option<Size> {
    Size::ALL.into_iter().find(|size| size.name() == word)
}

/// What is wrong with a token whatever the formula is, with regard to those before and after it.
fn misspelt(tokens: &[Spanned], place: usize) -> Option<String> {
    let token = |place: Option<usize>| place.and_then(|place| tokens.get(place)).map(|(token, _)| token);
    let optimum = |place: Option<usize>| match token(place) {
        Some(Token::Word(word)) if matches!(word.as_str(), "local_optimum" | "global_optimum") => Some(word),
        _ => None,
    };
    let sized = |place: Option<usize>| matches!(token(place), Some(Token::Word(word)) if find_size(word).is_some());
    let before = place.checked_sub(1);
    match token(Some(place))? {
        Token::Unknown(text) => {
            if let ("[", Some(fact)) = (text.as_str(), optimum(before)) {
                let layer = match token(Some(place + 1)) {
                    Some(Token::Integer(layer)) => *layer,
                    _ => 0,
                };
                return Some(format!("of one layer alone it is written `{fact}(layer {layer})`"));
            }
            if text == "=" {
                return Some("equality is written `==`".into());
            }
            let instead = foreign::SIGNS.iter().find(|(sign, _)| sign == text).map(|(_, instead)| (*instead).into());
            instead.or_else(|| Some(format!("`{text}` does not belong to the language of conjectures")))
        }
        Token::Word(word) if foreign::is_known(word) => {
            let size = find_size(word)?;
            match token(Some(place + 1)) == Some(&Token::Sign("(")) {
                true if !size.is_of_layers() => Some(format!("`{word}` is not said of one layer")),
                false if !size.is_of_networks() => {
                    Some(format!("`{word}` is said of one layer, as in `{word}(layer 0)`"))
                }
                _ => None,
            }
        }
        Token::Word(word) => {
            let owner = place.checked_sub(2);
            let names_layers = token(before) == Some(&Token::Sign("(")) && (optimum(owner).is_some() || sized(owner));
            Some(match names_layers {
                true => "layers are named `layer 0`, `last layer`, `every layer` or `some layer`".into(),
                false => foreign::instead_of(word),
            })
        }
        _ => None,
    }
}

fn describe(error: &Rich<'_, Token, SimpleSpan>) -> String {
    let found = match error.found() {
        Some(token) => format!("`{token}`"),
        None => "the end".into(),
    };
    let name = |pattern: &RichPattern<'_, Token>| match pattern {
        RichPattern::Label(label) => Some(label.to_string()),
        RichPattern::Token(token) => Some(format!("`{}`", **token)),
        RichPattern::EndOfInput => Some("the end".into()),
        _ => None,
    };
    let mut expected: Vec<String> = error.expected().filter_map(name).collect();
    expected.sort();
    expected.dedup();
    match expected.split_last() {
        None => format!("{found} does not belong here"),
        Some((last, [])) => format!("expected {last}, found {found}"),
        Some((last, others)) => format!("expected {} or {last}, found {found}", others.join(", ")),
    }
}
