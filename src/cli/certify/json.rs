//! The account as JSON.

use serde_json::{Value, json};

use crate::prove::certify::{Account, Answer, Step};

/// One object on one line; `certificate` is a document's text.
pub fn object(file: &str, account: &Account, certificate: Option<&str>) -> String {
    let steps: Vec<Value> = account.steps().iter().map(step).collect();
    let certificate = certificate.map_or("null".into(), on_one_line);
    format!(
        "{{\"file\":{},\"verdict\":{},\"decided\":{},\"steps\":{},\"certificate\":{certificate}}}",
        Value::from(file),
        Value::from(account.verdict().to_string()),
        account.decided(),
        Value::from(steps),
    )
}

fn step(step: &Step) -> Value {
    let (question, layer) = (step.question.name(), step.question.layer());
    let (claims, how, tried) = match &step.answer {
        Answer::Proved { claims, how } => (claims.as_slice(), Some(how.as_str()), &[][..]),
        Answer::Open { tried } => (&[][..], None, tried.as_slice()),
    };
    let milliseconds = step.elapsed.as_secs_f64() * 1e3;
    json!({
        "question": question, "layer": layer, "claims": claims, "how": how, "tried": tried, "milliseconds": milliseconds
    })
}

/// A document's text without its line breaks, its keys in the same order. Strings in it hold no line break.
fn on_one_line(text: &str) -> String {
    text.lines().map(str::trim_start).collect()
}
