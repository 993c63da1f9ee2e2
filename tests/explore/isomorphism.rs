//! Ids against a second method: every symmetry of tiny instances, tried one by one.

use margincert::explore::canonical::ContentId;
use margincert::kernel::exact::Rational;
use margincert::kernel::network::{Activation, Layer, Network, Parameters, Weights};
use margincert::kernel::problem::{Label, Problem, Sample};
use margincert::prove::search::Random;

/// Where each entry goes, and with which sign.
type Signed = Vec<(usize, bool)>;

fn signed_permutations(length: usize, may_flip: bool) -> Vec<Signed> {
    let mut all = vec![Vec::new()];
    for _ in 0..length {
        let longer = |start: &Signed| {
            let free = (0..length).filter(|place| !start.iter().any(|(taken, _)| taken == place));
            let signs: &[bool] = if may_flip { &[false, true] } else { &[false] };
            let next: Vec<Signed> = free
                .flat_map(|place| signs.iter().map(move |&sign| (place, sign)))
                .map(|entry| [start.as_slice(), &[entry]].concat())
                .collect();
            next
        };
        all = all.iter().flat_map(longer).collect();
    }
    all
}

fn times(sign: bool, number: &Rational) -> Rational {
    if sign { -number.clone() } else { number.clone() }
}

/// How a layer is written down, as far as that counts.
fn written(layer: &Layer<Rational>) -> (usize, usize) {
    match layer.weights() {
        Weights::Dense { .. } => (0, 0),
        Weights::Convolution { filters, .. } => (1, *filters),
        Weights::Diagonal | Weights::Template { .. } => (2, 0),
    }
}

/// Whether units, renamed and turned, take one layer with its numbers to another.
fn takes(
    one: (&Layer<Rational>, &[Rational]),
    other: (&Layer<Rational>, &[Rational]),
    read: &Signed,
    units: &Signed,
) -> bool {
    let ((one, numbers), (other, images)) = (one, other);
    let mut to: Vec<Option<(usize, bool)>> = vec![None; numbers.len()];
    for (unit, row) in one.incoming().iter().enumerate() {
        let (image, turned) = units[unit];
        if row.len() != other.incoming()[image].len() {
            return false;
        }
        for connection in row {
            let (input, flipped) = read[connection.unit];
            let Some(target) = other.incoming()[image].iter().find(|target| target.unit == input) else { return false };
            let target = (target.parameter, turned ^ flipped);
            if *to[connection.parameter].get_or_insert(target) != target {
                return false;
            }
        }
    }
    let to: Vec<(usize, bool)> = to.into_iter().map(|target| target.expect("every parameter is used")).collect();
    (0..images.len()).all(|image| to.iter().filter(|(target, _)| *target == image).count() == 1)
        && to.iter().zip(numbers).all(|(&(target, sign), number)| images[target] == times(sign, number))
}

fn are_isomorphic(one: &Problem<Rational>, other: &Problem<Rational>) -> bool {
    let (a, b) = (one.network(), other.network());
    let shape = |network: &Network<Rational>| {
        let layers = network.layers().iter().map(|l| (written(l), l.activation().clone(), l.outputs(), l.parameters()));
        (network.inputs(), layers.collect::<Vec<_>>())
    };
    if shape(a) != shape(b) || one.samples().len() != other.samples().len() {
        return false;
    }
    let of_inputs = std::iter::once(signed_permutations(a.inputs(), true));
    let of_units = a.layers().iter().map(|l| signed_permutations(l.outputs(), *l.activation() == Activation::Linear));
    let choices: Vec<Vec<Signed>> = of_inputs.chain(of_units).collect();
    let total: usize = choices.iter().map(Vec::len).product();
    (0..total).any(|mut number| {
        let chosen: Vec<&Signed> = choices
            .iter()
            .map(|list| {
                let choice = &list[number % list.len()];
                number /= list.len();
                choice
            })
            .collect();
        let layers = (0..a.depth()).all(|l| {
            let (ours, theirs) = (&one.point().layers()[l], &other.point().layers()[l]);
            takes((&a.layers()[l], ours), (&b.layers()[l], theirs), chosen[l], chosen[l + 1])
        });
        layers && same_data(one, other, chosen[0], chosen[a.depth()][0].1)
    })
}

fn same_data(one: &Problem<Rational>, other: &Problem<Rational>, inputs: &Signed, output: bool) -> bool {
    let is_linear = one.network().layers().iter().all(|layer| *layer.activation() == Activation::Linear);
    let normal = |mut x: Vec<Rational>, mut label: bool| {
        if is_linear && !label {
            x = x.iter().map(|number| -number.clone()).collect();
            label = true;
        }
        (label, x)
    };
    let moved = |sample: &Sample<Rational>| {
        let mut x = sample.x.clone();
        for (number, &(place, sign)) in sample.x.iter().zip(inputs) {
            x[place] = times(sign, number);
        }
        normal(x, (sample.y == Label::Positive) ^ output)
    };
    let mut images: Vec<_> = one.samples().iter().map(moved).collect();
    let mut theirs: Vec<_> = other.samples().iter().map(|s| normal(s.x.clone(), s.y == Label::Positive)).collect();
    images.sort();
    theirs.sort();
    images == theirs
}

/// Hidden layers, each with its activation, and the number of inputs.
type Shape = (usize, Vec<(Weights, Activation<Rational>)>);

fn shapes() -> Vec<Shape> {
    use Activation::{LeakyRelu, Linear, Relu};
    let half = || LeakyRelu(Rational::from_ratio(1, 2).expect("a slope"));
    let dense = |outputs| Weights::Dense { outputs };
    let template =
        |rows: &[&[Option<usize>]]| Weights::Template { entries: rows.iter().map(|row| row.to_vec()).collect() };
    let patches = |patches: &[&[usize]]| Weights::Convolution {
        patches: patches.iter().map(|patch| patch.to_vec()).collect(),
        filters: 1,
    };
    let crossed = || template(&[&[None, Some(0)], &[Some(1), None]]);
    let shared = || template(&[&[Some(0), Some(1)], &[Some(1), Some(0)]]);
    let corner = || template(&[&[Some(0), Some(1)], &[None, Some(2)]]);
    let two_equal = || template(&[&[Some(0), None], &[Some(0), Some(1)]]);
    let mut all = vec![
        (1, vec![]),
        (2, vec![]),
        (1, vec![(dense(2), half())]),
        (2, vec![(dense(1), Linear), (dense(2), Relu)]),
        (2, vec![(dense(2), Relu), (dense(1), Linear)]),
        (2, vec![(Weights::Diagonal, Linear), (crossed(), Relu)]),
    ];
    for activation in [Relu, Linear, half()] {
        let kinds = [
            dense(2),
            Weights::Diagonal,
            crossed(),
            shared(),
            corner(),
            two_equal(),
            patches(&[&[0], &[1]]),
            patches(&[&[0, 1], &[1, 0]]),
        ];
        all.extend(kinds.map(|weights| (2, vec![(weights, activation.clone())])));
        all.push((3, vec![(patches(&[&[0, 1], &[1, 2]]), activation.clone())]));
    }
    all
}

fn draw((inputs, hidden): &Shape, random: &mut Random) -> Problem<Rational> {
    let last = (Weights::Dense { outputs: 1 }, Activation::Linear);
    let network = Network::new(*inputs, hidden.iter().cloned().chain([last]).collect()).expect("a network");
    let number = |random: &mut Random| Rational::from(random.below(3) as i64 - 1);
    let point = network.layers().iter().map(|layer| (0..layer.parameters()).map(|_| number(random)).collect());
    let point: Vec<Vec<Rational>> = point.collect();
    let samples = (0..1 + random.below(2)).map(|_| Sample {
        x: (0..*inputs).map(|_| number(random)).collect(),
        y: if random.coin() { Label::Positive } else { Label::Negative },
    });
    let samples = samples.collect();
    Problem::new(network, samples, Parameters::new(point)).expect("an instance")
}

#[test]
fn ids_are_equal_exactly_for_isomorphic_instances() {
    let mut random = Random::new(15);
    let (mut equal, mut different) = (0, 0);
    let shapes = shapes();
    // Few numbers, so that many are isomorphic.
    for (index, shape) in shapes.iter().enumerate() {
        // Diagonal layers against templates as well, and layers that only look alike.
        let others: Vec<&Shape> =
            shapes.iter().filter(|other| other.0 == shape.0 && other.1.len() == shape.1.len()).collect();
        let instances: Vec<_> = (0..30).map(|_| draw(shape, &mut random)).collect();
        let more = (0..30).map(|place| draw(others[(index + place) % others.len()], &mut random));
        let instances: Vec<_> = instances.into_iter().chain(more).map(|p| (ContentId::of(&p), p)).collect();
        for (place, (id, one)) in instances.iter().enumerate() {
            for (other_id, other) in &instances[..place] {
                let expected = are_isomorphic(one, other);
                assert_eq!(id == other_id, expected, "{one:?}\n{other:?}");
                *(if expected { &mut equal } else { &mut different }) += 1;
            }
        }
    }
    assert!(equal > 200 && different > 10_000, "{equal} {different}");
}

/// Which numbers a turned sample changes: only a linear network computes the negative.
#[test]
fn a_sample_may_be_turned_by_itself_exactly_where_the_network_is_odd() {
    let mut random = Random::new(4);
    for shape in shapes() {
        let is_linear = shape.1.iter().all(|(_, activation)| *activation == Activation::Linear);
        let mut is_odd = true;
        for _ in 0..100 {
            let problem = draw(&shape, &mut random);
            let (network, point) = (problem.network(), problem.point().layers());
            let x = &problem.samples()[0].x;
            let turned: Vec<Rational> = x.iter().map(|number| -number.clone()).collect();
            is_odd &= network.trace_at(point, &turned).output() == -network.trace_at(point, x).output();
        }
        assert_eq!(is_odd, is_linear, "{shape:?}");
    }
}
