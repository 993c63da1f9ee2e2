//! Which sets of active samples make a point a KKT point.
//!
//! Whether a point is one depends on the set of active samples alone, not on how often each occurs and not on the others. A set
//! that contains one that does it does it with the same multipliers.

use std::rc::Rc;

use super::points::Wired;
use super::samples::LatticeSample;
use crate::explore::sources::echelon::Echelon;
use crate::explore::sources::evidence;
use crate::kernel::check::{self, Claim, Kkt};
use crate::kernel::exact::{OrderedField, Rational, Sign};
use crate::kernel::network::{Parameters, Scope, Unit};
use crate::kernel::problem::Problem;
use crate::prove::deadline::Deadline;
use crate::prove::free::margin_gradient;
use crate::prove::kkt::{Stationarity, stationarity};
use crate::prove::search::Search;
use num_traits::{One, Zero};

/// A set of active samples that makes the point a KKT point.
#[derive(Clone, Debug)]
pub struct Support {
    /// Indices among the active samples, ascending.
    pub samples: Vec<usize>,
    /// Those of them that are enough; nothing where it is not known whether they are.
    pub evidence: Option<Rc<Enough>>,
}

/// Samples with evidence on the problem that has them alone.
#[derive(Clone, Debug)]
pub struct Enough {
    /// Indices among the active samples, ascending.
    pub samples: Vec<usize>,
    /// Their multipliers and selections.
    pub kkt: Kkt<Rational>,
}

/// What a set of samples comes to.
enum Decision {
    Kkt(Kkt<Rational>),
    NotKkt,
    Undecided,
}

struct Active<'a> {
    wired: &'a Wired,
    point: Vec<Vec<Rational>>,
    samples: Vec<crate::kernel::problem::Sample<Rational>>,
    /// `y grad Phi`; nothing where a kink matters.
    gradients: Vec<Option<Vec<Rational>>>,
    /// The parameters that are not zero, and for each sample those of them at which its gradient has the parameter's sign.
    needed: u128,
    covers: Vec<u128>,
}

/// All sets of at most `most` active samples that make the point a KKT point, or of which it is not known, the small ones first. It ends
/// early once `is_over` says so.
pub fn supports<'a>(
    wired: &'a Wired,
    point: &[Vec<Rational>],
    scale: i64,
    samples: &[LatticeSample],
    most: usize,
    is_over: &'a dyn Fn() -> bool,
) -> impl Iterator<Item = Support> + use<'a> {
    let active = samples.iter().take_while(|sample| sample.active).map(|sample| sample.sample(scale)).collect();
    Active::new(wired, point.to_vec(), active).into_iter().flat_map(move |active| {
        // Sets that are enough by themselves, and contain no such set.
        let mut least: Vec<Rc<Enough>> = Vec::new();
        let sets = subsets(active.samples.len(), most).take_while(move |_| !is_over());
        sets.filter_map(move |set| {
            let contained =
                |enough: &&Rc<Enough>| enough.samples.iter().all(|sample| set.binary_search(sample).is_ok());
            let evidence = match least.iter().find(contained) {
                Some(enough) => Some(Rc::clone(enough)),
                None => match active.decide(&set) {
                    Decision::Kkt(kkt) => {
                        least.push(Rc::new(Enough { samples: set.clone(), kkt }));
                        least.last().cloned()
                    }
                    Decision::Undecided => None,
                    Decision::NotKkt => return None,
                },
            };
            Some(Support { samples: set, evidence })
        })
    })
}

/// The sets of 1 to `most` indices below `limit`.
fn subsets(limit: usize, most: usize) -> impl Iterator<Item = Vec<usize>> {
    (1..=most.min(limit)).flat_map(move |size| {
        let next = move |set: &Vec<usize>| {
            let mut set = set.clone();
            next_subset(&mut set, limit).then_some(set)
        };
        std::iter::successors(Some((0..size).collect()), next)
    })
}

/// The next set of as many indices below `limit`, in lexicographic order.
fn next_subset(set: &mut [usize], limit: usize) -> bool {
    let size = set.len();
    let Some(place) = (0..size).rev().find(|&place| set[place] + size - place < limit) else {
        return false;
    };
    set[place] += 1;
    for later in place + 1..size {
        set[later] = set[later - 1] + 1;
    }
    true
}

impl<'a> Active<'a> {
    /// Nothing if there is no active sample.
    fn new(
        wired: &'a Wired,
        point: Vec<Vec<Rational>>,
        samples: Vec<crate::kernel::problem::Sample<Rational>>,
    ) -> Option<Self> {
        let problem = Problem::new(wired.network.clone(), samples.clone(), Parameters::new(point.clone())).ok()?;
        let theta: Vec<&Rational> = point.iter().flatten().collect();
        let gradient = |sample: usize| {
            let matters = problem.kinks(sample, Scope::All).iter().any(|&unit| !is_cut_off(&problem, unit));
            (!matters).then(|| margin_gradient(&problem, Scope::All, sample, &problem.traces()[sample].slopes))
        };
        let gradients: Vec<Option<Vec<Rational>>> = (0..samples.len()).map(gradient).collect();
        let set = |member: &dyn Fn(usize) -> bool| {
            (0..theta.len().min(128)).fold(0u128, |set, p| if member(p) { set | 1 << p } else { set })
        };
        let needed = set(&|p| !theta[p].is_zero());
        let covers = gradients.iter().map(|gradient| match gradient {
            Some(gradient) => set(&|p| gradient[p].sign() == theta[p].sign()),
            None => u128::MAX,
        });
        let covers = covers.collect();
        Some(Active { wired, point, samples, gradients, needed, covers })
    }

    fn decide(&self, set: &[usize]) -> Decision {
        // A sum of gradients with non-negative multipliers has a parameter's sign only if one of them has.
        if set.iter().fold(0, |covered, &sample| covered | self.covers[sample]) & self.needed != self.needed {
            return Decision::NotKkt;
        }
        let columns: Option<Vec<&Vec<Rational>>> = set.iter().map(|&sample| self.gradients[sample].as_ref()).collect();
        if let Some(columns) = columns {
            let mut system = Echelon::new(columns.len());
            for (p, value) in self.point.iter().flatten().enumerate() {
                let row = columns.iter().map(|column| column[p].clone()).chain([value.clone()]);
                if system.insert(row.collect()).is_none() {
                    return Decision::NotKkt;
                }
            }
            if system.free().is_empty() {
                let multipliers = system.solution(&[]);
                if multipliers.iter().any(|multiplier| multiplier.sign() == Sign::Negative) {
                    return Decision::NotKkt;
                }
                let certificate = evidence::certificate(self.problem(set), multipliers, |_, _| Rational::one());
                if let Some(Claim::Kkt(kkt)) = certificate.and_then(|certificate| certificate.claims.into_iter().next())
                {
                    return Decision::Kkt(kkt);
                }
            }
        }
        self.search(&self.problem(set))
    }

    fn problem(&self, set: &[usize]) -> Problem<Rational> {
        let samples = set.iter().map(|&sample| self.samples[sample].clone()).collect();
        let network = self.wired.network.clone();
        Problem::new(network, samples, Parameters::new(self.point.clone())).expect("samples and point fit the network")
    }

    /// A decision whose evidence the kernel accepts.
    fn search(&self, problem: &Problem<Rational>) -> Decision {
        match stationarity(problem, Scope::All, &mut Search::new(Deadline::none(), 0)) {
            Stationarity::Kkt(kkt) if check::check(problem, &kkt).is_ok() => Decision::Kkt(kkt),
            Stationarity::NotKkt(not_kkt) if check::check(problem, &not_kkt).is_ok() => Decision::NotKkt,
            _ => Decision::Undecided,
        }
    }
}

/// Whether all weights into and out of a unit are zero, so that its slope does not matter.
fn is_cut_off(problem: &Problem<Rational>, unit: Unit) -> bool {
    let (layers, point) = (problem.network().layers(), problem.point().layers());
    let zero = |l: usize, connections: &[crate::kernel::network::Connection]| {
        connections.iter().all(|connection| point[l][connection.parameter].is_zero())
    };
    zero(unit.layer, &layers[unit.layer].incoming()[unit.unit])
        && zero(unit.layer + 1, &layers[unit.layer + 1].outgoing()[unit.unit])
}
