//! Every claim of a document, checked by the kernel.

use margincert::kernel::certificate::Document;
use serde_json::{Value, json};

use crate::exchange::answer;

/// Checks the document that the page wrote and answers with JSON: `{"title", "claims": [{"claim", "layer", "accepted",
/// "reason"}]}`, or `{"unreadable"}` with what is wrong with it.
#[allow(unsafe_code)]
#[unsafe(no_mangle)]
pub extern "C" fn check() {
    answer(|bytes| verdicts(bytes).to_string());
}

fn verdicts(bytes: &[u8]) -> Value {
    let document = match Document::parse_bytes(bytes) {
        Ok(document) => document,
        Err(error) => return json!({"unreadable": error.to_string()}),
    };
    let claims = document.claims().into_iter().zip(document.check());
    let claims = claims.map(|((claim, layer), verdict)| {
        json!({"claim": claim, "layer": layer, "accepted": verdict.is_ok(), "reason": verdict.err()})
    });
    json!({"title": document.title(), "claims": claims.collect::<Vec<_>>()})
}
