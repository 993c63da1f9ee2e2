//! What is written reads back to the same value: random certificates over every kind of layer and claim.

use std::sync::Arc;

use margincert::kernel::certificate::{Certificate, Document, Source};
use margincert::kernel::check::*;
use margincert::kernel::exact::{Algebraic, NumberField, OrderedField};
use margincert::kernel::network::{Activation, Curve, Network, Parameters, Unit};
use margincert::kernel::problem::{Label, Problem, Sample};
use proptest::prelude::*;
use proptest::sample::Index;

use super::fixtures::fixtures;
use crate::network::random;
use crate::support::{Q, q};

/// What a certificate is made of, before the numbers are lifted into its field.
#[derive(Clone, Debug)]
struct Raw {
    network: Network<Q>,
    numbers: Vec<Q>,
    labels: Vec<bool>,
    claims: Vec<(usize, Index)>,
    texts: [Option<String>; 3],
}

fn raw() -> impl Strategy<Value = Raw> {
    let numbers = prop::collection::vec(number(), 40);
    let labels = prop::collection::vec(any::<bool>(), 1..=3);
    let claims = prop::collection::vec((0usize..17, any::<Index>()), 0..6);
    let text = || prop::option::of(".{0,12}");
    (random::network(4), numbers, labels, claims, [text(), text(), text()])
        .prop_map(|(network, numbers, labels, claims, texts)| Raw { network, numbers, labels, claims, texts })
}

fn number() -> impl Strategy<Value = Q> {
    let wide = (any::<i64>(), 1..=i64::MAX).prop_map(|(n, d)| Q::from_ratio(n, d).expect("positive"));
    let huge = (any::<i64>(), 1..=i64::MAX).prop_map(|(n, d)| {
        let small = Q::from_ratio(1, d).expect("positive");
        Q::from(n) * &small * &small * Q::from(n) * Q::from(i64::MIN)
    });
    prop_oneof![6 => random::number(), 2 => wide, 1 => huge]
}

/// Draws numbers in turn, each lifted by `lift` from a few rationals.
struct Draw<'r, F> {
    numbers: std::iter::Cycle<std::slice::Iter<'r, Q>>,
    lift: &'r dyn Fn(Vec<Q>) -> F,
    width: usize,
}

impl<F: OrderedField> Draw<'_, F> {
    fn number(&mut self) -> F {
        let parts = self.numbers.by_ref().take(self.width).cloned().collect();
        (self.lift)(parts)
    }
    fn list(&mut self, length: usize) -> Vec<F> {
        (0..length).map(|_| self.number()).collect()
    }
    fn shaped(&mut self, network: &Network<F>) -> Parameters<F> {
        Parameters::new(network.layers().iter().map(|layer| self.list(layer.parameters())).collect())
    }
    fn curve(&mut self, network: &Network<F>, degree: usize) -> Curve<F> {
        Curve::new((0..degree).map(|_| self.shaped(network)).collect())
    }
}

fn lifted<F: OrderedField>(raw: &Raw, field: Option<Arc<NumberField>>, mut draw: Draw<'_, F>) -> Certificate<F> {
    let activation = |a: &Activation<Q>, draw: &mut Draw<'_, F>| match a {
        Activation::Linear => Activation::Linear,
        Activation::Relu => Activation::Relu,
        Activation::LeakyRelu(_) => Activation::LeakyRelu(draw.number()),
    };
    let layers = raw.network.layers().iter();
    let layers = layers.map(|l| (l.weights().clone(), activation(l.activation(), &mut draw))).collect();
    let network = Network::new(raw.network.inputs(), layers).expect("a network");
    let label = |positive: &bool| if *positive { Label::Positive } else { Label::Negative };
    let samples = raw.labels.iter();
    let samples = samples.map(|y| Sample { x: draw.list(network.inputs()), y: label(y) }).collect();
    let point = draw.shaped(&network);
    let problem = Problem::new(network, samples, point).expect("a problem");
    let claims = raw.claims.iter().map(|(kind, index)| claim(*kind, index, &problem, &mut draw)).collect();
    let [title, paper, note] = raw.texts.clone();
    let source = match (&paper, &note) {
        (None, None) => None,
        (Some(text), None) => Some(Source::Text(text.clone())),
        _ => Some(Source::Reference { paper, result: None, note }),
    };
    Certificate { title, source, field, problem, claims }
}

fn claim<F: OrderedField>(kind: usize, index: &Index, problem: &Problem<F>, draw: &mut Draw<'_, F>) -> Claim<F> {
    let (network, n) = (problem.network(), problem.samples().len());
    let layer = [None, Some(0), Some(network.depth() - 1), Some(7)][index.index(4)];
    let side = |i: usize| if i.is_multiple_of(2) { Side::Positive } else { Side::Negative };
    let cells = |draw: &mut Draw<'_, F>, unit| {
        let pattern = |k| (0..k).map(side).collect();
        let cell = |k| Cell { unit, pattern: pattern(k), sign: side(k), multipliers: draw.list(k) };
        let cells = (0..index.index(4)).map(cell).collect();
        Cells { multipliers: draw.list(n), cells }
    };
    match kind {
        0 => Claim::Feasible(Feasible { layer }),
        1 => Claim::Infeasible(Infeasible { layer, sample: index.index(1000) }),
        2 => Claim::NonzeroWeights(NonzeroWeights),
        3 => Claim::NonzeroInputs(NonzeroInputs),
        4 | 5 => {
            let multipliers = draw.list(n);
            let term = |draw: &mut Draw<'_, F>, k| Selection { weight: draw.number(), toward: draw.curve(network, k) };
            let terms = |draw: &mut Draw<'_, F>| (0..index.index(3)).map(|k| term(draw, k)).collect();
            let selections = (0..n).step_by(kind - 3).map(|i| (i, terms(draw))).collect();
            Claim::Kkt(Kkt { layer, multipliers, selections })
        }
        6 => Claim::NotKkt(NotKkt { layer, direction: draw.shaped(network) }),
        7 | 8 => Claim::NotLocalOptimum(NotLocalOptimum {
            layer,
            curve: draw.curve(network, index.index(3)),
            until: draw.number(),
            measure: if kind == 7 { Measure::Norm } else { Measure::Margin },
        }),
        9 => Claim::NotGlobalOptimum(NotGlobalOptimum { layer, better: draw.shaped(network) }),
        10 => {
            let by = Method::Lagrangian(Lagrangian { multipliers: draw.list(n) });
            Claim::LocalOptimum(LocalOptimum { layer, by })
        }
        11 => {
            let (multipliers, penalty) = (draw.list(n), draw.number());
            let kinks = (0..index.index(3)).map(|unit| (index.index(n), Unit { layer: unit % 2, unit }));
            let slopes = kinks.map(|kink| (kink, draw.number())).collect();
            let symmetry = index.index(2) == 1;
            let by = Method::SecondOrder(SecondOrder { multipliers, penalty, symmetry, slopes });
            Claim::LocalOptimum(LocalOptimum { layer, by })
        }
        12 => Claim::LocalOptimum(LocalOptimum { layer, by: Method::Cells(cells(draw, Some(index.index(9)))) }),
        13 => Claim::GlobalOptimum(GlobalOptimum { layer, by: Method::Cells(cells(draw, None)) }),
        14 => {
            let by = Method::Chain(Chain { multipliers: draw.list(n), by_label: index.index(2) == 1 });
            Claim::GlobalOptimum(GlobalOptimum { layer, by })
        }
        15 => {
            let multipliers = draw.list(n);
            let node = |k: usize| match k % 4 {
                0 => PathNode::Size { path: k, size: draw.number() },
                1 => PathNode::Kind { path: k },
                2 => PathNode::Leaf { multipliers: None },
                _ => PathNode::Leaf { multipliers: Some(draw.list(n)) },
            };
            let nodes = (0..index.index(6)).map(node).collect();
            Claim::GlobalOptimum(GlobalOptimum { layer, by: Method::Paths(Paths { multipliers, nodes }) })
        }
        _ => Claim::FlowConverges(FlowConverges {
            offset: draw.shaped(network),
            ray: draw.shaped(network),
            start: draw.number(),
        }),
    }
}

fn golden() -> Arc<NumberField> {
    let polynomial = vec![q("-1"), q("-1"), q("0"), q("1")];
    NumberField::new(polynomial, q("1"), q("3/2"), Some("rho".into())).expect("a field")
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn rational(raw in raw()) {
        let numbers = raw.numbers.iter().cycle();
        let lift = |parts: Vec<Q>| parts[0].clone();
        let certificate = lifted(&raw, None, Draw { numbers, lift: &lift, width: 1 });
        let text = certificate.to_text();
        let document = Document::Rational(certificate);
        prop_assert_eq!(&document.to_text(), &text);
        let read = Document::parse(&text).map_err(|error| TestCaseError::fail(format!("{error}\n{text}")))?;
        prop_assert!(read == document, "{text}");
    }

    #[test]
    fn algebraic(raw in raw()) {
        let field = golden();
        let numbers = raw.numbers.iter().cycle();
        let lift = |parts: Vec<Q>| -> Algebraic { field.element(parts) };
        let certificate = lifted(&raw, Some(field.clone()), Draw { numbers, lift: &lift, width: 3 });
        let text = certificate.to_text();
        let read = Document::parse(&text).map_err(|error| TestCaseError::fail(format!("{error}\n{text}")))?;
        prop_assert!(read == Document::Algebraic(certificate), "{text}");
        prop_assert_eq!(read.to_text(), text);
    }
}

#[test]
fn files() {
    for (name, text) in fixtures() {
        let document = Document::parse(&text).expect("readable");
        let again = Document::parse(&document.to_text()).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert!(document == again, "{name}");
        assert_eq!(document.check(), again.check(), "{name}");
    }
}
