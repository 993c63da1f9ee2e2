//! Judging an instance by a conjecture.

use std::sync::atomic::{AtomicU64, Ordering};

use crate::explore::conjecture::{Atom, Conjecture, DataFact, Formula, Truth, Value};
use crate::explore::facts::{Facts, counts_supporting};
use crate::kernel::certificate::Certificate;
use crate::kernel::check::{Claim, Property};
use crate::kernel::exact::Rational;

/// The cost of facts that are asked for although they change only what an instance is counted as.
const CHEAP: u32 = 2;

/// What a counterexample rests on besides its claims where it is about multipliers, or about separability.
const UNIQUENESS: &str = "That the multipliers are unique is not among the claims, since there is no claim for it: exact linear programs decided \
it, outside of the checker. The command `margincert db verify` decides it anew.";
const COMPLEMENTARITY: &str = "That no multipliers are positive on every sample with margin 1 has no claim: exact linear programs decided whether there \
are any, outside of the checker. The command `margincert db verify` decides it anew.";
const SUPPORT: &str = "That samples have the multiplier 0 in all multipliers has no claim: where not all samples with margin 1 are supporting, exact linear \
programs decided which are, outside of the checker. The command `margincert db verify` decides it anew.";
const SEPARABILITY: &str = "Whether the samples are linearly separable has no claim: an exact linear program decided it, outside of the checker. The \
command `margincert db verify` decides it anew.";

/// What an instance says about a conjecture.
#[derive(Clone, Debug, PartialEq)]
pub enum Judgement {
    /// The conclusion holds.
    Holds,
    /// The hypothesis fails, so the instance says nothing.
    HypothesisFails,
    /// Neither could be certified.
    Undecided {
        /// The facts that were asked for and stayed unknown.
        unknown: Vec<Atom>,
    },
    /// The hypothesis holds and the conclusion fails: the instance with the claims that prove it, all accepted by the kernel.
    ///
    /// What is read off an instance needs no claim; that multipliers are unique has none, see [`unclaimed`].
    Broken(Box<Certificate<Rational>>),
}

/// Judges an instance; asks only for facts that can still matter, the cheap ones first.
///
/// ```
/// use margincert::explore::conjecture::Conjecture;
/// use margincert::explore::judge::{Judgement, judge};
/// use margincert::kernel::certificate::Document;
///
/// let document = Document::parse(r#"{
///     "format": "margincert/1",
///     "network": {"inputs": 2, "layers": [
///         {"weights": "diagonal", "activation": "linear"},
///         {"weights": "dense", "outputs": 1, "activation": "linear"}
///     ]},
///     "data": [{"x": ["1", "2"], "y": 1}],
///     "point": [["1", "0"], ["1", "0"]]
/// }"#)?;
/// let Document::Rational(instance) = document else { unreachable!("there is no field") };
/// let conjecture: Conjecture = "kkt & linear -> local_optimum".parse()?;
/// let Judgement::Broken(certificate) = judge(&conjecture, &instance) else { panic!("it is broken") };
/// assert!(certificate.check().iter().all(Result::is_ok));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn judge(conjecture: &Conjecture, instance: &Certificate<Rational>) -> Judgement {
    examine(conjecture, &mut Facts::of(instance), instance)
}

/// How many instances were judged in this process.
static JUDGED: AtomicU64 = AtomicU64::new(0);

/// How many instances were judged in this process, on all threads: for those who watch a hunt whose units are long.
pub fn judged() -> u64 {
    JUDGED.load(Ordering::Relaxed)
}

/// The same with a ledger of facts, in which what was asked for can be read afterwards.
pub fn examine(conjecture: &Conjecture, facts: &mut Facts<'_>, instance: &Certificate<Rational>) -> Judgement {
    JUDGED.fetch_add(1, Ordering::Relaxed);
    let depth = instance.problem.network().depth();
    let hypothesis = conjecture.hypothesis().map(|hypothesis| hypothesis.for_depth(depth));
    let conclusion = conjecture.conclusion().for_depth(depth);
    loop {
        let value = |formula: &Formula| match formula.value(&|atom| facts.known(atom)) {
            Value::Settled(truth) => Ok(truth),
            Value::Open(atoms) => Err(atoms.into_iter().cloned().collect::<Vec<_>>()),
        };
        let assumed = hypothesis.as_ref().map_or(Ok(Truth::True), value);
        let concluded = value(&conclusion);
        let judgement = match (&assumed, &concluded) {
            (Ok(Truth::False), _) => Some(Judgement::HypothesisFails),
            (_, Ok(Truth::True)) if !cheap(&assumed) => Some(Judgement::Holds),
            (Ok(Truth::True), Ok(Truth::False)) => Some(Judgement::Broken(Box::new(with_claims(facts, instance)))),
            _ => None,
        };
        if let Some(judgement) = judgement {
            return judgement;
        }
        // Where one side stays unknown nothing can be broken, and the other is worth no search.
        let idle = [&assumed, &concluded].into_iter().any(|side| *side == Ok(Truth::Unknown));
        let open = assumed.err().into_iter().chain(concluded.err()).flatten();
        match open.min_by_key(Facts::cost).filter(|atom| !idle || Facts::cost(atom) <= CHEAP) {
            Some(atom) => facts.truth(&atom),
            None => return Judgement::Undecided { unknown: unknown(facts, &[&hypothesis, &Some(conclusion)]) },
        };
    }
}

/// Whether a certificate, all of whose claims are accepted, breaks a conjecture by what it claims and what can be read off the instance. Nothing
/// is looked for: of one that says too little it is not known.
pub fn breaks_by_its_claims(conjecture: &Conjecture, certificate: &Certificate<Rational>) -> bool {
    matches!(examine(conjecture, &mut Facts::on_record(certificate), certificate), Judgement::Broken(_))
}

/// What the claims of a counterexample leave to be decided outside of the checker, in a sentence; nothing if they are proof enough
/// together with what is read off the instance.
///
/// Other multipliers are certified by a second `kkt` claim. That there are no others has no claim.
pub fn unclaimed(conjecture: &Conjecture, claims: &[(&str, Option<usize>)]) -> Option<&'static str> {
    let formulas = || conjecture.hypothesis().into_iter().chain([conjecture.conclusion()]);
    let is_about = |fact: &Atom| formulas().any(|formula| formula.mentions(fact));
    let counts_supporting = || formulas().any(|formula| formula.atoms().into_iter().any(counts_supporting));
    let has_others = claims.iter().filter(|claim| **claim == ("kkt", None)).count() > 1;
    if is_about(&Atom::UniqueMultipliers) && !has_others {
        Some(UNIQUENESS)
    } else if is_about(&Atom::StrictlyComplementary) {
        Some(COMPLEMENTARITY)
    } else if counts_supporting() {
        Some(SUPPORT)
    } else {
        is_about(&Atom::Data(DataFact::LinearlySeparable)).then_some(SEPARABILITY)
    }
}

/// Whether an open hypothesis can be settled at next to no cost, so that an instance which says nothing is not counted for the conjecture.
fn cheap(assumed: &Result<Truth, Vec<Atom>>) -> bool {
    assumed.as_ref().is_err_and(|open| open.iter().all(|atom| Facts::cost(atom) <= CHEAP))
}

fn unknown(facts: &Facts<'_>, formulas: &[&Option<Formula>]) -> Vec<Atom> {
    let mut unknown = Vec::new();
    for formula in formulas.iter().filter_map(|formula| formula.as_ref()) {
        // With every unknown fact left open, those that matter are listed.
        let known = |atom: &Atom| facts.known(atom).filter(|truth| *truth != Truth::Unknown);
        if let Value::Open(atoms) = formula.value(&known) {
            unknown.extend(atoms.into_iter().filter(|atom| facts.known(atom).is_some()).cloned());
        }
    }
    unknown.dedup();
    unknown
}

/// The instance with the claims that prove what is known of it.
pub(super) fn with_claims(facts: &Facts<'_>, instance: &Certificate<Rational>) -> Certificate<Rational> {
    let mut claims = facts.claims().to_vec();
    claims.sort_by_key(rank);
    Certificate { claims, ..instance.clone() }
}

/// The order in which claims are listed: hypotheses, stationarity, optimality, flow.
fn rank(claim: &Claim<Rational>) -> (usize, Option<usize>) {
    let kind = match (claim, claim.property()) {
        (Claim::NonzeroWeights(_), _) => 1,
        (Claim::NonzeroInputs(_), _) => 2,
        (Claim::ApproximateKkt(_) | Claim::KktEnclosed(_) | Claim::ParametersEnclosed(_), _)
        | (_, Some(Property::Kkt | Property::NotKkt)) => 3,
        (_, Some(Property::LocalOptimum | Property::NotLocalOptimum)) => 4,
        (_, Some(Property::GlobalOptimum | Property::NotGlobalOptimum)) => 5,
        (Claim::FlowConverges(_), _) => 6,
        _ => 0,
    };
    (kind, claim.layer())
}
