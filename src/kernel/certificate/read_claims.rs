//! Reading claims and their evidence.

use serde_json::value::RawValue;

use super::json::{self, Misread, Object, Read};
use super::read::Numbers;
use crate::kernel::check::*;
use crate::kernel::exact::OrderedField;
use crate::kernel::network::Parameters;
use crate::kernel::problem::Problem;

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
    Ok(match json::string(name, "the claim's name")?.as_ref() {
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
        "not_kkt" => {
            only(&["layer", "direction"])?;
            Claim::NotKkt(NotKkt { layer: layer()?, direction: claim.parameters("direction")? })
        }
        "not_local_optimum" => {
            only(&["layer", "curve", "until", "measure"])?;
            let curve = numbers.curve(claim.object.required("curve")?, problem.network())?;
            let measure = claim.object.optional("measure").map_or(Ok(Measure::Norm), measure)?;
            Claim::NotLocalOptimum(NotLocalOptimum { layer: layer()?, curve, until: claim.number("until")?, measure })
        }
        "not_global_optimum" => {
            only(&["layer", "better"])?;
            Claim::NotGlobalOptimum(NotGlobalOptimum { layer: layer()?, better: claim.parameters("better")? })
        }
        "local_optimum" => Claim::LocalOptimum(LocalOptimum { layer: layer()?, by: claim.local_method()? }),
        "global_optimum" => Claim::GlobalOptimum(GlobalOptimum { layer: layer()?, by: claim.global_method()? }),
        "flow_converges" => {
            only(&["offset", "ray", "start"])?;
            let (offset, ray) = (claim.parameters("offset")?, claim.parameters("ray")?);
            Claim::FlowConverges(FlowConverges { offset, ray, start: claim.number("start")? })
        }
        _ => {
            return json::expected(
                name,
                "feasible, infeasible, nonzero_weights, nonzero_inputs, kkt, not_kkt, local_optimum, \
                 not_local_optimum, global_optimum, not_global_optimum or flow_converges",
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
        let value = self.object.required("multipliers")?;
        let multipliers = self.numbers.list(value, "a list of multipliers, one a sample")?;
        let samples = self.problem.samples().len();
        if multipliers.len() == samples {
            return Ok(multipliers);
        }
        let found = format!("{} numbers", multipliers.len());
        json::expected_found(value, format!("{samples} multipliers, one a sample"), found)
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

    fn local_method(&self) -> Read<'a, LocalMethod<F>> {
        let method = self.object.required("by")?;
        Ok(match json::string(method, "the method's name")?.as_ref() {
            "lagrangian" => LocalMethod::Lagrangian(Lagrangian { multipliers: self.multipliers_and(&[])? }),
            "second_order" => {
                let multipliers = self.multipliers_and(&["penalty"])?;
                LocalMethod::SecondOrder(SecondOrder { multipliers, penalty: self.number("penalty")? })
            }
            "cells" => LocalMethod::Cells(self.cells()?),
            _ => return json::expected(method, "lagrangian, second_order or cells"),
        })
    }

    fn global_method(&self) -> Read<'a, GlobalMethod<F>> {
        let method = self.object.required("by")?;
        Ok(match json::string(method, "the method's name")?.as_ref() {
            "lagrangian" => GlobalMethod::Lagrangian(Lagrangian { multipliers: self.multipliers_and(&[])? }),
            "linear_chain" => GlobalMethod::LinearChain(LinearChain { multipliers: self.multipliers_and(&[])? }),
            "cells" => GlobalMethod::Cells(self.cells()?),
            _ => return json::expected(method, "lagrangian, linear_chain or cells"),
        })
    }

    /// The multipliers of a method that has no keys but these.
    fn multipliers_and(&self, more: &[&'static str]) -> Read<'a, Vec<F>> {
        self.object.allow_only(&[&["claim", "layer", "by", "multipliers"], more].concat())?;
        self.multipliers()
    }

    fn cells(&self) -> Read<'a, Cells<F>> {
        let multipliers = self.multipliers_and(&["cells"])?;
        let cells = json::list_of(self.object.required("cells")?, "a list of cells", |value| self.cell(value))?;
        Ok(Cells { multipliers, cells })
    }

    fn cell(&self, value: &'a RawValue) -> Read<'a, Cell<F>> {
        let object = json::object_of(value, "an object: a cell", &["unit", "pattern", "sign", "multipliers"])?;
        let unit = object.optional_index("unit", "a hidden unit's index")?;
        let pattern = object.required("pattern")?;
        let side = |sign| match sign {
            '+' => Ok(Side::Positive),
            '-' => Ok(Side::Negative),
            _ => json::expected(pattern, "a pattern of + and -"),
        };
        let sides = json::string(pattern, "a pattern of + and -")?;
        let sign = if json::is_one(object.required("sign")?)? { Side::Positive } else { Side::Negative };
        let multipliers = self.numbers.list(object.required("multipliers")?, "a list of multipliers")?;
        let pattern = sides.chars().map(side).collect::<Result<_, Misread>>()?;
        Ok(Cell { unit, pattern, sign, multipliers })
    }
}
