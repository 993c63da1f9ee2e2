//! `Rational` against `num_rational::BigRational`, across the boundary of the machine word.

use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash, Hasher};

use margincert::kernel::exact::{MAX_DIGITS, OrderedField, ParseRationalError, Rational, Sign, Value};
use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::{One, Signed, Zero};
use proptest::prelude::*;

/// Integers that gather where representations change.
fn integer() -> impl Strategy<Value = i64> {
    prop_oneof![
        4 => -12_i64..=12,
        1 => any::<i64>(),
        1 => prop::sample::select(vec![
            i64::MIN, i64::MIN + 1, i64::MAX, i64::MAX - 1, 1 << 62, -(1 << 62), 1 << 32, (1 << 31) - 1,
        ]),
    ]
}

/// Integers within and beyond the machine word.
fn wide() -> impl Strategy<Value = BigInt> {
    (integer(), prop_oneof![3 => Just(1_i64), 1 => integer()]).prop_map(|(a, b)| BigInt::from(a) * b)
}

/// A numerator and a non-zero denominator: a third over a power of two, as floats are.
fn parts() -> impl Strategy<Value = (BigInt, BigInt)> {
    let any = wide().prop_filter("zero denominator", |d| !d.is_zero());
    (wide(), prop_oneof![2 => any, 1 => (0_u32..200).prop_map(|power| BigInt::from(1) << power)])
}

fn pair((n, d): (BigInt, BigInt)) -> (Rational, BigRational) {
    (Rational::new(n.clone(), d.clone()).expect("non-zero denominator"), BigRational::new(n, d))
}

fn hash(x: &Rational) -> u64 {
    let mut hasher = DefaultHasher::new();
    x.hash(&mut hasher);
    hasher.finish()
}

/// Same value, and the canonical representation.
fn assert_same(ours: &Rational, oracle: &BigRational) {
    assert_eq!(&ours.numerator(), oracle.numer());
    assert_eq!(&ours.denominator(), oracle.denom());
    let small = i64::try_from(oracle.numer()).ok().zip(i64::try_from(oracle.denom()).ok());
    assert_eq!(ours.small(), small);
    let again = Rational::new(oracle.numer().clone(), oracle.denom().clone()).unwrap();
    assert_eq!(ours, &again);
    assert_eq!(hash(ours), hash(&again));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn agrees_with_the_oracle(a in parts(), b in parts(), c in parts()) {
        let ((a, oracle_a), (b, oracle_b), (c, oracle_c)) = (pair(a), pair(b), pair(c));
        assert_same(&a, &oracle_a);
        assert_same(&(&a + &b), &(&oracle_a + &oracle_b));
        assert_same(&(&a - &b), &(&oracle_a - &oracle_b));
        assert_same(&(&a * &b), &(&oracle_a * &oracle_b));
        assert_same(&-&a, &-&oracle_a);
        assert_same(&a.abs(), &oracle_a.abs());
        let mut sum = c.clone();
        sum.add_product(&a, &b);
        assert_same(&sum, &(&oracle_c + &oracle_a * &oracle_b));
        prop_assert_eq!(a.cmp(&b), oracle_a.cmp(&oracle_b));
        prop_assert_eq!(a == b, oracle_a == oracle_b);
        prop_assert_eq!(a.floor(), oracle_a.floor().to_integer());
        prop_assert_eq!(a.is_integer(), oracle_a.is_integer());
        prop_assert_eq!(a.bits(), oracle_a.numer().bits().max(oracle_a.denom().bits()));
        prop_assert_eq!(a.to_string(), oracle_a.to_string());
        match a.reciprocal() {
            Some(inverse) => assert_same(&inverse, &oracle_a.recip()),
            None => prop_assert!(oracle_a.is_zero()),
        }
        let sign = match &oracle_a {
            x if x.is_zero() => Sign::Zero,
            x if x.is_positive() => Sign::Positive,
            _ => Sign::Negative,
        };
        prop_assert_eq!(a.sign(), sign);
    }

    #[test]
    fn inner_products_agree_with_the_oracle(pairs in prop::collection::vec((parts(), parts()), 0..8)) {
        let (ours, oracle): (Vec<_>, Vec<_>) = pairs
            .into_iter()
            .map(|(a, b)| (pair(a), pair(b)))
            .map(|((a, oracle_a), (b, oracle_b))| ((a, b), oracle_a * oracle_b))
            .unzip();
        let sum = oracle.into_iter().fold(BigRational::from_integer(0.into()), |sum, product| sum + product);
        assert_same(&Rational::dot(ours.iter().map(|(a, b)| (a, b))), &sum);
    }

    #[test]
    fn every_form_of_an_operator_is_the_same(a in parts(), b in parts()) {
        let ((a, _), (b, _)) = (pair(a), pair(b));
        let (sum, difference, product) = (&a + &b, &a - &b, &a * &b);
        prop_assert_eq!(a.clone() + &b, sum.clone());
        prop_assert_eq!(a.clone() - &b, difference.clone());
        prop_assert_eq!(&a * b.clone(), product.clone());
        let mut x = a.clone();
        x += &b;
        prop_assert_eq!(&x, &sum);
        x -= &b;
        prop_assert_eq!(&x, &a);
        x *= &b;
        prop_assert_eq!(x, product);
    }

    #[test]
    fn text_round_trips(a in parts()) {
        let (a, _) = pair(a);
        prop_assert_eq!(a.to_string().parse::<Rational>(), Ok(a));
    }

    #[test]
    fn a_decimal_is_its_digits_over_a_power_of_ten(whole in any::<u64>(), digits in "[0-9]{1,25}", minus in any::<bool>()) {
        let sign = if minus { "-" } else { "" };
        let value: Rational = format!("{sign}{whole}.{digits}").parse().unwrap();
        let scale = num_traits::pow(BigInt::from(10), digits.len());
        let mut numerator = BigInt::from(whole) * &scale + digits.parse::<BigInt>().unwrap();
        if minus {
            numerator = -numerator;
        }
        assert_same(&value, &BigRational::new(numerator, scale));
    }

    #[test]
    fn only_the_grammar_is_read(text in "[-+]?[0-9]{0,2}[/._e ]?[-0-9]{0,2}") {
        let body = text.strip_prefix('-').unwrap_or(&text);
        let digits = |s: &str| !s.is_empty() && s.chars().all(|c| c.is_ascii_digit());
        let grammatical = digits(body)
            || body.split_once(['/', '.']).is_some_and(|(a, b)| digits(a) && digits(b));
        match text.parse::<Rational>() {
            Err(ParseRationalError::Malformed) => prop_assert!(!grammatical),
            Err(ParseRationalError::ZeroDenominator) => {
                let (_, denominator) = body.split_once('/').expect("a denominator");
                prop_assert!(grammatical && denominator.chars().all(|c| c == '0'));
            }
            Err(ParseRationalError::TooManyDigits) => prop_assert!(false),
            Ok(_) => prop_assert!(grammatical),
        }
    }
}

#[test]
fn accepted_texts() {
    for (text, shown) in [
        ("0", "0"),
        ("-0", "0"),
        ("007", "7"),
        ("-3", "-3"),
        ("22/7", "22/7"),
        ("-22/7", "-22/7"),
        ("4/2", "2"),
        ("0/5", "0"),
        ("0.125", "1/8"),
        ("-0.50", "-1/2"),
        ("9223372036854775807", "9223372036854775807"),
        ("-9223372036854775808", "-9223372036854775808"),
        ("9223372036854775808", "9223372036854775808"),
        ("1/9223372036854775808", "1/9223372036854775808"),
    ] {
        assert_eq!(text.parse::<Rational>().unwrap().to_string(), shown, "{text}");
    }
}

#[test]
fn refused_texts() {
    use ParseRationalError::{Malformed, ZeroDenominator};
    for (text, error) in [
        ("", Malformed),
        ("-", Malformed),
        ("+1", Malformed),
        ("--1", Malformed),
        ("1_0", Malformed),
        ("1.", Malformed),
        (".5", Malformed),
        ("-.5", Malformed),
        ("1e3", Malformed),
        ("1E3", Malformed),
        (" 1", Malformed),
        ("1 ", Malformed),
        ("1\n", Malformed),
        ("2/-4", Malformed),
        ("2/+4", Malformed),
        ("1/", Malformed),
        ("/2", Malformed),
        ("1/2/3", Malformed),
        ("1.2.3", Malformed),
        ("1.5/2", Malformed),
        ("1/2.5", Malformed),
        ("1 / 2", Malformed),
        ("0x10", Malformed),
        ("inf", Malformed),
        ("NaN", Malformed),
        ("\u{0661}", Malformed),
        ("\u{2212}1", Malformed),
        ("1/0", ZeroDenominator),
        ("0/0", ZeroDenominator),
        ("-1/000", ZeroDenominator),
    ] {
        assert_eq!(text.parse::<Rational>(), Err(error), "{text:?}");
    }
}

#[test]
fn the_digit_limit_counts_both_parts() {
    let parse = |text: String| text.parse::<Rational>().map(|_| ());
    let half = MAX_DIGITS / 2;
    let too_many = Err(ParseRationalError::TooManyDigits);
    let (head, tail) = ("7".repeat(half), "3".repeat(half));
    assert_eq!(parse(format!("-{head}/{tail}")), Ok(()));
    assert_eq!(parse(format!("-{head}/{tail}1")), too_many);
    // A decimal counts as the fraction that it is written as: 7...73...3/10...0.
    let (head, tail) = ("7".repeat(MAX_DIGITS - 2 * (half / 2) - 1), "3".repeat(half / 2));
    assert_eq!(parse(format!("-{head}.{tail}")), Ok(()));
    assert_eq!(parse(format!("-{head}1.{tail}")), too_many);
    assert_eq!(parse(format!("-{head}.{tail}1")), too_many);
    assert_eq!(parse("9".repeat(MAX_DIGITS)), Ok(()));
    assert_eq!(parse("9".repeat(MAX_DIGITS + 1)), too_many);
    assert_eq!(parse("0".repeat(1 << 20)), too_many);
}

#[test]
fn the_ends_of_the_machine_word() {
    let least = Rational::from(i64::MIN);
    let beyond = -least.clone();
    assert_eq!(beyond.small(), None);
    assert_eq!(beyond.to_string(), "9223372036854775808");
    assert_eq!(-beyond.clone(), least);
    assert_eq!((-beyond.clone()).small(), Some((i64::MIN, 1)));
    assert_eq!(least.abs(), beyond);
    assert_eq!(&least * &Rational::from(-1), beyond);
    assert_eq!(Rational::from_ratio(i64::MIN, -1), Some(beyond.clone()));
    assert_eq!(Rational::from_ratio(i64::MIN, i64::MIN), Some(Rational::one()));
    assert_eq!(least.reciprocal().unwrap().to_string(), "-1/9223372036854775808");
    assert_eq!(least.reciprocal().unwrap().reciprocal(), Some(least));
    assert_eq!(beyond.reciprocal().unwrap().reciprocal(), Some(beyond));
}

#[test]
fn zero_has_no_reciprocal_and_is_no_denominator() {
    assert_eq!(Rational::zero().reciprocal(), None);
    assert_eq!(Rational::from_ratio(1, 0), None);
    assert_eq!(Rational::from_ratio(0, 0), None);
    assert_eq!(Rational::new(BigInt::one() << 100, BigInt::zero()), None);
    assert_eq!(Rational::from_ratio(0, -7), Some(Rational::zero()));
    assert!(Rational::zero().coordinates().is_empty());
    assert_eq!(Rational::from(5).coordinates(), vec![Rational::from(5)]);
}

/// Continued fractions of nearly equal numbers are long: comparison must not recurse along them.
#[test]
fn comparing_close_large_numbers_is_safe() {
    let (mut a, mut b) = (BigInt::one(), BigInt::one());
    for _ in 0..60_000 {
        (a, b) = (b.clone(), a + b);
    }
    let one_step = Rational::new(b.clone(), a.clone()).unwrap();
    let next_step = Rational::new(&a + &b, b).unwrap();
    assert_ne!(one_step, next_step);
    assert_eq!(one_step.cmp(&next_step), (&one_step - &next_step).sign().cmp(&Sign::Zero));
}
