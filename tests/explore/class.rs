//! "Proved within bounds" is a theorem: what a census goes through is compared with an enumeration of its own, for random conjectures.
//!
//! The enumeration below shares nothing with the sources: it lists networks, points and samples one by one, reads facts off them by itself, and
//! keeps what is a KKT point. Whatever meets the hypothesis must be among what the census counts, and nothing else may be.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use margincert::explore::bounds::Bounds;
use margincert::explore::canonical::ContentId;
use margincert::explore::conjecture::{Atom, Comparison, Conjecture, Formula, Hidden, Operand, Quantity, Size, Wiring};
use margincert::explore::sources::Census;
use margincert::kernel::exact::{OrderedField, Rational, Sign};
use margincert::kernel::network::{Activation, Connection, Network, Parameters, Scope, Weights};
use margincert::kernel::problem::{Label, Problem, Sample};
use margincert::prove::deadline::Deadline;
use margincert::prove::kkt::{Stationarity, stationarity};
use margincert::prove::search::Search;
use num_traits::{One, Zero};
use proptest::prelude::*;
use proptest::sample::select;

use super::conjecture::formulas;

fn slope(n: i64, d: i64) -> Rational {
    Rational::from_ratio(n, d).expect("a slope")
}

/// The slope of height 1, and two that only a conjecture can name.
fn slopes() -> [Rational; 3] {
    [slope(1, 2), slope(1, 10), slope(2, 1)]
}

/// A world small enough to be listed: numbers are -1, 0 and 1, and there is one sample.
#[derive(Clone, Copy)]
struct World {
    depth: usize,
    most_inputs: usize,
    most_width: usize,
}

const WORLDS: [World; 2] =
    [World { depth: 2, most_inputs: 2, most_width: 2 }, World { depth: 3, most_inputs: 2, most_width: 1 }];

/// The instances of each world, with their ids.
type Worlds = Vec<Vec<(Problem<Rational>, ContentId)>>;

static INSTANCES: LazyLock<Worlds> = LazyLock::new(|| WORLDS.iter().map(instances).collect());

/// All lists of a length of entries of a list.
fn lists<T: Clone>(entries: &[T], length: usize) -> Vec<Vec<T>> {
    let longer = |list: Vec<T>| {
        entries.iter().map(move |entry| list.iter().cloned().chain([entry.clone()]).collect()).collect::<Vec<Vec<T>>>()
    };
    (0..length).fold(vec![Vec::new()], |lists, _| lists.into_iter().flat_map(longer).collect())
}

/// Every choice of hidden layers.
fn wirings(world: &World, inputs: usize) -> Vec<Vec<Weights>> {
    let hidden = world.depth - 1;
    let widths = lists(&(1..=world.most_width).collect::<Vec<_>>(), hidden);
    let mut all = Vec::new();
    for widths in &widths {
        all.push(widths.iter().map(|&outputs| Weights::Dense { outputs }).collect::<Vec<_>>());
        // Every unit reads a non-empty set of units, not all of them all.
        let reads: Vec<usize> = std::iter::once(inputs).chain(widths.iter().copied()).take(hidden).collect();
        let rows: Vec<(usize, usize)> = (0..hidden).flat_map(|l| vec![(l, reads[l]); widths[l]]).collect();
        let mut masks = vec![Vec::new()];
        for &(layer, read) in &rows {
            let more = |list: &Vec<(usize, usize)>| {
                (1..1usize << read).map(|set| [list.clone(), vec![(layer, set)]].concat()).collect::<Vec<_>>()
            };
            masks = masks.iter().flat_map(more).collect();
        }
        for mask in masks {
            if rows.iter().zip(&mask).all(|((_, read), (_, set))| *set == (1 << read) - 1) {
                continue;
            }
            let layer = |l: usize| {
                let mut next = 0;
                let mut row = |set: usize| -> Vec<Option<usize>> {
                    let entry = |input: usize| {
                        (set >> input & 1 == 1).then(|| {
                            next += 1;
                            next - 1
                        })
                    };
                    (0..reads[l]).map(entry).collect()
                };
                let sets = mask.iter().filter(|(of, _)| *of == l);
                Weights::Template { entries: sets.map(|(_, set)| row(*set)).collect() }
            };
            all.push((0..hidden).map(layer).collect());
        }
    }
    if inputs <= world.most_width {
        all.push(vec![Weights::Diagonal; hidden]);
    }
    // On two inputs there is one window: two patches of length 1. It takes two units.
    if inputs == 2 && world.most_width >= 2 && hidden == 1 {
        all.push(vec![Weights::Convolution { patches: vec![vec![0], vec![1]], filters: 1 }]);
    }
    all
}

fn instances(world: &World) -> Vec<(Problem<Rational>, ContentId)> {
    let mut activations = vec![Activation::Linear, Activation::Relu];
    activations.extend(slopes().map(Activation::LeakyRelu));
    let numbers = [-1, 0, 1].map(Rational::from);
    let mut found = Vec::new();
    for inputs in 1..=world.most_inputs {
        for (hidden, activations) in wirings(world, inputs)
            .into_iter()
            .flat_map(|hidden| lists(&activations, world.depth - 1).into_iter().map(move |a| (hidden.clone(), a)))
        {
            let mut layers: Vec<_> = hidden.into_iter().zip(activations).collect();
            layers.push((Weights::Dense { outputs: 1 }, Activation::Linear));
            let network = Network::new(inputs, layers).expect("layers that fit");
            for flat in lists(&numbers, network.parameter_count()) {
                let mut rest = flat.into_iter();
                let point: Vec<Vec<Rational>> =
                    network.layers().iter().map(|layer| rest.by_ref().take(layer.parameters()).collect()).collect();
                for x in lists(&numbers, inputs) {
                    let output = network.trace_at(&point, &x).output();
                    let y = if output.sign() == Sign::Positive { Label::Positive } else { Label::Negative };
                    if y.times(output) < Rational::one() {
                        continue;
                    }
                    let sample = Sample { x, y };
                    let problem = Problem::new(network.clone(), vec![sample], Parameters::new(point.clone()));
                    let problem = problem.expect("it fits");
                    // What cannot be decided is kept apart by both.
                    let mut search = Search::new(Deadline::none(), 0);
                    if matches!(stationarity(&problem, Scope::All, &mut search), Stationarity::Kkt(_)) {
                        let id = ContentId::of(&problem);
                        found.push((problem, id));
                    }
                }
            }
        }
    }
    found
}

/// What a fact says of an instance, read off it.
fn holds(atom: &Atom, problem: &Problem<Rational>) -> bool {
    let network = problem.network();
    let layers = network.layers();
    let hidden = &layers[..layers.len() - 1];
    let weights = |wanted: fn(&Weights) -> bool| hidden.iter().all(|layer| wanted(layer.weights()));
    let is_convolution = matches!(layers[0].weights(), Weights::Convolution { .. });
    let dense = weights(|weights| matches!(weights, Weights::Dense { .. }));
    let activations = |wanted: &dyn Fn(&Activation<Rational>) -> bool| hidden.iter().all(|l| wanted(l.activation()));
    let zeros = |layer: usize| problem.traces()[0].preactivations[layer].iter().filter(|z| z.is_zero()).count();
    match atom {
        Atom::Kkt | Atom::Feasible => true,
        Atom::Wiring(Wiring::Dense) => dense,
        Atom::Wiring(Wiring::Diagonal) => weights(|weights| match weights {
            Weights::Diagonal => true,
            // Up to the order of units it is one.
            Weights::Template { entries } => {
                let columns: BTreeSet<usize> =
                    entries.iter().flat_map(|row| row.iter().position(Option::is_some)).collect();
                let one_each = entries.iter().all(|row| row.iter().flatten().count() == 1);
                one_each && entries.len() == entries[0].len() && columns.len() == entries.len()
            }
            _ => false,
        }),
        Atom::Wiring(Wiring::Sparse) => !dense && !is_convolution,
        Atom::Wiring(Wiring::NoSharing) => !is_convolution,
        Atom::Wiring(Wiring::Convolution) => is_convolution,
        // Its patches have no input in common.
        Atom::Wiring(Wiring::Overlapping) => false,
        Atom::Hidden(Hidden::Linear) => activations(&|a| *a == Activation::Linear),
        Atom::Hidden(Hidden::Relu) => activations(&|a| *a == Activation::Relu),
        Atom::Hidden(Hidden::Leaky(None)) => activations(&|a| matches!(a, Activation::LeakyRelu(_))),
        Atom::Hidden(Hidden::Leaky(Some(slope))) => activations(&|a| *a == Activation::LeakyRelu(slope.clone())),
        Atom::NonzeroInputs => (0..hidden.len()).all(|layer| zeros(layer) == 0),
        Atom::NonzeroWeights => hidden.iter().zip(problem.point().layers()).all(|(layer, numbers)| {
            layer.incoming().iter().all(|row| row.iter().any(|connection| !numbers[connection.parameter].is_zero()))
        }),
        Atom::Quantities(left, comparison, Operand::Quantity(right)) => {
            comparison.holds(size_of(left.size, problem), size_of(right.size, problem))
        }
        Atom::Size(size, comparison, number) => comparison.holds(size_of(*size, problem), *number),
        other => panic!("{other} is not among those that are drawn"),
    }
}

fn size_of(size: Size, problem: &Problem<Rational>) -> u64 {
    let network = problem.network();
    let layers = network.layers();
    let hidden = &layers[..layers.len() - 1];
    let is_live = |(layer, row): (usize, &Vec<Connection>)| {
        row.iter().any(|connection| !problem.point().layers()[layer][connection.parameter].is_zero())
    };
    let units: Vec<(usize, &Vec<Connection>)> =
        hidden.iter().enumerate().flat_map(|(l, layer)| layer.incoming().iter().map(move |row| (l, row))).collect();
    let size = match size {
        Size::Depth => layers.len(),
        Size::Inputs => network.inputs(),
        Size::Samples => problem.samples().len(),
        Size::Width => hidden.iter().map(|layer| layer.outputs()).max().expect("a hidden layer"),
        Size::Filters => usize::from(matches!(layers[0].weights(), Weights::Convolution { .. })),
        Size::Parameters => problem.point().iter().count(),
        Size::Support => problem.point().iter().filter(|number| !number.is_zero()).count(),
        Size::Kinks => {
            // Those that read only what is 0 all around the point are none.
            let (trace, mut null) =
                (&problem.traces()[0], problem.samples()[0].x.iter().map(Zero::is_zero).collect::<Vec<_>>());
            let mut count = 0;
            for (l, layer) in hidden.iter().enumerate() {
                let reads_null = |row: &Vec<Connection>| row.iter().all(|connection| null[connection.unit]);
                let units = layer.incoming().iter().map(reads_null).zip(&trace.preactivations[l]);
                count += units
                    .clone()
                    .filter(|(dull, z)| !dull && z.is_zero() && *layer.activation() != Activation::Linear)
                    .count();
                null = units
                    .map(|(dull, z)| dull || z.sign() == Sign::Negative && *layer.activation() == Activation::Relu)
                    .collect();
            }
            count
        }
        // All numbers are -1, 0 or 1, and 0 is 0/1.
        Size::Height => 1,
        // There is one sample, and it holds the point.
        Size::Active => 1,
        Size::Live => units.iter().filter(|unit| is_live(**unit)).count(),
        Size::Dead => units.iter().filter(|unit| !is_live(**unit)).count(),
        Size::Rank | Size::Supporting => panic!("{size:?} is not among those that are drawn"),
    };
    size as u64
}

fn is_true(formula: &Formula, problem: &Problem<Rational>) -> bool {
    match formula {
        Formula::Atom(atom) => holds(atom, problem),
        Formula::Not(a) => !is_true(a, problem),
        Formula::And(a, b) => is_true(a, problem) && is_true(b, problem),
        Formula::Or(a, b) => is_true(a, problem) || is_true(b, problem),
        Formula::Implies(a, b) => !is_true(a, problem) || is_true(b, problem),
    }
}

fn atom() -> impl Strategy<Value = Atom> {
    let words = ["dense", "diagonal", "sparse", "convolution", "overlapping", "no_sharing", "linear", "relu", "leaky"];
    let words = words.iter().chain(&["nonzero_weights", "nonzero_inputs", "feasible"]);
    let word = |name: &&str| Atom::WORDS.iter().find(|(word, _)| word == name).expect("a fact").1.clone();
    let words: Vec<Atom> = words.map(word).collect();
    // Supporting samples are not read off the instance.
    let is_read = |size: &Size| size.is_of_networks() && *size != Size::Supporting;
    let sizes: Vec<Size> = Size::ALL.into_iter().filter(is_read).collect();
    let size = (select(sizes.clone()), select(Comparison::ALL.to_vec()), 0u64..5);
    let pair = (select(sizes.clone()), select(Comparison::ALL.to_vec()), select(sizes));
    let whole = |size| Quantity { size, layer: None };
    prop_oneof![
        3 => select(words),
        1 => select(slopes().to_vec()).prop_map(|slope| Atom::Hidden(Hidden::Leaky(Some(slope)))),
        2 => size.prop_map(|(size, comparison, number)| Atom::Size(size, comparison, number)),
        1 => pair.prop_map(move |(a, comparison, b)| Atom::Quantities(whole(a), comparison, Operand::Quantity(whole(b)))),
    ]
}

fn formula() -> impl Strategy<Value = Formula> {
    formulas(atom(), 3, 8)
}

/// The bounds that the command takes for a world.
fn bounds(conjecture: &Conjecture, world: &World) -> Bounds {
    let scope = conjecture.scope();
    let meet = |a: &std::ops::RangeInclusive<usize>, most: usize| *a.start()..=most.min(*a.end());
    Bounds {
        depth: world.depth.max(*scope.depth.start())..=world.depth.min(*scope.depth.end()),
        inputs: meet(&scope.inputs, world.most_inputs),
        width: meet(&scope.width, world.most_width),
        samples: meet(&scope.samples, 1),
        height: scope.height.min(1),
        ..scope
    }
}

/// The KKT instances that the census counts.
fn counted(bounds: &Bounds) -> BTreeSet<ContentId> {
    let Ok(census) = Census::new(bounds) else { return BTreeSet::new() };
    let members = (0..census.len_units()).flat_map(|unit| census.unit(unit));
    let decided = members.filter(|member| !member.instance.claims.is_empty());
    decided.map(|member| ContentId::of(&member.instance.problem)).collect()
}

/// Slopes that the conjecture does not name are not of its class, except for that of the height.
fn has_known_slopes(problem: &Problem<Rational>, formula: &Formula) -> bool {
    problem.network().layers().iter().all(|layer| match layer.activation() {
        Activation::LeakyRelu(slope) => {
            *slope == slopes()[0] || formula.mentions(&Atom::Hidden(Hidden::Leaky(Some(slope.clone()))))
        }
        _ => true,
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_census_counts_every_instance_that_meets_the_hypothesis_and_no_other(formula in formula(), world in 0usize..2) {
        let hypothesis = Formula::Atom(Atom::Kkt).and(formula.clone());
        let conjecture = Conjecture::from(hypothesis.implies(Formula::Atom(Atom::Feasible)));
        let bounds = bounds(&conjecture, &WORLDS[world]);
        let meets = |problem: &Problem<Rational>| is_true(&formula, problem) && has_known_slopes(problem, &formula);
        let expected: BTreeSet<ContentId> =
            INSTANCES[world].iter().filter(|(problem, _)| meets(problem)).map(|(_, id)| *id).collect();
        let counted = counted(&bounds);
        let missing = expected.difference(&counted).next();
        prop_assert!(missing.is_none(), "{}: {:?} is not counted", conjecture, missing);
        // What is not read off an instance, but proved, is left to the judgement: such instances are counted as vacuous.
        let is_read = formula.atoms().iter().all(|atom| !matches!(atom, Atom::Feasible | Atom::NonzeroWeights | Atom::NonzeroInputs));
        let strange = counted.difference(&expected).next();
        prop_assert!(!is_read || strange.is_none(), "{}: {:?} is counted", conjecture, strange);
        // The words for the class are the class.
        let read: Bounds = bounds.to_string().parse().expect("bounds");
        prop_assert_eq!(Bounds { condition: bounds.condition.clone(), ..read }, bounds.clone());
        for (problem, id) in &INSTANCES[world] {
            if has_known_slopes(problem, &formula) {
                prop_assert_eq!(bounds.contains(problem), counted.contains(id), "{}", conjecture);
            }
        }
    }
}

/// The enumeration finds something of every kind, so that the comparison is not of nothing with nothing.
#[test]
fn the_worlds_are_not_empty() {
    let facts = ["dense", "diagonal", "sparse", "linear & depth == 3", "relu", "leaky(1/10)", "leaky(2)", "kinks == 1"];
    let more =
        ["!linear & !relu & !leaky", "convolution", "filters == 1", "support == 2", "nonzero_inputs", "inputs == 2"];
    for fact in facts.iter().chain(&more) {
        let conjecture: Conjecture = fact.parse().expect(fact);
        let mut all = INSTANCES.iter().flatten();
        assert!(all.any(|(problem, _)| is_true(conjecture.conclusion(), problem)), "{fact}");
    }
}
