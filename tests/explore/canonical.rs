//! Names of instances: equal under every symmetry, different otherwise.

use std::collections::BTreeMap;

use margincert::explore::bounds::{ActivationKind, Architecture, Bounds};
use margincert::explore::canonical::ContentId;
use margincert::explore::conjecture::{Atom, Comparison, DataFact, OfLayer, Operand, Quantity, Size};
use margincert::explore::facts::Facts;
use margincert::explore::sources::{Census, inverse};
use margincert::kernel::certificate::Certificate;
use margincert::kernel::exact::Rational;
use margincert::kernel::network::{Network, Parameters, Weights};
use margincert::kernel::problem::{Label, Problem, Sample};
use margincert::prove::search::Random;
use proptest::prelude::*;

fn permutation(random: &mut Random, length: usize) -> Vec<usize> {
    let mut permutation: Vec<usize> = (0..length).collect();
    random.shuffle(&mut permutation);
    permutation
}

/// A random symmetric copy: samples, inputs and units in another order, signs of inputs, linear units and the output changed, samples of linear networks turned,
/// diagonal layers written as templates.
fn copy(problem: &Problem<Rational>, random: &mut Random) -> Problem<Rational> {
    let network = problem.network();
    // `before[i]` is the place from which what is now the i-th input or unit comes; `flips` go by the places before.
    let mut before = permutation(random, network.inputs());
    let first = &network.layers()[0];
    let shared = first.parameters() < first.connection_count();
    let all = random.coin();
    let mut flips: Vec<bool> = before.iter().map(|_| if shared { all } else { random.coin() }).collect();
    let (inputs, turned_inputs) = (before.clone(), flips.clone());
    let (mut layers, mut point) = (Vec::new(), Vec::new());
    for (layer, values) in network.layers().iter().zip(problem.point().layers()) {
        let is_linear = layer.activation().is_linear();
        let mut turned: Vec<bool> = (0..layer.outputs()).map(|_| is_linear && random.coin()).collect();
        if let Weights::Convolution { patches, filters } = layer.weights() {
            // The units of a filter turn together.
            let of_filter: Vec<bool> = (0..*filters).map(|_| is_linear && random.coin()).collect();
            turned = of_filter.iter().flat_map(|&flip| vec![flip; patches.len()]).collect();
        }
        let sign = |unit: usize, input: usize, value: &Rational| {
            if flips[input] ^ turned[unit] { -value.clone() } else { value.clone() }
        };
        let (weights, values, units): (Weights, Vec<Rational>, Vec<usize>) = match layer.weights() {
            Weights::Dense { outputs } => {
                let units = permutation(random, *outputs);
                let entry = |unit: usize, input: usize| sign(unit, input, &values[unit * before.len() + input]);
                let values = units.iter().flat_map(|&u| before.iter().map(move |&i| (u, i))).map(|(u, i)| entry(u, i));
                (layer.weights().clone(), values.collect(), units.clone())
            }
            Weights::Diagonal if random.coin() => {
                let values = before.iter().map(|&unit| sign(unit, unit, &values[unit])).collect();
                (Weights::Diagonal, values, before.clone())
            }
            Weights::Diagonal => {
                let units = permutation(random, before.len());
                let entry = |row: usize, column: usize| (units[row] == before[column]).then_some(row);
                let entries = (0..units.len()).map(|row| (0..units.len()).map(|column| entry(row, column)).collect());
                let values = units.iter().map(|&unit| sign(unit, unit, &values[unit])).collect();
                (Weights::Template { entries: entries.collect() }, values, units)
            }
            Weights::Convolution { patches, filters } => {
                let place = |input: &usize| before.iter().position(|b| b == input).expect("a permutation");
                let (order, moved) = (permutation(random, patches.len()), permutation(random, *filters));
                let length = patches[0].len();
                let parameter = |f: usize, place: usize| sign(f * patches.len(), 0, &values[f * length + place]);
                let values = moved.iter().flat_map(|&f| (0..length).map(move |place| (f, place)));
                let values = values.map(|(f, place)| parameter(f, place)).collect();
                let units = moved.iter().flat_map(|&f| order.iter().map(move |&p| (f, p)));
                let units = units.map(|(f, p)| f * patches.len() + p).collect();
                let patches = order.iter().map(|&p| patches[p].iter().map(place).collect()).collect();
                (Weights::Convolution { patches, filters: *filters }, values, units)
            }
            Weights::Template { entries } => {
                let units = permutation(random, entries.len());
                let renamed = permutation(random, values.len());
                let mut moved = values.clone();
                for (unit, row) in entries.iter().enumerate() {
                    for (input, parameter) in row.iter().enumerate() {
                        if let Some(parameter) = parameter {
                            moved[renamed[*parameter]] = sign(unit, input, &values[*parameter]);
                        }
                    }
                }
                let entry = |unit: usize, input: usize| entries[unit][input].map(|parameter| renamed[parameter]);
                let entries = units.iter().map(|&u| before.iter().map(|&i| entry(u, i)).collect()).collect();
                (Weights::Template { entries }, moved, units)
            }
        };
        layers.push((weights, layer.activation().clone()));
        point.push(values);
        (before, flips) = (units, turned);
    }
    let is_linear = network.is_linear_from(0);
    let output = flips[0];
    let samples: Vec<usize> = permutation(random, problem.samples().len());
    let mut turned = |sample: &Sample<Rational>| {
        let turn = is_linear && random.coin();
        let number = |&input: &usize| {
            if turned_inputs[input] ^ turn { -sample.x[input].clone() } else { sample.x[input].clone() }
        };
        let is_positive = (sample.y == Label::Positive) ^ output ^ turn;
        let y = if is_positive { Label::Positive } else { Label::Negative };
        Sample { x: inputs.iter().map(number).collect(), y }
    };
    let samples = samples.into_iter().map(|s| turned(&problem.samples()[s])).collect();
    let network = Network::new(network.inputs(), layers).expect("a symmetric copy");
    Problem::new(network, samples, Parameters::new(point)).expect("a symmetric copy")
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn a_symmetric_copy_has_the_same_id(instance in inverse(Bounds::default()), seed in any::<u64>()) {
        let problem = &instance.problem;
        let copy = copy(problem, &mut Random::new(seed));
        let margins = |problem: &Problem<Rational>| {
            let mut margins: Vec<Rational> = (0..problem.samples().len()).map(|sample| problem.margin(sample)).collect();
            margins.sort();
            margins
        };
        prop_assert_eq!(margins(problem), margins(&copy));
        prop_assert_eq!(ContentId::of(problem), ContentId::of(&copy));
    }

    /// An id that stands for instances of which a conjecture says different things would make a census prove what is false.
    #[test]
    fn facts_are_those_of_a_symmetric_copy(instance in inverse(Bounds::default()), seed in any::<u64>()) {
        let copy = copy(&instance.problem, &mut Random::new(seed));
        let (one, other) = (Certificate::instance(None, instance.problem.clone()), Certificate::instance(None, copy));
        let (mut one, mut other) = (Facts::of(&one), Facts::of(&other));
        let words = Atom::WORDS.iter().map(|(_, atom)| atom.clone()).filter(|atom| Facts::cost(atom) <= 1);
        let half = "1/2".parse().expect("a number");
        let more = [Atom::Data(DataFact::NearlyOrthogonal(half))];
        for atom in words.chain(more) {
            prop_assert_eq!(one.truth(&atom), other.truth(&atom), "{}", atom);
        }
        for size in Size::ALL.into_iter().filter(|size| *size != Size::Supporting) {
            for layer in [None, Some(OfLayer::Index(0)), Some(OfLayer::Last)] {
                for number in 0..6 {
                    let atom = Atom::Quantities(Quantity { size, layer }, Comparison::AtMost, Operand::Number(number));
                    prop_assert_eq!(one.truth(&atom), other.truth(&atom), "{}", atom);
                }
            }
        }
    }

    #[test]
    fn a_changed_number_or_label_has_another_id(instance in inverse(Bounds::default()), seed in any::<u64>()) {
        let problem = &instance.problem;
        let mut random = Random::new(seed);
        let mut samples = problem.samples().to_vec();
        let mut point = problem.point().clone();
        // A number that occurs nowhere, of either sign.
        let fresh: Rational = "355/113".parse().expect("a number");
        match random.below(3) {
            0 => {
                let sample = &mut samples[0];
                sample.y = if sample.y == Label::Positive { Label::Negative } else { Label::Positive };
                let labels = |samples: &[Sample<Rational>]| samples.iter().filter(|s| s.y == Label::Positive).count();
                prop_assert_ne!(labels(&samples), labels(problem.samples()));
            }
            1 => samples[0].x[0] = fresh,
            _ => point.layers_mut()[0][0] = fresh,
        }
        let other = Problem::new(problem.network().clone(), samples, point).expect("the same shape");
        prop_assert_ne!(ContentId::of(problem), ContentId::of(&other));
    }
}

/// The census enumerates each instance once up to symmetry, by other means.
#[test]
fn the_members_of_a_census_have_ids_of_their_own() {
    let all = [Architecture::Dense, Architecture::Diagonal, Architecture::Sparse, Architecture::Convolution];
    // A template may be a diagonal layer.
    let together = [all[1], all[2]];
    let of_linear = |architecture: &Architecture| (vec![*architecture], ActivationKind::Linear);
    let of_relu = |architecture: &Architecture| (vec![*architecture], ActivationKind::Relu);
    let classes = all.iter().map(of_relu).chain(all.iter().map(of_linear));
    for (architectures, activation) in classes.chain([(together.to_vec(), ActivationKind::Relu)]) {
        let bounds = Bounds {
            architectures: architectures.clone(),
            activations: vec![activation],
            depth: 2..=2,
            inputs: 1..=2,
            samples: 1..=2,
            width: 1..=2,
            height: 1,
            ..Bounds::default()
        };
        let census = Census::new(&bounds).expect("small");
        let mut ids = BTreeMap::new();
        for member in (0..census.len_units()).flat_map(|unit| census.unit(unit)) {
            let id = ContentId::of(&member.instance.problem);
            let twin = ids.insert(id, member.instance.clone());
            assert!(twin.is_none(), "{twin:?} and {:?} are both {id}", member.instance);
        }
        assert!(ids.len() > 3, "{architectures:?}: {}", ids.len());
    }
}

/// Twelve dead units and four equal samples have 12! 4! symmetries.
#[test]
fn many_symmetries_are_no_obstacle() {
    let instance = |units: usize, live: usize| {
        let layers = vec![
            (Weights::Dense { outputs: units }, margincert::kernel::network::Activation::Relu),
            (Weights::Dense { outputs: 1 }, margincert::kernel::network::Activation::Linear),
        ];
        let network = Network::new(3, layers).expect("a network");
        let number = |n: i64| Rational::from(n);
        let mut point = Parameters::zero(&network);
        point.layers_mut()[0][3 * live] = number(1);
        point.layers_mut()[1][live] = number(1);
        let samples = (0..4).map(|_| Sample { x: vec![number(1), number(0), number(0)], y: Label::Positive });
        Problem::new(network, samples.collect(), point).expect("an instance")
    };
    let id = ContentId::of(&instance(12, 0));
    assert_eq!(id, ContentId::of(&instance(12, 7)));
    assert_ne!(id, ContentId::of(&instance(11, 7)));
}

/// So many samples that are alike are not told apart one by one; a network of so many connections is written down as it is.
#[test]
fn large_instances_are_named_soon_and_by_all_that_they_hold() {
    let instance = |samples: usize, inputs: usize, value: i64| {
        let last = (Weights::Dense { outputs: 1 }, margincert::kernel::network::Activation::Linear);
        let network = Network::new(inputs, vec![last]).expect("a network");
        let point = Parameters::new(vec![vec![Rational::from(value); inputs]]);
        let sample = Sample { x: vec![Rational::from(1); inputs], y: Label::Positive };
        Problem::new(network, vec![sample; samples], point).expect("an instance")
    };
    let id = |samples, inputs, value| ContentId::of(&instance(samples, inputs, value));
    assert_ne!(id(3000, 1, 1), id(3001, 1, 1));
    assert_eq!(id(3, 40_000, 1), id(3, 40_000, 1));
    assert_ne!(id(3, 40_000, 1), id(3, 40_000, 2));
    // Of such an instance a symmetric copy may have another id; of a small one none has.
    let exact = |samples, inputs| ContentId::exact(&instance(samples, inputs, 1));
    assert_eq!((exact(3000, 1), exact(3, 40_000), exact(3, 4)), (None, None, Some(id(3, 4, 1))));
}

#[test]
fn an_id_is_read_back() {
    let runner = &mut proptest::test_runner::TestRunner::deterministic();
    let tree = proptest::strategy::Strategy::new_tree(&inverse(Bounds::default()), runner).expect("an instance");
    let id = ContentId::of(&proptest::strategy::ValueTree::current(&tree).problem);
    assert_eq!(id.to_string().parse(), Ok(id));
    for wrong in [
        "",
        "0",
        &id.to_string()[1..],
        &format!("{id}0"),
        "+0000000000000000000000000000000",
        &id.to_string().replace(|_| true, "g"),
    ] {
        assert!(wrong.parse::<ContentId>().is_err(), "{wrong}");
    }
}
