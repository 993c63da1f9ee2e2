//! Reading a document for the second checker, key by key.

use num_bigint::BigInt;
use num_rational::BigRational as R;
use num_traits::Zero;
use serde_json::Value;

pub type Shaped = Vec<Vec<R>>;

/// A layer as a matrix of parameter indices.
pub struct Layer {
    pub matrix: Vec<Vec<Option<usize>>>,
    /// The slope for negative preactivations; nothing for a linear layer.
    pub negative_slope: Option<R>,
    pub is_relu: bool,
    pub is_dense: bool,
    parameters: usize,
}

pub struct Instance {
    pub layers: Vec<Layer>,
    pub samples: Vec<(Vec<R>, R)>,
    pub point: Shaped,
    pub claims: Vec<Value>,
}

pub fn number(value: &Value) -> Option<R> {
    let text = match value {
        Value::String(text) => text.clone(),
        Value::Number(number) if !number.is_f64() => number.to_string(),
        _ => return None,
    };
    let (negative, digits) = text.strip_prefix('-').map_or((false, text.as_str()), |rest| (true, rest));
    let integer = |s: &str| {
        (!s.is_empty() && s.bytes().all(|b| b.is_ascii_digit())).then(|| s.parse::<BigInt>().expect("digits"))
    };
    let size = if let Some((n, d)) = digits.split_once('/') {
        let d = integer(d)?;
        (!d.is_zero()).then(|| R::new(integer(n).unwrap_or_default(), d)).filter(|_| integer(n).is_some())?
    } else if let Some((whole, part)) = digits.split_once('.') {
        integer(whole)?;
        integer(part)?;
        R::new(integer(&format!("{whole}{part}"))?, num_traits::pow(BigInt::from(10), part.len()))
    } else {
        R::from_integer(integer(digits)?)
    };
    Some(if negative { -size } else { size })
}

pub fn numbers(value: &Value) -> Option<Vec<R>> {
    value.as_array()?.iter().map(number).collect()
}

fn index(value: &Value) -> Option<usize> {
    value.as_u64().map(|index| index as usize)
}

/// The object's keys are among these, the first `required` of them all there.
fn keys(value: &Value, known: &[&str], required: usize) -> Option<()> {
    let object = value.as_object()?;
    let all = known[..required].iter().all(|key| object.contains_key(*key));
    (all && object.keys().all(|key| known.contains(&key.as_str()))).then_some(())
}

fn layer(value: &Value, inputs: usize) -> Option<Layer> {
    let mut parameters = 0;
    let mut fresh = || {
        parameters += 1;
        Some(parameters - 1)
    };
    let kind = value.get("weights")?.as_str()?;
    let matrix: Vec<Vec<Option<usize>>> = match kind {
        "dense" => {
            keys(value, &["weights", "activation", "outputs"], 3)?;
            (0..index(&value["outputs"])?).map(|_| (0..inputs).map(|_| fresh()).collect()).collect()
        }
        "diagonal" => {
            keys(value, &["weights", "activation"], 2)?;
            let mut row = |o: usize| (0..inputs).map(|i| if i == o { fresh() } else { None }).collect();
            (0..inputs).map(&mut row).collect()
        }
        "convolution" => {
            keys(value, &["weights", "activation", "patches", "filters"], 3)?;
            let filters = value.get("filters").map_or(Some(1), index)?;
            let patch = |p: &Value| p.as_array()?.iter().map(index).collect::<Option<Vec<_>>>();
            let patches = value["patches"].as_array()?.iter().map(patch).collect::<Option<Vec<_>>>()?;
            let length = patches.first()?.len();
            let mut rows = Vec::new();
            for filter in 0..filters {
                for patch in &patches {
                    let mut row = vec![None; inputs];
                    for (k, &input) in patch.iter().enumerate() {
                        let place = row.get_mut(input)?;
                        if place.is_some() {
                            return None;
                        }
                        *place = Some(filter * length + k);
                    }
                    (patch.len() == length).then(|| rows.push(row))?;
                }
            }
            parameters = filters * length;
            rows
        }
        "template" => {
            keys(value, &["weights", "activation", "entries"], 3)?;
            let entry = |e: &Value| if e.is_null() { Some(None) } else { index(e).map(Some) };
            let row = |r: &Value| r.as_array()?.iter().map(entry).collect::<Option<Vec<_>>>();
            let rows = value["entries"].as_array()?.iter().map(row).collect::<Option<Vec<_>>>()?;
            let used: std::collections::BTreeSet<usize> = rows.iter().flatten().flatten().copied().collect();
            parameters = used.len();
            (used.iter().copied().eq(0..parameters) && rows.iter().all(|row| row.len() == inputs)).then_some(rows)?
        }
        _ => return None,
    };
    let negative_slope = match &value["activation"] {
        Value::String(name) if name == "linear" => None,
        Value::String(name) if name == "relu" => Some(R::zero()),
        Value::Object(_) => {
            keys(&value["activation"], &["leaky_relu"], 1)?;
            Some(number(&value["activation"]["leaky_relu"])?)
        }
        _ => return None,
    };
    (!matrix.is_empty() && parameters > 0).then_some(Layer {
        matrix,
        negative_slope,
        is_relu: value["activation"] == "relu",
        is_dense: kind == "dense",
        parameters,
    })
}

impl Instance {
    /// Reads a document over the rationals.
    pub fn read(document: &Value) -> Option<Self> {
        keys(document, &["format", "network", "data", "point", "claims", "title", "source"], 4)?;
        let texts = document.get("title").is_none_or(Value::is_string);
        let source = document.get("source").is_none_or(|source| {
            let parts = || source.as_object().expect("an object").values().all(Value::is_string);
            source.is_string() || keys(source, &["paper", "result", "note"], 0).is_some() && parts()
        });
        let network = &document["network"];
        keys(network, &["inputs", "layers"], 2)?;
        let inputs = index(&network["inputs"]).filter(|n| *n > 0)?;
        let (mut layers, mut width) = (Vec::<Layer>::new(), inputs);
        for value in network["layers"].as_array()? {
            let layer = layer(value, width)?;
            width = layer.matrix.len();
            layers.push(layer);
        }
        let is_network = width == 1 && layers.last()?.negative_slope.is_none();
        let sample = |value: &Value| {
            keys(value, &["x", "y"], 2)?;
            let y = value["y"].as_i64().filter(|y| y.abs() == 1)?;
            numbers(&value["x"]).filter(|x| x.len() == inputs).map(|x| (x, R::from_integer(y.into())))
        };
        let samples = document["data"].as_array()?.iter().map(sample).collect::<Option<Vec<_>>>()?;
        let claims = document.get("claims").map_or(Some(vec![]), |claims| claims.as_array().cloned())?;
        let mut instance = Instance { layers, samples, point: Vec::new(), claims };
        instance.point = instance.shaped(&document["point"])?;
        let is_good = document["format"] == "margincert/1" && texts && source && is_network;
        let claims = instance.claims.iter().all(|claim| instance.is_claim(claim).is_some());
        (is_good && claims && !instance.samples.is_empty()).then_some(instance)
    }

    pub fn shaped(&self, value: &Value) -> Option<Shaped> {
        let layers = value.as_array()?.iter().map(numbers).collect::<Option<Shaped>>()?;
        let fits = layers.len() == self.layers.len();
        let lengths = layers.iter().zip(&self.layers).all(|(numbers, layer)| numbers.len() == layer.parameters);
        (fits && lengths).then_some(layers)
    }

    fn is_curve(&self, value: &Value) -> Option<()> {
        value.as_array()?.iter().try_for_each(|c| self.shaped(c).map(drop))
    }

    fn multipliers(&self, claim: &Value) -> Option<()> {
        numbers(&claim["multipliers"]).filter(|m| m.len() == self.samples.len()).map(drop)
    }

    /// A split or a case.
    fn is_node(&self, node: &Value) -> Option<()> {
        let indices = |value: &Value, names: &[&str]| names.iter().try_for_each(|name| index(&value[*name]).map(drop));
        if node.get("unit").is_some() {
            return keys(node, &["sample", "layer", "unit"], 3).and(indices(node, &["sample", "layer", "unit"]));
        }
        if node.get("parameter").is_some() {
            return keys(node, &["layer", "parameter"], 2).and(indices(node, &["layer", "parameter"]));
        }
        keys(node, &["multipliers", "signs", "products", "slopes"], 0)?;
        let of_node = |key: &str| node.get(key).map_or(Some(vec![]), |list| list.as_array().cloned());
        node.get("multipliers").map_or(Some(()), |_| self.multipliers(node))?;
        node.get("signs").map_or(Some(()), |signs| numbers(signs).map(drop))?;
        of_node("products")?.iter().try_for_each(|product| {
            let parts = product.as_array().filter(|parts| parts.len() == 3)?;
            index(&parts[0]).and(index(&parts[1])).and(number(&parts[2])).map(drop)
        })?;
        Self::are_slopes(node)
    }

    /// The slopes of kinks, if there are any.
    fn are_slopes(holder: &Value) -> Option<()> {
        let indices = |value: &Value, names: &[&str]| names.iter().try_for_each(|name| index(&value[*name]).map(drop));
        let slopes = holder.get("slopes").map_or(Some(vec![]), |list| list.as_array().cloned())?;
        let names = ["sample", "layer", "unit"];
        slopes.iter().enumerate().try_for_each(|(place, slope)| {
            keys(slope, &["sample", "layer", "unit", "slope"], 4)?;
            indices(slope, &names)?;
            let repeats = slopes[..place].iter().any(|other| names.iter().all(|name| other[*name] == slope[*name]));
            number(&slope["slope"]).filter(|_| !repeats).map(drop)
        })
    }

    fn is_claim(&self, claim: &Value) -> Option<()> {
        claim.get("layer").map_or(Some(0), index)?;
        let only = |known: &[&str], required: usize| keys(claim, &[&["claim"], known].concat(), required + 1);
        let implied = ["kkt", "not_kkt", "local_optimum", "not_local_optimum", "global_optimum", "not_global_optimum"];
        if claim.get("by").is_some_and(|by| by == "claim") && implied.contains(&claim.get("claim")?.as_str()?) {
            only(&["by", "claim_index", "layer"], 2)?;
            return index(&claim["claim_index"]).map(drop);
        }
        match claim.get("claim")?.as_str()? {
            "feasible" => only(&["layer"], 0),
            "infeasible" => only(&["sample", "layer"], 1).and(index(&claim["sample"]).map(drop)),
            "nonzero_weights" | "nonzero_inputs" => only(&[], 0),
            "kkt" => {
                only(&["multipliers", "selections", "layer"], 1)?;
                self.multipliers(claim)?;
                let none = serde_json::Map::new();
                let selections = claim.get("selections").map_or(Some(&none), Value::as_object)?;
                selections.iter().try_for_each(|(key, terms)| {
                    let is_sample = (0..self.samples.len()).any(|i| i.to_string() == *key);
                    is_sample.then_some(())?;
                    terms.as_array()?.iter().try_for_each(|term| {
                        keys(term, &["weight", "toward"], 2)?;
                        number(&term["weight"])?;
                        self.is_curve(&term["toward"])
                    })
                })
            }
            "adversarial" => {
                only(&["sample", "perturbation"], 2)?;
                let inputs = self.samples.first()?.0.len();
                index(&claim["sample"])?;
                numbers(&claim["perturbation"]).filter(|z| z.len() == inputs).map(drop)
            }
            "robust" => only(&["radius_squared"], 1).and(number(&claim["radius_squared"]).map(drop)),
            "not_kkt" => only(&["direction", "layer"], 1).and(self.shaped(&claim["direction"]).map(drop)),
            "not_global_optimum" => only(&["better", "layer"], 1).and(self.shaped(&claim["better"]).map(drop)),
            "not_local_optimum" => {
                only(&["curve", "until", "measure", "layer"], 2)?;
                number(&claim["until"])?;
                let measures = claim.get("measure").is_none_or(|m| m == "norm" || m == "margin");
                measures.then_some(()).and(self.is_curve(&claim["curve"]))
            }
            "flow_converges" => {
                only(&["offset", "ray", "start"], 3)?;
                self.shaped(&claim["offset"])?;
                self.shaped(&claim["ray"])?;
                number(&claim["start"]).map(drop)
            }
            name @ ("local_optimum" | "global_optimum") => {
                self.multipliers(claim)?;
                match (name, claim.get("by")?.as_str()?) {
                    (_, "lagrangian") | ("global_optimum", "linear_chain") => only(&["by", "multipliers", "layer"], 2),
                    (_, "chain") => {
                        only(&["by", "multipliers", "by_label", "layer"], 2)?;
                        claim.get("by_label").map_or(Some(true), Value::as_bool).map(drop)
                    }
                    ("local_optimum", "second_order") => {
                        only(&["by", "multipliers", "penalty", "symmetry", "slopes", "layer"], 3)?;
                        Self::are_slopes(claim)?;
                        claim.get("symmetry").map_or(Some(true), Value::as_bool)?;
                        number(&claim["penalty"]).map(drop)
                    }
                    (_, "cases") => {
                        only(&["by", "multipliers", "trees", "layer"], 3)?;
                        claim["trees"].as_array()?.iter().try_for_each(|tree| {
                            keys(tree, &["cases", "units"], 1)?;
                            tree.get("units").map_or(Some(()), |units| {
                                units.as_array()?.iter().try_for_each(|unit| index(unit).map(drop))
                            })?;
                            tree["cases"].as_array()?.iter().try_for_each(|node| self.is_node(node))
                        })
                    }
                    (_, "paths") => {
                        only(&["by", "multipliers", "cases", "layer"], 3)?;
                        claim["cases"].as_array()?.iter().try_for_each(|node| {
                            if node.get("path").is_none() {
                                keys(node, &["multipliers"], 0)?;
                                return node.get("multipliers").map_or(Some(()), |_| self.multipliers(node));
                            }
                            keys(node, &["path", "size"], 1)?;
                            index(&node["path"])?;
                            node.get("size").map_or(Some(()), |size| number(size).map(drop))
                        })
                    }
                    (_, "cells") => {
                        only(&["by", "multipliers", "cells", "layer"], 3)?;
                        claim["cells"].as_array()?.iter().try_for_each(|cell| {
                            keys(cell, &["pattern", "sign", "multipliers", "unit"], 3)?;
                            cell.get("unit").map_or(Some(0), index)?;
                            let signs = cell["pattern"].as_str()?.chars().all(|c| c == '+' || c == '-');
                            let sign = cell["sign"].as_i64().is_some_and(|sign| sign.abs() == 1);
                            numbers(&cell["multipliers"])?;
                            (signs && sign).then_some(())
                        })
                    }
                    _ => None,
                }
            }
            _ => None,
        }
    }
}
