//! Reading claims and their evidence.

use std::collections::BTreeMap;

use serde_json::value::RawValue;

use super::json::{self, Object, Read};
use super::read::Numbers;
use super::{read_enclosed, read_parameters};
use crate::kernel::check::*;
use crate::kernel::exact::OrderedField;
use crate::kernel::network::{Parameters, Unit};
use crate::kernel::problem::{Label, Problem};

/// One entry of the list `claims`.
pub(super) fn claim<'a, F: OrderedField>(
    value: &'a RawValue,
    numbers: &Numbers<F>,
    problem: &Problem<F>,
) -> Read<'a, Claim<F>> {
    let object = json::object(value, "an object: a claim")?;
    let name = object.required("claim")?;
    let claim = Reader { object, numbers, problem };
    let only = |keys: &[&'static str]| claim.object.allow_only(&[&["claim"], keys].concat());
    let layer = || claim.object.optional_index("layer", "a layer's index");
    let by = claim.object.optional("by").filter(|by| by.get() == "\"claim\"");
    let known = json::string(name, "the claim's name")?;
    if let (Some(_), Some(property)) = (by, Property::ALL.into_iter().find(|p| p.name() == known)) {
        only(&["layer", "by", "claim_index"])?;
        let claim_index = claim.object.index("claim_index", "the place of an earlier claim")?;
        return Ok(Claim::Implied(Implied { property, layer: layer()?, claim_index }));
    }
    Ok(match known.as_ref() {
        "feasible" => {
            only(&["layer"])?;
            Claim::Feasible(Feasible { layer: layer()? })
        }
        "infeasible" => {
            only(&["layer", "sample"])?;
            let sample = claim.object.index("sample", "a sample's index")?;
            Claim::Infeasible(Infeasible { layer: layer()?, sample })
        }
        "nonzero_weights" => only(&[]).map(|()| Claim::NonzeroWeights(NonzeroWeights))?,
        "nonzero_inputs" => only(&[]).map(|()| Claim::NonzeroInputs(NonzeroInputs))?,
        "kkt" => {
            only(&["layer", "multipliers", "selections"])?;
            let (layer, multipliers) = (layer()?, claim.multipliers()?);
            Claim::Kkt(Kkt { layer, multipliers, selections: claim.selections()? })
        }
        "approximate_kkt" => {
            only(&["layer", "multipliers", "selections", "epsilon", "delta"])?;
            let (multipliers, selections) = (claim.multipliers()?, claim.selections()?);
            let (epsilon, delta) = (claim.number("epsilon")?, claim.number("delta")?);
            Claim::ApproximateKkt(ApproximateKkt { layer: layer()?, multipliers, selections, epsilon, delta })
        }
        "kkt_enclosed" if claim.object.optional("by").is_some() => {
            Claim::ParametersEnclosed(read_parameters::claim(&claim.object, numbers, problem)?)
        }
        "kkt_enclosed" => Claim::KktEnclosed(read_enclosed::claim(&claim.object, numbers, problem)?),
        "not_kkt" => {
            only(&["layer", "direction"])?;
            Claim::NotKkt(NotKkt { layer: layer()?, direction: claim.parameters("direction")? })
        }
        "not_local_optimum" => {
            only(&["layer", "curve", "until", "measure"])?;
            let curve = numbers.curve(claim.object.required("curve")?, problem.network())?;
            let measure = claim.object.maybe("measure", measure)?.unwrap_or(Measure::Norm);
            Claim::NotLocalOptimum(NotLocalOptimum { layer: layer()?, curve, until: claim.number("until")?, measure })
        }
        "not_global_optimum" => {
            only(&["layer", "better"])?;
            Claim::NotGlobalOptimum(NotGlobalOptimum { layer: layer()?, better: claim.parameters("better")? })
        }
        "local_optimum" => Claim::LocalOptimum(LocalOptimum { layer: layer()?, by: claim.method(true)? }),
        "global_optimum" => Claim::GlobalOptimum(GlobalOptimum { layer: layer()?, by: claim.method(false)? }),
        "flow_converges" => {
            only(&["offset", "ray", "start"])?;
            let (offset, ray) = (claim.parameters("offset")?, claim.parameters("ray")?);
            Claim::FlowConverges(FlowConverges { offset, ray, start: claim.number("start")? })
        }
        "adversarial" => {
            only(&["sample", "perturbation"])?;
            let (sample, inputs) = (claim.object.index("sample", "a sample's index")?, problem.network().inputs());
            let perturbation = claim.object.required("perturbation")?;
            let perturbation = claim.one_each(perturbation, inputs, "numbers, one an input")?;
            Claim::Adversarial(Adversarial { sample, perturbation })
        }
        "robust" => {
            only(&["radius_squared"])?;
            Claim::Robust(Robust { radius_squared: claim.number("radius_squared")? })
        }
        _ => {
            return json::expected(
                name,
                "feasible, infeasible, nonzero_weights, nonzero_inputs, kkt, approximate_kkt, kkt_enclosed, not_kkt, local_optimum, \
                 not_local_optimum, global_optimum, not_global_optimum, flow_converges, adversarial or robust",
            );
        }
    })
}

fn measure(value: &RawValue) -> Read<'_, Measure> {
    match json::string(value, "\"norm\" or \"margin\"")?.as_ref() {
        "norm" => Ok(Measure::Norm),
        "margin" => Ok(Measure::Margin),
        _ => json::expected(value, "\"norm\" or \"margin\""),
    }
}

/// A unit on a sample.
fn kink<'a>(object: &Object<'a>) -> Read<'a, (usize, Unit)> {
    let (layer, unit) = (object.index("layer", "a layer's index")?, object.index("unit", "a unit's index")?);
    Ok((object.index("sample", "a sample's index")?, Unit { layer, unit }))
}

/// Reads the evidence of one claim.
struct Reader<'r, 'a, F> {
    object: Object<'a>,
    numbers: &'r Numbers<F>,
    problem: &'r Problem<F>,
}

impl<'a, F: OrderedField> Reader<'_, 'a, F> {
    fn number(&self, key: &'static str) -> Read<'a, F> {
        self.numbers.number(self.object.required(key)?)
    }

    fn parameters(&self, key: &'static str) -> Read<'a, Parameters<F>> {
        self.numbers.parameters(self.object.required(key)?, self.problem.network())
    }

    /// The numbers under `multipliers`, one a sample.
    fn multipliers(&self) -> Read<'a, Vec<F>> {
        self.one_a_sample(self.object.required("multipliers")?)
    }

    fn one_a_sample(&self, value: &'a RawValue) -> Read<'a, Vec<F>> {
        self.one_each(value, self.problem.samples().len(), "multipliers, one a sample")
    }

    /// So many numbers.
    fn one_each(&self, value: &'a RawValue, expected: usize, what: &str) -> Read<'a, Vec<F>> {
        let numbers = self.numbers.list(value, &format!("a list of {what}"))?;
        if numbers.len() == expected {
            return Ok(numbers);
        }
        json::expected_found(value, format!("{expected} {what}"), format!("{} numbers", numbers.len()))
    }

    fn selections(&self) -> Read<'a, Selections<F>> {
        let mut selections = Selections::new();
        let Some(value) = self.object.optional("selections") else { return Ok(selections) };
        for (key, terms) in json::object(value, "an object: selections by sample")?.into_entries() {
            let sample = key.parse().ok().filter(|sample| *sample < self.problem.samples().len());
            // Comparing with the plain decimal refuses "+1", "01" and the like.
            let Some(sample) = sample.filter(|sample: &usize| sample.to_string() == key) else {
                let expected = "a sample's index in plain decimal, in range, as key";
                return json::expected_found(terms, expected, format!("\"{key}\""));
            };
            let terms = json::list_of(terms, "a list of terms", |value| self.selection(value))?;
            selections.insert(sample, terms);
        }
        Ok(selections)
    }

    fn selection(&self, value: &'a RawValue) -> Read<'a, Selection<F>> {
        let object = json::object_of(value, "an object: weight and toward", &["weight", "toward"])?;
        let weight = self.numbers.number(object.required("weight")?)?;
        let toward = self.numbers.curve(object.required("toward")?, self.problem.network())?;
        Ok(Selection { weight, toward })
    }

    fn method(&self, is_local: bool) -> Read<'a, Method<F>> {
        let method = self.object.required("by")?;
        Ok(match json::string(method, "the method's name")?.as_ref() {
            "lagrangian" => Method::Lagrangian(Lagrangian { multipliers: self.multipliers_and(&[])? }),
            "second_order" if is_local => {
                let multipliers = self.multipliers_and(&["penalty", "symmetry", "slopes"])?;
                let symmetry = self.object.maybe("symmetry", json::flag)?.unwrap_or_default();
                let (penalty, slopes) = (self.number("penalty")?, self.slopes(&self.object)?);
                Method::SecondOrder(SecondOrder { multipliers, penalty, symmetry, slopes })
            }
            "cells" => {
                let multipliers = self.multipliers_and(&["cells"])?;
                let cells = self.object.list("cells", "a list of cells", |value| self.cell(value))?;
                Method::Cells(Cells { multipliers, cells })
            }
            "cases" => {
                let multipliers = self.multipliers_and(&["trees"])?;
                let trees = self.object.list("trees", "a list of trees", |value| self.tree(value))?;
                Method::Cases(Cases { multipliers, trees })
            }
            "paths" => Method::Paths(self.paths()?),
            "chain" => {
                let multipliers = self.multipliers_and(&["by_label"])?;
                let by_label = self.object.maybe("by_label", json::flag)?.unwrap_or_default();
                Method::Chain(Chain { multipliers, by_label })
            }
            // An older name, for dense linear layers.
            "linear_chain" if !is_local => {
                Method::Chain(Chain { multipliers: self.multipliers_and(&[])?, by_label: false })
            }
            _ if is_local => {
                return json::expected(method, "lagrangian, second_order, cells, cases, chain, paths or claim");
            }
            _ => return json::expected(method, "lagrangian, cells, cases, chain, paths or claim"),
        })
    }

    /// The multipliers of a method that has no keys but these.
    fn multipliers_and(&self, more: &[&'static str]) -> Read<'a, Vec<F>> {
        self.object.allow_only(&[&["claim", "layer", "by", "multipliers"], more].concat())?;
        self.multipliers()
    }

    fn tree(&self, value: &'a RawValue) -> Read<'a, Tree<F>> {
        let object = json::object_of(value, "an object: a tree of cases", &["units", "cases"])?;
        let unit = |value| json::index(value, "a hidden unit's index");
        let units = object.maybe("units", |units| json::list_of(units, "a list of hidden units", unit))?;
        Ok(Tree { units, nodes: object.list("cases", "a list of splits and cases", |value| self.node(value))? })
    }

    fn paths(&self) -> Read<'a, Paths<F>> {
        let multipliers = self.multipliers_and(&["cases"])?;
        let node = |value| {
            let object = json::object(value, "an object: a split or a case")?;
            let Some(path) = object.optional_index("path", "a path's index")? else {
                object.allow_only(&["multipliers"])?;
                let multipliers = object.maybe("multipliers", |value| self.one_a_sample(value))?;
                return Ok(PathNode::Leaf { multipliers });
            };
            object.allow_only(&["path", "size"])?;
            let size = object.maybe("size", |size| self.numbers.number(size))?;
            Ok(size.map_or(PathNode::Kind { path }, |size| PathNode::Size { path, size }))
        };
        Ok(Paths { multipliers, nodes: self.object.list("cases", "a list of splits and cases", node)? })
    }

    fn node(&self, value: &'a RawValue) -> Read<'a, Node<F>> {
        let object = json::object(value, "an object: a split or a case")?;
        if object.optional("unit").is_some() {
            object.allow_only(&["sample", "layer", "unit"])?;
            let (sample, unit) = kink(&object)?;
            return Ok(Node::Split(Split::Kink { sample, unit }));
        }
        if object.optional("parameter").is_some() {
            object.allow_only(&["layer", "parameter"])?;
            let layer = object.index("layer", "a layer's index")?;
            let parameter = object.index("parameter", "a parameter's index")?;
            return Ok(Node::Split(Split::Weight { layer, parameter }));
        }
        self.leaf(&object).map(Node::Leaf)
    }

    fn leaf(&self, object: &Object<'a>) -> Read<'a, Leaf<F>> {
        object.allow_only(&["multipliers", "signs", "products", "slopes"])?;
        let multipliers = object.maybe("multipliers", |value| self.one_a_sample(value))?;
        let signs = object.maybe("signs", |value| self.numbers.list(value, "a list of multipliers, one a split"))?;
        let product = |value| {
            let parts = json::list(value, "a list: two places of splits and a multiplier")?;
            let [a, b, multiplier] = parts[..] else {
                return json::expected(value, "a list: two places of splits and a multiplier");
            };
            let place = |value| json::index(value, "the place of a split on the way");
            Ok((place(a)?, place(b)?, self.numbers.number(multiplier)?))
        };
        let products = object.maybe("products", |value| json::list_of(value, "a list of products", product))?;
        let (signs, products) = (signs.unwrap_or_default(), products.unwrap_or_default());
        Ok(Leaf { multipliers, signs, products, slopes: self.slopes(object)? })
    }

    /// The slopes of kinks, if any are stated.
    fn slopes(&self, object: &Object<'a>) -> Read<'a, BTreeMap<(usize, Unit), F>> {
        let mut slopes = BTreeMap::new();
        let Some(value) = object.optional("slopes") else { return Ok(slopes) };
        for value in json::list(value, "a list of slopes")? {
            let object = json::object_of(value, "an object: a slope", &["sample", "layer", "unit", "slope"])?;
            let slope = self.numbers.number(object.required("slope")?)?;
            if slopes.insert(kink(&object)?, slope).is_some() {
                return json::expected(value, "one slope for a sample and unit");
            }
        }
        Ok(slopes)
    }

    fn cell(&self, value: &'a RawValue) -> Read<'a, Cell<F>> {
        let object = json::object_of(value, "an object: a cell", &["unit", "pattern", "sign", "multipliers"])?;
        let unit = object.optional_index("unit", "a hidden unit's index")?;
        let sides = [('+', Side::Positive), ('-', Side::Negative)];
        let pattern = json::pattern(object.required("pattern")?, "a pattern of + and -", &sides)?;
        let sign = match json::label(object.required("sign")?)? {
            Label::Positive => Side::Positive,
            Label::Negative => Side::Negative,
        };
        let multipliers = self.numbers.list(object.required("multipliers")?, "a list of multipliers")?;
        Ok(Cell { unit, pattern, sign, multipliers })
    }
}
