//! Changes to documents that make work: longer numbers, repeated lists and claims, other fields.

use serde_json::{Value, json};

use crate::SIZE;
use crate::values::one_of;

/// Changes one thing.
pub fn change(random: &mut Random, document: &mut Value, seeds: &[Value]) {
    match random.below(12) {
        // Documents that are no objects have no parts to be exchanged.
        0..3 if !document.is_object() => {}
        0 => document["field"] = field(random),
        1 => {
            if let Some(claims) = document.get_mut("claims").and_then(Value::as_array_mut)
                && !claims.is_empty()
            {
                repeat(random, claims, 1 << 10);
            }
        }
        2 => {
            // A part of another document in the place of this one's.
            let other = random.choose(seeds);
            let key = *random.choose(&["field", "network", "data", "point", "claims"]);
            if let Some(part) = other.get(key) {
                document[key] = part.clone();
            }
        }
        kind => {
            if let Some(value) = one_of(document, |_| true, |count| random.below(count)) {
                alter(random, kind, value);
            }
        }
    }
}

/// Repeats an item, not so often that the document must be too long: what the fuzzer itself takes would count as the document's.
fn repeat(random: &mut Random, items: &mut Vec<Value>, most: usize) {
    let item = random.choose(items).clone();
    let times = (1 << random.below(most.ilog2() as usize)).min(1 + SIZE / item.to_string().len());
    items.extend(std::iter::repeat_n(item, times));
}

fn alter(random: &mut Random, kind: usize, value: &mut Value) {
    match value {
        Value::Array(items) if kind < 7 && !items.is_empty() => {
            repeat(random, items, 1 << 9);
        }
        Value::Array(items) if !items.is_empty() => {
            let all = kind == 7;
            let number = number(random);
            let place = random.below(items.len());
            let numbers = items.iter_mut().enumerate().filter(|(k, item)| (all || *k == place) && item.is_string());
            numbers.for_each(|(_, item)| *item = number.clone());
        }
        Value::String(_) => *value = number(random),
        Value::Number(_) => *value = json!(1 << random.below(20)),
        _ => {}
    }
}

/// A number, often a long one, or an element of a field.
fn number(random: &mut Random) -> Value {
    let mut digits = |most: usize| {
        let count = 1 + random.below(most);
        let digits: String = (0..count).map(|_| char::from(b'1' + random.below(9) as u8)).collect();
        digits
    };
    match digits(1).as_str() {
        "1" | "2" => json!(digits(3)),
        "3" => json!(format!("{}/{}", digits(19), digits(19))),
        "4" => json!(format!("{}/{}", digits(480), digits(480))),
        "5" => json!(format!("-{}", digits(900))),
        "6" => json!(format!("0.{}", digits(400))),
        "7" => json!((0..32).map(|_| json!(digits(19))).collect::<Vec<_>>()),
        "8" => json!((0..6).map(|_| json!(format!("{}/{}", digits(60), digits(60)))).collect::<Vec<_>>()),
        _ => json!(["0", "1"]),
    }
}

/// A field of some degree, also with close roots, long coefficients, or a reducible polynomial.
fn field(random: &mut Random) -> Value {
    let degree = 2 + random.below(31);
    let mut polynomial = vec![json!("0"); degree + 1];
    polynomial[degree] = json!("1");
    polynomial[0] = json!(format!("-{}", 2 + random.below(1000)));
    match random.below(4) {
        0 => polynomial[1] = number(random),
        1 => polynomial.iter_mut().take(degree).for_each(|c| *c = json!(format!("{}", random.below(7) as i64 - 3))),
        2 => {
            let base = 1 + random.below(100_000) as i64;
            (polynomial[0], polynomial[1]) = (json!("-2"), json!(format!("{}", 4 * base)));
            polynomial[2.min(degree - 1)] = json!(format!("-{}", 2 * base * base));
        }
        _ => {}
    }
    let between = [*random.choose(&["0", "1", "1/3"]), *random.choose(&["1", "2", "1000"])];
    json!({"minimal_polynomial": polynomial, "root_between": between})
}

/// SplitMix64.
pub struct Random(pub u64);

impl Random {
    pub fn below(&mut self, count: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ z >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ z >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ z >> 31) % count.max(1) as u64) as usize
    }

    pub fn choose<'a, T>(&mut self, items: &'a [T]) -> &'a T {
        &items[self.below(items.len())]
    }
}
