//! Instances of other families at another scale or over a number field: neither changes a verdict.

use margincert::kernel::certificate::Document;
use margincert::kernel::exact::{OrderedField, Rational};
use margincert::kernel::network::Parameters;
use margincert::kernel::problem::{Problem, Sample};
use margincert::prove::search::Random;
use serde_json::{Value, json};

use crate::draw::*;
use crate::{deep, shallow, shared};

pub fn families() -> Vec<Family> {
    let scaled = |name, up: bool| Family {
        name,
        draw: Box::new(move |random: &mut Random| {
            let (problem, truth) = any(random);
            let power = q(10i64.pow(one_of(&[3, 6, 12, 18], random)), 1);
            (document(at_scale(&problem, &if up { power } else { inverse(&power) })), truth)
        }),
    };
    let over_a_field = |random: &mut Random| {
        let (problem, truth) = any(random);
        (over_a_field(&problem, between(random, 2, 4)), truth)
    };
    vec![
        scaled("scaled-up", true),
        scaled("scaled-down", false),
        Family { name: "over-a-field", draw: Box::new(over_a_field) },
    ]
}

/// An instance of any family over the rationals.
fn any(random: &mut Random) -> (Problem<Rational>, Option<Truth>) {
    let mut families = shallow::families();
    families.extend(deep::families());
    families.extend(shared::families());
    loop {
        let place = random.below(families.len() as u64) as usize;
        // What is at another scale already would be too far off.
        if families[place].name == "ill-scaled" || families[place].name.starts_with("borderline") {
            continue;
        }
        if let (Document::Rational(instance), truth) = (families[place].draw)(random) {
            return (instance.problem, truth);
        }
    }
}

fn inverse(number: &Rational) -> Rational {
    number.reciprocal().expect("not zero")
}

/// `b theta` on the data `b^-L x`.
pub fn at_scale(problem: &Problem<Rational>, b: &Rational) -> Problem<Rational> {
    let shrink = inverse(&power(b, problem.network().depth()));
    let sample = |sample: &Sample<Rational>| Sample { x: scaled(&sample.x, &shrink), y: sample.y };
    let point = problem.point().layers().iter().map(|layer| scaled(layer, b)).collect();
    let samples = problem.samples().iter().map(sample).collect();
    Problem::new(problem.network().clone(), samples, Parameters::new(point)).expect("a problem")
}

/// The same with `b` a root of `t^degree = 2`.
fn over_a_field(problem: &Problem<Rational>, degree: usize) -> Document {
    let Ok(mut text) = serde_json::from_str::<Value>(&document_text(problem)) else { panic!("JSON") };
    let depth = problem.network().depth();
    // b^-L = b^(kd - L) / 2^k.
    let halvings = depth.div_ceil(degree);
    let number = |value: &Rational, exponent: usize| {
        let mut list = vec![json!("0"); degree];
        list[exponent] = json!(value.to_string());
        Value::Array(list)
    };
    let of_data = inverse(&power(&q(2, 1), halvings));
    for (sample, entry) in problem.samples().iter().zip(text["data"].as_array_mut().expect("a list")) {
        entry["x"] = sample.x.iter().map(|x| number(&(x * &of_data), halvings * degree - depth)).collect();
    }
    text["point"] = problem
        .point()
        .layers()
        .iter()
        .map(|layer| layer.iter().map(|value| number(value, 1 % degree)).collect::<Value>())
        .collect();
    let mut polynomial = vec![json!("0"); degree + 1];
    (polynomial[0], polynomial[degree]) = (json!("-2"), json!("1"));
    text["field"] = json!({"minimal_polynomial": polynomial, "root_between": ["1", "2"]});
    Document::parse(&text.to_string()).expect("a document")
}

fn document_text(problem: &Problem<Rational>) -> String {
    document(problem.clone()).to_text()
}
