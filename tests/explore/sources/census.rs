//! The census against plain enumeration: each orbit once, and no instance missed.

use std::collections::HashSet;

use margincert::explore::bounds::{ActivationKind, Architecture, Bounds};
use margincert::explore::canonical::ContentId;
use margincert::explore::hunt::{Hunt, Source, UnitReport};
use margincert::explore::sources::{Census, CensusError};
use margincert::kernel::exact::Rational;
use margincert::kernel::network::{Network, Parameters, Scope};
use margincert::kernel::problem::{Label, Problem, Sample};
use margincert::prove::deadline::Deadline;
use margincert::prove::kkt::{Stationarity, stationarity};
use margincert::prove::search::Search;
use num_traits::One;

use super::assert_kkt;

fn tiny(architecture: Architecture, activation: ActivationKind) -> Bounds {
    Bounds {
        architectures: vec![architecture],
        activations: vec![activation],
        depth: 2..=2,
        inputs: 2..=2,
        samples: 1..=1,
        width: 1..=2,
        height: 1,
        ..Bounds::default()
    }
}

/// All lists of a length of entries of a list.
fn lists<T: Clone>(entries: &[T], length: usize) -> Vec<Vec<T>> {
    let longer = |list: Vec<T>| {
        entries.iter().map(move |entry| list.iter().cloned().chain([entry.clone()]).collect()).collect::<Vec<Vec<T>>>()
    };
    (0..length).fold(vec![Vec::new()], |lists, _| lists.into_iter().flat_map(longer).collect())
}

/// All lists of up to two entries of a list, in one of their orders, and how many orders there are.
fn multisets<T: Clone>(entries: &[T], length: usize) -> Vec<(Vec<T>, u128)> {
    match length {
        1 => entries.iter().map(|entry| (vec![entry.clone()], 1)).collect(),
        2 => (0..entries.len())
            .flat_map(|i| (0..=i).map(move |j| (i, j)))
            .map(|(i, j)| (vec![entries[i].clone(), entries[j].clone()], if i == j { 1 } else { 2 }))
            .collect(),
        _ => panic!("{length} samples would take too long"),
    }
}

/// How many triples of the network, a point and a dataset are KKT points, and of how many it is not known. The latter have a unit
/// that reads only zeros of a sample: it has a kink that no curve resolves.
fn plainly(bounds: &Bounds, network: &Network<Rational>, numbers: &[Rational]) -> [u128; 2] {
    let inputs = lists(numbers, network.inputs());
    let mut count = [0, 0];
    for flat in lists(numbers, network.parameter_count()) {
        let mut rest = flat.as_slice();
        let layers = network.layers().iter().map(|layer| {
            let (these, later) = rest.split_at(layer.parameters());
            rest = later;
            these.to_vec()
        });
        let point = Parameters::new(layers.collect());
        let feasible: Vec<Sample<Rational>> = inputs
            .iter()
            .flat_map(|x| [Label::Positive, Label::Negative].map(|y| Sample { x: x.clone(), y }))
            .filter(|sample| sample.y.times(network.trace_at(point.layers(), &sample.x).output()) >= Rational::one())
            .collect();
        for size in bounds.samples.clone() {
            for (dataset, orders) in multisets(&feasible, size) {
                let problem = Problem::new(network.clone(), dataset, point.clone()).expect("it fits");
                let mut search = Search::new(Deadline::none(), 0);
                if bounds.admits(&problem) {
                    match stationarity(&problem, Scope::All, &mut search) {
                        Stationarity::Kkt(_) => count[0] += orders,
                        Stationarity::NotKkt(_) => {}
                        Stationarity::Undecided => count[1] += orders,
                    }
                }
            }
        }
    }
    count
}

/// Compares the two, and returns how many instances there are, and how many orbits.
fn compare(bounds: Bounds) -> (u128, usize) {
    let census = Census::new(&bounds).expect("within the limits");
    let mut orbits = vec![[0, 0]; census.networks().len()];
    let mut names = HashSet::new();
    let mut members = 0;
    for member in (0..census.len_units()).flat_map(|unit| census.unit(unit)) {
        let undecided = member.instance.claims.is_empty();
        if !undecided {
            assert_kkt(&bounds, &member.instance);
        }
        assert_eq!(census.networks().nth(member.network), Some(member.instance.problem.network()));
        orbits[member.network][usize::from(undecided)] += member.orbit;
        // Sums alone would not see one orbit twice in place of another.
        assert!(names.insert(ContentId::of(&member.instance.problem)), "{:?}", member.instance);
        members += 1;
    }
    let numbers = census.numbers();
    for (network, orbits) in census.networks().zip(&orbits) {
        assert_eq!(plainly(&bounds, network, &numbers), *orbits, "{network:?}");
    }
    let instances: u128 = orbits.iter().flatten().sum();
    assert!(census.candidates() > instances.into());
    if bounds.architectures == [Architecture::Dense] {
        assert!(orbits.iter().all(|[_, undecided]| *undecided == 0));
    }
    (instances, members)
}

#[test]
fn dense_relu_of_two_samples() {
    let (instances, orbits) = compare(Bounds { samples: 1..=2, ..tiny(Architecture::Dense, ActivationKind::Relu) });
    assert!(instances > 10 * orbits as u128, "{instances} {orbits}");
}

#[test]
fn dense_leaky_and_linear() {
    let leaky = Bounds { inputs: 1..=1, samples: 1..=2, ..tiny(Architecture::Dense, ActivationKind::Leaky) };
    compare(leaky.clone());
    let narrow = Bounds { height: 2, width: 1..=1, ..leaky };
    compare(narrow.clone());
    compare(Bounds { activations: vec![ActivationKind::Linear], inputs: 1..=2, ..narrow });
}

#[test]
fn dense_of_depth_three() {
    compare(Bounds { depth: 3..=3, inputs: 1..=1, width: 1..=2, ..tiny(Architecture::Dense, ActivationKind::Relu) });
}

#[test]
fn diagonal_of_depth_two_and_three() {
    compare(Bounds { depth: 2..=3, width: 2..=2, ..tiny(Architecture::Diagonal, ActivationKind::Relu) });
    compare(Bounds { samples: 1..=2, width: 2..=2, ..tiny(Architecture::Diagonal, ActivationKind::Linear) });
}

#[test]
fn convolutions() {
    compare(Bounds { inputs: 2..=3, samples: 1..=2, ..tiny(Architecture::Convolution, ActivationKind::Linear) });
    compare(Bounds { height: 2, width: 2..=2, ..tiny(Architecture::Convolution, ActivationKind::Relu) });
    // Two filters, and one before dense layers.
    compare(Bounds { width: 4..=4, ..tiny(Architecture::Convolution, ActivationKind::Leaky) });
    compare(Bounds { depth: 3..=3, ..tiny(Architecture::Convolution, ActivationKind::Relu) });
}

#[test]
fn sparse_layers() {
    compare(Bounds { samples: 1..=2, ..tiny(Architecture::Sparse, ActivationKind::Relu) });
    compare(Bounds { depth: 3..=3, width: 1..=1, ..tiny(Architecture::Sparse, ActivationKind::Leaky) });
}

#[test]
fn hypotheses_are_kept() {
    let bounds = Bounds { samples: 1..=2, width: 2..=2, ..tiny(Architecture::Dense, ActivationKind::Relu) };
    let (all, _) = compare(bounds.clone());
    let (with_kinks, _) = compare(Bounds { kinks: Some(true), ..bounds.clone() });
    let (without, _) = compare(Bounds { kinks: Some(false), ..bounds.clone() });
    assert_eq!(with_kinks + without, all);
    let (live, _) = compare(Bounds { nonzero_weights: true, ..bounds.clone() });
    let (nonzero, _) = compare(Bounds { nonzero_inputs: true, ..bounds });
    assert!(nonzero == without && live < all && live > 0, "{all} {live} {nonzero}");
}

#[test]
fn what_is_too_wide_is_refused() {
    let bounds = tiny(Architecture::Dense, ActivationKind::Relu);
    let census = |bounds: Bounds| Census::new(&bounds).map(|census| census.len_units());
    assert_eq!(census(Bounds { activations: vec![], ..bounds.clone() }), Err(CensusError::Empty));
    assert_eq!(
        census(Bounds { architectures: vec![Architecture::Diagonal], width: 3..=3, ..bounds.clone() }),
        Err(CensusError::Empty)
    );
    assert!(matches!(census(Bounds { height: 1000, ..bounds.clone() }), Err(CensusError::TooWide(_))));
    assert!(matches!(census(Bounds { inputs: 2..=20, ..bounds.clone() }), Err(CensusError::TooWide(_))));
    assert!(matches!(census(Bounds { inputs: 2..=usize::MAX, ..bounds.clone() }), Err(CensusError::TooWide(_))));
    let deep = Bounds { depth: 2..=usize::MAX, width: 1..=1, ..bounds.clone() };
    assert!(matches!(census(deep), Err(CensusError::TooWide(_))));
    let sparse = Bounds { architectures: vec![Architecture::Sparse], depth: 2..=3, width: 1..=4, ..bounds.clone() };
    assert!(matches!(census(sparse), Err(CensusError::TooWide(_))));
    assert!(matches!(
        census(Bounds { depth: 2..=60, width: 1..=1, height: 20, ..bounds.clone() }),
        Err(CensusError::TooWide(_))
    ));
    // Three numbers: 3 units for one hidden unit, 9 for two. A unit that is not there has no instances.
    assert_eq!(census(bounds.clone()), Ok(12));
    assert_eq!(Census::new(&bounds).expect("a census").unit(12).count(), 0);
}

/// What cannot be decided is neither left out nor counted as what it may not be.
#[test]
fn a_hunt_counts_every_member_once_and_those_without_a_claim_as_undecided() {
    let bounds = Bounds { width: 2..=2, ..tiny(Architecture::Diagonal, ActivationKind::Relu) };
    let census = Census::new(&bounds).expect("within the limits");
    let units = census.len_units();
    let members: Vec<_> = (0..units).flat_map(|unit| census.unit(unit)).collect();
    let unclaimed = members.iter().filter(|member| member.instance.claims.is_empty()).count() as u64;
    assert!(unclaimed < members.len() as u64);
    let conjecture = "kkt & diagonal & relu -> nonzero_inputs".parse().expect("a conjecture");
    let hunt = Hunt { source: Source::Census, bounds, ..Hunt::new(conjecture) };
    assert_eq!(hunt.units(), Ok(Some(units as u64)));
    let reports: Vec<_> = (0..units as u64).map(|unit| hunt.unit(unit)).collect();
    let sum = |count: fn(&UnitReport) -> u64| reports.iter().map(count).sum::<u64>();
    assert_eq!(sum(|report| report.instances), members.len() as u64);
    assert_eq!(sum(|report| report.undecided), unclaimed);
    assert_eq!(sum(|report| report.kkt), members.len() as u64 - unclaimed);
    assert_eq!(sum(|report| report.holds + report.broken), members.len() as u64 - unclaimed);
    // Another hunt in between opens another census.
    let other = Hunt { bounds: Bounds { inputs: 1..=1, width: 1..=1, ..hunt.bounds.clone() }, ..hunt.clone() };
    assert_ne!(other.unit(0), reports[0]);
    assert_eq!(hunt.unit(0), reports[0]);
}
