//! What the playground asks for besides checks: drawings of an instance, and the prover.

use std::time::Duration;

use margincert::kernel::certificate::{Certificate, Document};
use margincert::kernel::exact::OrderedField;
use margincert::prove::certify::Prover;
use margincert::report::accepted::{self, Accepted, NotAccepted, Reader};
use margincert::report::atlas::page::{drawings, facts, findings};
use margincert::report::table::Summary;
use serde_json::{Value, json};

use crate::exchange::answer;

/// The name of a certificate that has none.
const NAME: &str = "certificate";

/// Draws the network and the data of the document that the page wrote: `{"html"}`, or `{"unreadable"}`.
#[allow(unsafe_code)]
#[unsafe(no_mangle)]
pub extern "C" fn draw() {
    answer(|bytes| drawing(bytes).to_string());
}

fn drawing(bytes: &[u8]) -> Value {
    fn of<F: OrderedField>(certificate: &Certificate<F>) -> String {
        drawings(certificate).into_string()
    }
    match Document::parse_bytes(bytes) {
        Err(error) => unreadable(&error),
        Ok(Document::Rational(certificate)) => json!({"html": of(&certificate)}),
        Ok(Document::Algebraic(certificate)) => json!({"html": of(&certificate)}),
    }
}

/// Certifies the instance that the page wrote, within so many seconds: `{"verdict", "key", "decided", "steps": [{"question",
/// "answer", "milliseconds"}], "certificate", "html"}`, or `{"unreadable"}`. The certificate is a document's text, and `html` the
/// proof that it carries.
#[allow(unsafe_code)]
#[unsafe(no_mangle)]
pub extern "C" fn certify(seconds: f64) {
    clock::hand_over();
    answer(|bytes| certified(bytes, seconds).to_string());
}

fn certified(bytes: &[u8], seconds: f64) -> Value {
    let instance = match Document::parse_bytes(bytes) {
        Ok(instance) => instance,
        Err(error) => return unreadable(&error),
    };
    let limit = Duration::try_from_secs_f64(seconds).ok();
    let (certificate, account) = Prover::new().time_limit(limit).certify(&instance);
    let steps = account.steps().iter().map(|step| {
        json!({
            "question": step.question.to_string(),
            "answer": step.answer.to_string(),
            "milliseconds": step.elapsed.as_secs_f64() * 1e3,
        })
    });
    let steps: Vec<Value> = steps.collect();
    // The text is read and checked anew, so that what is shown is what the file holds.
    let text = certificate.to_text();
    let told = match Document::parse(&text).map(|document| accepted::read(&document, &Findings)) {
        Ok(Ok(html)) => Some(html),
        Ok(Err(NotAccepted::NoClaims)) => None,
        Ok(Err(error)) => return json!({"failed": error.to_string()}),
        Err(error) => return json!({"failed": error.to_string()}),
    };
    json!({
        "verdict": account.verdict().to_string(),
        "key": account.verdict().key(),
        "decided": account.decided(),
        "steps": steps,
        "certificate": text,
        "html": told,
    })
}

fn unreadable(error: &dyn std::fmt::Display) -> Value {
    json!({"unreadable": error.to_string()})
}

struct Findings;

impl Reader for Findings {
    type Output = String;

    fn read<F: OrderedField>(&self, accepted: &Accepted<'_, F>) -> String {
        let summary = Summary::of(accepted, NAME);
        maud::html! { (facts(&summary)) (findings(accepted, NAME)) }.into_string()
    }
}

/// The browser's clock for the prover.
mod clock {
    #[cfg(target_family = "wasm")]
    pub fn hand_over() {
        use std::time::Duration;

        #[allow(unsafe_code)]
        #[link(wasm_import_module = "page")]
        unsafe extern "C" {
            /// The milliseconds since some moment.
            safe fn milliseconds() -> f64;
        }
        margincert::prove::clock::set(|| Duration::try_from_secs_f64(milliseconds() / 1e3).unwrap_or_default());
    }

    #[cfg(not(target_family = "wasm"))]
    pub fn hand_over() {}
}
