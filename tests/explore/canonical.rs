//! Names of instances: equal under every symmetry, different otherwise.

use std::collections::BTreeMap;

use margincert::explore::bounds::{ActivationKind, Architecture, Bounds};
use margincert::explore::canonical::ContentId;
use margincert::explore::sources::{Census, inverse};
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

/// A random symmetric copy: samples, inputs and units in another order, signs of inputs flipped.
fn copy(problem: &Problem<Rational>, random: &mut Random) -> Problem<Rational> {
    let network = problem.network();
    // `before[i]` is the place from which what is now the i-th input or unit comes.
    let mut before = permutation(random, network.inputs());
    let first = &network.layers()[0];
    let shared = first.parameters() < first.connection_count();
    let all = random.coin();
    let flips: Vec<bool> = before.iter().map(|_| if shared { all } else { random.coin() }).collect();
    let inputs = before.clone();
    let (mut layers, mut point) = (Vec::new(), Vec::new());
    for (index, (layer, values)) in network.layers().iter().zip(problem.point().layers()).enumerate() {
        let sign =
            |input: usize, value: &Rational| if index == 0 && flips[input] { -value.clone() } else { value.clone() };
        let last = index + 1 == network.depth();
        let (weights, values, units): (Weights, Vec<Rational>, Vec<usize>) = match layer.weights() {
            Weights::Dense { outputs } => {
                let units = if last { vec![0] } else { permutation(random, *outputs) };
                let entry = |unit: usize, input: usize| sign(input, &values[unit * before.len() + input]);
                let values = units.iter().flat_map(|&u| before.iter().map(move |&i| (u, i))).map(|(u, i)| entry(u, i));
                (layer.weights().clone(), values.collect(), units.clone())
            }
            Weights::Diagonal => {
                let values = before.iter().map(|&unit| sign(unit, &values[unit])).collect();
                (Weights::Diagonal, values, before.clone())
            }
            Weights::Convolution { patches, filters } => {
                let place = |input: &usize| before.iter().position(|b| b == input).expect("a permutation");
                let (order, turned) = (permutation(random, patches.len()), permutation(random, *filters));
                let length = patches[0].len();
                let patches: Vec<Vec<usize>> = order.iter().map(|&p| patches[p].iter().map(place).collect()).collect();
                let values = turned.iter().flat_map(|&f| values[f * length..(f + 1) * length].iter());
                let values = values.map(|value| sign(0, value)).collect();
                let units = turned.iter().flat_map(|&f| order.iter().map(move |&p| (f, p)));
                let units = units.map(|(f, p)| f * patches.len() + p).collect();
                (Weights::Convolution { patches, filters: *filters }, values, units)
            }
            Weights::Template { entries } => {
                let units = permutation(random, entries.len());
                let renamed = permutation(random, values.len());
                let mut moved = values.clone();
                for (input, parameter) in entries.iter().flat_map(|row| row.iter().enumerate()) {
                    if let Some(parameter) = parameter {
                        moved[renamed[*parameter]] = sign(input, &values[*parameter]);
                    }
                }
                let entry = |unit: usize, input: usize| entries[unit][input].map(|parameter| renamed[parameter]);
                let entries = units.iter().map(|&u| before.iter().map(|&i| entry(u, i)).collect()).collect();
                (Weights::Template { entries }, moved, units)
            }
        };
        layers.push((weights, layer.activation().clone()));
        point.push(values);
        before = units;
    }
    let turned = |sample: &Sample<Rational>| {
        let number = |&input: &usize| if flips[input] { -sample.x[input].clone() } else { sample.x[input].clone() };
        Sample { x: inputs.iter().map(number).collect(), y: sample.y }
    };
    let samples = permutation(random, problem.samples().len()).into_iter().map(|s| turned(&problem.samples()[s]));
    let network = Network::new(network.inputs(), layers).expect("a symmetric copy");
    Problem::new(network, samples.collect(), Parameters::new(point)).expect("a symmetric copy")
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
    let architectures = [Architecture::Dense, Architecture::Diagonal, Architecture::Convolution];
    for architecture in architectures {
        let bounds = Bounds {
            architectures: vec![architecture],
            activations: vec![ActivationKind::Relu],
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
        assert!(ids.len() > 5, "{architecture:?}: {}", ids.len());
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
