//! What is certified about an instance: each fact when it is asked for, cheap evidence first.

mod data;
mod flat;
mod layers;
mod multipliers;
mod optimality;
mod ratio;
pub(super) mod structure;

pub(super) use self::multipliers::counts_supporting;
use self::structure::Parts;
use crate::explore::conjecture::{Atom, DataFact, Truth};
use crate::kernel::certificate::Certificate;
use crate::kernel::check::{Claim, Feasible, Infeasible, Kkt, NonzeroInputs, NonzeroWeights, check};
use crate::kernel::exact::Rational;
use crate::kernel::network::Scope;
use crate::kernel::problem::Problem;
use crate::prove::deadline::Deadline;
use crate::prove::flow::flow;
use crate::prove::halt::is_halted;
use crate::prove::kkt::{Stationarity, stationarity};
use crate::prove::search::Search;

/// The work that each search for evidence may take, a few seconds' worth. It is counted in steps and not in seconds, so that results do not
/// depend on the machine.
pub const STEPS: u64 = 2_000_000_000;

/// The facts known about an instance, and the claims that prove them.
///
/// A fact is true or false only if the kernel accepted a claim that says so, or if it can be read off the instance: sizes, architecture, signs
/// at the point, and the uniqueness of multipliers, which is a matter of exact linear programs. Everything else is unknown. Results depend on
/// the instance alone, and on the work that a search may take.
///
/// ```
/// use margincert::explore::conjecture::{Atom, Layers, Truth};
/// use margincert::explore::facts::Facts;
/// use margincert::kernel::certificate::Document;
///
/// let document = Document::parse(r#"{
///     "format": "margincert/1",
///     "network": {"inputs": 2, "layers": [
///         {"weights": "dense", "outputs": 2, "activation": "relu"},
///         {"weights": "dense", "outputs": 1, "activation": "linear"}
///     ]},
///     "data": [{"x": ["4/5", "3/5"], "y": 1}, {"x": ["-4/5", "3/5"], "y": 1}],
///     "point": [["4/5", "3/5", "-4/5", "3/5"], ["1", "1"]]
/// }"#)?;
/// let Document::Rational(instance) = document else { unreachable!("there is no field") };
/// let mut facts = Facts::of(&instance);
/// assert_eq!(facts.truth(&Atom::Local(Layers::Whole)), Truth::True);
/// assert_eq!(facts.truth(&Atom::Global(Layers::Whole)), Truth::False);
/// let names: Vec<_> = facts.claims().iter().map(|claim| claim.name()).collect();
/// assert_eq!(names, ["kkt", "local_optimum", "not_global_optimum"]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Facts<'a> {
    problem: &'a Problem<Rational>,
    given: &'a [Claim<Rational>],
    steps: u64,
    claims: Vec<Claim<Rational>>,
    known: Vec<(Atom, Truth)>,
    kkt: Option<Option<Kkt<Rational>>>,
    /// Whether evidence is looked for.
    searches: bool,
}

impl<'a> Facts<'a> {
    /// The facts of an instance. Claims that come with it are taken as evidence, once the kernel has accepted them.
    pub fn of(instance: &'a Certificate<Rational>) -> Self {
        Self::within(STEPS, instance)
    }

    /// The same where each search for evidence may take so much work; what it does not come to is unknown.
    pub fn within(steps: u64, instance: &'a Certificate<Rational>) -> Self {
        let (problem, given) = (&instance.problem, instance.claims.as_slice());
        Facts { problem, given, steps, claims: Vec::new(), known: Vec::new(), kkt: None, searches: true }
    }

    /// What a certificate says, all of whose claims the kernel has accepted before: no evidence is looked for besides.
    pub fn on_record(certificate: &'a Certificate<Rational>) -> Self {
        Facts { claims: certificate.claims.clone(), searches: false, ..Self::of(certificate) }
    }

    /// What is known of a fact that was asked for.
    pub fn known(&self, atom: &Atom) -> Option<Truth> {
        self.known.iter().find(|(known, _)| known == atom).map(|(_, truth)| *truth)
    }

    /// Whether a fact holds; looks for evidence when it is asked for the first time.
    pub fn truth(&mut self, atom: &Atom) -> Truth {
        if let Some(truth) = self.known(atom) {
            return truth;
        }
        let truth = self.find(atom);
        self.known.push((atom.clone(), truth));
        truth
    }

    /// The number of layers of the instance.
    pub(in crate::explore) fn depth(&self) -> usize {
        self.problem.network().depth()
    }

    /// The claims that the kernel accepted so far.
    pub fn claims(&self) -> &[Claim<Rational>] {
        &self.claims
    }

    /// About how dear it is to ask for a fact: 0 is read off the instance.
    pub fn cost(atom: &Atom) -> u32 {
        match atom {
            Atom::Data(DataFact::LinearlySeparable) => 1,
            Atom::Wiring(_) | Atom::Hidden(_) | Atom::Shape(_) | Atom::Data(_) => 0,
            Atom::Size(..) | Atom::Quantities(..) => {
                if counts_supporting(atom) {
                    3
                } else {
                    0
                }
            }
            Atom::Feasible | Atom::NonzeroWeights | Atom::NonzeroInputs => 1,
            Atom::Kkt => 2,
            Atom::UniqueMultipliers | Atom::StrictlyComplementary | Atom::FlowConverges => 3,
            Atom::Local(_) | Atom::StrictLocal | Atom::FlatDirection => 4,
            Atom::Global(_) | Atom::WithinFactor(_) => 5,
        }
    }

    fn find(&mut self, atom: &Atom) -> Truth {
        match atom {
            Atom::Data(DataFact::LinearlySeparable) => {
                let separable = |problem: &Problem<Rational>, search: &mut Search| {
                    Some(data::linearly_separable(problem.samples(), search.deadline()))
                };
                self.search("linearly separable", separable).unwrap_or(Truth::Unknown)
            }
            Atom::Wiring(_) | Atom::Hidden(_) | Atom::Shape(_) | Atom::Data(_) => self.read(atom),
            Atom::Size(..) | Atom::Quantities(..) if counts_supporting(atom) => self.compare(atom),
            Atom::Size(..) | Atom::Quantities(..) => self.read(atom),
            Atom::StrictLocal => self.strict_local(),
            Atom::FlatDirection => self.flat_direction(),
            Atom::WithinFactor(factor) => self.within_factor(factor),
            Atom::StrictlyComplementary => self.strictly_complementary(),
            Atom::Feasible => self.feasible(),
            Atom::NonzeroWeights => self.keep(Claim::NonzeroWeights(NonzeroWeights)).into(),
            Atom::NonzeroInputs => self.keep(Claim::NonzeroInputs(NonzeroInputs)).into(),
            Atom::Kkt => self.stationary(),
            Atom::Local(layers) => self.local(*layers),
            Atom::Global(layers) => self.global(*layers),
            Atom::FlowConverges => self.flow(),
            Atom::UniqueMultipliers => self.unique_multipliers(),
        }
    }

    /// A fact that is read off the instance; nothing is known of a layer that it has not.
    fn read(&self, atom: &Atom) -> Truth {
        Parts::of(self.problem).read(atom).map_or(Truth::Unknown, Truth::from)
    }

    /// Keeps a claim if the kernel accepts it, and says whether it did. Where the work is to end the kernel, which asks no deadline, is not asked.
    fn keep(&mut self, claim: Claim<Rational>) -> bool {
        if self.claims.contains(&claim) {
            return true;
        }
        let accepted = !is_halted() && check(self.problem, &claim).is_ok();
        if accepted {
            self.claims.push(claim);
        }
        accepted
    }

    /// Keeps the first claim that came with the instance, is wanted, and is accepted.
    fn keep_given(&mut self, wanted: impl Fn(&Claim<Rational>) -> bool) -> bool {
        let given = self.given;
        given.iter().filter(|claim| wanted(claim)).any(|claim| self.keep(claim.clone()))
    }

    /// A search of its own for each question, with its own work and randomness.
    fn search<T>(
        &self,
        question: &str,
        search: impl FnOnce(&'a Problem<Rational>, &mut Search) -> Option<T>,
    ) -> Option<T> {
        let problem = self.problem;
        let counted = |deadline| search(problem, &mut Search::new(Deadline::none(), 0).branch(question, deadline));
        if is_halted() || !self.searches {
            return None;
        }
        Deadline::within(self.steps, counted).ok()?
    }

    fn feasible(&mut self) -> Truth {
        match self.problem.violated() {
            None => decided(self.keep(Claim::Feasible(Feasible { layer: None })), Truth::True),
            Some((sample, _)) => {
                decided(self.keep(Claim::Infeasible(Infeasible { layer: None, sample })), Truth::False)
            }
        }
    }

    fn stationary(&mut self) -> Truth {
        if self.problem.violated().is_some() {
            return !decided(self.feasible() == Truth::False, Truth::True);
        }
        match self.kkt() {
            Some(_) => Truth::True,
            None => {
                let refuted = self.claims.iter().any(|claim| matches!(claim, Claim::NotKkt(c) if c.layer.is_none()));
                decided(refuted, Truth::False)
            }
        }
    }

    /// Accepted KKT multipliers for all layers, if there are any.
    fn kkt(&mut self) -> Option<Kkt<Rational>> {
        if let Some(kkt) = &self.kkt {
            return kkt.clone();
        }
        let kkt = self.find_kkt();
        self.kkt = Some(kkt.clone());
        kkt
    }

    fn find_kkt(&mut self) -> Option<Kkt<Rational>> {
        let given = self.given.iter().filter_map(|claim| match claim {
            Claim::Kkt(kkt) if kkt.layer.is_none() => Some(kkt.clone()),
            _ => None,
        });
        for kkt in given.collect::<Vec<_>>() {
            if self.keep(Claim::Kkt(kkt.clone())) {
                return Some(kkt);
            }
        }
        match self.search("kkt", |problem, search| Some(stationarity(problem, Scope::All, search)))? {
            Stationarity::Kkt(kkt) => self.keep(Claim::Kkt(kkt.clone())).then_some(kkt),
            Stationarity::NotKkt(refutation) => {
                self.keep(Claim::NotKkt(refutation));
                None
            }
            Stationarity::Undecided => None,
        }
    }

    fn flow(&mut self) -> Truth {
        if self.keep_given(|claim| matches!(claim, Claim::FlowConverges(_))) {
            return Truth::True;
        }
        let found = self.search("flow", flow);
        // That none was found says nothing.
        decided(found.is_some_and(|evidence| self.keep(Claim::FlowConverges(evidence))), Truth::True)
    }
}

/// The truth if it was certified.
fn decided(certified: bool, truth: Truth) -> Truth {
    if certified { truth } else { Truth::Unknown }
}
