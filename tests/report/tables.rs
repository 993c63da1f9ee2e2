//! The forms of a table hold the same: JSON and CSV, the compact matrix and its list, columns and records.

use std::collections::{BTreeMap, BTreeSet};
use std::process::{Command, Stdio};

use serde_json::Value;

use crate::scratch::{Run, Scratch, argument};
use crate::tools;

fn table(arguments: &[&str]) -> Run {
    let paper = argument("proofs/paper");
    let arguments: Vec<&str> = ["table", &paper].into_iter().chain(arguments.iter().copied()).collect();
    let run = Scratch::new().run(&arguments);
    assert_eq!((run.status, run.stderr.as_str()), (0, ""));
    run
}

fn json(arguments: &[&str]) -> Value {
    serde_json::from_str(&table(&[arguments, &["--format", "json"]].concat()).stdout).expect("JSON")
}

/// The rows of a CSV file as maps from the names of its columns.
fn csv(arguments: &[&str]) -> Vec<BTreeMap<String, String>> {
    let text = table(&[arguments, &["--format", "csv"]].concat()).stdout;
    let mut lines = text.lines().map(fields);
    let names = lines.next().expect("a header");
    lines.map(|values| names.iter().cloned().zip(values).collect()).collect()
}

/// The fields of a line, which may be quoted.
fn fields(line: &str) -> Vec<String> {
    let (mut fields, mut is_quoted) = (vec![String::new()], false);
    for c in line.chars() {
        match c {
            '"' => is_quoted = !is_quoted,
            ',' if !is_quoted => fields.push(String::new()),
            c => fields.last_mut().expect("a field").push(c),
        }
    }
    fields
}

#[test]
fn json_and_csv_say_the_same_of_each_certificate() {
    let (objects, rows) = (json(&["--detail"]), csv(&["--detail"]));
    let objects = objects.as_array().expect("a list");
    assert!(objects.len() > 100);
    let of_json = |object: &Value| {
        ["certificate", "verdict", "architecture", "activation"].map(|key| object[key].as_str().expect(key).to_string())
    };
    let of_csv = |row: &BTreeMap<String, String>| {
        ["certificate", "verdict", "architecture", "activation"].map(|key| row[key].clone())
    };
    let found: BTreeSet<_> = objects.iter().map(of_json).collect();
    assert_eq!(found, rows.iter().map(of_csv).collect());
    assert_eq!(found.len(), objects.len());
}

#[test]
fn words_of_json_are_words() {
    let table = json(&[]);
    let is_word = |text: &Value| text.as_str().is_some_and(|text| !text.is_empty() && !text.contains(' '));
    for row in ["points", "layers"].into_iter().flat_map(|subject| table[subject].as_array().expect("rows")) {
        assert!(["architecture", "activation", "depth"].iter().all(|key| is_word(&row[key])), "{row}");
        for cell in row["cells"].as_array().expect("cells") {
            assert!(is_word(&cell["hypothesis"]) && is_word(&cell["outcome"]), "{cell}");
            // What is said of all KKT points rests on a theorem, what is denied of them on certificates.
            let (outcome, carriers) = (cell["outcome"].as_str().expect("a word"), cell["certificates"].as_array());
            assert!(outcome != "not-local" || carriers.is_some_and(|carriers| !carriers.is_empty()), "{cell}");
            assert!(outcome != "global" || cell["theorem"].is_u64(), "{cell}");
        }
    }
}

/// Every number of the compact matrix is in the list below it, and nothing else is.
#[test]
fn numbers_of_the_compact_matrix_refer_to_its_list() {
    let text = table(&["--compact", "--format", "markdown"]).stdout;
    let (matrix, below) = text.split_once("## Certificates").expect("a list");
    let references = matrix.lines().filter(|line| line.starts_with('|')).flat_map(|line| line.split('[').skip(1));
    let mut numbers = BTreeSet::new();
    for reference in references {
        let reference = reference.split(']').next().expect("an end").trim_end_matches('\\');
        // What is in parentheses are layers, and what begins with + is a count.
        let mut depth = 0;
        let outside: String = reference
            .chars()
            .filter(|c| {
                depth += i32::from(*c == '(') - i32::from(*c == ')');
                depth == 0 && *c != ')'
            })
            .collect();
        numbers.extend(outside.split(", ").filter_map(|part| part.trim().parse::<usize>().ok()));
    }
    let listed = below.lines().filter_map(|line| {
        let rest = line.trim_start_matches(['-', ' ', '\\']).strip_prefix('[')?;
        rest.split(['\\', ']']).next()?.parse::<usize>().ok()
    });
    let listed: Vec<usize> = listed.collect();
    assert_eq!(listed, (1..=listed.len()).collect::<Vec<_>>(), "{below}");
    assert_eq!(numbers, listed.into_iter().collect(), "{matrix}");
    assert!(numbers.len() > 50);
}

/// On a terminal without room for the columns each certificate is a paragraph.
#[test]
fn a_narrow_terminal_gets_records() {
    // `script` gives the command a terminal.
    if !tools::has("script", "looking at a terminal") {
        return;
    }
    let scratch = Scratch::new();
    let file = argument("proofs/paper/fc-relu-dead-neuron.json");
    let printed = |columns: usize| {
        let line =
            format!("stty rows 40 cols {columns} && exec {} table --detail {file}", env!("CARGO_BIN_EXE_margincert"));
        let mut terminal = Command::new("script");
        terminal.args(["--quiet", "--return", "--command", &line, "/dev/null"]).current_dir(scratch.path(""));
        let run = terminal.env("TERM", "dumb").stdin(Stdio::null()).output().expect("it runs");
        String::from_utf8(run.stdout).expect("text").replace('\r', "")
    };
    let (narrow, wide) = (printed(70), printed(250));
    assert!(narrow.lines().all(|line| line.chars().count() <= 70), "{narrow}");
    assert!(narrow.starts_with("fc-relu-dead-neuron\n  ") && narrow.contains("\n  verdict "), "{narrow}");
    assert!(wide.lines().any(|line| line.starts_with("---")) && wide.contains("not local"), "{wide}");
}
