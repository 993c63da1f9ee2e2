//! A `.v` file for a certificate: the problem, what is claimed about it, then evidence and proofs.

mod cases;
mod cells;
mod claim;
mod departure;
mod enclosed;
mod enclosed_parameters;
mod field;
mod fractions;
mod implied;
mod matrix;
mod moves;
mod names;
mod paths;
mod preorder;
mod slope_trees;
mod slope_values;
mod statement;
mod symmetry;
mod syntax;

use crate::kernel::certificate::{Certificate, Source};
use crate::kernel::check::Claim;
use crate::kernel::exact::OrderedField;
use crate::kernel::network::{Layer, Weights};
use crate::kernel::problem::Label;
use crate::report::accepted::{Accepted, Reader};

pub use claim::Uncovered;
pub use names::module_names;

use claim::{By, Proof};
use enclosed::SAMPLES;
use fractions::{Fractions, MANY};
use implied::Known;
use syntax::{Numbers, comment, list, naturals, wrapped};

/// How a written file begins; nothing else is replaced by a new one.
pub const MARKER: &str = "(* Written by margincert export --rocq.";

/// A file, and what it does not hold.
#[derive(Clone, Debug, PartialEq)]
pub struct File {
    /// Its text.
    pub text: String,
    /// The number of claims that it proves.
    pub proved: usize,
    /// The places and names of the claims that it does not show, and why not.
    pub uncovered: Vec<(usize, &'static str, Uncovered)>,
}

/// Exports a certificate under this title, unless it has one itself.
pub struct Export<'t>(pub &'t str);

impl Reader for Export<'_> {
    type Output = File;

    fn read<F: OrderedField>(&self, accepted: &Accepted<'_, F>) -> File {
        file(accepted.certificate(), accepted.claims(), self.0)
    }
}

/// For tests that Rocq and the kernel agree: a module for a certificate that nobody has checked, which prints a line
/// `NAME INDEX accepted` or `NAME INDEX refused` for each claim with a theorem, and shows none.
#[doc(hidden)]
pub fn verdicts_for_tests<F: OrderedField>(certificate: &Certificate<F>, name: &str) -> String {
    let numbers = Numbers { in_field: certificate.field.is_some() };
    let mut lines = vec![format!("Module {name}.")];
    lines.extend(also_imported(certificate.claims.iter()));
    lines.extend(problem(certificate, numbers));
    lines.extend(certificate.field.as_ref().map(field::evidence));
    for claim in covered(certificate, numbers, certificate.claims.iter()).0 {
        // What follows from an earlier claim stands and falls with that one.
        let Covered { index, intros, shown: Shown::Check(applied), .. } = &claim else {
            continue;
        };
        lines.extend(claim.terms().chain(claim.evidence()));
        lines.push(format!(
            "Goal {}.\nProof. {intros}tryif timeout 100 (solve [apply {applied}; vm_compute; reflexivity])\n  \
             then idtac \"{name} {index} accepted\" else idtac \"{name} {index} refused\". Abort.",
            claim.proof.statement
        ));
    }
    lines.push(format!("End {name}.\n"));
    lines.join("\n")
}

/// What files for [`verdicts_for_tests`] begin with.
#[doc(hidden)]
pub const PREAMBLE: &str = "\
From Coq Require Import QArith Reals List.
From Margincert Require Import Claims Algebraic CaseTree Checks Implied.
Import ListNotations.
Open Scope Q_scope.
";

/// What enclosed points need besides: the names of their theorems would stand in the way of others.
fn also_imported<'a, F: OrderedField>(claims: impl Iterator<Item = &'a Claim<F>>) -> Option<String> {
    let mut libraries: Vec<&str> = Vec::new();
    for claim in claims {
        libraries.extend(match claim {
            Claim::KktEnclosed(_) => ["Enclosed", "Decimals", "Choices", "Solution", "Optimum"].as_slice(),
            Claim::ParametersEnclosed(_) => {
                ["EnclosedParameters", "Choices", "Solution", "ParametersOptimum"].as_slice()
            }
            _ => [].as_slice(),
        });
    }
    libraries.dedup();
    let imported = format!("From Margincert Require Import {}.\nOpen Scope Q_scope.\n", libraries.join(" "));
    (!libraries.is_empty()).then_some(imported)
}

/// A claim with a theorem.
struct Covered {
    index: usize,
    name: &'static str,
    proof: Proof,
    shown: Shown,
    /// What names the generator of the field, if there is one.
    intros: &'static str,
}

/// What proves a statement.
enum Shown {
    /// A lemma with its arguments, in parentheses, and a computation that says `true`.
    Check(String),
    /// A term.
    Term(String),
}

/// The claims with a theorem; the places and names of the others, and why they have none.
fn covered<'a, F: OrderedField>(
    certificate: &Certificate<F>,
    numbers: Numbers,
    claims: impl Iterator<Item = &'a Claim<F>>,
) -> (Vec<Covered>, Vec<(usize, &'static str, Uncovered)>) {
    let (intros, module, context) = match numbers.in_field {
        true => ("intros alpha H. ", "OverAlpha", " the_field refined the_field_ok alpha H"),
        false => ("", "OverQ", ""),
    };
    let (mut covered, mut uncovered, mut known) = (Vec::new(), Vec::new(), Vec::new());
    for (index, claim) in claims.enumerate() {
        let name = claim.name();
        let proof = claim::proof(&certificate.problem, numbers, index, claim, &known);
        let of = |property| Known { property, layer: claim.layer(), theorem: format!("{name}_{index}_shown") };
        known.push(claim.property().filter(|_| proof.is_ok()).map(of));
        match proof {
            Ok(proof) => {
                let shown = match &proof.by {
                    By::Check(lemma, arguments) => {
                        Shown::Check(format!("({module}.{lemma}{context} instance {arguments})"))
                    }
                    By::CheckOf(lemma, arguments) => Shown::Check(format!("({module}.{lemma}{context} {arguments})")),
                    By::Term(term) => Shown::Term(term.clone()),
                };
                covered.push(Covered { index, name, proof, shown, intros });
            }
            Err(why) => uncovered.push((index, name, why)),
        }
    }
    (covered, uncovered)
}

impl Covered {
    /// The definitions that the statement names.
    fn terms(&self) -> impl Iterator<Item = String> + '_ {
        self.proof.terms.iter().map(define)
    }

    /// The definitions that only the proof names.
    fn evidence(&self) -> impl Iterator<Item = String> + '_ {
        self.proof.evidence.iter().map(define)
    }
}

fn define(definition: &claim::Definition) -> String {
    let claim::Definition { name, kind, value } = definition;
    wrapped(&format!("Definition {name} : {kind} := {value}."))
}

fn file<'a, F: OrderedField>(
    certificate: &'a Certificate<F>,
    claims: impl Iterator<Item = &'a Claim<F>>,
    fallback_title: &str,
) -> File {
    let numbers = Numbers { in_field: certificate.field.is_some() };
    let (covered, uncovered) = covered(certificate, numbers, claims);
    let mut lines = vec![MARKER.to_string()];
    lines.push(format!("   {}", comment(certificate.title.as_deref().unwrap_or(fallback_title))));
    lines.extend(source(certificate.source.as_ref()).iter().map(|part| format!("   {}", comment(part))));
    lines.push("   Check it with: coqc -Q rocq Margincert FILE *)\n".into());
    lines.push(PREAMBLE.into());
    lines.extend(also_imported(certificate.claims.iter()));
    lines.push("(** * The problem and the point *)\n".into());
    lines.extend(problem(certificate, numbers));
    lines.push("(** * What is shown *)\n".into());
    for claim in &covered {
        let Covered { index, name, proof, .. } = claim;
        lines.extend(claim.terms());
        lines.push(wrapped(&format!("Definition {name}_{index} : Prop := {}.", proof.statement)));
    }
    for (index, name, why) in &uncovered {
        lines.push(format!("(* Claim {index}, {name}, is not shown here: {why}. *)"));
    }
    lines.push("\n(** * Evidence and proofs *)\n".into());
    lines.extend(certificate.field.as_ref().map(field::evidence));
    for claim in &covered {
        let Covered { index, name, shown, intros, .. } = claim;
        lines.extend(claim.evidence());
        lines.push(format!("Theorem {name}_{index}_shown : {name}_{index}."));
        let steps = match shown {
            Shown::Check(applied) => format!("apply {applied}. vm_cast_no_check (eq_refl true)."),
            Shown::Term(term) => format!("exact {term}."),
        };
        lines.push(wrapped(&format!("Proof. {intros}{steps} Qed.\n")));
    }
    if !covered.is_empty() {
        let shown: Vec<String> = covered.iter().map(|claim| format!("{}_{}_shown", claim.name, claim.index)).collect();
        lines.push(wrapped(&format!("Definition all_claims := ({}).", shown.join(", "))));
        lines.push("Print Assumptions all_claims.".into());
    }
    let mut text = lines.join("\n");
    text.push('\n');
    File { text, proved: covered.len(), uncovered }
}

/// Where the certificate says that it comes from, a line each.
fn source(source: Option<&Source>) -> Vec<String> {
    match source {
        None => Vec::new(),
        Some(Source::Text(text)) => vec![text.clone()],
        Some(Source::Reference { paper, result, note }) => {
            [paper, result, note].into_iter().flatten().cloned().collect()
        }
    }
}

/// The definitions of the field, the instance and the point.
fn problem<F: OrderedField>(certificate: &Certificate<F>, numbers: Numbers) -> Vec<String> {
    let problem = &certificate.problem;
    let network = problem.network();
    let layers = list(network.layers().iter().map(|l| layer(l, numbers)));
    let inputs = Fractions::of(numbers, MANY, problem.samples().iter().flat_map(|sample| &sample.x));
    let weights = Fractions::of(numbers, MANY, problem.point().layers().iter().flatten());
    let sample = |sample: &crate::kernel::problem::Sample<F>| {
        format!("({}, {})", inputs.list(&sample.x), matches!(sample.y, Label::Positive))
    };
    let mut data = list(problem.samples().iter().map(sample));
    let kind = numbers.kind();
    let mut parts = Vec::new();
    if let Some(field) = &certificate.field {
        parts.push(wrapped(&field::definition(field)));
    }
    let is_enclosed = certificate.claims.iter().any(|claim| matches!(claim, Claim::KktEnclosed(_)));
    if !is_enclosed && (inputs.has_denominator() || weights.has_denominator()) {
        parts.push("From Margincert Require Import Decimals.".to_string());
    }
    // The theorem about enclosed points of depth 2 names the samples.
    if is_enclosed {
        parts.push(wrapped(&format!("Definition {SAMPLES} : list (list {kind} * bool) := {data}.")));
        data = SAMPLES.to_string();
    }
    parts.push(wrapped(&format!(
        "Definition instance : problem {kind} := Problem {}%nat {layers} {data}.",
        network.inputs()
    )));
    let point = list(problem.point().layers().iter().map(|layer| weights.list(layer)));
    parts.push(wrapped(&format!("Definition point : params {kind} := {point}.")));
    parts.push(String::new());
    parts
}

fn layer<F: OrderedField>(layer: &Layer<F>, numbers: Numbers) -> String {
    use crate::kernel::exact::Sign;
    let slope = numbers.number(&layer.activation().slope(Sign::Negative));
    let units = match layer.weights() {
        Weights::Dense { outputs } => format!("dense {} {outputs}", layer.inputs()),
        Weights::Diagonal => format!("diagonal {}", layer.inputs()),
        Weights::Convolution { patches, filters } => {
            let length = patches.first().map_or(0, Vec::len);
            format!("convolution {length} {filters} {}", list(patches.iter().map(|patch| naturals(patch))))
        }
        Weights::Template { entries } => {
            let entry = |entry: &Option<usize>| entry.map_or("None".to_string(), |p| format!("Some {p}"));
            format!("template {}", list(entries.iter().map(|row| list(row.iter().map(entry)))))
        }
    };
    // Rocq warns of natural numbers from this on.
    let parameters = match (layer.parameters(), layer.weights()) {
        (5000.., Weights::Dense { outputs }) => format!("({outputs} * {})", layer.inputs()),
        (parameters, _) => parameters.to_string(),
    };
    format!("Layer {slope} {parameters}%nat ({units})%nat")
}
