//! The point `b theta` on the data `b^-L x` is the same point for all that is asked, however long or short it is.

use std::path::Path;
use std::time::Duration;

use margincert::kernel::certificate::{Certificate, Document};
use margincert::kernel::exact::Rational;
use margincert::kernel::network::Parameters;
use margincert::kernel::problem::{Problem, Sample};
use margincert::prove::certify::{Account, Prover, Topic, Verdict};
use margincert::prove::search::Random;
use num_traits::pow;

use super::families::FAMILIES;

fn certify(instance: &Document) -> Account {
    let (certificate, account) =
        Prover::new().time_limit(Some(Duration::from_secs(60))).topics([Topic::Kkt, Topic::Local]).certify(instance);
    assert!(certificate.check().iter().all(Result::is_ok));
    account
}

/// The point times `b`, the data divided by `b^L`.
fn scaled(problem: &Problem<Rational>, b: &Rational) -> Document {
    use margincert::kernel::exact::OrderedField;
    let times = |vector: &[Rational], factor: &Rational| vector.iter().map(|x| x * factor).collect::<Vec<_>>();
    let shrink = pow(b.reciprocal().expect("not zero"), problem.network().depth());
    let samples = problem.samples().iter().map(|sample| Sample { x: times(&sample.x, &shrink), y: sample.y });
    let point = Parameters::new(problem.point().layers().iter().map(|layer| times(layer, b)).collect());
    let problem = Problem::new(problem.network().clone(), samples.collect(), point).expect("the same shapes");
    Document::Rational(Certificate::instance(None, problem))
}

#[test]
fn no_verdict_depends_on_the_length_of_the_point() {
    let ten = |exponent: usize| pow(Rational::from(10), exponent);
    let inverse = |x: &Rational| margincert::kernel::exact::OrderedField::reciprocal(x).expect("not zero");
    let factors = [ten(18), ten(7), inverse(&ten(6)), inverse(&ten(18))];
    for (index, family) in FAMILIES.iter().enumerate() {
        let case = (family.draw)(&mut Random::new(40 + index as u64));
        let unscaled = certify(&scaled(&case.problem, &Rational::from(1)));
        for b in &factors[index % 2..][..3] {
            let account = certify(&scaled(&case.problem, b));
            assert_eq!(account.verdict(), unscaled.verdict(), "{}, b = {b}: {account}", family.name);
        }
    }
}

/// Instances on which an earlier prover failed.
#[test]
fn what_was_left_open_is_decided() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/prove/cases");
    let cases = [
        ("scaled-down-020-1e-18-dead-simplex-depth4", Verdict::NotLocalOptimum),
        ("scaled-down-024-1e-6-deep-counterexample", Verdict::NotLocalOptimum),
        ("scaled-up-018-1e8-dead-simplex-depth2", Verdict::NotLocalOptimum),
        ("scaled-up-025-1e3-dead-simplex-depth3", Verdict::NotLocalOptimum),
        ("scaled-up-039-1e14-dead-simplex-depth5", Verdict::NotLocalOptimum),
        ("not-kkt-kinks-010-kinks17L2", Verdict::NotKkt),
        ("reads-zero-000-L2relu", Verdict::GlobalOptimum),
    ];
    for (name, verdict) in cases {
        let text = std::fs::read_to_string(folder.join(name).with_extension("json")).expect("a file");
        let account = certify(&Document::parse(&text).expect("an instance"));
        assert_eq!(account.verdict(), verdict, "{name}: {account}");
    }
}
