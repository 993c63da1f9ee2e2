//! What other languages and other output call the things of this one, and what is written instead.

use super::atom::Atom;
use super::size::Size;

/// The words that name layers.
const LAYER_WORDS: [&str; 4] = ["layer", "last", "every", "some"];

/// Signs that do not belong to the language, with what is written instead. None begins a sign that does.
pub const SIGNS: [(&str, &str); 20] = [
    ("<->", EQUIVALENCE),
    ("<=>", EQUIVALENCE),
    ("↔", EQUIVALENCE),
    ("⇔", EQUIVALENCE),
    ("==>", IMPLICATION),
    ("=>", "implication is written `->`, and at least `>=`"),
    ("→", IMPLICATION),
    ("⇒", IMPLICATION),
    ("&&", AND),
    ("∧", AND),
    ("||", OR),
    ("∨", OR),
    ("¬", NOT),
    ("~", NOT),
    ("≤", "at most is written `<=`"),
    ("=<", "at most is written `<=`"),
    ("≥", "at least is written `>=`"),
    ("≠", UNEQUAL),
    ("<>", UNEQUAL),
    ("/=", UNEQUAL),
];

const AND: &str = "`and` is written `&`";
const OR: &str = "`or` is written `|`";
const NOT: &str = "`not` is written `!`";
const IMPLICATION: &str = "implication is written `->`";
const UNEQUAL: &str = "inequality is written `!=`";
const EQUIVALENCE: &str = "there is no sign for equivalence: it is written `(a -> b) & (b -> a)`";

/// Words that stand for a sign.
const CONNECTIVES: [(&str, &str); 5] =
    [("and", AND), ("or", OR), ("not", NOT), ("implies", IMPLICATION), ("iff", EQUIVALENCE)];

/// What reports, certificates and papers say, and the language's word for it.
const NAMES: [(&str, &str); 21] = [
    ("support_vectors", "supporting"),
    ("units", "width"),
    ("hidden_units", "width"),
    ("neurons", "width"),
    ("layers", "depth"),
    ("dimension", "inputs"),
    ("dim", "inputs"),
    ("features", "inputs"),
    ("data", "samples"),
    ("points", "samples"),
    ("bits", "height"),
    ("weights", "parameters"),
    ("fc", "dense"),
    ("fully_connected", "dense"),
    ("leaky_relu", "leaky"),
    ("infeasible", "!feasible"),
    ("not_kkt", "!kkt"),
    ("not_local_optimum", "!local_optimum"),
    ("not_global_optimum", "!global_optimum"),
    ("layers_local", "local_optimum(every layer)"),
    ("layers_global", "global_optimum(every layer)"),
];

/// The facts that stand alone or before a comparison.
fn facts() -> impl Iterator<Item = &'static str> {
    let words = Atom::WORDS.iter().map(|(word, _)| *word).chain([Atom::NEARLY_ORTHOGONAL, Atom::WITHIN_FACTOR]);
    words.chain(Size::ALL.iter().map(|size| size.name()))
}

/// Whether the language has the word.
pub fn is_known(word: &str) -> bool {
    facts().chain(LAYER_WORDS).any(|known| known == word)
}

/// What to say of a word that the language does not have.
pub fn instead_of(word: &str) -> String {
    let small = word.to_lowercase();
    let of = |list: &[(&'static str, &'static str)]| {
        list.iter().find(|(name, _)| *name == small).map(|(_, instead)| *instead)
    };
    if let Some(connective) = of(&CONNECTIVES) {
        return connective.into();
    }
    if facts().any(|fact| fact == small) {
        return format!("facts are written in small letters: `{small}`");
    }
    let likeness = |fact: &str| strsim::jaro(&small, fact);
    let nearest = || facts().max_by(|a, b| likeness(a).total_cmp(&likeness(b))).filter(|fact| likeness(fact) > 0.8);
    match of(&NAMES).or_else(nearest) {
        Some(fact) => format!("there is no fact `{word}`; did you mean `{fact}`?"),
        None => format!("there is no fact `{word}`"),
    }
}
