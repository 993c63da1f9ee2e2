//! Any bytes: read them, check every claim, write them back. Nothing may panic, hang, or be lost.

#![no_main]

use libfuzzer_sys::fuzz_target;
use margincert::kernel::certificate::{Document, ReadProblem};
use margincert::kernel::exact::ParseRationalError;

fuzz_target!(|bytes: &[u8]| {
    let Ok(document) = Document::parse_bytes(bytes) else { return };
    let verdicts = document.check();
    assert_eq!(verdicts.len(), document.claims().len());
    match Document::parse(&document.to_text()) {
        Ok(again) => {
            assert!(again == document, "written and read again, the document is another");
            // A zero of a reducible polynomial's field is written as 0, and a message may name it so.
            assert!(again.check().iter().map(Result::is_ok).eq(verdicts.iter().map(Result::is_ok)));
        }
        // Coordinates in a field are written reduced, which can make them longer than they were.
        Err(error) => assert_eq!(error.problem, ReadProblem::Number(ParseRationalError::TooManyDigits)),
    }
});
