//! Truth in three values, and evaluation that asks only for what can still matter.

use super::atom::Atom;
use super::formula::Formula;

/// What is known of a statement (Kleene's strong logic of indeterminacy).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Truth {
    /// Certified, or decided exactly.
    True,
    /// Its negation is.
    False,
    /// Neither.
    Unknown,
}

impl From<bool> for Truth {
    fn from(value: bool) -> Self {
        if value { Truth::True } else { Truth::False }
    }
}

impl std::ops::Not for Truth {
    type Output = Truth;

    fn not(self) -> Truth {
        match self {
            Truth::True => Truth::False,
            Truth::False => Truth::True,
            Truth::Unknown => Truth::Unknown,
        }
    }
}

/// The value of a formula when only some facts have been asked for.
#[derive(Clone, Debug, PartialEq)]
pub enum Value<'f> {
    /// No other fact can change it.
    Settled(Truth),
    /// It depends on these facts, in the order in which they are written.
    Open(Vec<&'f Atom>),
}

impl Value<'_> {
    /// Whether the value is settled, and this.
    pub fn is(&self, truth: Truth) -> bool {
        *self == Value::Settled(truth)
    }
}

impl Formula {
    /// The value of the formula; `known` says what is known of a fact, and nothing of one that was not asked for.
    pub fn value(&self, known: &impl Fn(&Atom) -> Option<Truth>) -> Value<'_> {
        match self {
            Formula::Atom(atom) => known(atom).map_or_else(|| Value::Open(vec![atom]), Value::Settled),
            Formula::Not(a) => not(a.value(known)),
            Formula::And(a, b) => and(a.value(known), || b.value(known)),
            Formula::Or(a, b) => not(and(not(a.value(known)), || not(b.value(known)))),
            Formula::Implies(a, b) => not(and(a.value(known), || not(b.value(known)))),
        }
    }
}

fn not(value: Value<'_>) -> Value<'_> {
    match value {
        Value::Settled(truth) => Value::Settled(!truth),
        open => open,
    }
}

fn and<'f>(a: Value<'f>, b: impl FnOnce() -> Value<'f>) -> Value<'f> {
    if a.is(Truth::False) {
        return a;
    }
    match (a, b()) {
        (_, b) if b.is(Truth::False) => b,
        (Value::Open(mut a), Value::Open(b)) => {
            a.extend(b.into_iter().filter(|atom| !a.contains(atom)).collect::<Vec<_>>());
            Value::Open(a)
        }
        (Value::Open(open), _) | (_, Value::Open(open)) => Value::Open(open),
        (Value::Settled(Truth::True), b) => b,
        (a, _) => a,
    }
}
