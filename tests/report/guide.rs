//! The guide's commands do what it says: each is run in a folder with the files that the guide shows.

use std::fs;

use crate::scratch::{Run, Scratch, repository};

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

/// Runs the commands of a page one after the other in a folder that holds the catalogue, and says how many there were.
fn follow(name: &str) -> usize {
    let page = fs::read_to_string(repository(name)).expect("a page");
    let scratch = Scratch::new();
    fs::create_dir_all(scratch.path("proofs/paper")).expect("a folder");
    for entry in fs::read_dir(repository("proofs/paper")).expect("the catalogue") {
        let entry = entry.expect("an entry");
        fs::copy(entry.path(), scratch.path("proofs/paper").join(entry.file_name())).expect("a copy");
    }
    let mut commands = 0;
    for (before, language, lines) in blocks(&page) {
        let named = |what: &str| before.strip_prefix("<!-- ")?.strip_prefix(what)?.strip_suffix(" -->");
        if let Some(name) = named("file: ") {
            scratch.write(name, &lines.join("\n"));
        }
        // Data and point in the place of those that `new` has written.
        if let Some(name) = named("fill: ") {
            let text = scratch.read(name);
            let (head, _) = text.split_once("  \"data\"").expect("an instance");
            scratch.write(name, &format!("{head}{}\n}}\n", lines.join("\n")));
        }
        if language != "console" {
            continue;
        }
        let (mut expected, mut run) = (Vec::new(), None);
        for line in lines {
            let Some(command) = line.strip_prefix("$ margincert ") else {
                expected.push(line);
                continue;
            };
            tell_apart(run.take(), &std::mem::take(&mut expected));
            let (command, file) = command.split_once(" > ").map_or((command, None), |(c, file)| (c, Some(file)));
            let mut ran = scratch.run(&command.split(' ').collect::<Vec<_>>());
            if let Some(file) = file {
                assert_eq!((ran.status, ran.stderr.as_str()), (0, ""), "{command}");
                scratch.write(file, &std::mem::take(&mut ran.stdout));
            }
            run = Some((command.to_string(), ran));
            commands += 1;
        }
        tell_apart(run, &expected);
    }
    commands
}

/// Compares what a command printed with what the page says.
fn tell_apart(run: Option<(String, Run)>, expected: &[&str]) {
    let Some((command, run)) = run else { return assert!(expected.is_empty(), "{expected:?}") };
    let found = run.stdout.replace("\r\n", "\n");
    assert!(matches(&expected.join("\n"), found.trim_end()), "{command}\n{found}{}", run.stderr);
}

#[test]
fn the_guide_is_true() {
    assert!(follow("docs/guide.md") >= 7);
}

#[test]
fn the_front_page_is_true() {
    assert!(follow("README.md") >= 4);
}

#[test]
fn patterns_match_from_beginning_to_end() {
    assert!(matches("a…c…e", "abcde") && matches("abc", "abc") && matches("…", "x"));
    assert!(!matches("a…c", "abcd") && !matches("b…c", "abc") && !matches("a…x…c", "abc"));
}
