//! How long checking takes: the catalogue in one process, its certificates one by one, and depth-2 ReLU networks of growing width.
//!
//! `cargo run --release -p margincert-benches --bin check`, after `cargo build --release`, from the repository's root.

use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use margincert::kernel::certificate::Document;
use margincert_benches::orthogonal_relu::orthogonal_relu;
use margincert_benches::{Random, median, timed, timed_process};

/// Repetitions of a short measurement.
const REPETITIONS: usize = 21;

fn main() -> Result<(), Box<dyn Error>> {
    let folder = std::env::args().nth(1).unwrap_or_else(|| "proofs".into());
    let files = certificates(Path::new(&folder))?;
    whole_process(&folder, files.len());
    one_by_one(&files)?;
    growth()?;
    floats()
}

/// Start to exit of `margincert check`.
fn whole_process(folder: &str, files: usize) {
    let command = std::env::current_exe().ok().and_then(|path| Some(path.parent()?.join("margincert")));
    let Some(command) = command.filter(|path| path.exists()) else {
        println!("whole process: skipped, since `margincert` is not built beside this program");
        return;
    };
    let runs: Option<Vec<Duration>> = (0..REPETITIONS).map(|_| timed_process(&command, &["check", folder])).collect();
    match runs {
        Some(runs) => println!("whole process, {files} files of {folder}: median {:.2?}", median(runs)),
        None => println!("whole process, {files} files of {folder}: NOT accepted"),
    }
}

/// Reading and checking inside the process, in the documents' own field.
fn one_by_one(files: &[PathBuf]) -> Result<(), Box<dyn Error>> {
    let (mut rational, mut algebraic) = (Vec::new(), Vec::new());
    for file in files {
        let text = fs::read_to_string(file)?;
        let accepts = || Document::parse(&text).is_ok_and(|document| document.check().iter().all(Result::is_ok));
        let (accepted, times): (Vec<bool>, Vec<Duration>) = (0..REPETITIONS).map(|_| timed(accepts)).unzip();
        if accepted.contains(&false) {
            return Err(format!("{} is not accepted", file.display()).into());
        }
        let time = median(times);
        match Document::parse(&text)? {
            Document::Rational(_) => rational.push(time),
            Document::Algebraic(_) => algebraic.push(time),
        }
    }
    for (name, times) in [("rational", rational), ("algebraic", algebraic)] {
        if let (false, Some(slowest)) = (times.is_empty(), times.iter().max().copied()) {
            let count = times.len();
            println!(
                "read and check, {count} {name} certificates: median {:.1?}, slowest {slowest:.1?}",
                median(times)
            );
        }
    }
    Ok(())
}

/// KKT and local by `lagrangian` for 100 inputs, 100 samples and more and more hidden units.
fn growth() -> Result<(), Box<dyn Error>> {
    println!("\nhidden units  parameters      bytes       read      check   check/parameter");
    for units_per_sample in [2, 5, 10] {
        let text = orthogonal_relu(100, units_per_sample)?;
        let (document, read) = timed(|| Document::parse(&text));
        let document = document?;
        let (accepted, check) = timed(|| document.check().iter().all(Result::is_ok));
        if !accepted {
            return Err("the network of the growth table is not accepted".into());
        }
        let parameters = 100 * units_per_sample * 101;
        let share = Duration::from_secs_f64(check.as_secs_f64() / parameters as f64);
        println!(
            "{:>12}  {parameters:>10}  {:>9}  {read:>9.2?}  {check:>9.2?}  {share:>16.1?}",
            100 * units_per_sample,
            text.len(),
        );
    }
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    if let Some(peak) = status.lines().find(|line| line.starts_with("VmHWM")) {
        println!("greatest memory of this process: {}", peak.trim_start_matches("VmHWM:").trim());
    }
    Ok(())
}

/// `approximate_kkt` of a dense ReLU network whose numbers are floats of 24 bits, half of the samples with a multiplier.
fn floats() -> Result<(), Box<dyn Error>> {
    println!("\nnearly KKT: samples  parameters      bytes       read      check   check/(sample x parameter)");
    for (samples, inputs, units) in [(250, 25, 1000), (1000, 25, 1000), (250, 100, 1000), (1000, 100, 1000)] {
        let text = nearly_kkt(samples, inputs, units);
        let (document, read) = timed(|| Document::parse(&text));
        let document = document?;
        let (verdicts, check) = timed(|| document.check());
        for verdict in verdicts {
            verdict?;
        }
        let parameters = units * (inputs + 1);
        let share = Duration::from_secs_f64(check.as_secs_f64() / (samples * parameters) as f64);
        println!("{samples:>19}  {parameters:>10}  {:>9}  {read:>9.2?}  {check:>9.2?}  {share:>27.1?}", text.len());
    }
    Ok(())
}

/// A random network of depth 2, feasible by the size of its outgoing weights, with tolerances that all of it passes.
fn nearly_kkt(samples: usize, inputs: usize, units: usize) -> String {
    let mut random = Random::new(1);
    // Numerators over 2^24.
    let mut floats = |count: usize| -> Vec<i64> { (0..count).map(|_| random.integer(1 << 23)).collect() };
    let data: Vec<Vec<i64>> = (0..samples).map(|_| floats(inputs)).collect();
    let (hidden, outgoing) = (floats(inputs * units), floats(units));
    let output = |x: &Vec<i64>| -> f64 {
        let preactivation = |w: &[i64]| w.iter().zip(x).map(|(w, x)| (w * x) as f64).sum::<f64>();
        hidden.chunks(inputs).zip(&outgoing).map(|(w, v)| preactivation(w).max(0.0) * *v as f64).sum()
    };
    let outputs: Vec<f64> = data.iter().map(output).collect();
    let least = outputs.iter().fold(f64::INFINITY, |least, output| least.min(output.abs()));
    // The outgoing weights are scaled by a power of two that makes every margin at least 1.
    let power = (72.0 - least.log2()).ceil().max(0.0) as u32 + 1;
    let number = |numerator: i64, power: u32| format!(r#""{}/16777216""#, i128::from(numerator) << power);
    let list = |numbers: &[i64], power| numbers.iter().map(|x| number(*x, power)).collect::<Vec<_>>().join(",");
    let sample = |(x, output): (&Vec<i64>, &f64)| {
        format!(r#"{{"x": [{}], "y": {}}}"#, list(x, 0), if *output > 0.0 { 1 } else { -1 })
    };
    let data: Vec<String> = data.iter().zip(&outputs).map(sample).collect();
    let multipliers: Vec<&str> =
        (0..samples).map(|i| if i % 2 == 0 { r#""4093/16777216""# } else { r#""0""# }).collect();
    format!(
        r#"{{"format": "margincert/1", "network": {{"inputs": {inputs}, "layers": [
            {{"weights": "dense", "outputs": {units}, "activation": "relu"}}, {{"weights": "dense", "outputs": 1, "activation": "linear"}}]}},
            "data": [{}], "point": [[{}], [{}]],
            "claims": [{{"claim": "approximate_kkt", "multipliers": [{}], "epsilon": "{LARGE}", "delta": "{LARGE}"}}]}}"#,
        data.join(","),
        list(&hidden, 0),
        list(&outgoing, power),
        multipliers.join(","),
    )
}

/// Above whatever these networks come to: what is measured is the time.
const LARGE: u64 = u64::MAX;

/// The certificates below a folder, in order.
fn certificates(folder: &Path) -> Result<Vec<PathBuf>, Box<dyn Error>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            files.extend(certificates(&path)?);
        } else if path.extension().is_some_and(|extension| extension == "json") {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}
