//! One JSON object per claim, for programs.

use std::time::Duration;

use serde_json::Value;

use super::{Examined, Unexamined};
use crate::cli::Failure;
use crate::cli::output::Output;

/// Writes a line of JSON for each claim, and one for each document whose claims cannot be judged.
pub struct Reporter;

impl super::Reporter for Reporter {
    fn document(&mut self, output: &mut Output, document: &Result<Examined, Unexamined>) -> Result<(), Failure> {
        match document {
            Ok(Examined { path, verdicts, .. }) => {
                let file = Value::from(path.to_string_lossy());
                for (index, verdict) in verdicts.iter().enumerate() {
                    let (claim, layer) = (Value::from(verdict.claim), Value::from(verdict.layer));
                    let (accepted, reason) = (verdict.rejection.is_none(), Value::from(verdict.rejection.clone()));
                    // Where there is something to say of optimality within the claim itself.
                    let standing = match verdict.standing.filter(|_| accepted) {
                        None => String::new(),
                        Some(standing) => format!(r#","standing":"{}""#, standing.word()),
                    };
                    let word = if accepted { "accepted" } else { "rejected" };
                    output.line(format_args!(
                        r#"{{"file":{file},"index":{index},"claim":{claim},"layer":{layer},"accepted":{accepted},"verdict":"{word}"{standing},"reason":{reason}}}"#
                    ))?;
                }
                Ok(())
            }
            Err(unexamined) => {
                let (file, reason) =
                    (Value::from(unexamined.path().to_string_lossy()), Value::from(unexamined.reason()));
                let word = unexamined.key();
                output.line(format_args!(
                    r#"{{"file":{file},"index":null,"accepted":false,"verdict":"{word}","reason":{reason}}}"#
                ))
            }
        }
    }

    fn end(&mut self, _: &mut Output, _: Duration) -> Result<(), Failure> {
        Ok(())
    }
}
