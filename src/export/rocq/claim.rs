//! For each claim: what is stated, the lemma that proves it, and the evidence that the lemma is given.

use super::syntax::{Numbers, list};
use crate::kernel::check::support::{gradients, hessian};
use crate::kernel::check::{Claim, GlobalMethod, Kkt, LocalMethod, Measure, SecondOrder};
use crate::kernel::exact::{Definiteness, OrderedField, Rational, SymmetricMatrix};
use crate::kernel::network::Scope;
use crate::kernel::problem::Problem;

/// A claim's proof.
pub struct Proof {
    /// The statement.
    pub statement: String,
    /// The lemma of `Checks.v`.
    pub lemma: &'static str,
    /// What it is applied to, after the instance.
    pub arguments: String,
    /// Definitions that the statement names.
    pub terms: Vec<Definition>,
    /// Definitions that only the arguments name.
    pub evidence: Vec<Definition>,
}

/// A definition.
pub struct Definition {
    /// Its name.
    pub name: String,
    /// Its type.
    pub kind: String,
    /// Its value.
    pub value: String,
}

/// The proof of a claim, if the library has a theorem for its method.
pub fn proof<F: OrderedField>(problem: &Problem<F>, numbers: Numbers, index: usize, claim: &Claim<F>) -> Option<Proof> {
    let k = numbers.kind();
    let free = claim.layer().map_or("None".to_string(), |layer| format!("(Some {layer}%nat)"));
    let (instance, point) = match numbers.in_field {
        true => ("(at_alpha alpha instance)", "(point_at alpha point)"),
        false => ("(real instance)", "(real_point point)"),
    };
    let about = format!("{instance} {free} {point}");
    let stated = |statement: String| match numbers.in_field {
        true => format!("forall alpha, is_root the_field alpha -> {statement}"),
        false => statement,
    };
    let refuted = |what: &str| format!("feasible {about} /\\ ~ {what} {about}");
    let proof = |statement: String, lemma, with_free: bool, evidence: Vec<(&str, String, String)>| {
        let evidence: Vec<Definition> = evidence
            .into_iter()
            .map(|(name, kind, value)| Definition { name: format!("{name}_{index}"), kind, value })
            .collect();
        let names = evidence.iter().map(|e| e.name.as_str());
        let free = with_free.then_some(free.as_str());
        let arguments: Vec<&str> = free.into_iter().chain(["point"]).chain(names).collect();
        let arguments = arguments.join(" ");
        Some(Proof { statement: stated(statement), lemma, arguments, terms: Vec::new(), evidence })
    };
    let multipliers = |lambda: &[F]| ("multipliers", format!("list {k}"), numbers.list(lambda));
    let number = |name, value: &F| (name, k.to_string(), numbers.number(value));
    let shaped = |name, value| (name, format!("params {k}"), numbers.shaped(value));
    match claim {
        Claim::Feasible(_) => proof(format!("feasible {about}"), "feasible_ok", true, vec![]),
        Claim::Infeasible(evidence) => {
            let sample = ("sample", "nat".to_string(), format!("{}%nat", evidence.sample));
            proof(format!("infeasible {about}"), "infeasible_ok", true, vec![sample])
        }
        Claim::NonzeroWeights(_) => {
            proof(format!("nonzero_weights {instance} {point}"), "nonzero_weights_ok", false, vec![])
        }
        Claim::NonzeroInputs(_) => {
            proof(format!("nonzero_inputs {instance} {point}"), "nonzero_inputs_ok", false, vec![])
        }
        Claim::Kkt(evidence) => {
            let terms =
                ("terms", format!("list ({k} * list ({k} * list (params {k})))"), terms(problem, numbers, evidence));
            proof(format!("kkt {about}"), "kkt_ok", true, vec![terms])
        }
        Claim::NotKkt(evidence) => {
            proof(refuted("kkt"), "not_kkt_ok", true, vec![shaped("direction", &evidence.direction)])
        }
        Claim::LocalOptimum(claim) => {
            let statement = format!("local_optimum {about}");
            match &claim.by {
                LocalMethod::Lagrangian(evidence) => {
                    proof(statement, "local_by_lagrangian_ok", true, vec![multipliers(&evidence.multipliers)])
                }
                LocalMethod::SecondOrder(evidence) => {
                    let slack = slack(problem, Scope::of(claim.layer), evidence)?;
                    let [penalty, slack] = [number("penalty", &evidence.penalty), number("slack", &slack)];
                    let evidence = vec![multipliers(&evidence.multipliers), penalty, slack];
                    proof(statement, "local_by_second_order_ok", true, evidence)
                }
                _ => None,
            }
        }
        Claim::GlobalOptimum(claim) => match &claim.by {
            GlobalMethod::Lagrangian(evidence) => {
                let evidence = vec![multipliers(&evidence.multipliers)];
                proof(format!("global_optimum {about}"), "global_by_lagrangian_ok", true, evidence)
            }
            _ => None,
        },
        Claim::NotLocalOptimum(evidence) => {
            let curve = ("curve", format!("list (params {k})"), numbers.curve(&evidence.curve));
            let until = number("until", &evidence.until);
            match evidence.measure {
                Measure::Norm => proof(refuted("local_optimum"), "not_local_by_norm_ok", true, vec![curve, until]),
                Measure::Margin => proof(refuted("local_optimum"), "not_local_by_margin_ok", false, vec![curve, until]),
            }
        }
        Claim::NotGlobalOptimum(evidence) => proof(
            format!("not_global_optimum {about}"),
            "not_global_ok",
            true,
            vec![shaped("better", &evidence.better)],
        ),
        Claim::FlowConverges(evidence) => {
            let [offset, ray, start] = ["offset", "ray", "start"].map(|name| format!("{name}_{index}"));
            let (shaped_at, number_at) =
                if numbers.in_field { ("point_at alpha", "value alpha") } else { ("real_point", "Q2R") };
            let from = format!("({shaped_at} {offset}) ({shaped_at} {ray}) ({number_at} {start})");
            let on = |loss| format!("flow_converges {loss} {instance} {from} {point}");
            let statement = format!("{} /\\ {}", on("exponential"), on("logistic"));
            let moved = problem.point().entries().find(|(_, number)| !number.is_zero());
            let (layer, parameter) = moved.map_or((0, 0), |(place, _)| place);
            let pivot = ("pivot", "nat * nat".to_string(), format!("({layer}, {parameter})%nat"));
            let mut proof = proof(statement, "flow_ok", false, vec![pivot])?;
            proof.arguments = format!("point {offset} {ray} {start} pivot_{index}");
            proof.terms = vec![
                Definition { name: offset, kind: format!("params {k}"), value: numbers.shaped(&evidence.offset) },
                Definition { name: ray, kind: format!("params {k}"), value: numbers.shaped(&evidence.ray) },
                Definition { name: start, kind: k.to_string(), value: numbers.number(&evidence.start) },
            ];
            Some(proof)
        }
        #[allow(unreachable_patterns, reason = "a new kind of claim is uncovered until it has a theorem")]
        _ => None,
    }
}

/// For each sample its multiplier, and the weights and curves of its subgradient. Where there is no kink that is the
/// gradient, and the curve stays at the point.
fn terms<F: OrderedField>(problem: &Problem<F>, numbers: Numbers, evidence: &Kkt<F>) -> String {
    let scope = Scope::of(evidence.layer);
    let smooth = format!("[({}, [])]", numbers.number(&F::one()));
    list(evidence.multipliers.iter().enumerate().map(|(sample, multiplier)| {
        let terms = match evidence.selections.get(&sample) {
            _ if multiplier.is_zero() => "[]".to_string(),
            Some(selection) if !problem.kinks(sample, scope).is_empty() => {
                list(selection.iter().map(|t| format!("({}, {})", numbers.number(&t.weight), numbers.curve(&t.toward))))
            }
            _ => smooth.clone(),
        };
        format!("({}, {terms})", numbers.number(multiplier))
    }))
}

/// A number `c > 0` such that the penalised Hessian is still positive semidefinite after `2 c` is taken from its diagonal.
fn slack<F: OrderedField>(problem: &Problem<F>, scope: Scope, evidence: &SecondOrder<F>) -> Option<F> {
    let mut matrix: SymmetricMatrix<F> = hessian(problem, scope, &evidence.multipliers);
    for gradient in gradients(problem, scope, &evidence.multipliers) {
        for (i, a) in gradient.iter().enumerate() {
            let scaled = evidence.penalty.clone() * a;
            gradient.iter().enumerate().skip(i).for_each(|(j, b)| matrix.add(i, j, &(scaled.clone() * b)));
        }
    }
    (3..60).step_by(3).find_map(|k| {
        let [whole, half] =
            [k, k + 1].map(|bits| F::from(Rational::from_ratio(1, 1 << bits).unwrap_or_else(|| Rational::from(0))));
        let mut reduced = matrix.clone();
        (0..matrix.dimension()).for_each(|i| reduced.add(i, i, &-whole.clone()));
        (!matches!(reduced.definiteness(), Definiteness::Indefinite { .. })).then_some(half)
    })
}
