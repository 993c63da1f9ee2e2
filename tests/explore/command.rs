//! The commands `explore` and `db`, run as processes.

mod census;
mod database;
mod messages;

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

use serde_json::Value;

use crate::process::Running;
use crate::scratch::{Run, Scratch};

/// Half of its instances break it.
const FALSE: &str = "kkt & diagonal & linear & depth == 2 & inputs == 2 & samples == 1 -> local_optimum";
/// What a KKT point is.
const TRUE: &str = "kkt & diagonal & linear & depth == 2 & inputs == 2 & samples == 1 -> feasible";

fn events(run: &Run) -> Vec<Value> {
    run.stdout.lines().map(|line| serde_json::from_str(line).expect("an object")).collect()
}

fn of_kind<'e>(events: &'e [Value], kind: &str) -> Vec<&'e Value> {
    events.iter().filter(|event| event["event"] == kind).collect()
}

#[test]
fn a_false_conjecture_is_broken_and_its_counterexamples_are_certificates() {
    let scratch = Scratch::new();
    let run = scratch.run(&["explore", FALSE, "-o", "found"]);
    assert_eq!((run.status, run.stderr.as_str()), (1, ""), "{run:?}");
    assert!(run.stdout.starts_with(&format!("BROKEN  {FALSE}\n")), "{}", run.stdout);
    assert!(run.stdout.contains("margincert db show "), "{}", run.stdout);
    let checked = scratch.run(&["check", "found"]);
    assert_eq!(checked.status, 0, "{checked:?}");
    assert!(checked.stdout.contains("not local"), "{}", checked.stdout);
    let verified = scratch.run(&["db", "verify"]);
    assert_eq!(verified.status, 0, "{verified:?}");
    assert!(verified.stdout.contains("all right"), "{}", verified.stdout);
    let list = scratch.run(&["db", "list"]);
    assert!(list.stdout.contains("BROKEN") && list.stdout.contains(FALSE), "{}", list.stdout);
    // Asked once more, it answers from the database.
    let again = scratch.run(&["explore", FALSE]);
    let facts =
        |run: &Run| run.stdout.lines().filter(|line| !line.contains("time  ")).map(String::from).collect::<Vec<_>>();
    assert_eq!((again.status, facts(&again)), (1, facts(&run)));
}

#[test]
fn events_tell_what_is_found_and_what_it_came_to() {
    let scratch = Scratch::new();
    let run = scratch.run(&["explore", FALSE, "--units", "3", "--keep-going", "--json", "--seed", "5"]);
    assert_eq!((run.status, run.stderr.as_str()), (1, ""), "{run:?}");
    let events = events(&run);
    let (begin, end) = (&events[0], &events[events.len() - 1]);
    assert_eq!((begin["event"].as_str(), begin["seed"].as_u64()), (Some("begin"), Some(5)));
    assert_eq!((&begin["run"], &begin["units"]), (&end["run"], &Value::from(3)));
    assert_eq!(end["event"], "end");
    assert_eq!((&end["verdict"], &end["ended"], &end["resume"]), (&"broken".into(), &"complete".into(), &Value::Null));
    let counts = &end["counts"];
    let sum: u64 = ["holds", "vacuous", "undecided", "broken"].iter().filter_map(|name| counts[name].as_u64()).sum();
    assert_eq!(counts["instances"], sum);
    let ids = |finds: Vec<&Value>| finds.iter().map(|find| find["id"].to_string()).collect::<BTreeSet<_>>();
    let finds = of_kind(&events, "find");
    assert!(
        finds
            .iter()
            .all(|find| find["claims"].as_array().is_some_and(|claims| claims.contains(&"not_local_optimum".into())))
    );
    let found = ids(finds);
    assert!(!found.is_empty());
    // Told again, it tells of the same finds.
    let again =
        self::events(&scratch.run(&["explore", FALSE, "--units", "3", "--keep-going", "--json", "--seed", "5"]));
    let lines = |events: &[Value]| of_kind(events, "find").into_iter().map(Value::to_string).collect::<BTreeSet<_>>();
    assert_eq!(of_kind(&again, "find").len(), found.len());
    assert!(lines(&again).is_subset(&lines(&events)), "{again:?}");
    assert_eq!(found, ids(end["finds"].as_array().expect("a list").iter().collect()));
    // The list has the same.
    let list = scratch.run(&["db", "list", "--json"]);
    let list: Vec<Value> = list.stdout.lines().map(|line| serde_json::from_str(line).expect("an object")).collect();
    assert_eq!((&list[0]["status"], &list[1]["finds"], &list[1]["counts"]), (&"broken".into(), &end["finds"], counts));
    let shown = scratch.run(&["db", "show", "--json", &found.first().expect("one").trim_matches('"')[..10]]);
    let shown: Value = serde_json::from_str(&shown.stdout).expect("an object");
    assert_eq!(format!("\"{}\"", shown["id"].as_str().expect("an id")), *found.first().expect("one"));
}

#[test]
fn a_true_conjecture_has_no_counterexample() {
    let scratch = Scratch::new();
    let run = scratch.run(&["explore", TRUE, "--units", "2"]);
    assert_eq!(run.status, 0, "{run:?}");
    assert!(run.stdout.starts_with("no counterexample  "), "{}", run.stdout);
    assert!(run.stdout.contains("2 of 2 units"), "{}", run.stdout);
}

#[test]
fn a_run_whose_time_is_up_says_how_to_go_on_and_does() {
    let scratch = Scratch::new();
    let run = scratch.run(&["explore", TRUE, "--units", "100000", "--time-limit", "1"]);
    assert_eq!(run.status, 3, "{run:?}");
    let command = run.stdout.lines().last().expect("a line").trim();
    assert_eq!(command, format!("margincert explore '{TRUE}' --units 100000 --time-limit 1 --resume"));
    // Without the word it is not taken up: it may be another process's.
    let again = scratch.run(&["explore", TRUE, "--units", "100000", "--time-limit", "1"]);
    assert_eq!(again.status, 2, "{again:?}");
    assert!(again.stderr.contains("go on with --resume"), "{}", again.stderr);
    let done = |run: &Run| of_kind(&events(run), "end")[0]["done"].as_u64().expect("a number");
    let resume = || scratch.run(&["explore", TRUE, "--units", "100000", "--time-limit", "1", "--resume", "--json"]);
    // On a busy machine a second may not be enough for a unit.
    let goes_on = (0..20).any(|_| {
        let resumed = resume();
        assert_eq!(of_kind(&events(&resumed), "end")[0]["ended"], "time_limit");
        done(&resumed) > events(&resumed)[0]["done"].as_u64().expect("a number")
    });
    assert!(goes_on);
    assert!(events(&resume())[0]["done"].as_u64() > Some(0));
}

#[test]
fn an_interrupt_ends_a_run_cleanly() {
    let scratch = Scratch::new();
    let mut command = scratch.command(&["explore", TRUE, "--units", "100000", "--json"]);
    let mut child = Running::start(command.stdout(Stdio::piped()).stderr(Stdio::null()));
    let mut lines = BufReader::new(child.stdout.take().expect("a pipe")).lines().map(|line| line.expect("a line"));
    // By the first progress the handler is in place.
    let progress = lines.find(|line| line.contains("\"progress\"")).expect("it goes on for long");
    let signal = Command::new("kill").args(["-INT", &child.id().to_string()]).status().expect("`kill` runs");
    assert!(signal.success());
    let end: Value = serde_json::from_str(&lines.last().expect("an event")).expect("an object");
    assert_eq!(child.wait().expect("it ends").code(), Some(3));
    assert_eq!((&end["event"], &end["ended"]), (&"end".into(), &"stopped".into()));
    let progress: Value = serde_json::from_str(&progress).expect("an object");
    assert!(end["done"].as_u64() >= progress["done"].as_u64(), "{end}");
    assert_eq!(scratch.run(&["db", "verify"]).status, 0);
}

#[test]
fn a_conjecture_may_be_in_a_file() {
    let scratch = Scratch::new();
    scratch.write("true.txt", format!("# A comment.\n{}\n", TRUE.replace(" -> ", "\n  -> ")).as_bytes());
    let run = scratch.run(&["explore", "true.txt", "--units", "1"]);
    assert_eq!(run.status, 0, "{run:?}");
    assert!(run.stdout.contains(TRUE), "{}", run.stdout);
    scratch.write("wrong.txt", b"# A comment.\nkkt -> nonsense\n");
    let run = scratch.run(&["explore", "wrong.txt"]);
    assert_eq!((run.status, run.stdout.as_str()), (2, ""));
    assert!(run.stderr.contains("wrong.txt: ") && run.stderr.contains("2 | kkt -> nonsense"), "{}", run.stderr);
}

#[test]
fn a_run_that_tries_nothing_does_not_end_like_one_that_finds_nothing_wrong() {
    let scratch = Scratch::new();
    let run = scratch.run(&["explore", &format!("support == 1 & {TRUE}"), "--units", "1"]);
    assert_eq!(run.status, 3, "{run:?}");
    assert!(run.stdout.starts_with("NOTHING TRIED  "), "{}", run.stdout);
}

/// Where most drafts come to nothing, and an instance takes long, there is still something to see.
#[test]
fn wide_networks_show_progress_every_second() {
    let scratch = Scratch::new();
    let run = scratch.run(&[
        "explore",
        "kkt & dense & relu & nonzero_inputs -> local_optimum",
        "--depth",
        "3",
        "--width",
        "8",
        "--inputs",
        "8",
        "--samples",
        "8",
        "--json",
        "--time-limit",
        "4",
    ]);
    let events = events(&run);
    let drafts: Vec<u64> =
        of_kind(&events, "progress").iter().map(|event| event["drafts"].as_u64().expect("a number")).collect();
    assert!(drafts.len() >= 2 && drafts.is_sorted() && drafts[0] < drafts[drafts.len() - 1], "{drafts:?}");
}
