//! Quadratic programs against brute force over all active sets.

use margincert::kernel::exact::{OrderedField, Rational, Sign};
use margincert::prove::deadline::{Deadline, OutOfTime};
use margincert::prove::linear_algebra::{dot, gram, solve};
use margincert::prove::qp::*;
use num_traits::{One, Zero};
use proptest::prelude::*;
use std::time::Duration;

fn ratio(n: i64, d: i64) -> Rational {
    Rational::from_ratio(n, d).unwrap()
}

fn int(values: &[i64]) -> Vec<Rational> {
    values.iter().map(|&v| Rational::from(v)).collect()
}

fn subsets(count: usize) -> impl Iterator<Item = Vec<usize>> {
    (0..1u32 << count).map(move |mask| (0..count).filter(|i| mask >> i & 1 == 1).collect())
}

/// `point + factor * direction`.
fn moved<F: OrderedField>(point: &[F], factor: &F, direction: &[F]) -> Vec<F> {
    point.iter().zip(direction).map(|(x, y)| x.clone() + &(y.clone() * factor)).collect()
}

fn smallest<F: OrderedField>(values: impl Iterator<Item = F>) -> Option<F> {
    values.reduce(|a, b| if b < a { b } else { a })
}

/// The least `|| target + sum mu_j a_j ||^2` over all supports.
pub(super) fn least_by_brute_force<F: OrderedField>(generators: &[Vec<F>], target: &[F]) -> F {
    let candidates = subsets(generators.len()).filter_map(|support| {
        let chosen: Vec<_> = support.iter().map(|&j| generators[j].clone()).collect();
        let rhs: Vec<_> = chosen.iter().map(|a| -dot(a, target)).collect();
        let weights = solve(&gram(&chosen), &rhs, Deadline::none()).unwrap().unwrap();
        if weights.iter().any(|w| w.sign() == Sign::Negative) {
            return None;
        }
        let residual = weights.iter().zip(&chosen).fold(target.to_vec(), |sum, (w, a)| moved(&sum, w, a));
        Some(dot(&residual, &residual))
    });
    smallest(candidates).unwrap()
}

/// The least squared norm over all sets of tight inequalities; `None` if none gives a feasible point.
pub(super) fn least_norm_by_brute_force<F: OrderedField>(polyhedron: &Polyhedron<F>) -> Option<F> {
    let candidates = subsets(polyhedron.at_least.len()).filter_map(|tight| {
        let tight = tight.iter().map(|&j| &polyhedron.at_least[j]);
        let (normals, bounds): (Vec<_>, Vec<_>) = tight.chain(&polyhedron.equal).cloned().unzip();
        let multipliers = solve(&gram(&normals), &bounds, Deadline::none()).unwrap()?;
        let origin = vec![F::zero(); polyhedron.dimension];
        let point = multipliers.iter().zip(&normals).fold(origin, |sum, (u, a)| moved(&sum, u, a));
        let feasible = polyhedron.at_least.iter().all(|(a, b)| dot(a, &point) >= *b)
            && polyhedron.equal.iter().all(|(a, b)| dot(a, &point) == *b);
        feasible.then(|| dot(&point, &point))
    });
    smallest(candidates)
}

/// Vectors with few distinct entries: zero, repeated and dependent ones are frequent.
fn vectors(count: usize, length: usize) -> impl Strategy<Value = Vec<Vec<Rational>>> {
    let entry = (-2i64..=2, prop_oneof![Just(1i64), Just(1), Just(1), 2i64..=3]);
    let vector = prop::collection::vec(entry.prop_map(|(n, d)| ratio(n, d)), length);
    prop::collection::vec(vector, 0..=count)
}

fn polyhedron() -> impl Strategy<Value = Polyhedron<Rational>> {
    (1usize..4).prop_flat_map(|dimension| {
        let bounds = prop::collection::vec(-2i64..=2, 8);
        let parts = (vectors(5, dimension), vectors(2, dimension), bounds);
        parts.prop_map(move |(at_least, equal, bounds)| {
            let mut bounds = bounds.into_iter().map(Rational::from);
            let mut pair = |normals: Vec<_>| normals.into_iter().zip(bounds.by_ref()).collect();
            Polyhedron { dimension, at_least: pair(at_least), equal: pair(equal) }
        })
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]

    #[test]
    fn projections_are_the_best_of_all_supports(
        (generators, target) in (1usize..4).prop_flat_map(|n| {
            let target = prop::collection::vec((-3i64..=3).prop_map(Rational::from), n);
            (vectors(6, n), target)
        }),
    ) {
        let projection = project_onto_cone(&generators, &target, Deadline::none()).unwrap();
        prop_assert!(projection.verify(&generators, &target));
        prop_assert_eq!(&projection.norm_squared, &least_by_brute_force(&generators, &target));

        // Twins: every other choice of one weight, with the norm adapted or not, is refused.
        for index in 0..generators.len() {
            for change in [ratio(1, 7), ratio(-1, 7)] {
                let mut twin = projection.clone();
                twin.weights[index] += &change;
                let counts = generators[index].iter().any(|x| !x.is_zero());
                prop_assert!(!(counts && twin.verify(&generators, &target)));
                let residual = twin.residual(&generators, &target);
                twin.norm_squared = dot(&residual, &residual);
                prop_assert!(!(counts && twin.verify(&generators, &target)));
            }
        }
        let mut twin = projection.clone();
        twin.norm_squared += &ratio(1, 1000);
        prop_assert!(!twin.verify(&generators, &target));
        let mut twin = projection;
        twin.weights.push(Rational::zero());
        prop_assert!(!twin.verify(&generators, &target));
    }

    /// Whatever the guess of the support, the exact pivots end at the minimum.
    #[test]
    fn wrong_guesses_cost_nothing_but_time(
        (generators, target) in (1usize..5).prop_flat_map(|n| {
            let target = prop::collection::vec((-3i64..=3).prop_map(Rational::from), n);
            (vectors(7, n), target)
        }),
        guess in prop::collection::vec(prop_oneof![Just(0.0), Just(1.0), Just(f64::NAN)], 7),
    ) {
        let program = GramProgram::of_cone(&generators, &target);
        let guess = &guess[..generators.len()];
        let minimum = program.minimise_from(guess, Deadline::none()).unwrap();
        prop_assert_eq!(&minimum.value, &program.value(&minimum.multipliers));
        prop_assert_eq!(minimum.value, least_by_brute_force(&generators, &target));
    }

    #[test]
    fn combinations_within_a_bound_exist_exactly_when_the_projection_is_within(
        (generators, target) in (1usize..4).prop_flat_map(|n| {
            let target = prop::collection::vec((-3i64..=3).prop_map(Rational::from), n);
            (vectors(5, n), target)
        }),
        slack in prop_oneof![Just(0i64), Just(1), -1i64..20],
    ) {
        let least = least_by_brute_force(&generators, &target);
        let bound = &least + ratio(slack, 10);
        match combination_within(&generators, &target, &bound, Deadline::none()).unwrap() {
            Combination::Within { weights, norm_squared } => {
                prop_assert!(slack >= 0);
                prop_assert!(weights.iter().all(|w| *w >= Rational::zero()));
                let sum = weights.iter().zip(&generators).fold(target.clone(), |sum, (w, a)| moved(&sum, w, a));
                prop_assert_eq!(dot(&sum, &sum), norm_squared.clone());
                prop_assert!(norm_squared <= bound);
                if slack >= 10 {
                    prop_assert!(weights.iter().all(|w| w.denominator() <= 100.into()));
                }
            }
            Combination::Beyond(projection) => {
                prop_assert!(slack < 0);
                prop_assert_eq!(projection.norm_squared, least);
            }
        }
    }

    #[test]
    fn least_norm_points_are_the_best_of_all_active_sets(polyhedron in polyhedron()) {
        let answer = least_norm_point(&polyhedron, None, Deadline::none()).unwrap();
        prop_assert!(answer.verify(&polyhedron, None));
        match (&answer, least_norm_by_brute_force(&polyhedron)) {
            (LeastNorm::Point(least), Some(norm)) => {
                prop_assert_eq!(&least.norm_squared, &norm);
                let mut twin = least.clone();
                twin.point[0] += &ratio(1, 9);
                twin.norm_squared = dot(&twin.point, &twin.point);
                prop_assert!(!LeastNorm::Point(twin).verify(&polyhedron, None));
                for index in 0..polyhedron.at_least.len() {
                    let mut twin = least.clone();
                    twin.at_least[index] = ratio(-1, 1);
                    prop_assert!(!LeastNorm::Point(twin).verify(&polyhedron, None));
                }
            }
            (LeastNorm::Empty { at_least, equal }, None) => {
                let doubled = |v: &[Rational]| v.iter().map(|x| x + x).collect();
                let twin = LeastNorm::Empty { at_least: doubled(at_least), equal: doubled(equal) };
                prop_assert!(!twin.verify(&polyhedron, None));
                let negated = |v: &[Rational]| v.iter().map(|x| -x).collect();
                let twin = LeastNorm::Empty { at_least: negated(at_least), equal: negated(equal) };
                prop_assert!(!twin.verify(&polyhedron, None));
            }
            (answer, expected) => prop_assert!(false, "{:?} but {:?}", answer, expected),
        }
    }

    #[test]
    fn weighted_norms_are_norms_of_stretched_coordinates(
        polyhedron in polyhedron(),
        stretch in prop::collection::vec(1i64..=3, 3),
    ) {
        // With x_i = y_i / s_i the weights s_i^2 become 1.
        let squares: Vec<Rational> =
            stretch[..polyhedron.dimension].iter().map(|s| Rational::from(s * s)).collect();
        let shrink = |constraints: &[(Vec<Rational>, Rational)]| {
            let shrunk = constraints.iter().map(|(a, b)| {
                let entries = a.iter().zip(&stretch).map(|(x, &s)| x * ratio(1, s));
                (entries.collect(), b.clone())
            });
            shrunk.collect()
        };
        let stretched = Polyhedron {
            dimension: polyhedron.dimension,
            at_least: shrink(&polyhedron.at_least),
            equal: shrink(&polyhedron.equal),
        };
        let weighted = least_norm_point(&polyhedron, Some(&squares), Deadline::none()).unwrap();
        let plain = least_norm_point(&stretched, None, Deadline::none()).unwrap();
        match (weighted, plain) {
            (LeastNorm::Point(a), LeastNorm::Point(b)) => {
                prop_assert_eq!(a.norm_squared, b.norm_squared);
                for ((x, y), s) in a.point.iter().zip(&b.point).zip(&stretch) {
                    prop_assert_eq!(&(x * Rational::from(*s)), y);
                }
            }
            (LeastNorm::Empty { .. }, LeastNorm::Empty { .. }) => {}
            (a, b) => prop_assert!(false, "{:?} but {:?}", a, b),
        }
    }
}

/// A generator of reproducible integers in [-9, 9] (Numerical Recipes' linear congruence).
fn random_vectors(count: usize, length: usize, seed: u64) -> Vec<Vec<Rational>> {
    let mut state = seed;
    let mut next = || {
        state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        Rational::from((state >> 33) as i64 % 19 - 9)
    };
    (0..count).map(|_| (0..length).map(|_| next()).collect()).collect()
}

#[test]
fn larger_projections_verify() {
    for (size, seed) in [(10, 1), (20, 2), (40, 3), (60, 4)] {
        let mut generators = random_vectors(size + 1, size, seed);
        let target = generators.pop().unwrap();
        let projection = project_onto_cone(&generators, &target, Deadline::none()).unwrap();
        assert!(projection.verify(&generators, &target));
        assert!(projection.weights.iter().any(|w| !w.is_zero()));
    }
}

/// From nothing at all, every pivot is exact; the answer is the same.
#[test]
fn exact_pivots_alone_reach_the_same_projection() {
    for seed in 10..20 {
        let mut generators = random_vectors(16, 12, seed);
        let target = generators.pop().unwrap();
        let program = GramProgram::of_cone(&generators, &target);
        let cold = program.minimise_from(&[0.0; 15], Deadline::none()).unwrap();
        let warm = program.minimise(Deadline::none()).unwrap();
        assert_eq!(cold.value, warm.value);
        let everything = program.minimise_from(&[1.0; 15], Deadline::none()).unwrap();
        assert_eq!(everything.value, warm.value);
    }
}

/// Bad and useless float guesses cost time, not correctness: entries far beyond the floats' range.
#[test]
fn numbers_beyond_floats() {
    let huge = Rational::from(num_bigint::BigInt::one() << 3000);
    let scale = |v: &[i64]| int(v).into_iter().map(|x| x * &huge).collect::<Vec<_>>();
    let generators = [scale(&[1, 0, 0]), scale(&[1, 1, 0]), scale(&[0, -1, 1]), scale(&[2, 1, 0])];
    let projection = project_onto_cone(&generators, &scale(&[-2, -2, 1]), Deadline::none()).unwrap();
    assert_eq!(projection.residual(&generators, &scale(&[-2, -2, 1])), scale(&[0, 0, 1]));
}

/// Two half-spaces that miss each other by 1e-12, and the twin that meets in one point.
#[test]
fn nearly_feasible_is_not_feasible() {
    let gap = ratio(1, 1_000_000_000_000);
    for (bound, empty) in [(&Rational::one() + &gap, true), (Rational::one(), false)] {
        let polyhedron = Polyhedron {
            dimension: 1,
            at_least: vec![(int(&[1]), bound), (int(&[-1]), Rational::from(-1))],
            equal: Vec::new(),
        };
        let answer = least_norm_point(&polyhedron, None, Deadline::none()).unwrap();
        assert_eq!(matches!(answer, LeastNorm::Empty { .. }), empty);
    }
}

#[test]
fn contradictory_equalities_are_proved_so() {
    let equal =
        vec![(int(&[1, 2]), Rational::one()), (int(&[2, 4]), Rational::from(2)), (int(&[3, 6]), Rational::from(4))];
    let polyhedron = Polyhedron { dimension: 2, at_least: Vec::new(), equal };
    let answer = least_norm_point(&polyhedron, None, Deadline::none()).unwrap();
    assert!(matches!(answer, LeastNorm::Empty { .. }));
}

#[test]
fn the_whole_space_and_the_empty_problem() {
    let space = Polyhedron::<Rational> { dimension: 2, at_least: Vec::new(), equal: Vec::new() };
    let LeastNorm::Point(least) = least_norm_point(&space, None, Deadline::none()).unwrap() else {
        panic!("the whole space is not empty");
    };
    assert_eq!(least.point, int(&[0, 0]));
    let impossible = Polyhedron { dimension: 0, at_least: vec![(int(&[]), ratio(1, 3))], equal: vec![] };
    let answer = least_norm_point(&impossible, None, Deadline::none()).unwrap();
    assert_eq!(answer, LeastNorm::Empty { at_least: int(&[3]), equal: int(&[]) });
    let projection = project_onto_cone(&[], &int(&[2, 1]), Deadline::none()).unwrap();
    assert_eq!(projection.norm_squared, Rational::from(5));
}

#[test]
fn bounds_with_room_get_short_weights() {
    // Exactly 1/3 and 1/7 away from the origin; the bound 1/10 needs nothing that fine.
    let generators = [int(&[21, 0]), int(&[0, 21])];
    let target = [ratio(-7, 1), ratio(-3, 1)];
    let within = |bound| combination_within(&generators, &target, &bound, Deadline::none()).unwrap();
    let Combination::Within { weights, norm_squared } = within(Rational::zero()) else {
        panic!("the target is in the cone");
    };
    assert_eq!(weights, vec![ratio(1, 3), ratio(1, 7)]);
    assert!(norm_squared.is_zero());
    let Combination::Within { weights, .. } = within(Rational::from(9)) else {
        panic!("the bound is generous");
    };
    assert_eq!(weights, vec![ratio(1, 3), Rational::zero()]);
}

#[test]
fn deadlines_hold() {
    let generators = random_vectors(30, 30, 5);
    let target = random_vectors(1, 30, 6).pop().unwrap();
    let at_once = Deadline::after(Duration::ZERO);
    assert_eq!(project_onto_cone(&generators, &target, at_once), Err(OutOfTime));
    let bound = Rational::one();
    assert_eq!(combination_within(&generators, &target, &bound, at_once), Err(OutOfTime));
}
