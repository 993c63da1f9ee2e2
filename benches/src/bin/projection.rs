//! Projection onto a cone of n random vectors in dimension n: medians.
//!
//! `cargo run --release -p margincert-benches --bin projection`

use margincert::kernel::exact::{Algebraic, NumberField, OrderedField, Rational};
use margincert::prove::deadline::Deadline;
use margincert::prove::qp::{GramProgram, project_onto_cone};
use margincert_benches::{Random, median, timed};

fn main() {
    println!("Rational: integers in [-9, 9]");
    measure(&[(10, 101), (20, 101), (40, 31), (80, 11), (160, 3)], |random| Rational::from(random.integer(9)));
    println!("Q(sqrt 2 + sqrt 3): four coordinates in [-9, 9]");
    let polynomial = [1, 0, -10, 0, 1].map(Rational::from).to_vec();
    let field = NumberField::new(polynomial, Rational::from(3), Rational::from(4), None)
        .expect("3.146 is the only root between 3 and 4");
    measure::<Algebraic>(&[(2, 101), (4, 51), (6, 11), (10, 3)], |random| {
        field.element((0..4).map(|_| Rational::from(random.integer(9))).collect())
    });
}

/// Prints a line for each size and number of runs. "cold" is without the float guess: every pivot exact.
fn measure<F: OrderedField>(plan: &[(usize, u64)], entry: impl Fn(&mut Random) -> F) {
    println!("{:>5} {:>10} {:>12} {:>12}", "n", "support", "median ms", "cold ms");
    for &(size, runs) in plan {
        let (mut warm, mut cold, mut support) = (Vec::new(), Vec::new(), 0);
        for seed in 0..runs {
            let mut random = Random::new(seed);
            let mut vector = || (0..size).map(|_| entry(&mut random)).collect::<Vec<F>>();
            let vectors: Vec<Vec<F>> = (0..size).map(|_| vector()).collect();
            let target = vector();
            let (projection, time) = timed(|| project_onto_cone(&vectors, &target, Deadline::none()).unwrap());
            warm.push(time);
            support += projection.weights.iter().filter(|w| !w.is_zero()).count();
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
