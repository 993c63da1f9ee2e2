//! Fuzzing for time and memory: any document of up to 100 KB must end within 5 seconds and 500 MB in every command that reads it.
//!
//!     cargo run --release -p margincert-benches --bin fuzz_limits -- 1200 0 proofs tests/traps tests/fixtures tests/slow
//!
//! runs for 1200 seconds with the seed 0 from the documents in some folders. It changes documents at random in ways that make work: longer numbers,
//! repeated lists and claims, other fields. Each is read, checked, written back, and explained, put into tables, the atlas and the
//! database, and exported if it is accepted. Documents that take long, or longer than what is charged for, are changed further.
//! What passes a limit is written to the working folder, and the run ends with status 1. With 0 seconds it only tells what each of
//! the documents costs.

mod change;
mod measure;
#[path = "../../../../tests/support/values.rs"]
mod values;

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use change::{Random, change};
use margincert::files;
use measure::{Cost, Costs};
use serde_json::Value;

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
    let seeds: Vec<(PathBuf, Value)> = arguments.flat_map(|folder| documents(Path::new(&folder))).collect();
    assert!(!seeds.is_empty(), "no documents to start from");
    let mut run = Run { random: Random(seed ^ 0x9e37_79b9_7f4a_7c15), pool: Vec::new(), worst: Worst::default() };
    for (path, document) in &seeds {
        let costs = run.attempt(&document.to_string());
        if seconds == 0 {
            tell(path, &costs);
        }
    }
    let seeds: Vec<Value> = seeds.into_iter().map(|(_, document)| document).collect();
    let end = Instant::now() + Duration::from_secs(seconds);
    while Instant::now() < end {
        let document = run.draw(&seeds);
        let text = document.to_string();
        if text.len() <= SIZE {
            let costs = run.attempt(&text);
            run.keep(document, &costs);
        }
    }
    let Worst { time, memory, documents, read, accepted, failures, .. } = run.worst;
    println!(
        "{documents} documents, {read} of them read, {accepted} accepted; at most {time:?} and {memory} kB; {failures} failures"
    );
    std::process::exit(i32::from(failures > 0));
}

/// The documents of a folder that are not too long, as JSON, whether they can be read or not.
fn documents(folder: &Path) -> Vec<(PathBuf, Value)> {
    let paths: Vec<PathBuf> = files::find(folder).into_iter().filter_map(Result::ok).collect();
    let short = |path: &PathBuf| Some(fs::read(path).ok()?).filter(|text| text.len() <= SIZE);
    let document = |path: PathBuf| serde_json::from_slice(&short(&path)?).ok().map(|document| (path, document));
    paths.into_iter().filter_map(document).collect()
}

/// Prints what a document costs.
fn tell(path: &Path, costs: &Costs) {
    let list = costs.costs.iter().map(|Cost { what, time, steps }| match steps {
        Some(steps) => format!("{what} {time:.1?} {steps} steps"),
        None => format!("{what} {time:.1?}"),
    });
    println!("{}: {} kB, {}", path.display(), costs.memory, list.collect::<Vec<_>>().join(", "));
}

#[derive(Default)]
struct Worst {
    time: Duration,
    memory: u64,
    /// Nanoseconds a step.
    ratio: f64,
    documents: u64,
    read: u64,
    accepted: u64,
    failures: u32,
}

struct Run {
    random: Random,
    /// Documents that took long for their steps, to be changed further, the worst first.
    pool: Vec<(f64, Value)>,
    worst: Worst,
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

    /// Remembers the documents that took longest, in all or for a step.
    fn keep(&mut self, document: Value, costs: &Costs) {
        const POOL: usize = 96;
        let ratio = costs.costs.iter().filter_map(Cost::ratio).fold(0.0, f64::max);
        let seconds = costs.time.as_secs_f64() + costs.memory as f64 / 200_000.0;
        if seconds > 0.5 || ratio > 0.5 || self.random.below(200) == 0 {
            // Each second counts as much as a nanosecond a step: both are what should not be.
            self.pool.push((seconds + ratio, document));
            self.pool.sort_by(|(one, _), (other, _)| other.total_cmp(one));
            // Not only the slowest of one kind: some of the others are forgotten at random.
            if self.pool.len() > POOL {
                let place = POOL / 4 + self.random.below(self.pool.len() - POOL / 4);
                self.pool.remove(place);
            }
        }
    }

    /// Does what the commands do, and tells of what was not as bad before.
    fn attempt(&mut self, text: &str) -> Costs {
        let costs = Costs::of(text);
        let worst = &mut self.worst;
        worst.documents += 1;
        worst.read += u64::from(costs.is_read);
        worst.accepted += u64::from(costs.is_accepted);
        if costs.time > worst.time || costs.memory > worst.memory + 20_000 {
            println!("{:?}, {} kB, {} bytes", costs.time, costs.memory, text.len());
            let _ = fs::write("fuzz-worst.json", text);
        }
        for (ratio, cost) in costs.costs.iter().filter_map(|cost| Some((cost.ratio()?, cost))) {
            if ratio > worst.ratio {
                println!("{ratio:.2} ns a step to {}: {:?}, {} bytes", cost.what, cost.time, text.len());
                let _ = fs::write("fuzz-undercharged.json", text);
                worst.ratio = ratio;
            }
        }
        worst.time = worst.time.max(costs.time);
        worst.memory = worst.memory.max(costs.memory);
        if costs.time > TIME || costs.memory > MEMORY {
            worst.failures += 1;
            let name = format!("fuzz-failure-{}.json", worst.failures);
            println!("FAILED: {name}: {:?}, {} kB", costs.time, costs.memory);
            fs::write(name, text).expect("a file");
        }
        let _ = std::io::stdout().flush();
        costs
    }
}
