//! The commands `explore` and `db`, run as processes.

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader};
use std::os::unix::fs::PermissionsExt;
use std::process::{Command, Stdio};

use margincert::explore::bounds::Bounds;
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
    let resumed = scratch.run(&["explore", TRUE, "--units", "100000", "--time-limit", "1", "--resume", "--json"]);
    assert_eq!(of_kind(&events(&resumed), "end")[0]["ended"], "time_limit");
    let begin = events(&resumed)[0]["done"].as_u64().expect("a number");
    assert!(begin > 0 && done(&resumed) > begin, "{resumed:?}");
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
fn what_makes_no_sense_is_said_at_once() {
    let scratch = Scratch::new();
    let cases: [(&[&str], &str); 21] = [
        (&["explore"], "Usage:"),
        (&["explore", "kkt -> nonsense"], "^^^^^^^^"),
        (&["explore", TRUE, "--depth", "3"], "no depth is at least 3 and at most 2"),
        // Sources find KKT points only, so that these could not fail.
        (&["explore", "feasible -> kkt"], "must assume `kkt`"),
        (&["explore", "relu & depth == 2"], "must assume `kkt`"),
        (&["explore", "kkt & depth == 2 -> global_optimum(layer 2)"], "there is no layer 2"),
        (&["explore", "kkt & depth == 2 -> !local_optimum(layer 2)"], "numbered from 0"),
        (&["explore", "nothing.conj"], "nothing.conj: there is no such file to read a conjecture from"),
        (&["explore", "./nothing"], "./nothing: there is no such file"),
        (&["explore", "."], "this is a folder"),
        (&["explore", TRUE, "--depth", "3..2"], "3 is more than 2"),
        (&["explore", TRUE, "--shard", "2/2"], "expected i/n"),
        (&["explore", TRUE, "--units", "0"], "expected a whole number from 1 to"),
        (&["explore", TRUE, "--instances", "-1"], "expected a whole number from 1 to"),
        (&["explore", TRUE, "--units", "1", "--instances", "1"], "cannot be used with"),
        (&["explore", TRUE, "--source", "hearsay"], "inverse"),
        (&["explore", TRUE, "--seed", "-1"], "expected a whole number, 0 or more"),
        (&["explore", TRUE, "--height", "4294967295"], "expected a whole number from 1 to 100"),
        (&["explore", "kkt -> feasible", "--samples", "1..99999999"], "the bounds are too wide: samples times inputs"),
        (&["explore", "kkt -> feasible", "--width", "300"], "lower the upper bound of width, depth or inputs"),
        (&["explore", "kkt -> feasible", "--inputs", "5000"], "128 is the most"),
    ];
    for (arguments, expected) in cases {
        let run = scratch.run(arguments);
        assert_eq!((run.status, run.stdout.as_str()), (2, ""), "{arguments:?}");
        assert!(run.stderr.contains(expected), "{arguments:?}: {}", run.stderr);
    }
    assert!(!scratch.path("margincert.db").exists());
    let run = scratch.run(&["explore", TRUE, "--db", "no/such/folder.db"]);
    assert_eq!(run.status, 2, "{run:?}");
    assert!(run.stderr.contains("name another place with --db"), "{}", run.stderr);
    for command in
        [&["db", "list"][..], &["db", "verify"], &["db", "export"], &["db", "show", "x"], &["db", "merge", "x"]]
    {
        let run = scratch.run(command);
        assert_eq!((run.status, run.stdout.as_str()), (2, ""), "{command:?}");
        assert!(run.stderr.contains("there is no database here"), "{command:?}: {}", run.stderr);
    }
}

#[test]
fn help_tells_the_options_and_the_statuses_and_the_language_its_facts() {
    let scratch = Scratch::new();
    for (arguments, expected) in [
        (
            &["explore", "--help"][..],
            &["Examples:", "--shard <I/N>", "--resume", "margincert.db", "Exit status:", "Bounds:", "- neighbours:"][..],
        ),
        (&["db", "--help"], &["merge", "verify", "Examples:", "Exit status:"]),
        (&["db", "verify", "--help"], &["Exit status:"]),
        (&["db", "list", "-h"], &["Exit status:"]),
        (&["explore", "--language"], &["nonzero_inputs", "local_optimum(layer 0)"]),
    ] {
        let run = scratch.run(arguments);
        assert_eq!(run.status, 0, "{run:?}");
        expected.iter().for_each(|part| assert!(run.stdout.contains(part), "{part} is not in {}", run.stdout));
    }
}

/// The help cannot be made from the defaults, so it is compared with them.
#[test]
fn help_tells_the_defaults() {
    let help = Scratch::new().run(&["explore", "--help"]).stdout.split_whitespace().collect::<Vec<_>>().join(" ");
    let bounds = Bounds::default();
    let ranges =
        [("depth", bounds.depth), ("inputs", bounds.inputs), ("samples", bounds.samples), ("width", bounds.width)];
    let ranges = ranges.map(|(name, range)| (name, format!("{}..{}", range.start(), range.end())));
    let others = [("height", bounds.height.to_string()), ("source", "mixed".into()), ("seed", "0".into())];
    for (name, default) in ranges.into_iter().chain(others) {
        let (_, rest) = help.split_once(&format!("--{name} <")).expect(name);
        let option = rest.split(" --").next().expect("a text");
        assert!(option.contains(&format!("[default: {default}]")), "{name}: {option}");
    }
}

#[test]
fn shards_are_joined() {
    let scratch = Scratch::new();
    let explore = |db: &str, shard: &str| {
        let run = scratch.run(&["explore", FALSE, "--units", "4", "--keep-going", "--db", db, "--shard", shard]);
        assert_eq!(run.status, 1, "{run:?}");
    };
    explore("0.db", "0/2");
    explore("1.db", "1/2");
    explore("whole.db", "0/1");
    for order in [["0.db", "1.db"], ["1.db", "0.db"]] {
        let joined = format!("joined-{}", order[0]);
        let merged = scratch.run(&["db", "merge", order[0], order[1], "--db", &joined]);
        assert_eq!(merged.status, 0, "{merged:?}");
        let list = |db: &str| scratch.run(&["db", "list", "--json", "--db", db]).stdout;
        assert_eq!(list(&joined), list("whole.db"));
        assert_eq!(scratch.run(&["db", "verify", "--db", &joined]).status, 0);
    }
}

#[test]
fn a_shard_that_is_done_is_a_success_for_a_scheduler() {
    let scratch = Scratch::new();
    let status = |shard: &str, more: &[&str]| {
        let arguments =
            ["explore", FALSE, "--units", "2", "--keep-going", "--resume", "--shard", shard, "--done-is-success"];
        scratch.run(&[&arguments[..], more].concat())
    };
    let begun = status("0/2", &["--time-limit", "0"]);
    assert_eq!(begun.status, 3, "there is work left: {begun:?}");
    let broken = status("0/2", &[]);
    assert_eq!(broken.status, 0, "{broken:?}");
    assert!(broken.stdout.contains("BROKEN"), "{broken:?}");
    let empty = status("2/3", &[]);
    assert_eq!(empty.status, 0, "{empty:?}");
    assert!(
        empty.stdout.contains("nothing to do in this shard") && !empty.stdout.contains("NOTHING TRIED"),
        "{empty:?}"
    );
    assert_eq!(status("3/3", &[]).status, 2);
}

#[test]
fn certificates_are_taken_only_when_they_are_accepted() {
    let scratch = Scratch::with(&[
        ("in/good.json", "accepted/one-unit.json"),
        ("in/bad.json", "rejected/wrong-multiplier.json"),
        ("in/none.json", "instance/no-claims.json"),
    ]);
    let run = scratch.run(&["db", "import", "in"]);
    assert_eq!(run.status, 2, "{run:?}");
    assert!(run.stdout.contains("1 certificate accepted and kept; 1 instance new"), "{}", run.stdout);
    assert_eq!(run.stderr.matches("left out").count(), 2, "{}", run.stderr);
    let exported = scratch.run(&["db", "export", "-o", "out"]);
    assert!(exported.stdout.contains("1 certificate written"), "{exported:?}");
    assert_eq!(scratch.run(&["check", "out"]).status, 0);
    let again = scratch.run(&["db", "import", "in/good.json", "out"]);
    assert_eq!(again.status, 0, "{again:?}");
    assert!(again.stdout.contains("0 instances new"), "{}", again.stdout);
}

/// An export replaces what it wrote before, as long as the new file says all that the old one said.
#[test]
fn an_export_loses_nothing_of_what_is_there() {
    let scratch = Scratch::with(&[("in/good.json", "accepted/one-unit.json")]);
    assert_eq!(scratch.run(&["db", "import", "in"]).status, 0);
    let export = |more: &[&str]| scratch.run(&[&["db", "export", "-o", "out"], more].concat());
    assert_eq!(export(&[]).status, 0);
    assert_eq!(export(&[]).status, 0, "the same again");
    let path =
        std::fs::read_dir(scratch.path("out")).expect("a folder").next().expect("a file").expect("a file").path();
    let written = std::fs::read_to_string(&path).expect("text");
    // A claim less, as an older database had it; one more; another title; another layout; no certificate.
    let first = "{\"claim\": \"feasible\"}";
    assert!(written.contains(first), "{written}");
    let layer = first.replace('}', ", \"layer\": 0}");
    let more = written.replacen(first, &format!("{first},\n    {layer}"), 1);
    let fewer = {
        let Ok(margincert::kernel::certificate::Document::Rational(mut certificate)) =
            margincert::kernel::certificate::Document::parse(&written)
        else {
            panic!("{written}")
        };
        certificate.claims.pop();
        certificate.to_text()
    };
    let titled = written.replacen("\"network\"", "\"title\": \"mine\",\n  \"network\"", 1);
    let other = format!("{written}\n");
    for (content, is_replaced) in
        [(fewer, true), (more, false), (titled, false), (other, false), ("a letter".to_string(), false)]
    {
        std::fs::write(&path, &content).expect("it can be written");
        let run = export(&[]);
        assert_eq!(run.status, if is_replaced { 0 } else { 2 }, "{content}\n{run:?}");
        let now = std::fs::read_to_string(&path).expect("text");
        assert_eq!(now, if is_replaced { written.clone() } else { content });
    }
    assert_eq!(export(&["--force"]).status, 0);
    assert_eq!(std::fs::read_to_string(&path).expect("text"), written);
}

#[test]
fn a_file_system_that_refuses_to_grow_a_file_loses_nothing() {
    let scratch = Scratch::new();
    // A limit on the size of files, in blocks of 512 or 1024 bytes, instead of a full disk.
    let script = format!(
        "trap '' XFSZ; ulimit -f 300; exec '{}' explore '{FALSE}' --units 100000 --keep-going --threads 2",
        env!("CARGO_BIN_EXE_margincert")
    );
    let output = Command::new("sh").args(["-c", &script]).current_dir(scratch.path("")).output().expect("a shell");
    let run = Run::from(output);
    assert_eq!(run.status, 2, "{run:?}");
    assert!(run.stderr.contains("all that was recorded before is kept"), "{}", run.stderr);
    assert_eq!(scratch.run(&["db", "verify"]).status, 0);
    let list = scratch.run(&["db", "list", "--json"]);
    let done: Value = serde_json::from_str(list.stdout.lines().last().expect("a run")).expect("an object");
    let done = done["done"].as_u64().expect("a number");
    assert!(done > 0, "{}", list.stdout);
    // With room again it goes on.
    let more = (done + 2).to_string();
    let resumed = scratch.run(&["explore", FALSE, "--units", &more, "--keep-going", "--resume"]);
    assert_eq!(resumed.status, 1, "{resumed:?}");
}

#[test]
fn a_run_that_tries_nothing_does_not_end_like_one_that_finds_nothing_wrong() {
    let scratch = Scratch::new();
    let run = scratch.run(&["explore", &format!("support == 1 & {TRUE}"), "--units", "1"]);
    assert_eq!(run.status, 3, "{run:?}");
    assert!(run.stdout.starts_with("NOTHING TRIED  "), "{}", run.stdout);
}

#[test]
fn a_census_without_a_counterexample_is_a_theorem_and_says_its_count() {
    let scratch = Scratch::new();
    let bounds = ["--source", "census", "--inputs", "1", "--samples", "1..2", "--width", "1", "--height", "1"];
    let explore =
        |conjecture: &str, more: &[&str]| scratch.run(&[&["explore", conjecture], &bounds[..], more].concat());
    let run = explore("kkt & dense & relu & depth == 2 -> feasible", &["--json"]);
    assert_eq!(run.status, 0, "{run:?}");
    let events = events(&run);
    let end = of_kind(&events, "end")[0];
    assert_eq!((&end["verdict"], &end["counts"]["instances"]), (&"proved".into(), &end["counts"]["holds"]));
    let instances = end["counts"]["instances"].as_u64().expect("a number");
    // One sample, or the same twice; height 1 leaves no room for more.
    assert_eq!(instances, 2);
    let again = explore("kkt & dense & relu & depth == 2 -> feasible", &[]);
    assert!(again.stdout.starts_with("PROVED within bounds [dense; relu; depth 2, inputs 1, "), "{}", again.stdout);
    assert!(again.stdout.contains(&format!("among all {instances} KKT instances")), "{}", again.stdout);
    // A part of it is no theorem.
    let part = explore("kkt & dense & relu & depth == 2 -> local_optimum | feasible", &["--units", "1"]);
    assert!(part.status == 0 && part.stdout.starts_with("no counterexample  "), "{}", part.stdout);
    assert!(scratch.run(&["db", "list"]).stdout.contains("PROVED within bounds"));
}

/// The first unit of this census holds hundreds of thousands of datasets.
#[test]
fn a_census_keeps_the_time_limit_within_a_unit() {
    let scratch = Scratch::new();
    let wide = "kkt & diagonal & linear & depth == 2 & inputs == 2 & samples == 4 -> local_optimum";
    let since = std::time::Instant::now();
    let run =
        scratch.run(&["explore", wide, "--source", "census", "--height", "4", "--keep-going", "--time-limit", "1"]);
    assert!(since.elapsed() < std::time::Duration::from_secs(20), "took {:?}", since.elapsed());
    assert!([1, 3].contains(&run.status), "{run:?}");
    assert_eq!(scratch.run(&["db", "verify"]).status, 0);
}

/// A certificate that is made elsewhere changes how a conjecture stands, and the class of what is proved is told everywhere.
#[test]
fn a_proof_names_its_class_is_done_again_and_gives_way_to_an_imported_counterexample() {
    let conjecture = "kkt & dense & leaky & depth == 2 -> global_optimum";
    let scratch = Scratch::new();
    let class = "dense; leaky; depth 2, inputs 1, samples 1, width 1, height 1";
    let sizes = ["--inputs", "1", "--samples", "1", "--width", "1", "--height", "1"];
    let census = [&["explore", conjecture, "--source", "census"], &sizes[..]].concat();
    let proved = scratch.run(&census);
    assert_eq!(proved.status, 0, "{proved:?}");
    assert!(proved.stdout.starts_with(&format!("PROVED within bounds [{class}]  {conjecture}")), "{}", proved.stdout);
    let list = scratch.run(&["db", "list"]).stdout;
    assert!(list.contains(&format!("PROVED within bounds [{class}]")), "{list}");
    let again = scratch.run(&["db", "verify", "--again"]);
    assert_eq!(again.status, 0, "{again:?}");
    assert!(again.stdout.contains("1 proof done again"), "{}", again.stdout);
    // It is a counterexample, of a slope that the class has not.
    scratch.write("leaky.json", include_bytes!("leaky-1-10.json"));
    let certified = scratch.run(&["certify", "leaky.json", "-o", "certified.json"]);
    assert_eq!(certified.status, 0, "{certified:?}");
    assert_eq!(scratch.run(&["db", "import", "certified.json"]).status, 0);
    let list = scratch.run(&["db", "list"]).stdout;
    assert!(list.contains("BROKEN") && list.contains("1 of them on record") && !list.contains("PROVED"), "{list}");
    let told = scratch.run(&census);
    assert_eq!(told.status, 1, "{told:?}");
    assert!(told.stdout.starts_with("BROKEN by an instance on record"), "{}", told.stdout);
    // What was proved of the class stays true.
    assert_eq!(scratch.run(&["db", "verify", "--again"]).status, 0);
}

#[test]
fn what_census_proofs_left_out_is_a_counterexample_now() {
    let scratch = Scratch::new();
    let slope = "kkt & dense & (leaky(1/10) | linear) & depth == 2 -> global_optimum";
    let run = scratch.run(&[
        "explore",
        slope,
        "--source",
        "census",
        "--inputs",
        "1",
        "--samples",
        "1",
        "--width",
        "1",
        "--height",
        "5",
    ]);
    assert_eq!(run.status, 1, "{run:?}");
    let mixed = "kkt & dense & depth == 3 & !relu & !leaky & inputs == 2 & samples == 2 -> global_optimum";
    let sizes = ["--inputs", "2", "--samples", "2", "--width", "2", "--height", "1"];
    let run = scratch.run(&[&["explore", mixed, "--source", "census"], &sizes[..]].concat());
    assert_eq!(run.status, 1, "{run:?}");
    assert!(run.stdout.contains("dense; linear, mixed;"), "{}", run.stdout);
}

#[test]
fn a_conjecture_comes_from_a_pipe_a_file_with_a_mark_or_with_comments() {
    let scratch = Scratch::new();
    scratch.write("marked.conj", format!("\u{feff}# so\n{FALSE} # and so\n").as_bytes());
    assert_eq!(scratch.run(&["explore", "marked.conj", "--units", "1"]).status, 1);
    assert_eq!(scratch.run(&["explore", &format!("{FALSE} # a comment"), "--units", "1"]).status, 1);
    let mut child = scratch
        .command(&["explore", "-", "--units", "1"])
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .expect("the command runs");
    std::io::Write::write_all(&mut child.stdin.take().expect("a pipe"), FALSE.as_bytes()).expect("it reads");
    assert_eq!(child.wait().expect("it ends").code(), Some(1));
}

#[test]
fn what_cannot_be_begun_is_refused_before_the_hunt() {
    let scratch = Scratch::new();
    scratch.write("taken", b"a file");
    let run = scratch.run(&["explore", FALSE, "-o", "taken"]);
    assert_eq!(run.status, 2, "{run:?}");
    assert!(run.stderr.contains("taken") && !scratch.path("margincert.db").exists(), "{run:?}");
    // Another seed is another run, which would be begun in silence.
    assert_eq!(scratch.run(&["explore", TRUE, "--units", "2"]).status, 0);
    let other = scratch.run(&["explore", TRUE, "--units", "2", "--seed", "1", "--resume"]);
    assert_eq!(other.status, 2, "{other:?}");
    assert!(other.stderr.contains("seed 0"), "{}", other.stderr);
    assert_eq!(scratch.run(&["explore", TRUE, "--units", "2", "--resume"]).status, 0);
    // A limit that leaves nothing is named.
    for (conjecture, limit) in [
        ("kkt & depth == 100 -> feasible", "64"),
        ("kkt & diagonal & inputs == 3 & parameters == 7 -> local_optimum", "parameters == 7"),
    ] {
        let run = scratch.run(&["explore", conjecture]);
        assert_eq!(run.status, 2, "{run:?}");
        assert!(run.stderr.contains(limit), "{}", run.stderr);
    }
    for by_form in ["kkt & dense -> no_sharing", "kkt & dense & !dense -> local_optimum"] {
        let run = scratch.run(&["explore", by_form]);
        assert!(run.status == 0 && run.stdout.starts_with("PROVED by its form"), "{run:?}");
    }
    let run = scratch.run(&["explore", "kkt & kinks > 0 & linear -> local_optimum"]);
    assert!(run.status == 3 && run.stdout.contains("there can be no kinks"), "{run:?}");
    assert_eq!(
        scratch.run(&["explore", "kkt & !dense & !diagonal & !sparse & !convolution -> local_optimum"]).status,
        3
    );
}

#[test]
fn a_database_that_may_not_be_written_is_read_without_a_trace() {
    let scratch = Scratch::new();
    assert_eq!(scratch.run(&["explore", FALSE, "--units", "1"]).status, 1);
    let path = scratch.path("margincert.db");
    let mut rights = std::fs::metadata(&path).expect("a database").permissions();
    rights.set_readonly(true);
    std::fs::set_permissions(&path, rights).expect("rights");
    let folder = path.parent().expect("a folder");
    let files = || -> Vec<_> {
        std::fs::read_dir(folder).expect("a folder").map(|file| file.expect("a file").file_name()).collect()
    };
    let list = scratch.run(&["db", "list"]);
    assert!(list.status == 0 && list.stdout.contains("BROKEN"), "{list:?}");
    let run = list.stdout.split_whitespace().find(|word| word.starts_with("r-")).expect("a run");
    assert_eq!(scratch.run(&["db", "show", run]).status, 0);
    assert_eq!(scratch.run(&["db", "verify"]).status, 0);
    assert_eq!(files(), ["margincert.db"]);
    // Nothing is recorded where nothing may be, or half of it, and nothing is left beside it.
    let before = std::fs::read(&path).expect("a database");
    let is_refused = |run: &Run| run.status == 2 && run.stderr.contains("margincert.db");
    let explore = scratch.run(&["explore", TRUE, "--units", "1"]);
    // Who may write everywhere, may write here, too.
    assert!(is_refused(&explore) || std::fs::read(&path).expect("a database") != before, "{explore:?}");
    assert_eq!(files(), ["margincert.db"]);
    // So does a folder in which nothing may be made.
    let other = Scratch::new();
    assert_eq!(other.run(&["explore", FALSE, "--units", "1"]).status, 1);
    let give = |rights: u32| {
        let folder = other.path("margincert.db").parent().expect("a folder").to_path_buf();
        std::fs::set_permissions(folder, std::fs::Permissions::from_mode(rights)).expect("rights");
    };
    give(0o500);
    let list = other.run(&["db", "list"]);
    give(0o700);
    assert!(list.status == 0 && list.stdout.contains("BROKEN"), "{list:?}");
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

#[test]
fn sources_draw_what_the_conjecture_names() {
    let conjectures = [
        "leaky(0) & depth == 2",
        "leaky(1)",
        "leaky(2)",
        "leaky(9/10)",
        "filters == 2",
        "filters == 5",
        "dense & parameters == 9",
        "support == 4",
        "diagonal & support == 3 & depth == 3",
        "kinks == 2",
        "!relu & !leaky & !linear",
        "samples == 5 & inputs == 5",
        "height >= 7",
    ];
    for hypothesis in conjectures {
        let conjecture = format!("kkt & {hypothesis} -> feasible");
        let scratch = Scratch::new();
        let run = scratch.run(&["explore", &conjecture, "--units", "2", "--json"]);
        let events = events(&run);
        let counts = &of_kind(&events, "end")[0]["counts"];
        assert!(counts["instances"].as_u64() > Some(0), "{conjecture}: {run:?}");
        assert_eq!(counts["holds"], counts["instances"], "{conjecture}");
        assert_eq!(counts["kkt"], counts["instances"], "{conjecture}");
    }
}
