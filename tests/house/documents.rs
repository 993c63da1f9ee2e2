//! The documents for people: their examples run, their figures are the code's, and their links lead somewhere.

use std::fs;
use std::path::PathBuf;

use margincert::kernel::certificate::{Document, MAX_BYTES, MAX_CLAIMS, MAX_NESTING};
use margincert::kernel::check::MAX_KINKS;
use margincert::kernel::exact::{BUDGET, BUDGET_PER_BYTE, BUDGET_TO_READ, MAX_DEGREE, MAX_DIGITS};
use margincert::kernel::network::{MAX_CONNECTIONS, MAX_LAYERS};

use crate::source::repository;

fn text(name: &str) -> String {
    fs::read_to_string(repository().join(name)).expect(name)
}

/// The fenced blocks of a language.
fn blocks(text: &str, language: &str) -> Vec<String> {
    let fence = format!("```{language}\n");
    text.split(&fence).skip(1).filter_map(|rest| Some(rest.split_once("\n```")?.0.to_string())).collect()
}

#[test]
fn certificates_in_the_documents_are_accepted() {
    for (name, least) in [("docs/format.md", 1), ("README.md", 0)] {
        let blocks = blocks(&text(name), "json");
        assert!(blocks.len() >= least, "{name}");
        for block in blocks {
            let document = Document::parse(&block).unwrap_or_else(|error| panic!("{name}: {error}"));
            let verdicts = document.check();
            assert!(!verdicts.is_empty() && verdicts.iter().all(Result::is_ok), "{name}: {verdicts:?}");
        }
    }
}

#[test]
fn the_limits_of_the_format_are_those_of_the_code() {
    let format = text("docs/format.md");
    let limits = [
        ("bytes in a document", MAX_BYTES),
        ("lists and objects within one another", MAX_NESTING),
        ("digits in a number", MAX_DIGITS),
        ("degree of a field", MAX_DEGREE),
        ("layers in a network", MAX_LAYERS),
        ("inputs of a network, and connections of all its layers", MAX_CONNECTIONS),
        ("claims in a document", MAX_CLAIMS),
        ("kinks of a sample in `not_kkt`", MAX_KINKS),
        ("steps of work, of about a nanosecond, to check all claims of a document", BUDGET as usize),
        ("steps of work to read it, and again to print what it shows", BUDGET_TO_READ as usize),
        ("steps more to read it, for each byte beyond 100,000", BUDGET_PER_BYTE as usize),
    ];
    for (what, limit) in limits {
        let row = format!("| {what} | {limit} |");
        assert!(format.contains(&row), "docs/format.md lacks the row: {row}");
    }
}

#[test]
fn links_between_documents_lead_to_files() {
    let mut documents: Vec<PathBuf> = Vec::new();
    for folder in ["", "docs"] {
        let entries = fs::read_dir(repository().join(folder)).expect("a folder");
        documents.extend(entries.map(|entry| entry.expect("an entry").path()));
    }
    documents.retain(|path| path.extension().is_some_and(|extension| extension == "md"));
    assert!(documents.len() >= 6, "{documents:?}");
    for document in documents {
        let text = fs::read_to_string(&document).expect("a text");
        for rest in text.split("](").skip(1) {
            let target = rest.split([')', '#']).next().unwrap_or_default();
            let is_local = !target.is_empty() && !target.contains("://");
            let path = document.parent().expect("a folder").join(target);
            assert!(!is_local || path.exists(), "{}: {target}", document.display());
        }
    }
}
