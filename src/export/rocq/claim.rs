//! For each claim: what is stated, the lemma that proves it, and the evidence that the lemma is given.

use std::fmt;

use super::implied::{self, Known};
use super::statement::Subject;
use super::syntax::{Numbers, list};
use super::{cases, cells, enclosed, enclosed_parameters, paths, symmetry};
use crate::kernel::check::second_order::{penalised_hessian, with_slopes};
use crate::kernel::check::{Claim, Measure, Method, Property, SecondOrder, Selections};
use crate::kernel::exact::{Definiteness, OrderedField, Rational, SymmetricMatrix};
use crate::kernel::network::Scope;
use crate::kernel::problem::Problem;

/// A claim's proof.
pub struct Proof {
    /// The statement.
    pub statement: String,
    /// What shows it.
    pub by: By,
    /// Definitions that the statement names.
    pub terms: Vec<Definition>,
    /// Definitions that only the arguments name.
    pub evidence: Vec<Definition>,
}

/// Why a claim has no theorem.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Uncovered {
    /// The library has none for its method.
    Method,
    /// It has more unknowns than Rocq can compute with in a short time.
    Unknowns {
        /// How many there are.
        found: usize,
        /// How many there may be.
        most: usize,
    },
    /// Its network has more parameters than Rocq can go through in a short time.
    Parameters {
        /// How many there are.
        found: usize,
        /// How many there may be.
        most: usize,
    },
    /// No curve was found from its point to better ones.
    NoCurve,
    /// It follows from a claim that has none.
    Premise {
        /// The place of that claim.
        claim: usize,
    },
}

impl fmt::Display for Uncovered {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Uncovered::Method => f.write_str("there is no theorem for its method yet"),
            Uncovered::Unknowns { found, most } => {
                write!(f, "it has {found} unknowns, and Rocq is asked to compute with {most} at most")
            }
            Uncovered::Parameters { found, most } => {
                write!(f, "it has {found} parameters, and Rocq is asked to go through {most} at most")
            }
            Uncovered::NoCurve => {
                f.write_str("no curve from its point to better ones was found that Rocq could follow")
            }
            Uncovered::Premise { claim } => write!(f, "it follows from claim {claim}, which is not shown"),
        }
    }
}

/// What shows a statement.
pub enum By {
    /// A lemma of `Checks.v`, what it is applied to after the instance, and a computation that says `true`.
    Check(&'static str, String),
    /// The same, applied to this in place of the instance.
    CheckOf(String, String),
    /// A term.
    Term(String),
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

/// The proof of a claim, if the library has a theorem for it; `known` is what earlier claims say.
pub fn proof<F: OrderedField>(
    problem: &Problem<F>,
    numbers: Numbers,
    index: usize,
    claim: &Claim<F>,
    known: &[Option<Known>],
) -> Result<Proof, Uncovered> {
    let k = numbers.kind();
    let subject = Subject { numbers, layer: claim.layer() };
    let (about, instance, point) = (subject.about(), subject.instance(), subject.point());
    let proof = |statement: String, lemma, with_free: bool, evidence: Vec<(&str, String, String)>| {
        let evidence: Vec<Definition> = evidence
            .into_iter()
            .map(|(name, kind, value)| Definition { name: format!("{name}_{index}"), kind, value })
            .collect();
        let names = evidence.iter().map(|e| e.name.clone());
        let free = with_free.then(|| subject.free());
        let arguments: Vec<String> = free.into_iter().chain(["point".to_string()]).chain(names).collect();
        let by = By::Check(lemma, arguments.join(" "));
        Ok(Proof { statement: subject.stated(statement), by, terms: Vec::new(), evidence })
    };
    let shows = |property, lemma, with_free, evidence| proof(subject.has(property), lemma, with_free, evidence);
    let multipliers = |lambda: &[F]| ("multipliers", format!("list {k}"), numbers.list(lambda));
    let number = |name, value: &F| (name, k.to_string(), numbers.number(value));
    let shaped = |name, value| (name, format!("params {k}"), numbers.shaped(value));
    let terms_kind = format!("list ({k} * list ({k} * list (params {k})))");
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
            let terms = terms(problem, numbers, subject.layer, &evidence.multipliers, &evidence.selections);
            shows(Property::Kkt, "kkt_ok", true, vec![("terms", terms_kind, terms)])
        }
        Claim::ApproximateKkt(evidence) => {
            let terms = terms(problem, numbers, subject.layer, &evidence.multipliers, &evidence.selections);
            let [epsilon, delta] = ["epsilon", "delta"].map(|name| format!("{name}_{index}"));
            let at = subject.number();
            let statement = format!("approximate_kkt {about} ({at} {epsilon}) ({at} {delta})");
            let mut proof = proof(statement, "approximate_kkt_ok", true, vec![("terms", terms_kind, terms)])?;
            let free = subject.free();
            proof.by = By::Check("approximate_kkt_ok", format!("{free} point {epsilon} {delta} terms_{index}"));
            proof.terms = vec![
                Definition { name: epsilon, kind: k.to_string(), value: numbers.number(&evidence.epsilon) },
                Definition { name: delta, kind: k.to_string(), value: numbers.number(&evidence.delta) },
            ];
            Ok(proof)
        }
        Claim::NotKkt(evidence) => {
            shows(Property::NotKkt, "not_kkt_ok", true, vec![shaped("direction", &evidence.direction)])
        }
        Claim::LocalOptimum(claim) => {
            let local = |lemma, with_free, evidence| shows(Property::LocalOptimum, lemma, with_free, evidence);
            match &claim.by {
                Method::Lagrangian(evidence) => {
                    local("local_by_lagrangian_ok", true, vec![multipliers(&evidence.multipliers)])
                }
                Method::SecondOrder(second_order) => {
                    let SecondOrder { multipliers: lambda, penalty, symmetry, slopes } = second_order;
                    let scope = Scope::of(claim.layer);
                    let problem = &*with_slopes(problem, slopes).map_err(|_| Uncovered::Method)?;
                    let slack = slack(penalised_hessian(problem, scope, second_order)).ok_or(Uncovered::Method)?;
                    let mut evidence = vec![multipliers(lambda), number("penalty", penalty), number("slack", &slack)];
                    let slopes = ("slopes", format!("list (nat * nat * nat * {k})"), numbers.slopes(slopes));
                    if !symmetry || scope != Scope::All {
                        evidence.push(slopes);
                        return local("local_by_second_order_ok", true, evidence);
                    }
                    let has_kinks =
                        |sample: usize| !lambda[sample].is_zero() && !problem.kinks(sample, scope).is_empty();
                    let bends = (0..lambda.len()).any(has_kinks);
                    if bends {
                        evidence.push(slopes);
                    }
                    let rotations = format!("{}%nat", symmetry::rotations(problem, lambda));
                    evidence.push(("rotations", "list (list ((nat * nat) * (nat * nat)))".into(), rotations));
                    let lemma = if bends { "local_by_symmetry_with_kinks_ok" } else { "local_by_symmetry_ok" };
                    local(lemma, false, evidence)
                }
                Method::Cells(evidence) => {
                    let kind = format!("list (list (list {k}))");
                    let cells = ("cells", kind, cells::local(problem, numbers, evidence));
                    local("local_by_cells_ok", false, vec![multipliers(&evidence.multipliers), cells])
                }
                Method::Cases(evidence) => {
                    let kind = format!("list (option (list nat) * tree {k})");
                    let trees =
                        ("trees", kind, cases::trees(problem, numbers, true, evidence).ok_or(Uncovered::Method)?);
                    local("local_by_cases_ok", true, vec![multipliers(&evidence.multipliers), trees])
                }
                Method::Chain(evidence) => {
                    let lemma = if evidence.by_label { "local_by_label_ok" } else { "local_by_chain_ok" };
                    local(lemma, false, vec![multipliers(&evidence.multipliers)])
                }
                Method::Paths(evidence) => {
                    let tree = paths::tree(problem, numbers, true, evidence).ok_or(Uncovered::Method)?;
                    let cases = ("cases", format!("PathCases.path_tree {k}"), tree);
                    local("local_by_paths_ok", false, vec![multipliers(&evidence.multipliers), cases])
                }
            }
        }
        Claim::GlobalOptimum(claim) => {
            let global = |lemma, with_free, evidence| shows(Property::GlobalOptimum, lemma, with_free, evidence);
            match &claim.by {
                Method::Lagrangian(evidence) => {
                    global("global_by_lagrangian_ok", true, vec![multipliers(&evidence.multipliers)])
                }
                Method::SecondOrder(_) => Err(Uncovered::Method),
                Method::Chain(evidence) => {
                    let lemma = if evidence.by_label { "global_by_label_ok" } else { "global_by_chain_ok" };
                    global(lemma, false, vec![multipliers(&evidence.multipliers)])
                }
                Method::Cells(evidence) => {
                    let cells = ("cells", format!("list (list {k})"), cells::global(numbers, evidence));
                    global("global_by_cells_ok", false, vec![multipliers(&evidence.multipliers), cells])
                }
                Method::Cases(evidence) => {
                    let kind = format!("list (option (list nat) * tree {k})");
                    let trees =
                        ("trees", kind, cases::trees(problem, numbers, false, evidence).ok_or(Uncovered::Method)?);
                    global("global_by_cases_ok", true, vec![multipliers(&evidence.multipliers), trees])
                }
                Method::Paths(evidence) => {
                    let tree = paths::tree(problem, numbers, false, evidence).ok_or(Uncovered::Method)?;
                    let cases = ("cases", format!("PathCases.path_tree {k}"), tree);
                    global("global_by_paths_ok", false, vec![multipliers(&evidence.multipliers), cases])
                }
            }
        }
        Claim::NotLocalOptimum(evidence) => {
            let curve = ("curve", format!("list (params {k})"), numbers.curve(&evidence.curve));
            let until = number("until", &evidence.until);
            let (lemma, with_free) = match evidence.measure {
                Measure::Norm => ("not_local_by_norm_ok", true),
                Measure::Margin => ("not_local_by_margin_ok", false),
            };
            shows(Property::NotLocalOptimum, lemma, with_free, vec![curve, until])
        }
        Claim::NotGlobalOptimum(evidence) => {
            shows(Property::NotGlobalOptimum, "not_global_ok", true, vec![shaped("better", &evidence.better)])
        }
        Claim::KktEnclosed(evidence) => enclosed::proof(problem, subject, index, evidence),
        Claim::ParametersEnclosed(evidence) => enclosed_parameters::proof(problem, subject, index, evidence),
        Claim::Implied(claim) => {
            let known = known.get(claim.claim_index).and_then(Option::as_ref);
            let known = known.ok_or(Uncovered::Premise { claim: claim.claim_index })?;
            implied::proof(numbers, claim, known).ok_or(Uncovered::Method)
        }
        Claim::Adversarial(evidence) => {
            let perturbation = format!("perturbation_{index}");
            let (sample, at) = (format!("{}%nat", evidence.sample), subject.number());
            let statement = format!("adversarial {instance} {point} {sample} (map ({at}) {perturbation})");
            let mut proof = proof(statement, "adversarial_ok", false, vec![])?;
            proof.by = By::Check("adversarial_ok", format!("point {sample} {perturbation}"));
            let value = numbers.list(&evidence.perturbation);
            proof.terms = vec![Definition { name: perturbation, kind: format!("list {k}"), value }];
            Ok(proof)
        }
        Claim::Robust(evidence) => {
            let radius_squared = format!("radius_squared_{index}");
            let statement = format!("robust {instance} {point} ({} {radius_squared})", subject.number());
            let mut proof = proof(statement, "robust_ok", false, vec![])?;
            proof.by = By::Check("robust_ok", format!("point {radius_squared}"));
            let value = numbers.number(&evidence.radius_squared);
            proof.terms = vec![Definition { name: radius_squared, kind: k.to_string(), value }];
            Ok(proof)
        }
        Claim::FlowConverges(evidence) => {
            let [offset, ray, start] = ["offset", "ray", "start"].map(|name| format!("{name}_{index}"));
            let shaped_at = if numbers.in_field { "point_at alpha" } else { "real_point" };
            let number_at = subject.number();
            let from = format!("({shaped_at} {offset}) ({shaped_at} {ray}) ({number_at} {start})");
            let on = |loss| format!("flow_converges {loss} {instance} {from} {point}");
            let statement = format!("{} /\\ {}", on("exponential"), on("logistic"));
            let moved = problem.point().entries().find(|(_, number)| !number.is_zero());
            let (layer, parameter) = moved.map_or((0, 0), |(place, _)| place);
            let pivot = ("pivot", "nat * nat".to_string(), format!("({layer}, {parameter})%nat"));
            let mut proof = proof(statement, "flow_ok", false, vec![pivot])?;
            proof.by = By::Check("flow_ok", format!("point {offset} {ray} {start} pivot_{index}"));
            proof.terms = vec![
                Definition { name: offset, kind: format!("params {k}"), value: numbers.shaped(&evidence.offset) },
                Definition { name: ray, kind: format!("params {k}"), value: numbers.shaped(&evidence.ray) },
                Definition { name: start, kind: k.to_string(), value: numbers.number(&evidence.start) },
            ];
            Ok(proof)
        }
        #[allow(unreachable_patterns, reason = "a new kind of claim is uncovered until it has a theorem")]
        _ => Err(Uncovered::Method),
    }
}

/// For each sample its multiplier, and the weights and curves of its subgradient. Where there is no kink that is the
/// gradient, and the curve stays at the point.
fn terms<F: OrderedField>(
    problem: &Problem<F>,
    numbers: Numbers,
    layer: Option<usize>,
    multipliers: &[F],
    selections: &Selections<F>,
) -> String {
    let scope = Scope::of(layer);
    let smooth = format!("[({}, [])]", numbers.number(&F::one()));
    list(multipliers.iter().enumerate().map(|(sample, multiplier)| {
        let terms = match selections.get(&sample) {
            _ if multiplier.is_zero() => "[]".to_string(),
            Some(selection) if !problem.kinks(sample, scope).is_empty() => {
                list(selection.iter().map(|t| format!("({}, {})", numbers.number(&t.weight), numbers.curve(&t.toward))))
            }
            _ => smooth.clone(),
        };
        format!("({}, {terms})", numbers.number(multiplier))
    }))
}

/// A number `c > 0` such that a Hessian is still positive semidefinite after `2 c` is taken from its diagonal.
fn slack<F: OrderedField>(hessian: SymmetricMatrix<F>) -> Option<F> {
    (3..60).step_by(3).find_map(|k| {
        let [whole, half] =
            [k, k + 1].map(|bits| F::from(Rational::from_ratio(1, 1 << bits).unwrap_or_else(|| Rational::from(0))));
        let mut reduced = hessian.clone();
        (0..hessian.dimension()).for_each(|i| reduced.add(i, i, &-whole.clone()));
        (!matches!(reduced.definiteness(), Definiteness::Indefinite { .. })).then_some(half)
    })
}
