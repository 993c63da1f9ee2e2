//! The values in a JSON document: each of them, and one that is chosen.

use serde_json::Value;

/// One of the values that `applies` accepts, parents before what is in them; `choose` is asked which, of so many. Nothing if
/// there is none.
pub fn one_of(
    document: &mut Value,
    applies: impl Fn(&Value) -> bool,
    choose: impl FnOnce(usize) -> usize,
) -> Option<&mut Value> {
    let mut count = 0;
    each(document, &mut |value| count += usize::from(applies(value)));
    if count == 0 { None } else { skip(document, &mut choose(count), &applies) }
}

/// Calls `visit` on every value, parents before what is in them.
pub fn each(value: &Value, visit: &mut impl FnMut(&Value)) {
    visit(value);
    match value {
        Value::Array(items) => items.iter().for_each(|item| each(item, visit)),
        Value::Object(entries) => entries.values().for_each(|item| each(item, visit)),
        _ => {}
    }
}

/// The first value that is accepted after `left` others.
fn skip<'v>(value: &'v mut Value, left: &mut usize, applies: &impl Fn(&Value) -> bool) -> Option<&'v mut Value> {
    if applies(value) {
        match left.checked_sub(1) {
            None => return Some(value),
            Some(fewer) => *left = fewer,
        }
    }
    match value {
        Value::Array(items) => items.iter_mut().find_map(|item| skip(item, left, applies)),
        Value::Object(entries) => entries.values_mut().find_map(|item| skip(item, left, applies)),
        _ => None,
    }
}
