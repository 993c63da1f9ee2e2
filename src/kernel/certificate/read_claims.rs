//! Reading claims and their evidence.

use serde_json::value::RawValue;

use super::json::{self, Misread, Object, Read};
use super::read::Numbers;
use crate::kernel::check::{
    Cell, Cells, Claim, Feasible, FlowConverges, GlobalMethod, GlobalOptimum, Infeasible, Kkt, Lagrangian, LinearChain,
    LocalMethod, LocalOptimum, Measure, NonzeroInputs, NonzeroWeights, NotGlobalOptimum, NotKkt, NotLocalOptimum,
    SecondOrder, Selection, Selections, Side,
};
use crate::kernel::exact::OrderedField;
use crate::kernel::problem::Problem;

struct Reader<'r, F> {
    numbers: &'r Numbers<F>,
    problem: &'r Problem<F>,
}

/// One entry of the list `claims`.
pub(super) fn claim<'a, F: OrderedField>(
    value: &'a RawValue,
    numbers: &Numbers<F>,
    problem: &Problem<F>,
) -> Read<'a, Claim<F>> {
    let object = json::object(value, "an object: a claim")?;
    let name = object.required("claim")?;
    let reader = Reader { numbers, problem };
    let network = problem.network();
    let only = |keys: &[&'static str]| object.allow_only(&[&["claim"], keys].concat());
    match json::string(name, "the claim's name")?.as_ref() {
        "feasible" => {
            only(&["layer"])?;
            Ok(Claim::Feasible(Feasible { layer: reader.layer(&object)? }))
        }
        "infeasible" => {
            only(&["layer", "sample"])?;
            let sample = json::index(object.required("sample")?, "a sample's index")?;
            Ok(Claim::Infeasible(Infeasible { layer: reader.layer(&object)?, sample }))
        }
        "nonzero_weights" => only(&[]).map(|()| Claim::NonzeroWeights(NonzeroWeights)),
        "nonzero_inputs" => only(&[]).map(|()| Claim::NonzeroInputs(NonzeroInputs)),
        "kkt" => {
            only(&["layer", "multipliers", "selections"])?;
            let layer = reader.layer(&object)?;
            let multipliers = reader.multipliers(&object)?;
            let selections = object.optional("selections").map(|value| reader.selections(value));
            let selections = selections.transpose()?.unwrap_or_default();
            Ok(Claim::Kkt(Kkt { layer, multipliers, selections }))
        }
        "not_kkt" => {
            only(&["layer", "direction"])?;
            let direction = numbers.parameters(object.required("direction")?, network)?;
            Ok(Claim::NotKkt(NotKkt { layer: reader.layer(&object)?, direction }))
        }
        "not_local_optimum" => {
            only(&["layer", "curve", "until", "measure"])?;
            let curve = numbers.curve(object.required("curve")?, network)?;
            let until = numbers.number(object.required("until")?)?;
            let measure = object.optional("measure").map(measure).transpose()?;
            let (layer, measure) = (reader.layer(&object)?, measure.unwrap_or(Measure::Norm));
            Ok(Claim::NotLocalOptimum(NotLocalOptimum { layer, curve, until, measure }))
        }
        "not_global_optimum" => {
            only(&["layer", "better"])?;
            let better = numbers.parameters(object.required("better")?, network)?;
            let layer = reader.layer(&object)?;
            Ok(Claim::NotGlobalOptimum(NotGlobalOptimum { layer, better }))
        }
        "local_optimum" => reader.local_optimum(&object).map(Claim::LocalOptimum),
        "global_optimum" => reader.global_optimum(&object).map(Claim::GlobalOptimum),
        "flow_converges" => {
            only(&["offset", "ray", "start"])?;
            let offset = numbers.parameters(object.required("offset")?, network)?;
            let ray = numbers.parameters(object.required("ray")?, network)?;
            let start = numbers.number(object.required("start")?)?;
            Ok(Claim::FlowConverges(FlowConverges { offset, ray, start }))
        }
        _ => json::expected(
            name,
            "feasible, infeasible, nonzero_weights, nonzero_inputs, kkt, not_kkt, local_optimum, \
             not_local_optimum, global_optimum, not_global_optimum or flow_converges",
        ),
    }
}

fn measure(value: &RawValue) -> Read<'_, Measure> {
    match json::string(value, "\"norm\" or \"margin\"")?.as_ref() {
        "norm" => Ok(Measure::Norm),
        "margin" => Ok(Measure::Margin),
        _ => json::expected(value, "\"norm\" or \"margin\""),
    }
}

impl<F: OrderedField> Reader<'_, F> {
    fn layer<'a>(&self, object: &Object<'a>) -> Read<'a, Option<usize>> {
        object.optional("layer").map(|value| json::index(value, "a layer's index")).transpose()
    }

    /// The numbers under `multipliers`, one a sample.
    fn multipliers<'a>(&self, object: &Object<'a>) -> Read<'a, Vec<F>> {
        let value = object.required("multipliers")?;
        let multipliers = self.numbers.list(value, "a list of multipliers, one a sample")?;
        let samples = self.problem.samples().len();
        if multipliers.len() == samples {
            return Ok(multipliers);
        }
        let found = format!("{} numbers", multipliers.len());
        json::expected_found(value, format!("{samples} multipliers, one a sample"), found)
    }

    fn selections<'a>(&self, value: &'a RawValue) -> Read<'a, Selections<F>> {
        let what = "an object: selections by sample";
        let mut selections = Selections::new();
        for (key, terms) in json::object(value, what)?.into_entries() {
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

    fn selection<'a>(&self, value: &'a RawValue) -> Read<'a, Selection<F>> {
        let object = json::object(value, "an object: weight and toward")?;
        object.allow_only(&["weight", "toward"])?;
        let weight = self.numbers.number(object.required("weight")?)?;
        let toward = self.numbers.curve(object.required("toward")?, self.problem.network())?;
        Ok(Selection { weight, toward })
    }

    fn local_optimum<'a>(&self, object: &Object<'a>) -> Read<'a, LocalOptimum<F>> {
        let layer = self.layer(object)?;
        let method = object.required("by")?;
        let name = json::string(method, "the method's name")?;
        let multipliers = || self.multipliers(object);
        let by = match name.as_ref() {
            "lagrangian" => {
                object.allow_only(&["claim", "layer", "by", "multipliers"])?;
                LocalMethod::Lagrangian(Lagrangian { multipliers: multipliers()? })
            }
            "second_order" => {
                object.allow_only(&["claim", "layer", "by", "multipliers", "penalty"])?;
                let penalty = self.numbers.number(object.required("penalty")?)?;
                LocalMethod::SecondOrder(SecondOrder { multipliers: multipliers()?, penalty })
            }
            "cells" => LocalMethod::Cells(self.cells(object)?),
            _ => return json::expected(method, "lagrangian, second_order or cells"),
        };
        Ok(LocalOptimum { layer, by })
    }

    fn global_optimum<'a>(&self, object: &Object<'a>) -> Read<'a, GlobalOptimum<F>> {
        let layer = self.layer(object)?;
        let method = object.required("by")?;
        let name = json::string(method, "the method's name")?;
        let multipliers = || {
            object.allow_only(&["claim", "layer", "by", "multipliers"])?;
            self.multipliers(object)
        };
        let by = match name.as_ref() {
            "lagrangian" => GlobalMethod::Lagrangian(Lagrangian { multipliers: multipliers()? }),
            "linear_chain" => GlobalMethod::LinearChain(LinearChain { multipliers: multipliers()? }),
            "cells" => GlobalMethod::Cells(self.cells(object)?),
            _ => return json::expected(method, "lagrangian, linear_chain or cells"),
        };
        Ok(GlobalOptimum { layer, by })
    }

    fn cells<'a>(&self, object: &Object<'a>) -> Read<'a, Cells<F>> {
        object.allow_only(&["claim", "layer", "by", "multipliers", "cells"])?;
        let multipliers = self.multipliers(object)?;
        let cells = object.required("cells")?;
        let cells = json::list_of(cells, "a list of cells", |value| self.cell(value))?;
        Ok(Cells { multipliers, cells })
    }

    fn cell<'a>(&self, value: &'a RawValue) -> Read<'a, Cell<F>> {
        let object = json::object(value, "an object: a cell")?;
        object.allow_only(&["unit", "pattern", "sign", "multipliers"])?;
        let unit = object.optional("unit").map(|value| json::index(value, "a hidden unit's index"));
        let pattern = object.required("pattern")?;
        let side = |sign| match sign {
            '+' => Ok(Side::Positive),
            '-' => Ok(Side::Negative),
            _ => json::expected(pattern, "a pattern of + and -"),
        };
        let sides = json::string(pattern, "a pattern of + and -")?;
        let sign_at = object.required("sign")?;
        let sign = match sign_at.get() {
            "1" => Side::Positive,
            "-1" => Side::Negative,
            _ => return json::expected(sign_at, "the JSON integer 1 or -1"),
        };
        let multipliers = object.required("multipliers")?;
        let multipliers = self.numbers.list(multipliers, "a list of multipliers")?;
        let pattern = sides.chars().map(side).collect::<Result<_, Misread>>()?;
        Ok(Cell { unit: unit.transpose()?, pattern, sign, multipliers })
    }
}
