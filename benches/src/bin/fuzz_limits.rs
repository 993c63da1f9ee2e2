//! Fuzzing for time and memory: any document of up to 100 KB must end within 5 seconds and 500 MB in every command that reads it.
//!
//!     cargo run --release -p margincert-benches --bin fuzz_limits -- 1200 0 proofs tests/traps tests/fixtures tests/slow
//!
//! runs for 1200 seconds with the seed 0 from the documents in some folders. It changes documents at random in ways that make work: longer numbers,
//! repeated lists and claims, other fields. Each is read, checked, written back, and explained and put into tables if it is accepted.
//! What passes a limit is written to the working folder, and the run ends with status 1.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use margincert::files;
use margincert::kernel::certificate::Document;
use margincert::report::explain::Explain;
use margincert::report::table::{Summarise, csv, detail, outcome};
use margincert::report::trials::Counts;
use margincert::report::{accepted, latex, markdown, text};
use nix::time::{ClockId, clock_gettime};
use serde_json::{Value, json};

/// The most bytes of a document.
const SIZE: usize = 100_000;
/// The most processor time.
const TIME: Duration = Duration::from_secs(5);
/// The most memory, in kilobytes.
const MEMORY: u64 = 500_000;

fn main() {
    let mut arguments = std::env::args().skip(1);
    let mut number = || arguments.next().and_then(|text| text.parse().ok()).expect("seconds, then a seed");
    let (seconds, seed): (u64, u64) = (number(), number());
    let seeds: Vec<Value> = arguments.flat_map(|folder| documents(Path::new(&folder))).collect();
    assert!(!seeds.is_empty(), "no documents to start from");
    let mut run =
        Run { random: Random(seed ^ 0x9e37_79b9_7f4a_7c15), pool: Vec::new(), worst: Default::default(), failures: 0 };
    let end = Instant::now() + Duration::from_secs(seconds);
    let mut count: u64 = 0;
    for document in &seeds {
        run.attempt(&document.to_string());
        count += 1;
    }
    while Instant::now() < end {
        let document = run.draw(&seeds);
        let text = document.to_string();
        if text.len() <= SIZE {
            count += 1;
            let cost = run.attempt(&text);
            run.keep(document, cost);
        }
    }
    let Worst { time, memory, read, accepted } = run.worst;
    println!(
        "{count} documents, {read} of them read, {accepted} accepted; at most {time:?} and {memory} kB; {} failures",
        run.failures
    );
    std::process::exit(i32::from(run.failures > 0));
}

/// The documents of a folder as JSON, whether they can be read or not.
fn documents(folder: &Path) -> Vec<Value> {
    let paths: Vec<PathBuf> = files::find(folder).into_iter().filter_map(Result::ok).collect();
    paths.iter().filter_map(|path| serde_json::from_slice(&fs::read(path).ok()?).ok()).collect()
}

#[derive(Default)]
struct Worst {
    time: Duration,
    memory: u64,
    read: u64,
    accepted: u64,
}

struct Run {
    random: Random,
    /// Documents that took long, to be changed further.
    pool: Vec<(Duration, Value)>,
    worst: Worst,
    failures: u32,
}

impl Run {
    /// A document with one to eight changes.
    fn draw(&mut self, seeds: &[Value]) -> Value {
        let random = &mut self.random;
        let mut document = match self.pool.is_empty() || random.below(3) == 0 {
            true => random.choose(seeds).clone(),
            false => random.choose(&self.pool).1.clone(),
        };
        for _ in 0..=random.below(8) {
            change(random, &mut document, seeds);
        }
        document
    }

    /// Remembers the documents that took longest.
    fn keep(&mut self, document: Value, cost: Duration) {
        const POOL: usize = 64;
        if cost > Duration::from_millis(20) || self.random.below(200) == 0 {
            self.pool.push((cost, document));
            self.pool.sort_by_key(|(cost, _)| std::cmp::Reverse(*cost));
            // Not only the slowest of one kind: some of the others are forgotten at random.
            if self.pool.len() > POOL {
                let place = POOL / 4 + self.random.below(self.pool.len() - POOL / 4);
                self.pool.remove(place);
            }
        }
    }

    /// Does what the commands do, and measures it.
    fn attempt(&mut self, text: &str) -> Duration {
        reset_peak();
        let start = processor_time();
        let (was_read, was_accepted) = commands(text);
        let time = processor_time().saturating_sub(start);
        let memory = peak();
        self.worst.read += u64::from(was_read);
        self.worst.accepted += u64::from(was_accepted);
        if time > self.worst.time || memory > self.worst.memory + 20_000 {
            println!("{time:?}, {memory} kB, {} bytes", text.len());
            let _ = fs::write("fuzz-worst.json", text);
            let _ = std::io::stdout().flush();
        }
        self.worst.time = self.worst.time.max(time);
        self.worst.memory = self.worst.memory.max(memory);
        if time > TIME || memory > MEMORY {
            self.failures += 1;
            let name = format!("fuzz-failure-{}.json", self.failures);
            println!("FAILED: {name}: {time:?}, {memory} kB");
            fs::write(name, text).expect("a file");
        }
        time
    }
}

/// Whether a document could be read, and whether all its claims were accepted.
fn commands(text: &str) -> (bool, bool) {
    let document = match Document::parse(text) {
        Ok(document) => document,
        Err(error) => {
            let _ = error.to_string();
            return (false, false);
        }
    };
    let verdicts = document.check();
    let _ = document.to_text();
    if verdicts.is_empty() || verdicts.iter().any(Result::is_err) {
        return (true, false);
    }
    if let Ok(explained) = accepted::read(&document, &Explain("id")) {
        let _ = (text::document(&explained), markdown::document(&explained), latex::body(&explained));
    }
    if let Ok(summary) = accepted::read(&document, &Summarise("id")) {
        let summaries = [summary];
        let _ = csv::detail(&summaries);
        let _ = text::table(&detail::table(&summaries));
        let _ = text::document(&outcome::document(&summaries, &Counts::default(), 3));
    }
    (true, true)
}

/// Changes one thing.
fn change(random: &mut Random, document: &mut Value, seeds: &[Value]) {
    match random.below(12) {
        0 => document["field"] = field(random),
        1 => {
            if let Some(claims) = document.get_mut("claims").and_then(Value::as_array_mut)
                && !claims.is_empty()
            {
                let claim = random.choose(claims).clone();
                let times = 1 << random.below(10);
                claims.extend(std::iter::repeat_n(claim, times));
            }
        }
        2 => {
            // A part of another document in the place of this one's.
            let other = random.choose(seeds);
            let key = *random.choose(&["field", "network", "data", "point", "claims"]);
            if let Some(part) = other.get(key) {
                document[key] = part.clone();
            }
        }
        kind => {
            let mut count = 0;
            walk(document, &mut |_| count += 1);
            let chosen = random.below(count);
            let mut place = 0;
            walk(document, &mut |value| {
                if place == chosen {
                    alter(random, kind, value);
                }
                place += 1;
            });
        }
    }
}

/// Calls `visit` on every value.
fn walk(value: &mut Value, visit: &mut impl FnMut(&mut Value)) {
    visit(value);
    match value {
        Value::Array(items) => items.iter_mut().for_each(|item| walk(item, visit)),
        Value::Object(entries) => entries.values_mut().for_each(|item| walk(item, visit)),
        _ => {}
    }
}

fn alter(random: &mut Random, kind: usize, value: &mut Value) {
    match value {
        Value::Array(items) if kind < 7 && !items.is_empty() => {
            let item = random.choose(items).clone();
            let times = 1 << random.below(9);
            items.extend(std::iter::repeat_n(item, times));
        }
        Value::Array(items) if !items.is_empty() => {
            let all = kind == 7;
            let number = number(random);
            let place = random.below(items.len());
            let numbers = items.iter_mut().enumerate().filter(|(k, item)| (all || *k == place) && item.is_string());
            numbers.for_each(|(_, item)| *item = number.clone());
        }
        Value::String(_) => *value = number(random),
        Value::Number(_) => *value = json!(1 << random.below(20)),
        _ => {}
    }
}

/// A number, often a long one, or an element of a field.
fn number(random: &mut Random) -> Value {
    let mut digits = |most: usize| {
        let count = 1 + random.below(most);
        let digits: String = (0..count).map(|_| char::from(b'1' + random.below(9) as u8)).collect();
        digits
    };
    match digits(1).as_str() {
        "1" | "2" => json!(digits(3)),
        "3" => json!(format!("{}/{}", digits(19), digits(19))),
        "4" => json!(format!("{}/{}", digits(480), digits(480))),
        "5" => json!(format!("-{}", digits(900))),
        "6" => json!(format!("0.{}", digits(400))),
        "7" => json!((0..32).map(|_| json!(digits(19))).collect::<Vec<_>>()),
        "8" => json!((0..6).map(|_| json!(format!("{}/{}", digits(60), digits(60)))).collect::<Vec<_>>()),
        _ => json!(["0", "1"]),
    }
}

/// A field of some degree, also with close roots, long coefficients, or a reducible polynomial.
fn field(random: &mut Random) -> Value {
    let degree = 2 + random.below(31);
    let mut polynomial = vec![json!("0"); degree + 1];
    polynomial[degree] = json!("1");
    polynomial[0] = json!(format!("-{}", 2 + random.below(1000)));
    match random.below(4) {
        0 => polynomial[1] = number(random),
        1 => polynomial.iter_mut().take(degree).for_each(|c| *c = json!(format!("{}", random.below(7) as i64 - 3))),
        2 => {
            let base = 1 + random.below(100_000) as i64;
            (polynomial[0], polynomial[1]) = (json!("-2"), json!(format!("{}", 4 * base)));
            polynomial[2.min(degree - 1)] = json!(format!("-{}", 2 * base * base));
        }
        _ => {}
    }
    let between = [*random.choose(&["0", "1", "1/3"]), *random.choose(&["1", "2", "1000"])];
    json!({"minimal_polynomial": polynomial, "root_between": between})
}

/// The processor time of this thread.
fn processor_time() -> Duration {
    let now = clock_gettime(ClockId::CLOCK_THREAD_CPUTIME_ID).expect("a clock");
    Duration::new(now.tv_sec() as u64, now.tv_nsec() as u32)
}

/// Begins to measure the greatest memory anew, where the system can do that.
fn reset_peak() {
    let _ = fs::write("/proc/self/clear_refs", "5");
}

/// The greatest memory, in kilobytes.
fn peak() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap_or("0 kB");
    line.trim().trim_end_matches(" kB").parse().unwrap_or(0)
}

/// SplitMix64.
struct Random(u64);

impl Random {
    fn below(&mut self, count: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ z >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ z >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ z >> 31) % count.max(1) as u64) as usize
    }

    fn choose<'a, T>(&mut self, items: &'a [T]) -> &'a T {
        &items[self.below(items.len())]
    }
}
