//! The units of a direction may share what it contributes in any way: exact KKT points with their units split are KKT points of the same norm,
//! and the certificate of a whole direction is that of its copies.

use std::fs;
use std::path::Path;

use margincert::kernel::certificate::Document;
use margincert::kernel::check::{Claim, Kkt, KktEnclosed, KktEnclosedRejection, Rejection, check};
use margincert::kernel::exact::{OrderedField, Sign, Value};
use margincert::kernel::network::{Parameters, Scope, Weights};
use margincert::kernel::problem::{Label, Problem};

use num_traits::Zero;

use super::kkt_enclosed::{direction, evidence};
use crate::support::{Q, q, row, two_layers, verdict};

/// Factors of the copies of a unit; their squares sum to 1.
const FACTORS: [&str; 5] = ["3/5 4/5", "1", "2/3 1/3 2/3", "5/13 12/13", "1/2 1/2 1/2 1/2"];

/// An exact KKT point of a dense network of depth 2, no kink of which lies where a multiplier is positive.
struct Instance {
    problem: Problem<Q>,
    multipliers: Vec<Q>,
}

/// The shipped ones.
fn instances() -> Vec<Instance> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("proofs");
    let folders = ["paper", "found"].map(|name| root.join(name));
    let files = folders.iter().flat_map(|folder| fs::read_dir(folder).expect("a folder"));
    let files =
        files.map(|entry| entry.expect("a file").path()).filter(|path| path.extension().is_some_and(|e| e == "json"));
    let mut texts: Vec<String> = files.map(|path| fs::read_to_string(path).expect("text")).collect();
    let collection = fs::read_to_string(root.join("collection.jsonl")).expect("a collection");
    // A part of the collection, for the time that it takes.
    let entries = collection.lines().step_by(3).filter(|line| line.contains("\"certificate\""));
    texts.extend(entries.map(|line| {
        let entry: serde_json::Value = serde_json::from_str(line).expect("JSON");
        entry["certificate"].to_string()
    }));
    texts.iter().filter_map(|text| instance(text)).collect()
}

fn instance(text: &str) -> Option<Instance> {
    let Ok(Document::Rational(certificate)) = Document::parse(text) else { return None };
    let problem = certificate.problem;
    let is_dense = |l: usize| matches!(problem.network().layers()[l].weights(), Weights::Dense { .. });
    if problem.network().depth() != 2 || !is_dense(0) || !is_dense(1) {
        return None;
    }
    let multipliers = certificate.claims.into_iter().find_map(|claim| match claim {
        Claim::Kkt(Kkt { layer: None, multipliers, .. }) => Some(multipliers),
        _ => None,
    })?;
    let mut supporting = problem.sample_indices().filter(|sample| !multipliers[*sample].is_zero());
    supporting.all(|sample| problem.kinks(sample, Scope::All).is_empty()).then_some(Instance { problem, multipliers })
}

impl Instance {
    /// Incoming weights and outgoing weight of each hidden unit.
    fn units(&self) -> Vec<(Vec<Q>, Q)> {
        let [hidden, outgoing] = self.problem.point().layers() else { panic!("depth 2") };
        let inputs = self.problem.network().inputs();
        hidden.chunks(inputs).map(<[Q]>::to_vec).zip(outgoing.iter().cloned()).collect()
    }

    /// The network with other hidden units.
    fn with_units(&self, units: &[(Vec<Q>, Q)]) -> Problem<Q> {
        let network = self.problem.network();
        let network = two_layers(network.inputs(), units.len(), network.layers()[0].activation().clone());
        let hidden = units.iter().flat_map(|(w, _)| w.clone()).collect();
        let point = Parameters::new(vec![hidden, units.iter().map(|(_, v)| v.clone()).collect()]);
        Problem::new(network, self.problem.samples().to_vec(), point).expect("a problem")
    }

    fn kkt(&self) -> Kkt<Q> {
        Kkt { layer: None, multipliers: self.multipliers.clone(), selections: Default::default() }
    }

    /// The evidence that encloses the point itself; nothing where its equations are singular, or a sample with multiplier 0 is active.
    fn enclosed(&self, problem: &Problem<Q>) -> Option<KktEnclosed<Q>> {
        let active: Vec<usize> = problem.sample_indices().filter(|sample| problem.is_active(*sample)).collect();
        if active.iter().any(|sample| self.multipliers[*sample].is_zero()) {
            return None;
        }
        let [hidden, outgoing] = problem.point().layers() else { panic!("depth 2") };
        let mut directions: Vec<(Label, Vec<Q>, Vec<usize>)> = Vec::new();
        for (unit, (w, v)) in hidden.chunks(problem.network().inputs()).zip(outgoing).enumerate() {
            let Some(inverse) = v.abs().reciprocal() else { continue };
            let sign = if v.sign() == Sign::Positive { Label::Positive } else { Label::Negative };
            let z: Vec<Q> = w.iter().map(|w| w * &inverse).collect();
            match directions.iter_mut().find(|(s, d, _)| *s == sign && *d == z) {
                Some((_, _, units)) => units.push(unit),
                None => directions.push((sign, z, vec![unit])),
            }
        }
        let directions = directions.iter().map(|(sign, z, units)| {
            let squares: Vec<Q> = units.iter().map(|unit| &outgoing[*unit] * &outgoing[*unit]).collect();
            let amount = squares.iter().fold(q("0"), |sum, square| sum + square);
            let share = |square: &Q| (square * &amount.reciprocal().expect("a live unit")).to_string();
            let shares = squares.iter().map(share).collect::<Vec<_>>().join(" ");
            let side = |sample: &usize| match Q::dot(problem.samples()[*sample].x.iter().zip(z)).sign() {
                Sign::Negative => '-',
                Sign::Zero => '0',
                Sign::Positive => '+',
            };
            direction(*sign, units, &shares, &amount.to_string(), &active.iter().map(side).collect::<String>(), "")
        });
        let multipliers =
            active.iter().map(|sample| self.multipliers[*sample].to_string()).collect::<Vec<_>>().join(" ");
        let evidence = evidence(problem, &active, &multipliers, directions.collect(), "1/1000000000")?;
        // Where the derivative is singular, the rounding of its entries may hide it.
        let limit = q("1000000");
        evidence.inverse.iter().flatten().all(|entry| entry.abs() < limit).then_some(evidence)
    }
}

/// Each live unit as copies of it.
fn split(units: &[(Vec<Q>, Q)], which: usize) -> Vec<(Vec<Q>, Q)> {
    let copies = units.iter().enumerate().flat_map(|(unit, (w, v))| {
        let factors = if v.is_zero() { "1" } else { FACTORS[(which + 2 * unit) % FACTORS.len()] };
        row(factors).into_iter().map(move |c| (w.iter().map(|w| w * &c).collect(), v * &c))
    });
    copies.collect()
}

#[test]
fn split_points_are_kkt_points_of_the_same_norm() {
    let instances = instances();
    assert!(instances.len() > 100, "{} instances", instances.len());
    for (which, instance) in instances.iter().enumerate() {
        let units = instance.units();
        let copies = split(&units, which);
        let problem = instance.with_units(&copies);
        assert_eq!(problem.point().norm_squared(Scope::All), instance.problem.point().norm_squared(Scope::All));
        for sample in problem.sample_indices() {
            assert_eq!(problem.margin(sample), instance.problem.margin(sample));
        }
        assert_eq!(verdict(check(&problem, &instance.kkt())), Ok(()));
        // A copy that is too small takes something from the sum of multipliers times margins, so that one margin is below 1.
        let mut short = copies.clone();
        let live = short.iter().position(|(_, v)| !v.is_zero()).expect("a live unit");
        let half = q("1/2");
        short[live].0.iter_mut().for_each(|w| *w = &*w * &half);
        short[live].1 = &short[live].1 * &half;
        let outcome = verdict(check(&instance.with_units(&short), &instance.kkt()));
        assert!(matches!(outcome, Err(Rejection::Infeasible { .. })), "{outcome:?}");
    }
}

#[test]
fn one_certificate_encloses_a_direction_however_it_is_shared() {
    let mut enclosed = 0;
    for (which, instance) in instances().iter().enumerate() {
        let Some(whole) = instance.enclosed(&instance.problem) else { continue };
        assert_eq!(verdict(check(&instance.problem, &whole)), Ok(()));
        let copies = instance.with_units(&split(&instance.units(), which));
        let mut shared = instance.enclosed(&copies).expect("the same equations");
        assert_eq!(verdict(check(&copies, &shared)), Ok(()));
        // The equations are those of the whole: only units and shares differ.
        assert_eq!((&shared.multipliers, &shared.inverse), (&whole.multipliers, &whole.inverse));
        // With other shares it is another point of the family, which is farther away.
        let unequal = |shares: &[Q]| shares.windows(2).any(|pair| pair[0] != pair[1]);
        let swapped = shared.directions.iter_mut().find(|direction| unequal(&direction.shares));
        let Some(swapped) = swapped else { continue };
        swapped.shares.rotate_left(1);
        let outcome = verdict(check(&copies, &shared));
        let is_far =
            |error: &Rejection<Q>| matches!(error, Rejection::KktEnclosed(KktEnclosedRejection::Distance { .. }));
        assert!(outcome.as_ref().is_err_and(is_far), "{outcome:?}");
        shared.distance = q("1000000");
        assert_eq!(verdict(check(&copies, &shared)), Ok(()));
        enclosed += 1;
    }
    assert!(enclosed > 50, "{enclosed} instances");
}
