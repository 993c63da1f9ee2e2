//! Runs that are killed at random moments, with no chance to tidy up.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use margincert::explore::database::Database;
use margincert::explore::run::Plan;
use proptest::prelude::Rng;
use proptest::test_runner::{RngAlgorithm, TestRng};

use crate::process::Running;
use crate::scratch::Scratch;
use crate::synthetic::{Synthetic, content, plan, synthetic_run, work_on};

/// The name of the variable that tells a process to be the victim, and where.
const VICTIM: &str = "MARGINCERT_TEST_VICTIM";

/// The name of the variable that tells it how often.
const KILLS: &str = "MARGINCERT_TEST_KILLS";

/// Not a test: what the process that is killed does.
#[test]
fn victim() {
    let Some(path) = std::env::var_os(VICTIM) else { return };
    let kills: usize = std::env::var(KILLS).expect("a number").parse().expect("a number");
    let work = Synthetic { delay: Duration::from_micros(500), ..Synthetic::new() };
    let mut database = Database::create(Path::new(&path)).expect("it opens after whatever happened");
    work_on(&mut database, &work, &long(kills));
}

/// So many units that a run is killed so many times before it is done.
fn long(kills: usize) -> Plan {
    Plan { units: 200 * kills as u64, ..plan() }
}

/// Starts processes one after another, and kills each after a while, until one ends by itself or there were enough.
fn kill_again_and_again(kills: usize, longest: Duration, mut start: impl FnMut() -> Running) -> usize {
    let mut random = TestRng::from_seed(RngAlgorithm::ChaCha, &[7; 32]);
    for kill in 0..kills {
        let mut child = start();
        std::thread::sleep(longest.mul_f64(f64::from(random.next_u32()) / f64::from(u32::MAX)));
        if child.try_wait().expect("a process").is_some() {
            return kill;
        }
        child.kill().expect("it is running");
        child.wait().expect("it has ended");
    }
    kills
}

fn synthetic(kills: usize) {
    let folder = Scratch::new();
    let path = folder.path("killed.db");
    let mut counted = Vec::new();
    let killed = kill_again_and_again(kills, Duration::from_millis(90), || {
        // What was done before is still there, and all of it is sound.
        if path.exists() {
            let database = Database::create(&path).expect("it opens");
            assert_eq!(database.verify(&|_, _| ()).expect("it can be read").defects, []);
            counted.push(database.done(&synthetic_run().id()).expect("units").len());
        }
        let mut command = Command::new(std::env::current_exe().expect("this test"));
        command.args(["--exact", "kill::victim"]).env(VICTIM, &path).env(KILLS, kills.to_string());
        Running::start(command.stdout(Stdio::null()).stderr(Stdio::null()))
    });
    assert_eq!(killed, kills, "the run was done too early for {kills} kills: {counted:?}");
    assert!(counted.is_sorted() && counted.last() > counted.first(), "units are never lost: {counted:?}");
    let mut database = Database::create(&path).expect("it opens");
    work_on(&mut database, &Synthetic::new(), &long(kills));
    let mut unbroken = folder.create("unbroken.db");
    work_on(&mut unbroken, &Synthetic::new(), &long(kills));
    assert_eq!(content(&database), content(&unbroken));
    println!("{kills} kills; units done before each: {counted:?}");
}

/// The same with the command, whose work is real.
fn command(kills: usize) {
    let scratch = Scratch::new();
    let conjecture = "kkt & diagonal & linear & depth == 2 & inputs <= 2 & samples == 1 -> local_optimum";
    let explore = |db: &'static str| {
        ["explore", conjecture, "--keep-going", "--units", "3000", "--resume", "--threads", "2", "--db", db]
    };
    let killed = kill_again_and_again(kills, Duration::from_millis(800), || {
        let mut command = scratch.command(&explore("killed.db"));
        Running::start(command.stdout(Stdio::null()).stderr(Stdio::null()))
    });
    assert_eq!(killed, kills, "the run was done too early for {kills} kills");
    let verified = scratch.run(&["db", "verify", "--db", "killed.db"]);
    assert_eq!(verified.status, 0, "{verified:?}");
    println!("{kills} kills; {}", verified.stdout);
    // As many units as are done, so that the comparison takes no longer than the run.
    let done = Database::open_read_only(&scratch.path("killed.db")).and_then(|database| {
        let runs = database.runs()?;
        runs.first().map_or(Ok(0), |(run, _)| Ok(database.done(&run.id())?.len()))
    });
    let done = done.expect("it can be read").max(1).to_string();
    let finish = |db: &'static str, units: &str| {
        let mut arguments = explore(db);
        arguments[4] = units;
        let run = scratch.run(&arguments);
        assert!(run.status < 2, "{run:?}");
        let exported = scratch.run(&["db", "export", "-o", db.trim_end_matches(".db"), "--db", db]);
        assert_eq!(exported.status, 0, "{exported:?}");
        run.stdout.lines().filter(|line| !line.contains("time  ")).map(String::from).collect::<Vec<_>>()
    };
    let (killed, unbroken) = (finish("killed.db", &done), finish("unbroken.db", &done));
    // What is listed agrees with itself and with what is done: each unit draws as many instances.
    let listed = scratch.run(&["db", "list", "--json", "--db", "killed.db"]);
    assert_eq!(listed.status, 0, "{listed:?}");
    let lines: Vec<serde_json::Value> =
        listed.stdout.lines().map(|line| serde_json::from_str(line).expect("an object")).collect();
    let [conjectures, runs] = ["conjecture", "run"].map(|kind| lines.iter().find(|line| line["kind"] == kind));
    let (about, run) = (conjectures.expect("a conjecture"), runs.expect("a run"));
    let count = |key: &str| run["counts"][key].as_u64().expect("a count");
    let draws = run["bounds"].as_str().and_then(|bounds| bounds.rsplit("; ").next()?.split(' ').next()?.parse().ok());
    let instances = run["done"].as_u64().expect("units") * draws.unwrap_or(0u64);
    assert!(instances > 0, "{run}");
    assert_eq!(count("instances"), instances, "{run}");
    assert_eq!(["holds", "vacuous", "undecided", "broken"].map(count).into_iter().sum::<u64>(), instances, "{run}");
    assert_eq!((count("kkt"), &about["undecided"]), (instances, &run["counts"]["undecided"]), "{run}");
    let finds = run["finds"].as_array().expect("finds").len();
    assert!((1..=count("broken")).contains(&(finds as u64)), "{run}");
    assert_eq!(about["counterexamples"].as_array().map(Vec::len), Some(finds), "{about}");
    let told = |lines: &[String]| lines.join("\n").replace("unbroken.db", "killed.db");
    assert_eq!(told(&killed), told(&unbroken));
    let files = |folder: &str| {
        let entries =
            std::fs::read_dir(scratch.path(folder)).expect("a folder").map(|entry| entry.expect("a file").path());
        let mut files: Vec<_> =
            entries.map(|path| (path.file_name().map(ToOwned::to_owned), std::fs::read(&path).ok())).collect();
        files.sort();
        files
    };
    assert!(files("unbroken").iter().all(|file| files("killed").contains(file)));
}

#[test]
fn ten_kills_lose_nothing() {
    synthetic(10);
}

#[test]
#[ignore = "takes a minute"]
fn a_hundred_kills_lose_nothing() {
    synthetic(100);
}

#[test]
fn five_kills_of_the_command_lose_nothing() {
    command(5);
}

#[test]
#[ignore = "takes minutes"]
fn a_hundred_kills_of_the_command_lose_nothing() {
    command(100);
}
