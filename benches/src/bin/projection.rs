//! Projection onto a cone of n random integer vectors in dimension n, entries in [-9, 9]: medians.
//!
//! `cargo run --release -p margincert-benches --bin projection`

use margincert::kernel::exact::Rational;
use margincert::prove::deadline::Deadline;
use margincert::prove::qp::{GramProgram, project_onto_cone};
use margincert_benches::{Random, median, timed};

fn main() {
    println!("{:>5} {:>10} {:>12} {:>12}", "n", "support", "median ms", "cold ms");
    for (size, runs) in [(10, 101), (20, 101), (40, 31), (80, 11), (160, 3)] {
        let (mut warm, mut cold, mut support) = (Vec::new(), Vec::new(), 0);
        for seed in 0..runs {
            let mut random = Random::new(seed);
            let mut vectors: Vec<Vec<Rational>> =
                (0..=size).map(|_| (0..size).map(|_| Rational::from(random.integer(9))).collect()).collect();
            let Some(target) = vectors.pop() else { continue };
            let (projection, time) = timed(|| project_onto_cone(&vectors, &target, Deadline::none()).unwrap());
            warm.push(time);
            support += projection.weights.iter().filter(|w| **w != Rational::from(0)).count();
            // Without the float guess: every pivot exact.
            if size <= 40 {
                let (minimum, time) = timed(|| {
                    let program = GramProgram::of_cone(&vectors, &target);
                    program.minimise_from(&vec![0.0; size], Deadline::none()).unwrap()
                });
                assert_eq!(minimum.value, projection.norm_squared);
                cold.push(time);
            }
        }
        let milliseconds = |times: Vec<_>| match times.is_empty() {
            true => "-".to_owned(),
            false => format!("{:.3}", median(times).as_secs_f64() * 1e3),
        };
        let support = support / runs as usize;
        println!("{size:>5} {support:>10} {:>12} {:>12}", milliseconds(warm), milliseconds(cold));
    }
}
