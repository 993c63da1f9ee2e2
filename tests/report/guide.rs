//! The guide's commands do what it says: each is run in a folder with the files that the guide shows.

use std::fs;

use crate::scratch::{Scratch, repository};

/// The fenced blocks of a page: the line before the fence, the language, the content.
fn blocks(page: &str) -> Vec<(&str, &str, Vec<&str>)> {
    let (mut blocks, mut before) = (Vec::new(), "");
    let mut lines = page.lines();
    while let Some(line) = lines.next() {
        if let Some(language) = line.strip_prefix("```") {
            blocks.push((before, language, lines.by_ref().take_while(|line| *line != "```").collect()));
        }
        before = line;
    }
    blocks
}

/// Whether a text has the parts of a pattern, which `…` separates, in order, from its beginning to its end.
fn matches(pattern: &str, text: &str) -> bool {
    let Some((first, rest)) = pattern.split_once('…') else { return pattern == text };
    let Some(mut text) = text.strip_prefix(first) else { return false };
    let mut parts: Vec<&str> = rest.split('…').collect();
    let last = parts.pop().unwrap_or_default();
    for part in parts {
        match text.find(part) {
            Some(at) => text = &text[at + part.len()..],
            None => return false,
        }
    }
    text.ends_with(last)
}

#[test]
fn the_guide_is_true() {
    let page = fs::read_to_string(repository("docs/guide.md")).expect("the guide");
    let scratch = Scratch::new();
    fs::create_dir(scratch.path("proofs")).expect("a folder");
    fs::create_dir(scratch.path("proofs/paper")).expect("a folder");
    for entry in fs::read_dir(repository("proofs/paper")).expect("the catalogue") {
        let entry = entry.expect("an entry");
        fs::copy(entry.path(), scratch.path("proofs/paper").join(entry.file_name())).expect("a copy");
    }
    let mut commands = 0;
    for (before, language, lines) in blocks(&page) {
        if let Some(name) = before.strip_prefix("<!-- file: ").and_then(|rest| rest.strip_suffix(" -->")) {
            scratch.write(name, &lines.join("\n"));
        }
        if language != "console" {
            continue;
        }
        let (command, expected) = lines.split_first().expect("a command");
        let arguments: Vec<&str> = command.strip_prefix("$ margincert ").expect(command).split(' ').collect();
        let run = scratch.run(&arguments);
        let found = run.stdout.replace("\r\n", "\n");
        assert!(matches(&expected.join("\n"), found.trim_end()), "{command}\n{found}{}", run.stderr);
        commands += 1;
    }
    assert!(commands >= 6, "{commands}");
}

#[test]
fn patterns_match_from_beginning_to_end() {
    assert!(matches("a…c…e", "abcde") && matches("abc", "abc") && matches("…", "x"));
    assert!(!matches("a…c", "abcd") && !matches("b…c", "abc") && !matches("a…x…c", "abc"));
}
