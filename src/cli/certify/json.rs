//! The account as JSON.

use std::path::Path;

use serde_json::{Value, json};

use super::Certified;
use crate::prove::certify::{Answer, Step};

/// One object on one line.
pub fn object(instance: &Path, certified: &Result<Certified, String>) -> String {
    let file = Value::from(instance.to_string_lossy());
    let (verdict, decided, steps, certificate, error) = match certified {
        Ok(Certified { account, certificate }) => {
            let steps = account.steps().iter().map(step).collect();
            let certificate = certificate.as_deref().map_or("null".into(), on_one_line);
            (Value::from(account.verdict().key()), account.decided(), steps, certificate, Value::Null)
        }
        Err(error) => (Value::Null, false, Vec::new(), "null".into(), Value::from(error.as_str())),
    };
    format!(
        r#"{{"file":{file},"verdict":{verdict},"decided":{decided},"steps":{},"certificate":{certificate},"error":{error}}}"#,
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
