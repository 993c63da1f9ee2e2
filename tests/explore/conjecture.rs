//! The language of conjectures: text, errors, three values, bounds.

use margincert::explore::bounds::{ActivationKind, Architecture, Bounds, Slopes};
use margincert::explore::conjecture::{
    Atom, Comparison, Conjecture, DataFact, Factor, Formula, Hidden, Layers, OfLayer, Operand, Quantity, Size, Truth,
    Value,
};
use margincert::kernel::exact::Rational;
use proptest::prelude::*;

fn layers() -> impl Strategy<Value = Layers> {
    prop_oneof![
        Just(Layers::Whole),
        (0usize..4).prop_map(Layers::Layer),
        Just(Layers::Last),
        Just(Layers::Every),
        Just(Layers::Some),
    ]
}

fn quantities() -> impl Strategy<Value = Atom> {
    let layer = prop_oneof![Just(None), (0usize..4).prop_map(|l| Some(OfLayer::Index(l))), Just(Some(OfLayer::Last))];
    let quantity =
        (proptest::sample::select(Size::ALL.to_vec()), layer).prop_map(|(size, layer)| Quantity { size, layer });
    let quantity = quantity.prop_filter("there is such a size", |quantity| match quantity.layer {
        None => quantity.size.is_of_networks(),
        Some(_) => quantity.size.is_of_layers(),
    });
    let comparison = proptest::sample::select(Comparison::ALL.to_vec());
    let right = prop_oneof![(0u64..6).prop_map(Operand::Number), quantity.clone().prop_map(Operand::Quantity)];
    (quantity, comparison, right).prop_map(|(left, comparison, right)| match (left, right) {
        (Quantity { size, layer: None }, Operand::Number(number)) => Atom::Size(size, comparison, number),
        (left, right) => Atom::Quantities(left, comparison, right),
    })
}

fn factor() -> impl Strategy<Value = Factor> {
    let number = (1i64..9, 1i64..9).prop_filter_map("a number", |(n, d)| Rational::from_ratio(n, d));
    let of_networks = Size::ALL.into_iter().filter(|size| size.is_of_networks()).collect::<Vec<_>>();
    let sizes = proptest::collection::vec(proptest::sample::select(of_networks), 0..3);
    (number, sizes).prop_map(|(number, sizes)| Factor { number, sizes })
}

fn atom() -> impl Strategy<Value = Atom> {
    let slope = (1i64..20, 1i64..20).prop_filter_map("a slope", |(n, d)| Rational::from_ratio(n, d));
    let comparison = proptest::sample::select(Comparison::ALL.to_vec());
    let size = proptest::sample::select(Size::ALL.to_vec());
    prop_oneof![
        proptest::sample::select(Atom::WORDS.map(|(_, atom)| atom).to_vec()),
        layers().prop_map(Atom::Local),
        layers().prop_map(Atom::Global),
        slope.prop_map(|slope| Atom::Hidden(Hidden::Leaky(Some(slope)))),
        quantities(),
        factor().prop_map(Atom::WithinFactor),
        (1i64..9, 1i64..9)
            .prop_filter_map("a ratio", |(n, d)| Rational::from_ratio(n, d))
            .prop_map(|ratio| Atom::Data(DataFact::NearlyOrthogonal(ratio))),
        (size.prop_filter("of networks", |size| size.is_of_networks()), comparison, 0u64..6)
            .prop_map(|(size, comparison, number)| Atom::Size(size, comparison, number)),
    ]
}

fn formula() -> impl Strategy<Value = Formula> {
    formulas(atom(), 5, 24)
}

/// Formulas of such atoms, up to a depth and a size.
pub(super) fn formulas(
    atoms: impl Strategy<Value = Atom> + 'static,
    depth: u32,
    size: u32,
) -> impl Strategy<Value = Formula> {
    atoms.prop_map(Formula::Atom).prop_recursive(depth, size, 2, |inner| {
        let pair = || (inner.clone(), inner.clone());
        prop_oneof![
            inner.clone().prop_map(Formula::negated),
            pair().prop_map(|(a, b)| a.and(b)),
            pair().prop_map(|(a, b)| a.or(b)),
            pair().prop_map(|(a, b)| a.implies(b)),
        ]
    })
}

proptest! {
    #[test]
    fn what_is_printed_is_read_back(formula in formula()) {
        let conjecture = Conjecture::from(formula);
        prop_assert_eq!(conjecture.to_string().parse::<Conjecture>(), Ok(conjecture));
    }

    #[test]
    fn no_text_makes_the_reader_panic(text in ".{0,40}") {
        if let Err(error) = text.parse::<Conjecture>() {
            prop_assert!(error.place.0 <= error.place.1 && error.place.1 <= text.len());
            prop_assert!(error.to_string().lines().count() == 4 * (1 + error.more.len()));
        }
    }

    #[test]
    fn words_in_any_order_make_no_panic(words in proptest::collection::vec(
        proptest::sample::select(vec!["kkt", "depth", "==", "2", "(", ")", "&", "|", "!", "->", "leaky", "1/2", "layer", "every", "\n"]), 0..12)) {
        let text = words.join(" ");
        match text.parse::<Conjecture>() {
            Ok(conjecture) => prop_assert_eq!(conjecture.to_string().parse::<Conjecture>(), Ok(conjecture)),
            Err(error) => prop_assert!(!error.to_string().is_empty()),
        }
    }

    /// Kleene's value is what all ways to settle the unknown facts agree on, or unknown.
    #[test]
    fn a_settled_value_is_that_of_every_completion(formula in formula(), seed in any::<u64>()) {
        let truth = |atom: &Atom, seed: u64| {
            let name = atom.to_string();
            let hash = name.bytes().fold(seed, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3));
            hash >> 33
        };
        let known = |atom: &Atom| match truth(atom, seed) % 4 {
            0 => Some(Truth::True),
            1 => Some(Truth::False),
            2 => Some(Truth::Unknown),
            _ => None,
        };
        let value = formula.value(&known);
        for completion in 0..16u64 {
            let complete = |atom: &Atom| match known(atom) {
                Some(truth) if truth != Truth::Unknown => Some(truth),
                _ => Some(Truth::from(truth(atom, seed ^ completion) % 2 == 0)),
            };
            let Value::Settled(completed) = formula.value(&complete) else {
                return Err(TestCaseError::fail("every fact is known"));
            };
            prop_assert!(completed != Truth::Unknown);
            if let Value::Settled(settled) = &value {
                prop_assert!(*settled == Truth::Unknown || *settled == completed);
            }
        }
        if let Value::Open(atoms) = value {
            prop_assert!(!atoms.is_empty() && atoms.iter().all(|atom| known(atom).is_none()));
        }
    }
}

/// The message and the marked text.
fn error(text: &str) -> (String, String) {
    let error = text.parse::<Conjecture>().expect_err(text);
    (error.message.clone(), text[error.place.0..error.place.1].to_string())
}

#[test]
fn errors_name_the_place_and_what_was_expected() {
    let cases = [
        ("kkt & nonzero_input", "there is no fact `nonzero_input`; did you mean `nonzero_inputs`?", "nonzero_input"),
        ("kkt & depth = 2", "equality is written `==`", "="),
        ("depth < 2.5", "expected an integer, found `2.5`", "2.5"),
        ("depth 2", "expected `(` or a comparison, found `2`", "2"),
        ("kkt &", "expected `!`, `(` or a fact, found the end", ""),
        ("kkt kkt", "expected `&`, `->`, `|` or the end, found `kkt`", "kkt"),
        ("(kkt", "expected `&`, `)`, `->` or `|`, found the end", ""),
        ("kkt -> -> kkt", "expected `!`, `(` or a fact, found `->`", "->"),
        ("local_optimum(every)", "expected `layer`, found `)`", ")"),
        ("kkt § relu", "`§` does not belong to the language of conjectures", "§"),
        ("leaky(1/0)", "`1/0` does not belong to the language of conjectures", "1/0"),
    ];
    for (text, message, place) in cases {
        assert_eq!(error(text), (message.to_string(), place.to_string()), "{text}");
    }
}

#[test]
fn what_is_written_otherwise_elsewhere_is_named() {
    let cases = [
        ("kkt & relu => local_optimum", "implication is written `->`, and at least `>=`", "=>"),
        ("kkt ==> relu", "implication is written `->`", "==>"),
        ("kkt implies relu", "implication is written `->`", "implies"),
        ("kkt && relu", "`and` is written `&`", "&&"),
        ("kkt and relu", "`and` is written `&`", "and"),
        ("kkt ∧ relu", "`and` is written `&`", "∧"),
        ("kkt || relu", "`or` is written `|`", "||"),
        ("kkt OR relu", "`or` is written `|`", "OR"),
        ("kkt ∨ relu", "`or` is written `|`", "∨"),
        ("not kkt", "`not` is written `!`", "not"),
        ("kkt <-> relu", "there is no sign for equivalence: it is written `(a -> b) & (b -> a)`", "<->"),
        ("kkt <=> relu", "there is no sign for equivalence: it is written `(a -> b) & (b -> a)`", "<=>"),
        ("KKT", "facts are written in small letters: `kkt`", "KKT"),
        ("Depth == 2", "facts are written in small letters: `depth`", "Depth"),
        ("units == 2", "there is no fact `units`; did you mean `width`?", "units"),
        ("neurons == 2", "there is no fact `neurons`; did you mean `width`?", "neurons"),
        ("layers == 2", "there is no fact `layers`; did you mean `depth`?", "layers"),
        ("layers_local", "there is no fact `layers_local`; did you mean `local_optimum(every layer)`?", "layers_local"),
        ("layer_local", "there is no fact `layer_local`", "layer_local"),
        ("not_kkt", "there is no fact `not_kkt`; did you mean `!kkt`?", "not_kkt"),
        ("local_optimum[0]", "of one layer alone it is written `local_optimum(layer 0)`", "["),
        ("global_optimum[2]", "of one layer alone it is written `global_optimum(layer 2)`", "["),
        (
            "local_optimum(evry layer)",
            "layers are named `layer 0`, `last layer`, `every layer` or `some layer`",
            "evry",
        ),
    ];
    for (text, message, place) in cases {
        assert_eq!(error(text), (message.to_string(), place.to_string()), "{text}");
    }
    // No sign of the language is taken for another's.
    for text in ["depth<=2", "depth>=2->kkt", "depth==2", "depth!=2", "depth<3", "!kkt->!!kkt", "kkt&!relu|kkt"] {
        assert!(text.parse::<Conjecture>().is_ok(), "{text}");
    }
}

#[test]
fn an_error_shows_the_line_it_is_in() {
    let error = "kkt\n\t& relu ->\n\tlocal_optima".parse::<Conjecture>().expect_err("there is no such fact");
    let shown = "\
there is no fact `local_optima`; did you mean `local_optimum`?
  |
3 | \tlocal_optima
  | \t^^^^^^^^^^^^";
    assert_eq!(error.to_string(), shown);
}

#[test]
fn every_wrong_word_is_told_at_once() {
    let error = "kkt & reli -> local_optima # reli".parse::<Conjecture>().expect_err("two words are wrong");
    assert_eq!((error.place, error.more.len()), ((6, 10), 1));
    assert!(error.more[0].0.contains("`local_optimum`"), "{error}");
}

#[test]
fn of_a_long_line_a_window_is_shown() {
    let text = format!("{}nothing{}", "kkt & ".repeat(300), " & kkt".repeat(300));
    let error = text.parse::<Conjecture>().expect_err("there is no such fact").to_string();
    let lines: Vec<Vec<char>> = error.lines().map(|line| line.chars().collect()).collect();
    assert!(lines.iter().all(|line| line.len() < 120), "{error}");
    let place = lines[3].iter().position(|c| *c == '^').expect("a mark");
    assert_eq!(lines[2][place..place + 7].iter().collect::<String>(), "nothing", "{error}");
}

#[test]
fn comments_end_with_the_line() {
    let plain: Conjecture = "kkt & relu -> local_optimum".parse().expect("a conjecture");
    for text in [
        "kkt & relu -> local_optimum # so",
        "# so: §\nkkt & relu # & leaky\n -> local_optimum #",
        "kkt &#\nrelu -> local_optimum",
    ] {
        assert_eq!(text.parse().as_ref(), Ok(&plain), "{text}");
    }
    assert!("# kkt".parse::<Conjecture>().is_err());
}

#[test]
fn deep_and_long_texts_are_refused() {
    let deep = format!("{}kkt{}", "(".repeat(2000), ")".repeat(2000));
    assert!(error(&deep).0.contains("deep"));
    assert!(error(&"!".repeat(4000)).0.contains("deep"));
    assert!(error(&"kkt & ".repeat(1000)).0.contains("bytes"));
    assert!(format!("kkt{}", " & kkt".repeat(600)).parse::<Conjecture>().is_ok());
}

#[test]
fn the_arrow_binds_least_and_to_the_right() {
    let parse = |text: &str| text.parse::<Conjecture>().expect(text);
    assert_eq!(
        parse("kkt & relu | linear -> dense -> feasible"),
        parse("((kkt & relu) | linear) -> (dense -> feasible)")
    );
    assert_ne!(parse("kkt & (relu | linear) -> dense"), parse("kkt & relu | linear -> dense"));
    assert_eq!(parse("!kkt & relu").conclusion().to_string(), "!kkt & relu");
    assert_ne!(parse("!(kkt & relu)"), parse("!kkt & relu"));
}

fn bounds(text: &str) -> Bounds {
    text.parse::<Conjecture>().expect(text).bounds()
}

#[test]
fn bounds_are_what_the_hypothesis_and_the_negated_conclusion_imply() {
    let narrow = bounds(
        "kkt & dense & relu & depth == 2 & width == 2 & samples <= 3 & kinks >= 1 -> local_optimum | inputs == 1",
    );
    assert_eq!(narrow.architectures, [Architecture::Dense]);
    assert_eq!(narrow.activations, [ActivationKind::Relu]);
    assert_eq!((narrow.depth, narrow.width, narrow.samples), (2..=2, 2..=2, 1..=3));
    assert_eq!(narrow.kinks, Some(true));
    // That there is one input is no counterexample, that there are not two implies nothing.
    assert_eq!(narrow.inputs, Bounds::default().inputs);
    assert_eq!(bounds("kkt -> inputs != 2").inputs, 2..=2);
    // Of several hidden layers only the widest is meant.
    assert_eq!(bounds("depth == 3 & width == 2 -> kkt").width, 1..=2);
    assert_eq!(bounds("width == 9 -> kkt").width, 1..=9);
    assert_eq!(bounds("(depth == 2 | depth == 4) & !dense -> kkt").depth, 2..=4);
    assert!(!bounds("!dense -> kkt").architectures.contains(&Architecture::Dense));
    let either = bounds("nonzero_inputs | nonzero_weights -> kkt");
    assert_eq!(Bounds { condition: None, ..either }, Bounds::default());
    assert!(bounds("nonzero_inputs & nonzero_weights -> kkt").nonzero_inputs);
    assert!(bounds("dense & diagonal -> kkt").is_empty());
    assert!(bounds("kkt -> depth >= 2 | kkt").is_empty());
    assert!(bounds("kinks == 0 & kinks > 0 -> kkt").is_empty());
    assert_eq!(bounds("leaky(1/2) -> kkt").activations, [ActivationKind::Leaky]);
    assert!(bounds("!leaky(1/2) -> kkt").activations.contains(&ActivationKind::Leaky));
    // Hidden layers may differ, so that neither of these says that they are linear.
    assert_eq!(bounds("!relu & !leaky -> kkt").activations, [ActivationKind::Linear, ActivationKind::Mixed]);
    assert_eq!(bounds("!linear & !relu & !leaky -> kkt").activations, [ActivationKind::Mixed]);
    assert_eq!(bounds("sparse & !diagonal -> kkt").architectures, [Architecture::Sparse]);
    assert_eq!(bounds("overlapping -> kkt").architectures, [Architecture::Convolution]);
    assert_eq!(bounds("!overlapping -> kkt").architectures, Architecture::ALL);
    assert_eq!(bounds("filters == 2 -> kkt").architectures, [Architecture::Convolution]);
    assert_eq!(bounds("filters == 0 -> kkt").architectures.len(), 3);
    assert_eq!(bounds("filters <= 2 -> kkt").architectures, Architecture::ALL);
}

#[test]
fn slopes_that_are_named_are_drawn() {
    let slope = |n, d| Rational::from_ratio(n, d).expect("a slope");
    let slopes = |text: &str| bounds(text).slopes;
    assert_eq!(slopes("leaky(1/10) -> kkt"), Slopes::Only(vec![slope(1, 10)]));
    assert_eq!(slopes("leaky(1/10) | linear -> kkt"), Slopes::Only(vec![slope(1, 10)]));
    assert_eq!(slopes("leaky(2) | leaky(0) -> kkt"), Slopes::Only(vec![slope(0, 1), slope(2, 1)]));
    assert_eq!(slopes("leaky -> leaky(9/10)"), Slopes::OfHeight(vec![slope(9, 10)]));
    assert_eq!(slopes("leaky(1/10) | !leaky -> kkt"), Slopes::OfHeight(vec![slope(1, 10)]));
    assert!(bounds("leaky(1/2) & leaky(1/3) -> kkt").is_empty());
    assert_eq!(slopes("relu -> kkt"), Slopes::OfHeight(vec![]));
}

#[test]
fn bounds_make_room_for_the_sizes_that_are_asked_for() {
    assert!(*bounds("filters == 5 -> kkt").width.end() >= 10);
    assert!(bounds("parameters >= 200 -> kkt").max_parameters() >= 200);
    assert!(bounds("dense & depth == 2 & support == 60 -> kkt").max_parameters() >= 60);
    assert_eq!(bounds("height >= 9 -> kkt").height, 9);
    // What the conjecture forbids is not widened.
    assert_eq!(bounds("dense & width <= 2 & parameters >= 100 -> kkt").width, 1..=2);
    let deep = bounds("depth == 100 -> kkt").check().expect_err("no format has it");
    assert!(deep.to_string().contains("64"), "{deep}");
}

#[test]
fn sizes_are_compared_with_each_other_and_said_of_layers() {
    for text in
        ["samples <= inputs", "width(layer 0) == rank(layer 0)", "!(live(last layer) > samples)", "active < samples"]
    {
        assert_eq!(text.parse::<Conjecture>().expect(text).to_string(), text);
    }
    assert_eq!(error("rank == 2").0, "`rank` is said of one layer, as in `rank(layer 0)`");
    assert_eq!(error("samples(layer 0) == 2").0, "`samples` is not said of one layer");
    assert_eq!(error("width(every layer) == 2").0, "expected `last` or `layer`, found `every`");
    assert_eq!(bounds("kkt & width(layer 2) == 1 -> kkt").depth, 3..=4);
}
